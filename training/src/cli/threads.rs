//! `--device` and `--threads`: where a command computes, and on how many threads of the CPU.

use std::num::NonZeroUsize;

use clap::Args;
use regulens::engine::DeviceKind;
use regulens::kernel;

use super::error::CliError;
use super::interrupt;

/// The flag of a command that computes.
#[derive(Debug, Clone, Args)]
pub struct ThreadArgs {
    /// Number of CPU threads [default: all]
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Compute")]
    threads: Option<NonZeroUsize>,
}

/// Where a command computes.
#[derive(Debug, Args)]
pub struct ComputeArgs {
    /// Compute device: cpu, wgpu or cuda
    #[arg(long, default_value_t = DeviceKind::Cpu, help_heading = "Compute")]
    pub device: DeviceKind,
    #[command(flatten)]
    threads: ThreadArgs,
}

impl ComputeArgs {
    /// To be called first: Ctrl-C is handled from here on, and the number of threads is set.
    pub fn begin(&self) -> Result<(), CliError> {
        interrupt::watch();
        self.threads.apply()
    }
}

impl ThreadArgs {
    /// The number, for code that starts its own threads.
    pub fn number(&self) -> usize {
        let all = std::thread::available_parallelism();
        let number = self.threads.or(all.ok());
        number.map_or(1, NonZeroUsize::get)
    }

    /// Sets the number; called before anything is computed.
    pub fn apply(&self) -> Result<(), CliError> {
        let Some(threads) = self.threads else {
            return Ok(());
        };
        kernel::set_threads(threads.get())
            .map_err(|problem| CliError::Usage(format!("--threads: {problem}; give fewer")))
    }
}

fn count(text: &str) -> Result<NonZeroUsize, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not a whole number above zero"))
}
