//! Training of DeepDiff: from the tables of two cell types to a model of the change between them.

use std::path::PathBuf;

use burn::tensor::Device;
use clap::Args;
use regulens::engine::{DeviceKind, Limits};
use regulens::input::{Expression, Paired, SignalTable};
use regulens::model::deep_diff::{Architecture, FAMILY, Sizes};
use regulens::weights::card::{CellType, ChangeMetrics, ChangeScore, ChangeSeedScore, TrainingRecord, Transform};
use regulens::weights::{Dtype, ModelCard, WeightFile, architecture, sha256};
use serde_json::Value;

use super::runs::{self, Plan, Run};
use super::{cell_type, check_batch, on_device, transform};
use crate::baseline::deep_diff::{ChangeBaseline, Genes, deep_diff};
use crate::cli::error::CliError;
use crate::cli::output::Output;
use crate::cli::pairs::LabelledPair;
use crate::cli::signal::{LabelArgs, tell_notes};
use crate::cli::threads::ThreadArgs;
use crate::cli::{files, interrupt, progress, runner};
use crate::train::change_recipe::ChangeRecipe;
use crate::train::data::Examples;
use crate::train::deep_diff::Change;
use crate::train::initialise::{at_means, initialise};
use crate::train::recipe::OutputBias;
use crate::train::supervised::{Stepper, Supervised, predictions};
use crate::train::task::Task;

/// Training of DeepDiff.
#[derive(Debug, Clone, Args)]
pub struct DeepDiffArgs {
    /// The variant as the paper names it: raw-d, raw-c, raw, aux, raw-aux, aux-siamese or raw-aux-siamese
    #[arg(long, default_value = "raw-aux")]
    variant: String,
    /// Signal of the training genes in cell types A and B
    #[arg(long, value_names = ["A", "B"], num_args = 2, required = true)]
    train: Vec<PathBuf>,
    /// Signal of the validation genes, which choose the epoch
    #[arg(long, value_names = ["A", "B"], num_args = 2, required = true)]
    valid: Vec<PathBuf>,
    /// Signal of the test genes, which choose nothing; their scores go into the card
    #[arg(long, value_names = ["A", "B"], num_args = 2)]
    test: Option<Vec<PathBuf>>,
    /// Counts in A and B (gene,count) and bins to keep
    #[command(flatten)]
    labels: LabelArgs,
    /// The model file to write
    #[arg(long, value_name = "FILE.safetensors")]
    out: PathBuf,
    /// Seed of the first weights and of the order of genes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Train this many times, from --seed and the seeds after it, and keep the one with the best validation Pearson
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    seeds: u8,
    /// Do not fit simple predictors to compare with; they take about a minute for hundreds of genes, many for thousands
    #[arg(long)]
    no_baselines: bool,
    /// Go on from OUT.seed-N.checkpoint, which every finished epoch leaves
    #[arg(long)]
    resume: bool,
    /// Numbers as they are stored
    #[arg(long, default_value = "f16", value_parser = files::dtype)]
    dtype: Dtype,
    /// Name of the first cell type, A, for the card, such as E123=K562
    #[arg(long, value_parser = cell_type)]
    cell_type: Option<CellType>,
    /// Name of the second, B
    #[arg(long, value_parser = cell_type)]
    cell_type_b: Option<CellType>,
    /// Genome assembly of the signal for the card, such as hg19
    #[arg(long)]
    assembly: Option<String>,
    /// Where the data are from, for the card
    #[arg(long)]
    data: Option<String>,
    /// The day for the card, as YYYY-MM-DD; left out by default, so that the same training gives the same file
    #[arg(long)]
    date: Option<String>,
    /// Marks that the data are simulated
    #[arg(long)]
    simulated: bool,
    /// Where to compute: cpu, wgpu or cuda
    #[arg(long, default_value_t = DeviceKind::Cpu)]
    device: DeviceKind,
    #[command(flatten)]
    threads: ThreadArgs,
    #[command(flatten)]
    recipe: ChangeRecipe,
}

/// One set of genes in both cell types.
struct Set {
    paired: Paired,
    tables: [SignalTable; 2],
    examples: Examples,
    genes: Genes,
}

/// Everything that the runs of one command share.
struct Job<'a> {
    args: &'a DeepDiffArgs,
    title: &'static str,
    citation: &'static str,
    task: Change,
    transform: Transform,
    device: Device,
    training: Set,
    validation: Set,
    test: Option<Set>,
    hash: String,
}

/// Trains, and writes the model file of the best epoch.
pub fn run(args: &DeepDiffArgs) -> Result<(), CliError> {
    args.threads.apply()?;
    // Before anything long runs: a variant that there is not, and a place that cannot be written to, are said now.
    let variant = architecture::find(FAMILY, &args.variant).map_err(|problem| CliError::Usage(problem.to_string()))?;
    drop(Output::create(&args.out)?);
    interrupt::watch();
    let device = runner::open(args.device)?;
    let expression = args.labels.expression_pair()?;
    let transform = transform(args.recipe.transform);
    let training = Set::read(&args.train, args, &expression, &transform, None)?;
    let like_training = |paths: &[PathBuf]| Set::read(paths, args, &expression, &transform, Some(&training));
    let validation = like_training(&args.valid)?;
    let test = args.test.as_deref().map(like_training).transpose()?;
    training.tables.iter().for_each(tell_notes);

    let sizes = Sizes {
        marks: training.tables[0].marks.len(),
        bins: training.tables[0].bins,
        bin_rnn_size: args.recipe.bin_rnn_size,
    };
    let architecture =
        Architecture::new(variant.variant, sizes).map_err(|problem| CliError::Usage(problem.to_string()))?;
    let batch_size = args.recipe.batch_size.min(training.examples.len());
    architecture
        .check_device(&device)
        .map_err(|problem| format!("{problem}. Use --device cpu"))
        .and_then(|()| check_batch(batch_size, architecture.training(), Limits::of(&device)))
        .map_err(|problem| CliError::Device {
            device: args.device,
            problem,
        })?;
    let job = Job {
        args,
        title: variant.title,
        citation: variant.citation,
        task: Change {
            architecture,
            contrast: args.recipe.contrast(),
        },
        hash: hash(&[&training, &validation]),
        transform,
        device,
        training,
        validation,
        test,
    };
    let (runs, card) = on_device(args.device, || {
        let runs = runs::all_seeds(&job.plan())?;
        let card = job.card(&runs)?;
        Ok((runs, card))
    })?;
    let weights = &runs::best(&runs).best.weights;
    files::write(&args.out, &WeightFile::write(&card, weights, args.dtype)?)?;
    // The runs have ended, and their result is on disk: nothing is left to resume.
    runs::remove_checkpoints(&args.out, &runs)?;
    report(args, &card);
    Ok(())
}

impl Set {
    /// Reads the tables of A and B, with the marks and bins of `like` where there is one.
    fn read(
        paths: &[PathBuf],
        args: &DeepDiffArgs,
        expression: &[Expression; 2],
        transform: &Transform,
        like: Option<&Self>,
    ) -> Result<Self, CliError> {
        let like = like.map(|like| &like.tables[0]);
        let LabelledPair { paired, tables, counts } = LabelledPair::read(paths, &args.labels, expression, like)?;
        Ok(Self {
            examples: Examples::of_pair(&paired.table, &counts, transform),
            genes: Genes::new(&paired.table, &tables[0].marks, &counts),
            paired,
            tables,
        })
    }
}

impl Job<'_> {
    fn plan(&self) -> Plan<'_, Supervised<'_, Change>> {
        let recipe = &self.args.recipe;
        let shapes = self.task.architecture.tensors();
        let drawn = shapes.clone();
        Plan {
            begin: Box::new(move |seed| {
                let (rule, bound) = (recipe.initialisation, recipe.initial_bound);
                let mut weights = initialise(&drawn, rule, bound, seed);
                if recipe.output_bias == OutputBias::Mean {
                    at_means(&mut weights, self.task.outputs(), &self.training.examples);
                }
                let stepper = Stepper::new(self.task, &weights, recipe.optimiser(), &self.device);
                let [training, validation] = [&self.training, &self.validation].map(|set| &set.examples);
                Supervised::new(stepper, recipe.batch_size, training, validation)
            }),
            trainable: runs::values(&shapes),
            shapes,
            length: recipe.length(),
            settings: serde_json::to_value(recipe).expect("plain settings"),
            out: &self.args.out,
            seed: self.args.seed,
            seeds: self.args.seeds,
            resume: self.args.resume,
            hash: &self.hash,
        }
    }

    /// The card of the run that validation prefers.
    fn card(&self, runs: &[Run]) -> Result<ModelCard, CliError> {
        let Self { args, training, .. } = self;
        let [a, b] = &training.tables;
        let mut card = ModelCard::new(FAMILY, &args.variant, a.marks.clone(), a.bins);
        card.name = match (&args.cell_type, &args.cell_type_b) {
            (Some(a), Some(b)) => format!("DeepDiff {}, {} to {}", self.title, a.name, b.name),
            _ => format!("DeepDiff {}", self.title),
        };
        card.citation = vec![self.citation.to_owned()];
        card.cell_type.clone_from(&args.cell_type);
        card.cell_type_b.clone_from(&args.cell_type_b);
        card.assembly.clone_from(&args.assembly);
        card.simulated = args.simulated;
        card.transform = self.transform.clone();
        card.dtype = args.dtype;
        card.input_distribution = a.distribution();
        card.input_distribution_b = b.distribution();
        card.training = Some(self.record(runs::best(runs)));
        let metrics = self.metrics(runs)?;
        card.notes = verdict(&metrics);
        card.change_metrics = Some(metrics);
        Ok(card)
    }

    fn record(&self, run: &Run) -> TrainingRecord {
        let args = self.args;
        let genes = |set: &Set| {
            let [a, b] = set.tables.each_ref().map(|table| files::name(&table.file));
            format!("{} genes ({a}, {b})", set.paired.table.genes.len())
        };
        let mut split = format!(
            "training {}; validation {}",
            genes(&self.training),
            genes(&self.validation)
        );
        if let Some(test) = &self.test {
            split += &format!("; test {}", genes(test));
        }
        let Ok(Value::Object(mut recipe)) = serde_json::to_value(&args.recipe) else {
            unreachable!("a recipe is a struct of plain values")
        };
        if !self.task.architecture.is_siamese() {
            recipe.retain(|name, _| !name.starts_with("contrast"));
        }
        if let Some((first, last)) = args.labels.bins() {
            recipe.insert("select_bins".to_owned(), format!("{first}-{last}").into());
        }
        for (name, value) in [
            (
                "target",
                "log2((count in B + 1) / (count in A + 1)): positive for genes that are higher in B",
            ),
            ("optimiser", "Adam"),
            (
                "loss",
                "mean squared error of the change, and of log2(count + 1) in A and in B where there are auxiliary tasks",
            ),
            ("chosen by", "best validation Pearson, ties to the later epoch"),
        ] {
            recipe.insert(name.to_owned(), value.into());
        }
        recipe.insert("device".to_owned(), args.device.to_string().into());
        TrainingRecord {
            data: args.data.clone().unwrap_or_default(),
            split,
            genes: self.training.examples.len(),
            recipe,
            seed: run.seed,
            epochs: run.epochs,
            best_epoch: run.best.epoch,
            date: args.date.clone(),
            program: concat!("regulens ", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// Scores of every seed's best weights, and of what they have to beat.
    fn metrics(&self, runs: &[Run]) -> Result<ChangeMetrics, CliError> {
        let score = |run: &Run, set: &Set| -> Option<ChangeScore> {
            let model = self.task.load(&run.best.weights, &self.device);
            let predicted = predictions(&self.task, &model, &set.examples, &self.device);
            ChangeScore::of(&predicted, &set.examples.first_targets())
        };
        let test = |run: &Run| self.test.as_ref().and_then(|set| score(run, set));
        let chosen = runs::best(runs);
        let baselines = match &self.test {
            Some(test) if !self.args.no_baselines => deep_diff(
                &self.training.genes,
                &self.validation.genes,
                &test.genes,
                &mut progress::watch(),
            )?,
            _ => Vec::new(),
        };
        Ok(ChangeMetrics {
            validation: score(chosen, &self.validation),
            test: test(chosen),
            seeds: runs
                .iter()
                .map(|run| ChangeSeedScore {
                    seed: run.seed,
                    validation_pearson: run.best.score,
                    test: test(run),
                })
                .collect(),
            baselines: baselines.into_iter().filter_map(ChangeBaseline::for_card).collect(),
        })
    }
}

/// What the scores do and do not show, in sentences for the card.
fn verdict(metrics: &ChangeMetrics) -> Vec<String> {
    let Some(test) = &metrics.test else {
        return vec!["Not scored on test genes.".to_owned()];
    };
    let (low, high) = fisher_interval(test.pearson, test.n);
    let mut notes = vec![format!(
        "With {} test genes the 95 % interval of this Pearson correlation is about {low:.3} to {high:.3} (Fisher's z): smaller differences mean nothing here.",
        test.n
    )];
    let seeds: Vec<f64> = metrics
        .seeds
        .iter()
        .filter_map(|seed| Some(seed.test.as_ref()?.pearson))
        .collect();
    if seeds.len() > 1 {
        let mean = seeds.iter().sum::<f64>() / seeds.len() as f64;
        let lowest = seeds.iter().copied().fold(f64::MAX, f64::min);
        let highest = seeds.iter().copied().fold(f64::MIN, f64::max);
        notes.push(format!(
            "{} seeds: test Pearson {mean:.3} on average, from {lowest:.3} to {highest:.3}; validation chose this one.",
            seeds.len()
        ));
    }
    let best = metrics
        .baselines
        .iter()
        .max_by(|a, b| a.score.pearson.total_cmp(&b.score.pearson));
    if let Some(best) = best {
        let comparison = if best.score.pearson >= test.pearson {
            "does not beat"
        } else {
            "beats"
        };
        notes.push(format!(
            "This model {comparison} the best simple predictor on the same test genes, {} with a Pearson correlation of {:.3}.",
            best.name, best.score.pearson
        ));
    }
    notes
}

/// The 95 % interval of a Pearson correlation of n pairs.
fn fisher_interval(r: f64, n: usize) -> (f64, f64) {
    let z = r.clamp(-0.999_999, 0.999_999).atanh();
    let half = 1.96 / (n.max(4) as f64 - 3.0).sqrt();
    ((z - half).tanh(), (z + half).tanh())
}

fn report(args: &DeepDiffArgs, card: &ModelCard) {
    let (Some(training), Some(metrics)) = (&card.training, &card.change_metrics) else {
        return;
    };
    if let Some(validation) = &metrics.validation {
        eprintln!(
            "seed {}, best epoch {}: validation Pearson {:.4}",
            training.seed, training.best_epoch, validation.pearson
        );
    }
    if let Some(test) = &metrics.test {
        eprintln!(
            "test ({} genes): Pearson {:.4}, Spearman {:.4}, R2 {:.4}",
            test.n, test.pearson, test.spearman, test.r2
        );
    }
    for seed in &metrics.seeds {
        if let (true, Some(test)) = (metrics.seeds.len() > 1, &seed.test) {
            eprintln!(
                "  seed {}: validation Pearson {:.4}, test Pearson {:.4}",
                seed.seed, seed.validation_pearson, test.pearson
            );
        }
    }
    for baseline in &metrics.baselines {
        eprintln!("  {}: test Pearson {:.4}", baseline.name, baseline.score.pearson);
    }
    eprintln!("wrote {}", args.out.display());
}

/// SHA-256 over what a run depends on in its tables: marks, bins, signal and targets.
fn hash(sets: &[&Set]) -> String {
    let mut bytes = Vec::new();
    for set in sets {
        let table = &set.paired.table;
        let sizes = format!("{:?} {} {}\n", table.marks, table.bins, table.genes.len());
        bytes.extend(sizes.into_bytes());
        let numbers = table.values.iter().chain(&set.examples.targets);
        bytes.extend(numbers.flat_map(|value| value.to_le_bytes()));
    }
    sha256(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_of_correlation_holds_it_and_narrows_with_genes() {
        let (low, high) = fisher_interval(0.65, 200);
        assert!(
            (low - 0.563).abs() < 5e-3 && (high - 0.723).abs() < 5e-3,
            "{low} {high}"
        );
        let (wide, _) = fisher_interval(0.65, 20);
        assert!(wide < low);
    }
}
