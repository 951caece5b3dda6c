//! Helpers that the tests share: running the program, and small models and tables made on the spot.

use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, TensorView};
use serde_json::Value;
use std::process::Command;

pub const MARKS: [&str; 5] = ["H3K27me3", "H3K36me3", "H3K4me1", "H3K4me3", "H3K9me3"];
pub const BINS: usize = 20;

/// The seeds by which a job is disturbed: a few, as many as `REGULENS_FAULTS` says, or those from `FIRST-LAST`.
pub fn trials(few: u64) -> Range<u64> {
    let Ok(wanted) = std::env::var("REGULENS_FAULTS") else {
        return 0..few;
    };
    let number = |text: &str| -> u64 {
        text.parse()
            .expect("REGULENS_FAULTS is a number, or seeds such as 60-79")
    };
    match wanted.split_once('-') {
        Some((first, last)) => number(first)..number(last) + 1,
        None => 0..number(&wanted),
    }
}

/// The program.
pub fn regulens() -> Command {
    Command::new(env!("CARGO_BIN_EXE_regulens"))
}

/// Unit in which a limit on the size of files counts, in bytes.
#[cfg(target_os = "linux")]
pub const BLOCK: usize = 512;

/// The program where no file may have more than so many blocks, as on a disk that fills.
#[cfg(target_os = "linux")]
pub fn limited(blocks: usize) -> Command {
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\""])
        .arg(blocks.to_string())
        .arg(env!("CARGO_BIN_EXE_regulens"));
    command
}

/// Outcome of a run.
pub struct Outcome {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs the program to its end.
pub fn run<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> Outcome {
    let output = regulens().args(arguments).output().expect("the program starts");
    let outcome = Outcome {
        code: output.status.code().expect("the program exits by itself"),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    };
    assert!(
        !outcome.stderr.contains("RUST_BACKTRACE"),
        "a backtrace is not for users: {}",
        outcome.stderr
    );
    outcome
}

/// Runs the program with the words of a line.
pub fn run_line(line: impl AsRef<str>) -> Outcome {
    run(line.as_ref().split_whitespace())
}

/// The card of a model file, as `inspect` has it.
pub fn card(model: &Path) -> Value {
    let shown = run(["inspect".as_ref(), "--json".as_ref(), model.as_os_str()]).succeeds();
    serde_json::from_str::<Value>(&shown.stdout).expect("JSON")["card"].take()
}

impl Outcome {
    /// Asserts that all went well.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, 0, "stderr: {}", self.stderr);
        self
    }

    /// Asserts an exit code and what stderr says, in a few lines.
    #[track_caller]
    pub fn fails(self, code: i32, saying: &[&str]) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        for text in saying {
            assert!(self.stderr.contains(text), "`{text}` is not in: {}", self.stderr);
        }
        self
    }
}

/// A folder that is removed with the test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder for the test"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).expect("the folder takes a file");
        path
    }

    /// Names of the files in it, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("the folder is there");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// Weights of a small LSTM-α,β (five marks, four hidden units) without a card, as a state dict.
    pub fn state_dict(&self) -> PathBuf {
        self.write("weights.safetensors", state_dict())
    }

    /// A model file of those weights for [`MARKS`] and [`BINS`].
    pub fn model(&self) -> PathBuf {
        let (weights, model) = (self.state_dict(), self.path("model.safetensors"));
        let bins = BINS.to_string();
        let marks = MARKS.join(",");
        run(["import", "attentive-chrome", "--variant", "lstm-alpha-beta"]
            .map(Path::new)
            .into_iter()
            .chain([
                weights.as_path(),
                Path::new("--out"),
                &model,
                Path::new("--marks"),
                Path::new(&marks),
                Path::new("--bins"),
                Path::new(&bins),
            ]))
        .succeeds();
        model
    }

    /// A simulated table with labels, a header and [`MARKS`], and the files beside it.
    pub fn simulated(&self, name: &str, genes: usize, bins: usize, seed: u64) -> PathBuf {
        let path = self.path(name);
        let [genes, bins, seed] = [genes, bins, seed as usize].map(|number| number.to_string());
        let out = path.display().to_string();
        run_line(format!(
            "simulate hm --genes {genes} --bins {bins} --seed {seed} --out {out}"
        ))
        .succeeds();
        path
    }
}

/// The same weights each time, wide enough for outputs to differ between genes.
fn state_dict() -> Vec<u8> {
    let mut state = 7_u64;
    let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    let mut add = |name: String, shape: &[usize]| {
        let size: usize = shape.iter().product();
        let mut draw = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1 << 24) as f32 - 0.5
        };
        tensors.push((
            name,
            shape.to_vec(),
            (0..size).flat_map(|_| draw().to_le_bytes()).collect(),
        ));
    };
    let hidden = 4;
    let mut recurrence = |prefix: &str, input: usize, hidden: usize, context: usize| {
        for direction in ["", "_reverse"] {
            add(format!("{prefix}.rnn.weight_ih_l0{direction}"), &[4 * hidden, input]);
            add(format!("{prefix}.rnn.weight_hh_l0{direction}"), &[4 * hidden, hidden]);
            add(format!("{prefix}.rnn.bias_ih_l0{direction}"), &[4 * hidden]);
            add(format!("{prefix}.rnn.bias_hh_l0{direction}"), &[4 * hidden]);
        }
        add(format!("{prefix}.bin_attention.bin_context_vector"), &[context, 1]);
    };
    for mark in 0..MARKS.len() {
        recurrence(&format!("rnn_hms.{mark}"), 1, hidden, 2 * hidden);
    }
    recurrence("hm_level_rnn_1", 2 * hidden, hidden / 2, hidden);
    add("fdiff1_1.weight".to_owned(), &[1, hidden]);
    add("fdiff1_1.bias".to_owned(), &[1]);
    let views = tensors.iter().map(|(name, shape, bytes)| {
        (
            name.as_str(),
            TensorView::new(Dtype::F32, shape.clone(), bytes).expect("the shape's values"),
        )
    });
    safetensors::serialize(views, None).expect("names are unique")
}

/// A table of text with a header: the results of `predict`.
pub struct Results {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Results {
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("results are text");
        let mut lines = text
            .lines()
            .map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
        let header = lines.next().expect("results have a header");
        Self {
            header,
            rows: lines.collect(),
        }
    }

    /// Returns true if there is such a column.
    pub fn has(&self, name: &str) -> bool {
        self.header.iter().any(|other| other == name)
    }

    /// A column of numbers.
    #[track_caller]
    pub fn numbers(&self, name: &str) -> Vec<f64> {
        let column = self.header.iter().position(|other| other == name);
        let column = column.unwrap_or_else(|| panic!("no column {name} in {:?}", self.header));
        self.rows
            .iter()
            .map(|row| row[column].parse().expect("a number"))
            .collect()
    }

    /// A column of numbers by the genes' names.
    pub fn by_gene(&self, name: &str) -> HashMap<String, f64> {
        self.rows
            .iter()
            .map(|row| row[0].clone())
            .zip(self.numbers(name))
            .collect()
    }
}
