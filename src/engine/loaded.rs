//! The one place that knows which model a card names.

use burn::tensor::{Device, Tensor};

use super::Batch;
use crate::error::Error;
use crate::model::attentive_chrome::{LstmAlphaBeta, LstmAlphaBetaConfig};
use crate::weights::WeightFile;

/// A model of any variant that this version runs.
#[derive(Debug)]
pub enum Loaded {
    /// AttentiveChrome's LSTM-α,β.
    LstmAlphaBeta(Box<LstmAlphaBeta>),
}

impl Loaded {
    /// Builds the model that the card names. A weight file that has been read names a known variant and has all its tensors, so
    /// that nothing can be missing here.
    ///
    /// # Errors
    /// [`Error::Device`] if the model is too large for the device.
    pub fn new(weights: &WeightFile, device: &Device) -> Result<Self, Error> {
        let WeightFile { card, tensors, .. } = weights;
        match (card.family.as_str(), card.variant.as_str()) {
            ("attentive-chrome", "lstm-alpha-beta") => {
                let config = LstmAlphaBetaConfig::of(card);
                config
                    .check_device(card.bins, device)
                    .map_err(|problem| failed("the GPU", problem))?;
                let mut model = LstmAlphaBeta::load(config, tensors, device);
                model.place();
                Ok(Self::LstmAlphaBeta(Box::new(model)))
            }
            (family, variant) => unreachable!("reading a weight file refuses {family}, {variant}"),
        }
    }

    /// Signal [N, T, M], transformed as the card says.
    pub async fn predict(&self, x: Tensor<3>) -> Result<Batch, Error> {
        match self {
            Self::LstmAlphaBeta(model) => {
                let output = model.forward(x);
                let logit = read(output.logit).await?;
                Ok(Batch {
                    // From what is read back anyway: on a GPU it would be another four launches and another wait.
                    probability: logit.iter().map(|&logit| sigmoid(logit)).collect(),
                    logit,
                    alpha: read(output.alpha).await?,
                    beta: read(output.beta).await?,
                })
            }
        }
    }
}

/// P(on) from its log-odds.
fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// Reads a result back. Asynchronous, because a page may not block on its GPU.
async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, Error> {
    let data = tensor.into_data_async().await;
    data.map_err(|error| format!("{error:?}"))
        .and_then(|data| data.try_to_vec().map_err(|error| format!("{error:?}")))
        .map_err(|error| {
            failed(
                "the device",
                format!(
                    "the results did not come back ({error}). Load the model again, or use the CPU"
                ),
            )
        })
}

fn failed(device: &str, problem: String) -> Error {
    Error::Device {
        device: device.to_owned(),
        problem,
    }
}
