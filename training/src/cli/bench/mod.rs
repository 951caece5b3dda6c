//! `regulens bench`: how fast a model predicts and trains on a device.
//!
//! ```text
//! attentive_chrome   a model, its genes, and the calls that are timed
//! sequence           the same of a model of sequences
//! table              the figures for a reader
//! serve              the same calls by requests on stdin, for programs
//! limit              what the arithmetic of one core allows
//! ```

mod attentive_chrome;
mod limit;
mod sequence;
mod serve;
mod table;

use std::io;
use std::path::PathBuf;

use clap::Args;
use regulens::engine::DeviceKind;
use regulens::input::SignalTable;
use regulens::simulate::hm::{SimulationConfig, simulate};
use regulens::weights::{ModelCard, WeightFile};

use super::error::CliError;
use super::opened::Opened;
use super::precision::PrecisionArgs;
use super::threads::ThreadArgs;
use super::{files, output};
use attentive_chrome::Subject;
use sequence::Sequence;

/// Model and genes to time.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct BenchArgs {
    /// Model file
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Signal table, plain or gzipped, with labels for timing training [default: 1024 simulated genes]. For sequence
    /// models, a FASTA file whose first record has the model's length [default: random bases]
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Compute device: cpu, wgpu or cuda
    #[arg(long, default_value_t = DeviceKind::Cpu, help_heading = "Compute")]
    device: DeviceKind,
    #[command(flatten)]
    precision: PrecisionArgs,
    #[command(flatten)]
    threads: ThreadArgs,
    /// Answer requests on stdin, one per line, instead of printing a table
    #[arg(long)]
    serve: bool,
}

const AFTER_HELP: &str = "\
REQUESTS of --serve, one per line. A failed request is answered by `error: …`
  predict GENES [TIMES]  ms per call: first genes in, all results out
  outputs FILE           ok; writes the last prediction as safetensors: logit [N], alpha [N, M, T],
                         beta [N, M]; sequence models: prediction [bins, tracks]
  step GENES [TIMES]     ms per training step on the first genes: forward, backward, clipping, Adam
  trained FILE           ok; writes the weights after the last step and loss [steps] as safetensors
  reset                  ok; restarts training from the weights of the file
  limit                  peak rate of one core in registers: billions of multiply-adds per second,
                         and the vector instructions used
  memory                 peak memory of the program in MiB
  quit                   ends the program, like the end of stdin
Sequence models: GENES is always 1, and training targets are the counts of A, C, G and T per bin.";

/// Number of genes to simulate if none are given: the size of the table's largest call.
const GENES: usize = 1024;

/// Places the model, and times it.
pub fn run(args: &BenchArgs) -> Result<(), CliError> {
    args.threads.apply()?;
    args.precision.apply(args.device)?;
    match Opened::read(&args.model)? {
        Opened::OnOff(weights) => of_genes(args, weights),
        Opened::Level(weights) | Opened::Change(weights) => Err(CliError::Usage(format!(
            "--model: {} is a {} model; bench times on/off models and sequence models",
            weights.card.name, weights.card.task
        ))),
        Opened::Tracks(weights) => {
            let mut sequence = Sequence::new(weights, args.device, args.input.as_deref())?;
            if args.serve {
                return serve::serve(&mut sequence, io::stdin().lock(), io::stdout().lock());
            }
            output::print(&table::measure_sequence(&mut sequence, args.device)?)
        }
    }
}

/// Times a model that tells which genes are on.
fn of_genes(args: &BenchArgs, weights: WeightFile) -> Result<(), CliError> {
    let table = match &args.input {
        Some(path) => files::table(path)?,
        None => simulated(&weights.card)?,
    };
    let mut subject = Subject::new(weights, args.device, &table)?;
    if args.serve {
        return serve::serve(&mut subject, io::stdin().lock(), io::stdout().lock());
    }
    output::print(&table::measure(&mut subject, args.device)?)
}

/// Genes with the model's marks and bins.
fn simulated(card: &ModelCard) -> Result<SignalTable, CliError> {
    let default = SimulationConfig::default();
    let config = SimulationConfig {
        genes: GENES,
        bins: card.bins,
        decoys: default
            .decoys
            .iter()
            .filter(|decoy| card.marks.contains(decoy))
            .cloned()
            .collect(),
        marks: card.marks.clone(),
        ..default
    };
    Ok(simulate(&config)?.table)
}
