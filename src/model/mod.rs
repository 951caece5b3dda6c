//! The published models, each under its published name.

pub mod attentive_chrome;
pub mod basenji;
pub mod deep_diff;
