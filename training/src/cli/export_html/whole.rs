//! The run that the genes of a page are a part of.

use regulens::engine::Predictions;
use regulens::interpret::AttentionSummary;
use regulens::interpret::change::{CHANGED_MOST, Directions, mean_weight, reached_by};
use regulens::interpret::deletion::{Outcome, THRESHOLD};
use regulens::metrics;
use regulens::page::{Block, ColumnWeights, DirectionWeights, MeanAttention, Weight, WholeRun, whole_run};

/// The block of its predictions.
const BLOCK: &str = "run";

/// A prediction, for people.
pub fn called(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Probability => "P(on)",
        Outcome::FoldChange => "log2 fold change",
        Outcome::Level => "level",
    }
}

/// Values that order the genes: the logit still tells apart what float32 rounds to 1.
pub fn ranked_by(run: &Predictions, outcome: Outcome) -> &[f32] {
    match outcome {
        Outcome::Probability => &run.values.logit,
        Outcome::FoldChange => &run.values.fold_change,
        Outcome::Level => &run.values.level,
    }
}

/// Builds a page's summary of the whole run, and the block of its predictions; `chosen` is the part that the page has.
pub fn told(run: &Predictions, labels: Option<&[bool]>, outcome: Outcome, chosen: String) -> (WholeRun, Block) {
    let predicted = run.values.predicted(outcome);
    let (column, labels) = match outcome {
        Outcome::Probability => ("probability", labels),
        Outcome::FoldChange => ("fold_change", None),
        Outcome::Level => ("level", None),
    };
    let block = Block::new(BLOCK, whole_run(column, predicted, labels).as_bytes());
    let whole = WholeRun {
        genes: predicted.len(),
        chosen,
        block: BLOCK.to_owned(),
        auroc: labels.and_then(|labels| metrics::auroc(predicted, labels)),
        attention: (outcome == Outcome::Probability && !run.rows.is_empty()).then(|| attention(run)),
        measured: None,
        pearson: None,
        weights: (outcome == Outcome::FoldChange && !run.columns.is_empty()).then(|| weights(run)),
        levels: None,
    };
    (whole, block)
}

fn attention(run: &Predictions) -> MeanAttention {
    let mut summary = AttentionSummary::new(run.rows.len(), run.bins, THRESHOLD);
    summary.add(&run.values.probability, &run.values.alpha);
    let means = summary.finish();
    MeanAttention {
        on: means.on,
        off: means.off,
        genes_on: means.genes_on,
        genes_off: means.genes_off,
    }
}

fn weights(run: &Predictions) -> DirectionWeights {
    let (change, columns) = (&run.values.fold_change, run.columns.len());
    let threshold = reached_by(CHANGED_MOST, change);
    let Directions { up, down } = Directions::new(change, threshold);
    let weight = |column: usize, genes: &[usize]| {
        let [mean, deviation] = mean_weight(&run.values.beta, columns, column, genes);
        (!mean.is_nan()).then(|| Weight {
            mean,
            deviation: (!deviation.is_nan()).then_some(deviation),
        })
    };
    DirectionWeights {
        by_measured: false,
        threshold,
        up: up.len(),
        down: down.len(),
        columns: (0..columns)
            .map(|column| ColumnWeights {
                up: weight(column, &up),
                down: weight(column, &down),
            })
            .collect(),
    }
}
