//! Results of a model, by name.

use super::{Outputs, Prepared};
use crate::interpret::deletion::Outcome;
use crate::weights::{ModelCard, architecture::Attends};

/// Predictions of a model for N genes, row-major.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// P(on), `[N]`; calibrated if the card has a calibration.
    pub probability: Vec<f32>,
    /// σ(log-odds), `[N]`, if `probability` is calibrated; else empty.
    pub probability_raw: Vec<f32>,
    /// Log-odds, `[N]`.
    pub logit: Vec<f32>,
    /// log2((B + 1) / (A + 1)), `[N]`, for models of change, which have no probability and no log-odds.
    pub fold_change: Vec<f32>,
    /// log2(count + 1), `[N]`, for models of level, which have none of the above.
    #[cfg(any(not(target_family = "wasm"), feature = "change"))]
    pub level: Vec<f32>,
    /// log2(A + 1) and log2(B + 1), [N, 2], for models of change with auxiliary tasks.
    pub expression: Vec<f32>,
    /// α [N, rows, T]; sums to 1 over bins. Empty for models without attention to bins.
    pub alpha: Vec<f32>,
    /// β [N, columns]; sums to 1 over marks. Empty for models without attention to marks.
    pub beta: Vec<f32>,
    /// α [N, rows, T] of auxiliary encoders that do not feed the prediction by themselves.
    pub auxiliary_alpha: Vec<f32>,
    /// Their β [N, rows].
    pub auxiliary_beta: Vec<f32>,
    /// Scores of an ensemble's members, [N, members]: log-odds, log2 fold changes or levels. Empty for a single model.
    pub members: Vec<f32>,
}

impl Batch {
    /// The prediction of each gene, `[N]`; empty if the model has another outcome.
    pub fn predicted(&self, outcome: Outcome) -> &[f32] {
        match outcome {
            Outcome::Probability => &self.probability,
            Outcome::FoldChange => &self.fold_change,
            #[cfg(any(not(target_family = "wasm"), feature = "change"))]
            Outcome::Level => &self.level,
        }
    }

    /// The explained score: log-odds of *on*, log2 fold changes or levels, `[N]`.
    pub fn score(self, outcome: Outcome) -> Vec<f32> {
        match outcome {
            Outcome::Probability => self.logit,
            Outcome::FoldChange => self.fold_change,
            #[cfg(any(not(target_family = "wasm"), feature = "change"))]
            Outcome::Level => self.level,
        }
    }

    /// The same for any outcome.
    #[cfg(any(not(target_family = "wasm"), feature = "change"))]
    pub(super) fn scored(&self) -> &[f32] {
        let changes = [&self.logit, &self.fold_change].into_iter();
        #[cfg(any(not(target_family = "wasm"), feature = "change"))]
        let changes = changes.chain([&self.level]);
        changes
            .into_iter()
            .find(|scores| !scores.is_empty())
            .map_or(&[], Vec::as_slice)
    }

    /// No genes yet, with capacity for the attention of `genes`.
    pub(super) fn with_room(genes: usize, card: &ModelCard, attends: Attends) -> Self {
        Self {
            alpha: Vec::with_capacity(genes * attends.rows(&card.marks).len() * card.bins),
            beta: Vec::with_capacity(genes * attends.columns(&card.marks).len()),
            ..Self::default()
        }
    }

    /// Appends further genes.
    pub(super) fn append(&mut self, next: Self) {
        self.probability.extend(next.probability);
        self.probability_raw.extend(next.probability_raw);
        self.logit.extend(next.logit);
        self.fold_change.extend(next.fold_change);
        #[cfg(any(not(target_family = "wasm"), feature = "change"))]
        self.level.extend(next.level);
        self.expression.extend(next.expression);
        self.alpha.extend(next.alpha);
        self.beta.extend(next.beta);
        self.auxiliary_alpha.extend(next.auxiliary_alpha);
        self.auxiliary_beta.extend(next.auxiliary_beta);
        self.members.extend(next.members);
    }
}

impl Outputs for Batch {
    fn outputs(&self) -> Vec<(String, &[f32])> {
        [
            ("probability", &self.probability),
            ("raw probability", &self.probability_raw),
            ("logit", &self.logit),
            ("fold change", &self.fold_change),
            #[cfg(any(not(target_family = "wasm"), feature = "change"))]
            ("level", &self.level),
            ("expression", &self.expression),
            ("alpha", &self.alpha),
            ("beta", &self.beta),
            ("auxiliary alpha", &self.auxiliary_alpha),
            ("auxiliary beta", &self.auxiliary_beta),
            ("members", &self.members),
        ]
        .map(|(name, values)| (name.to_owned(), values.as_slice()))
        .to_vec()
    }
}

/// Results of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions {
    /// The genes, in the order of the table.
    pub genes: Vec<String>,
    /// The marks, in the order of the model.
    pub marks: Vec<String>,
    /// The names of α's rows: the marks, `all marks`, `A_MARK` and the like, or none.
    pub rows: Vec<String>,
    /// The names of β's columns: the marks, `A_MARK` and the like, or none.
    pub columns: Vec<String>,
    /// The names of the auxiliary rows and columns.
    pub auxiliary: Vec<String>,
    /// T.
    pub bins: usize,
    /// The values, one row per gene.
    pub values: Batch,
}

impl Predictions {
    /// No results yet, with capacity for all genes.
    pub(super) fn new(card: &ModelCard, prepared: &Prepared, attends: Attends) -> Self {
        Self {
            genes: prepared.names().to_vec(),
            marks: card.marks.clone(),
            rows: attends.rows(&card.marks),
            columns: attends.columns(&card.marks),
            auxiliary: attends.auxiliary(&card.marks),
            bins: card.bins,
            values: Batch::with_room(prepared.genes(), card, attends),
        }
    }
}
