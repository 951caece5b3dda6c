//! `--all-variants` of levels: the seven models one after another on the same data, for a table.
//!
//! The folder has the files that the same flag gives of genes that are on or off; the columns of `table.tsv` are those
//! of [`COLUMNS`].

use std::fmt::Write as _;
use std::sync::OnceLock;

use burn::tensor::Device;
use regulens::model::attentive_chrome::variants;
use regulens::task::level::LevelScore;
use serde_json::{Value, json};

use super::{LevelArgs, fit};
use crate::baseline::BaselineError;
use crate::baseline::level::LevelBaseline;
use crate::cli::error::CliError;
use crate::cli::train::data::levels::Levels;
use crate::cli::train::{Trains, finish, folder, variant};
use crate::cli::words::cell;
use crate::cli::{files, run_table};

/// The columns of the table.
const COLUMNS: [&str; 9] = [
    "cell_type",
    "predictor",
    "seed",
    "parameters",
    "validation_pearson",
    "test_pearson",
    "test_spearman",
    "test_r2",
    "test_mse",
];

/// Scores of one predictor.
struct Row {
    predictor: String,
    /// None of a baseline.
    seed: Option<u64>,
    /// None of a baseline.
    parameters: Option<usize>,
    validation_pearson: Option<f64>,
    test: Option<LevelScore>,
}

/// Trains what is left to train.
pub fn run(args: &LevelArgs, device: &Device, data: &Levels) -> Result<(), CliError> {
    let jobs: Vec<LevelArgs> = variants().map(|variant| of_variant(args, variant)).collect();
    // Fail early on a variant that these sizes cannot be.
    for of_variant in &jobs {
        of_variant.job(variant(of_variant)?, device, data)?;
    }
    let out = &args.run().out;
    folder::same_training(out, &settings(args, data))?;
    let baselines = baselines(args, data)?;
    for (at, of_variant) in jobs.iter().enumerate() {
        let name = of_variant.variant();
        if folder::is_finished(of_variant.run()) {
            eprintln!("{name}: trained already");
        } else {
            eprintln!("{name} ({} of {})", at + 1, jobs.len());
            let mut job = of_variant.job(variant(of_variant)?, device, data)?;
            job.fitted = OnceLock::from(baselines.clone());
            finish(of_variant.run(), &job)?;
        }
        let text = text(args, &rows(&jobs, &baselines)?);
        files::write(&out.join(run_table::NAME), text.as_bytes())?;
    }
    for row in rows(&jobs, &baselines)? {
        let seed = row.seed.map_or(String::new(), |seed| format!(", seed {seed}"));
        let pearson = row.test.map(|test| test.pearson).or(row.validation_pearson);
        if let Some(pearson) = pearson {
            eprintln!("  {pearson:.4}  {}{seed}", row.predictor);
        }
    }
    let genes = if data.test.is_some() { "test" } else { "validation" };
    eprintln!(
        "Pearson of the {genes} genes; wrote {}",
        out.join(run_table::NAME).display()
    );
    Ok(())
}

/// The arguments of one variant.
fn of_variant(args: &LevelArgs, variant: &str) -> LevelArgs {
    let mut of_variant = args.clone();
    variant.clone_into(&mut of_variant.0.variant);
    let run = &mut of_variant.0.run;
    run.out = run.out.join(format!("{variant}.safetensors"));
    run.resume = folder::is_interrupted(run);
    of_variant
}

/// Everything that the models and the table depend on.
fn settings(LevelArgs(args): &LevelArgs, data: &Levels) -> Value {
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
fn baselines(args: &LevelArgs, data: &Levels) -> Result<Vec<LevelBaseline>, CliError> {
    let run = args.run();
    let Some(test) = data.test.as_ref().filter(|_| !run.no_baselines) else {
        return Ok(Vec::new());
    };
    let path = run.out.join("baselines.json");
    if path.exists() {
        return serde_json::from_slice(&files::read(&path)?).map_err(|error| CliError::File {
            file: path.display().to_string(),
            problem: format!(
                "{error}; expected baselines as this command wrote them. Delete it, and they are fitted again."
            ),
        });
    }
    eprintln!("baselines");
    let fitted = fit(data, test).map_err(|error| match error {
        BaselineError::Interrupted => {
            CliError::Interrupted("no model was trained; --no-baselines leaves the baselines out".to_owned())
        }
        error => error.into(),
    })?;
    files::write(&path, folder::pretty(&fitted).as_bytes())?;
    Ok(fitted)
}

/// The rows of finished runs and of the baselines.
fn rows(jobs: &[LevelArgs], baselines: &[LevelBaseline]) -> Result<Vec<Row>, CliError> {
    let mut rows = Vec::new();
    for job in jobs.iter().filter(|job| folder::is_finished(job.run())) {
        let card = files::model(&job.run().out)?.card;
        let seeds = card.level_metrics.iter().flat_map(|metrics| &metrics.seeds);
        rows.extend(seeds.map(|seed| Row {
            predictor: card.variant.clone(),
            seed: Some(seed.seed),
            parameters: Some(card.parameters),
            validation_pearson: Some(seed.validation),
            test: seed.test,
        }));
    }
    rows.extend(baselines.iter().map(|baseline| Row {
        predictor: baseline.name.clone(),
        seed: None,
        parameters: None,
        validation_pearson: baseline.validation.map(|score| score.pearson),
        test: baseline.test,
    }));
    Ok(rows)
}

/// The table, with its header.
fn text(LevelArgs(args): &LevelArgs, rows: &[Row]) -> String {
    let cell_type = args.tables.cell_type.as_ref().map_or("", |cell| &cell.name);
    let mut text = COLUMNS.join("\t") + "\n";
    for row in rows {
        let test = |figure: fn(&LevelScore) -> f64| number(row.test.as_ref().map(figure));
        let cells = [
            cell(cell_type),
            cell(&row.predictor),
            number(row.seed),
            number(row.parameters),
            number(row.validation_pearson),
            test(|score| score.pearson),
            test(|score| score.spearman),
            test(|score| score.r2),
            test(|score| score.mse),
        ];
        writeln!(text, "{}", cells.join("\t")).expect("texts take any text");
    }
    text
}

fn number(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
