//! `regulens calibrate`.

mod explanations;
mod missing_marks;
mod scores;
mod symmetric;
mod variants;
