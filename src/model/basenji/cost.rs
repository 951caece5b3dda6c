//! Memory and work that a model takes, computed from its sizes alone.

use super::Config;
use crate::error::Error;

/// Checks that the largest tensor, the context stage and the tracks each fit in a buffer of `buffer` bytes. Filters may
/// be split over several buffers.
///
/// # Errors
/// [`Error::Device`].
pub fn check_buffers(config: &Config, buffer: u64) -> Result<(), Error> {
    let bytes = |shape: &[usize]| 4 * shape.iter().map(|&size| size as u64).product::<u64>();
    let in_a_buffer = |(name, mut shape): (String, Vec<usize>)| {
        let of_filters = name.ends_with("conv1d/kernel") || name == "final/dense/kernel";
        if of_filters && let Some(filters) = shape.last_mut() {
            *filters = 1;
        }
        (name, shape)
    };
    let tensors = config.tensors().into_iter().map(in_a_buffer);
    let stage = (
        "the context stage".to_owned(),
        vec![config.bins(), config.context_channels()],
    );
    let tracks = ("the tracks".to_owned(), vec![config.cropped(), config.targets]);
    for (what, shape) in tensors.chain([stage, tracks]) {
        let bytes = bytes(&shape);
        if bytes > buffer {
            return Err(Error::Device {
                device: "the GPU".to_owned(),
                problem: format!(
                    "{what} {shape:?} takes a buffer of {bytes} bytes; it gives {buffer} at most. Use the CPU"
                ),
            });
        }
    }
    Ok(())
}

/// Values per bin in the largest activation of the blocks over bases; the input has one code per base.
pub fn tower_size(config: &Config) -> usize {
    let mut positions = config.bin();
    let mut largest = positions;
    for (filters, pool) in config.filters.iter().zip(&config.pools) {
        positions /= pool;
        largest = largest.max(positions.saturating_mul(*filters));
    }
    largest
}

/// Multiply-adds per bin, without the context stage.
pub fn work(config: &Config) -> u64 {
    let mut positions = config.bin();
    let mut sum = 0;
    for block in config.blocks().iter().chain([&config.last_block()]) {
        sum += (positions * block.width * block.channels * block.filters) as u64;
        positions /= block.pool;
    }
    sum + (config.final_filters * config.targets) as u64
}

#[cfg(test)]
mod tests {
    use super::super::Context;
    use super::*;

    #[test]
    fn a_device_refuses_what_its_buffers_do_not_take() {
        let webgpu = 128 << 20;
        for context in Context::ALL {
            check_buffers(&Config::published(context), webgpu).unwrap();
        }
        // The last kernel of two layers takes 141 MB, in two buffers.
        let two_layers = Config {
            layers: 2,
            ..Config::published(Context::of("attention-two-sided").unwrap())
        };
        check_buffers(&two_layers, webgpu).unwrap();
        let longer = Config {
            length: 2 * two_layers.length,
            ..two_layers
        };
        let error = check_buffers(&longer, webgpu).unwrap_err().to_string();
        assert!(error.contains("the context stage"), "{error}");
    }
}
