//! `regulens calibrate`.

mod explanations;
mod missing_marks;
mod symmetric;
mod variants;
