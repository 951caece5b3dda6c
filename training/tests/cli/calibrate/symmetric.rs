//! `regulens calibrate symmetric`: the form of a change in the card, beside what `evaluate` says of both.

use std::fs;
use std::path::Path;

use regulens::input::SignalTable;
use regulens::weights::WeightFile;
use serde_json::Value;

use crate::support::setup::{Folder, run};

fn shipped(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
    folder.join(name).display().to_string()
}

#[test]
fn the_card_has_what_evaluate_says_of_both_forms_and_of_no_change() {
    let folder = Folder::new();
    let [a, b] = ["examples/change.a.csv.gz", "examples/change.b.csv.gz"].map(shipped);
    let table = SignalTable::read("t", &fs::read(&a).unwrap()).unwrap();
    let [of_a, of_b] = [("a.csv", 31_u32), ("b.csv", 57)].map(|(name, seed)| {
        let rows = table.genes.iter().zip(1_u32..);
        let text: String = rows.map(|(gene, at)| format!("{gene},{}\n", at * seed % 97)).collect();
        folder.write(name, text).display().to_string()
    });
    let seeds = ["raw-d", "raw-c", "raw"].map(|variant| shipped(&format!("deep-diff-{variant}-k562-h1.safetensors")));
    let out = folder.path("out.safetensors");
    let to = out.display().to_string();
    let pearson = |model: &str, tables: [&str; 2], symmetric: &str| {
        let of = ["--input", tables[0], tables[1], "--expression", &of_a, &of_b];
        let said = run(["evaluate", "--json", "--symmetric", symmetric, "--model", model]
            .iter()
            .chain(&of))
        .succeeds();
        serde_json::from_str::<Value>(&said.stdout).unwrap()["pearson"]
            .as_f64()
            .unwrap()
    };
    let mut flags = vec!["calibrate", "symmetric", "--model", &seeds[0], "--out", &to, "--seeds"];
    flags.extend(seeds.iter().map(String::as_str));
    flags.extend(["--valid", &a, &b, "--test", &b, &a, "--expression", &of_a, &of_b]);
    run(&flags).succeeds();
    let card = WeightFile::read("m", &fs::read(&out).unwrap()).unwrap().card;
    let found = card.symmetric.expect("both forms in the card");
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 6e-5, "{found} is not {expected}");
    let mean = |symmetric| {
        seeds
            .iter()
            .map(|model| pearson(model, [&a, &b], symmetric))
            .sum::<f64>()
            / 3.0
    };
    near(found.validation, mean("false"));
    near(found.validation_symmetric, mean("true"));
    near(found.test, pearson(&seeds[0], [&b, &a], "false"));
    near(found.test_symmetric, pearson(&seeds[0], [&b, &a], "true"));
    let ahead = found.validation_symmetric - found.validation;
    assert_eq!((found.default, found.seeds), (ahead > 2.0 * found.standard_error, 3));
    assert!(found.no_change > 0.0 && found.no_change < 5.0, "{found:?}");
    run([
        "calibrate",
        "symmetric",
        "--model",
        &shipped("attentive-chrome-k562.safetensors"),
        "--seeds",
    ]
    .iter()
    .map(|flag| (*flag).to_owned())
    .chain(seeds.iter().take(2).cloned())
    .chain(["--valid", &a, &b, "--test", &b, &a, "--out", &to].map(str::to_owned)))
    .fails(2, &["is not a change model", "Give a model of deep-diff"]);
}
