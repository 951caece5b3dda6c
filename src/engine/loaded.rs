//! The one place that knows which model a card names.

use burn::tensor::{Device, Tensor};

use super::Batch;
use crate::error::Error;
use crate::kernel;
use crate::model::attentive_chrome::{Architecture, AttentiveChrome, Embedding};
use crate::model::deep_diff::{self, DeepDiff, Inputs};
use crate::weights::{ModelCard, WeightFile};

/// A model of any family that this version runs.
#[derive(Debug)]
pub enum Loaded {
    /// Of AttentiveChrome.
    AttentiveChrome(Box<AttentiveChrome>),
    /// Of DeepDiff.
    DeepDiff(Box<DeepDiff>, deep_diff::Architecture),
}

impl Loaded {
    /// Builds the model that the card names. A weight file that has been read names a known variant and has all its
    /// tensors, so that nothing can be missing here.
    ///
    /// # Errors
    /// [`Error::Device`] if the model is too large for the device.
    pub fn new(weights: &WeightFile, device: &Device) -> Result<Self, Error> {
        let WeightFile { card, tensors, .. } = weights;
        let too_large = |problem| failed("the GPU", problem);
        if card.family == deep_diff::FAMILY {
            let architecture = deep_diff::Architecture::of(card);
            architecture.check_device(device).map_err(too_large)?;
            let mut model = DeepDiff::load(architecture, tensors, device);
            model.place();
            return Ok(Self::DeepDiff(Box::new(model), architecture));
        }
        let architecture = Architecture::of(card);
        architecture.check_device(device).map_err(too_large)?;
        let mut model = AttentiveChrome::load(architecture, tensors, device);
        model.place();
        Ok(Self::AttentiveChrome(Box::new(model)))
    }

    /// What one gene takes of a device while predicting: the bytes of the largest buffer of a pass, which bound how
    /// many genes fit into one.
    pub fn footprint(&self, card: &ModelCard) -> u64 {
        match self {
            Self::AttentiveChrome(_) => Architecture::of(card).predicting(),
            Self::DeepDiff(_, architecture) => architecture.predicting(),
        }
    }

    /// Signal [N, T, columns], transformed as the card says.
    pub async fn predict(&self, values: Vec<f32>, shape: [usize; 3], device: &Device) -> Result<Batch, Error> {
        match self {
            Self::AttentiveChrome(model) => probabilities(model, kernel::tensor(values, shape, device)).await,
            Self::DeepDiff(model, architecture) => {
                let inputs = Inputs::new(*architecture, values, shape[0], device);
                changes(model, inputs).await
            }
        }
    }

    /// The model whose gradients are known; a caller asks [`Engine`](super::Engine) first.
    #[cfg(feature = "flex")]
    fn explained(&self) -> &AttentiveChrome {
        match self {
            Self::AttentiveChrome(model) => model,
            Self::DeepDiff(..) => unreachable!("only AttentiveChrome is explained by gradients"),
        }
    }

    /// The log-odds of *on* `[N]` of signal [N, T, M], transformed as the card says; on the CPU.
    #[cfg(feature = "flex")]
    pub fn log_odds(&self, x: Tensor<3>) -> Vec<f32> {
        let model = self.explained();
        let scores = model.classify(model.embed(x).gene);
        log_odds(kernel::input_gradient::values(scores), model.outputs())
    }

    /// The gradient of a score with respect to x [N, T, M]; on the CPU.
    #[cfg(feature = "flex")]
    pub fn gradient(&self, x: Tensor<3>, score: Score) -> Vec<f32> {
        let model = self.explained();
        let (genes, outputs) = (x.dims()[0], model.outputs());
        let of_one: &[f32] = match (outputs, score) {
            (1, _) => &[1.0],
            (_, Score::On) => &[1.0, 0.0],
            (_, Score::LogOdds) => &[1.0, -1.0],
        };
        let scores = kernel::tensor(of_one.repeat(genes), [genes, outputs], &x.device());
        kernel::input_gradient::values(model.input_gradient(x, scores))
    }
}

/// What AttentiveChrome says.
async fn probabilities(model: &AttentiveChrome, x: Tensor<3>) -> Result<Batch, Error> {
    let Embedding { gene, alpha, beta } = model.embed(x);
    let scores = model.classify(gene);
    let outputs = scores.dims()[1];
    // On the host, from what is read back anyway: on a GPU it would be more launches and another wait.
    let logit = log_odds(read(scores).await?, outputs);
    Ok(Batch {
        probability: logit.iter().map(|&logit| sigmoid(logit)).collect(),
        logit,
        alpha: read_if_any(alpha).await?,
        beta: read_if_any(beta).await?,
        ..Batch::default()
    })
}

/// What DeepDiff says.
async fn changes(model: &DeepDiff, inputs: Inputs) -> Result<Batch, Error> {
    let output = model.forward(inputs);
    let expression = match output.expression {
        Some([a, b]) => {
            let (a, b) = (read(a).await?, read(b).await?);
            a.into_iter().zip(b).flat_map(|(a, b)| [a, b]).collect()
        }
        None => Vec::new(),
    };
    let (auxiliary_alpha, auxiliary_beta) = output.auxiliary.unzip();
    Ok(Batch {
        fold_change: read(output.fold_change).await?,
        expression,
        alpha: read(output.alpha).await?,
        beta: read(output.beta).await?,
        auxiliary_alpha: read_if_any(auxiliary_alpha).await?,
        auxiliary_beta: read_if_any(auxiliary_beta).await?,
        ..Batch::default()
    })
}

/// What a gradient is of. The same where a model has one output.
#[cfg(feature = "flex")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Score {
    /// The score of *on*, before log-softmax where there are two.
    On,
    /// The log-odds of *on*.
    LogOdds,
}

/// The log-odds of *on* from a model's scores, `outputs` a gene.
fn log_odds(scores: Vec<f32>, outputs: usize) -> Vec<f32> {
    match outputs {
        1 => scores,
        _ => scores.chunks_exact(2).map(|of| of[0] - of[1]).collect(),
    }
}

/// P(on) from its log-odds.
fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// Reads attention back; nothing where there is none.
async fn read_if_any<const D: usize>(tensor: Option<Tensor<D>>) -> Result<Vec<f32>, Error> {
    match tensor {
        Some(tensor) => read(tensor).await,
        None => Ok(Vec::new()),
    }
}

/// Reads a result back. Asynchronous, because a page may not block on its GPU.
pub(super) async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, Error> {
    let data = tensor.into_data_async().await;
    data.map_err(|error| format!("{error:?}"))
        .and_then(|data| data.try_to_vec().map_err(|error| format!("{error:?}")))
        .map_err(|error| {
            failed(
                "the device",
                format!("the results did not come back ({error}). Load the model again, or use the CPU"),
            )
        })
}

pub(super) fn failed(device: &str, problem: String) -> Error {
    Error::Device {
        device: device.to_owned(),
        problem,
    }
}
