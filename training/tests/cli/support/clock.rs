//! A program's clock that says another time whenever it is read.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::SystemTime;

/// Has the clock of a program jump, as a seed says.
pub fn jumps(command: &mut Command, seed: u64) {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    let library = LIBRARY.get_or_init(compiled);
    command
        .env("LD_PRELOAD", library)
        .env("REGULENS_CLOCK", seed.to_string());
}

/// The library that is loaded into the program. It is shown to work on another program.
fn compiled() -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/support/jumping_clock.rs");
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("jumping-clock.so");
    // Tests that run beside these may have loaded the one that is there.
    let fresh = library.with_extension(format!("{}.so", std::process::id()));
    let compiled = Command::new("rustc")
        .args([
            "--edition",
            "2024",
            "--crate-type",
            "cdylib",
            "-O",
            "-C",
            "panic=abort",
            "-o",
        ])
        .args([&fresh, &source])
        .status();
    assert!(compiled.expect("rustc is there, which compiled this").success());
    fs::rename(&fresh, &library).expect("the folder is for tests");

    let date = |seed: &str| -> u64 {
        let mut date = Command::new("date");
        date.arg("+%s").env("LD_PRELOAD", &library).env("REGULENS_CLOCK", seed);
        let said = String::from_utf8(date.output().expect("date is there").stdout).expect("a number");
        said.trim().parse().expect("seconds")
    };
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .expect("a date");
    assert!(
        date("1").abs_diff(now.as_secs()) > 3600 && date("1") != date("2"),
        "the clock does not jump"
    );
    library
}
