//! The first level of LSTM-α and LSTM-α,β: an attentive LSTM for each mark.

use burn::tensor::Device;

use super::Sizes;
use crate::nn::{AttentiveBiLstm, NamedTensors};

/// The encoders of all marks.
pub fn load(sizes: Sizes, tensors: &NamedTensors, device: &Device) -> AttentiveBiLstm {
    let (encoders, recurrences) = prefixes(sizes.marks);
    AttentiveBiLstm::load(tensors, &recurrences, &encoders, 1, sizes.bin_rnn_size, device)
}

/// The inverse of [`load`].
pub fn store(bins: &AttentiveBiLstm, tensors: &mut NamedTensors) {
    let (encoders, recurrences) = prefixes(bins.encoders());
    bins.store(&recurrences, &encoders, tensors);
}

/// The keys of every mark's encoder, and of the recurrence in it.
fn prefixes(marks: usize) -> (Vec<String>, Vec<String>) {
    let encoders: Vec<String> = (0..marks).map(|mark| format!("rnn_hms.{mark}")).collect();
    let recurrences = encoders.iter().map(|encoder| format!("{encoder}.rnn")).collect();
    (encoders, recurrences)
}
