//! What tests of training share: running the program, and what becomes of it.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

pub fn regulens<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_regulens"))
        .args(arguments)
        .output()
        .expect("the program starts")
}

#[track_caller]
pub fn succeeds(output: Output) -> Output {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

#[track_caller]
pub fn fails(output: Output, code: i32, saying: &[&str]) {
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    for said in saying {
        assert!(stderr.contains(said), "`{said}` is not in: {stderr}");
    }
}

pub fn bytes(path: &Path) -> Vec<u8> {
    fs::read(path).expect("the file was written")
}

/// The card of a model file.
pub fn card(model: &Path) -> Value {
    let model = model.to_str().expect("a plain path");
    let shown = succeeds(regulens(["inspect", "--json", model]));
    let shown: Value = serde_json::from_slice(&shown.stdout).expect("JSON");
    shown["card"].clone()
}

/// Starts a run, and kills it as soon as a file is there.
#[track_caller]
pub fn kill_at(file: &Path, mut run: Command) {
    let mut run = run.stderr(Stdio::null()).spawn().expect("it starts");
    let patience = Instant::now() + Duration::from_mins(2);
    while !file.exists() {
        assert!(Instant::now() < patience, "{} did not come", file.display());
        std::thread::sleep(Duration::from_millis(2));
    }
    run.kill().expect("it still runs");
    run.wait().expect("it ends");
}
