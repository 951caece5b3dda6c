//! A model on the requested device, if that device passes the self-test.

mod sequences;
mod tables;

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, OnceLock};

use burn::tensor::Device;
use regulens::Error;
use regulens::engine::{DeviceKind, Outputs, TOLERANCE, most_different};
use regulens::weights::WeightFile;

use super::error::CliError;

pub use sequences::TrackRunner;
pub use tables::{BATCH, Runner};

/// A model that two devices can be asked the same of.
pub trait Asked: Sized {
    /// Question that both are asked.
    type Case;

    /// Their answer.
    type Answer: Outputs;

    /// Places a model on a device.
    fn place(weights: WeightFile, device: &Device) -> Result<Self, Error>;

    /// A small case that is no data.
    fn case(&self) -> Self::Case;

    /// Returns the model's answer to a case.
    fn answer(&self, case: &Self::Case) -> Result<Self::Answer, Error>;
}

/// A model on the CPU, and on a GPU that agreed with the CPU.
pub struct Trusted<E> {
    cpu: E,
    gpu: Option<(DeviceKind, E)>,
}

impl<E: Asked> Trusted<E> {
    /// Places a model. A GPU runs a self-test first; if it disagrees with the CPU, it is not used, with a warning.
    ///
    /// # Errors
    /// [`CliError::Device`] where the device cannot be opened at all; [`CliError::Engine`] for a model that takes
    /// something else.
    pub fn new(weights: WeightFile, kind: DeviceKind) -> Result<Self, CliError> {
        let on_cpu = open(DeviceKind::Cpu)?;
        if kind == DeviceKind::Cpu {
            let cpu = E::place(weights, &on_cpu)?;
            return Ok(Self { cpu, gpu: None });
        }
        let cpu = E::place(weights.clone(), &on_cpu)?;
        let device = open(kind)?;
        let case = cpu.case();
        let expected = cpu.answer(&case)?;
        let tried = guarded(|| {
            let gpu = E::place(weights, &device).map_err(|error| problem(&error))?;
            let found = gpu.answer(&case).map_err(|error| problem(&error))?;
            agrees(&expected, &found).map(|()| gpu)
        });
        let gpu = match tried {
            Ok(gpu) => Some((kind, gpu)),
            Err(problem) => {
                warn_of(kind, &problem);
                None
            }
        };
        Ok(Self { cpu, gpu })
    }

    /// The model, to describe it and to prepare tables for it.
    pub fn engine(&self) -> &E {
        &self.cpu
    }

    /// The device that predictions come from.
    pub fn device(&self) -> DeviceKind {
        self.gpu.as_ref().map_or(DeviceKind::Cpu, |(kind, _)| *kind)
    }

    /// The model on that device, without the other.
    pub fn into_engine(self) -> E {
        self.gpu.map_or(self.cpu, |(_, gpu)| gpu)
    }

    /// Runs on that device. If a GPU fails on the way, the CPU starts again.
    pub fn run<T>(&mut self, mut run: impl FnMut(&E) -> Result<T, Error>) -> Result<T, CliError> {
        if let Some((kind, gpu)) = self.gpu.take() {
            match guarded(|| Ok(run(&gpu))).unwrap_or_else(|problem| Err(lost(kind, problem))) {
                Err(Error::Device { problem, .. } | Error::Prediction { problem, .. }) => warn_of(kind, &problem),
                finished => {
                    self.gpu = Some((kind, gpu));
                    return Ok(finished?);
                }
            }
        }
        Ok(run(&self.cpu)?)
    }
}

/// Opens a device.
///
/// # Errors
/// [`CliError::Device`] with what is missing.
pub fn open(device: DeviceKind) -> Result<Device, CliError> {
    guarded(|| device.open()).map_err(|problem| cannot_be_had(device, problem))
}

/// So many devices of a kind.
///
/// # Errors
/// [`CliError::Device`] with what is missing.
pub fn open_all(device: DeviceKind, number: usize) -> Result<Vec<Device>, CliError> {
    guarded(|| device.open_all(number)).map_err(|problem| cannot_be_had(device, problem))
}

fn cannot_be_had(device: DeviceKind, problem: String) -> CliError {
    let problem = if device == DeviceKind::Cuda && cfg!(feature = "cuda") {
        format!(
            "{problem}. CUDA needs an NVIDIA GPU with its driver (see nvidia-smi), and CUDA_PATH set to a toolkit \
                with nvvm/libdevice/libdevice.10.bc. Correct these, or use --device cpu or wgpu"
        )
    } else {
        problem
    };
    CliError::Device { device, problem }
}

/// Checks that a GPU agrees with the CPU on the self-test, output by output.
fn agrees<A: Outputs>(expected: &A, found: &A) -> Result<(), String> {
    let (output, difference) = most_different(expected, found);
    if difference <= TOLERANCE {
        return Ok(());
    }
    Err(format!(
        "in a self-test its {output} differed from the CPU's by {difference}, more than {TOLERANCE}"
    ))
}

fn warn_of(kind: DeviceKind, problem: &str) {
    eprintln!("warning: --device {kind} is not trusted: {problem}. Using the CPU instead.");
}

/// The failure, without the device, which the warning names.
fn problem(error: &Error) -> String {
    match error {
        Error::Device { problem, .. } => problem.clone(),
        other => other.to_string(),
    }
}

fn lost(kind: DeviceKind, problem: String) -> Error {
    Error::Device {
        device: kind.to_string(),
        problem,
    }
}

/// Runs code in which a driver may panic: a panic becomes an error, and prints nothing itself.
pub fn guarded<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let first = Arc::new(OnceLock::new());
    let heard = Arc::clone(&first);
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let _ = heard.set(said(info.payload()));
    }));
    let outcome = panic::catch_unwind(AssertUnwindSafe(run));
    panic::set_hook(hook);
    outcome.unwrap_or_else(|fault| {
        let last = said(fault.as_ref());
        // That a thread of the driver's is gone is no reason; what it said as it went is.
        let gone = last.contains("RecvError") || last.contains("SendError");
        Err(first.get().filter(|_| gone).unwrap_or(&last).clone())
    })
}

/// Message of a panic, in a line.
fn said(fault: &(dyn Any + Send)) -> String {
    let said = fault
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| fault.downcast_ref::<&str>().copied());
    said.map_or("it failed without giving a reason", reason).to_owned()
}

/// The most useful line: the innermost cause if Burn lists causes, else the first.
fn reason(said: &str) -> &str {
    let mut lines = said.lines().map(str::trim);
    let first = lines.next().unwrap_or_default();
    let mut cause = None;
    while let Some(line) = lines.next() {
        if line == "Caused by:" {
            cause = lines.next();
        }
    }
    cause.unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_that_panics_is_an_error_in_one_line() {
        let outcome: Result<(), String> = guarded(|| panic!("adapter {} lost\nmore", 7));
        assert_eq!(outcome, Err("adapter 7 lost".to_owned()));
    }

    #[test]
    fn of_a_thread_that_is_gone_what_it_said_is_the_reason() {
        let outcome: Result<(), String> = guarded(|| {
            let (answer, question) = std::sync::mpsc::channel::<()>();
            let driver = std::thread::spawn(move || {
                let _held = answer;
                panic!("no driver")
            });
            question.recv().unwrap();
            drop(driver.join());
            Ok(())
        });
        assert_eq!(outcome, Err("no driver".to_owned()));
    }

    #[test]
    fn of_a_chain_of_causes_the_innermost_is_said() {
        let said = "could not read\nCaused by:\n  never written\nCaused by:\n  can't allocate\nNo backtrace available";
        assert_eq!(reason(said), "can't allocate");
    }
}
