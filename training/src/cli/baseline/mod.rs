//! `regulens baseline`: simple predictors, to compare a model with.

mod basenji;
mod deep_diff;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use regulens::engine::DeviceKind;
use serde_json::json;

use super::error::CliError;
use super::signal::{LabelArgs, tell_notes};
use super::{interrupt, output};
use crate::baseline::{Baseline, attentive_chrome};

/// Which family's baselines to fit.
#[derive(Debug, Subcommand)]
pub enum BaselineArgs {
    /// AttentiveChrome's: logistic regression, linear SVM and random forest, on every bin and on mark means; the mean
    /// of H3K4me3
    AttentiveChrome(AttentiveChromeArgs),
    /// DeepDiff's: support vector regression in one layer and in two, ReliefF with a random forest, AttentiveChrome as
    /// two regressions; ridge on log ratios and the mean log ratio of H3K4me3
    DeepDiff(Box<deep_diff::DeepDiffArgs>),
    /// Basenji's: ridge regression on 4-mers and GC within Basenji's reach; and how well the measurement agrees with
    /// itself
    Basenji(basenji::BasenjiArgs),
}

/// Baselines of AttentiveChrome.
#[derive(Debug, Args)]
pub struct AttentiveChromeArgs {
    /// Signal of the training genes
    #[arg(long, value_name = "FILE")]
    train: PathBuf,
    /// Signal of the validation genes, which choose the strength of regularisation
    #[arg(long, value_name = "FILE")]
    valid: PathBuf,
    /// Signal of the test genes
    #[arg(long, value_name = "FILE")]
    test: PathBuf,
    #[command(flatten)]
    labels: LabelArgs,
    /// Print one JSON object: n, baselines
    #[arg(long)]
    json: bool,
    /// Accepted as in every command; baselines are fitted on the CPU
    #[arg(long, default_value_t = DeviceKind::Cpu)]
    device: DeviceKind,
}

/// Fits, and prints the scores on the test genes.
pub fn run(args: &BaselineArgs) -> Result<(), CliError> {
    match args {
        BaselineArgs::AttentiveChrome(args) => attentive_chromes(args),
        BaselineArgs::DeepDiff(args) => deep_diff::run(args),
        BaselineArgs::Basenji(args) => basenji::run(args),
    }
}

fn attentive_chromes(args: &AttentiveChromeArgs) -> Result<(), CliError> {
    interrupt::watch();
    let expression = args.labels.expression()?;
    let training = args.labels.table(&args.train, expression.as_ref())?;
    tell_notes(&training);
    let like_training = |path| args.labels.table_like(path, expression.as_ref(), &training);
    let (validation, test) = (like_training(&args.valid)?, like_training(&args.test)?);
    let baselines = attentive_chrome(&training, &validation, &test, interrupt::flow)?;
    if args.json {
        return output::print_json(&json!({ "n": test.genes.len(), "baselines": baselines }));
    }
    output::print(&text(&baselines).expect("texts take any text"))
}

/// The scores as text.
fn text(baselines: &[Baseline]) -> Result<String, std::fmt::Error> {
    let mut text = String::from("AUROC   AUPRC   on validation  predictor\n");
    for Baseline {
        name,
        l2,
        c,
        validation,
        test,
    } in baselines
    {
        let strength = l2
            .map(|l2| format!(", L2 {l2:.3}"))
            .or(c.map(|c| format!(", C {c}")))
            .unwrap_or_default();
        writeln!(
            text,
            "{:.4}  {:.4}  {:.4}         {name}{strength}",
            test.auroc, test.auprc, validation.auroc
        )?;
    }
    Ok(text)
}
