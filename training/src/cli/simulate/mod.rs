//! `regulens simulate`: data whose truth is known.

mod hm_pair;
mod sequence;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use flate2::{Compression, GzBuilder};
use regulens::input::{Layout, SignalTable, write_headed, write_published};
use regulens::simulate::hm::{
    Simulated, SimulationConfig, simulate, write_expression, write_truth_json, write_truth_tsv,
};

use super::error::CliError;
use super::interrupt;
use super::output::Output;

/// Data to simulate.
#[derive(Debug, Subcommand)]
pub enum SimulateArgs {
    /// Simulate histone mark signal around TSSs, where chosen marks and bins depend on whether a gene is on
    Hm(HmArgs),
    /// Simulate the same in two cell types, where chosen marks and bins drive the change of each gene
    HmPair(hm_pair::HmPairArgs),
    /// Simulate DNA with planted motif sites, the tracks they cause, and variants that break them
    Sequence(sequence::SequenceArgs),
}

/// Simulation of histone marks.
#[derive(Debug, Args)]
pub struct HmArgs {
    /// Number of genes
    #[arg(long, default_value_t = 1_000)]
    genes: usize,
    /// Number of bins per gene; the TSS is between the middle two
    #[arg(long, default_value_t = 100)]
    bins: usize,
    /// Bin size in bp
    #[arg(long, default_value_t = 100)]
    bin_size: usize,
    /// Random seed; a gene's signal does not depend on the number of genes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Marks in column order. H3K4me3, H3K4me1, H3K36me3, H3K27me3 and H3K9me3 have realistic profiles [default: those
    /// five, as ordered in the layout]
    #[arg(long, value_name = "MARK,…", value_delimiter = ',')]
    marks: Option<Vec<String>>,
    /// Marks that vary without information [default: H3K9me3, if it is among the marks]
    #[arg(long, value_name = "MARK,…", value_delimiter = ',')]
    decoys: Option<Vec<String>>,
    /// Track to write to a separate table NAME.held-out.csv, such as H3K27ac, for comparison with explanations. It
    /// follows H3K4me3 and is higher at genes that are on
    #[arg(long, value_name = "NAME")]
    held_out: Option<String>,
    /// Probability that a gene is on
    #[arg(long, default_value_t = 0.5)]
    on_fraction: f64,
    /// Name of the cell type
    #[arg(long, default_value = "simulated")]
    cell_type: String,
    /// Layout of the table
    #[arg(long, default_value = Layout::Headed.name(), value_parser = written())]
    layout: Layout,
    /// Files to write: a folder (FOLDER/simulated.csv …), a table (NAME.csv or NAME.csv.gz, with the other files beside
    /// it), or a prefix (NAME.csv …)
    #[arg(long, value_name = "PREFIX|FOLDER")]
    out: PathBuf,
}

/// The layouts that are written, and what their columns are.
const LAYOUTS: [(Layout, &str); 3] = [
    (Layout::Headed, "A header that names the columns: gene,bin,MARK,…,label"),
    (
        Layout::Labelled,
        "As published with AttentiveChrome: no header, gene, bin, five marks, label",
    ),
    (
        Layout::Keyed,
        "As published with DeepDiff: no header, GENE_SYMBOL_BIN, five marks; labels come from the expression file",
    ),
];

/// Reads the name of one of them.
fn written() -> impl TypedValueParser<Value = Layout> {
    let names = LAYOUTS.map(|(layout, columns)| PossibleValue::new(layout.name()).help(columns));
    PossibleValuesParser::new(names).try_map(|name| {
        let named = LAYOUTS.into_iter().find(|(layout, _)| layout.name() == name);
        named.map(|(layout, _)| layout).ok_or("no such layout")
    })
}

/// Simulates, and writes signal, expression and truth.
pub fn run(args: &SimulateArgs) -> Result<(), CliError> {
    interrupt::watch();
    match args {
        SimulateArgs::Hm(args) => run_hm(args),
        SimulateArgs::HmPair(args) => hm_pair::run(args),
        SimulateArgs::Sequence(args) => sequence::run(args),
    }
}

fn run_hm(args: &HmArgs) -> Result<(), CliError> {
    let config = args.config();
    let layout = args.layout;
    expect_marks_of(layout, &config.marks)?;
    let mut simulated = simulate(&config)?;
    if layout == Layout::Keyed {
        simulated.table.labels = None;
    }
    make_folder(&args.out)?;
    let names = Names::of(&args.out);
    write_files(&names, layout, &config, &simulated)?;
    eprintln!(
        "Simulated, not measured: {} genes of {} bins, marks {}, seed {}.\n  signal      {}\n  expression  {}\n  \
            truth       {}, {}",
        config.genes,
        config.bins,
        config.marks.join(", "),
        config.seed,
        names.table.display(),
        names.expression.display(),
        names.truth_tsv.display(),
        names.truth_json.display(),
    );
    if let Some(track) = &config.held_out {
        eprintln!("  {track:10}  {}", names.held_out.display());
    }
    Ok(())
}

/// A layout without a header cannot name other marks.
fn expect_marks_of(layout: Layout, marks: &[String]) -> Result<(), CliError> {
    match layout.published_marks() {
        Some(published) if marks != published => Err(CliError::Usage(format!(
            "--layout {} has no header and always the marks {}; leave --marks out, or use --layout headed",
            layout.name(),
            published.join(",")
        ))),
        _ => Ok(()),
    }
}

impl HmArgs {
    fn config(&self) -> SimulationConfig {
        let default = SimulationConfig::default();
        let of_layout = || {
            self.layout
                .published_marks()
                .map(|marks| marks.map(str::to_owned).to_vec())
        };
        let marks = self.marks.clone().or_else(of_layout).unwrap_or(default.marks);
        let decoys = self.decoys.clone().unwrap_or_else(|| {
            default
                .decoys
                .into_iter()
                .filter(|decoy| marks.contains(decoy))
                .collect()
        });
        SimulationConfig {
            genes: self.genes,
            bins: self.bins,
            bin_size: self.bin_size,
            marks,
            decoys,
            held_out: self.held_out.clone(),
            on_fraction: self.on_fraction,
            seed: self.seed,
            cell_type: self.cell_type.clone(),
        }
    }
}

/// The files of one simulation.
#[derive(Debug, PartialEq)]
struct Names {
    table: PathBuf,
    expression: PathBuf,
    truth_tsv: PathBuf,
    truth_json: PathBuf,
    held_out: PathBuf,
}

impl Names {
    fn of(out: &Path) -> Self {
        let (stem, ending) = stem(out);
        Self {
            table: format!("{stem}{ending}").into(),
            expression: format!("{stem}.expression{ending}").into(),
            truth_tsv: format!("{stem}.truth.tsv").into(),
            truth_json: format!("{stem}.truth.json").into(),
            held_out: format!("{stem}.held-out{ending}").into(),
        }
    }
}

/// The start of the files' names, and the ending of the tables'.
fn stem(out: &Path) -> (String, &'static str) {
    let prefix = if is_folder(out) {
        out.join("simulated")
    } else {
        out.to_owned()
    };
    let prefix = prefix.to_string_lossy().into_owned();
    for ending in [".csv.gz", ".csv"] {
        if let Some(stem) = prefix.strip_suffix(ending) {
            return (stem.to_owned(), ending);
        }
    }
    (prefix, ".csv")
}

/// Creates the folder, if the output is one.
fn make_folder(out: &Path) -> Result<(), CliError> {
    if is_folder(out) {
        fs::create_dir_all(out).map_err(|error| CliError::io(out, error))?;
    }
    Ok(())
}

/// Gives files their names, unless Ctrl-C was pressed.
fn commit(files: Vec<Output>) -> Result<(), CliError> {
    interrupt::check()?;
    files.into_iter().try_for_each(Output::commit)
}

/// Returns true if a path is a folder, or ends like one.
fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.to_string_lossy().ends_with(['/', '\\'])
}

fn write_files(
    names: &Names,
    layout: Layout,
    config: &SimulationConfig,
    simulated: &Simulated,
) -> Result<(), CliError> {
    let Simulated { table, truth, .. } = simulated;
    let mut files = vec![
        file(&names.table, |out| write_table(table, layout, out))?,
        file(&names.expression, |mut out| write_expression(truth, &mut out))?,
        file(&names.truth_tsv, |mut out| write_truth_tsv(truth, &mut out))?,
        file(&names.truth_json, |mut out| {
            write_truth_json(config, simulated, &mut out)
        })?,
    ];
    if let Some(track) = &simulated.held_out {
        files.push(file(&names.held_out, |mut out| write_headed(track, &mut out))?);
    }
    commit(files)
}

fn write_table(table: &SignalTable, layout: Layout, mut out: &mut dyn Write) -> io::Result<()> {
    match layout {
        Layout::Headed => write_headed(table, &mut out),
        published => write_published(table, published, &mut out),
    }
}

/// Writes a file, gzipped if its name ends in .gz.
fn file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Output, CliError> {
    let mut output = Output::create(path)?;
    output.write(|out| {
        if path.extension().is_some_and(|extension| extension == "gz") {
            // No time stamp, so that the same data give the same bytes.
            let mut packed = GzBuilder::new().mtime(0).write(out, Compression::best());
            write(&mut packed)?;
            packed.finish().map(drop)
        } else {
            write(out)
        }
    })?;
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(stem: &str, ending: &str) -> Names {
        Names {
            table: format!("{stem}{ending}").into(),
            expression: format!("{stem}.expression{ending}").into(),
            truth_tsv: format!("{stem}.truth.tsv").into(),
            truth_json: format!("{stem}.truth.json").into(),
            held_out: format!("{stem}.held-out{ending}").into(),
        }
    }

    #[test]
    fn companions_are_named_after_the_table() {
        assert_eq!(Names::of(Path::new("a/sim")), names("a/sim", ".csv"));
        assert_eq!(Names::of(Path::new("sim.csv")), names("sim", ".csv"));
        assert_eq!(Names::of(Path::new("v1.2.csv.gz")), names("v1.2", ".csv.gz"));
    }

    #[test]
    fn a_folder_takes_files_called_simulated() {
        let folder = tempfile::tempdir().unwrap();
        let found = Names::of(folder.path());
        assert_eq!(found.table, folder.path().join("simulated.csv"));
        assert_eq!(Names::of(Path::new("new/")).table, Path::new("new/simulated.csv"));
    }
}
