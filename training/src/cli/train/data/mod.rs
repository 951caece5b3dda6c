//! What models are trained on.

mod overlap;
pub mod pairs;
pub mod sequences;
pub mod tables;
