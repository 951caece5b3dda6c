//! `regulens calibrate`.

mod explanations;
mod missing_marks;
mod variants;
