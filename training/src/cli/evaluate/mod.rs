//! `regulens evaluate`: how well a model ranks genes that are on above genes that are off, or predicts changes or
//! tracks.

pub mod change;
pub mod on_off;
mod tracks;

use std::path::PathBuf;

use clap::Args;
use regulens::engine::DeviceKind;
use serde::Serialize;
use tracks::TrackArgs;

use super::contrasts::SymmetricFlag;
use super::error::CliError;
use super::opened::Opened;
use super::runner::Runner;
use super::signal::LabelArgs;
use super::threads::ThreadArgs;
use super::{interrupt, output};

/// What to evaluate.
#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// The model file
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Signal of the genes, plain or gzipped; for a model of change two tables, A and B; for a model of sequences the
    /// folder that `regulens prepare tracks` wrote
    #[arg(long, value_name = "FILE", num_args = 1..=2, required = true)]
    input: Vec<PathBuf>,
    #[command(flatten)]
    labels: LabelArgs,
    #[command(flatten)]
    tracks: TrackArgs,
    /// Print one JSON object: n, on, called_on, auroc, auprc (average precision), accuracy, brier, log_loss; for a
    /// model of change n, pearson, spearman, r2, mse, sign_accuracy; for a model of sequences n, loss, the means of
    /// pearson, log_pearson and r2, per_assay and per_track
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    symmetric: SymmetricFlag,
    /// Where to compute: cpu, wgpu or cuda
    #[arg(long, default_value_t = DeviceKind::Cpu)]
    device: DeviceKind,
    #[command(flatten)]
    threads: ThreadArgs,
}

/// Evaluates, and prints the scores.
pub fn run(args: &EvaluateArgs) -> Result<(), CliError> {
    interrupt::watch();
    args.threads.apply()?;
    let model = Opened::read(&args.model)?;
    let name = model.card().name.clone();
    let one = |what| match args.input.as_slice() {
        [one] => Ok(one),
        several => Err(CliError::Usage(format!(
            "{name} takes one {what}; found {}",
            several.len()
        ))),
    };
    match model {
        Opened::OnOff(mut model) => {
            args.symmetric.apply(&mut model)?;
            let input = one("table")?;
            let score = on_off::measure(&mut Runner::new(model, args.device)?, input, &args.labels)?;
            on_off::warn(&score);
            print(args, &score, || on_off::text(&score))
        }
        Opened::Change(mut model) => {
            args.symmetric.apply(&mut model)?;
            let score = change::measure(&mut Runner::new(model, args.device)?, &args.input, &args.labels)?;
            print(args, &score, || change::text(&score))
        }
        Opened::Tracks(model) => {
            let evaluation = tracks::measure(model, one("folder")?, &args.tracks, args.device)?;
            print(args, &evaluation, || evaluation.text())
        }
    }
}

/// Prints scores, as `--json` or in words.
fn print(args: &EvaluateArgs, scores: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), CliError> {
    if args.json {
        return output::print_json(scores);
    }
    output::print(&text())
}
