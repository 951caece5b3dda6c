//! `regulens interpret attention`: figure 2a, the average attention map of genes predicted on and off.

use std::path::PathBuf;

use clap::Args;
use regulens::interpret::AttentionSummary;
use regulens::interpret::deletion::Outcome;

use super::outputs::Outputs;
use super::subject::{CallingArgs, Model, SubjectArgs};
use super::table::{Cell, Table};
use crate::cli::error::CliError;

/// Model and tables to average over.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct AttentionArgs {
    #[command(flatten)]
    subject: SubjectArgs,
    #[command(flatten)]
    calling: CallingArgs,
    /// Table to write
    #[arg(long, value_name = "FILE.tsv")]
    out: PathBuf,
}

const AFTER_HELP: &str = "\
OUTPUT, columns of --out
  group     on or off, as predicted
  genes     number of genes in the group
  mark, bin
  position  centre of the bin in bp from the anchor
  mean      mean attention α";

/// Averages, and writes the maps.
pub fn run(args: &AttentionArgs) -> Result<(), CliError> {
    args.subject.begin()?;
    let mut outputs = Outputs::create([("--out", Some(&*args.out))])?;
    let mut subject = args.subject.subject(Model::expect_alpha)?;
    let predictions = subject.predict()?;

    let (rows, bins) = (&predictions.rows, predictions.bins);
    let mut summary = AttentionSummary::new(rows.len(), bins, args.calling.threshold(Outcome::Probability));
    summary.add(&predictions.values.probability, &predictions.values.alpha);
    let means = summary.finish();
    let mut table = Table::new(["group", "genes", "mark", "bin", "position", "mean"]);
    for (group, genes, means) in [("on", means.genes_on, &means.on), ("off", means.genes_off, &means.off)] {
        let maps = means.iter().flat_map(|map| map.chunks_exact(bins));
        for (mark, map) in rows.iter().zip(maps) {
            for (bin, &mean) in map.iter().enumerate() {
                table.push([
                    Cell::text(group),
                    Cell::Count(genes),
                    Cell::text(mark),
                    Cell::Count(bin + 1),
                    Cell::Number(subject.model.position(bin)),
                    Cell::single(mean),
                ]);
            }
        }
    }
    outputs.write("--out", |out| table.write(out))?;
    outputs.commit()?;
    eprintln!(
        "{} genes predicted on, {} off, on {}; written to {}",
        means.genes_on,
        means.genes_off,
        subject.device(),
        args.out.display()
    );
    Ok(())
}
