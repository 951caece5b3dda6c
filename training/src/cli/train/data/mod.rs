//! What models are trained on.

pub mod geometry;
pub mod pairs;
pub mod sequences;
pub mod tables;
