//! `regulens interpret saliency`: what each gene's score depends on, to first order.

use std::path::PathBuf;

use clap::Args;
use regulens::interpret::deletion::Outcome;
use regulens::interpret::{Maps, Profile};

use super::outputs::Outputs;
use super::subject::{CallingArgs, Subject, SubjectArgs, called_on};
use super::table::{Cell, Table};
use crate::cli::error::CliError;
use crate::cli::runner::BATCH;
use crate::cli::tensors::{self, Tensor};
use crate::cli::{interrupt, progress};

/// Which model's maps.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct SaliencyArgs {
    #[command(flatten)]
    subject: SubjectArgs,
    #[command(flatten)]
    calling: CallingArgs,
    /// Saliency maps to write, in float32
    #[arg(long, value_name = "FILE.safetensors")]
    out: PathBuf,
    /// Table of mean maps to write, for genes predicted on and off
    #[arg(long, value_name = "FILE.tsv")]
    averages: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
A map holds the signed derivative ∂ score(on) / ∂ signal, through the model's own transform of the
signal. The score is the log-odds of on or, for models with two outputs, the score of on before
log-softmax. Maps are always computed on the CPU; --device applies to the probabilities.

OUTPUT of --out
  saliency  [genes, bins, marks]

OUTPUT, columns of --averages
  group          on or off, as predicted
  genes          number of genes in the group
  mark, bin
  position       centre of the bin in bp from the anchor
  mean           mean derivative
  mean_absolute  mean of the absolute derivatives";

/// Computes the maps, and writes them.
pub fn run(args: &SaliencyArgs) -> Result<(), CliError> {
    args.subject.begin()?;
    let mut outputs = Outputs::create([("--out", Some(&*args.out)), ("--averages", args.averages.as_deref())])?;
    let mut subject = args.subject.subject(|_| Ok(()))?;
    let maps = maps(&subject)?;
    let (genes, card) = (subject.prepared.genes(), subject.model.card());
    let tensor = Tensor {
        name: "saliency".into(),
        axes: &["genes", "bins", "marks"],
        shape: vec![genes, card.bins, card.marks.len()],
        values: &maps,
    };
    outputs.write("--out", |out| {
        let genes = subject.prepared.names();
        let names = [("examples", genes), ("genes", genes), ("marks", &card.marks)];
        tensors::write(&[tensor], &names, out)
    })?;
    if outputs.has("--averages") {
        let probability = subject.predict()?.values.probability;
        let on = called_on(&probability, args.calling.threshold(Outcome::Probability));
        let table = means(&subject, &maps, &on);
        outputs.write("--averages", |out| table.write(out))?;
    }
    outputs.commit()?;
    eprintln!("saliency of {genes} genes, written to {}", args.out.display());
    Ok(())
}

/// Maps of all genes, [N, T, M], with a progress bar on a terminal.
pub fn maps(subject: &Subject) -> Result<Vec<f32>, CliError> {
    let genes = subject.prepared.genes();
    let bar = progress::counting("saliency", genes, "genes");
    let mut maps = Vec::new();
    for start in (0..genes).step_by(BATCH) {
        interrupt::check()?;
        let end = genes.min(start + BATCH);
        let values = subject.prepared.values(start, end);
        maps.extend(subject.model.engine().saliency(values, end - start)?);
        bar.set_position(end as u64);
    }
    bar.finish_and_clear();
    Ok(maps)
}

/// Averages over the genes predicted on and off.
fn means(subject: &Subject, maps: &[f32], on: &[Option<bool>]) -> Table {
    let card = subject.model.card();
    let maps = Maps::of_signal(maps, card.marks.len(), card.bins);
    let mut table = Table::new(["group", "genes", "mark", "bin", "position", "mean", "mean_absolute"]);
    for (group, wanted) in [("on", true), ("off", false)] {
        let profile =
            |row, part: fn(f32) -> f32| -> Profile { maps.profile(row, |gene| on[gene] == Some(wanted), part) };
        for (row, mark) in card.marks.iter().enumerate() {
            let (signed, absolute) = (profile(row, |value| value), profile(row, f32::abs));
            let means = signed.mean.iter().flatten().zip(absolute.mean.iter().flatten());
            for (bin, (&signed_mean, &absolute_mean)) in means.enumerate() {
                table.push([
                    Cell::text(group),
                    Cell::Count(signed.genes),
                    Cell::text(mark),
                    Cell::Count(bin + 1),
                    Cell::Number(subject.model.position(bin)),
                    Cell::Number(signed_mean),
                    Cell::Number(absolute_mean),
                ]);
            }
        }
    }
    table
}
