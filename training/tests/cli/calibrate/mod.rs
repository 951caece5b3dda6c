//! `regulens calibrate`.

mod explanations;
mod variants;
