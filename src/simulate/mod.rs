//! Simulated data with planted truth, for examples, tests and benches.

pub mod hm;
mod mark;
mod truth;
