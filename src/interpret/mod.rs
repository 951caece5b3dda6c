//! What a model attended to, what its score hangs on, and whether that matters.

pub mod class_optimisation;
pub mod deletion;
pub mod importance;
mod random;
mod summary;

pub use summary::{AttentionMeans, AttentionSummary};
