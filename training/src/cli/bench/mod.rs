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
    /// The model file
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Signal of the genes, plain or gzipped; with labels if training is timed [default: 1024 simulated genes]. For a
    /// model of sequences, a FASTA file whose first record has the model's length [default: random bases]
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Where to compute: cpu, wgpu or cuda
    #[arg(long, default_value_t = DeviceKind::Cpu)]
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
Requests of --serve, and their answers; `error: …` answers what cannot be done. A model of sequences has one of them \
in the place of
genes, and learns how many of each bin's bases are A, C, G and T:
  predict GENES [TIMES]  milliseconds of each call: the first genes in, all results out
  outputs FILE           ok; logit [N], alpha [N, M, T] and beta [N, M] of the last prediction as safetensors; of a \
model of
                         sequences `prediction` [bins, tracks]
  step GENES [TIMES]     milliseconds of each step of training on the first genes: forward, backward, clipping, Adam
  trained FILE           ok; the weights after the last step, and loss [steps], as safetensors
  reset                  ok; training begins anew from the file's weights
  limit                  billions of multiply-adds a second that one core reaches in registers, and with which vectors
  memory                 the most memory that the program has held, in MiB
  quit                   ends, as the end of stdin does";

/// Number of genes to simulate if none are given: the size of the table's largest call.
const GENES: usize = 1024;

/// Places the model, and times it.
pub fn run(args: &BenchArgs) -> Result<(), CliError> {
    args.threads.apply()?;
    args.precision.apply(args.device)?;
    match Opened::read(&args.model)? {
        Opened::OnOff(weights) => of_genes(args, weights),
        Opened::Level(weights) | Opened::Change(weights) => Err(CliError::Usage(format!(
            "--model: {} is a model of {}; bench times models that tell which genes are on, and models of sequences",
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
