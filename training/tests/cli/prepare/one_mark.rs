//! A table of one mark, as `prepare hm` makes it of a file of signal.

use std::fs;
use std::path::Path;

use crate::support::setup::{Folder, Outcome, run};

/// A gene, a bin of it as written, and the value there.
pub type Row = (String, String, f64);

/// Runs `prepare hm` into `table.csv` of the folder.
pub fn prepare(folder: &Folder, signal: &Path, annotation: &Path, flags: &[&str]) -> Outcome {
    let [annotation, out] = [annotation, &folder.path("table.csv")].map(|path| path.display().to_string());
    let mark = format!("M={}", signal.display());
    let files = ["--mark", &mark, "--annotation", &annotation, "--out", &out];
    run(["prepare", "hm"].iter().chain(&files).chain(flags))
}

/// The rows of that table.
pub fn rows(folder: &Folder) -> Vec<Row> {
    let table = fs::read_to_string(folder.path("table.csv")).expect("a table");
    let rows = table.lines().filter(|line| !line.starts_with('#')).skip(1);
    rows.map(|row| {
        let cells: Vec<&str> = row.split(',').collect();
        let value = cells[2].parse().expect("a number");
        (cells[0].to_owned(), cells[1].to_owned(), value)
    })
    .collect()
}
