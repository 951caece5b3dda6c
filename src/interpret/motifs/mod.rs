//! Motifs: position weight matrices of binding sites, their matches in a sequence, and the names of the seqlets of a
//! track.
//!
//! ```text
//! matrix     scores of a site, and their p-values
//! seqlets    stretches that contribute more than shuffles do
//! naming     which matrix a seqlet matches
//! search     seqlets and names of a place, window by window
//! patterns   seqlets that look alike
//! variant    which matches a variant makes or breaks
//! ```

mod matrix;
mod naming;
mod patterns;
mod search;
mod seqlets;
mod variant;

pub use matrix::{Background, Best, ScoredMotif};
pub use naming::{Named, Site, benjamini_hochberg, name_seqlets};
pub use patterns::{Member, PATTERN, Pattern, find_patterns};
pub use search::{MotifSearch, NAMES_Q, SEQLETS_Q};
pub use seqlets::{SEQLET, Seqlet, find_seqlets};
pub use variant::{ChangeOfMatch, MotifChange, motif_changes, reach};
