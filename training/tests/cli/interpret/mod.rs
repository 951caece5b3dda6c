//! `regulens interpret`, each number beside one that the test computes from what `predict` and the tables say.

mod attention;
mod attribute;
mod attribute_sequences;
mod bases;
mod beta;
mod change_beta;
mod class_optimisation;
mod deletion;
mod held_out;
mod motifs;
mod perturb;
mod saliency;
mod truth;
mod variants;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use crate::support::reference::array;
use crate::support::setup::{BINS, Folder, MARKS, Outcome, Results, run, run_line};

/// Runs `regulens interpret` in a folder: words that name a file of the folder with `@` stand for its path.
fn interpret(folder: &Folder, command: &str) -> Outcome {
    let words = command.split_whitespace().map(|word| match word.strip_prefix('@') {
        Some(name) => folder.path(name).display().to_string(),
        None => word.to_owned(),
    });
    run(std::iter::once("interpret".to_owned()).chain(words))
}

/// A simulated sequence of so many bp, its sites and its motifs, as `@sim.…`.
fn simulated_sequence(length: usize) -> Folder {
    let folder = Folder::new();
    let out = folder.path("sim").display().to_string();
    let words = format!("simulate sequence --length {length} --variants 0 --seed 93 --out");
    run(words.split(' ').chain([out.as_str()])).succeeds();
    folder
}

/// A model that ships.
fn shipped(file: &str) -> String {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models").join(file);
    model.display().to_string()
}

/// The model of [`Folder::model`] with larger weights, so that its genes differ: some are predicted on, others off.
fn lively(folder: &Folder) -> PathBuf {
    weighed(folder, |name| match name {
        "fdiff1_1.weight" => 16.0,
        bias if bias.contains("bias") => 1.0,
        _ => 6.0,
    })
}

/// The model of [`Folder::model`] with each weight so many times as large.
fn weighed(folder: &Folder, factor: impl Fn(&str) -> f32) -> PathBuf {
    let bytes = fs::read(folder.state_dict()).expect("weights");
    let tensors = SafeTensors::deserialize(&bytes).expect("safetensors");
    let enlarged = tensors.iter().map(|(name, tensor)| {
        let (factor, values) = (factor(name), array(&tensors, name).values.into_iter());
        let bytes: Vec<u8> = values.flat_map(|value| (factor * value as f32).to_le_bytes()).collect();
        (name.to_owned(), (tensor.shape().to_vec(), bytes))
    });
    let enlarged: Vec<_> = enlarged.collect();
    let views = enlarged.iter().map(|(name, (shape, bytes))| {
        (
            name,
            TensorView::new(Dtype::F32, shape.clone(), bytes).expect("the shape's values"),
        )
    });
    let weights = folder.write(
        "lively.safetensors",
        safetensors::serialize(views, None).expect("unique names"),
    );
    let model = folder.path("model.safetensors");
    let [weights, out] = [&weights, &model].map(|path| path.display().to_string());
    run_line(format!(
        "import attentive-chrome --variant lstm-alpha-beta {weights} --out {out} --marks {} --bins {BINS}",
        MARKS.join(",")
    ))
    .succeeds();
    model
}

/// A small model of any variant, trained for an epoch on a few genes.
fn trained(folder: &Folder, variant: &str) -> PathBuf {
    let [train, valid] = [("t.csv", 11), ("v.csv", 12)].map(|(name, seed)| folder.simulated(name, 48, BINS, seed));
    let model = folder.path(&format!("{variant}.safetensors"));
    let [train, valid, out] = [&train, &valid, &model].map(|path| path.display().to_string());
    run_line(format!(
        "train attentive-chrome --variant {variant} --train {train} --valid {valid} --out {out} \
         --epochs 1 --no-baselines"
    ))
    .succeeds();
    model
}

/// A small model of a change that has learned what is planted, `VARIANT.safetensors`, and a pair of 40 genes, `t`.
fn learned(folder: &Folder, variant: &str) {
    for (name, genes, seed) in [("train", 600, 11), ("valid", 100, 12), ("t", 40, 13)] {
        crate::change::pair(folder, name, genes, seed);
    }
    for cell in ["a", "b"] {
        // Genes of different seeds have the same ids: those of validation are renamed.
        let text = |file: String| fs::read_to_string(folder.path(&file)).expect("a simulated file");
        let renamed = |file: String| text(file).replace("SIM", "VAL");
        let counts = text(format!("train.{cell}.expression.csv")) + &renamed(format!("valid.{cell}.expression.csv"));
        folder.write(&format!("counts.{cell}.csv"), counts);
        folder.write(&format!("valid.{cell}.csv"), renamed(format!("valid.{cell}.csv")));
    }
    let command = format!(
        "train deep-diff --variant {variant} --train @train.a.csv @train.b.csv --valid @valid.a.csv @valid.b.csv \
            --expression @counts.a.csv @counts.b.csv --out @{variant}.safetensors --epochs 20 --learning-rate 0.01 \
            --bin-rnn-size 4 --transform log1p"
    );
    crate::change::regulens(folder, &command).succeeds();
}

/// A table in memory: counts [genes][bins][marks].
struct Counts {
    genes: Vec<String>,
    counts: Vec<Vec<[f64; MARKS.len()]>>,
}

impl Counts {
    /// Reads a simulated table of [`MARKS`].
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a plain table");
        let (mut genes, mut counts) = (Vec::new(), Vec::<Vec<_>>::new());
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            if genes.last().map(String::as_str) != Some(cells[0]) {
                genes.push(cells[0].to_owned());
                counts.push(Vec::new());
            }
            let row = std::array::from_fn(|mark| cells[2 + mark].parse().expect("a count"));
            counts.last_mut().expect("a gene").push(row);
        }
        Self { genes, counts }
    }

    /// Writes a table without labels.
    fn write(&self, path: &Path) {
        let mut text = format!("gene,bin,{}\n", MARKS.join(","));
        for (gene, rows) in self.genes.iter().zip(&self.counts) {
            for (bin, row) in (1..).zip(rows) {
                let row = row.map(|count| count.to_string()).join(",");
                text += &format!("{gene},{bin},{row}\n");
            }
        }
        fs::write(path, text).expect("the folder takes a file");
    }
}

/// Output of `predict` for a table: P(on) and log-odds by gene, and α [genes, rows, bins].
struct Predicted {
    probability: Vec<f64>,
    logit: Vec<f64>,
    alpha: Vec<f64>,
    beta: Vec<Vec<f64>>,
}

impl Predicted {
    fn of(folder: &Folder, model: &Path, table: &Path) -> Self {
        let [out, attention] = ["p.tsv", "p.safetensors"].map(|name| folder.path(name));
        let words = [model, table, &out, &attention].map(|path| path.display().to_string());
        run_line(format!(
            "predict --model {} --input {} --out {} --attention {}",
            words[0], words[1], words[2], words[3]
        ))
        .succeeds();
        let results = Results::read(&out);
        let bytes = fs::read(attention).expect("attention");
        let tensors = SafeTensors::deserialize(&bytes).expect("safetensors");
        let beta = MARKS.map(|mark| format!("beta_{mark}"));
        let has_beta = results.header.contains(&beta[0]);
        Self {
            probability: results.numbers("probability"),
            logit: results.numbers("logit"),
            alpha: match tensors.tensor("alpha") {
                Ok(_) => array(&tensors, "alpha").values,
                Err(_) => Vec::new(),
            },
            beta: if has_beta {
                beta.map(|name| results.numbers(&name)).to_vec()
            } else {
                Vec::new()
            },
        }
    }

    /// The genes predicted on.
    fn on(&self) -> Vec<usize> {
        (0..self.probability.len())
            .filter(|&gene| self.probability[gene] >= 0.5)
            .collect()
    }
}

/// A column of text.
#[track_caller]
fn texts<'a>(results: &'a Results, name: &str) -> Vec<&'a str> {
    let column = results.header.iter().position(|other| other == name);
    let column = column.unwrap_or_else(|| panic!("no column {name} in {:?}", results.header));
    results.rows.iter().map(|row| row[column].as_str()).collect()
}

/// A column's cells by the cells of other columns, joined by spaces.
fn cells(results: &Results, keys: &[&str], name: &str) -> HashMap<String, String> {
    let keys: Vec<Vec<&str>> = keys.iter().map(|key| texts(results, key)).collect();
    let values = texts(results, name);
    let key = |row: usize| keys.iter().map(|column| column[row]).collect::<Vec<_>>().join(" ");
    (0..values.len())
        .map(|row| (key(row), values[row].to_owned()))
        .collect()
}

fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.into_iter().collect();
    values.iter().sum::<f64>() / values.len() as f64
}

/// Pearson's correlation as its textbook formula has it.
fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let (mx, my) = (mean(x.iter().copied()), mean(y.iter().copied()));
    let sum = |of: &dyn Fn(usize) -> f64| (0..x.len()).map(of).sum::<f64>();
    sum(&|i| (x[i] - mx) * (y[i] - my)) / (sum(&|i| (x[i] - mx).powi(2)) * sum(&|i| (y[i] - my).powi(2))).sqrt()
}

#[track_caller]
fn assert_close(found: &str, expected: f64, tolerance: f64) {
    let found: f64 = found.parse().unwrap_or_else(|_| panic!("`{found}` is no number"));
    assert!((found - expected).abs() <= tolerance, "{found} is not {expected}");
}

#[test]
fn every_analysis_explains_itself() {
    let folder = Folder::new();
    let help = interpret(&folder, "--help").succeeds().stdout;
    for analysis in [
        "attention",
        "saliency",
        "class-optimisation",
        "deletion",
        "held-out",
        "beta",
        "truth",
        "perturb",
        "change-beta",
        "attribute",
        "mutagenesis",
        "motifs",
    ] {
        assert!(help.contains(analysis), "{help}");
        let help = interpret(&folder, &format!("{analysis} --help")).succeeds().stdout;
        for flag in ["--model", "--device", "--threads", "--out"] {
            assert!(help.contains(flag), "{analysis}: {help}");
        }
        interpret(&folder, &format!("{analysis} --threads 0")).fails(2, &["--threads"]);
    }
}

#[test]
fn a_folder_that_is_not_there_is_said_before_anything_runs() {
    let folder = Folder::new();
    interpret(&folder, "attention --model @none --input @none --out @missing/out.tsv")
        .fails(1, &["missing/out.tsv", "Check the name and the folder."]);
    interpret(&folder, "saliency --model @none --input @none --out @a --averages @a")
        .fails(2, &["--out and --averages name the same file"]);
}
