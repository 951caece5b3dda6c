//! Explanations through the engine, as the command line and the page ask for them.

use burn::tensor::Device;
use regulens::Error;
use regulens::engine::Engine;
use regulens::interpret::attribution::gene_means;
use regulens::interpret::class_optimisation::{Class, ClassOptimisationSettings};
use regulens::interpret::deletion::{DeletionSettings, deletion};
use regulens::interpret::importance;
use regulens::model::attentive_chrome::{Architecture, Sizes, variants};
use regulens::nn::NamedTensors;
use regulens::task::Contrast;
use regulens::weights::card::{Transform, TransformKind};
use regulens::weights::{Dtype, ModelCard, Tensor, WeightFile};

const BINS: usize = 24;
const MARKS: usize = 3;

fn uniform(seed: &mut u32) -> f32 {
    *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    (*seed >> 8) as f32 / 16_777_216.0
}

/// An untrained model of a variant, small, that sees ln(1 + x), scaled mark by mark.
fn engine(variant: &str) -> Engine {
    let mut seed = 3;
    engine_of(variant, || 1.2 * uniform(&mut seed) - 0.6)
}

/// The same of these weights.
fn engine_of(variant: &str, mut weight: impl FnMut() -> f32) -> Engine {
    let sizes = Sizes {
        marks: MARKS,
        bins: BINS,
        bin_rnn_size: 6,
        head_hidden: 5,
        filters: 7,
        width: 4,
        hm_filters: 5,
        hidden_1: 11,
        hidden_2: 9,
        ..Sizes::default()
    };
    let mut tensors = NamedTensors::new();
    let architecture = Architecture::new(variant, sizes).expect("a variant");
    for (name, shape) in architecture.tensors() {
        let values = (0..shape.iter().product()).map(|_| weight()).collect();
        tensors.insert(name, Tensor::new(shape, values));
    }
    let marks = (0..MARKS).map(|mark| format!("mark {mark}")).collect();
    let mut card = ModelCard::new("attentive-chrome", variant, marks, BINS);
    card.transform = Transform {
        kind: TransformKind::Log1p,
        scale: Some(vec![1.0, 0.5, 2.0]),
    };
    let file = WeightFile::write(&card, &tensors, Dtype::F32).expect("a whole model");
    Engine::load("small.safetensors", &file, &Device::flex()).expect("a whole model")
}

/// Counts of `genes` genes, the first silent.
fn counts(genes: usize) -> Vec<f32> {
    let mut seed = 9;
    let values = (0..genes * BINS * MARKS).map(|place| {
        let most = if place < BINS * MARKS { 0.0 } else { 9.0 };
        (uniform(&mut seed) * most).floor()
    });
    values.collect()
}

fn logits(engine: &Engine, values: &[f32]) -> Vec<f32> {
    let genes = values.len() / (BINS * MARKS);
    pollster::block_on(engine.predict_batch(values, genes))
        .expect("the CPU answers")
        .logit
}

#[test]
fn saliency_is_the_slope_of_the_score_in_the_tables_own_values() {
    for variant in variants().filter(|&variant| variant != "deep-chrome") {
        let engine = engine(variant);
        let values = counts(2);
        let saliency = engine.saliency(&values, 2).expect("on the CPU");
        let largest = saliency.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        let (step, size) = (0.02_f32, BINS * MARKS);
        // One value of the second gene at a time, up and down.
        let mut moved = Vec::new();
        for place in 0..size {
            for sign in [1.0, -1.0] {
                let first = moved.len();
                moved.extend_from_slice(&values[size..]);
                moved[first + place] += sign * step;
            }
        }
        let logits = logits(&engine, &moved);
        for (place, pair) in logits.chunks_exact(2).enumerate() {
            let slope = (pair[0] - pair[1]) / (2.0 * step);
            let got = saliency[size + place];
            assert!(
                (slope - got).abs() < 1e-2 * largest,
                "{variant}, value {place}: {got}, its difference quotient {slope}, the largest {largest}"
            );
        }
    }
}

#[test]
fn saliency_of_a_gene_is_the_same_in_any_batch() {
    for variant in variants() {
        let engine = engine(variant);
        let values = counts(40);
        let all = engine.saliency(&values, 40).expect("on the CPU");
        let size = BINS * MARKS;
        for gene in [0, 1, 17, 39] {
            let alone = engine.saliency(&values[gene * size..][..size], 1);
            for (alone, all) in alone.expect("on the CPU").iter().zip(&all[gene * size..]) {
                assert!((alone - all).abs() < 1e-5, "{variant}, gene {gene}");
            }
        }
    }
}

#[test]
fn a_silent_gene_has_a_saliency_of_finite_numbers() {
    for variant in variants() {
        let silent = vec![0.0; BINS * MARKS];
        let saliency = engine(variant).saliency(&silent, 1).expect("on the CPU");
        assert!(saliency.iter().all(|value| value.is_finite()), "{variant}");
    }
}

#[test]
fn class_optimisation_makes_either_class_surer_in_any_variant() {
    for variant in variants() {
        let engine = engine(variant);
        for class in [Class::High, Class::Low] {
            let settings = ClassOptimisationSettings {
                class,
                steps: 60,
                ..ClassOptimisationSettings::default()
            };
            let mut search = engine.class_optimisation(settings, None).expect("on the CPU");
            let mut losses = Vec::new();
            while search.left() > 0 {
                losses.push(search.step());
            }
            assert_eq!(losses.len(), 60);
            let least = losses.iter().copied().fold(f32::INFINITY, f32::min);
            assert!(least < losses[0], "{variant}, {class:?}: {losses:?}");
            let map = search.map();
            assert!(map.iter().all(|value| (0.0..=1.0).contains(value)));
        }
    }
}

#[test]
fn a_start_that_is_given_is_where_it_begins() {
    let engine = engine("lstm");
    let settings = ClassOptimisationSettings::default();
    let start = vec![0.25; BINS * MARKS];
    let search = engine.class_optimisation(settings, Some(&start)).expect("on the CPU");
    assert_eq!(search.input(), start);
}

#[test]
fn numbers_that_explain_nothing_are_refused() {
    let engine = engine("lstm");
    let mut values = counts(1);
    values[4] = f32::NAN;
    let refused = |error: Error| {
        assert_eq!(error.code(), "explanation");
        error.to_string()
    };
    let nan = engine.saliency(&values, 1).expect_err("a NaN");
    assert!(refused(nan).contains("NaN in values at place 4"));
    let short = engine.saliency(&values[1..], 1).expect_err("too few");
    assert!(refused(short).contains("found 71 numbers of values; expected 72"));
    let settings = ClassOptimisationSettings::default();
    let start = engine.class_optimisation(settings, Some(&values));
    assert!(refused(start.expect_err("a NaN")).contains("NaN in the start"));
}

#[test]
fn bins_that_a_score_answers_to_take_more_from_it_than_bins_by_chance() {
    // The model looks nowhere in particular, so that only its own gradient can know.
    let engine = engine("deep-chrome");
    let genes = 60;
    let values = counts(genes);
    let settings = DeletionSettings::whole_curve(BINS, Contrast::GeneMean);
    let baseline = gene_means(&values, [BINS, MARKS]);
    let area = |importance: &[f32]| {
        let predict = async |values: &[f32]| Ok::<_, Error>(engine.predict_batch(values, genes).await?.probability);
        let ids: Vec<String> = (0..genes).map(|gene| format!("gene {gene}")).collect();
        let curves = deletion(
            [&values, &baseline],
            &ids,
            [BINS, MARKS],
            importance,
            &settings,
            predict,
        );
        let curves = pollster::block_on(curves).expect("a fair test");
        assert_eq!(curves.change.len(), genes * settings.steps.len());
        curves.area.iter().map(|area| area.abs()).sum::<f32>() / genes as f32
    };
    let saliency = engine.saliency(&values, genes).expect("on the CPU");
    let by_saliency: Vec<f32> = saliency
        .chunks_exact(MARKS)
        .map(|bin| bin.iter().map(|slope| slope.abs()).sum())
        .collect();
    let by_saliency = area(&by_saliency);
    let by_chance: f32 = (0..5)
        .map(|seed| area(&importance::random(genes, BINS, seed)))
        .sum::<f32>()
        / 5.0;
    assert!(by_saliency > by_chance, "{by_saliency} {by_chance}");
}

#[cfg(feature = "wgpu")]
#[test]
fn a_model_on_a_gpu_says_where_its_gradients_are() {
    let Ok(gpu) = regulens::engine::DeviceKind::Wgpu.open() else {
        return;
    };
    let marks = (0..MARKS).map(|mark| format!("mark {mark}")).collect();
    let sizes = Sizes {
        marks: MARKS,
        bins: BINS,
        bin_rnn_size: 4,
        ..Sizes::default()
    };
    let mut tensors = NamedTensors::new();
    let architecture = Architecture::new("lstm", sizes).expect("a variant");
    for (name, shape) in architecture.tensors() {
        let values = vec![0.1; shape.iter().product()];
        tensors.insert(name, Tensor::new(shape, values));
    }
    let card = ModelCard::new("attentive-chrome", "lstm", marks, BINS);
    let file = WeightFile::write(&card, &tensors, Dtype::F32).expect("a whole model");
    let engine = Engine::load("small.safetensors", &file, &gpu).expect("a whole model");
    let error = engine.saliency(&counts(1), 1).expect_err("no gradient");
    assert_eq!(error.code(), "device");
    assert!(error.to_string().contains("load the model there"));
}

#[cfg(feature = "attribution")]
#[test]
fn of_a_model_that_says_the_same_of_all_genes_nothing_is_attributed_and_that_adds_up() {
    use regulens::interpret::attribution::{Method, Steps, Window, gene_means};
    for variant in variants() {
        let engine = engine_of(variant, || 0.0);
        let values = counts(2);
        let baseline = gene_means(&values, [BINS, MARKS]);
        for method in [
            Method::GradientXInput,
            Method::IntegratedGradients(Steps::UntilComplete),
            Method::Occlusion(Window::default()),
            Method::Shapley,
        ] {
            let found = pollster::block_on(engine.attribute(&values, &baseline, method)).expect("numbers");
            let is_none = found.values.iter().all(|&value| value == 0.0);
            assert!(
                is_none && found.is_complete(0) && found.is_complete(1),
                "{variant}, {method:?}"
            );
        }
    }
}

/// The models that ship, each on the example that ships for its task.
#[cfg(feature = "attribution")]
mod shipped {
    use std::fs;
    use std::path::PathBuf;

    use burn::tensor::Device;
    use pollster::block_on;
    use regulens::engine::{Engine, PrepareOptions, TrackEngine};
    use regulens::input::SignalTable;
    use regulens::interpret::attribution::{COMPLETE, Method, SequenceMethod, Steps, gene_means};
    use regulens::interpret::motifs::find_seqlets;
    use regulens::interpret::variants::Strands;
    use regulens::sequence::Fasta;
    use regulens::task::Task;
    use regulens::weights::WeightFile;

    /// Genes of an example that are explained, of a change one: benches/results/completeness-2026-11-25.md has more.
    const GENES: usize = 3;

    /// Error of a float32 sum of thousands where scores are near 0.
    const ROUNDING: f64 = 1e-4;

    fn path(name: &str) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("models").join(name)
    }

    fn models() -> impl Iterator<Item = (String, WeightFile)> {
        let files = fs::read_dir(path("")).expect("a folder of models");
        let names = files.map(|file| file.expect("an entry").file_name().into_string().expect("UTF-8"));
        let mut names: Vec<_> = names.filter(|name| name.ends_with(".safetensors")).collect();
        names.sort();
        names.into_iter().map(|name| {
            let bytes = fs::read(path(&name)).expect("a file");
            let weights = WeightFile::read(&name, &bytes).expect("a model that ships");
            (name, weights)
        })
    }

    fn table(name: &str) -> SignalTable {
        let bytes = fs::read(path("examples").join(name)).expect("an example");
        SignalTable::read(name, &bytes).expect("an example that ships")
    }

    /// Changes of which one gene takes half a minute, since their gradients jump: only that result has them.
    const LONG: [&str; 3] = [
        "deep-diff-raw-k562",
        "deep-diff-raw-aux-k562",
        "deep-diff-raw-aux-siamese-k562",
    ];

    #[test]
    fn integrated_gradients_of_tables_add_up_to_the_score_in_models_of_every_variant() {
        let on_off = table("simulated.csv.gz");
        let change = ["change.a.csv.gz", "change.b.csv.gz"].map(table);
        let mut models = 0;
        let is_explained = |(name, weights): &(String, WeightFile)| {
            let is_long = LONG.iter().any(|long| name.starts_with(long));
            !weights.card.takes_sequences() && !is_long
        };
        for (name, weights) in self::models().filter(is_explained) {
            let engine = Engine::new(weights, &Device::flex()).expect("a model that ships");
            let (shape, options) = (engine.gene_shape(), PrepareOptions::default());
            let prepared = match shape.cell_types {
                1 => engine.prepare(&on_off, &options),
                _ => engine.prepare_pair([&change[0], &change[1]], [&options, &options]),
            };
            let prepared = prepared.expect("an example of its task");
            let values = prepared.values(0, if shape.cell_types == 1 { GENES } else { 1 });
            let baseline = gene_means(values, [shape.bins, shape.columns()]);
            let method = Method::IntegratedGradients(Steps::UntilComplete);
            let found = block_on(engine.attribute(values, &baseline, method)).expect("attributions");
            for (gene, error) in found.completeness().into_iter().enumerate() {
                let (score, from) = (found.score[gene], found.baseline_score[gene]);
                assert!(
                    found.is_complete(gene)
                        && f64::from(error.abs())
                            <= (COMPLETE * f64::from(score.abs().max((score - from).abs()))).max(ROUNDING),
                    "{name}, gene {gene}: the sum misses {score} less {from} by {error}"
                );
            }
            models += 1;
        }
        assert!(models + LONG.len() >= 24, "{models} models");
    }

    #[test]
    fn integrated_gradients_add_up_to_the_track_in_every_model_of_sequences() {
        let bytes = fs::read(path("examples/sequence.fa.gz")).expect("an example");
        let fasta = Fasta::read("sequence.fa.gz", &bytes).expect("an example that ships");
        let method = SequenceMethod::IntegratedGradients {
            shuffles: 1,
            seed: 1,
            steps: Steps::UntilComplete,
        };
        let mut count = 0;
        for (name, weights) in models().filter(|(_, weights)| weights.card.takes_sequences()) {
            let engine = TrackEngine::new(weights, &Device::flex()).expect("a model that ships");
            let shape = engine.shape();
            let window = &fasta.records[0].codes[..shape.length];
            let summed = (0, 0..shape.cropped);
            let go_on = &mut async |_: f64| Ok(());
            let gradients = engine.gradients();
            let found = engine.attribute(&gradients, window, summed, Strands::Forward, method, go_on);
            let found = block_on(found).expect("attributions");
            let error = found.completeness().expect("a baseline");
            assert!(
                error.abs() <= COMPLETE * f64::from(found.score.abs()),
                "{name}: the sum misses {} less {:?} by {error}",
                found.score,
                found.baseline_score
            );
            count += 1;
        }
        assert!(count >= 10, "{count} models");
    }

    /// A model whose last weights are none says the same of everything.
    fn without(mut weights: WeightFile, is_left_out: impl Fn(&str) -> bool) -> WeightFile {
        let mut count = 0;
        for (_, tensor) in weights.tensors.iter_mut().filter(|(name, _)| is_left_out(name)) {
            tensor.values.fill(0.0);
            count += 1;
        }
        assert!(count > 0, "no such weights");
        weights
    }

    #[test]
    fn of_a_change_that_is_the_same_for_all_genes_nothing_is_attributed_and_that_adds_up() {
        let tables = ["change.a.csv.gz", "change.b.csv.gz"].map(table);
        let mut count = 0;
        for (name, weights) in models().filter(|(_, weights)| weights.card.task == Task::Change) {
            let weights = without(weights, |_| true);
            let engine = Engine::new(weights, &Device::flex()).expect("a whole model");
            let options = PrepareOptions::default();
            let prepared = engine.prepare_pair([&tables[0], &tables[1]], [&options, &options]);
            let prepared = prepared.expect("an example of its task");
            let (shape, values) = (engine.gene_shape(), prepared.values(0, 1));
            let baseline = gene_means(values, [shape.bins, shape.columns()]);
            for method in [
                Method::GradientXInput,
                Method::IntegratedGradients(Steps::UntilComplete),
            ] {
                let found = block_on(engine.attribute(values, &baseline, method)).expect("numbers");
                let is_none = found.values.iter().all(|&value| value == 0.0);
                assert!(is_none && found.is_complete(0), "{name}, {method:?}");
            }
            count += 1;
        }
        assert_eq!(count, 7);
    }

    #[test]
    fn a_track_that_is_the_same_everywhere_rests_on_no_base() {
        let bytes = fs::read(path("examples/sequence.fa.gz")).expect("an example");
        let fasta = Fasta::read("sequence.fa.gz", &bytes).expect("an example that ships");
        let mut count = 0;
        for (name, weights) in models().filter(|(_, weights)| weights.card.takes_sequences()) {
            let weights = without(weights, |name| name.ends_with("final/dense/kernel"));
            let engine = TrackEngine::new(weights, &Device::flex()).expect("a whole model");
            let shape = engine.shape();
            let window = &fasta.records[0].codes[..shape.length];
            let gradients = engine.gradients();
            for method in [
                SequenceMethod::Gradient,
                SequenceMethod::IntegratedGradients {
                    shuffles: 1,
                    seed: 1,
                    steps: Steps::UntilComplete,
                },
            ] {
                let go_on = &mut async |_: f64| Ok(());
                let summed = (0, 0..shape.cropped);
                let found = engine.attribute(&gradients, window, summed, Strands::Both, method, go_on);
                let found = block_on(found).expect("numbers");
                let is_none = |values: &[f32]| values.iter().all(|&value| value == 0.0);
                assert!(
                    is_none(&found.contributions) && is_none(&found.hypothetical) && found.has_converged(),
                    "{name}, {method:?}"
                );
                let null = std::slice::from_ref(&found.contributions);
                assert!(find_seqlets(&found.contributions, null, 1.0).is_empty());
            }
            count += 1;
        }
        assert!(count >= 10, "{count} models");
    }
}
