//! What a model attended to, over many genes.

mod summary;

pub use summary::{AttentionMeans, AttentionSummary};
