//! `--all-variants`: the seven models one after another on the same data, for a table.
//!
//! ```text
//! OUT/settings.json          data and settings, so that two trainings are not mixed
//! OUT/baselines.json         simple predictors on the same genes
//! OUT/VARIANT.safetensors    the model, once all its seeds have ended
//! OUT/VARIANT.safetensors.seed-N.checkpoint    what the same command goes on from, until then
//! OUT/table.tsv              one line for each finished run
//! ```

use std::sync::OnceLock;

use burn::tensor::Device;
use regulens::model::attentive_chrome::variants;
use regulens::weights::ModelCard;
use serde_json::{Value, json};

use super::AttentiveChromeArgs;
use crate::baseline::BaselineError;
use crate::baseline::attentive_chrome::{self as baseline, Baseline};
use crate::cli::error::CliError;
use crate::cli::run_table::{self, RunRow};
use crate::cli::train::data::tables::Data;
use crate::cli::train::{Trains, finish, folder, variant};
use crate::cli::{files, interrupt};

/// Trains what is left to train.
pub fn run(args: &AttentiveChromeArgs, device: &Device, data: &Data) -> Result<(), CliError> {
    let jobs: Vec<AttentiveChromeArgs> = variants().map(|variant| of_variant(args, variant)).collect();
    // Fail early on a variant that these sizes cannot be.
    for of_variant in &jobs {
        of_variant.job(variant(of_variant)?, device, data)?;
    }
    folder::same_training(&args.run.out, &settings(args, data))?;
    let baselines = baselines(args, data)?;
    for (at, of_variant) in jobs.iter().enumerate() {
        let name = &of_variant.variant;
        if is_finished(of_variant) {
            eprintln!("{name}: trained already");
        } else {
            eprintln!("{name} ({} of {})", at + 1, jobs.len());
            let mut job = of_variant.job(variant(of_variant)?, device, data)?;
            job.fitted = OnceLock::from(baselines.clone());
            finish(&of_variant.run, &job)?;
        }
        write_table(args, &jobs, &baselines)?;
    }
    for row in rows(args, &jobs, &baselines)? {
        let seed = row.seed.map_or(String::new(), |seed| format!(", seed {seed}"));
        if let Some(auroc) = row.test_auroc.or(row.validation_auroc) {
            eprintln!("  {auroc:.4}  {}{seed}", row.predictor);
        }
    }
    let genes = if data.test.is_some() { "test" } else { "validation" };
    eprintln!(
        "AUROC of the {genes} genes; wrote {}",
        args.run.out.join(run_table::NAME).display()
    );
    Ok(())
}

/// The arguments of one variant.
fn of_variant(args: &AttentiveChromeArgs, variant: &str) -> AttentiveChromeArgs {
    let mut of_variant = AttentiveChromeArgs {
        variant: variant.to_owned(),
        ..args.clone()
    };
    of_variant.run.out = args.run.out.join(format!("{variant}.safetensors"));
    of_variant.run.resume = folder::is_interrupted(&of_variant.run);
    of_variant
}

/// True where nothing of it is left to train.
fn is_finished(args: &AttentiveChromeArgs) -> bool {
    folder::is_finished(&args.run)
}

/// Everything that the models and the table depend on.
fn settings(args: &AttentiveChromeArgs, data: &Data) -> Value {
    json!({
        "data": data.hash,
        "test": data.test_hash(),
        "recipe": args.recipe,
        "seed": args.run.seed,
        "seeds": args.run.seeds,
        "dtype": args.run.dtype,
        "baselines": !args.run.no_baselines,
        "cell_type": args.tables.cell_type,
    })
}

/// Fitted once, and kept for the next time the command runs.
fn baselines(args: &AttentiveChromeArgs, data: &Data) -> Result<Vec<Baseline>, CliError> {
    let Some(test) = data.test.as_ref().filter(|_| !args.run.no_baselines) else {
        return Ok(Vec::new());
    };
    let path = args.run.out.join("baselines.json");
    if path.exists() {
        return serde_json::from_slice(&files::read(&path)?).map_err(|error| CliError::File {
            file: path.display().to_string(),
            problem: format!(
                "{error}; expected baselines as this command wrote them. Delete it, and they are fitted again."
            ),
        });
    }
    eprintln!("baselines");
    let fitted =
        baseline::fit(&data.training, &data.validation, test, interrupt::flow).map_err(|error| match error {
            BaselineError::Interrupted => {
                CliError::Interrupted("no model was trained; --no-baselines leaves the baselines out".to_owned())
            }
            error => error.into(),
        })?;
    files::write(&path, folder::pretty(&fitted).as_bytes())?;
    Ok(fitted)
}

fn write_table(
    args: &AttentiveChromeArgs,
    jobs: &[AttentiveChromeArgs],
    baselines: &[Baseline],
) -> Result<(), CliError> {
    let text = run_table::text(&rows(args, jobs, baselines)?);
    files::write(&args.run.out.join(run_table::NAME), text.as_bytes())
}

/// The lines of finished runs and of the baselines.
fn rows(
    args: &AttentiveChromeArgs,
    jobs: &[AttentiveChromeArgs],
    baselines: &[Baseline],
) -> Result<Vec<RunRow>, CliError> {
    let cell_type = match &args.tables.cell_type {
        Some(cell) => cell.name.clone(),
        None => String::new(),
    };
    let mut rows = Vec::new();
    for job in jobs.iter().filter(|job| is_finished(job)) {
        rows.extend(of_card(&files::model(&job.run.out)?.card, &cell_type));
    }
    rows.extend(baselines.iter().map(|baseline| RunRow {
        cell_type: cell_type.clone(),
        predictor: baseline.name.clone(),
        seed: None,
        parameters: None,
        validation_auroc: Some(baseline.validation.auroc),
        test_auroc: Some(baseline.test.auroc),
        test_auprc: baseline.test.auprc,
    }));
    Ok(rows)
}

fn of_card<'a>(card: &'a ModelCard, cell_type: &'a str) -> impl Iterator<Item = RunRow> + 'a {
    let seeds = card.metrics.iter().flat_map(|metrics| &metrics.seeds);
    seeds.map(move |seed| RunRow {
        cell_type: cell_type.to_owned(),
        predictor: card.variant.clone(),
        seed: Some(seed.seed),
        parameters: Some(card.parameters),
        validation_auroc: Some(seed.validation),
        test_auroc: seed.test.map(|test| test.auroc),
        test_auprc: seed.test.and_then(|test| test.auprc),
    })
}
