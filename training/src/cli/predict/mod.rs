//! `regulens predict`: a table in, predictions and attention out; sequences in, tracks out; places of a genome in, a
//! table of them out.

mod regions;
mod share;
mod tracks;
mod uncertainty;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use regulens::engine::Predictions;
use regulens::input::SignalTable;
use regulens::interpret::deletion::Outcome;
use regulens::weights::WeightFile;

pub use uncertainty::Uncertainty;

use crate::cli::contrasts::SymmetricFlag;
use crate::cli::ensemble;
use crate::cli::error::CliError;
use crate::cli::opened::Opened;
use crate::cli::output::Output;
use crate::cli::pairs::{self, Tables};
use crate::cli::places::RegionArgs;
use crate::cli::runner::Runner;
use crate::cli::signal::factor;
use crate::cli::threads::ComputeArgs;
use crate::cli::words::cell;
use crate::cli::{attention, cells, files, signal};

/// Models and input of a prediction.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct PredictArgs {
    /// Model file. With several models of the same input, the mean of their log-odds, log2 fold changes or tracks is
    /// predicted, and of their attention if its shape is the same
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    model: Vec<PathBuf>,
    /// Signal table, plain or gzipped; for sequence models FASTA or 2bit. With a .fai index, only the necessary parts
    /// of a FASTA are read
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// For change models, the signal table of cell type B
    #[arg(long, value_name = "FILE")]
    input_b: Option<PathBuf>,
    /// Bins of each gene to keep, such as 51-150
    #[arg(long, value_name = "FIRST-LAST", value_parser = files::bin_range)]
    select_bins: Option<(usize, usize)>,
    /// Factor by which to multiply the signal of a mark, such as H3K4me3=0.5; repeatable
    #[arg(long, value_name = "MARK=FACTOR", value_parser = factor)]
    scale: Vec<(String, f32)>,
    /// Table to write; for sequence models a folder, one .npy file for a single record, or with --regions or --genes a
    /// table
    #[arg(long, value_name = "FILE.tsv|DIR|FILE.npy")]
    out: PathBuf,
    /// Attention to write, as safetensors
    #[arg(long, value_name = "FILE.safetensors")]
    attention: Option<PathBuf>,
    /// Share of genes, or of bins, that prediction sets or intervals should cover, such as 0.9; adds them to the
    /// output. Requires a model from `calibrate confidence`
    #[arg(long, value_name = "SHARE")]
    coverage: Option<f64>,
    /// Share of your genes that are on, if known; replaces the share among the calibration genes in `probability` and
    /// its spread. Cannot be combined with --coverage
    #[arg(long, value_name = "SHARE", conflicts_with = "coverage")]
    on: Option<f64>,
    /// Table to write of the genes that only one of the two input tables has: gene, table (A or B)
    #[arg(long, value_name = "FILE.tsv", requires = "input_b")]
    unmatched: Option<PathBuf>,
    #[command(flatten)]
    tracks: tracks::TrackArgs,
    #[command(flatten)]
    regions: RegionArgs,
    #[command(flatten)]
    symmetric: SymmetricFlag,
    #[command(flatten)]
    compute: ComputeArgs,
}

const AFTER_HELP: &str = "\
OUTPUT for tables, columns of --out
  gene, cell                  cell only if the table has cell types
  probability, logit          on/off models; calibrated models have probability_raw too
  log2_fold_change, level     change models, level models: log2(count + 1)
  beta_MARK                   attention to each mark, if the model has it; empty if not measured
  …_sd, …_low, …_high         with several models: spread of the first column over them
  set                         with --coverage: on, off, or on|off if neither can be excluded
  interval_low, interval_high
                              with --coverage: change and level models
  not_measured                marks that were not measured, and their replacement

OUTPUT for sequences
  DIR/NAME.npy        one array [bins, tracks] per record
  DIR/TRACK.bedGraph  one file per track (--format bedgraph), or DIR/TRACK.bw (--format bigwig)
  FILE.npy            array of a single record
  FILE.tsv            with --regions or --genes: region, sequence, start, end (from 0, end
                      excluded), track, mean, max
With several models, the spread is in NAME.sd.npy, NAME.low.npy and NAME.high.npy (or TRACK.sd.bw
…), or in the columns mean_sd, mean_low and mean_high. With --coverage, intervals are in
NAME.interval_low.npy and NAME.interval_high.npy (or TRACK.interval_low.bw …).

OUTPUT of --attention
  alpha            [genes, rows, bins], with one row per mark, or one for all
  beta             [genes, marks]
  attention.LAYER  sequence models: [heads, bins, bins]
  …_sd, …_low, …_high  with several models: spread";

/// Predicts, and writes the requested files.
pub fn run(args: &PredictArgs) -> Result<(), CliError> {
    args.compute.begin()?;
    let mut models = ensemble::read(&args.model)?;
    if !models[0].card.takes_sequences() {
        refuse_sequences(args)?;
        models.iter_mut().try_for_each(|model| args.symmetric.apply(model))?;
    }
    match ensemble::join(models, &args.model)?.into() {
        Opened::OnOff(mut model) => {
            if let Some(on) = args.on {
                share::assume(&mut model.card, on)?;
            }
            of_genes(args, model)
        }
        _ if args.on.is_some() => Err(CliError::Usage(
            "--on applies to on/off models; this one predicts something else. Leave it out".to_owned(),
        )),
        Opened::Level(model) | Opened::Change(model) => of_genes(args, model),
        Opened::Tracks(model) => {
            refuse_tables(args)?;
            match args.regions.given() {
                Some(_) if args.coverage.is_some() => Err(CliError::Usage(
                    "--coverage applies to bins, but a region's mean covers several. Leave out --coverage, or the \
                        regions"
                        .to_owned(),
                )),
                Some(_) => regions::run(args, model),
                None => tracks::run(args, model),
            }
        }
    }
}

/// Predicts for the genes of one table or two.
fn of_genes(args: &PredictArgs, model: WeightFile) -> Result<(), CliError> {
    // Fail early on an output that cannot be written.
    let mut out = Output::create(&args.out)?;
    let mut attention = args.attention.as_deref().map(Output::create).transpose()?;
    let mut unmatched = args.unmatched.as_deref().map(Output::create).transpose()?;
    let same = |a: &Option<Output>, b: &Output| a.as_ref().is_some_and(|a| a.is_same_file(b));
    for (clash, flags) in [
        (same(&attention, &out), "--out and --attention"),
        (same(&unmatched, &out), "--out and --unmatched"),
        (
            attention.as_ref().is_some_and(|other| same(&unmatched, other)),
            "--attention and --unmatched",
        ),
    ] {
        if clash {
            return Err(CliError::Usage(format!(
                "{flags} name the same file; give different ones"
            )));
        }
    }
    let mut runner = Runner::new(model, args.compute.device)?;
    let engine = runner.engine();

    let read = |path: &Path| -> Result<SignalTable, CliError> {
        let table = signal::select_bins(files::table(path)?, args.select_bins)?;
        Ok(if args.scale.is_empty() {
            table
        } else {
            table.scale(&args.scale)?
        })
    };
    let tables = Tables::read(&args.input, args.input_b.as_deref(), read)?;
    // Marks and bins are checked before values: tables that do not fit need no advice on values.
    let prepared = tables.prepare(engine)?;
    tables.tell(engine.card());
    pairs::tell_unmatched(&tables, &prepared);
    let (outcome, card) = (engine.outcome(), engine.card().clone());
    uncertainty::check(&card, args.coverage)?;
    let predictions = runner.predict(&prepared)?;
    let uncertainty = Uncertainty::of(&predictions, outcome, &card, args.coverage)?;

    let absent = Absent::of(&tables);
    let has_cells = cells::are_in(&tables.a);
    out.write(|out| write(&predictions, &uncertainty, &absent, has_cells, out))?;
    if let Some(file) = &mut attention {
        let spread = runner.attention_spread(&prepared)?.unwrap_or_default();
        file.write(|out| attention::write(&predictions, &spread, &absent.columns(&predictions), out))?;
    }
    if let Some(file) = &mut unmatched {
        file.write(|out| pairs::write_unmatched(&prepared, out))?;
    }
    out.commit()?;
    attention.map_or(Ok(()), Output::commit)?;
    unmatched.map_or(Ok(()), Output::commit)?;
    eprintln!(
        "{} genes predicted on {}, written to {}",
        predictions.genes.len(),
        runner.device(),
        args.out.display()
    );
    Ok(())
}

/// Checks that no flag for models of tables is given.
fn refuse_tables(args: &PredictArgs) -> Result<(), CliError> {
    for (given, flag) in [
        (args.input_b.is_some(), "--input-b"),
        (args.select_bins.is_some(), "--select-bins"),
        (!args.scale.is_empty(), "--scale"),
    ] {
        if given {
            return Err(CliError::Usage(format!(
                "{flag} applies to table models; this one reads sequences. Leave it out"
            )));
        }
    }
    Ok(())
}

/// Checks that no flag for models of sequences is given.
fn refuse_sequences(args: &PredictArgs) -> Result<(), CliError> {
    match args.tracks.given().or(args.regions.given()) {
        Some(flag) => Err(CliError::Usage(format!(
            "{flag} applies to sequence models; this one reads tables. Leave it out"
        ))),
        None => Ok(()),
    }
}

/// Marks that were not measured in A, or the only table, and in B, each with the value that stands in for it.
#[derive(Debug, Default)]
struct Absent<'a>(Vec<(&'static str, &'a str, &'a str)>);

impl<'a> Absent<'a> {
    fn of(tables: &'a Tables) -> Self {
        let b = tables
            .b
            .iter()
            .flat_map(|table| table.stand_ins().map(|found| ("B", found)));
        let of_a = if tables.b.is_some() { "A" } else { "" };
        let a = tables.a.stand_ins().map(|found| (of_a, found));
        Self(a.chain(b).map(|(cell, (mark, value))| (cell, mark, value)).collect())
    }

    /// True of a column of β of such a mark: a weight of it means nothing. That of a difference is of both tables.
    fn has(&self, column: &str) -> bool {
        self.0.iter().any(|(cell, mark, _)| {
            let name = match column.split_once('_') {
                Some((group, name)) if !cell.is_empty() && (group == *cell || group == "diff") => name,
                _ if cell.is_empty() => column,
                _ => return false,
            };
            name.eq_ignore_ascii_case(mark)
        })
    }

    /// The columns of β, and rows of α, of such marks.
    fn columns(&self, predictions: &Predictions) -> Vec<String> {
        let mut all: Vec<String> = predictions.rows.iter().chain(&predictions.columns).cloned().collect();
        all.sort_unstable();
        all.dedup();
        all.retain(|column| self.has(column));
        all
    }

    /// `H3K9me3 (1.38 stands in)`, of all of them.
    fn words(&self) -> String {
        let words = self.0.iter().map(|(of, mark, value)| {
            let of = if of.is_empty() {
                String::new()
            } else {
                format!(" in {of}")
            };
            format!("{}{of} ({value} stands in)", cell(mark))
        });
        words.collect::<Vec<_>>().join("; ")
    }
}

/// Writes predictions as text: tab-separated, with a header, one row a gene; float32 survives. A mark that was not
/// measured has no β, and a column `not_measured` behind all others says so in each row.
fn write(
    predictions: &Predictions,
    uncertainty: &Uncertainty,
    absent: &Absent<'_>,
    has_cells: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let outputs = columns(predictions, uncertainty);
    let note = absent.words();
    write!(out, "{}", cells::header(has_cells))?;
    for (name, ..) in &outputs {
        write!(out, "\t{name}")?;
    }
    if uncertainty.has_sets() {
        write!(out, "\tset")?;
    }
    writeln!(out, "{}", if note.is_empty() { "" } else { "\tnot_measured" })?;
    let is_empty: Vec<bool> = outputs
        .iter()
        .map(|(name, ..)| name.strip_prefix("beta_").is_some_and(|column| absent.has(column)))
        .collect();
    for (index, gene) in predictions.genes.iter().enumerate() {
        write!(out, "{}", cells::columns(gene, has_cells))?;
        for ((_, stride, values), is_empty) in outputs.iter().zip(&is_empty) {
            if *is_empty {
                write!(out, "\t")?;
            } else {
                // Rust prints the shortest decimal that reads back as the same float32.
                write!(out, "\t{}", values[index * stride])?;
            }
        }
        if let Some(set) = uncertainty.set(index) {
            write!(out, "\t{set}")?;
        }
        if !note.is_empty() {
            write!(out, "\t{note}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// A column's name, the stride from one gene to the next, and the values from the first gene's on.
pub type Column<'a> = (String, usize, &'a [f32]);

/// The table's columns after the genes: what the model predicts, how far several are apart, and β where they attend to
/// marks.
pub fn columns<'a>(predictions: &'a Predictions, uncertainty: &'a Uncertainty) -> Vec<Column<'a>> {
    let values = &predictions.values;
    let mut columns: Vec<Column<'_>> = Vec::new();
    let [probability, change, level] =
        [Outcome::Probability, Outcome::FoldChange, Outcome::Level].map(|one| (one.name(), values.predicted(one)));
    for (name, values) in [
        probability,
        ("logit", &values.logit),
        ("probability_raw", &values.probability_raw),
        change,
        level,
    ] {
        if !values.is_empty() {
            columns.push((name.to_owned(), 1, values));
        }
    }
    columns.extend(uncertainty.columns());
    // Without genes there are no weights to begin at.
    let stride = predictions.columns.len();
    for (k, name) in predictions.columns.iter().enumerate() {
        let weights = values.beta.get(k..).unwrap_or_default();
        columns.push((format!("beta_{}", cell(name)), stride, weights));
    }
    if let Some(of_b) = values.expression.get(1..) {
        columns.push(("log2_count_A".to_owned(), 2, &values.expression));
        columns.push(("log2_count_B".to_owned(), 2, of_b));
    }
    columns
}

#[cfg(test)]
mod tests {
    use regulens::engine::Batch;

    use super::*;

    #[test]
    fn a_written_number_reads_back_as_the_same_float32() {
        let values = [1.0 / 3.0, 1e-30, 0.1 + 0.2, f32::MIN_POSITIVE, 12_345.678];
        let predictions = Predictions {
            genes: (0..5).map(|i| format!("G{i}")).collect(),
            marks: vec!["H3K4me3".to_owned()],
            rows: vec!["H3K4me3".to_owned()],
            columns: vec!["H3K4me3".to_owned()],
            auxiliary: Vec::new(),
            bins: 1,
            values: Batch {
                probability: values.to_vec(),
                logit: values.map(|value| -value).to_vec(),
                alpha: vec![1.0; 5],
                beta: values.to_vec(),
                ..Batch::default()
            },
        };
        let mut bytes = Vec::new();
        write(
            &predictions,
            &Uncertainty::default(),
            &Absent::default(),
            false,
            &mut bytes,
        )
        .unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("gene\tprobability\tlogit\tbeta_H3K4me3"));
        for (line, value) in lines.zip(values) {
            let numbers: Vec<f32> = line.split('\t').skip(1).map(|cell| cell.parse().unwrap()).collect();
            assert_eq!(numbers, [value, -value, value]);
        }
    }

    #[test]
    fn a_name_cannot_break_a_row() {
        assert_eq!(cell("a\tb\nc"), "a b c");
    }

    #[test]
    fn a_spreadsheet_computes_no_name() {
        for name in ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1"] {
            assert_eq!(cell(name), format!("'{}", name.replace('\t', " ")));
        }
        for name in ["-", "+", "-0.5", "+1e3", "HLA-A", "a=1", ""] {
            assert_eq!(cell(name), name);
        }
    }

    #[test]
    fn a_factor_names_its_mark() {
        assert_eq!(factor("H3K4me3=0.5"), Ok(("H3K4me3".to_owned(), 0.5)));
        for text in [
            "H3K4me3",
            "=2",
            "H3K4me3=",
            "H3K4me3=x",
            "H3K4me3=0",
            "H3K4me3=-1",
            "H3K4me3=inf",
        ] {
            assert!(factor(text).is_err(), "{text}");
        }
    }
}
