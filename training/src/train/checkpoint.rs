//! State of a run on disk, from which it continues identically.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use regulens::nn::NamedTensors;
use regulens::weights::Tensor;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::epoch::{Best, EpochRecord};
use super::optimiser::Moments;

/// State of a run after its last finished epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// All settings of the run.
    pub settings: Value,
    /// Its seed.
    pub seed: u64,
    /// SHA-256 over the training and validation data, so that a run is only resumed on the same data.
    pub data: String,
    /// Record of each epoch.
    pub history: Vec<EpochRecord>,
    /// The weights after the last epoch.
    pub weights: NamedTensors,
    /// Their average over steps, if the run keeps one.
    pub average: Option<NamedTensors>,
    /// The optimiser's state.
    pub moments: Moments,
    /// The best epoch.
    pub best: Best,
}

/// The reason why a checkpoint cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// An error of reading or writing.
    #[error("{}: {error}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The error.
        error: std::io::Error,
    },
    /// A file that is damaged, or not a checkpoint.
    #[error("{}: not a usable checkpoint: {problem}; delete it and start again without --resume", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Description of the fault.
        problem: String,
    },
}

/// Content other than tensors.
#[derive(Serialize, Deserialize)]
struct Header {
    settings: Value,
    seed: u64,
    data: String,
    history: Vec<EpochRecord>,
    steps: usize,
    best_epoch: usize,
    /// `None` if not defined.
    best_score: Option<f64>,
}

const HEADER: &str = "regulens.checkpoint";
const WEIGHTS: &str = "weights.";
const AVERAGE: &str = "average.";
const BEST: &str = "best.";
const FIRST: &str = "first_moment.";
const SECOND: &str = "second_moment.";

impl Checkpoint {
    /// Reads the file of [`to_bytes`](Self::to_bytes).
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn read(path: &Path) -> Result<Self, CheckpointError> {
        let bytes = fs::read(path).map_err(|error| CheckpointError::Io {
            path: path.to_owned(),
            error,
        })?;
        Self::from_bytes(&bytes).map_err(|problem| CheckpointError::Damaged {
            path: path.to_owned(),
            problem,
        })
    }

    /// Checks that it matches a model with these tensors, of which the optimiser trains `trainable` values.
    ///
    /// # Errors
    /// A sentence with the tensor that is missing or has another size.
    pub fn fits(&self, shapes: &[(String, Vec<usize>)], trainable: usize) -> Result<(), String> {
        let all = [&self.weights, &self.best.weights];
        for weights in all.into_iter().chain(&self.average) {
            for (name, shape) in shapes {
                match weights.get(name) {
                    None => return Err(format!("it lacks {name}")),
                    Some(tensor) if tensor.shape != *shape => {
                        return Err(format!("{name} is {:?}, not {shape:?}", tensor.shape));
                    }
                    Some(_) => {}
                }
            }
        }
        // Moments are in the module's order, where several tensors may be one: only their total number can be checked.
        for moments in [&self.moments.first, &self.moments.second] {
            let found: usize = moments.iter().map(Vec::len).sum();
            if found != trainable {
                return Err(format!("it holds {found} moments of {trainable} weights"));
            }
        }
        Ok(())
    }

    /// The content of its file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let header = Header {
            settings: self.settings.clone(),
            seed: self.seed,
            data: self.data.clone(),
            history: self.history.clone(),
            steps: self.moments.time,
            best_epoch: self.best.epoch,
            best_score: Some(self.best.score).filter(|score| !score.is_nan()),
        };
        let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
        let mut add = |name: String, shape: Vec<usize>, values: &[f32]| {
            tensors.push((
                name,
                shape,
                values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            ));
        };
        let average = self.average.iter().map(|average| (AVERAGE, average));
        let others = [(WEIGHTS, &self.weights), (BEST, &self.best.weights)];
        for (prefix, named) in others.into_iter().chain(average) {
            for (name, tensor) in named {
                add(format!("{prefix}{name}"), tensor.shape.clone(), &tensor.values);
            }
        }
        for (prefix, moments) in [(FIRST, &self.moments.first), (SECOND, &self.moments.second)] {
            for (index, values) in moments.iter().enumerate() {
                add(format!("{prefix}{index}"), vec![values.len()], values);
            }
        }
        let views = tensors.iter().map(|(name, shape, bytes)| {
            let view = TensorView::new(Dtype::F32, shape.clone(), bytes).expect("as many values as the shape says");
            (name.clone(), view)
        });
        let text = serde_json::to_string(&header).expect("plain data");
        let metadata = HashMap::from([(HEADER.to_owned(), text)]);
        safetensors::serialize(views, Some(metadata)).expect("names are unique")
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| error.to_string())?;
        let text = metadata
            .metadata()
            .as_ref()
            .and_then(|map| map.get(HEADER))
            .ok_or("it has no header")?;
        let header: Header = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let file = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
        let named = |prefix: &str| -> NamedTensors {
            let tensors = file
                .iter()
                .filter_map(|(name, view)| Some((name.strip_prefix(prefix)?.to_owned(), view)));
            tensors
                .map(|(name, view)| (name, Tensor::new(view.shape(), floats(view.data()))))
                .collect()
        };
        let listed = |prefix: &str| -> Vec<Vec<f32>> {
            let at = |index: usize| {
                file.tensor(&format!("{prefix}{index}"))
                    .ok()
                    .map(|view| floats(view.data()))
            };
            (0..).map_while(at).collect()
        };
        Ok(Self {
            settings: header.settings,
            seed: header.seed,
            data: header.data,
            history: header.history,
            weights: named(WEIGHTS),
            average: Some(named(AVERAGE)).filter(|average| !average.is_empty()),
            moments: Moments {
                time: header.steps,
                first: listed(FIRST),
                second: listed(SECOND),
            },
            best: Best {
                epoch: header.best_epoch,
                score: header.best_score.unwrap_or(f64::NAN),
                weights: named(BEST),
            },
        })
    }
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|&word| f32::from_le_bytes(word))
        .collect()
}
