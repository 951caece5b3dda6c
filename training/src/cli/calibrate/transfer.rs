//! `regulens calibrate transfer`: the figures of a model on the genes of a cell type, put into its card.

use std::path::PathBuf;

use clap::Args;
use regulens::task::confidence::{Reliability, sigmoid};
use regulens::task::transfer::Transfer;
use regulens::weights::{ModelCard, WeightFile};

use super::contrasts::rounded;
use super::{check, hashes_of, on_off as opened, write};
use crate::cli::error::CliError;
use crate::cli::evaluate::on_off;
use crate::cli::files;
use crate::cli::runner::Runner;
use crate::cli::signal::LabelArgs;
use crate::cli::threads::ComputeArgs;

/// The genes to test on, and the model file to write.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct TransferArgs {
    /// Model file of an on/off model
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Signal table of genes with known expression in the cell type, plain or gzipped
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    #[command(flatten)]
    labels: LabelArgs,
    /// Name of the cell type. Measure the model's own as well: the page compares the others with it
    #[arg(long, value_name = "NAME")]
    cell_type: String,
    /// Name of the gene set for the card [default: genes of FILE]
    #[arg(long, value_name = "WORDS")]
    data: Option<String>,
    /// Model file to write: the same weights, with the results in the card
    #[arg(long, value_name = "FILE.safetensors")]
    out: PathBuf,
    #[command(flatten)]
    compute: ComputeArgs,
}

const AFTER_HELP: &str = "\
Run this command once per cell type, on its test genes. The card gets the number of genes that are
on and that are called on, AUROC, Brier score and expected calibration error. Earlier results for
the same cell type are replaced. The page compares cell types when a user's data are not from the
model's own.";

/// Measures, and writes the model.
pub fn run(args: &TransferArgs) -> Result<(), CliError> {
    args.compute.begin()?;
    let mut weights = opened(&args.model)?;
    args.refuse_learned(&weights.card)?;
    let found = args.measure(weights.clone())?;
    eprintln!(
        "{}: {} {}, {} of them on, {} called on; AUROC {}, Brier score {}, calibration error {}",
        found.cell_type,
        found.genes,
        found.data,
        found.on,
        found.called_on,
        found.auroc,
        found.brier,
        found.calibration_error
    );
    let others = &mut weights.card.transfer;
    others.retain(|other| other.cell_type != found.cell_type);
    others.push(found);
    write(&args.out, &weights)
}

impl TransferArgs {
    fn measure(&self, weights: WeightFile) -> Result<Transfer, CliError> {
        let calibration = weights.card.calibration.clone();
        let mut runner = Runner::new(weights, self.compute.device)?;
        let known = on_off::predict(&mut runner, &self.input, &self.labels)?;
        check(&known.file, known.labels.len(), Some(&known.labels))?;
        let log_odds = &known.predictions.values.logit;
        let score = on_off::score(&known.file, log_odds, &known.labels, calibration.as_ref())?;
        let raw: Vec<f64> = log_odds.iter().map(|&z| sigmoid(f64::from(z))).collect();
        let probabilities: Vec<f64> = match &calibration {
            Some(map) => log_odds.iter().map(|&z| map.probability(f64::from(z))).collect(),
            None => raw.clone(),
        };
        let reliability = Reliability::of(&probabilities, &raw, &known.labels);
        Ok(Transfer {
            cell_type: self.cell_type.clone(),
            data: self
                .data
                .clone()
                .unwrap_or_else(|| format!("genes of {}", files::name(&known.file))),
            genes: score.n,
            on: score.on.unwrap_or_default(),
            called_on: score.called_on.unwrap_or_default(),
            auroc: rounded(score.auroc, 3),
            brier: rounded(reliability.brier, 3),
            calibration_error: rounded(reliability.calibration_error, 3),
        })
    }

    /// Refuses genes that the weights were fitted to, or that chose the epoch, whose files the card knows.
    fn refuse_learned(&self, card: &ModelCard) -> Result<(), CliError> {
        let found = regulens::weights::sha256(&files::read(&self.input)?);
        let mut seen = ["train", "valid"].into_iter().flat_map(|flag| hashes_of(card, flag));
        if seen.any(|hash| hash == found) {
            return Err(CliError::Usage(format!(
                "--input {}: {} was trained or chosen on these genes. Give genes that were not used for it",
                self.input.display(),
                card.name
            )));
        }
        Ok(())
    }
}
