//! `regulens baseline attentive-chrome`: simple predictors of whether a gene is on.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::baseline::attentive_chrome::{Baseline, fit};
use crate::cli::error::CliError;
use crate::cli::signal::{LabelArgs, tell_notes};
use crate::cli::train::data::overlap::{self, Part};
use crate::cli::{interrupt, output};

/// Which genes to fit to.
#[derive(Debug, Args)]
pub struct AttentiveChromeArgs {
    /// Signal table of the training genes
    #[arg(long, value_name = "FILE")]
    train: PathBuf,
    /// Signal table of the validation genes, which choose the regularisation strength
    #[arg(long, value_name = "FILE")]
    valid: PathBuf,
    /// Signal table of the test genes
    #[arg(long, value_name = "FILE")]
    test: PathBuf,
    #[command(flatten)]
    labels: LabelArgs,
    /// Accept tables that share genes with identical signal, or whose windows overlap. By default they are refused
    #[arg(long)]
    allow_overlap: bool,
    /// Print one JSON object: n, baselines
    #[arg(long)]
    json: bool,
}

/// Fits, and prints the scores on the test genes.
pub fn run(args: &AttentiveChromeArgs) -> Result<(), CliError> {
    interrupt::watch();
    let expression = args.labels.expression(None)?;
    let training = args.labels.table(&args.train, expression.as_ref())?;
    tell_notes(&training);
    let like_training = |path| args.labels.table_like(path, expression.as_ref(), &training);
    let (validation, test) = (like_training(&args.valid)?, like_training(&args.test)?);
    let parts = [
        Part::of("training", &training),
        Part::of("validation", &validation),
        Part::of("test", &test),
    ];
    overlap::check(&parts, args.allow_overlap)?;
    let mut baselines = fit(&training, &validation, &test, interrupt::flow)?;
    for baseline in &mut baselines {
        baseline.test_scores.clear();
    }
    if args.json {
        return output::print_json(&json!({ "n": test.genes.len(), "baselines": baselines }));
    }
    output::print(&text(&baselines).expect("texts take any text"))
}

/// The scores as text.
fn text(baselines: &[Baseline]) -> Result<String, std::fmt::Error> {
    let mut text = String::from("AUROC   average precision  on validation  predictor\n");
    for Baseline {
        name,
        l2,
        c,
        validation,
        test,
        ..
    } in baselines
    {
        let strength = l2
            .map(|l2| format!(", L2 {l2:.3}"))
            .or(c.map(|c| format!(", C {c}")))
            .unwrap_or_default();
        writeln!(
            text,
            "{:.4}  {:<17.4}  {:.4}         {name}{strength}",
            test.auroc,
            test.auprc.unwrap_or(f64::NAN),
            validation.auroc
        )?;
    }
    Ok(text)
}
