//! Simulated data with planted truth, for examples, tests and benches.

pub mod hm;
pub mod hm_pair;
mod mark;
pub mod sequence;
mod truth;
