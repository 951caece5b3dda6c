//! `regulens evaluate`: how well a model ranks genes that are on above genes that are off, or predicts changes or
//! tracks.

use std::path::{Path, PathBuf};

use clap::Args;
use regulens::engine::{DeviceKind, PrepareOptions};
use regulens::input::{expression_of_pair, log2_fold_change};
use regulens::task::Score;
use regulens::task::change::ChangeScore;
use regulens::task::on_off::OnOffScore;

use super::error::CliError;
use super::evaluate_tracks::{self, TrackArgs};
use super::pairs::{self, Tables};
use super::runner::Runner;
use super::signal::tell_deviations;
use super::signal::{LabelArgs, select_bins, tell_notes};
use super::threads::ThreadArgs;
use super::{files, interrupt, output, scores};

/// What to evaluate.
#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// The model file
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Signal of the genes, plain or gzipped; for a model of change two tables, A and B; for a model of sequences the
    /// folder that `regulens prepare tracks` wrote
    #[arg(long, value_name = "FILE", num_args = 1..=2, required = true)]
    input: Vec<PathBuf>,
    #[command(flatten)]
    labels: LabelArgs,
    #[command(flatten)]
    tracks: TrackArgs,
    /// Print one JSON object: n, auroc, auprc; for a model of change n, pearson, spearman, r2, mse, sign_accuracy; for
    /// a model of sequences n, loss, the means of pearson, log_pearson and r2, per_assay and per_track
    #[arg(long)]
    json: bool,
    /// Where to compute: cpu, wgpu or cuda
    #[arg(long, default_value_t = DeviceKind::Cpu)]
    device: DeviceKind,
    #[command(flatten)]
    threads: ThreadArgs,
}

/// Evaluates, and prints the scores.
pub fn run(args: &EvaluateArgs) -> Result<(), CliError> {
    interrupt::watch();
    args.threads.apply()?;
    let model = files::model(&args.model)?;
    if model.card.takes_sequences() {
        let [folder] = args.input.as_slice() else {
            return Err(CliError::Usage(format!(
                "{} takes one folder; found {}",
                model.card.name,
                args.input.len()
            )));
        };
        let evaluation = evaluate_tracks::measure(model, folder, &args.tracks, args.device)?;
        return if args.json {
            output::print_json(&evaluation)
        } else {
            output::print(&evaluation.text())
        };
    }
    let mut runner = Runner::new(model, args.device)?;
    if runner.engine().card().conditions() == 2 {
        let score = measure_change(&mut runner, &args.input, &args.labels)?;
        return if args.json {
            output::print_json(&score)
        } else {
            output::print(&change_text(&score))
        };
    }
    let [input] = args.input.as_slice() else {
        return Err(CliError::Usage(format!(
            "{} takes one table; found {}",
            runner.engine().card().name,
            args.input.len()
        )));
    };
    let score = measure(&mut runner, input, &args.labels)?;
    if args.json {
        return output::print_json(&score);
    }
    output::print(&scores::lines("genes", score.n, score.columns(), &[]))
}

/// Runs a model on the genes of a table, and scores how it ranks them.
pub(super) fn measure(runner: &mut Runner, input: &Path, labels: &LabelArgs) -> Result<OnOffScore, CliError> {
    let expression = labels.expression()?;
    let table = labels.table(input, expression.as_ref())?;
    let prepared = runner.engine().prepare(&table, &PrepareOptions::default())?;
    tell_notes(&table);
    tell_deviations(&table, runner.engine().card());

    let labels = prepared.labels().expect("the table has labels");
    // Log-odds rank as probabilities do, and do not run into 1.
    let logit = runner.predict(&prepared)?.values.logit;
    OnOffScore::of(&logit, labels).ok_or_else(|| CliError::File {
        file: table.file.clone(),
        problem:
            "the model gives a log-odds that is no number for some of its genes. Check the table for extreme values."
                .to_owned(),
    })
}

/// Runs a model of a change on the genes of two tables, and scores its predictions.
pub(super) fn measure_change(
    runner: &mut Runner,
    input: &[PathBuf],
    labels: &LabelArgs,
) -> Result<ChangeScore, CliError> {
    let [a, b] = input else {
        return Err(CliError::Usage(format!(
            "{} takes two tables: --input A B; found {}",
            runner.engine().card().name,
            input.len()
        )));
    };
    let [expression_a, expression_b] = labels.expression_pair()?;
    let read = |path: &Path| select_bins(files::table(path)?, labels.bins());
    let tables = Tables::read(a, Some(b), read)?;
    let prepared = tables.prepare(runner.engine())?;
    tables.tell(runner.engine().card());
    pairs::tell_unmatched(&tables, &prepared);
    let measured = expression_of_pair(&tables.a.file, prepared.names(), &expression_a, &expression_b)?;
    let measured: Vec<f64> = measured.into_iter().map(log2_fold_change).collect();
    let predicted = runner.predict(&prepared)?.values.fold_change;
    let predicted: Vec<f64> = predicted.into_iter().map(f64::from).collect();
    ChangeScore::of(&predicted, &measured).ok_or_else(|| CliError::File {
        file: tables.a.file,
        problem: "the predictions or the measured changes of its genes have no spread, so that no correlation exists. \
            Give more genes."
            .to_owned(),
    })
}

/// The scores as text; of the share of signs, which genes it covers.
fn change_text(score: &ChangeScore) -> String {
    let figures = ChangeScore {
        sign_accuracy: None,
        ..*score
    };
    let sign = score.sign_accuracy.map_or_else(
        || "no gene changes by more than 1".to_owned(),
        |share| format!("{share:.4} of genes whose |log2 fold change| is above 1"),
    );
    scores::lines("genes", score.n, figures.columns(), &[("sign", sign)])
}
