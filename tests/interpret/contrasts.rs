//! Default contrasts of the models that ship, against planted truth, and the symmetric form of a change.

use std::collections::BTreeMap;
use std::path::Path;

use burn::tensor::Device;
use pollster::block_on;
use regulens::engine::{Engine, PrepareOptions, Prepared};
use regulens::input::SignalTable;
use regulens::interpret::attribution::{Attribution, Method, Steps};
use regulens::simulate::hm::{SimulationConfig, simulate};
use regulens::task::Contrast;

use crate::common::shared;

/// Genes of a seed that no model and no choice has seen.
const GENES: usize = 40;
const SEED: u64 = 977;

fn shipped(name: &str) -> Engine {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("models/{name}.safetensors"));
    let bytes = std::fs::read(path).expect("a model that ships");
    Engine::load(name, &bytes, &Device::flex()).expect("a model that ships")
}

fn explained(engine: &Engine, values: &[f32], genes: usize, contrast: Contrast, method: Method) -> Attribution {
    let baseline = block_on(engine.baseline(contrast, values, genes)).expect("a baseline");
    block_on(engine.attribute(values, &baseline, method)).expect("attributions")
}

/// The share of planted marks with contributions beyond a tenth whose sum has the sign of the mark's role, and the
/// share of genes predicted on whose baseline is predicted off.
fn signs_and_answers(engine: &Engine, contrast: Contrast, method: Method) -> (f64, f64) {
    let config = SimulationConfig {
        genes: GENES,
        seed: SEED,
        ..SimulationConfig::default()
    };
    let simulated = simulate(&config).expect("a simulation");
    let prepared = engine
        .prepare(&simulated.table, &PrepareOptions::default())
        .expect("a table for the model");
    let found = explained(engine, prepared.values(0, GENES), GENES, contrast, method);
    let (marks, size) = (&engine.card().marks, found.values.len() / GENES);
    let (mut right, mut all) = (0_usize, 0_usize);
    for (values, truth) in found.values.chunks_exact(size).zip(&simulated.truth) {
        let mut planted = BTreeMap::new();
        for stretch in &truth.planted {
            // More of an activating mark lies on genes that are on.
            planted.insert(&stretch.mark, (stretch.effect > 1.0) == truth.on);
        }
        for (mark, activates) in planted {
            let column = marks.iter().position(|name| name == mark).expect("a mark of the model");
            let sum: f32 = values.iter().skip(column).step_by(marks.len()).sum();
            if sum.abs() > 0.1 {
                all += 1;
                right += usize::from((sum > 0.0) == activates);
            }
        }
    }
    let on = found
        .score
        .iter()
        .zip(&found.baseline_score)
        .filter(|&(&score, _)| score >= 0.0);
    let off = on.clone().filter(|&(_, &baseline)| baseline < 0.0).count();
    assert!(
        all > GENES / 2 && on.clone().count() > GENES / 4,
        "too little to judge by"
    );
    (right as f64 / all as f64, off as f64 / on.count() as f64)
}

#[test]
fn by_default_planted_marks_have_their_signs_and_the_baseline_of_a_gene_that_is_on_is_off() {
    for name in ["attentive-chrome-k562", "cnn-attn-k562"] {
        let engine = shipped(name);
        for method in [Method::IntegratedGradients(Steps::Fixed(16)), Method::Shapley] {
            let (signs, answers) = signs_and_answers(&engine, engine.contrast(), method);
            assert!(signs >= 0.9 && answers >= 0.95, "{name}, {method:?}: {signs} {answers}");
        }
        // The default of before: a gene that is on stays on, and its sums read backwards.
        let (signs, answers) = signs_and_answers(&engine, Contrast::GeneMean, Method::Shapley);
        assert!(signs < 0.9 && answers < 0.95, "{name}: {signs} {answers}");
    }
}

/// The first of the 200 real test genes in both cell types; none where they do not lie beside the checkout.
fn pair(engine: &Engine, genes: usize) -> Option<(Prepared, Vec<f32>)> {
    let [a, b] = [1, 2].map(|cell| {
        let file = format!("data/deepdiff/data/Cell{cell}.test.csv.gz");
        shared(&file).map(|bytes| SignalTable::read(&file, &bytes).expect("a published table"))
    });
    let options = PrepareOptions::default();
    let prepared = engine.prepare_pair([&a?, &b?], [&options, &options]).expect("a pair");
    let values = prepared.values(0, genes).to_vec();
    Some((prepared, values))
}

const CHANGES: [&str; 7] = [
    "raw-d",
    "raw-c",
    "raw",
    "aux",
    "aux-siamese",
    "raw-aux",
    "raw-aux-siamese",
];

#[test]
fn the_middle_of_two_cell_types_explains_most_of_a_change_and_the_symmetric_form_all_of_it() {
    let mut most = 0;
    for variant in CHANGES {
        let engine = shipped(&format!("deep-diff-{variant}-k562-h1"));
        assert_eq!(engine.contrast(), Contrast::Midpoint, "{variant}");
        let Some((prepared, _)) = pair(&engine, 1) else { return };
        // Genes that are predicted to change twofold: of others the answer to no change is most of the prediction.
        let shares = |engine: &Engine, genes: usize| {
            let values = prepared.values(0, genes);
            let middle = block_on(engine.baseline(Contrast::Midpoint, values, genes)).expect("a pair");
            let [score, unchanged] = [values, &middle].map(|of| block_on(engine.scores(of, genes)).expect("scores"));
            let changed = score.iter().zip(&unchanged).filter(|(f, _)| f.abs() > 1.0);
            let mut shares: Vec<f32> = changed.map(|(f, still)| (f - still) / f).collect();
            shares.sort_by(f32::total_cmp);
            (shares[shares.len() / 2], unchanged)
        };
        let (explained, _) = shares(&engine, 80);
        assert!(explained >= 0.75, "{variant}: {explained}");
        most += usize::from(explained <= 1.1);
        engine.set_symmetric(true);
        let (explained, unchanged) = shares(&engine, 10);
        assert!((explained - 1.0).abs() < 1e-6, "{variant}: {explained}");
        assert!(unchanged.iter().all(|still| still.abs() < 1e-6), "{variant}");
    }
    // Raw: d and Raw predict a change to the other side where there is none: 1.31 and 1.12 of it, and the page says so
    // beside a prediction.
    assert!(most >= 5, "{most} of 7");
}

#[test]
fn the_symmetric_form_turns_its_sign_with_the_tables_and_its_attributions_add_up() {
    let engine = shipped("deep-diff-raw-d-k562-h1");
    let genes = 3;
    let Some((_, values)) = pair(&engine, genes) else {
        return;
    };
    let plain = block_on(engine.scores(&values, genes)).expect("scores");
    let turned = block_on(engine.baseline(Contrast::Other, &values, genes)).expect("a pair");
    let reverse = block_on(engine.scores(&turned, genes)).expect("scores");
    engine.set_symmetric(true);
    let [forth, back] = [&values, &turned].map(|of| block_on(engine.scores(of, genes)).expect("scores"));
    for gene in 0..genes {
        assert!((forth[gene] - (plain[gene] - reverse[gene]) / 2.0).abs() < 1e-6);
        assert!((forth[gene] + back[gene]).abs() < 1e-6);
    }
    let method = Method::IntegratedGradients(Steps::UntilComplete);
    let found = explained(&engine, &values, genes, Contrast::Midpoint, method);
    assert!(
        (0..genes).all(|gene| found.is_complete(gene)),
        "{:?}",
        found.completeness()
    );
}

#[test]
fn a_contrast_that_a_model_cannot_have_is_refused_with_the_way_to_it() {
    let engine = shipped("attentive-chrome-k562");
    let size = engine.gene_shape().size();
    let error = block_on(engine.baseline(Contrast::Midpoint, &vec![1.0; size], 1)).expect_err("one cell type");
    assert!(error.to_string().contains("one cell type"), "{error}");
    let change = shipped("deep-diff-raw-d-k562-h1");
    let values = vec![1.0; change.gene_shape().size()];
    let error = block_on(change.baseline(Contrast::ClassMean, &values, 1)).expect_err("no classes");
    assert!(error.to_string().contains("regulens calibrate explanations"), "{error}");
}
