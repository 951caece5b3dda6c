//! `--precision`: the precision of products while a model of sequences is trained.

use clap::{Args, ValueEnum};
use regulens::engine::DeviceKind;
use regulens::kernel::{self, Factors};

use super::error::CliError;

/// The flag of a command that trains.
#[derive(Debug, Clone, Copy, Args)]
pub struct PrecisionArgs {
    /// Precision of matrix products during training; tf32 and bf16 require CUDA
    #[arg(long, value_enum, default_value_t = Precision::F32, help_heading = "Compute")]
    precision: Precision,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Precision {
    /// float32
    F32,
    /// NVIDIA TF32: inputs rounded to 11 bits, on tensor cores
    Tf32,
    /// bfloat16 inputs; sums, normalisation and weights in float32
    Bf16,
}

impl PrecisionArgs {
    /// The spelling.
    pub fn name(self) -> &'static str {
        match self.precision {
            Precision::F32 => "f32",
            Precision::Tf32 => "tf32",
            Precision::Bf16 => "bf16",
        }
    }

    /// Sets it; called before training on `device`.
    pub fn apply(self, device: DeviceKind) -> Result<(), CliError> {
        if self.precision != Precision::F32 && device != DeviceKind::Cuda {
            return Err(CliError::Usage(format!(
                "--precision {} requires --device cuda; leave it out on {device}",
                self.name()
            )));
        }
        kernel::train_with(match self.precision {
            Precision::F32 => Factors::Float32,
            Precision::Tf32 => Factors::Tf32,
            Precision::Bf16 => Factors::Bfloat16,
        });
        Ok(())
    }
}
