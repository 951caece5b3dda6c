//! Helpers that the tests share: a folder to work in, the program, models and tables, the reference values, and a clock
//! that jumps.

#[cfg(target_os = "linux")]
pub mod clock;
pub mod reference;
pub mod setup;
