//! `regulens calibrate missing-marks`: what it costs that a mark was not measured, put into a model's card.

use std::path::{Path, PathBuf};

use clap::Args;
use regulens::engine::Prepared;
use regulens::input::{SignalTable, expression_of_pair, log2_fold_change};
use regulens::task::Task;
use regulens::task::change::ChangeScore;
use regulens::task::level::LevelScore;
use regulens::task::missing::MissingMarks;
use regulens::task::on_off::OnOffScore;
use regulens::weights::{ModelCard, WeightFile};

use super::contrasts::rounded;
use super::write;
use crate::cli::error::CliError;
use crate::cli::files;
use crate::cli::levels::Levelled;
use crate::cli::opened::Opened;
use crate::cli::pairs::{self, Tables};
use crate::cli::runner::Runner;
use crate::cli::signal::{LabelArgs, select_bins};
use crate::cli::threads::ComputeArgs;

/// The genes to test on, and the model file to write.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct MissingMarksArgs {
    /// Model file
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Signal table of test genes, plain or gzipped; for change models two tables, A and B
    #[arg(long, value_name = "FILE", num_args = 1..=2, required = true)]
    input: Vec<PathBuf>,
    #[command(flatten)]
    labels: LabelArgs,
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
Each mark in turn is treated as not measured: its mean in the training data replaces it in all bins
of all genes, as in the page. For change models, this is done in A, in B and in both.

The card gets, for each mark, the AUROC without it (change and level models: Pearson correlation)
and the number of genes whose call changes or whose predicted level changes at least twofold. The
page shows this to users whose table lacks a mark. Use genes that were not used in training.";

/// Measures, and writes the model.
pub fn run(args: &MissingMarksArgs) -> Result<(), CliError> {
    args.compute.begin()?;
    let mut weights = match Opened::read(&args.model)? {
        Opened::OnOff(weights) | Opened::Change(weights) | Opened::Level(weights) => weights,
        Opened::Tracks(weights) => {
            return Err(CliError::Usage(format!(
                "{} reads sequences and has no marks. Give a model that reads signal tables",
                weights.card.name
            )));
        }
    };
    let found = measure(weights.clone(), args)?;
    eprintln!("{}", said(&weights.card, &found));
    weights.card.missing_marks = Some(found);
    write(&args.out, &weights)
}

/// The measured answers of the genes, to score predictions by.
enum Truth {
    /// Which are on.
    On(Vec<bool>),
    /// Their log2 fold changes.
    Change(Vec<f64>),
    /// Their levels, log2(count + 1).
    Level(Vec<f64>),
}

/// A difference of levels from which a missing mark counts as having moved a gene: twofold.
const MOVED: f32 = 1.0;

/// A model's answers for the genes.
struct Said {
    score: f64,
    calls: Calls,
}

/// The answers that a missing mark may change.
enum Calls {
    /// On or off, up or down.
    Of(Vec<bool>),
    /// Levels, which call nothing.
    Levels(Vec<f32>),
}

impl Calls {
    /// The number of genes of which the other says something else.
    fn changed(&self, other: &Self) -> usize {
        match (self, other) {
            (Self::Of(one), Self::Of(other)) => one.iter().zip(other).filter(|(one, other)| one != other).count(),
            (Self::Levels(one), Self::Levels(other)) => {
                let pairs = one.iter().zip(other);
                pairs.filter(|(one, other)| (*one - *other).abs() >= MOVED).count()
            }
            _ => unreachable!("both are of one model"),
        }
    }
}

fn measure(weights: WeightFile, args: &MissingMarksArgs) -> Result<MissingMarks, CliError> {
    let card = weights.card.clone();
    let means = card.training_means().ok_or_else(|| {
        CliError::file(
            args.model.display(),
            "its card lacks the training mean of a mark; expected the means of all marks, which replace marks that \
                were not measured. Train the model again with this version.",
        )
    })?;
    let (a, b) = (&args.input[0], args.input.get(1));
    if card.conditions() != args.input.len() {
        let (wanted, found) = (card.conditions(), args.input.len());
        return Err(CliError::Usage(format!(
            "{} needs one table per cell type, {wanted} in total; found {found} after --input",
            card.name
        )));
    }
    let mut runner = Runner::new(weights, args.compute.device)?;
    let (tables, truth) = read(a, b.map(PathBuf::as_path), &args.labels, &card)?;
    let prepared = tables.prepare(runner.engine())?;
    tables.tell(&card);
    pairs::tell_unmatched(&tables, &prepared);
    let truth = truth(&prepared)?;
    let whole = said_of(&mut runner, &prepared, &truth, &tables.a.file)?;

    // A alone, then B alone, then both.
    let cells: &[&[usize]] = if b.is_some() { &[&[0], &[1], &[0, 1]] } else { &[&[0]] };
    let (mut scores, mut changed_calls) = (Vec::new(), Vec::new());
    for &cells in cells {
        for (place, mark) in card.marks.iter().enumerate() {
            let value = |cell: usize| cells.contains(&cell).then(|| means[cell * card.marks.len() + place]);
            let lacking = Tables {
                a: without(&tables.a, mark, value(0)),
                b: tables.b.as_ref().map(|table| without(table, mark, value(1))),
            };
            let prepared = lacking.prepare(runner.engine())?;
            let said = said_of(&mut runner, &prepared, &truth, &lacking.a.file)?;
            scores.push(rounded(said.score, 3));
            changed_calls.push(said.calls.changed(&whole.calls));
        }
    }
    let names: Vec<String> = args.input.iter().map(|path| path.display().to_string()).collect();
    let names: Vec<&str> = names.iter().map(|name| files::name(name)).collect();
    Ok(MissingMarks {
        data: args
            .data
            .clone()
            .unwrap_or_else(|| format!("genes of {}", names.join(" and "))),
        genes: prepared.genes(),
        score: rounded(whole.score, 3),
        scores,
        changed_calls,
    })
}

/// The tables, and what finds the truth of the genes that they have in common.
#[expect(
    clippy::type_complexity,
    reason = "a function of a table is clearer than a name for it"
)]
fn read(
    a: &Path,
    b: Option<&Path>,
    labels: &LabelArgs,
    card: &ModelCard,
) -> Result<(Tables, Box<dyn FnOnce(&Prepared) -> Result<Truth, CliError>>), CliError> {
    let Some(b) = b else {
        if card.task == Task::Level {
            let Levelled { table, levels } = Levelled::read(a, labels, &labels.counts()?, None)?;
            return Ok((
                Tables { a: table, b: None },
                Box::new(move |_: &Prepared| Ok(Truth::Level(levels))),
            ));
        }
        let expression = labels.expression(Some(card))?;
        let a = labels.table(a, expression.as_ref())?;
        let on = |prepared: &Prepared| Ok(Truth::On(prepared.labels().expect("the table has labels").to_vec()));
        return Ok((Tables { a, b: None }, Box::new(on)));
    };
    let [of_a, of_b] = labels.expression_pair()?;
    let tables = Tables::read(a, Some(b), |path| select_bins(files::table(path)?, labels.bins()))?;
    let file = tables.a.file.clone();
    let change = move |prepared: &Prepared| {
        let counts = expression_of_pair(&file, prepared.names(), &of_a, &of_b)?;
        Ok(Truth::Change(counts.into_iter().map(log2_fold_change).collect()))
    };
    Ok((tables, Box::new(change)))
}

/// The table with `value` in all bins of a mark; as it is where there is none.
fn without(table: &SignalTable, mark: &str, value: Option<f32>) -> SignalTable {
    let mut table = table.clone();
    if let (Some(value), Some(column)) = (value, table.mark_column(mark)) {
        let marks = table.marks.len();
        table
            .values
            .iter_mut()
            .skip(column)
            .step_by(marks)
            .for_each(|one| *one = value);
    }
    table
}

fn said_of(runner: &mut Runner, prepared: &Prepared, truth: &Truth, file: &str) -> Result<Said, CliError> {
    let values = runner.predict(prepared)?.values;
    let (score, calls) = match truth {
        Truth::On(on) => {
            let score = OnOffScore::of(&values.logit, on).map(|score| score.auroc);
            (
                score,
                Calls::Of(
                    values
                        .probability
                        .iter()
                        .map(|&probability| probability >= 0.5)
                        .collect(),
                ),
            )
        }
        Truth::Change(measured) => {
            let predicted: Vec<f64> = values.fold_change.iter().copied().map(f64::from).collect();
            let score = ChangeScore::of(&predicted, measured).map(|score| score.pearson);
            (score, Calls::Of(predicted.iter().map(|&change| change > 0.0).collect()))
        }
        Truth::Level(measured) => {
            let predicted: Vec<f64> = values.level.iter().copied().map(f64::from).collect();
            let score = LevelScore::of(&predicted, measured).map(|score| score.pearson);
            (score, Calls::Levels(values.level))
        }
    };
    let score = score.ok_or_else(|| {
        CliError::file(
            file,
            "the predictions or the measurements of these genes are constant or not numbers; expected variation, so \
                that a score is defined. Give more genes.",
        )
    })?;
    Ok(Said { score, calls })
}

/// The findings, a line a case.
fn said(card: &ModelCard, found: &MissingMarks) -> String {
    let [name, moved] = match card.task {
        Task::OnOff => ["AUROC", "calls changed"],
        Task::Level => ["Pearson's r", "levels changed at least twofold"],
        _ => ["Pearson's r", "calls changed"],
    };
    let first = format!("{name} {:.3} on {} {}", found.score, found.genes, found.data);
    let cells: &[&str] = if card.conditions() == 2 {
        &[" in A", " in B", " in both"]
    } else {
        &[""]
    };
    let cases = cells
        .iter()
        .flat_map(|cell| card.marks.iter().map(move |mark| (mark, cell)));
    let numbers = found.scores.iter().zip(&found.changed_calls);
    let lines = cases
        .zip(numbers)
        .map(|((mark, cell), (score, calls))| format!("without {mark}{cell}: {name} {score:.3}, {moved}: {calls}"));
    std::iter::once(first).chain(lines).collect::<Vec<_>>().join("\n")
}
