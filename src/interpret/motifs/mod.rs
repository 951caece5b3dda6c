//! Motifs: matrices of published binding sites, where they match a sequence, and the names of the stretches that a track
//! rests on.
//!
//! ```text
//! matrix     scores of a site, and their p-values
//! seqlets    stretches that contribute more than shuffles do
//! naming     which matrix a seqlet matches
//! ```

mod matrix;
mod naming;
mod seqlets;

pub use matrix::{Background, Best, ScoredMotif};
pub use naming::{Named, Site, benjamini_hochberg, name_seqlets};
pub use seqlets::{SEQLET, Seqlet, find_seqlets};
