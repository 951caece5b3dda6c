//! Genes that stand in two of the training, validation and test tables, so that scores are of what was learned.

use std::collections::{BTreeMap, HashMap, HashSet};

use regulens::input::{SignalTable, Window};

use crate::cli::error::CliError;
use crate::cli::train::args::TableArgs;
use crate::cli::train::dealing::{Fold, SplitBy};
use crate::cli::words::listed;
use crate::cli::{cells, files};

/// Genes to list before the rest is counted.
const NAMED: usize = 3;

/// A table and what it is for.
pub struct Part<'a> {
    /// `training`, `validation` or `test`.
    pub role: &'static str,
    /// The file, or both files of two cell types.
    pub file: String,
    /// Its genes.
    pub table: &'a SignalTable,
}

impl<'a> Part<'a> {
    /// The table of one cell type.
    pub fn of(role: &'static str, table: &'a SignalTable) -> Self {
        Self {
            role,
            file: files::name(&table.file).to_owned(),
            table,
        }
    }

    /// The tables of two cell types; `paired` has both.
    pub fn of_pair(role: &'static str, paired: &'a SignalTable, tables: &[SignalTable; 2]) -> Self {
        let [a, b] = tables.each_ref().map(|table| files::name(&table.file));
        Self {
            role,
            file: format!("{a}, {b}"),
            table: paired,
        }
    }
}

/// Genes that two tables share.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shared<'a> {
    /// Genes of the same id and the same signal.
    same: Vec<&'a str>,
    /// Genes of the same id and other signal.
    other: Vec<&'a str>,
    /// Genes whose windows share bases with one of another gene in the other table.
    places: Vec<&'a str>,
}

/// Refuses tables that share genes, unless that is `allowed`: what they share is then said, for the card. Genes that
/// only have the same id, as of another cell type, are told and taken.
pub fn check(parts: &[Part<'_>], allowed: bool) -> Result<Option<String>, CliError> {
    let mut found = Vec::new();
    for (at, second) in parts.iter().enumerate() {
        for first in &parts[..at] {
            let shared = shared(first.table, second.table);
            let of = format!("{} ({}) and {} ({})", first.role, first.file, second.role, second.file);
            if !shared.other.is_empty() {
                eprintln!(
                    "note: {of} genes: {} in both by ID, but with other signal, as from another cell type or seed",
                    counted(&shared.other, "is", "are")
                );
            }
            if !shared.same.is_empty() {
                let genes = counted(&shared.same, "is", "are");
                found.push(format!("{of} genes: {genes} in both with the same signal"));
            }
            if !shared.places.is_empty() {
                let genes = counted(&shared.places, "of the second shares", "of the second share");
                found.push(format!("{of} genes: {genes} bases with the first"));
            }
        }
    }
    if found.is_empty() {
        return Ok(None);
    }
    let found = found.join("; ");
    if allowed {
        eprintln!("warning: {found}");
        return Ok(Some(found));
    }
    Err(CliError::Data(format!(
        "{found}. Scores on genes used in training do not hold for others: remove these genes from one table, for \
            example by splitting by chromosome, or give --allow-overlap, which is recorded in the card"
    )))
}

/// The same of the sets of a training. In folds by gene neighbours are in several sets, as was asked for.
pub fn check_sets(args: &TableArgs, parts: &[Part<'_>], fold: Option<&Fold>) -> Result<Option<String>, CliError> {
    check(
        parts,
        args.allow_overlap || fold.is_some_and(|fold| fold.by == SplitBy::Gene),
    )
}

/// `2 genes (a, b) are`.
fn counted(genes: &[&str], one: &str, several: &str) -> String {
    let named = listed(genes, NAMED);
    match genes.len() {
        1 => format!("1 gene ({named}) {one}"),
        many => format!("{many} genes ({named}) {several}"),
    }
}

/// The same gene in another cell type is one of other signal.
fn shared<'a>(first: &'a SignalTable, second: &'a SignalTable) -> Shared<'a> {
    let (genes, others) = (cells::genes(first), cells::genes(second));
    let mut ids: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, id) in genes.iter().enumerate() {
        ids.entry(id).or_default().push(at);
    }
    let windows = Windows::of((0..genes.len()).filter_map(|at| window(first, &genes, at)));
    let mut shared = Shared::default();
    for (at, &id) in others.iter().enumerate() {
        let signal = second.gene(at);
        // Where nothing was measured all genes are alike.
        let is_measured = signal.iter().any(|&value| value != 0.0);
        let is_same = |&before: &usize| is_measured && first.gene(before) == signal;
        match ids.get(id) {
            Some(before) if before.iter().any(is_same) => shared.same.push(id),
            Some(_) => shared.other.push(id),
            None => {
                if window(second, &others, at).is_some_and(|window| windows.overlap(window)) {
                    shared.places.push(id);
                }
            }
        }
    }
    // A gene in several cell types is one gene.
    for genes in [&mut shared.same, &mut shared.other, &mut shared.places] {
        let mut met = HashSet::new();
        genes.retain(|gene| met.insert(*gene));
    }
    shared
}

/// The window of a gene, as the table says it, or as its id does.
fn window<'a>(table: &'a SignalTable, genes: &[&'a str], at: usize) -> Option<(&'a str, i64, i64)> {
    match &table.windows {
        Some(windows) => {
            let Window { chromosome, start, end } = &windows[at];
            Some((chromosome, *start, *end))
        }
        None => place(genes[at]),
    }
}

/// Windows by chromosome, each [start, end), sorted, with the furthest end up to each.
struct Windows<'a>(BTreeMap<&'a str, Vec<(i64, i64)>>);

impl<'a> Windows<'a> {
    fn of(all: impl Iterator<Item = (&'a str, i64, i64)>) -> Self {
        let mut windows: BTreeMap<&str, Vec<(i64, i64)>> = BTreeMap::new();
        for (chromosome, start, end) in all {
            windows.entry(chromosome).or_default().push((start, end));
        }
        for places in windows.values_mut() {
            places.sort_unstable();
            let mut furthest = i64::MIN;
            for (_, end) in places {
                furthest = furthest.max(*end);
                *end = furthest;
            }
        }
        Self(windows)
    }

    fn overlap(&self, (chromosome, start, end): (&str, i64, i64)) -> bool {
        let Some(places) = self.0.get(chromosome) else {
            return false;
        };
        let before = places.partition_point(|&(first, _)| first < end);
        before > 0 && places[before - 1].1 > start
    }
}

/// The place that an id is, such as `chr1:1000-2000` or `chr1:1,000-2,000(+)`, as tables of regions without names have.
pub fn place(id: &str) -> Option<(&str, i64, i64)> {
    let (chromosome, range) = id.rsplit_once(':')?;
    let range = range.split('(').next()?;
    let (start, end) = range.split_once('-')?;
    let base = |text: &str| text.replace(',', "").parse::<i64>().ok();
    let (start, end) = (base(start)?, base(end)?);
    (!chromosome.is_empty() && 0 <= start && start < end).then_some((chromosome, start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(file: &str, genes: &[(&str, u32)]) -> SignalTable {
        let rows: String = genes
            .iter()
            .map(|(gene, value)| format!("{gene}\t1\t{value}\n"))
            .collect();
        SignalTable::read(file, format!("gene\tbin\tA\n{rows}").as_bytes()).unwrap()
    }

    fn checked(first: &[(&str, u32)], second: &[(&str, u32)], allowed: bool) -> Result<Option<String>, String> {
        let (first, second) = (table("a/train.tsv", first), table("test.tsv", second));
        let parts = [Part::of("training", &first), Part::of("test", &second)];
        check(&parts, allowed).map_err(|error| error.to_string())
    }

    #[test]
    fn the_same_gene_with_the_same_signal_is_refused_with_files_genes_and_their_number() {
        let first = [("g1", 1), ("g2", 2), ("g3", 3), ("g4", 4), ("g5", 5)];
        let error = checked(&first, &[("g5", 5), ("g6", 2)], false).unwrap_err();
        assert!(
            error.starts_with("training (train.tsv) and test (test.tsv) genes: 1 gene (g5) is in both with the same"),
            "{error}"
        );
        assert!(error.contains("--allow-overlap"), "{error}");
        let error = checked(&first, &first, false).unwrap_err();
        assert!(error.contains("5 genes (g1, g2, g3, …) are in both"), "{error}");
        let said = checked(&first, &first, true).unwrap().unwrap();
        assert!(
            said.ends_with("5 genes (g1, g2, g3, …) are in both with the same signal"),
            "{said}"
        );
    }

    #[test]
    fn the_same_gene_with_other_signal_or_without_any_is_taken() {
        assert_eq!(
            checked(&[("g1", 1), ("g2", 0)], &[("g1", 2), ("g2", 0)], false),
            Ok(None)
        );
    }

    #[test]
    fn windows_that_share_bases_are_refused_where_ids_are_places() {
        let first = [("chr1:100-300", 1), ("chr1:120-150", 1), ("chr2:1,000-2,000(-)", 1)];
        for (second, overlaps) in [
            ("chr1:299-400", true),
            ("chr1:200-210", true),
            ("chr2:1999-2500", true),
            ("chr1:300-400", false),
            ("chr1:50-100", false),
            ("chr3:100-300", false),
            ("HGNC:100-300x", false),
            ("GENE", false),
        ] {
            assert_eq!(checked(&first, &[(second, 7)], false).is_err(), overlaps, "{second}");
        }
    }

    #[test]
    fn regions_of_compute_matrix_that_share_bases_are_refused_whatever_their_names() {
        let matrix = |name: &str, start: u64, end: u64, strand: char| {
            let header = r#"@{"upstream":200,"downstream":100,"body":0,"bin size":100,"ref point":"TSS","#;
            let samples = r#""sample_labels":["A"],"sample_boundaries":[0,3]}"#;
            let text = format!("{header}{samples}\nchr1\t{start}\t{end}\t{name}\t0\t{strand}\t1\t2\t3\n");
            SignalTable::read(name, text.as_bytes()).unwrap()
        };
        let first = matrix("a", 1000, 5000, '+');
        for (second, overlaps) in [
            (matrix("b", 1299, 9000, '+'), true),
            (matrix("b", 1300, 9000, '+'), false),
            (matrix("b", 100, 601, '-'), true),
            (matrix("b", 100, 600, '-'), false),
            (matrix("b", 600, 1199, '-'), true),
            (matrix("b", 600, 1200, '-'), false),
        ] {
            let parts = [Part::of("training", &first), Part::of("test", &second)];
            assert_eq!(check(&parts, false).is_err(), overlaps, "{:?}", second.windows);
        }
        // Windows that begin before their chromosome are as wide as others.
        let begin = matrix("a", 50, 5000, '+').select_bins(2, 2).unwrap();
        for (start, overlaps) in [(149, true), (250, false)] {
            let second = matrix("b", start, 9000, '+').select_bins(1, 1).unwrap();
            let parts = [Part::of("training", &begin), Part::of("test", &second)];
            assert_eq!(check(&parts, false).is_err(), overlaps, "{:?}", second.windows);
        }
        // Pairs of cell types have the windows of A.
        let pair = |table: &SignalTable| regulens::input::Paired::new(table, table).unwrap();
        let (a, b) = (first.clone(), matrix("b", 1299, 9000, '+'));
        let (one, other) = (pair(&a), pair(&b));
        let parts = [
            Part::of_pair("training", &one.table, &[a.clone(), a]),
            Part::of_pair("test", &other.table, &[b.clone(), b]),
        ];
        assert!(check(&parts, false).is_err());
        // The first of its bins lies 200 to 100 bp before.
        let before = first.select_bins(1, 1).unwrap();
        let second = matrix("b", 1150, 9000, '+');
        let parts = [Part::of("training", &before), Part::of("test", &second)];
        assert_eq!(
            check(&parts, false).map_err(|error| error.to_string()),
            Ok(None),
            "{:?}",
            before.windows
        );
    }
}
