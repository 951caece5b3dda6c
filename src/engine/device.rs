//! Devices by the names that users give them.

use std::fmt;
use std::str::FromStr;

use burn::tensor::Device;

/// Device kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeviceKind {
    /// The processor.
    #[default]
    Cpu,
    /// Any GPU, through Vulkan, Metal, DirectX or WebGPU.
    Wgpu,
    /// An NVIDIA GPU, through CUDA.
    Cuda,
}

impl DeviceKind {
    /// Opens the device; the error says what is missing.
    ///
    /// # Errors
    /// A sentence that names the missing part and what to do.
    ///
    /// # Panics
    /// As Burn does, if CUDA's driver or one of its libraries is missing.
    pub fn open(self) -> Result<Device, String> {
        match self {
            #[cfg(feature = "flex")]
            Self::Cpu => Ok(Device::flex()),
            #[cfg(all(feature = "wgpu", not(target_arch = "wasm32")))]
            Self::Wgpu => wgpu(),
            #[cfg(feature = "cuda")]
            Self::Cuda => Ok(cuda(0)),
            #[allow(unreachable_patterns, reason = "a program with every device misses none")]
            missing => Err(format!(
                "this program was built without it; build with --features {missing}, or use another device"
            )),
        }
    }

    /// Opens `number` devices of the kind, beginning with the one that [`open`](Self::open) opens.
    ///
    /// # Errors
    /// A sentence that names the missing part.
    ///
    /// # Panics
    /// As [`open`](Self::open), for each device.
    pub fn open_all(self, number: usize) -> Result<Vec<Device>, String> {
        let first = self.open()?;
        match self {
            // They share the processor's threads.
            Self::Cpu => Ok(vec![first; number]),
            #[cfg(feature = "cuda")]
            Self::Cuda => Ok((0..number).map(cuda).collect()),
            _ if number <= 1 => Ok(vec![first]),
            _ => Err(format!("{number} of them cannot be used at once")),
        }
    }
}

/// The single wgpu device of this process: its runtime can be started only once.
#[cfg(all(feature = "wgpu", not(target_arch = "wasm32")))]
fn wgpu() -> Result<Device, String> {
    use std::sync::OnceLock;
    static DEVICE: OnceLock<Result<Device, String>> = OnceLock::new();
    DEVICE
        .get_or_init(|| {
            Device::wgpu_options().init().map_err(|error| {
                format!("no adapter could be opened ({error}); use --device cpu, or install a Vulkan driver")
            })
        })
        .clone()
}

/// A GPU, checked by computing on it: opening alone does not load the libraries. `exp` has no instruction of its own,
/// so this loads libdevice as well.
#[cfg(feature = "cuda")]
fn cuda(index: usize) -> Device {
    let device = Device::cuda(index);
    let asked = burn::tensor::Tensor::<1>::ones([1], &device).exp().into_data();
    assert!(asked.num_elements() == 1, "the GPU did not answer");
    device
}

impl fmt::Display for DeviceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cpu => "cpu",
            Self::Wgpu => "wgpu",
            Self::Cuda => "cuda",
        })
    }
}

impl FromStr for DeviceKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "cpu" => Ok(Self::Cpu),
            "wgpu" => Ok(Self::Wgpu),
            "cuda" => Ok(Self::Cuda),
            other => Err(format!("unknown device `{other}`: expected cpu, wgpu or cuda")),
        }
    }
}
