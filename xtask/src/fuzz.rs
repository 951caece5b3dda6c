//! Damaged files for every reader, for as long as is asked.

use crate::command::{Outcome, command, run_reading};
use crate::program;
use std::path::Path;

/// What a target tries by itself, before a release.
pub const SECONDS: u64 = 60;

/// Runs all targets, or those with `only` in their name, for so many seconds each, and says how many files were tried.
pub fn run(root: &Path, seconds: u64, only: Option<&str>) -> Outcome<()> {
    let mut tests = command(root, root, "cargo");
    tests
        .arg("test")
        .args(program::NATIVE)
        .args(["--test", "readers", "--", "--show-output"])
        .args(only)
        .env("REGULENS_FUZZ_SECONDS", seconds.to_string());
    let (mut targets, mut files) = (0, 0_u64);
    let passed = run_reading(tests, |line| {
        // `NAME: N files, …`, as a target says at its end.
        let tried = line.split_once(": ").and_then(|(_, rest)| rest.split_once(" files, "));
        if let Some(count) = tried.and_then(|(count, _)| count.parse::<u64>().ok()) {
            targets += 1;
            files += count;
        }
    })?;
    println!("\n{files} files, {targets} targets");
    match (passed, targets) {
        (false, _) => {
            Err("a reader failed: the file that it failed on is above; put it into fuzz/corpus/TARGET".to_owned())
        }
        (true, 0) => Err(format!("no target has `{}` in its name", only.unwrap_or_default())),
        _ => Ok(()),
    }
}
