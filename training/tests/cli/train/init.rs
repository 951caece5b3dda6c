//! `train --init-from` of models of tables.

use std::fs;

use serde_json::Value;

use super::{LSTM, attentive_chrome};
use crate::change::{owned, regulens, rewrite, trained};
use crate::support::setup::{Folder, Results};

/// Takes no step that a float32 can tell.
const STILL: &str = "--epochs 1 --learning-rate 1e-12 --no-baselines --allow-constant --dtype f32";

/// Writes a table with its marks the other way round, and one of them called otherwise.
fn turned(folder: &Folder, from: &str, to: &str, renamed: Option<(&str, &str)>) {
    rewrite(folder, from, to, |cells| {
        let mut row = owned(cells);
        // Behind the marks of a labelled table stands the label.
        let marks = if row.len() == 8 { 2..7 } else { 2..row.len() };
        row[marks].reverse();
        if let Some((old, new)) = renamed {
            row.iter_mut()
                .filter(|cell| *cell == old)
                .for_each(|cell| new.clone_into(cell));
        }
        Some(row)
    });
}

fn predictions(folder: &Folder, model: &str, tables: &str, column: &str) -> Vec<f64> {
    regulens(
        folder,
        &format!("predict --model @{model}.safetensors {tables} --out @p.tsv"),
    )
    .succeeds();
    Results::read(&folder.path("p.tsv")).numbers(column)
}

fn card(folder: &Folder, model: &str) -> Value {
    let shown = regulens(folder, &format!("inspect --json @{model}.safetensors"));
    serde_json::from_str::<Value>(&shown.succeeds().stdout).unwrap()["card"].clone()
}

#[test]
fn weights_of_every_variant_start_as_the_models_whatever_the_order_of_marks() {
    let folder = Folder::new();
    for variant in [
        "lstm-alpha-beta",
        "lstm-alpha",
        "lstm-attn",
        "lstm",
        "cnn-alpha-beta",
        "cnn-attn",
        "deep-chrome",
    ] {
        let size = if variant.starts_with("lstm") {
            LSTM
        } else {
            "--filters 4"
        };
        attentive_chrome(&folder, variant, &format!("--variant {variant} {size} --dtype f32"));
        for table in ["t", "v"] {
            turned(&folder, &format!("{table}.csv"), &format!("{table}.turned.csv"), None);
        }
        let command = format!(
            "train attentive-chrome --variant {variant} --init-from @{variant}.safetensors --train @t.turned.csv \
             --valid @v.turned.csv {size} {STILL} --out @again.safetensors"
        );
        let said = regulens(&folder, &command).succeeds().stderr;
        assert!(said.contains("5 of 5 marks by name"), "{said}");
        let before = predictions(&folder, variant, "--input @v.csv", "logit");
        assert_eq!(
            predictions(&folder, "again", "--input @v.turned.csv", "logit"),
            before,
            "{variant}"
        );
        assert_eq!(card(&folder, "again")["marks"], card(&folder, variant)["marks"]);
    }
}

#[test]
fn a_change_goes_on_from_a_model_of_a_change() {
    let folder = Folder::new();
    for variant in ["raw-d", "raw-aux", "aux-siamese"] {
        trained(&folder, variant);
        for table in ["t.a", "t.b", "v.a", "v.b"] {
            turned(&folder, &format!("{table}.csv"), &format!("{table}.turned.csv"), None);
        }
        let command = format!(
            "train deep-diff --variant {variant} --init-from @{variant}.safetensors --train @t.a.turned.csv \
             @t.b.turned.csv --valid @v.a.turned.csv @v.b.turned.csv --expression @e.a.csv @e.b.csv --bin-rnn-size 4 \
             --transform log1p {STILL} --out @again.safetensors"
        );
        regulens(&folder, &command).succeeds();
        let tables = "--input @v.a.csv --input-b @v.b.csv";
        let before = predictions(&folder, variant, tables, "log2_fold_change");
        assert_eq!(
            predictions(&folder, "again", tables, "log2_fold_change"),
            before,
            "{variant}"
        );
    }
}

#[test]
fn marks_that_one_side_lacks_are_said_on_stderr_and_in_the_card() {
    let folder = Folder::new();
    attentive_chrome(&folder, "m", LSTM);
    for table in ["t", "v"] {
        let names = [format!("{table}.csv"), format!("{table}.other.csv")];
        turned(&folder, &names[0], &names[1], Some(("H3K36me3", "H3K27ac")));
    }
    let command = format!(
        "train attentive-chrome --init-from @m.safetensors --train @t.other.csv --valid @v.other.csv --bin-rnn-size 4 \
         --transform log1p {STILL} --out @again.safetensors"
    );
    let said = regulens(&folder, &command).succeeds().stderr;
    for part in [
        "4 of 5 marks by name; new, at initial weights: H3K27ac; not in the data, left out: H3K36me3",
        "warning: --init-from",
        "the model's transform is",
    ] {
        assert!(said.contains(part), "{said}");
    }
    let card = card(&folder, "again");
    let marks = ["H3K27me3", "H3K4me1", "H3K4me3", "H3K9me3", "H3K27ac"];
    assert_eq!(card["marks"], Value::from(marks.to_vec()));
    let recipe = &card["training"]["recipe"];
    assert_eq!(recipe["init_from"], "m.safetensors");
    assert_eq!(recipe["init_from_new_marks"], "H3K27ac");
    assert_eq!(recipe["init_from_left_out_marks"], "H3K36me3");
}

#[test]
fn a_model_of_another_variant_or_size_is_refused_with_what_differs() {
    let folder = Folder::new();
    attentive_chrome(&folder, "m", LSTM);
    let table = fs::read_to_string(folder.path("t.csv")).unwrap();
    let marks = ["H3K27me3", "H3K36me3", "H3K4me1", "H3K4me3", "H3K9me3"];
    let other = marks
        .iter()
        .fold(table, |text, mark| text.replace(mark, &format!("x{mark}")));
    folder.write("other.csv", other);
    for (flags, said) in [
        (
            "--train @t.csv --bin-rnn-size 8",
            &["found bin_rnn_size 4; expected 8", "Give --bin-rnn-size 4"][..],
        ),
        (
            "--train @t.csv --bin-rnn-size 4 --variant lstm",
            &["found the variant lstm-alpha-beta; expected lstm"],
        ),
        (
            "--train @t.csv --bin-rnn-size 4 --select-bins 1-10",
            &["found bins: 20; expected 10"],
        ),
        (
            "--train @other.csv --bin-rnn-size 4",
            &["found a model of H3K27me3", "at least one of xH3K27me3"],
        ),
    ] {
        let command = format!(
            "train attentive-chrome --init-from @m.safetensors --valid @v.csv {flags} {STILL} --out @no.safetensors"
        );
        regulens(&folder, &command).fails(2, said);
    }
}
