//! The published data, where a checkout has them beside it.

use std::path::PathBuf;

use regulens::input::{DeviationKind, Expression, Layout, SignalTable, compare};

/// A file of the published data; `None`, with a line that says so, where it is not there.
fn published(path: &str) -> Option<(String, Vec<u8>)> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data")
        .join(path);
    let found = std::fs::read(&file).ok().map(|bytes| (path.to_owned(), bytes));
    if found.is_none() {
        eprintln!("skipped: {} is not there", file.display());
    }
    found
}

fn table(path: &str) -> Option<SignalTable> {
    published(path).map(|(file, bytes)| SignalTable::read(&file, &bytes).expect("a published table"))
}

fn toy(split: &str) -> Option<SignalTable> {
    table(&format!(
        "attentivechrome/v2PyTorch/data/Toy/classification/{split}.csv"
    ))
}

fn mean(table: &SignalTable, mark: &str) -> f64 {
    let found = table.distribution().into_iter().find(|found| found.mark == mark);
    found.expect("a mark of the table").mean
}

#[test]
fn the_attentive_chrome_toy_tables_are_read() {
    for (split, on) in [("train", 5), ("valid", 2), ("test", 3)] {
        let Some(table) = toy(split) else { return };
        assert_eq!(
            (table.layout, table.genes.len(), table.bins),
            (Layout::Labelled, 10, 100)
        );
        let labels = table.labels.expect("labels");
        assert_eq!(labels.iter().filter(|&&on| on).count(), on, "{split}");
    }
}

#[test]
fn the_deep_diff_tables_are_read_with_the_means_of_their_description() {
    let marks = ["H3K4me1", "H3K4me3", "H3K9me3", "H3K27me3", "H3K36me3"];
    for (cell, means) in [(1, [3.20, 3.78, 1.38, 1.07, 1.79]), (2, [2.50, 7.69, 1.50, 3.53, 2.47])] {
        let Some(table) = table(&format!("deepdiff/data/Cell{cell}.train.csv.gz")) else {
            return;
        };
        assert_eq!((table.layout, table.genes.len(), table.bins), (Layout::Keyed, 200, 200));
        for (mark, wanted) in marks.iter().zip(means) {
            assert!((mean(&table, mark) - wanted).abs() < 0.006, "{mark} of Cell{cell}");
        }
    }
}

#[test]
fn the_toy_windows_are_the_middle_of_the_deep_diff_ones_with_h3k4me3_doubled() {
    let (Some(toy), Some(wide)) = (toy("train"), table("deepdiff/data/Cell2.test.csv.gz")) else {
        return;
    };
    let wide = wide
        .select_bins(51, 150)
        .expect("200 bins")
        .order_marks(&toy.marks)
        .expect("the same marks");
    let wide = wide.scale(&[("H3K4me3".to_owned(), 2.0)]).expect("a mark");
    for (index, gene) in toy.genes.iter().enumerate() {
        let same = wide
            .genes
            .iter()
            .position(|id| id.ends_with(gene))
            .expect("the same gene");
        assert_eq!(toy.gene(index), wide.gene(same), "gene {gene}");
    }
}

#[test]
fn labels_from_expression_use_the_median_of_all_genes() {
    let (Some(table), Some((file, bytes))) = (
        table("deepdiff/data/Cell1.train.csv.gz"),
        published("deepdiff/data/Cell1.expr.csv.gz"),
    ) else {
        return;
    };
    let expression = Expression::read(&file, &bytes).expect("expression");
    assert_eq!(
        (expression.len(), expression.get("ENSG00000000419")),
        (19_795, Some(17_156.0))
    );
    let labels = table
        .with_labels_from(&expression)
        .expect("all genes have counts")
        .labels
        .expect("labels");
    let on = labels.iter().filter(|&&on| on).count();
    assert!((70..=130).contains(&on), "{on} of 200 genes on");
}

#[test]
fn nothing_is_said_of_the_other_splits_of_a_cell_type() {
    for cell in [1, 2] {
        let split = |split| table(&format!("deepdiff/data/Cell{cell}.{split}.csv.gz"));
        let (Some(train), Some(valid), Some(test)) = (split("train"), split("valid"), split("test")) else {
            return;
        };
        for other in [valid, test] {
            assert_eq!(compare(&other.distribution(), &train.distribution()), []);
        }
    }
}

#[test]
fn nothing_is_said_of_another_cell_type() {
    let (Some(k562), Some(h1)) = (
        table("deepdiff/data/Cell1.train.csv.gz"),
        table("deepdiff/data/Cell2.train.csv.gz"),
    ) else {
        return;
    };
    assert_eq!(compare(&h1.distribution(), &k562.distribution()), []);
    assert_eq!(compare(&k562.distribution(), &h1.distribution()), []);
}

#[test]
fn the_doubled_mark_of_the_toy_tables_is_the_one_thing_said_of_them() {
    let Some(trained) = table("deepdiff/data/Cell2.train.csv.gz") else {
        return;
    };
    let trained = trained.select_bins(51, 150).expect("200 bins").distribution();
    for split in ["train", "valid", "test"] {
        let Some(toy) = toy(split) else { return };
        let found = compare(&toy.distribution(), &trained);
        let found: Vec<_> = found
            .iter()
            .map(|found| (found.code, found.mark.as_deref(), found.factor))
            .collect();
        assert_eq!(found, [(DeviationKind::Doubled, Some("H3K4me3"), Some(0.5))], "{split}");
    }
}
