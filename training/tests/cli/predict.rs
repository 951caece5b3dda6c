//! `regulens predict`.

use std::fs;

use safetensors::SafeTensors;

use crate::support::reference::array;
use crate::support::setup::{BINS, Folder, MARKS, Results, run, run_line};

/// Runs `predict` in a folder on a model and a table, with further flags.
fn predict(
    folder: &Folder,
    model: &std::path::Path,
    table: &std::path::Path,
    flags: &[&str],
) -> crate::support::setup::Outcome {
    let [model, table, out] = [model, table, &folder.path("result.tsv")].map(|path| path.display().to_string());
    run(["predict", "--model", &model, "--input", &table, "--out", &out]
        .into_iter()
        .chain(flags.iter().copied()))
}

#[test]
fn a_row_a_gene_has_probability_logit_and_beta_by_the_names_of_marks() {
    let folder = Folder::new();
    let (model, table) = (folder.model(), folder.simulated("sim.csv", 7, BINS, 1));
    predict(&folder, &model, &table, &[]).succeeds();
    let results = Results::read(&folder.path("result.tsv"));
    let betas: Vec<String> = MARKS.iter().map(|mark| format!("beta_{mark}")).collect();
    assert_eq!(results.header[..3], ["gene", "probability", "logit"]);
    assert_eq!(results.header[3..], betas);
    assert_eq!(results.rows.len(), 7);
    assert_eq!(results.rows[0][0], "SIM000001");
    for (probability, logit) in results.numbers("probability").into_iter().zip(results.numbers("logit")) {
        assert!((probability - 1.0 / (1.0 + (-logit).exp())).abs() < 1e-6);
    }
    for row in 0..7 {
        let sum: f64 = betas.iter().map(|name| results.numbers(name)[row]).sum();
        assert!((sum - 1.0).abs() < 1e-5, "beta sums to {sum}");
    }
}

#[test]
fn attention_names_its_rows_and_examples() {
    let folder = Folder::new();
    let (model, table) = (folder.model(), folder.simulated("sim.csv", 4, BINS, 1));
    let file = folder.path("attention.safetensors");
    predict(&folder, &model, &table, &["--attention", file.to_str().unwrap()]).succeeds();
    let bytes = fs::read(&file).unwrap();
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let metadata = header.metadata().clone().unwrap();
    let names = |key: &str| serde_json::from_str::<Vec<String>>(&metadata[key]).unwrap();
    assert_eq!(names("rows"), MARKS);
    assert_eq!(names("examples"), ["SIM000001", "SIM000002", "SIM000003", "SIM000004"]);

    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let (alpha, beta) = (array(&tensors, "alpha"), array(&tensors, "beta"));
    assert_eq!((alpha.shape, beta.shape), (vec![4, 5, BINS], vec![4, 5]));
    for row in alpha.values.chunks(BINS) {
        assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-5);
    }
    let results = Results::read(&folder.path("result.tsv"));
    assert_eq!(
        results.numbers("beta_H3K4me1"),
        beta.values
            .iter()
            .skip(2)
            .step_by(5)
            .map(|&v| v as f32)
            .map(|v| v.to_string().parse().unwrap())
            .collect::<Vec<f64>>()
    );
}

#[test]
fn columns_in_another_order_give_the_same_numbers() {
    let folder = Folder::new();
    let model = folder.model();
    let table = folder.simulated("sim.csv", 5, BINS, 1);
    let text = fs::read_to_string(&table).unwrap();
    let turned: String = text
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let marks: Vec<&str> = cells[2..7].iter().rev().copied().collect();
            format!("{}\t{}\t{}\r\n", cells[0], cells[1], marks.join("\t"))
        })
        .collect();
    predict(&folder, &model, &table, &[]).succeeds();
    let expected = fs::read(folder.path("result.tsv")).unwrap();
    predict(&folder, &model, &folder.write("turned.txt", turned), &[]).succeeds();
    assert_eq!(fs::read(folder.path("result.tsv")).unwrap(), expected);
}

#[test]
fn a_gzipped_table_gives_the_same_numbers() {
    let folder = Folder::new();
    let model = folder.model();
    let [plain, packed] = ["sim.csv", "packed.csv.gz"].map(|name| folder.simulated(name, 5, BINS, 1));
    assert!(fs::read(&packed).unwrap().starts_with(&[0x1f, 0x8b]));
    predict(&folder, &model, &plain, &[]).succeeds();
    let expected = fs::read(folder.path("result.tsv")).unwrap();
    predict(&folder, &model, &packed, &[]).succeeds();
    assert_eq!(fs::read(folder.path("result.tsv")).unwrap(), expected);
}

#[test]
fn other_bins_are_refused_until_some_are_selected() {
    let folder = Folder::new();
    let (model, table) = (folder.model(), folder.simulated("wide.csv", 3, 2 * BINS, 1));
    predict(&folder, &model, &table, &[]).fails(1, &["wide.csv", "40 bins", "20", "Select bins 11-30"]);
    assert!(!folder.path("result.tsv").exists(), "nothing is written");
    predict(&folder, &model, &table, &["--select-bins", "11-30"]).succeeds();
    assert_eq!(Results::read(&folder.path("result.tsv")).rows.len(), 3);
}

#[test]
fn a_scaled_mark_is_the_same_as_a_scaled_column() {
    let folder = Folder::new();
    let (model, table) = (folder.model(), folder.simulated("sim.csv", 5, BINS, 1));
    let halved: String = fs::read_to_string(&table)
        .unwrap()
        .lines()
        .map(|line| {
            let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            if let Ok(value) = cells[5].parse::<f32>() {
                cells[5] = (value / 2.0).to_string();
            }
            cells.join(",") + "\n"
        })
        .collect();
    predict(&folder, &model, &folder.write("halved.csv", halved), &[]).succeeds();
    let expected = fs::read(folder.path("result.tsv")).unwrap();
    predict(&folder, &model, &table, &["--scale", "H3K4me3=0.5"]).succeeds();
    assert_eq!(fs::read(folder.path("result.tsv")).unwrap(), expected);
}

#[test]
fn a_factor_for_an_unknown_mark_names_the_marks_there_are() {
    let folder = Folder::new();
    let (model, table) = (folder.model(), folder.simulated("sim.csv", 3, BINS, 1));
    predict(&folder, &model, &table, &["--scale", "H3K27ac=2"]).fails(1, &["sim.csv", "H3K27ac", "H3K4me3"]);
    predict(&folder, &model, &table, &["--scale", "H3K4me3"]).fails(2, &["--scale", "H3K4me3=0.5"]);
}

#[test]
fn a_bad_table_is_an_error_with_its_line_and_a_remedy_and_leaves_no_file() {
    let folder = Folder::new();
    let model = folder.model();
    let names = folder.names();
    let header = format!("gene,bin,{}\n", MARKS.join(","));
    let cases = [
        (
            "empty.csv",
            String::new(),
            vec!["empty.csv: found an empty file", "Choose the file"],
        ),
        (
            "nan.csv",
            format!("{header}g,1,0,0,NaN,0,0\n"),
            vec!["nan.csv, line 2, column 5 (H3K4me1): found", "remove all rows"],
        ),
        (
            "width.csv",
            format!("{header}g,1,0,0\n"),
            vec!["width.csv, line 2: found 4 columns; expected 7"],
        ),
        (
            "mark.csv",
            "gene,bin,H3K4me1\n".to_owned() + &(1..=BINS).map(|bin| format!("g,{bin},1\n")).collect::<String>(),
            vec!["mark.csv", "without H3K27me3", "Add "],
        ),
    ];
    for (name, text, saying) in cases {
        let table = folder.write(name, text);
        let outcome = predict(&folder, &model, &table, &[]).fails(1, &saying);
        assert_eq!(outcome.stderr.lines().count(), 1, "one line: {}", outcome.stderr);
        fs::remove_file(table).unwrap();
        assert_eq!(folder.names(), names, "nothing is left");
    }
}

#[test]
fn a_bad_model_file_is_an_error_that_says_what_it_is() {
    let folder = Folder::new();
    let (model, table) = (folder.model(), folder.simulated("sim.csv", 3, BINS, 1));
    let bytes = fs::read(&model).unwrap();
    let mut header = bytes.clone();
    header[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    let cases = [
        (
            "cut.safetensors",
            bytes[..bytes.len() - 9].to_vec(),
            "found an end at byte",
        ),
        (
            "header.safetensors",
            header,
            "found a header of 18446744073709551615 bytes",
        ),
        ("page.safetensors", b"<!doctype html>".to_vec(), "found a web page"),
        ("table.safetensors", fs::read(&table).unwrap(), "found a table of text"),
        (
            "weights.safetensors",
            fs::read(folder.path("weights.safetensors")).unwrap(),
            "regulens import",
        ),
    ];
    for (name, bytes, saying) in cases {
        let model = folder.write(name, bytes);
        predict(&folder, &model, &table, &[]).fails(1, &[name, saying]);
    }
    assert!(!folder.path("result.tsv").exists());
}

#[test]
fn a_place_that_cannot_be_written_to_is_said() {
    let folder = Folder::new();
    let (model, table) = (folder.model(), folder.simulated("sim.csv", 3, BINS, 1));
    let [model, table, out, there] =
        [&model, &table, &folder.path("missing/result.tsv"), &folder.path("")].map(|path| path.display().to_string());
    run(["predict", "--model", &model, "--input", &table, "--out", &out])
        .fails(1, &["missing/result.tsv", "Check the name and the folder."]);
    run(["predict", "--model", &model, "--input", &table, "--out", &there]).fails(1, &["Name a file in that folder."]);
    run_line(format!("predict --model {model} --input {table} --out x --attention x")).fails(2, &["the same file"]);
}

#[test]
fn a_file_that_was_there_is_replaced_whole() {
    let folder = Folder::new();
    let (model, table) = (folder.model(), folder.simulated("sim.csv", 3, BINS, 1));
    folder.write(
        "result.tsv",
        "what was there before, and longer than what comes\n".repeat(100),
    );
    predict(&folder, &model, &table, &[]).succeeds();
    assert_eq!(Results::read(&folder.path("result.tsv")).rows.len(), 3);
    assert!(
        folder.names().iter().all(|name| !name.contains("partial")),
        "{:?}",
        folder.names()
    );
}
