//! `--precision`: the precision of products while a model of sequences is trained.

use clap::{Args, ValueEnum};
use regulens::engine::DeviceKind;
use regulens::kernel;

use super::error::CliError;

/// The flag of a command that trains.
#[derive(Debug, Clone, Copy, Args)]
pub struct PrecisionArgs {
    /// Precision of matrix products during training; bf16 on CUDA only
    #[arg(long, value_enum, default_value_t = Precision::F32)]
    precision: Precision,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Precision {
    /// float32
    F32,
    /// Factors in bfloat16; sums, normalisation and weights in float32
    Bf16,
}

impl PrecisionArgs {
    /// The spelling.
    pub fn name(self) -> &'static str {
        match self.precision {
            Precision::F32 => "f32",
            Precision::Bf16 => "bf16",
        }
    }

    /// Sets it; called before training on `device`.
    pub fn apply(self, device: DeviceKind) -> Result<(), CliError> {
        if self.precision == Precision::Bf16 && device != DeviceKind::Cuda {
            return Err(CliError::Usage(format!(
                "--precision bf16 is for --device cuda; leave it out on {device}"
            )));
        }
        kernel::train_in_bf16(self.precision == Precision::Bf16);
        Ok(())
    }
}
