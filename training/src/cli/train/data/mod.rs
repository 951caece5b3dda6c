//! Training data of models.

pub mod levels;
pub mod overlap;
pub mod pairs;
pub mod sequences;
pub mod tables;
