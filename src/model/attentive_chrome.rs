//! AttentiveChrome: is a gene on, and which bins of which marks say so?
//!
//! Singh, Lanchantin, Sekhon, Qi, "Attend and Predict", NIPS 2017.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

use crate::kernel;
use crate::nn::{AttentiveBiLstm, Linear, NamedTensors};
use crate::weights::{ModelCard, architecture::lstm_alpha_beta_tensors};

/// The sizes of [`LstmAlphaBeta`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LstmAlphaBetaConfig {
    /// M, histone marks; 5 in the paper.
    pub marks: usize,
    /// H, hidden units of one direction of a mark's encoder; 32 in the paper. The second level has H / 2, rounded down.
    pub bin_rnn_size: usize,
}

impl LstmAlphaBetaConfig {
    /// The sizes that a card states; reading a weight file completes them from the tensors.
    pub fn of(card: &ModelCard) -> Self {
        let size = card
            .hyperparameters
            .get("bin_rnn_size")
            .and_then(serde_json::Value::as_f64);
        Self {
            marks: card.marks.len(),
            bin_rnn_size: size.map_or(32, |size| size as usize),
        }
    }

    /// Whether `device` runs a model of these sizes on genes of `bins` bins.
    ///
    /// # Errors
    /// What is too large, in a sentence with the limit.
    pub fn check_device(&self, bins: usize, device: &Device) -> Result<(), String> {
        kernel::check_sizes(device, bins.max(self.marks), self.bin_rnn_size)
    }

    /// Every weight with its shape, in the order of the authors' files.
    pub fn tensors(&self) -> Vec<(String, Vec<usize>)> {
        lstm_alpha_beta_tensors(self.marks, self.bin_rnn_size)
    }
}

/// LSTM-α,β, 55,681 parameters at the published sizes:
///
/// ```text
/// for each mark j:   h^j = BiLSTM_j(x[:, :, j])         [T, 2H]
///                    m^j, α^j = attention_j(h^j)        [2H], [T]
/// s = BiLSTM(m^1 … m^M)                                 [M, H]
/// v, β = attention(s)                                   [H], [M]
/// logit = w·v + b          P(on) = σ(logit)
/// ```
///
/// The authors' code is followed where it differs from the paper: one sigmoid unit instead of a softmax over two classes.
#[derive(Module, Debug)]
pub struct LstmAlphaBeta {
    bins: AttentiveBiLstm,
    marks: AttentiveBiLstm,
    classifier: Linear,
}

/// What the model says of N genes.
#[derive(Debug, Clone)]
pub struct LstmAlphaBetaOutput {
    /// `[N]`, log-odds that the gene is on.
    pub logit: Tensor<1>,
    /// α [N, M, T]: attention over the bins of each mark; sums to 1 over bins.
    pub alpha: Tensor<3>,
    /// β [N, M]: attention over marks; sums to 1.
    pub beta: Tensor<2>,
}

const MARK_RNN: &str = "hm_level_rnn_1";
const CLASSIFIER: &str = "fdiff1_1";

impl LstmAlphaBeta {
    /// Takes the weights under the authors' key names.
    ///
    /// # Panics
    /// If a tensor is missing or of another size; reading a weight file checks both.
    pub fn load(config: LstmAlphaBetaConfig, tensors: &NamedTensors, device: &Device) -> Self {
        let LstmAlphaBetaConfig {
            marks,
            bin_rnn_size: hidden,
        } = config;
        let (encoders, recurrences) = bin_prefixes(marks);
        let mark_hidden = hidden / 2;
        Self {
            bins: AttentiveBiLstm::load(tensors, &recurrences, &encoders, 1, hidden, device),
            marks: AttentiveBiLstm::load(
                tensors,
                &[format!("{MARK_RNN}.rnn")],
                &[MARK_RNN.to_owned()],
                2 * hidden,
                mark_hidden,
                device,
            ),
            classifier: Linear::load(tensors, CLASSIFIER, 2 * mark_hidden, 1, device),
        }
    }

    /// The weights under the authors' key names, read back from the device.
    pub fn store(&self, config: LstmAlphaBetaConfig) -> NamedTensors {
        let (encoders, recurrences) = bin_prefixes(config.marks);
        let mut tensors = NamedTensors::new();
        self.bins.store(&recurrences, &encoders, &mut tensors);
        self.marks.store(
            &[format!("{MARK_RNN}.rnn")],
            &[MARK_RNN.to_owned()],
            &mut tensors,
        );
        self.classifier.store(CLASSIFIER, &mut tensors);
        tensors
    }

    /// Readies the weights for many forward passes. They are copied: a model that is still trained must not be placed.
    pub fn place(&mut self) {
        self.bins.place();
        self.marks.place();
    }

    /// Signal x [N, T, M], marks in the model's order, transformed as its card says.
    pub fn forward(&self, x: Tensor<3>) -> LstmAlphaBetaOutput {
        let (embeddings, alpha) = self.bins.forward(x.unsqueeze_dim(3)); // [N, T, M, 1] -> [N, M, 2H], [N, M, T]
        let (gene, beta) = self.marks.forward(embeddings.unsqueeze_dim(2)); // [N, M, 1, 2H] -> [N, 1, H], [N, 1, M]
        let logit = self.classifier.forward(gene.squeeze_dim(1)); // [N, 1]
        LstmAlphaBetaOutput {
            logit: logit.squeeze_dim(1),
            alpha,
            beta: beta.squeeze_dim(1),
        }
    }
}

/// The keys of every mark's encoder, and of the recurrence in it.
fn bin_prefixes(marks: usize) -> (Vec<String>, Vec<String>) {
    let encoders: Vec<String> = (0..marks).map(|mark| format!("rnn_hms.{mark}")).collect();
    let recurrences = encoders
        .iter()
        .map(|encoder| format!("{encoder}.rnn"))
        .collect();
    (encoders, recurrences)
}
