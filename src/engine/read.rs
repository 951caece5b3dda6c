//! Reads results back from the device.

use burn::tensor::Tensor;

use super::Batch;
use crate::error::Error;
use crate::kernel;
use crate::model::tables::TableOutput;

impl Batch {
    /// Reads the output of a model of tables.
    ///
    /// # Errors
    /// [`Error::Device`] if the device does not return its results.
    pub(super) async fn read(output: TableOutput) -> Result<Self, Error> {
        let outputs = output.scores.as_ref().map_or(1, |scores| scores.dims()[1]);
        // On the host: on a GPU it would take more launches and another wait.
        let logit = log_odds(read_if_any(output.scores).await?, outputs);
        let (a, b) = output.expression.map(|[a, b]| (a, b)).unzip();
        let (a, b) = (read_if_any(a).await?, read_if_any(b).await?);
        Ok(Self {
            probability: logit.iter().map(|&logit| sigmoid(logit)).collect(),
            probability_raw: Vec::new(),
            logit,
            fold_change: read_if_any(output.fold_change).await?,
            #[cfg(any(not(target_family = "wasm"), feature = "change"))]
            level: Vec::new(),
            expression: a.into_iter().zip(b).flat_map(|(a, b)| [a, b]).collect(),
            alpha: read_if_any(output.alpha).await?,
            beta: read_if_any(output.beta).await?,
            auxiliary_alpha: read_if_any(output.auxiliary_alpha).await?,
            auxiliary_beta: read_if_any(output.auxiliary_beta).await?,
            members: Vec::new(),
        })
    }
}

#[cfg(any(not(target_family = "wasm"), feature = "change"))]
impl Batch {
    /// The same for a model of level, whose only score is the level.
    pub(super) fn of_levels(self) -> Self {
        Self {
            probability: Vec::new(),
            level: self.logit,
            logit: Vec::new(),
            ..self
        }
    }
}

/// Log-odds of *on* from a model's scores, `outputs` per gene.
pub(super) fn log_odds(scores: Vec<f32>, outputs: usize) -> Vec<f32> {
    match outputs {
        1 => scores,
        _ => scores.chunks_exact(2).map(|of| of[0] - of[1]).collect(),
    }
}

/// P(on) from its log-odds.
fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// Reads an optional output; empty if the model has none.
async fn read_if_any<const D: usize>(tensor: Option<Tensor<D>>) -> Result<Vec<f32>, Error> {
    match tensor {
        Some(tensor) => read(tensor).await,
        None => Ok(Vec::new()),
    }
}

/// Reads a result. Asynchronous, because a page must not block on its GPU.
pub(super) async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, Error> {
    kernel::read(tensor).await.map_err(|error| {
        failed(
            "the device",
            format!("the results did not come back ({error}). Load the model again, or use the CPU"),
        )
    })
}

pub(super) fn failed(device: &str, problem: String) -> Error {
    Error::Device {
        device: device.to_owned(),
        problem,
    }
}
