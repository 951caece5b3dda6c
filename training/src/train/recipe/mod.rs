//! Settings of trainings by name: flags, with published defaults, and records for the card.
//!
//! ```text
//! common             of steps, which every family takes; of tables of genes; what a preset leaves to flags
//! attentive_chrome   deep_diff   ../tracks/recipe   each family's own, with its published defaults
//! ```

pub mod attentive_chrome;
pub mod common;
pub mod deep_diff;
