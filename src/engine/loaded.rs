//! The one place that knows which model a card names.

use burn::tensor::{Device, Tensor};

use super::Batch;
use crate::error::Error;
use crate::model::attentive_chrome::{LstmAlphaBeta, LstmAlphaBetaConfig};
use crate::weights::{ModelCard, WeightFile};

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

    /// The [`Footprint`] of one gene while predicting.
    pub fn footprint(&self, card: &ModelCard) -> u64 {
        match self {
            Self::LstmAlphaBeta(_) => LstmAlphaBetaConfig::of(card).predicting(card.bins),
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

/// What one gene takes of a device: the bytes of the largest buffer of a pass, which bound how many genes fit into one.
pub trait Footprint {
    /// While predicting on genes of `bins` bins.
    fn predicting(&self, bins: usize) -> u64;

    /// While training on them.
    fn training(&self, bins: usize) -> u64;
}

impl Footprint for LstmAlphaBetaConfig {
    /// The states [M, T, 2H] of the marks' recurrences, float32.
    fn predicting(&self, bins: usize) -> u64 {
        4 * self.marks as u64 * bins as u64 * 2 * self.bin_rnn_size as u64
    }

    /// Their gates [M, 2, T, 4H], which the backward pass needs.
    fn training(&self, bins: usize) -> u64 {
        4 * self.predicting(bins)
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
