//! `regulens licences`: the terms of the program, and of all that is linked into it.

use super::error::CliError;
use super::output;

/// The licences of the crates, which `cargo xtask notices` writes.
const NOTICES: &str = include_str!("../../NOTICES.txt");

/// Prints them.
pub fn run() -> Result<(), CliError> {
    output::print(&format!(
        "Regulens {} is licensed under MIT or Apache-2.0, at your choice.\n\n{}\n",
        env!("CARGO_PKG_VERSION"),
        NOTICES.trim_end()
    ))
}
