//! `regulens interpret change-beta`, beside means that the test takes of what `predict` gives.

use std::fs;
use std::path::Path;

use super::{interpret, mean, texts};
use crate::change::{CHANGE_MARKS, regulens, trained};
use crate::support::setup::{BINS, Folder, Results};

const TABLES: &str = "--input @t.a.csv --input-b @t.b.csv";

fn counts(path: &Path) -> Vec<(String, f64)> {
    let text = fs::read_to_string(path).expect("expression");
    let row = |line: &str| {
        let (gene, count) = line.split_once(',').expect("gene,count");
        (gene.to_owned(), count.parse().expect("a count"))
    };
    text.lines().map(row).collect()
}

#[test]
fn beta_is_averaged_over_genes_that_are_measured_to_go_up_or_down() {
    let folder = Folder::new();
    trained(&folder, "aux");
    let command = format!(
        "change-beta --model @aux.safetensors {TABLES} --expression @t.a.expression.csv @t.b.expression.csv \
            --threshold 4 --out @b.tsv"
    );
    let said = interpret(&folder, &command).succeeds().stderr;
    assert!(
        said.contains("40 genes grouped by their measured log2 fold change"),
        "{said}"
    );
    let results = Results::read(&folder.path("b.tsv"));
    // Two encoders of five marks in each of three groups; nothing is added up.
    assert_eq!(results.rows.len(), 3 * 2 * 5);

    regulens(
        &folder,
        &format!("predict --model @aux.safetensors {TABLES} --out @p.tsv"),
    )
    .succeeds();
    let predicted = Results::read(&folder.path("p.tsv"));
    let [a, b] = ["t.a.expression.csv", "t.b.expression.csv"].map(|name| counts(&folder.path(name)));
    let y: Vec<f64> = a
        .iter()
        .zip(&b)
        .map(|((_, a), (_, b))| ((b + 1.0) / (a + 1.0)).log2())
        .collect();
    let [group, change, encoder, mark, attention] =
        ["group", "change", "encoder", "mark", "attention"].map(|name| texts(&results, name));
    let definition = texts(&results, "definition");
    for row in 0..results.rows.len() {
        let belongs = |y: f64| match group[row] {
            "up" => y > 4.0,
            "down" => y < -4.0,
            _ => y.abs() < 2.0,
        };
        let genes: Vec<usize> = (0..40).filter(|&gene| belongs(y[gene])).collect();
        assert!(genes.len() > 1, "the pair has genes of every group");
        let beta = predicted.numbers(&format!("beta_{}_{}", encoder[row], mark[row]));
        let expected = mean(genes.iter().map(|&gene| beta[gene]));
        let squares: f64 = genes.iter().map(|&gene| (beta[gene] - expected).powi(2)).sum();
        let deviation = (squares / (genes.len() - 1) as f64).sqrt();
        assert_eq!(results.numbers("genes")[row] as usize, genes.len());
        assert!((results.numbers("beta")[row] - expected).abs() < 1e-6);
        assert!((results.numbers("standard_deviation")[row] - deviation).abs() < 1e-6);
        assert_eq!((change[row], attention[row]), ("measured", "main"));
        assert_eq!(definition[row].contains("added"), group[row] == "unchanged");
    }
    assert_eq!(encoder[..10], ["A", "A", "A", "A", "A", "B", "B", "B", "B", "B"]);
    assert_eq!(mark[..5], CHANGE_MARKS);
}

#[test]
fn without_counts_genes_are_grouped_by_their_predicted_change_and_an_empty_group_has_no_mean() {
    let folder = Folder::new();
    trained(&folder, "raw-aux");
    let command = format!("change-beta --model @raw-aux.safetensors {TABLES} --threshold 60 --out @b.tsv --json");
    let outcome = interpret(&folder, &command).succeeds();
    assert!(
        outcome.stderr.contains("grouped by their predicted"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome
            .stderr
            .contains("no gene has a predicted change of y > 60: the group up has no mean"),
        "{}",
        outcome.stderr
    );
    let rows: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let rows = rows.as_array().unwrap();
    // Five joint groups of encoders, and two of the auxiliary outputs.
    assert_eq!(rows.len(), 3 * (5 + 2) * 5);
    assert_eq!(rows[0]["change"], "predicted");
    assert_eq!(
        (&rows[0]["genes"], &rows[0]["beta"]),
        (&0.into(), &serde_json::Value::Null)
    );
    assert_eq!(rows[34]["attention"], "auxiliary");
    let results = Results::read(&folder.path("b.tsv"));
    let beta = results.header.iter().position(|name| name == "beta").unwrap();
    assert!(results.rows[0][beta].is_empty());
}

#[test]
fn a_model_of_one_cell_type_or_a_count_that_is_missing_is_refused() {
    let folder = Folder::new();
    trained(&folder, "raw-d");
    folder.simulated("sim.csv", 2, BINS, 1);
    folder.model();
    interpret(
        &folder,
        "change-beta --model @model.safetensors --input @sim.csv --input-b @sim.csv --out @b.tsv",
    )
    .fails(
        1,
        &["a model of one cell type (attentive-chrome)", "interpret attention"],
    );
    let change_beta = |flags: &str| {
        let command = format!("change-beta --model @raw-d.safetensors {flags} --out @b.tsv");
        interpret(&folder, &command)
    };
    change_beta("--input @t.a.csv").fails(1, &["found one table", "--input-b"]);
    change_beta(&format!("{TABLES} --threshold 0")).fails(2, &["above 0"]);
    let few = "SIM000001,4\n";
    folder.write("few.csv", few);
    change_beta(&format!("{TABLES} --expression @t.a.expression.csv @few.csv"))
        .fails(1, &["found no count for gene SIM000002", "few.csv"]);
    assert!(!folder.path("b.tsv").exists());
}
