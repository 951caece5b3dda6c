//! Batches that a device does not take at once: split, with the same answer.

use crate::common;
use burn::tensor::Device;
use regulens::Error;
use regulens::engine::{Batch, Engine, Limits, PrepareOptions, TOLERANCE, largest_difference};
use regulens::input::SignalTable;
use regulens::weights::WeightFile;
use std::ops::ControlFlow;

/// A model that ships with the page: 5 marks, 100 bins, 32 hidden units a direction.
fn engine(device: &Device) -> Engine {
    let path = "models/attentive-chrome-k562.safetensors";
    let full = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(full).expect("the model is in the repository");
    Engine::load(path, &bytes, device).expect("a shipped model loads")
}

/// Bytes of one gene's states [5, 100, 64], float32.
const GENE: u64 = 5 * 100 * 64 * 4;

/// Counts that differ from gene to gene, from silent to deep.
fn counts(genes: usize) -> Vec<f32> {
    let mut state = 11_u32;
    let mut count = |gene: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let uniform = (state >> 8) as f32 / 16_777_216.0;
        (uniform * uniform * (gene % 9) as f32 * 4.0).round()
    };
    (0..genes).flat_map(|gene| [gene; 500]).map(&mut count).collect()
}

/// A shipped model, some of whose weights are changed.
fn with_weights(path: &str, change: impl Fn(&str, &mut [f32])) -> Engine {
    let full = format!("{}/models/{path}", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(full).expect("the model is in the repository");
    let mut file = WeightFile::read(path, &bytes).expect("a shipped model loads");
    for (name, tensor) in &mut file.tensors {
        change(name, &mut tensor.values);
    }
    Engine::new(file, &Device::flex()).expect("weights that are numbers")
}

fn is_refused(engine: &Engine, values: &[f32], expected: &[&str]) {
    let error = run(engine, values).expect_err("no numbers");
    assert_eq!(error.code(), "prediction", "{error}");
    for part in expected {
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn signal_that_is_no_number_is_refused_by_every_shipped_model_of_tables() {
    for path in [
        "attentive-chrome-k562.safetensors",
        "deep-chrome-k562.safetensors",
        "cnn-alpha-beta-k562.safetensors",
    ] {
        let engine = with_weights(path, |_, _| {});
        for bits in [0x7fc0_0000, 0x7fff_ffff, 0xffc1_2345, 0x7f80_0000, 0xff80_0000] {
            let mut values = counts(70);
            values[500 * 66 + 5 * 41 + 2] = f32::from_bits(bits);
            let mark = &engine.card().marks[2];
            is_refused(
                &engine,
                &values,
                &["gene 67 of these 70: its signal is", &format!("({mark}, bin 42)")],
            );
        }
    }
}

/// Sums beyond float32 in between, where a maximum with 0 made 0 of them.
#[test]
fn predictions_that_are_no_numbers_are_an_error_with_the_gene_and_its_largest_value() {
    let engine = with_weights("deep-chrome-k562.safetensors", |_, values| {
        values.iter_mut().for_each(|value| *value *= 1e30);
    });
    let refused = ["gene 1 of these 70: its probability is NaN", "Its largest value is 0 ("];
    is_refused(&engine, &counts(70), &refused);

    let genes = ["one", "two", "three"].map(str::to_owned);
    let card = engine.card();
    let header = format!("gene,bin,{}", card.marks.join(","));
    let row = |gene: &String, bin: usize| format!("{gene},{bin}{}\n", ",7".repeat(card.marks.len()));
    let rows = genes
        .iter()
        .flat_map(|gene| (1..=card.bins).map(move |bin| (gene, bin)));
    let rows: String = rows.map(|(gene, bin)| row(gene, bin)).collect();
    let text = format!("{header}\n{rows}");
    let table = SignalTable::read("genes.csv", text.as_bytes()).expect("a table");
    let prepared = engine
        .prepare(&table, &PrepareOptions::default())
        .expect("the model's table");
    let error = pollster::block_on(engine.predict(&prepared, 2, |_, _| ControlFlow::Continue(())));
    let error = error.expect_err("no numbers").to_string();
    assert!(error.starts_with("one: its "), "{error}");
    assert!(error.contains("Its largest value is 7 ("), "{error}");
}

fn run(engine: &Engine, values: &[f32]) -> Result<Batch, Error> {
    pollster::block_on(engine.predict_batch(values, values.len() / 500))
}

fn a_split_batch_gives_the_same_bits(device: &Device) {
    let values = counts(70);
    let whole = run(&engine(device), &values).expect("the device answers");
    let limits = Limits::of(device);
    let small_buffer = |genes: u64| Limits {
        buffer: genes * GENE,
        ..limits
    };
    let small_grid = Limits { genes: 13, ..limits };
    let small_memory = Limits {
        working: 7 * GENE,
        ..limits
    };
    for limits in [
        small_buffer(1),
        small_buffer(3),
        small_buffer(64),
        small_buffer(70),
        small_grid,
        small_memory,
    ] {
        let split = run(&engine(device).with_limits(limits), &values).expect("the device answers");
        assert_eq!(split.logit.len(), 70);
        common::say(&format!("{limits:?}: {:e}", largest_difference(&whole, &split)));
        assert!(whole == split, "{limits:?} changes a bit");
    }
}

fn a_gene_that_fits_no_buffer_is_refused(device: &Device) {
    let limits = Limits {
        buffer: GENE - 1,
        ..Limits::of(device)
    };
    let error = run(&engine(device).with_limits(limits), &counts(1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the GPU: one gene needs a buffer of 128000 bytes; it allows at most 127999. Use the CPU"
    );
}

#[test]
fn a_batch_that_is_split_on_the_cpu_gives_the_same_bits() {
    a_split_batch_gives_the_same_bits(&Device::flex());
}

#[test]
fn a_gene_that_fits_no_buffer_is_refused_in_words() {
    a_gene_that_fits_no_buffer_is_refused(&Device::flex());
}

#[cfg(feature = "wgpu")]
mod wgpu {
    use super::*;

    /// Size of a buffer that every WebGPU device gives.
    const WEBGPU: u64 = 128 << 20;

    #[test]
    fn a_batch_that_is_split_on_wgpu_gives_the_same_bits() {
        for (_, device) in common::gpus() {
            a_split_batch_gives_the_same_bits(&device);
        }
    }

    #[test]
    fn a_device_says_its_limits() {
        for (_, device) in common::gpus() {
            let limits = Limits::of(&device);
            common::say(&format!("{limits:?}"));
            assert!(limits.buffer >= WEBGPU && limits.genes >= 65_535, "{limits:?}");
            assert_eq!(Limits::of(&device.autodiff()), limits);
        }
    }

    #[test]
    fn a_batch_beyond_webgpus_own_limit_gives_what_the_cpu_gives() {
        for (_, device) in common::gpus() {
            let genes = 1100;
            assert!(genes as u64 * GENE > WEBGPU, "more than one binding takes");
            let limits = Limits::of(&device);
            let limits = Limits {
                buffer: limits.buffer.min(WEBGPU),
                ..limits
            };
            let values = counts(genes);
            let got = run(&engine(&device).with_limits(limits), &values).expect("the GPU answers");
            let expected = run(&engine(&Device::flex()), &values).expect("the CPU answers");
            let difference = largest_difference(&got, &expected);
            assert!(difference < TOLERANCE, "{difference:e}");
        }
    }
}
