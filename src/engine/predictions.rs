//! Results with their names.

use super::{Outputs, Prepared};
use crate::interpret::deletion::Outcome;
use crate::weights::{ModelCard, architecture::Attends};

/// Predictions of a model for N genes, row-major.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// P(on), `[N]`; calibrated where the card has a calibration.
    pub probability: Vec<f32>,
    /// σ of the log-odds, `[N]`, where `probability` is calibrated; else empty.
    pub probability_raw: Vec<f32>,
    /// Log-odds, `[N]`.
    pub logit: Vec<f32>,
    /// log2((B + 1) / (A + 1)), `[N]`, of models of two cell types; they have no probability and no log-odds.
    pub fold_change: Vec<f32>,
    /// log2(count + 1), `[N]`, of models of level, which have none of the above.
    #[cfg(any(not(target_family = "wasm"), feature = "change"))]
    pub level: Vec<f32>,
    /// log2(A + 1) and log2(B + 1), [N, 2], of models of two cell types that have auxiliary tasks.
    pub expression: Vec<f32>,
    /// α [N, rows, T]; sums to 1 over bins. Empty where the model does not attend to bins.
    pub alpha: Vec<f32>,
    /// β [N, columns]; sums to 1 over marks. Empty where the model does not attend to marks.
    pub beta: Vec<f32>,
    /// α [N, rows, T] of auxiliary encoders that do not decide by themselves.
    pub auxiliary_alpha: Vec<f32>,
    /// Their β [N, rows].
    pub auxiliary_beta: Vec<f32>,
    /// The score of each member, [N, members], where the mean of several models is predicted: log-odds, log2 fold
    /// changes or levels. Empty of one model.
    pub members: Vec<f32>,
}

impl Batch {
    /// The prediction of each gene, `[N]`; empty where the model's outcome is another.
    pub fn predicted(&self, outcome: Outcome) -> &[f32] {
        match outcome {
            Outcome::Probability => &self.probability,
            Outcome::FoldChange => &self.fold_change,
            #[cfg(any(not(target_family = "wasm"), feature = "change"))]
            Outcome::Level => &self.level,
        }
    }

    /// The score that explanations explain: log-odds of *on*, log2 fold changes or levels, `[N]`.
    pub fn score(self, outcome: Outcome) -> Vec<f32> {
        match outcome {
            Outcome::Probability => self.logit,
            Outcome::FoldChange => self.fold_change,
            #[cfg(any(not(target_family = "wasm"), feature = "change"))]
            Outcome::Level => self.level,
        }
    }

    /// The same, whichever the outcome is.
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

    /// No genes yet, with room for the attention of some.
    pub(super) fn with_room(genes: usize, card: &ModelCard, attends: Attends) -> Self {
        Self {
            alpha: Vec::with_capacity(genes * attends.rows(&card.marks).len() * card.bins),
            beta: Vec::with_capacity(genes * attends.columns(&card.marks).len()),
            ..Self::default()
        }
    }

    /// Takes the genes that come after.
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

/// The results of a whole table.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions {
    /// The genes, in the table's order.
    pub genes: Vec<String>,
    /// The model's marks in its order.
    pub marks: Vec<String>,
    /// The names of α's rows: the marks, `all marks`, `A_MARK` and the like, or none.
    pub rows: Vec<String>,
    /// The names of β's columns: the marks, `A_MARK` and the like, or none.
    pub columns: Vec<String>,
    /// The names of the auxiliary rows and columns.
    pub auxiliary: Vec<String>,
    /// T.
    pub bins: usize,
    /// The values, one row a gene.
    pub values: Batch,
}

impl Predictions {
    /// Nothing predicted yet, with room for all genes.
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
