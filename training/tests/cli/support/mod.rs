//! What the tests share: a folder to work in, the program, models and tables, and the reference values.

pub mod reference;
pub mod setup;
