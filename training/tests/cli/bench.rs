//! `regulens bench`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use safetensors::SafeTensors;

use crate::support::reference::array;
use crate::support::setup::{BINS, Folder, MARKS, Results, regulens, run, run_line};

/// Answers to requests, line by line.
fn answers(model: &Path, table: &Path, requests: &[&str]) -> Vec<String> {
    let mut child = regulens()
        .args(["bench", "--serve", "--model"])
        .arg(model)
        .arg("--input")
        .arg(table)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    writeln!(stdin, "{}", requests.join("\n")).expect("the program listens");
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().map(str::to_owned).collect()
}

fn numbers(answer: &str) -> Vec<f64> {
    let numbers = answer.split(' ').map(str::parse);
    numbers
        .collect::<Result<_, _>>()
        .unwrap_or_else(|_| panic!("`{answer}` is no list of numbers"))
}

fn values(file: &Path, name: &str) -> Vec<f64> {
    let bytes = fs::read(file).expect("the file is there");
    array(&SafeTensors::deserialize(&bytes).unwrap(), name).values
}

#[test]
fn the_table_has_a_row_for_each_number_of_genes_that_the_input_suffices_for() {
    let folder = Folder::new();
    let [model, table] =
        [folder.model(), folder.simulated("sim.csv", 70, BINS, 1)].map(|path| path.display().to_string());
    let said = run(["bench", "--model", &model, "--input", &table, "--threads", "1"])
        .succeeds()
        .stdout;
    assert!(said.contains("on cpu, 1 thread\n"), "{said}");
    let rows: Vec<Vec<&str>> = said
        .lines()
        .skip(3)
        .map(|line| line.split_whitespace().collect())
        .collect();
    let names: Vec<_> = rows.iter().map(|row| (row[0], row[1])).collect();
    assert_eq!(names, [("predict", "1"), ("predict", "64"), ("train", "16")]);
    for row in rows {
        let [genes, time, rate] = [1, 2, 3].map(|column| row[column].parse::<f64>().unwrap());
        assert!(time > 0.0, "{said}");
        // Both are rounded.
        assert!((rate - genes / time * 1e3).abs() <= 0.5 + 0.1 * rate, "{said}");
    }
}

#[test]
fn without_an_input_genes_of_the_models_marks_and_bins_are_simulated() {
    let folder = Folder::new();
    let model = folder.model().display().to_string();
    let said = run(["bench", "--model", &model]).succeeds().stdout;
    let rows = said.lines().skip(3).count();
    assert_eq!(rows, 6, "{said}");
}

#[test]
fn every_request_is_answered_and_a_bad_one_does_not_end_the_others() {
    let folder = Folder::new();
    let (model, table) = (folder.model(), folder.simulated("sim.csv", 8, BINS, 1));
    let nowhere = format!("outputs {}", folder.path("missing/file").display());
    let requests = [
        "outputs early",
        "predict 8 3",
        "predict 9",
        "predict",
        "dance",
        &nowhere,
        "step 4 2",
        "limit",
        "quit",
        "predict 1",
    ];
    let answers = answers(&model, &table, &requests);
    assert_eq!(answers.len(), 8, "{answers:?}");
    for (index, saying) in [
        (0, "nothing has been predicted yet"),
        (2, "9 genes, but the table has 8"),
        (3, "expected a number of genes"),
        (4, "unknown request `dance`"),
        (5, "missing/file"),
    ] {
        assert!(
            answers[index].starts_with("error: ") && answers[index].contains(saying),
            "{answers:?}"
        );
    }
    for (index, times) in [(1, 3), (6, 2)] {
        let times_found = numbers(&answers[index]);
        assert_eq!(times_found.len(), times);
        assert!(times_found.iter().all(|&time| time > 0.0));
    }
    let (rate, vectors) = answers[7].split_once(' ').unwrap();
    assert!(rate.parse::<f64>().unwrap() > 0.0 && !vectors.is_empty());
}

#[test]
#[cfg(target_os = "linux")]
fn the_most_memory_held_only_grows() {
    let folder = Folder::new();
    let (model, table) = (folder.model(), folder.simulated("sim.csv", 64, BINS, 1));
    let answers = answers(&model, &table, &["memory", "step 64", "memory"]);
    let [before, after] = [0, 2].map(|index| numbers(&answers[index])[0]);
    assert!(0.0 < before && before <= after, "{answers:?}");
}

#[test]
fn what_is_timed_gives_the_results_of_predict() {
    let folder = Folder::new();
    let (model, table) = (folder.model(), folder.simulated("sim.csv", 6, BINS, 1));
    let outputs = folder.path("outputs.safetensors");
    let request = format!("outputs {}", outputs.display());
    // A call of another size before it leaves nothing behind.
    assert_eq!(answers(&model, &table, &["predict 2", "predict 6", &request])[2], "ok");
    let [model, table, out, attention] = [
        model,
        table,
        folder.path("result.tsv"),
        folder.path("attention.safetensors"),
    ]
    .map(|path| path.display().to_string());
    run_line(format!(
        "predict --model {model} --input {table} --out {out} --attention {attention}"
    ))
    .succeeds();
    let logit = Results::read(Path::new(&out)).numbers("logit");
    let rounded: Vec<f32> = logit.iter().map(|&logit| logit as f32).collect();
    let found: Vec<f32> = values(&outputs, "logit").iter().map(|&logit| logit as f32).collect();
    assert_eq!(found, rounded);
    for name in ["alpha", "beta"] {
        assert_eq!(values(&outputs, name), values(Path::new(&attention), name));
    }
}

/// Steps on the first `examples`, of which each lowers the loss and moves the weights named `name`; a reset begins
/// anew.
fn learns(folder: &Folder, model: &Path, input: &Path, examples: usize, name: &str) {
    let [first, longer, again] = ["first", "longer", "again"].map(|name| folder.path(name));
    let write = |path: &Path| format!("trained {}", path.display());
    let step = format!("step {examples}");
    let requests = [
        &step,
        &write(&first),
        &format!("{step} 4"),
        &write(&longer),
        "reset",
        &step,
        &write(&again),
    ];
    answers(model, input, &requests);
    assert_eq!(fs::read(&first).unwrap(), fs::read(&again).unwrap());
    let losses = values(&longer, "loss");
    assert_eq!(losses.len(), 5);
    assert_eq!(losses[0], values(&first, "loss")[0]);
    assert!(losses.is_sorted_by(|a, b| a > b), "{losses:?}");
    assert_ne!(values(&first, name), values(&longer, name));
}

#[test]
fn steps_train_on_and_a_reset_begins_anew() {
    let folder = Folder::new();
    let (model, table) = (folder.model(), folder.simulated("sim.csv", 16, BINS, 1));
    learns(&folder, &model, &table, 16, "rnn_hms.0.rnn.weight_hh_l0");
}

#[test]
fn a_table_without_labels_can_be_predicted_but_not_trained_on() {
    let folder = Folder::new();
    let rows: String = (1..=BINS).map(|bin| format!("g,{bin},1,2,3,4,5\n")).collect();
    let table = folder.write("bare.csv", format!("gene,bin,{}\n{rows}", MARKS.join(",")));
    let answers = answers(&folder.model(), &table, &["step 1", "predict 1"]);
    assert!(answers[0].contains("column `label`"), "{answers:?}");
    assert!(numbers(&answers[1])[0] > 0.0);
}

#[test]
fn a_table_of_other_bins_is_refused() {
    let folder = Folder::new();
    let [model, table] =
        [folder.model(), folder.simulated("wide.csv", 2, 2 * BINS, 1)].map(|path| path.display().to_string());
    run(["bench", "--model", &model, "--input", &table]).fails(1, &["wide.csv", "40 bins"]);
}

/// A small model of sequences that ships, and bases that stand for the whole of what it takes.
fn sequence(folder: &Folder) -> (PathBuf, PathBuf) {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
    let model = models.join("basenji-standard-yeast-atac.safetensors");
    let bases: String = (0..16_384_u32)
        .map(|i| char::from(b"ACGT"[(i.wrapping_mul(i) / 7 % 4) as usize]))
        .collect();
    (model, folder.write("bases.fa", format!(">bases\n{bases}\n")))
}

#[test]
fn a_model_of_sequences_learns_how_many_of_each_base_a_bin_has() {
    let folder = Folder::new();
    let (model, fasta) = sequence(&folder);
    let answers = answers(&model, &fasta, &["trained early", "step 2", "step 1 2", "predict 1"]);
    assert!(answers[0].contains("nothing has been trained yet"), "{answers:?}");
    assert!(
        answers[1].contains("asked for 2 sequences; a sequence model is timed on one"),
        "{answers:?}"
    );
    assert_eq!(numbers(&answers[2]).len(), 2);
    assert!(numbers(&answers[2])[0] > 0.0 && numbers(&answers[3])[0] > 0.0);
    learns(&folder, &model, &fasta, 1, "final/dense/kernel");
}

#[test]
fn the_table_of_a_model_of_sequences_has_the_time_of_a_prediction() {
    let folder = Folder::new();
    let (model, fasta) = sequence(&folder);
    let [model, fasta] = [model, fasta].map(|path| path.display().to_string());
    let said = run(["bench", "--model", &model, "--input", &fasta]).succeeds().stdout;
    let time = said
        .lines()
        .last()
        .and_then(|line| line.strip_prefix("predict 16384 bases"));
    let time = time.and_then(|time| time.strip_suffix(" ms")?.trim().parse::<f64>().ok());
    assert!(time.is_some_and(|time| time > 0.0), "{said}");
}

#[test]
fn rounded_factors_are_refused_where_nothing_would_come_of_them() {
    let folder = Folder::new();
    let model = folder.model().display().to_string();
    run(["bench", "--model", &model, "--precision", "bf16"]).fails(2, &["--precision bf16 requires --device cuda"]);
    run(["bench", "--model", &model, "--precision", "tf32"]).fails(2, &["--precision tf32 requires --device cuda"]);
}

#[test]
fn a_model_of_a_change_is_refused_by_name() {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/deep-diff-raw-k562-h1.safetensors");
    run(["bench", "--model", &model.display().to_string()]).fails(2, &["a change model", "on/off models"]);
}
