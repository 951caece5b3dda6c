//! `regulens evaluate`: how well a model ranks genes that are on above genes that are off, or predicts levels, changes
//! or tracks.

pub mod change;
pub mod level;
pub mod on_off;
pub mod tracks;

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use tracks::TrackArgs;

use super::contrasts::SymmetricFlag;
use super::error::CliError;
use super::opened::Opened;
use super::runner::Runner;
use super::share::ShareFlag;
use super::signal::LabelArgs;
use super::threads::ComputeArgs;
use super::{ensemble, output};

/// Models and data to evaluate.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct EvaluateArgs {
    /// Model file. With several models of the same input, their mean is scored, and for tables each model as well
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    model: Vec<PathBuf>,
    /// Signal table, plain or gzipped; for change models two tables, A and B; for sequence models the folder made by
    /// `regulens prepare tracks`
    #[arg(long, value_name = "FILE", num_args = 1..=2, required = true)]
    input: Vec<PathBuf>,
    #[command(flatten)]
    labels: LabelArgs,
    #[command(flatten)]
    tracks: TrackArgs,
    /// Print one JSON object instead of text
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    share: ShareFlag,
    #[command(flatten)]
    symmetric: SymmetricFlag,
    #[command(flatten)]
    compute: ComputeArgs,
}

const AFTER_HELP: &str = "\
OUTPUT with --json
  on/off models    n, on, called_on, auroc, auprc (average precision), accuracy, brier, log_loss
  level models     n, pearson, spearman, r2, mse
  change models    as level models, and sign_accuracy
  sequence models  n, loss, means of pearson, log_pearson and r2, per_assay, per_track
  several models   scores of their mean, and `members`: the scores of each model with its file";

/// Evaluates, and prints the scores.
pub fn run(args: &EvaluateArgs) -> Result<(), CliError> {
    args.compute.begin()?;
    let mut models = ensemble::read(&args.model)?;
    let name = models[0].card.name.clone();
    let one = |what| match args.input.as_slice() {
        [one] => Ok(one),
        several => Err(CliError::Usage(format!(
            "{name} takes one {what}; found {}",
            several.len()
        ))),
    };
    let names = ensemble::names(&models, &args.model);
    if !models[0].card.takes_sequences() {
        models.iter_mut().try_for_each(|model| args.symmetric.apply(model))?;
    }
    let placed = |model| Runner::new(model, args.compute.device);
    let mut model = Opened::from(ensemble::join(models, &args.model)?);
    match &mut model {
        Opened::OnOff(model) => args.share.apply(&mut model.card)?,
        _ => args.share.refuse()?,
    }
    match model {
        Opened::OnOff(model) => {
            let input = one("table")?;
            let calibrated = match &model.card.calibration {
                Some(_) => "  accuracy, Brier score and log loss are those of calibrated probabilities\n",
                None => "",
            };
            let measured = on_off::measure(&mut placed(model)?, input, &args.labels)?;
            on_off::warn(&measured.mean);
            let scores = measured.named(names);
            print(args, &scores, || {
                on_off::text(&measured.mean) + calibrated + &scores.text()
            })
        }
        Opened::Level(model) => {
            let input = one("table")?;
            let measured = level::measure(&mut placed(model)?, input, &args.labels)?;
            let scores = measured.named(names);
            print(args, &scores, || level::text(&measured.mean) + &scores.text())
        }
        Opened::Change(model) => {
            let measured = change::measure(&mut placed(model)?, &args.input, &args.labels)?;
            let scores = measured.named(names);
            print(args, &scores, || change::text(&measured.mean) + &scores.text())
        }
        Opened::Tracks(model) => {
            let evaluation = tracks::measure(model, one("folder")?, &args.tracks, args.compute.device)?;
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
