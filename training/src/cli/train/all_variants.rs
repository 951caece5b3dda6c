//! `--all-variants`: AttentiveChrome's seven models one after another on the same data, for a table.
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
use regulens::task::Score;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::data::{GeneSet, Sets};
use super::genes::OnGenes;
use super::{Trains, finish, folder, variant};
use crate::baseline::BaselineError;
use crate::cli::error::CliError;
use crate::cli::files;
use crate::cli::run_table::{self, Figure, Scored};

/// Scores of predictions.
type ScoreOf<A> = <<A as OnGenes>::Genes as GeneSet>::Score;

/// Arguments of a training that may be of every variant.
pub trait EachVariant: OnGenes<Baseline: Clone + Serialize + DeserializeOwned> {
    /// The columns of the table, the headline first.
    const FIGURES: &'static [Figure<ScoreOf<Self>>];

    /// With another variant.
    fn of_variant(&self, variant: &str) -> Self;

    /// The row of a simple predictor.
    fn row(baseline: &Self::Baseline) -> Scored<ScoreOf<Self>>;
}

/// Trains what is left to train.
pub fn run<A: EachVariant>(args: &A, device: &Device, data: &Sets<A::Genes>) -> Result<(), CliError> {
    let jobs: Vec<A> = variants().map(|variant| of_variant(args, variant)).collect();
    // Fail early on a variant that these sizes cannot be.
    for of_variant in &jobs {
        of_variant.job(variant(of_variant)?, device, data)?;
    }
    let out = &args.common().run.out;
    folder::same_training(out, &settings(args, data))?;
    let baselines = baselines(args, data)?;
    let table = out.join(run_table::NAME);
    for (at, of_variant) in jobs.iter().enumerate() {
        let name = of_variant.common().variant;
        if folder::is_finished(of_variant.common().run) {
            eprintln!("{name}: trained already");
        } else {
            eprintln!("{name} ({} of {})", at + 1, jobs.len());
            let mut job = of_variant.job(variant(of_variant)?, device, data)?;
            job.fitted = OnceLock::from(baselines.clone());
            finish(of_variant.common().run, &job)?;
        }
        let cell_type = args.common().tables.cell_type.as_ref().map_or("", |cell| &cell.name);
        let text = run_table::text(cell_type, A::FIGURES, &rows(&jobs, &baselines)?);
        files::write(&table, text.as_bytes())?;
    }
    for row in rows(&jobs, &baselines)? {
        let seed = row.seed.map_or(String::new(), |seed| format!(", seed {seed}"));
        if let Some(headline) = row.test.map(|test| test.headline()).or(row.validation) {
            eprintln!("  {headline:.4}  {}{seed}", row.predictor);
        }
    }
    let genes = if data.test.is_some() { "test" } else { "validation" };
    let headline = <ScoreOf<A>>::HEADLINE;
    eprintln!("{headline} of the {genes} genes; wrote {}", table.display());
    Ok(())
}

/// The arguments of one variant.
fn of_variant<A: EachVariant>(args: &A, variant: &str) -> A {
    let mut of_variant = args.of_variant(variant);
    let run = of_variant.run_mut();
    run.out = run.out.join(format!("{variant}.safetensors"));
    run.resume = folder::is_interrupted(run);
    of_variant
}

/// Everything that the models and the table depend on.
fn settings<A: EachVariant>(args: &A, data: &Sets<A::Genes>) -> Value {
    let run = args.common().run;
    json!({
        "data": data.hash,
        "test": data.test_hash(),
        "recipe": args.common().recipe,
        "seed": run.seed,
        "seeds": run.seeds,
        "dtype": run.dtype,
        "baselines": !run.no_baselines,
        "cell_type": args.common().tables.cell_type,
    })
}

/// Fitted once, and kept for the next time the command runs.
fn baselines<A: EachVariant>(args: &A, data: &Sets<A::Genes>) -> Result<Vec<A::Baseline>, CliError> {
    let run = args.common().run;
    let Some(test) = data.test.as_ref().filter(|_| !run.no_baselines) else {
        return Ok(Vec::new());
    };
    let path = run.out.join("baselines.json");
    if path.exists() {
        return serde_json::from_slice(&files::read(&path)?).map_err(|error| {
            CliError::file(
                path.display(),
                format!("{error}; expected baselines written by this command. Delete the file to fit them again."),
            )
        });
    }
    eprintln!("baselines");
    let fitted = A::fit(data, &test.genes).map_err(|error| match error {
        BaselineError::Interrupted => {
            CliError::Interrupted("no model was trained; --no-baselines leaves the baselines out".to_owned())
        }
        error => error.into(),
    })?;
    files::write(&path, folder::pretty(&fitted).as_bytes())?;
    Ok(fitted)
}

/// The rows of finished runs and of the baselines.
fn rows<A: EachVariant>(jobs: &[A], baselines: &[A::Baseline]) -> Result<Vec<Scored<ScoreOf<A>>>, CliError> {
    let mut rows = Vec::new();
    for job in jobs.iter().filter(|job| folder::is_finished(job.common().run)) {
        let mut card = files::model(&job.common().run.out)?.card;
        let seeds = A::scores(&mut card).take().map(|report| report.seeds);
        rows.extend(seeds.into_iter().flatten().map(|seed| Scored {
            predictor: card.variant.clone(),
            seed: Some(seed.seed),
            parameters: Some(card.parameters),
            validation: Some(seed.validation),
            test: seed.test,
        }));
    }
    rows.extend(baselines.iter().map(A::row));
    Ok(rows)
}
