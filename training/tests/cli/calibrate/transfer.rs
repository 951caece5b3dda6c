//! `regulens calibrate transfer`: the figures of a cell type in the card, beside those of `evaluate` and `predict`.

use std::fs;
use std::path::Path;

use regulens::task::transfer::Transfer;
use regulens::weights::WeightFile;
use serde_json::Value;

use crate::change::regulens;
use crate::support::setup::{Folder, Results};

/// A small recurrence, trained for some epochs.
const SMALL: &str = "--bin-rnn-size 4 --epochs 6 --learning-rate 0.01 --transform log1p --no-baselines";

fn read(path: &Path) -> WeightFile {
    WeightFile::read("m", &fs::read(path).unwrap()).unwrap()
}

/// A model of 200 simulated genes, and 300 genes of another depth.
fn trained(folder: &Folder) {
    for (name, genes, seed) in [("t", 200, 1), ("v", 100, 2), ("o", 300, 3)] {
        folder.simulated(&format!("{name}.csv"), genes, 20, seed);
    }
    let train = format!("train attentive-chrome --train @t.csv --valid @v.csv --out @m.safetensors {SMALL}");
    regulens(folder, &train).succeeds();
}

#[test]
fn the_card_has_what_evaluate_and_predict_say_of_each_cell_type() {
    let folder = Folder::new();
    trained(&folder);
    let calibrate = "calibrate transfer --model @m.safetensors --input @o.csv --cell-type O --out @n.safetensors";
    let said = regulens(&folder, calibrate).succeeds().stderr;
    let (before, after) = (read(&folder.path("m.safetensors")), read(&folder.path("n.safetensors")));
    assert_eq!(after.tensors, before.tensors);
    let [found] = &after.card.transfer[..] else {
        panic!("{:?}", after.card.transfer);
    };
    let mut expected = before.card;
    expected.transfer = vec![found.clone()];
    assert_eq!(
        after.card, expected,
        "nothing else is new, and earlier programs read it"
    );
    assert!(said.contains("O: 300 genes of o.csv"), "{said}");

    let scored = regulens(&folder, "evaluate --model @m.safetensors --input @o.csv --json")
        .succeeds()
        .stdout;
    let scored: Value = serde_json::from_str(&scored).unwrap();
    let near = |found: f64, name: &str| {
        let expected = scored[name].as_f64().unwrap();
        assert!((found - expected).abs() < 5.1e-4, "{name} {found} {expected}");
    };
    near(found.auroc, "auroc");
    near(found.brier, "brier");
    near(found.called_on as f64, "called_on");
    near(found.on as f64, "on");
    assert_eq!((found.cell_type.as_str(), found.genes), ("O", 300));

    // The calibration error, computed again from the table of predictions.
    regulens(&folder, "predict --model @m.safetensors --input @o.csv --out @o.tsv").succeeds();
    let predicted = Results::read(&folder.path("o.tsv")).numbers("probability");
    let text = fs::read_to_string(folder.path("o.csv")).unwrap();
    let rows: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).skip(1).collect();
    let mut tenths = [(0.0, 0.0); 10];
    for (p, row) in predicted.iter().zip(rows.iter().step_by(20)) {
        let tenth = &mut tenths[((p * 10.0) as usize).min(9)];
        tenth.0 += p;
        tenth.1 += if row.ends_with(",1") { 1.0 } else { 0.0 };
    }
    let error = tenths.iter().map(|(sum, on)| (sum - on).abs()).sum::<f64>() / 300.0;
    assert!(
        (found.calibration_error - error).abs() < 5.1e-4,
        "{} {error}",
        found.calibration_error
    );
}

#[test]
fn cell_types_stand_beside_each_other_and_a_second_measurement_replaces_the_first() {
    let folder = Folder::new();
    trained(&folder);
    let measured = |from: &str, cell: &str, table: &str, to: &str| {
        let line = format!(
            "calibrate transfer --model @{from} --input @{table} --cell-type {cell} --data {cell}s --out @{to}"
        );
        regulens(&folder, &line).succeeds();
        read(&folder.path(to)).card.transfer
    };
    folder.simulated("p.csv", 100, 20, 5);
    let first = measured("m.safetensors", "O", "o.csv", "1.safetensors");
    let both = measured("1.safetensors", "P", "p.csv", "2.safetensors");
    assert_eq!(both[0], first[0]);
    assert_eq!((both.len(), both[1].genes, both[1].data.as_str()), (2, 100, "Ps"));
    let replaced = measured("2.safetensors", "O", "p.csv", "3.safetensors");
    let genes: Vec<(&str, usize)> = replaced
        .iter()
        .map(|one: &Transfer| (&*one.cell_type, one.genes))
        .collect();
    assert_eq!(genes, [("P", 100), ("O", 100)]);

    // The figures of other probabilities would be wrong.
    let line = "calibrate confidence --model @3.safetensors --input @o.csv --out @4.safetensors";
    let said = regulens(&folder, line).succeeds().stderr;
    assert!(said.contains("compute them again with `calibrate transfer`"), "{said}");
    assert!(read(&folder.path("4.safetensors")).card.transfer.is_empty());
}

#[test]
fn genes_that_cannot_tell_are_refused() {
    let folder = Folder::new();
    trained(&folder);
    let refused = |table: &str, code: i32, words: &str| {
        let line =
            format!("calibrate transfer --model @m.safetensors --input @{table} --cell-type O --out @n.safetensors");
        regulens(&folder, &line).fails(code, &[words]);
        assert!(!folder.path("n.safetensors").exists());
    };
    folder.simulated("few.csv", 49, 20, 6);
    refused("few.csv", 1, "found 49 genes; expected at least 50");
    let text = fs::read_to_string(folder.path("o.csv")).unwrap();
    let on: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("gene") || line.ends_with(",1"))
        .collect();
    fs::write(folder.path("on.csv"), on.join("\n") + "\n").unwrap();
    refused("on.csv", 1, "genes on; expected both classes");
    for learned in ["t.csv", "v.csv"] {
        refused(learned, 2, "was trained or chosen on these genes");
    }
}
