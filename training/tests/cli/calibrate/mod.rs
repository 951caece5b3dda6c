//! `regulens calibrate`.

mod confidence;
mod explanations;
mod missing_marks;
mod scores;
mod symmetric;
mod transfer;
mod variants;
