//! Which compilation of the loops runs: the widest that this machine has.
//!
//! A block's sums must stay in registers: 4 genes x 8 columns are 8 registers of 128 bits, 4 x 16 are 8 of 256. A single gene takes
//! 32 columns instead, so that enough independent sums hide the latency of a multiply-add.

use super::{ForwardInputs, Record, Sizes, attention, backward, forward};

/// All states; see [`forward::run`].
pub fn forward(from: &ForwardInputs<'_>, sizes: Sizes, record: Option<&mut Record>) -> Vec<f32> {
    #[cfg(target_arch = "x86_64")]
    if has_wide_vectors() {
        // SAFETY: the features that the function is compiled for were just detected.
        return unsafe { forward_wide(from, sizes, record) };
    }
    if sizes.examples == 1 {
        forward::run::<1, 32, false>(from, sizes, record)
    } else {
        forward::run::<4, 8, false>(from, sizes, record)
    }
}

/// The gradient of the gates; see [`backward::run`].
pub fn backward(from: &backward::Inputs<'_>, sizes: Sizes) -> Vec<f32> {
    #[cfg(target_arch = "x86_64")]
    if has_wide_vectors() {
        // SAFETY: the features that the function is compiled for were just detected.
        return unsafe { backward_wide(from, sizes) };
    }
    backward::run::<4, 8, false>(from, sizes)
}

/// Weighted sums and weights; see [`attention::run`].
pub fn attention(states: &[f32], context: &[f32], sizes: attention::Sizes) -> (Vec<f32>, Vec<f32>) {
    #[cfg(target_arch = "x86_64")]
    if has_wide_vectors() {
        // SAFETY: the features that the function is compiled for were just detected.
        return unsafe { attention_wide(states, context, sizes) };
    }
    attention::run::<false>(states, context, sizes)
}

#[cfg(target_arch = "x86_64")]
fn has_wide_vectors() -> bool {
    std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma")
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn forward_wide(from: &ForwardInputs<'_>, sizes: Sizes, record: Option<&mut Record>) -> Vec<f32> {
    if sizes.examples == 1 {
        forward::run::<1, 32, true>(from, sizes, record)
    } else {
        forward::run::<4, 16, true>(from, sizes, record)
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn backward_wide(from: &backward::Inputs<'_>, sizes: Sizes) -> Vec<f32> {
    backward::run::<4, 16, true>(from, sizes)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn attention_wide(
    states: &[f32],
    context: &[f32],
    sizes: attention::Sizes,
) -> (Vec<f32>, Vec<f32>) {
    attention::run::<true>(states, context, sizes)
}
