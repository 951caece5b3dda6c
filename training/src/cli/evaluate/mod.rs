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
pub struct EvaluateArgs {
    /// The model file; or several of the same input, whose mean is scored, and of models of tables each beside it
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    model: Vec<PathBuf>,
    /// Signal of the genes, plain or gzipped; for a model of change two tables, A and B; for a model of sequences the
    /// folder that `regulens prepare tracks` wrote
    #[arg(long, value_name = "FILE", num_args = 1..=2, required = true)]
    input: Vec<PathBuf>,
    #[command(flatten)]
    labels: LabelArgs,
    #[command(flatten)]
    tracks: TrackArgs,
    /// Print one JSON object: n, on, called_on, auroc, auprc (average precision), accuracy, brier, log_loss; for a
    /// model of level n, pearson, spearman, r2, mse; for a model of change the same and sign_accuracy; for a model of
    /// sequences n, loss, the means of pearson, log_pearson and r2, per_assay and per_track. Of several models it is
    /// the mean's, with members, a list of the same with each model's file
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    share: ShareFlag,
    #[command(flatten)]
    symmetric: SymmetricFlag,
    #[command(flatten)]
    compute: ComputeArgs,
}

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
                Some(_) => "  accuracy, Brier score and log loss are of calibrated probabilities\n",
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
