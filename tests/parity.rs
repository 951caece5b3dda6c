//! The engine against golden outputs, on every device that is here: natively the CPU and wgpu, as wasm the CPU.

#![cfg(any(feature = "flex", feature = "wgpu"))]

mod common;
#[path = "parity/tracks.rs"]
mod tracks;

use burn::tensor::Device;
use common::{ATTENTIVE_CHROME, Golden, error, say};
use regulens::engine::{Batch, Engine};
use regulens::weights::{Dtype, WeightFile};

/// Tolerance of parity in float32 for this family.
const TOLERANCE: f64 = 1e-5;

async fn run(golden: &Golden, device: &Device) -> Batch {
    let engine = Engine::load(&golden.name, &golden.model, device).expect("a golden model loads");
    let (shape, counts) = golden.input("counts");
    engine
        .predict_batch(&counts, shape[0])
        .await
        .expect("the device answers")
}

async fn parity(device_name: &str, device: &Device) {
    for name in ATTENTIVE_CHROME {
        let Some(golden) = Golden::read(name) else {
            return;
        };
        let got = run(&golden, device).await;
        let outputs = [
            ("logit", &got.logit),
            ("probability", &got.probability),
            ("alpha", &got.alpha),
            ("beta", &got.beta),
        ];
        for (output, values) in outputs {
            // A variant gives nothing that it does not have; DeepChrome's log-odds are the difference of two scores.
            let difference = || -> Option<Vec<f64>> {
                let scores = golden.output("scores").filter(|_| output == "logit")?;
                Some(scores.chunks(2).map(|of| of[0] - of[1]).collect())
            };
            let expected = golden.output(output).map(<[f64]>::to_vec);
            let expected = expected.or_else(difference).unwrap_or_default();
            let error = error(values, &expected);
            say(&format!(
                "{device_name:5} {name:30} {output:12} {error:.1e}{}",
                if expected.is_empty() { " (none)" } else { "" }
            ));
            assert!(error <= TOLERANCE, "{device_name}, {name}, {output}: {error:e}");
        }
    }
}

/// One gene, ragged batches and large ones give each gene what it got among the others, to rounding.
async fn any_batch(device: &Device) {
    for name in ["lstm-alpha-beta.authors", "lstm", "cnn-alpha-beta", "deep-chrome"] {
        any_batch_of(name, device).await;
    }
}

async fn any_batch_of(name: &str, device: &Device) {
    let Some(golden) = Golden::read(name) else {
        return;
    };
    let engine = Engine::load(&golden.name, &golden.model, device).expect("a golden model loads");
    let (shape, counts) = golden.input("counts");
    let (genes, size) = (shape[0], shape[1] * shape[2]);
    let expected = run(&golden, device).await.logit;
    let expected: Vec<f64> = expected.into_iter().map(f64::from).collect();
    for batch in [1, 3, 4, 7, 29] {
        for first in (0..genes).step_by(batch) {
            let last = genes.min(first + batch);
            let values = &counts[first * size..last * size];
            let got = engine
                .predict_batch(values, last - first)
                .await
                .expect("the device answers");
            let error = error(&got.logit, &expected[first..last]);
            assert!(error <= TOLERANCE, "genes {first}..{last}: {error:e}");
        }
    }
    let repeated = counts.repeat(11);
    let got = engine
        .predict_batch(&repeated, 11 * genes)
        .await
        .expect("the device answers");
    assert!(error(&got.logit, &expected.repeat(11)) <= TOLERANCE);
}

/// Models of several variants together: each member gives its own golden log-odds, and the mean is theirs.
async fn together(device_name: &str, device: &Device) {
    let names = ["lstm-alpha-beta", "lstm-attn", "cnn-attn"];
    let Some(cases) = names.into_iter().map(Golden::read).collect::<Option<Vec<_>>>() else {
        return;
    };
    let models = cases
        .iter()
        .map(|case| WeightFile::read(&case.name, &case.model).expect("a golden model"));
    let joined = WeightFile::together(&models.collect::<Vec<_>>()).expect("the same marks and bins");
    let bytes = WeightFile::write(&joined.card, &joined.tensors, Dtype::F32).expect("what was joined");
    let engine = Engine::load("together", &bytes, device).expect("the file of several models");
    for (member, case) in cases.iter().enumerate() {
        let (shape, counts) = case.input("counts");
        let genes = shape[0];
        let got = engine.predict_batch(&counts, genes).await.expect("the device answers");
        assert_eq!(got.number_of_members(genes), names.len());
        let own = error(&got.member(genes, member), case.expected("logit"));
        say(&format!(
            "{device_name:5} member {member} of {:22} logit        {own:.1e}",
            names.len()
        ));
        assert!(own <= TOLERANCE, "{device_name}, {}: {own:e}", case.name);
        let mean = |gene: usize| {
            got.members[gene * names.len()..][..names.len()]
                .iter()
                .map(|&z| f64::from(z))
                .sum::<f64>()
        };
        let means: Vec<f64> = (0..genes).map(|gene| mean(gene) / names.len() as f64).collect();
        assert!(
            error(&got.logit, &means) <= 1e-6,
            "{device_name}: {:?}, expected {means:?}",
            got.logit
        );
        let probabilities: Vec<f64> = means.iter().map(|z| 1.0 / (1.0 + (-z).exp())).collect();
        assert!(error(&got.probability, &probabilities) <= 1e-6, "{device_name}");
    }
}

#[cfg(feature = "flex")]
mod explanations {
    use regulens::interpret::class_optimisation::ClassOptimisationSettings;

    use super::*;

    /// Tolerance of parity for saliency and thirty steps of class optimisation.
    const TOLERANCE: f64 = 1e-4;

    fn held_to(what: &str, got: &[f32], expected: &[f64], tolerance: f64) {
        let error = error(got, expected);
        say(&format!("cpu   deep-chrome {what:30} {error:.1e}"));
        assert!(error <= tolerance, "{what}: {error:e}");
    }

    pub fn saliency() {
        let Some(golden) = Golden::read("deep-chrome") else {
            return;
        };
        let engine = Engine::load(&golden.name, &golden.model, &Device::flex()).expect("a golden model loads");
        let (shape, counts) = golden.input("counts");
        let got = engine.saliency(&counts, shape[0]).expect("on the CPU");
        held_to("saliency", &got, golden.expected("saliency"), TOLERANCE);
    }

    pub fn class_optimisation() {
        let Some(golden) = Golden::read("deep-chrome") else {
            return;
        };
        let engine = Engine::load(&golden.name, &golden.model, &Device::flex()).expect("a golden model loads");
        let (_, start) = golden.input("class_optimisation_start");
        let mut search = engine
            .class_optimisation(ClassOptimisationSettings::default(), Some(&start))
            .expect("on the CPU");
        let losses: Vec<f32> = (0..30).map(|_| search.step()).collect();
        let expected = golden.expected("class_optimisation_loss");
        held_to("class optimisation, loss", &losses, expected, TOLERANCE);
        let expected = golden.expected("class_optimisation_30");
        held_to("class optimisation, X", search.input(), expected, TOLERANCE);
    }
}

#[cfg(feature = "flex")]
mod cpu {
    use super::*;

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn the_cpu_gives_the_golden_saliency() {
        explanations::saliency();
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn the_cpu_optimises_a_class_to_the_golden_input() {
        explanations::class_optimisation();
    }

    #[cfg(target_arch = "wasm32")]
    #[wasm_bindgen_test::wasm_bindgen_test]
    fn the_cpu_gives_the_golden_saliency() {
        explanations::saliency();
    }

    #[cfg(target_arch = "wasm32")]
    #[wasm_bindgen_test::wasm_bindgen_test]
    fn the_cpu_optimises_a_class_to_the_golden_input() {
        explanations::class_optimisation();
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn the_cpu_gives_the_golden_outputs() {
        pollster::block_on(parity("cpu", &Device::flex()));
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn the_cpu_gives_each_member_of_several_its_golden_log_odds() {
        pollster::block_on(together("cpu", &Device::flex()));
    }

    #[cfg(target_arch = "wasm32")]
    #[wasm_bindgen_test::wasm_bindgen_test]
    async fn the_cpu_gives_each_member_of_several_its_golden_log_odds() {
        together("wasm", &Device::flex()).await;
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn the_cpu_gives_each_gene_the_same_in_any_batch() {
        pollster::block_on(any_batch(&Device::flex()));
    }

    #[cfg(target_arch = "wasm32")]
    #[wasm_bindgen_test::wasm_bindgen_test]
    async fn the_cpu_gives_the_golden_outputs() {
        parity("wasm", &Device::flex()).await;
    }

    #[cfg(target_arch = "wasm32")]
    #[wasm_bindgen_test::wasm_bindgen_test]
    async fn the_cpu_gives_each_gene_the_same_in_any_batch() {
        any_batch(&Device::flex()).await;
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn float16_storage_is_small_and_moves_no_probability_far() {
        for name in ATTENTIVE_CHROME {
            let Some(golden) = Golden::read(name) else {
                return;
            };
            let (shape, counts) = golden.input("counts");
            let half = common::model(name, shape[1], shape[2], Dtype::F16).expect("shared is there");
            let engine = Engine::load(name, &half, &Device::flex()).expect("a float16 model loads");
            let got = pollster::block_on(engine.predict_batch(&counts, shape[0])).expect("the CPU answers");
            let error = error(&got.probability, golden.expected("probability"));
            say(&format!("float16 {name:30} {error:.1e}, {} bytes", half.len()));
            // The golden weights are wide on purpose; the authors' are those of a trained model.
            if name.ends_with("authors") {
                assert!(error <= 2e-3, "{name}: {error:e}");
                assert!(half.len() <= 130_000, "{name}: {} bytes", half.len());
            }
        }
    }
}

#[cfg(all(feature = "wgpu", not(target_arch = "wasm32")))]
mod wgpu {
    use super::*;

    #[test]
    fn wgpu_gives_the_golden_outputs() {
        for (name, device) in common::gpus() {
            pollster::block_on(parity(name, &device));
        }
    }

    #[test]
    fn wgpu_gives_each_member_of_several_its_golden_log_odds() {
        for (name, device) in common::gpus() {
            pollster::block_on(together(name, &device));
        }
    }

    #[test]
    fn wgpu_gives_each_gene_the_same_in_any_batch() {
        for (_, device) in common::gpus() {
            pollster::block_on(any_batch(&device));
        }
    }
}
