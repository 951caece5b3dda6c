//! `regulens calibrate missing-marks`: the cost of a missing mark in the card, beside what `evaluate` and `predict` say
//! of tables in which a value stands in for it.

use std::fs;
use std::path::{Path, PathBuf};

use regulens::task::missing::MissingMarks;
use regulens::weights::WeightFile;

use crate::support::setup::{Folder, Outcome, Results, run, run_line};

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../models").join(name)
}

fn read(path: &Path) -> WeightFile {
    WeightFile::read("m", &fs::read(path).unwrap()).unwrap()
}

fn on_model<'a>(command: &[&'a str], model: &Path, input: &Path, flags: &[&'a str]) -> Outcome {
    let [model, input] = [model, input].map(|path| path.display().to_string());
    let paths = ["--model", &model, "--input", &input];
    run(command.iter().chain(&paths).chain(flags))
}

/// The table with `value` in all bins of a mark, by way of the text.
fn standing_in(table: &Path, mark: &str, value: f32, out: &Path, is_noted: bool) {
    let text = fs::read_to_string(table).unwrap();
    let mut column = None;
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        match column {
            _ if line.starts_with('#') => {}
            None => {
                column = cells.iter().position(|cell| cell == mark);
                if is_noted {
                    lines.push(format!(
                        "# {mark}: not measured; {value} stands in for it in all bins: a test"
                    ));
                }
            }
            Some(column) => cells[column] = value.to_string(),
        }
        lines.push(cells.join(","));
    }
    fs::write(out, lines.join("\n") + "\n").unwrap();
}

#[test]
fn the_card_has_what_evaluate_and_predict_say_of_a_table_without_the_mark() {
    let folder = Folder::new();
    let table = folder.simulated("sim.csv", 40, 100, 3);
    let model = shipped("cnn-alpha-beta-k562.safetensors");
    let out = folder.path("out.safetensors");
    let to = out.display().to_string();
    let said = on_model(
        &["calibrate", "missing-marks"],
        &model,
        &table,
        &["--data", "test genes of K562", "--out", &to],
    );
    let said = said.succeeds().stderr;
    let (before, after) = (read(&model), read(&out));
    assert_eq!(after.tensors, before.tensors);
    let found = after.card.missing_marks.clone().expect("costs in the card");
    let mut expected = before.card;
    expected.missing_marks = Some(found.clone());
    assert_eq!(after.card, expected, "nothing else is new");
    let MissingMarks {
        data,
        genes,
        scores,
        changed_calls,
        ..
    } = &found;
    assert_eq!((data.as_str(), *genes), ("test genes of K562", 40));

    let auroc = |table: &Path| -> f64 {
        let said = on_model(&["evaluate"], &model, table, &["--json"]).succeeds().stdout;
        serde_json::from_str::<serde_json::Value>(&said).unwrap()["auroc"]
            .as_f64()
            .unwrap()
    };
    let calls = |table: &Path| -> Vec<bool> {
        let out = folder.path("predicted.tsv");
        on_model(&["predict"], &model, table, &["--out", &out.display().to_string()]).succeeds();
        let predicted = Results::read(&out).numbers("probability");
        predicted.into_iter().map(|probability| probability >= 0.5).collect()
    };
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 5.1e-4, "{found} {expected}");
    near(found.score, auroc(&table));
    let whole = calls(&table);
    let means = after.card.training_means().unwrap();
    for (place, mark) in after.card.marks.iter().enumerate() {
        let lacking = folder.path("lacking.csv");
        standing_in(&table, mark, means[place], &lacking, false);
        near(scores[place], auroc(&lacking));
        let changed = calls(&lacking)
            .iter()
            .zip(&whole)
            .filter(|(one, other)| one != other)
            .count();
        assert_eq!(changed_calls[place], changed, "{mark}");
        assert!(
            said.contains(&format!(
                "without {mark}: AUROC {:.3}, calls changed: {changed}",
                scores[place]
            )),
            "{said}"
        );
    }
    assert!(changed_calls.iter().any(|&calls| calls > 0), "{found:?}");
    let json = serde_json::to_string(&found).unwrap();
    assert!(json.len() < 200, "{} bytes: {json}", json.len());
}

#[test]
fn of_a_change_each_mark_is_missing_in_a_in_b_and_in_both() {
    let folder = Folder::new();
    let out = folder.path("out.safetensors");
    let [a, b, to] = [
        shipped("examples/change.a.csv.gz"),
        shipped("examples/change.b.csv.gz"),
        out.clone(),
    ]
    .map(|path| path.display().to_string());
    let counts = |name: &str, seed: u32| {
        let table = regulens::input::SignalTable::read("t", &fs::read(&a).unwrap()).unwrap();
        let rows = table
            .genes
            .iter()
            .zip(1_u32..)
            .map(|(gene, at)| format!("{gene},{}\n", at * seed % 97));
        folder.write(name, rows.collect::<String>()).display().to_string()
    };
    let model = shipped("deep-diff-raw-d-k562-h1.safetensors").display().to_string();
    let [of_a, of_b] = [counts("a.csv", 31), counts("b.csv", 57)];
    run_line(format!(
        "calibrate missing-marks --model {model} --input {a} {b} --expression {of_a} {of_b} --out {to}"
    ))
    .succeeds();
    let found = read(&out).card.missing_marks.expect("costs in the card");
    assert_eq!((found.scores.len(), found.changed_calls.len()), (15, 15));
    assert_ne!(found.scores[..5], found.scores[5..10]);
    assert_eq!(found.data, "genes of change.a.csv.gz and change.b.csv.gz");
    run_line(format!(
        "calibrate missing-marks --model {model} --input {a} --expression {of_a} --out {to}"
    ))
    .fails(2, &["one table per cell type, 2 in total", "found 1"]);
}

#[test]
fn predictions_without_a_mark_say_so_and_have_no_weight_of_it() {
    let folder = Folder::new();
    let table = folder.simulated("sim.csv", 4, 100, 3);
    let lacking = folder.path("lacking.csv");
    standing_in(&table, "H3K9me3", 1.375, &lacking, true);
    let out = folder.path("predicted.tsv");
    let model = shipped("attentive-chrome-k562.safetensors");
    let [to, attention] = [&out, &folder.path("attention.safetensors")].map(|path| path.display().to_string());
    on_model(
        &["predict"],
        &model,
        &lacking,
        &["--out", &to, "--attention", &attention],
    )
    .succeeds();
    let found = Results::read(&out);
    let at = |name: &str| found.header.iter().position(|column| column == name).expect("a column");
    for row in &found.rows {
        assert_eq!(row[at("beta_H3K9me3")], "");
        assert!(row[at("beta_H3K4me3")].parse::<f32>().is_ok());
        assert_eq!(row[at("not_measured")], "H3K9me3 (1.375 stands in)");
    }
    let (_, header) = safetensors::SafeTensors::read_metadata(&fs::read(&attention).unwrap()).unwrap();
    assert_eq!(header.metadata().clone().unwrap()["not_measured"], r#"["H3K9me3"]"#);
    on_model(&["predict"], &model, &table, &["--out", &to]).succeeds();
    assert!(!Results::read(&out).has("not_measured"));
}
