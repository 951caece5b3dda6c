//! `regulens interpret beta`.

use super::{Predicted, assert_close, interpret, lively, trained};
use crate::support::setup::{BINS, Folder, MARKS, Results};

#[test]
fn a_column_a_model_holds_what_predict_gives_for_the_gene_in_its_own_table() {
    let folder = Folder::new();
    let model = lively(&folder);
    let tables = ["a.csv", "b.csv"]
        .map(|name| folder.simulated(name, 5, BINS, name.len() as u64 + u64::from(name.as_bytes()[0])));
    std::fs::copy(&model, folder.path("second.safetensors")).unwrap();
    let command = "beta --gene SIM000004 --model @model.safetensors --input @a.csv --model @second.safetensors --input \
        @b.csv --out @h.tsv";
    interpret(&folder, command).succeeds();
    let results = Results::read(&folder.path("h.tsv"));
    assert!(results.header[1].ends_with("model.safetensors") && results.header[2].ends_with("second.safetensors"));
    let rows: Vec<&str> = results.rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(rows[0], "P(on)");
    assert_eq!(rows[1..], MARKS);
    for (column, table) in (1..).zip(&tables) {
        let predicted = Predicted::of(&folder, &model, table);
        assert_close(&results.rows[0][column], predicted.probability[3], 1e-6);
        for (mark, beta) in predicted.beta.iter().enumerate() {
            assert_close(&results.rows[1 + mark][column], beta[3], 1e-6);
        }
    }
    assert_ne!(results.rows[1][1], results.rows[1][2], "two tables, two numbers");

    let json = interpret(&folder, &format!("{command} --json")).succeeds().stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let (name, number) = (&results.header[2], &results.rows[2][2]);
    assert_close(number, json[2][name].as_f64().unwrap(), 0.0);
    assert_eq!(json[2]["row"], MARKS[1]);
}

#[test]
fn a_gene_that_a_table_lacks_is_named_with_the_table() {
    let folder = Folder::new();
    lively(&folder);
    folder.simulated("sim.csv", 5, BINS, 1);
    interpret(
        &folder,
        "beta --gene PAX5 --model @model.safetensors --input @sim.csv --out @h.tsv",
    )
    .fails(1, &["sim.csv: found no gene PAX5 among its 5", "SIM000001"]);
    assert!(!folder.path("h.tsv").exists());
}

#[test]
fn a_variant_without_beta_is_refused_with_those_that_have_it() {
    let folder = Folder::new();
    trained(&folder, "lstm-alpha");
    interpret(
        &folder,
        "beta --gene SIM000001 --model @lstm-alpha.safetensors --input @v.csv --out @h.tsv",
    )
    .fails(
        1,
        &[
            "the variant lstm-alpha, which has no β",
            "lstm-alpha-beta, cnn-alpha-beta",
        ],
    );
}

#[test]
fn models_and_tables_that_do_not_pair_are_wrong_usage() {
    let folder = Folder::new();
    interpret(
        &folder,
        "beta --gene G --model @m --model @m --model @m --input @a --input @b --out @h.tsv",
    )
    .fails(2, &["2 x --input for 3 x --model", "one per model"]);
}
