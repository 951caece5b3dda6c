//! What a model card says of a training: what was done, and how well the model does.

use regulens::input::SignalTable;
use regulens::weights::ModelCard;
use regulens::weights::card::{BaselineScore, Metrics, Score, SeedScore, TrainingRecord};
use serde_json::{Map, Value};

use super::runs::{self, Run};
use super::{FAMILY, Job, data};
use crate::baseline::{self, BaselineError};
use crate::cli::error::CliError;
use crate::cli::{files, interrupt};
use crate::train::data::Examples;
use crate::train::supervised::predictions;
use crate::train::task::Task;

/// The card of the run that validation prefers.
pub fn card(job: &Job, runs: &[Run]) -> Result<ModelCard, CliError> {
    let Job { args, data, .. } = job;
    let chosen = runs::best(runs);
    let mut card = ModelCard::new(FAMILY, &args.variant, data.training.marks.clone(), data.training.bins);
    card.name = match &args.cell_type {
        Some(cell) => format!("AttentiveChrome {}, {}", job.variant.title, cell.name),
        None => format!("AttentiveChrome {}", job.variant.title),
    };
    card.citation = vec![job.variant.citation.to_owned()];
    card.cell_type.clone_from(&args.cell_type);
    card.assembly.clone_from(&args.assembly);
    card.simulated = args.simulated;
    card.transform = job.transform.clone();
    card.dtype = args.dtype;
    card.input_distribution = data.training.distribution();
    card.training = Some(record(job, chosen));
    let metrics = metrics(job, runs, chosen)?;
    card.notes = verdict(&metrics);
    card.metrics = Some(metrics);
    Ok(card)
}

/// Settings that are sizes; each variant has its own.
const SIZES: [&str; 8] = [
    "bin_rnn_size",
    "head_hidden",
    "filters",
    "width",
    "hm_filters",
    "hm_width",
    "hidden_1",
    "hidden_2",
];

impl Job<'_> {
    /// Whether that size changes anything about the variant.
    fn has_size(&self, name: &str) -> bool {
        match self.architecture.variant() {
            "lstm" | "lstm-attn" | "lstm-alpha-beta" => name == "bin_rnn_size",
            "lstm-alpha" => matches!(name, "bin_rnn_size" | "head_hidden"),
            "cnn-alpha-beta" => matches!(name, "filters" | "width" | "hm_filters" | "hm_width"),
            _ => matches!(name, "filters" | "width" | "hidden_1" | "hidden_2"),
        }
    }
}

fn record(job: &Job, run: &Run) -> TrainingRecord {
    let Job { args, data, .. } = job;
    let sizes = |table: &SignalTable| format!("{} genes ({})", table.genes.len(), files::name(&table.file));
    let mut split = format!(
        "training {}; validation {}",
        sizes(&data.training),
        sizes(&data.validation)
    );
    if let Some(test) = &data.test {
        split += &format!("; test {}", sizes(test));
    }
    let mut recipe: Map<String, Value> = match serde_json::to_value(&job.recipe) {
        Ok(Value::Object(recipe)) => recipe,
        _ => unreachable!("a recipe is a struct of plain values"),
    };
    // Sizes that this variant does not have say nothing of it.
    recipe.retain(|name, _| !SIZES.contains(&name.as_str()) || job.has_size(name));
    if let Some((first, last)) = args.labels.bins() {
        recipe.insert("select_bins".to_owned(), format!("{first}-{last}").into());
    }
    let label = if args.labels.by_expression() {
        "expression at or above the median of the expression file"
    } else {
        "as the table has it"
    };
    recipe.insert("label".to_owned(), label.into());
    recipe.insert("optimiser".to_owned(), "Adam".into());
    recipe.insert("loss".to_owned(), "mean binary cross-entropy".into());
    recipe.insert(
        "chosen by".to_owned(),
        "best validation AUROC, ties to the later epoch".into(),
    );
    recipe.insert("device".to_owned(), args.device.to_string().into());
    TrainingRecord {
        data: args.data.clone().unwrap_or_default(),
        split,
        genes: data.training.genes.len(),
        recipe,
        seed: run.seed,
        epochs: run.epochs,
        best_epoch: run.best.epoch,
        date: args.date.clone(),
        program: concat!("regulens ", env!("CARGO_PKG_VERSION")).to_owned(),
    }
}

/// Scores of every seed's best weights, and of simple predictors on the same genes.
fn metrics(job: &Job, runs: &[Run], chosen: &Run) -> Result<Metrics, CliError> {
    let Job { args, data, .. } = job;
    let test = data.test.as_ref().map(|table| data::examples(table, &job.transform));
    let score = |run: &Run, examples: &Examples| -> Option<Score> {
        let task = job.task();
        let model = task.load(&run.best.weights, &job.device);
        let scores = predictions(&task, &model, examples, &job.device);
        let [auroc, auprc] = task.quality(&scores, examples).ok()?;
        Some(Score {
            n: examples.len(),
            auroc,
            auprc,
        })
    };
    let seeds = runs
        .iter()
        .map(|run| {
            let test = test.as_ref().and_then(|examples| score(run, examples));
            SeedScore {
                seed: run.seed,
                validation_auroc: run.best.score,
                test_auroc: test.as_ref().map(|score| score.auroc),
                test_auprc: test.as_ref().map(|score| score.auprc),
            }
        })
        .collect();
    let baselines = match (&job.baselines, &data.test) {
        (Some(fitted), _) => fitted.clone(),
        (None, Some(table)) if !args.no_baselines => {
            let baselines =
                baseline::attentive_chrome(&data.training, &data.validation, table, interrupt::flow)
                    .map_err(|error| match error {
                        BaselineError::Interrupted => CliError::Interrupted(
                            "all epochs are finished and kept; --resume fits the baselines, --resume --no-baselines leaves them out"
                                .to_owned(),
                        ),
                        error => error.into(),
                    })?;
            baselines.iter().map(BaselineScore::from).collect()
        }
        _ => Vec::new(),
    };
    Ok(Metrics {
        validation: score(chosen, &job.validation),
        test: test.as_ref().and_then(|examples| score(chosen, examples)),
        seeds,
        baselines,
    })
}

/// What the scores do and do not show, in sentences for the card.
fn verdict(metrics: &Metrics) -> Vec<String> {
    let mut notes = Vec::new();
    let Some(test) = &metrics.test else {
        return vec!["Not scored on test genes.".to_owned()];
    };
    let interval = 1.96 * hanley_mcneil(test.auroc, test.n);
    notes.push(format!(
        "With {} test genes the 95 % interval of AUROC is about ±{interval:.3} (Hanley and McNeil 1982): smaller differences mean nothing here.",
        test.n
    ));
    let seeds: Vec<f64> = metrics.seeds.iter().filter_map(|seed| seed.test_auroc).collect();
    if seeds.len() > 1 {
        let mean = seeds.iter().sum::<f64>() / seeds.len() as f64;
        let (lowest, highest) = seeds
            .iter()
            .fold((f64::MAX, f64::MIN), |(low, high), &x| (low.min(x), high.max(x)));
        notes.push(format!(
            "{} seeds: test AUROC {mean:.3} on average, from {lowest:.3} to {highest:.3}; validation chose this one.",
            seeds.len()
        ));
    }
    let best = metrics.baselines.iter().max_by(|a, b| a.auroc.total_cmp(&b.auroc));
    if let Some(best) = best {
        let comparison = if best.auroc >= test.auroc {
            "does not beat"
        } else {
            "beats"
        };
        notes.push(format!(
            "This model {comparison} the best simple predictor on the same test genes, {} with AUROC {:.3}.",
            best.name, best.auroc
        ));
    }
    notes
}

/// Standard error of an AUROC over n genes of which half are on: Hanley and McNeil, Radiology 143 (1982), eq. 2.
fn hanley_mcneil(auroc: f64, n: usize) -> f64 {
    let half = n as f64 / 2.0;
    let q1 = auroc / (2.0 - auroc);
    let q2 = 2.0 * auroc * auroc / (1.0 + auroc);
    let square = auroc * auroc;
    ((auroc * (1.0 - auroc) + (half - 1.0) * (q1 - square) + (half - 1.0) * (q2 - square)) / (half * half)).sqrt()
}
