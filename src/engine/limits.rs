//! Number of genes per pass, limited by the device.

#[cfg(any(feature = "wgpu", feature = "cuda"))]
use burn::backend::DispatchDevice;
use burn::tensor::Device;

/// Limits of one pass over a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest buffer that a kernel can bind, in bytes.
    pub buffer: u64,
    /// Largest number of genes: some kernels place them along one axis of their grid, which is bounded.
    pub genes: usize,
    /// Size of the largest buffer above which a batch is split although more would fit, in bytes.
    pub working: u64,
}

/// The CPU has no limit, but larger batches only take more memory: 256 genes at AttentiveChrome's published sizes.
const CPU_WORKING: u64 = 32 << 20;

/// Size of an activation above which a sequence is split into tiles although more would fit, in bytes: the halo of a
/// tile costs little at this size. A GPU's pool keeps several such buffers; with twice the size, two engines with a
/// model of the published size did not fit into 1 GiB.
const ACTIVATION: u64 = 16 << 20;

/// A multiple of all numbers of genes that share a workgroup or the lanes of a register.
const BLOCK: usize = 64;

impl Limits {
    /// Limits of `device`, with or without gradients. A GPU reports its own; WebGPU guarantees 128 MiB and 65,535
    /// genes.
    #[allow(
        unreachable_patterns,
        clippy::match_single_binding,
        reason = "an engine may have no device but a GPU, or none but the CPU"
    )]
    pub fn of(device: &Device) -> Self {
        match device.clone().inner().as_dispatch() {
            #[cfg(any(feature = "wgpu", feature = "cuda"))]
            DispatchDevice::Cube(device) => {
                let client = device.client();
                let properties = client.properties();
                let (x, y, _) = properties.hardware.max_cube_count;
                Self {
                    buffer: properties.memory.max_page_size,
                    genes: x.min(y) as usize,
                    working: u64::MAX,
                }
            }
            _ => Self {
                buffer: u64::MAX,
                genes: usize::MAX,
                working: CPU_WORKING,
            },
        }
    }

    /// Largest number of genes with `bytes` each in the largest buffer; 0 if a single gene does not fit.
    pub fn most(&self, bytes: u64) -> usize {
        self.genes.min(whole(self.buffer, bytes))
    }

    /// Bytes of the largest activation of a tile of a sequence.
    pub fn activation(&self) -> u64 {
        ACTIVATION.min(self.buffer).min(self.working)
    }

    /// Number of genes per pass, with `bytes` each in the largest buffer; `None` if a single gene does not fit.
    pub fn pass(&self, bytes: u64) -> Option<usize> {
        let most = match self.most(bytes) {
            0 => return None,
            most => most.min(whole(self.working, bytes).max(1)),
        };
        // Whole blocks leave no lane or thread idle.
        Some(if most < BLOCK { most } else { most - most % BLOCK })
    }
}

/// Number of times that `bytes` fits into `limit`.
fn whole(limit: u64, bytes: u64) -> usize {
    usize::try_from(limit / bytes.max(1)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        buffer: 1000,
        genes: 50,
        working: u64::MAX,
    };

    #[test]
    fn the_smaller_of_buffer_and_grid_bounds_a_batch() {
        assert_eq!(LIMITS.most(100), 10);
        assert_eq!(LIMITS.most(1), 50);
        assert_eq!(LIMITS.most(1001), 0);
    }

    #[test]
    fn a_pass_takes_whole_blocks_where_it_takes_one() {
        assert_eq!(LIMITS.pass(100), Some(10));
        let larger = Limits {
            genes: usize::MAX,
            ..LIMITS
        };
        assert_eq!(larger.pass(1), Some(960));
        assert_eq!(larger.pass(1000), Some(1));
        assert_eq!(larger.pass(1001), None);
    }

    #[test]
    fn a_working_size_splits_but_refuses_nothing() {
        let limits = Limits {
            buffer: u64::MAX,
            genes: usize::MAX,
            working: 250,
        };
        assert_eq!(limits.pass(100), Some(2));
        assert_eq!(limits.pass(251), Some(1));
    }

    #[test]
    fn the_published_model_takes_1024_genes_at_webgpus_own_limit() {
        let webgpu = Limits {
            buffer: 128 << 20,
            genes: 65_535,
            working: u64::MAX,
        };
        // States [M, T, 2H] in float32.
        assert_eq!(webgpu.most(5 * 100 * 64 * 4), 1048);
        assert_eq!(webgpu.pass(5 * 100 * 64 * 4), Some(1024));
    }
}
