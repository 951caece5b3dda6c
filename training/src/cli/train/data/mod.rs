//! What models are trained on.

pub mod geometry;
mod overlap;
pub mod pairs;
pub mod sequences;
pub mod tables;
