//! Which genes or records go into a page.

use std::collections::HashMap;
use std::path::PathBuf;

use clap::Args;
use regulens::input::without_version;

use crate::cli::error::CliError;
use crate::cli::files;
use crate::cli::words::{LISTED, listed};

/// Number of genes if none are chosen.
pub const DEFAULT: usize = 100;

/// The most genes of a page: what a browser can show at once.
pub const MOST: usize = 2000;

/// Which genes or records.
#[derive(Debug, Args)]
#[group(required = false, multiple = false)]
pub struct ChoiceArgs {
    /// Genes, or FASTA records, to include; with --annotation, genes of the genome by symbol or ID
    #[arg(
        long,
        value_name = "NAME,…",
        value_delimiter = ',',
        help_heading = "Genes or records"
    )]
    genes: Vec<String>,
    /// File with genes, or records, to include: one name per line
    #[arg(long, value_name = "FILE", help_heading = "Genes or records")]
    genes_file: Option<PathBuf>,
    /// Number of genes with the highest predictions [default: 100]; of first records of a FASTA [default: all]; of
    /// variants with the largest scores [default: 50]
    #[arg(long, value_name = "N", help_heading = "Genes or records")]
    top: Option<usize>,
}

impl ChoiceArgs {
    /// The given names; `None` if the highest predictions are chosen.
    pub fn names(&self) -> Result<Option<Vec<String>>, CliError> {
        let Some(file) = &self.genes_file else {
            return Ok((!self.genes.is_empty()).then(|| self.genes.clone()));
        };
        let text = files::text(file, "names of genes, one per line")?;
        let lines = text.lines().map(str::trim);
        let names = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let names: Vec<String> = names.map(str::to_owned).collect();
        if names.is_empty() {
            return Err(CliError::file(file.display(), "found no name; expected one per line"));
        }
        Ok(Some(names))
    }

    /// Number of the highest, where they are chosen so.
    pub fn top(&self) -> Option<usize> {
        self.top
    }
}

/// Positions of the names, in their order and each once. Gene ids also match without their versions.
pub fn positions(wanted: &[String], known: &[String], file: &str) -> Result<Vec<usize>, CliError> {
    let mut by_name: HashMap<&str, usize> = HashMap::new();
    for (at, name) in known.iter().enumerate() {
        by_name.entry(without_version(name)).or_insert(at);
    }
    // The exact name before one of another version.
    by_name.extend(known.iter().enumerate().map(|(at, name)| (name.as_str(), at)));
    let find = |name: &String| {
        let exact = by_name.get(name.as_str());
        exact.or_else(|| by_name.get(without_version(name))).copied()
    };
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|name| find(name).is_none())
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        let listed = listed(&missing, LISTED);
        return Err(CliError::file(
            file,
            format!(
                "found no {listed} ({} of {} names); expected names such as {}. Check the spelling.",
                missing.len(),
                wanted.len(),
                known.first().map_or("none", String::as_str)
            ),
        ));
    }
    let mut chosen: Vec<usize> = Vec::new();
    for at in wanted.iter().filter_map(find) {
        if !chosen.contains(&at) {
            chosen.push(at);
        }
    }
    within(chosen.len())?;
    Ok(chosen)
}

/// Checks that a page can show this many genes.
pub fn within(genes: usize) -> Result<(), CliError> {
    if (1..=MOST).contains(&genes) {
        return Ok(());
    }
    Err(CliError::Usage(format!(
        "a page holds 1 to {MOST} genes; found {genes}. Choose fewer, or other genes"
    )))
}

/// Positions of the highest values, ties in the table's order; NaN comes last.
pub fn highest(values: &[f32], count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    let key = |at: usize| {
        if values[at].is_nan() {
            f32::NEG_INFINITY
        } else {
            values[at]
        }
    };
    order.sort_by(|&a, &b| key(b).total_cmp(&key(a)));
    order.truncate(count);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn genes_are_found_by_name_or_without_their_version_in_the_order_asked_for() {
        let known = names(&["ENSG1.2", "ENSG2", "ENSG3.1"]);
        let found = positions(&names(&["ENSG3", "ENSG1.2", "ENSG2.7", "ENSG3"]), &known, "t");
        assert_eq!(found.unwrap(), [2, 0, 1]);
        let error = positions(&names(&["ENSG9"]), &known, "t.csv").unwrap_err();
        assert!(
            error.to_string().starts_with("t.csv: found no ENSG9 (1 of 1 names)"),
            "{error}"
        );
    }

    #[test]
    fn the_highest_come_first_and_ties_keep_the_tables_order() {
        assert_eq!(highest(&[0.5, 0.9, f32::NAN, 0.9], 3), [1, 3, 0]);
    }
}
