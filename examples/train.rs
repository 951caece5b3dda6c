//! Trains a small LSTM-α,β on simulated genes by gradient descent with momentum, and writes it as a model file. The
//! program trains as published, with checkpoints, seeds and baselines: `regulens train attentive-chrome`.
//!
//! ```sh
//! cargo run --release --example train --features flex,autodiff,simulate -- model.safetensors
//! ```

use std::collections::HashMap;
use std::error::Error;

use burn::module::{Module, ModuleMapper, Param, ParamId};
use burn::tensor::{Gradients, Tensor, TensorData};
use pollster::block_on;
use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use regulens::engine::{DeviceKind, Engine, PrepareOptions};
use regulens::input::SignalTable;
use regulens::metrics::auroc;
use regulens::model::attentive_chrome::{Architecture, AttentiveChrome, FAMILY, Sizes};
use regulens::simulate::hm::{SimulationConfig, simulate};
use regulens::weights::card::TransformKind;
use regulens::weights::{Dtype, ModelCard, Tensor as Weights, WeightFile};

const VARIANT: &str = "lstm-alpha-beta";
/// Genes of a step.
const BATCH: usize = 50;
const EPOCHS: usize = 6;

fn main() -> Result<(), Box<dyn Error>> {
    let out = std::env::args().nth(1).ok_or("expected MODEL")?;
    let genes = |seed| SimulationConfig {
        seed,
        ..SimulationConfig::default()
    };
    let (training, test) = (simulate(&genes(1))?.table, simulate(&genes(2))?.table);

    let sizes = Sizes {
        bin_rnn_size: 8,
        ..Sizes::default()
    };
    let architecture = Architecture::new(VARIANT, sizes)?;
    let mut random = SplitMix64::seed_from_u64(1);
    let mut uniform = || (random.next_u32() as f32 / u32::MAX as f32 - 0.5) * 0.2;
    let start = architecture.tensors().into_iter().map(|(name, shape)| {
        let values = (0..shape.iter().product()).map(|_| uniform()).collect();
        (name, Weights::new(shape, values))
    });
    let device = DeviceKind::Cpu.open()?;
    let learning = device.clone().autodiff();
    let mut model = AttentiveChrome::load(architecture, &start.collect(), &learning);
    let mut descent = Descent {
        rate: 0.05,
        momentum: 0.9,
        steps: HashMap::new(),
        gradients: None,
    };
    for epoch in 1..=EPOCHS {
        let mut sum = 0.0;
        for first in (0..training.genes.len()).step_by(BATCH) {
            let (signal, labels) = batch(&training, first);
            let logit = model
                .classify(model.embed(Tensor::from_data(signal, &learning)).gene)
                .squeeze_dim(1);
            let loss = binary_cross_entropy(logit, Tensor::from_data(labels, &learning));
            sum += loss.clone().into_scalar::<f32>();
            descent.gradients = Some(loss.backward());
            model = model.map(&mut descent);
        }
        eprintln!(
            "epoch {epoch}: loss {:.3}",
            sum * BATCH as f32 / training.genes.len() as f32
        );
    }

    let mut card = ModelCard::new(FAMILY, VARIANT, training.marks.clone(), training.bins);
    card.name = "LSTM-α,β on simulated genes".into();
    card.transform.kind = TransformKind::Log1p;
    card.simulated = true;
    card.input_distribution = training.distribution();
    let bytes = WeightFile::write(&card, &model.store(), Dtype::F32)?;
    std::fs::write(&out, &bytes)?;

    let engine = Engine::load(&out, &bytes, &device)?;
    let prepared = engine.prepare(&test, &PrepareOptions::default())?;
    let predictions = block_on(engine.predict_batch(prepared.values(0, prepared.genes()), prepared.genes()))?;
    let scores: Vec<f64> = predictions.logit.iter().map(|&logit| f64::from(logit)).collect();
    let area = auroc(&scores, test.labels.as_deref().unwrap_or_default()).ok_or("genes of a single class")?;
    eprintln!("{out}: AUROC {area:.3} on {} genes that it never saw", test.genes.len());
    Ok(())
}

/// Signal [N, T, M] as the card says it is transformed, ln(1 + x), and labels [N], of the genes from `first` on.
fn batch(table: &SignalTable, first: usize) -> (TensorData, TensorData) {
    let genes = first..(first + BATCH).min(table.genes.len());
    let signal = genes
        .clone()
        .flat_map(|gene| table.gene(gene))
        .map(|value| value.ln_1p())
        .collect::<Vec<_>>();
    let labels = table.labels.as_deref().unwrap_or_default()[genes.clone()]
        .iter()
        .map(|&on| f32::from(u8::from(on)));
    (
        TensorData::new(signal, [genes.len(), table.bins, table.marks.len()]),
        TensorData::new(labels.collect::<Vec<_>>(), [genes.len()]),
    )
}

/// Mean of -[y ln σ(z) + (1 - y) ln(1 - σ(z))], from log-odds z so that nothing overflows.
fn binary_cross_entropy(logit: Tensor<1>, label: Tensor<1>) -> Tensor<1> {
    let rest = logit.clone().abs().neg().exp().log1p();
    (logit.clone().clamp_min(0.0) - logit * label + rest).mean()
}

/// θ ← θ - s, s ← momentum s + rate ∂L/∂θ.
struct Descent {
    rate: f64,
    momentum: f64,
    /// The last step of each tensor, flat.
    steps: HashMap<ParamId, Tensor<1>>,
    gradients: Option<Gradients>,
}

impl ModuleMapper for Descent {
    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (id, weights, mapper) = parameter.consume();
        let gradient = self.gradients.as_ref().and_then(|gradients| weights.grad(gradients));
        let shape = weights.dims();
        let mut weights = weights.inner();
        if let Some(gradient) = gradient {
            let mut step = gradient.flatten::<1>(0, D - 1).mul_scalar(self.rate);
            if let Some(last) = self.steps.remove(&id) {
                step = step + last.mul_scalar(self.momentum);
            }
            weights = weights - step.clone().reshape(shape);
            self.steps.insert(id, step);
        }
        Param::from_mapped_value(id, Tensor::from_inner(weights).require_grad(), mapper)
    }
}
