//! Ctrl-C.

use std::fs::File;
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::support::setup::{Folder, MARKS};

#[test]
fn ctrl_c_ends_a_prediction_and_leaves_nothing_behind() {
    let folder = Folder::new();
    let model = folder.model();
    // A table that never ends.
    let table = folder.path("table.csv");
    assert!(Command::new("mkfifo").arg(&table).status().unwrap().success());
    let names = folder.names();

    let child = Command::new(env!("CARGO_BIN_EXE_regulens"))
        .args(["predict", "--model"])
        .arg(&model)
        .arg("--input")
        .arg(&table)
        .arg("--out")
        .arg(folder.path("result.tsv"))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Opens as soon as the program opens its end: it has begun to read.
    let mut rows = File::create(&table).unwrap();
    writeln!(rows, "gene,bin,{}", MARKS.join(",")).unwrap();
    let interrupted = Command::new("kill").arg("-INT").arg(child.id().to_string()).status();
    assert!(interrupted.unwrap().success());
    thread::sleep(Duration::from_millis(200));
    // The program waits for a row, so that it looks up; it may have gone already.
    let _ = writeln!(rows, "g1,1,0,0,0,0,0");
    drop(rows);

    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("interrupted; nothing was written"), "{stderr}");
    assert_eq!(folder.names(), names);
}
