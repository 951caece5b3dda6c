//! Batches that a device does not take at once: split, with the same answer.

use crate::common;
use burn::tensor::Device;
use regulens::Error;
use regulens::engine::{Batch, Engine, Limits, TOLERANCE, largest_difference};

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
        "the GPU: one gene takes a buffer of 128000 bytes; it gives 127999 at most. Use the CPU"
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

    /// What every WebGPU device gives.
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
