//! Models of sequences against golden outputs, and against themselves: in tiles, and from a changed base on.

use burn::tensor::Device;
#[cfg(feature = "flex")]
use burn::tensor::Tensor;
use regulens::engine::{Limits, TrackBatch, TrackEngine, largest_difference};
#[cfg(feature = "flex")]
use regulens::kernel;
#[cfg(feature = "flex")]
use regulens::kernel::block::{Block, Filters, block};
use regulens::model::basenji::Config;
use regulens::sequence::codes;
use regulens::weights::{StoredWeights, WeightFile};

use crate::common::{BASENJI, Golden, error, say};

/// Tolerance of parity in float32 for long stacks of convolutions.
const TOLERANCE: f64 = 1e-4;

fn engine(golden: &Golden, device: &Device) -> TrackEngine {
    TrackEngine::load(&golden.name, &golden.model, device).expect("a golden model loads")
}

/// The codes of the other strand.
fn other_strand(strand: &[u8]) -> Vec<u8> {
    let mut strand = strand.to_vec();
    codes::reverse_complement(&mut strand);
    strand
}

/// Bins in the other order.
fn turned_back(prediction: &[f32], tracks: usize) -> Vec<f32> {
    prediction.chunks_exact(tracks).rev().flatten().copied().collect()
}

async fn parity(device_name: &str, device: &Device) {
    for name in BASENJI {
        let Some(golden) = Golden::of_sequences(name) else {
            return;
        };
        let engine = engine(&golden, device);
        let shape = engine.shape();
        let mut largest = 0.0_f64;
        let mut held = |output: &str, got: &[f32], expected: &[f64]| {
            let error = error(got, expected);
            largest = largest.max(error);
            assert!(error <= TOLERANCE, "{device_name}, {name}, {output}: {error:e}");
        };
        let codes = golden.codes();
        let of = |output: &str, index: usize| -> Vec<f64> {
            let all = golden.expected(output);
            let each = all.len() / codes.len();
            all[index * each..][..each].to_vec()
        };
        for (index, codes) in codes.iter().enumerate() {
            let got = engine.predict(codes, true).await.expect("the device answers");
            held("prediction", &got.prediction, &of("prediction", index));
            let trunk = engine.trunk(codes).await.expect("the device answers");
            held("trunk", &trunk, &of("trunk", index));
            let again = engine.head(&trunk, false).await.expect("the device answers");
            assert!(again.attention.is_empty());
            held("prediction", &again.prediction, &of("prediction", index));
            assert_eq!(got.attention.len(), shape.layers);
            for (layer, attention) in got.attention.iter().enumerate() {
                let map = shape.bins * shape.bins;
                assert_eq!(attention.len(), shape.heads * map);
                for (head, got) in attention.chunks_exact(map).enumerate() {
                    let output = format!("attention.{layer}.{head}");
                    held(&output, got, &of(&output, index));
                }
            }

            // Other strands and shifts are other inputs, no other equations: one case is enough for a slow adapter.
            if device_name == "wgpu" && name != "standard" {
                continue;
            }
            let back = engine.predict(&other_strand(codes), false).await;
            let back = turned_back(&back.unwrap().prediction, shape.tracks);
            let output = "prediction_reverse_complement";
            held(output, &back, &of(output, index));
            let ensemble = engine.ensemble(codes, &[0, 1, -3], true).await.unwrap();
            let output = "prediction_ensemble";
            held(output, &ensemble.prediction, &of(output, index));
            assert_eq!(ensemble.attention.len(), shape.layers);
        }
        for (layer, heads) in engine.position_functions().iter().enumerate() {
            for (head, f) in heads.iter().enumerate() {
                let output = format!("position.{layer}.{head}");
                let bins = shape.bins;
                let pairs = (0..bins).flat_map(|i| (0..bins).map(move |t| (i, t)));
                let by_pair: Vec<f32> = pairs.map(|(i, t)| f[t + bins - 1 - i]).collect();
                held(&output, &by_pair, golden.expected(&output));
            }
        }
        for (k, e) in engine.mixing().iter().enumerate() {
            let output = format!("mixing.{k}");
            held(&output, e, golden.expected(&output));
        }
        // Nothing that the reference has is left out.
        assert_eq!(
            golden.outputs("position.").count() > 0,
            !engine.position_functions().is_empty()
        );
        assert_eq!(golden.outputs("mixing.").count(), engine.mixing().len());
        assert_eq!(golden.outputs("attention.").count(), shape.layers * shape.heads);
        say(&format!("{device_name:5} {name:30} tracks {largest:.1e}"));
    }
}

/// Models of several variants together: each member gives its own golden tracks, and the mean is theirs.
async fn together(device_name: &str, device: &Device) {
    let names = ["basenji.softplus", "exp-variable", "attention-variable"];
    let Some(cases) = names.into_iter().map(Golden::of_sequences).collect::<Option<Vec<_>>>() else {
        return;
    };
    let models = cases
        .iter()
        .map(|case| WeightFile::read(&case.name, &case.model).expect("a golden model"));
    let joined = WeightFile::together(&models.collect::<Vec<_>>()).expect("the same window and tracks");
    let engine = TrackEngine::new(joined, device).expect("several models");
    assert_eq!(engine.members(), names.len());
    for (member, case) in cases.iter().enumerate() {
        let expected = case.expected("prediction");
        let codes = case.codes();
        let each = expected.len() / codes.len();
        for (codes, expected) in codes.iter().zip(expected.chunks_exact(each)) {
            let got = engine.predict(codes, true).await.expect("the device answers");
            let own = error(&got.members[member], expected);
            say(&format!("{device_name:5} {:30} as one of several {own:.1e}", case.name));
            assert!(own <= TOLERANCE, "{device_name}, {}: {own:e}", case.name);
            let sum = |at: usize| got.members.iter().map(|one| f64::from(one[at])).sum::<f64>();
            let means: Vec<f64> = (0..each).map(|at| sum(at) / names.len() as f64).collect();
            assert!(error(&got.prediction, &means) <= 1e-6, "{device_name}, {}", case.name);
            assert!(got.attention.is_empty(), "no map is one of all variants");
        }
    }
}

/// A model in tiles of a few bins gives what it gives at once, and the same to the bit where each tile, and on a device
/// that `shares_rows` some rows of each layer of the context stage, are another's work.
async fn tiles(device: &Device, shares_rows: bool) {
    for name in ["basenji", "basenji.softplus", "attention-two-sided", "exp-variable"] {
        let Some(golden) = Golden::of_sequences(name) else {
            return;
        };
        let codes = golden.codes();
        let whole = engine(&golden, device);
        let expected = whole.predict(&codes[0], false).await.expect("an answer");
        // 8 filters over 128 positions are 4096 bytes a bin of the first block.
        for bins in [1, 3, 7] {
            let file = WeightFile::read(name, &golden.model).expect("a model");
            let limits = Limits {
                working: 4096 * bins,
                ..Limits::of(device)
            };
            let tiled = TrackEngine::with_limits(file, device, limits).expect("a small model");
            let got = tiled.predict(&codes[0], false).await.expect("an answer");
            let difference = largest_difference(&got, &expected);
            assert!(difference <= 2e-6, "{name}, {bins} bins: {difference:e}");
            let looked = tiled.predict(&codes[0], true).await.expect("an answer with maps");
            let mut tower = Vec::new();
            for stretch in tiled.stretches() {
                tower.extend(tiled.tower(&codes[0], stretch).await.expect("a tower"));
            }
            let shape = tiled.shape();
            let mut h = tower;
            let mut attention = Vec::new();
            // Rows of a layer are several engines' work on the CPU alone, and not those of dilated blocks.
            let layers = shape.context_layers;
            let some = if shares_rows && layers > 0 {
                bins as usize
            } else {
                shape.bins
            };
            for layer in 0..layers.max(1) {
                let mut rows = Vec::new();
                let mut maps = vec![Vec::new(); shape.heads];
                for first in (0..shape.bins).step_by(some) {
                    let asked = first..shape.bins.min(first + some);
                    let share = tiled.context_rows(layer, h.clone(), asked, true).await;
                    let (of_rows, of_heads) = share.expect("rows");
                    rows.extend(of_rows);
                    let size = (of_heads.len() / shape.heads.max(1)).max(1);
                    for (map, of_head) in maps.iter_mut().zip(of_heads.chunks(size)) {
                        map.extend_from_slice(of_head);
                    }
                }
                h = rows;
                attention.push(maps.concat());
            }
            attention.truncate(shape.layers);
            assert_eq!(attention, looked.attention, "{name}, {bins} bins");
            let mut tracks = h;
            if layers == 0 {
                let channels = tracks.len() / shape.bins;
                let stage = tracks[shape.crop * channels..(shape.crop + shape.cropped) * channels].to_vec();
                tracks.clear();
                for stage in stage.chunks(bins as usize * channels) {
                    let some = tiled.tracks(stage.to_vec(), stage.len() / channels).await;
                    tracks.extend(some.expect("tracks"));
                }
            }
            assert_eq!(tracks, got.prediction, "{name}, {bins} bins");
        }
    }
}

/// Weights that are read one by one once they are needed give the same to the bit; what needs none is there before.
async fn stored(device: &Device) {
    for name in ["basenji", "attention-two-sided", "exp-variable"] {
        let Some(golden) = Golden::of_sequences(name) else {
            return;
        };
        let (codes, file) = (golden.codes(), golden.model.as_slice());
        let whole = engine(&golden, device);
        let stored = |windows| {
            let (card, weights) = StoredWeights::open(name, &file, true).expect("a model");
            let engine = TrackEngine::stored(name, card, &weights, &file, device, windows);
            (weights, engine.expect("a model without weights"))
        };
        let (weights, later) = stored(false);
        assert_eq!(later.card(), whole.card());
        assert_eq!(later.shape(), whole.shape());
        assert!(later.stretches().eq(whole.stretches()));
        assert_eq!(later.position_functions(), whole.position_functions());
        assert_eq!(later.mixing(), whole.mixing());
        assert_eq!(later.self_test(), whole.self_test());
        // A file whose numbers are no longer those that were checked: nothing is predicted from what was read of it.
        let mut spoilt = golden.model.clone();
        let head = u64::from_le_bytes(*spoilt.first_chunk().expect("a length")) as usize;
        spoilt[8 + head..].fill(0xff);
        let refused = later.place(name, &weights, &spoilt.as_slice()).unwrap_err().to_string();
        assert!(refused.contains("NaN"), "{refused}");
        later.place(name, &weights, &file).expect("its weights");
        let nothing: &[u8] = &[];
        later.place(name, &weights, &nothing).expect("nothing is read twice");
        let expected = whole.predict(&codes[0], true).await.expect("an answer");
        assert_eq!(
            later.predict(&codes[0], true).await.expect("an answer"),
            expected,
            "{name}"
        );
        let (weights, windows) = stored(true);
        windows.place(name, &weights, &file).expect("its weights");
        let got = windows.predict(&codes[0], true).await.expect("an answer");
        let difference = largest_difference(&got, &expected);
        assert!(difference <= 2e-6, "{name}, for windows alone: {difference:e}");
    }
}

/// A kernel that no buffer holds lies in several, and gives what it gives in one.
async fn split_kernels(device: &Device) {
    let name = "attention-two-sided.two-layers";
    let Some(golden) = Golden::of_sequences(name) else {
        return;
    };
    let whole = engine(&golden, device);
    let file = WeightFile::read(name, &golden.model).expect("a model");
    let config = Config::of(&file.card).expect("its settings");
    // The context stage just fits. The last kernel has as many channels, and more filters than there are bins.
    assert!(config.final_filters > config.bins());
    let limits = Limits {
        buffer: 4 * (config.bins() * config.context_channels()) as u64,
        ..Limits::of(device)
    };
    let split = TrackEngine::with_limits(file, device, limits).expect("a model in parts");
    let codes = golden.codes();
    let expected = whole.predict(&codes[0], true).await.expect("an answer");
    let got = split.predict(&codes[0], true).await.expect("an answer");
    let difference = largest_difference(&got, &expected);
    assert!(difference <= 2e-6, "{difference:e}");
}

/// A sequence of a million bases goes in several tiles by the device's own limits: the same as in smaller ones. Between
/// them whoever calls is asked whether to go on.
async fn long(device: &Device) {
    let name = "basenji";
    let Some(golden) = Golden::of_sequences(name) else {
        return;
    };
    let mut file = WeightFile::read(name, &golden.model).expect("a model");
    let length = 1 << 20;
    file.card.hyperparameters.insert("length".to_owned(), length.into());
    let codes: Vec<u8> = (0..length).map(|at| ((at * at) >> 7) as u8 % 5).collect();
    let small = Limits {
        working: 6 << 20,
        ..Limits::of(device)
    };
    let tiled = TrackEngine::new(file.clone(), device).expect("a model");
    let smaller = TrackEngine::with_limits(file, device, small).expect("a model");
    // 8192 bins of 4 KiB in the first block: two tiles of 16 MiB, and of at most 6 MiB eight, a power of two.
    assert_eq!(smaller.steps(), tiled.steps() + 6, "six more tiles");
    let mut asked = 0;
    let mut count = async || {
        asked += 1;
        Ok(())
    };
    let got = tiled.predict_in_steps(&codes, false, &mut count).await;
    let got = got.expect("an answer");
    assert_eq!(asked, tiled.steps());
    let expected = smaller.predict(&codes, false).await.expect("an answer");
    let difference = largest_difference(&got, &expected);
    assert!(difference <= 2e-6, "{difference:e}");
    let mut asked = 0;
    let mut end = async || {
        asked += 1;
        Err(regulens::Error::Cancelled)
    };
    let ended = tiled.predict_in_steps(&codes, false, &mut end).await;
    assert!(matches!(ended, Err(regulens::Error::Cancelled)));
    assert_eq!(asked, 1);
}

/// A changed stretch, computed from the reference on, gives what the whole changed sequence gives.
async fn edits(device: &Device) {
    let attending = [
        "attention-variable",
        "attention-two-sided",
        "attention-two-sided.two-layers",
    ];
    for name in ["basenji", "basenji.softplus", "standard"].into_iter().chain(attending) {
        let Some(golden) = Golden::of_sequences(name) else {
            return;
        };
        let codes = golden.codes().swap_remove(0);
        let engine = engine(&golden, device);
        let attention = engine.shape().heads > 0;
        let reference = engine
            .reference(&codes, attention, &mut async || Ok(()))
            .await
            .expect("an answer");
        let last = codes.len() - 1;
        for (first, bases) in [(0, 1), (1000, 1), (1023, 3), (1280, 40), (last, 1)] {
            let changed: Vec<u8> = codes[first..first + bases].iter().map(|&code| (code + 1) % 4).collect();
            let mut all = codes.clone();
            all[first..first + bases].copy_from_slice(&changed);
            let expected: TrackBatch = engine.predict(&all, attention).await.expect("an answer");
            let edited = engine.edited(&reference, first, &changed, attention);
            let got = edited.await.expect("an answer");
            let difference = largest_difference(&got, &expected);
            assert!(difference <= 2e-6, "{name}, base {first}: {difference:e}");
            let alone = engine.edited(&reference, first, &changed, false);
            assert_eq!(alone.await.expect("an answer").prediction, got.prediction, "{name}");
        }
        let known = engine.self_test();
        assert_eq!(known.len(), codes.len(), "a small model is tried on a whole sequence");
        let cut = &known[..4 * engine.shape().bin];
        let uncropped = engine.uncropped(cut, false).await.unwrap();
        assert_eq!(uncropped.prediction.len(), 4 * engine.shape().tracks);
        let same = engine.edited(&reference, 5, &codes[5..9], attention).await.unwrap();
        assert!(largest_difference(&same, reference.batch()) <= 2e-6);
    }
}

/// Filters that are kept, which wide ones are at the points of minimal filtering, give what windows by themselves give.
#[cfg(feature = "flex")]
fn wide_blocks(device: &Device) {
    // N, L, C, F, K, dilation, pool. Windows: a call of fewer than 1,024 positions.
    for [n, l, c, f, k, dilation, pool] in [
        [1, 500, 40, 36, 5, 1, 2],
        [2, 240, 33, 48, 6, 1, 4],
        [1, 300, 32, 70, 7, 1, 1],
        [1, 600, 72, 32, 3, 16, 1],
        [1, 130, 64, 35, 4, 1, 1],
    ] {
        let mut state = 11_u32;
        let mut draw = |count: usize| -> Vec<f32> {
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / 8_388_608.0 - 1.0
            };
            (0..count).map(|_| next()).collect()
        };
        let shape = Block {
            dilation,
            pool,
            rectify: true,
        };
        let x: Tensor<3> = kernel::tensor(draw(n * l * c), [n, l, c], device);
        let weights: Tensor<3> = kernel::tensor(draw(k * c * f), [k, c, f], device);
        let bias: Tensor<1> = kernel::tensor(draw(f), [f], device);
        let kept = Filters::new(weights.clone(), bias.clone(), shape);
        let read = |y: Tensor<3>| -> Vec<f32> { y.into_data().try_to_vec().expect("float32") };
        let expected = read(block(x.clone(), weights, bias, shape));
        let scale = expected.iter().fold(1.0_f32, |most, y| most.max(y.abs()));
        for _ in 0..2 {
            let got = read(kept.forward(x.clone()));
            assert_eq!(got.len(), expected.len());
            assert_ne!(got, expected, "the other way to compute them");
            let apart = got.iter().zip(&expected).map(|(a, b)| (a - b).abs());
            let apart = apart.fold(0.0, f32::max) / scale;
            assert!(apart < 5e-6, "{:?}: {apart:e}", [n, l, c, f, k, dilation, pool]);
        }
    }
}

#[cfg(feature = "flex")]
mod cpu {
    use super::*;

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn wide_filters_that_are_kept_give_what_windows_by_themselves_give() {
        wide_blocks(&Device::flex());
    }

    #[cfg(target_arch = "wasm32")]
    #[wasm_bindgen_test::wasm_bindgen_test]
    fn wide_filters_that_are_kept_give_what_windows_by_themselves_give() {
        wide_blocks(&Device::flex());
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn the_cpu_gives_the_golden_tracks() {
        pollster::block_on(parity("cpu", &Device::flex()));
    }

    #[cfg(target_arch = "wasm32")]
    #[wasm_bindgen_test::wasm_bindgen_test]
    async fn the_cpu_gives_the_golden_tracks() {
        parity("wasm", &Device::flex()).await;
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn the_cpu_gives_each_member_of_several_its_golden_tracks() {
        pollster::block_on(together("cpu", &Device::flex()));
    }

    #[cfg(target_arch = "wasm32")]
    #[wasm_bindgen_test::wasm_bindgen_test]
    async fn the_cpu_gives_each_member_of_several_its_golden_tracks() {
        together("wasm", &Device::flex()).await;
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn the_cpu_gives_the_same_in_tiles_of_any_size() {
        pollster::block_on(tiles(&Device::flex(), true));
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn the_cpu_gives_the_same_of_weights_that_are_read_one_by_one() {
        pollster::block_on(stored(&Device::flex()));
    }

    #[cfg(target_arch = "wasm32")]
    #[wasm_bindgen_test::wasm_bindgen_test]
    async fn the_cpu_gives_the_same_of_weights_that_are_read_one_by_one() {
        stored(&Device::flex()).await;
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn the_cpu_gives_the_same_with_a_kernel_in_parts_and_a_long_sequence_in_tiles() {
        pollster::block_on(split_kernels(&Device::flex()));
        pollster::block_on(long(&Device::flex()));
    }

    #[cfg(target_arch = "wasm32")]
    #[wasm_bindgen_test::wasm_bindgen_test]
    async fn the_cpu_gives_the_same_with_a_kernel_in_parts_and_a_long_sequence_in_tiles() {
        split_kernels(&Device::flex()).await;
        long(&Device::flex()).await;
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn the_cpu_computes_of_a_changed_base_what_sees_it() {
        pollster::block_on(edits(&Device::flex()));
    }

    #[cfg(target_arch = "wasm32")]
    #[wasm_bindgen_test::wasm_bindgen_test]
    async fn the_cpu_gives_the_same_in_tiles_of_any_size_and_from_a_changed_base_on() {
        tiles(&Device::flex(), true).await;
        edits(&Device::flex()).await;
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn a_model_of_sequences_takes_no_tables_and_the_other_way_round() {
        let Some(golden) = Golden::of_sequences("standard") else {
            return;
        };
        let device = Device::flex();
        let error = regulens::engine::Engine::load("m", &golden.model, &device).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("found a model that reads sequences (basenji)"),
            "{error}"
        );
        let Some(table) = Golden::read("lstm") else {
            return;
        };
        let error = TrackEngine::load("m", &table.model, &device).unwrap_err();
        assert!(
            error.to_string().contains("found a model that reads tables of signal"),
            "{error}"
        );
    }
}

#[cfg(all(feature = "wgpu", not(target_arch = "wasm32")))]
mod wgpu {
    use super::*;
    use crate::common;

    #[test]
    fn wgpu_gives_the_golden_tracks() {
        for (name, device) in common::gpus() {
            pollster::block_on(parity(name, &device));
        }
    }

    #[test]
    fn wgpu_gives_each_member_of_several_its_golden_tracks() {
        for (name, device) in common::gpus() {
            pollster::block_on(together(name, &device));
        }
    }

    #[test]
    fn wgpu_gives_the_same_in_tiles_and_from_a_changed_base_on() {
        for (_, device) in common::gpus() {
            pollster::block_on(tiles(&device, false));
            pollster::block_on(split_kernels(&device));
            pollster::block_on(stored(&device));
            pollster::block_on(edits(&device));
        }
    }
}

#[cfg(all(feature = "autodiff", feature = "flex", not(target_arch = "wasm32")))]
mod learning {
    use regulens::model::basenji::TrainableBasenji;
    use regulens::weights::WeightFile;

    use super::*;
    use crate::common::largest;

    #[test]
    fn what_is_learnt_starts_from_the_golden_loss_and_gradients() {
        for name in BASENJI {
            let Some(golden) = Golden::of_sequences(name) else {
                return;
            };
            let file = WeightFile::read(name, &golden.model).unwrap();
            let config = Config::of(&file.card).unwrap();
            let device = Device::flex().autodiff();
            let mut model = TrainableBasenji::load(&config, &file.tensors, &device);
            assert_eq!(model.store(), file.tensors, "{name}");

            let codes = golden.codes();
            let learnt = model.forward(&codes.concat(), codes.len(), None);
            let expected = golden.output("training.prediction");
            let Some(expected) = expected else { continue };
            let prediction: Vec<f32> = learnt.prediction.to_data().try_to_vec().unwrap();
            let error = error(&prediction, expected);
            assert!(error <= TOLERANCE, "{name}: {error:e}");

            model.update(learnt.statistics);
            let stored = model.store();
            let mut largest_error = error;
            for output in golden.outputs("training.") {
                if !output.contains("/moving_") {
                    continue;
                }
                let expected = golden.expected(&format!("training.{output}"));
                let error = super::error(&stored[output].values, expected);
                assert!(error <= TOLERANCE, "{name}, {output}: {error:e}");
                assert!(largest(expected) > 0.0);
                largest_error = largest_error.max(error);
            }
            say(&format!("cpu   {name:30} learning {largest_error:.1e}"));
        }
    }
}
