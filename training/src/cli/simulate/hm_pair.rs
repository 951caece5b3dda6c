//! `regulens simulate hm-pair`: signal of two cell types, with genes that change between them.

use std::path::{Path, PathBuf};

use clap::Args;
use regulens::input::Layout;
use regulens::simulate::hm_pair::{
    PairConfig, SimulatedPair, simulate_pair, write_change_json, write_change_tsv, write_expression_of,
};

use super::{commit, expect_marks_of, file, make_folder, stem, write_table, written};
use crate::cli::error::CliError;

/// Simulation of histone marks in two cell types, A and B.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct HmPairArgs {
    /// Number of genes
    #[arg(long, default_value_t = 1_000)]
    genes: usize,
    /// Number of bins per gene; the TSS is between the middle two
    #[arg(long, default_value_t = 200)]
    bins: usize,
    /// Bin size in bp
    #[arg(long, default_value_t = 100)]
    bin_size: usize,
    /// Random seed; a gene's signal does not depend on the number of genes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Marks in column order. H3K4me3, H3K4me1, H3K36me3, H3K27me3 and H3K9me3 have realistic profiles [default: those
    /// five, in the order of DeepDiff's published tables]
    #[arg(long, value_name = "MARK,…", value_delimiter = ',')]
    marks: Option<Vec<String>>,
    /// Marks that vary without information [default: H3K9me3, if it is among the marks]
    #[arg(long, value_name = "MARK,…", value_delimiter = ',')]
    decoys: Option<Vec<String>>,
    /// Probability that a gene changes, up or down, by a log2 fold change of 1 to 10
    #[arg(long, default_value_t = PairConfig::default().changed_fraction)]
    changed_fraction: f64,
    /// Names of cell types A and B
    #[arg(long, value_name = "A,B", value_delimiter = ',', num_args = 2)]
    cell_types: Option<Vec<String>>,
    /// Layout of the tables
    #[arg(long, default_value = Layout::Headed.name(), value_parser = written())]
    layout: Layout,
    /// Files to write: a folder (FOLDER/simulated.a.csv …) or a prefix, listed under OUTPUT
    #[arg(long, value_name = "PREFIX|FOLDER")]
    out: PathBuf,
}

const AFTER_HELP: &str = "\
OUTPUT for the prefix PREFIX, PREFIX.csv or PREFIX.csv.gz
  PREFIX.a.csv, PREFIX.b.csv                         signal
  PREFIX.a.expression.csv, PREFIX.b.expression.csv   expression counts
  PREFIX.truth.tsv, PREFIX.truth.json                planted truth";

impl HmPairArgs {
    fn config(&self) -> PairConfig {
        let default = PairConfig::default();
        let published = self.layout.published_marks();
        let of_layout = || published.map(|marks| marks.map(str::to_owned).to_vec());
        let marks = self.marks.clone().or_else(of_layout);
        let marks = marks.unwrap_or(default.marks);
        let mut decoys = default.decoys;
        decoys.retain(|decoy| marks.contains(decoy));
        let cell_types = match self.cell_types.as_deref() {
            Some([a, b]) => [a.clone(), b.clone()],
            _ => default.cell_types,
        };
        PairConfig {
            genes: self.genes,
            bins: self.bins,
            bin_size: self.bin_size,
            decoys: self.decoys.clone().unwrap_or(decoys),
            marks,
            changed_fraction: self.changed_fraction,
            seed: self.seed,
            cell_types,
        }
    }
}

/// The files of one simulation.
#[derive(Debug, PartialEq)]
struct Names {
    tables: [PathBuf; 2],
    expression: [PathBuf; 2],
    truth_tsv: PathBuf,
    truth_json: PathBuf,
}

impl Names {
    fn of(out: &Path) -> Self {
        let (stem, ending) = stem(out);
        Self {
            tables: ["a", "b"].map(|cell| format!("{stem}.{cell}{ending}").into()),
            expression: ["a", "b"].map(|cell| format!("{stem}.{cell}.expression{ending}").into()),
            truth_tsv: format!("{stem}.truth.tsv").into(),
            truth_json: format!("{stem}.truth.json").into(),
        }
    }
}

/// Simulates, and writes signal, expression and truth.
pub fn run(args: &HmPairArgs) -> Result<(), CliError> {
    let config = args.config();
    let layout = args.layout;
    expect_marks_of(layout, &config.marks)?;
    let SimulatedPair { tables, truth } = simulate_pair(&config)?;
    make_folder(&args.out)?;
    let names = Names::of(&args.out);
    let mut files = Vec::new();
    for (cell, table) in tables.iter().enumerate() {
        files.push(file(&names.tables[cell], |out| write_table(table, layout, out))?);
        files.push(file(&names.expression[cell], |mut out| {
            write_expression_of(&truth, cell, &mut out)
        })?);
    }
    files.push(file(&names.truth_tsv, |mut out| write_change_tsv(&truth, &mut out))?);
    files.push(file(&names.truth_json, |mut out| {
        write_change_json(&config, &truth, &mut out)
    })?);
    commit(files)?;
    let [[a, b], [counts_a, counts_b]] =
        [&names.tables, &names.expression].map(|paths| paths.each_ref().map(|path| path.display()));
    eprintln!(
        "Simulated, not measured: {} genes of {} bins in two cell types, marks {}, seed {}.\n  signal      {a}, {b}\n  \
            expression  {counts_a}, {counts_b}\n  truth       {}, {}",
        config.genes,
        config.bins,
        config.marks.join(", "),
        config.seed,
        names.truth_tsv.display(),
        names.truth_json.display(),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_cell_types_are_named_after_the_pair() {
        let names = Names::of(Path::new("x/change.csv.gz"));
        assert_eq!(
            names.tables,
            ["x/change.a.csv.gz", "x/change.b.csv.gz"].map(PathBuf::from)
        );
        assert_eq!(names.expression[1], Path::new("x/change.b.expression.csv.gz"));
        assert_eq!(names.truth_tsv, Path::new("x/change.truth.tsv"));
        let plain = Names::of(Path::new("change"));
        assert_eq!(plain.tables[0], Path::new("change.a.csv"));
    }
}
