//! A model on the requested device, if that device passes the self-test.

use std::panic::{self, AssertUnwindSafe};

use burn::tensor::Device;
use indicatif::{ProgressBar, ProgressStyle};
use pollster::block_on;
use regulens::Error;
use regulens::engine::{Batch, DeviceKind, Engine, KnownCase, Predictions, Prepared, TOLERANCE, largest_difference};
use regulens::weights::WeightFile;

use super::error::CliError;
use super::interrupt;

/// Genes in one batch: enough to fill a device, few enough to notice Ctrl-C.
pub const BATCH: usize = 256;

/// A model on the CPU, and on a GPU that agreed with the CPU.
pub struct Runner {
    cpu: Engine,
    gpu: Option<(DeviceKind, Engine)>,
}

impl Runner {
    /// Places a model. A GPU runs a self-test first; if it disagrees with the CPU, it is not used, with a warning.
    ///
    /// # Errors
    /// [`CliError::Device`] where the device cannot be opened at all.
    pub fn new(weights: WeightFile, kind: DeviceKind) -> Result<Self, CliError> {
        let cpu = Engine::new(weights.clone(), &open(DeviceKind::Cpu)?)?;
        if kind == DeviceKind::Cpu {
            return Ok(Self { cpu, gpu: None });
        }
        let device = open(kind)?;
        let case = KnownCase::of(cpu.card());
        let run = |engine: &Engine| block_on(engine.predict_batch(&case.values, case.genes));
        let expected = run(&cpu)?;
        let tried = guarded(|| {
            let gpu = Engine::new(weights, &device).map_err(|error| problem(&error))?;
            let found = run(&gpu).map_err(|error| problem(&error))?;
            Ok((gpu, found))
        });
        let gpu = match tried.and_then(|(gpu, found)| agrees(&expected, &found).map(|()| gpu)) {
            Ok(gpu) => Some((kind, gpu)),
            Err(problem) => {
                warn_of(kind, &problem);
                None
            }
        };
        Ok(Self { cpu, gpu })
    }

    /// The model, to describe it and to prepare tables for it.
    pub fn engine(&self) -> &Engine {
        &self.cpu
    }

    /// The device that predictions come from.
    pub fn device(&self) -> DeviceKind {
        self.gpu.as_ref().map_or(DeviceKind::Cpu, |(kind, _)| *kind)
    }

    /// The model on that device, without the other.
    pub fn into_engine(self) -> Engine {
        self.gpu.map_or(self.cpu, |(_, gpu)| gpu)
    }

    /// Predicts for genes in one batch. If a GPU fails, the CPU takes over.
    pub fn predict_batch(&mut self, values: &[f32], genes: usize) -> Result<Batch, CliError> {
        if let Some((kind, gpu)) = self.gpu.take() {
            match guarded(|| Ok(block_on(gpu.predict_batch(values, genes))))
                .unwrap_or_else(|problem| Err(lost(kind, problem)))
            {
                Err(Error::Device { problem, .. }) => warn_of(kind, &problem),
                finished => {
                    self.gpu = Some((kind, gpu));
                    return Ok(finished?);
                }
            }
        }
        Ok(block_on(self.cpu.predict_batch(values, genes))?)
    }

    /// Predicts for all genes, with a progress bar on a terminal. If a GPU fails on the way, the CPU starts again.
    pub fn predict(&mut self, prepared: &Prepared) -> Result<Predictions, CliError> {
        if let Some((kind, gpu)) = self.gpu.take() {
            match guarded(|| Ok(predict(&gpu, prepared))).unwrap_or_else(|problem| Err(lost(kind, problem))) {
                Err(Error::Device { problem, .. }) => warn_of(kind, &problem),
                finished => {
                    self.gpu = Some((kind, gpu));
                    return Ok(finished?);
                }
            }
        }
        Ok(predict(&self.cpu, prepared)?)
    }
}

/// Opens a device.
///
/// # Errors
/// [`CliError::Device`] with what is missing.
pub fn open(device: DeviceKind) -> Result<Device, CliError> {
    guarded(|| device.open()).map_err(|problem| CliError::Device { device, problem })
}

fn predict(engine: &Engine, prepared: &Prepared) -> Result<Predictions, Error> {
    let bar = ProgressBar::new(prepared.genes() as u64);
    bar.set_style(
        ProgressStyle::with_template("predicting {bar:24} {pos}/{len} genes, {eta} left").expect("a valid template"),
    );
    let predictions = block_on(engine.predict(prepared, BATCH, |done, _| {
        bar.set_position(done as u64);
        interrupt::flow()
    }));
    bar.finish_and_clear();
    predictions
}

/// Whether a GPU agrees with the CPU on the self-test.
fn agrees(expected: &Batch, found: &Batch) -> Result<(), String> {
    let difference = largest_difference(expected, found);
    if difference <= TOLERANCE {
        return Ok(());
    }
    Err(format!(
        "on a known case it differs from the CPU by {difference}, more than {TOLERANCE}"
    ))
}

pub fn warn_of(kind: DeviceKind, problem: &str) {
    eprintln!("warning: --device {kind} is not trusted: {problem}. The CPU takes over.");
}

/// The failure, without the device, which the warning names.
pub fn problem(error: &Error) -> String {
    match error {
        Error::Device { problem, .. } => problem.clone(),
        other => other.to_string(),
    }
}

pub fn lost(kind: DeviceKind, problem: String) -> Error {
    Error::Device {
        device: kind.to_string(),
        problem,
    }
}

/// Runs code in which a driver may panic: a panic becomes an error, and prints nothing itself.
pub fn guarded<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let outcome = panic::catch_unwind(AssertUnwindSafe(run));
    panic::set_hook(hook);
    outcome.unwrap_or_else(|fault| {
        let said = fault
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| fault.downcast_ref::<&str>().copied());
        Err(said.map_or("it failed without a reason", reason).to_owned())
    })
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

    fn batch(probability: f32) -> Batch {
        Batch {
            probability: vec![probability],
            logit: vec![0.1],
            alpha: vec![1.0],
            beta: vec![1.0],
            ..Batch::default()
        }
    }

    #[test]
    fn a_gpu_that_rounds_otherwise_is_trusted() {
        assert_eq!(agrees(&batch(0.5), &batch(0.500_05)), Ok(()));
    }

    #[test]
    fn a_gpu_that_gives_zeros_or_nothing_is_not_trusted() {
        let error = agrees(&batch(0.5), &batch(0.0)).unwrap_err();
        assert!(error.contains("differs from the CPU by 0.5"), "{error}");
        assert!(agrees(&batch(0.5), &batch(f32::NAN)).is_err());
        assert!(agrees(&batch(0.5), &Batch::default()).is_err());
    }

    #[test]
    fn a_driver_that_panics_is_an_error_in_one_line() {
        let outcome: Result<(), String> = guarded(|| panic!("adapter {} lost\nmore", 7));
        assert_eq!(outcome, Err("adapter 7 lost".to_owned()));
    }

    #[test]
    fn of_a_chain_of_causes_the_innermost_is_said() {
        let said = "could not read\nCaused by:\n  never written\nCaused by:\n  can't allocate\nNo backtrace available";
        assert_eq!(reason(said), "can't allocate");
    }
}
