//! A model of sequences on the requested device, if that device passes the self-test.

use pollster::block_on;
use regulens::Error;
use regulens::engine::{DeviceKind, TOLERANCE, TrackBatch, TrackEngine};
use regulens::weights::WeightFile;

use crate::cli::error::CliError;
use crate::cli::runner::{guarded, lost, open, problem, warn_of};

/// A model on the CPU, and on a GPU that agreed with the CPU.
pub struct TrackRunner {
    cpu: TrackEngine,
    gpu: Option<(DeviceKind, TrackEngine)>,
}

impl TrackRunner {
    /// Places a model. A GPU runs a self-test first; if it disagrees with the CPU, it is not used, with a warning.
    ///
    /// # Errors
    /// [`CliError::Device`] where the device cannot be opened at all; [`CliError::Engine`] for a model of tables.
    pub fn new(weights: WeightFile, kind: DeviceKind) -> Result<Self, CliError> {
        if kind == DeviceKind::Cpu {
            let cpu = TrackEngine::new(weights, &open(kind)?)?;
            return Ok(Self { cpu, gpu: None });
        }
        let cpu = TrackEngine::new(weights.clone(), &open(DeviceKind::Cpu)?)?;
        let device = open(kind)?;
        let case = cpu.known_case();
        let expected = block_on(cpu.answer(&case))?;
        let tried = guarded(|| {
            let gpu = TrackEngine::new(weights, &device).map_err(|error| problem(&error))?;
            let found = block_on(gpu.answer(&case)).map_err(|error| problem(&error))?;
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

    /// The model, to describe it.
    pub fn engine(&self) -> &TrackEngine {
        &self.cpu
    }

    /// The device that predictions come from.
    pub fn device(&self) -> DeviceKind {
        self.gpu.as_ref().map_or(DeviceKind::Cpu, |(kind, _)| *kind)
    }

    /// Runs on that device. If a GPU fails, the CPU takes over.
    pub fn run<T>(&mut self, run: impl Fn(&TrackEngine) -> Result<T, Error>) -> Result<T, CliError> {
        if let Some((kind, gpu)) = self.gpu.take() {
            match guarded(|| Ok(run(&gpu))).unwrap_or_else(|problem| Err(lost(kind, problem))) {
                Err(Error::Device { problem, .. }) => warn_of(kind, &problem),
                finished => {
                    self.gpu = Some((kind, gpu));
                    return Ok(finished?);
                }
            }
        }
        Ok(run(&self.cpu)?)
    }
}

/// Whether a GPU agrees with the CPU on the self-test.
fn agrees(expected: &TrackBatch, found: &TrackBatch) -> Result<(), String> {
    let difference = expected.largest_difference(found);
    if difference <= TOLERANCE {
        return Ok(());
    }
    Err(format!(
        "on a known case it differs from the CPU by {difference}, more than {TOLERANCE}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gpu_that_gives_zeros_or_no_attention_is_not_trusted() {
        let batch = |value: f32| TrackBatch {
            prediction: vec![value, 2.0],
            attention: vec![vec![0.5; 4]],
        };
        assert_eq!(agrees(&batch(1.0), &batch(1.000_05)), Ok(()));
        assert!(agrees(&batch(1.0), &batch(0.0)).is_err());
        assert!(agrees(&batch(1.0), &batch(f32::NAN)).is_err());
        let without = TrackBatch {
            attention: Vec::new(),
            ..batch(1.0)
        };
        assert!(agrees(&batch(1.0), &without).is_err());
    }
}
