//! `regulens baseline deep-diff`.

use std::fmt::Write as _;
use std::path::PathBuf;

use burn::tensor::Device;
use clap::Args;
use regulens::engine::{DeviceKind, Limits};
use regulens::model::attentive_chrome::{Architecture, Sizes};
use serde_json::{Value, json};

use crate::baseline::BaselineError;
use crate::baseline::deep_diff::{
    ATTENTIVE_CHROME, ChangeBaseline, Fitted, Genes, TWO_LAYER_SVR, deep_diff, relative, without_svr,
};
use crate::cli::error::CliError;
use crate::cli::pairs::LabelledPair;
use crate::cli::signal::{LabelArgs, tell_notes};
use crate::cli::threads::ThreadArgs;
use crate::cli::train::data::overlap::{self, Part};
use crate::cli::train::{check_batch, on_device};
use crate::cli::{interrupt, output, progress, runner};
use crate::train::data::Examples;
use crate::train::initialise::{at_means, initialise};
use crate::train::level::Level;
use crate::train::recipe::attentive_chrome::Choice;
use crate::train::recipe::common::{GeneRecipe as _, OutputBias};
use crate::train::recipe::deep_diff::ChangeRecipe;
use crate::train::supervised::{Stepper, Supervised, predictions};
use crate::train::task::Task as _;
use crate::train::trainer::{End, Event, Trainer};

/// Baselines of DeepDiff.
#[derive(Debug, Args)]
pub struct DeepDiffArgs {
    /// Signal tables of the training genes in cell types A and B
    #[arg(long, value_names = ["A", "B"], num_args = 2, required = true)]
    train: Vec<PathBuf>,
    /// Signal tables of the validation genes, which choose settings and epochs
    #[arg(long, value_names = ["A", "B"], num_args = 2, required = true)]
    valid: Vec<PathBuf>,
    /// Signal tables of the test genes
    #[arg(long, value_names = ["A", "B"], num_args = 2, required = true)]
    test: Vec<PathBuf>,
    /// Counts in A and B (gene,count) and bins to keep
    #[command(flatten)]
    labels: LabelArgs,
    /// Accept tables that share genes with identical signal, or whose windows overlap. By default they are refused
    #[arg(long)]
    allow_overlap: bool,
    /// Skip AttentiveChrome in A and in B, the slowest baseline
    #[arg(long)]
    no_attentive_chrome: bool,
    /// Skip support vector regression, which takes a minute or two
    #[arg(long)]
    no_svr: bool,
    /// Seed of AttentiveChrome's initial weights and of the gene order
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of AttentiveChrome trainings, with consecutive seeds from --seed. Each is one row; the other baselines
    /// are compared with their mean
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    seeds: u8,
    /// Print one JSON object: n, target, baselines
    #[arg(long)]
    json: bool,
    /// Compute device for AttentiveChrome: cpu, wgpu or cuda; the other baselines run on the CPU
    #[arg(long, default_value_t = DeviceKind::Cpu, help_heading = "Compute")]
    device: DeviceKind,
    #[command(flatten)]
    threads: ThreadArgs,
    /// Training of AttentiveChrome
    #[command(flatten)]
    recipe: ChangeRecipe,
}

/// One set of genes, in the form of the simple predictors and in that of AttentiveChrome.
struct Set {
    genes: Genes,
    examples: Examples,
}

/// Fits, and prints the scores on the test genes.
pub fn run(args: &DeepDiffArgs) -> Result<(), CliError> {
    args.threads.apply()?;
    interrupt::watch();
    let device = (!args.no_attentive_chrome)
        .then(|| runner::open(args.device))
        .transpose()?;
    let expression = args.labels.expression_pair()?;
    let transform = args.recipe.tables.transform.of_card();
    let training = LabelledPair::read(&args.train, &args.labels, &expression, None)?;
    training.tables.iter().for_each(tell_notes);
    let like = &training.tables[0];
    let marks = like.marks.clone();
    let set = |pair: &LabelledPair| Set {
        genes: Genes::new(&pair.paired.table, &marks, &pair.counts),
        examples: Examples::of_pair(&pair.paired.table, &pair.counts, &transform),
    };
    let like_training = |paths: &[PathBuf]| LabelledPair::read(paths, &args.labels, &expression, Some(like));
    let (validation, test) = (like_training(&args.valid)?, like_training(&args.test)?);
    let parts = [("training", &training), ("validation", &validation), ("test", &test)]
        .map(|(role, pair)| Part::of_pair(role, &pair.paired.table, &pair.tables));
    overlap::check(&parts, args.allow_overlap)?;
    let [training, validation, test] = [&training, &validation, &test].map(set);

    let fit = if args.no_svr { without_svr } else { deep_diff };
    let mut baselines = fit(&training.genes, &validation.genes, &test.genes, &mut progress::watch())?;
    if let Some(device) = device {
        for seed in (args.seed..).take(usize::from(args.seeds)) {
            let fitted = attentive_chrome(args, seed, &device, &training, &validation, &test)?;
            baselines.push(fitted.score(&validation.genes.change, &test.genes.change));
        }
    }
    let n = test.genes.len();
    if args.json {
        return output::print_json(&json(n, &baselines));
    }
    output::print(&text(n, &baselines).expect("texts take any text"))
}

/// ŷ_B - ŷ_A of two regressions, each with the epoch that its own cell type's validation genes choose.
fn attentive_chrome(
    args: &DeepDiffArgs,
    seed: u64,
    device: &Device,
    training: &Set,
    validation: &Set,
    test: &Set,
) -> Result<Fitted, CliError> {
    let sizes = Sizes {
        marks: training.genes.marks.len(),
        bins: training.genes.bins,
        bin_rnn_size: args.recipe.tables.bin_rnn_size,
        ..Sizes::default()
    };
    let architecture =
        Architecture::new("lstm-alpha-beta", sizes).map_err(|problem| CliError::Usage(problem.to_string()))?;
    let batch_size = args.recipe.steps.batch_size.min(training.examples.len());
    architecture
        .check_device(device)
        .map_err(|problem| format!("{problem}. Use --device cpu"))
        .and_then(|()| check_batch(batch_size, architecture.training(), Limits::of(device)))
        .map_err(|problem| CliError::Device {
            device: args.device,
            problem,
        })?;
    let task = Level {
        architecture,
        dropout: 0.0,
        choose: Choice::Pearson,
    };
    let [a, b] = on_device(args.device, || {
        let examples = |set: &Set, cell| Examples::of_cell(&set.examples, cell);
        let one = |cell| {
            let sets = [training, validation, test].map(|set| examples(set, cell));
            one_cell(args, task, device, seed, ["A", "B"][cell], &sets)
        };
        Ok([one(0)?, one(1)?])
    })?;
    let difference = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| b - a).collect();
    Ok(Fitted {
        name: ATTENTIVE_CHROME.to_owned(),
        settings: [
            ("epoch_a", a.epoch as f64),
            ("epoch_b", b.epoch as f64),
            ("seed", seed as f64),
        ]
        .into(),
        validation: difference(&a.validation, &b.validation),
        test: difference(&a.test, &b.test),
    })
}

/// log2(count + 1) in one cell type, predicted.
struct Predicted {
    epoch: usize,
    validation: Vec<f64>,
    test: Vec<f64>,
}

/// Trains in one cell type on training, validation and test genes, with a progress bar and Ctrl-C.
fn one_cell(
    args: &DeepDiffArgs,
    task: Level,
    device: &Device,
    seed: u64,
    cell: &str,
    [training, validation, test]: &[Examples; 3],
) -> Result<Predicted, CliError> {
    let recipe = &args.recipe;
    let mut weights = initialise(
        &task.architecture.tensors(),
        recipe.tables.initialisation,
        recipe.tables.initial_bound,
        seed,
    );
    if recipe.output_bias == OutputBias::Mean {
        at_means(&mut weights, task.outputs(), training);
    }
    let stepper = Stepper::new(task, &weights, recipe.optimiser(), device);
    let learner = Supervised::new(stepper, recipe.steps.batch_size, training, validation);
    let mut trainer = Trainer::new(learner, recipe.steps.length(), Value::Null, seed);
    let bar = progress::bar(recipe.steps.epochs as u64, "{prefix} {bar:24} epoch {pos}/{len} {msg}");
    bar.set_prefix(format!("AttentiveChrome in {cell}"));
    // Nothing is kept for a resumed run: the data need no name.
    let end = trainer.run("", |event| {
        if let Event::Epoch { record, .. } = event {
            bar.set_position(record.epoch as u64);
            bar.set_message(format!("validation Pearson {:.4}", record.validation[1]));
        }
        interrupt::flow()
    })?;
    bar.finish_and_clear();
    if end == End::Interrupted {
        return Err(BaselineError::Interrupted.into());
    }
    let best = trainer.best().expect("clap asks for an epoch");
    let model = task.load(&best.weights, device);
    let predict = |examples| predictions(&task, &model, examples, device);
    Ok(Predicted {
        epoch: best.epoch,
        validation: predict(validation),
        test: predict(test),
    })
}

fn json(n: usize, baselines: &[ChangeBaseline]) -> Value {
    let one = |one: &ChangeBaseline| {
        let mut value = serde_json::to_value(one).expect("plain figures");
        value["relative_to_two_layer_svr"] = json!(relative(one, baselines, TWO_LAYER_SVR));
        value["relative_to_attentive_chrome"] = json!(relative(one, baselines, ATTENTIVE_CHROME));
        value
    };
    json!({
        "n": n,
        "target": "log2((count in B + 1) / (count in A + 1))",
        "baselines": baselines.iter().map(one).collect::<Vec<_>>(),
    })
}

/// The scores as text.
fn text(n: usize, baselines: &[ChangeBaseline]) -> Result<String, std::fmt::Error> {
    let mut text = format!(
        "{n} test genes; target log2((B + 1) / (A + 1)): positive if higher in B. Sign: share of genes with more \
            than twofold change\nwhose direction is predicted. /SVR and /AttCh: Pearson in % of that of the \
            two-layer SVR and of AttentiveChrome.\n\nPearson  Spearman  R2       Sign    /SVR    /AttCh  on \
            validation  predictor\n"
    );
    let cell = |value: Option<f64>, digits: usize, width: usize| {
        let value = value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"));
        format!("{value:<width$}")
    };
    for one in baselines {
        let test = one.test.as_ref();
        let settings: Vec<String> = one
            .settings
            .iter()
            .map(|(name, value)| format!("{name} {}", (value * 1e4).round() / 1e4))
            .collect();
        writeln!(
            text,
            "{}{}{}{}{}{}{}{}: {}",
            cell(test.map(|test| test.pearson), 4, 9),
            cell(test.map(|test| test.spearman), 4, 10),
            cell(test.map(|test| test.r2), 4, 9),
            cell(test.and_then(|test| test.sign_accuracy), 4, 8),
            cell(relative(one, baselines, TWO_LAYER_SVR), 1, 8),
            cell(relative(one, baselines, ATTENTIVE_CHROME), 1, 8),
            cell(one.validation_pearson, 4, 15),
            one.name,
            settings.join(", ")
        )?;
    }
    Ok(text)
}
