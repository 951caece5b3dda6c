//! Attributions of genes against maps that PyTorch and Captum gave in double precision, from the same model files;
//! `benches/golden_table_attributions.py` of commit e7db7fa7 made the maps.

use burn::tensor::Device;
use pollster::block_on;
use regulens::engine::Engine;
use regulens::interpret::attribution::{Attribution, Method, Steps, Window};
use regulens::task::Contrast;
use serde::Deserialize;

use crate::common::stored::Stored;

/// Differences of values of a map, relative to the gene's score, or to 1 where the score is smaller.
const TOLERANCE: f64 = 1e-5;

/// A map that is stored, as the program would be asked for it.
#[derive(Deserialize)]
struct Case {
    name: String,
    method: String,
    baseline: String,
    symmetric: Option<bool>,
    steps: Option<usize>,
    window: Option<usize>,
    together: Option<bool>,
}

impl Case {
    fn method(&self) -> Method {
        match self.method.as_str() {
            "gradient-x-input" => Method::GradientXInput,
            "integrated-gradients" => Method::IntegratedGradients(Steps::Fixed(self.steps.expect("steps"))),
            "occlusion" => Method::Occlusion(Window {
                bins: self.window.expect("a window"),
                together: self.together.expect("of all marks or not"),
                side_by_side: false,
            }),
            "shapley" => Method::Shapley,
            other => panic!("{other} is no method"),
        }
    }

    fn baseline(&self, engine: &Engine, values: &[f32]) -> Vec<f32> {
        let named = |contrast: &Contrast| contrast.name() == self.baseline;
        let contrast = Contrast::ALL.into_iter().find(named).expect("a contrast");
        let genes = values.len() / engine.gene_shape().size();
        block_on(engine.baseline(contrast, values, genes)).expect("a baseline")
    }
}

/// A model, and what is stored of it: the values of some genes, and their maps.
struct Golden {
    engine: Engine,
    stored: Stored<Case>,
}

impl Golden {
    /// Every model of which something is stored.
    fn all() -> Vec<Self> {
        let loaded = |stored: Stored<Case>| Self {
            engine: Engine::load(&stored.name, &stored.model, &Device::flex()).expect("a model that ships"),
            stored,
        };
        Stored::all("golden_attributions").into_iter().map(loaded).collect()
    }

    fn attribute(&self, case: &Case) -> Attribution {
        let values: Vec<f32> = self
            .stored
            .numbers("values")
            .iter()
            .map(|&value| value as f32)
            .collect();
        self.engine.set_symmetric(case.symmetric.unwrap_or_default());
        let baseline = case.baseline(&self.engine, &values);
        block_on(self.engine.attribute(&values, &baseline, case.method())).expect("attributions")
    }
}

/// The largest difference of a gene's values, relative to its score.
fn off(got: &[f32], expected: &[f64], score: f64) -> f64 {
    let differences = got
        .iter()
        .zip(expected)
        .map(|(&got, expected)| f64::from(got) - expected);
    let largest = differences.fold(0.0, |largest: f64, difference| match difference.is_nan() {
        true => f64::INFINITY,
        false => largest.max(difference.abs()),
    });
    largest / score.abs().max(1.0)
}

/// Compares every stored map of a method, and returns how many there are.
fn compared(method: &str) -> usize {
    let mut count = 0;
    for golden in Golden::all() {
        for case in golden.stored.cases.iter().filter(|case| case.method == method) {
            let own = case.symmetric.map(|_| format!("{}.score", case.name));
            let scores = golden.stored.numbers(own.as_deref().unwrap_or("score"));
            let found = golden.attribute(case);
            let expected = golden.stored.numbers(&format!("{}.attributions", case.name));
            let baseline_scores = golden.stored.numbers(&format!("{}.baseline_score", case.name));
            assert_eq!(found.values.len(), expected.len(), "as many values as expected");
            let size = expected.len() / scores.len();
            for (gene, &score) in scores.iter().enumerate() {
                let of_gene = gene * size..(gene + 1) * size;
                for (what, error) in [
                    ("map", off(&found.values[of_gene.clone()], &expected[of_gene], score)),
                    ("score", off(&found.score[gene..=gene], &[score], score)),
                    (
                        "baseline's score",
                        off(&found.baseline_score[gene..=gene], &baseline_scores[gene..=gene], score),
                    ),
                ] {
                    let model = &golden.engine.card().name;
                    println!("{model}, {}, gene {gene}, {what}: {error:.1e}", case.name);
                    assert!(
                        error < TOLERANCE,
                        "{model}, {}, gene {gene}, {what}: {error:e}",
                        case.name
                    );
                }
            }
            count += 1;
        }
    }
    count
}

#[test]
fn gradients_times_inputs_are_those_of_pytorch() {
    assert_eq!(compared("gradient-x-input"), 4);
}

#[test]
fn integrated_gradients_are_those_of_pytorch_and_captum() {
    assert_eq!(compared("integrated-gradients"), 13);
}

#[test]
fn occlusion_is_what_pytorch_scores_lose() {
    assert_eq!(compared("occlusion"), 5);
}

#[test]
fn shapley_values_are_those_over_all_orders() {
    assert_eq!(compared("shapley"), 10);
}
