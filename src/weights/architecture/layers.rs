//! The tensors of the layers that variants are made of, in PyTorch's layout.

/// Tensors by name, with their shapes.
type Tensors = Vec<(String, Vec<usize>)>;

/// Sizes come from files: a product of theirs may not overflow.
pub fn twice(size: usize) -> usize {
    size.saturating_mul(2)
}

/// A bidirectional LSTM in PyTorch's layout: `input` features a step, `hidden` units a direction.
pub fn bidirectional_lstm(tensors: &mut Tensors, prefix: &str, input: usize, hidden: usize) {
    let gates = hidden.saturating_mul(4);
    for direction in ["", "_reverse"] {
        let mut push = |name: &str, shape| tensors.push((format!("{prefix}.{name}{direction}"), shape));
        push("weight_ih_l0", vec![gates, input]);
        push("weight_hh_l0", vec![gates, hidden]);
        push("bias_ih_l0", vec![gates]);
        push("bias_hh_l0", vec![gates]);
    }
}

/// The context vector of an attention; the model's only one has no prefix.
pub fn context(tensors: &mut Tensors, prefix: &str, size: usize) {
    tensors.push((context_key(prefix), vec![size, 1]));
}

/// The key of the context vector of the attention in the module `prefix`.
pub fn context_key(prefix: &str) -> String {
    let dot = if prefix.is_empty() { "" } else { "." };
    format!("{prefix}{dot}bin_attention.bin_context_vector")
}

pub fn linear(tensors: &mut Tensors, prefix: &str, inputs: usize, outputs: usize) {
    tensors.push((format!("{prefix}.weight"), vec![outputs, inputs]));
    tensors.push((format!("{prefix}.bias"), vec![outputs]));
}

pub fn convolution(tensors: &mut Tensors, prefix: &str, channels: usize, filters: usize, width: usize) {
    tensors.push((format!("{prefix}.weight"), vec![filters, channels, width]));
    tensors.push((format!("{prefix}.bias"), vec![filters]));
}
