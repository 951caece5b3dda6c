//! `regulens evaluate`: how well a model ranks genes that are on above genes that are off.

use std::path::{Path, PathBuf};

use clap::Args;
use regulens::engine::{DeviceKind, PrepareOptions};
use regulens::metrics::{auprc, auroc};
use regulens::weights::card::Score;

use super::error::CliError;
use super::predict::tell_deviations;
use super::runner::Runner;
use super::signal::{LabelArgs, tell_notes};
use super::threads::ThreadArgs;
use super::{files, interrupt, output};

/// What to evaluate.
#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// The model file
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Signal of the genes, plain or gzipped
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    #[command(flatten)]
    labels: LabelArgs,
    /// Print one JSON object: n, auroc, auprc
    #[arg(long)]
    json: bool,
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
    let mut runner = Runner::new(files::model(&args.model)?, args.device)?;
    let score = measure(&mut runner, &args.input, &args.labels)?;
    if args.json {
        return output::print_json(&score);
    }
    let Score { n, auroc, auprc } = score;
    output::print(&format!(
        "genes  {n}\nAUROC  {auroc:.4}\nAUPRC  {auprc:.4}\n"
    ))
}

/// Runs a model on the genes of a table, and scores how it ranks them.
pub(super) fn measure(
    runner: &mut Runner,
    input: &Path,
    labels: &LabelArgs,
) -> Result<Score, CliError> {
    let expression = labels.expression()?;
    let table = labels.table(input, expression.as_ref())?;
    let prepared = runner
        .engine()
        .prepare(&table, &PrepareOptions::default())?;
    tell_notes(&table);
    tell_deviations(&table, runner.engine().card());

    let labels = prepared.labels().expect("the table has labels");
    // Log-odds rank as probabilities do, and do not run into 1.
    let logit = runner.predict(&prepared)?.values.logit;
    let score = auroc(&logit, labels).zip(auprc(&logit, labels));
    let (auroc, auprc) = score.ok_or_else(|| CliError::File {
        file: table.file.clone(),
        problem: "the model gives a log-odds that is no number for some of its genes. Check the table for extreme values."
            .to_owned(),
    })?;
    Ok(Score {
        n: labels.len(),
        auroc,
        auprc,
    })
}
