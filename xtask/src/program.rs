//! The program `regulens` as the tests call it.

use crate::command::{Outcome, command, run};
use std::path::{Path, PathBuf};

/// Arguments that build both the native tests and the program: the same packages, features and profile give the same
/// artefacts, so Burn compiles once.
pub const NATIVE: [&str; 3] = ["--workspace", "--profile", "tests"];

/// Builds it.
pub fn build(root: &Path) -> Outcome<()> {
    let mut program = command(root, root, "cargo");
    // With the tests, though only the program is wanted: without them, cargo would choose other features for what both
    // use.
    program.arg("build").args(NATIVE).args(["--bins", "--tests"]);
    run(program)
}

/// Where it lies.
pub fn path(root: &Path) -> PathBuf {
    root.join(format!("target/tests/regulens{}", std::env::consts::EXE_SUFFIX))
}
