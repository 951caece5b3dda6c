//! Helpers that tests of training share: running the program, and checking what becomes of it.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use safetensors::SafeTensors;
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

/// Largest difference of a weight from the stored one. Processors with AVX-512, with AVX2 and with neither differ by
/// 3e-7 after these few steps, though Adam makes as much as a step of rounding where a gradient is near nothing. Each
/// step is 1e-2: another loss, order or start of weights is far beyond.
const DRIFT: f32 = 1e-3;

/// Compares the first and the last weight of each tensor of a model file of float32 with those of `weights/FAMILY.tsv`,
/// which `REGULENS_WRITE=1` writes: code that says the same in another form trains the same weights.
#[track_caller]
pub fn same_weights(family: &str, model: &Path) {
    let bytes = bytes(model);
    let tensors = SafeTensors::deserialize(&bytes).expect("a model file");
    let mut found: Vec<(String, usize, [f32; 2])> = tensors
        .iter()
        .map(|(name, tensor)| {
            let values: Vec<f32> = tensor
                .data()
                .as_chunks()
                .0
                .iter()
                .map(|&word| f32::from_le_bytes(word))
                .collect();
            (name.to_owned(), values.len(), [values[0], values[values.len() - 1]])
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/weights/{family}.tsv"));
    if std::env::var_os("REGULENS_WRITE").is_some() {
        let rows = found
            .iter()
            .map(|(name, size, [first, last])| format!("{name}\t{size}\t{first:e}\t{last:e}\n"));
        fs::write(&file, rows.collect::<String>()).expect("the file is written");
    }
    let stored = fs::read_to_string(&file).expect("the file is there");
    let stored: Vec<Vec<&str>> = stored.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(found.len(), stored.len(), "tensors of {family}");
    for ((name, size, ends), row) in found.iter().zip(&stored) {
        assert_eq!([name.as_str(), &size.to_string()], row[..2], "{family}");
        for (end, stored) in ends.iter().zip(&row[2..]) {
            let stored: f32 = stored.parse().expect("a number");
            assert!(
                (end - stored).abs() <= DRIFT,
                "{family}, {name}: {end:e} was {stored:e}"
            );
        }
    }
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
