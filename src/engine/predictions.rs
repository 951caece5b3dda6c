//! Results with their names.

use super::Prepared;
use crate::weights::{ModelCard, architecture::Attends};

/// What a model says of N genes, row-major.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// P(on), `[N]`.
    pub probability: Vec<f32>,
    /// Log-odds, `[N]`.
    pub logit: Vec<f32>,
    /// α [N, rows, T]; sums to 1 over bins. Empty where the model does not attend to bins.
    pub alpha: Vec<f32>,
    /// β [N, M]; sums to 1 over marks. Empty where the model does not attend to marks.
    pub beta: Vec<f32>,
}

impl Batch {
    /// No genes yet, with room for some.
    pub(super) fn with_room(genes: usize, card: &ModelCard, attends: Attends) -> Self {
        let marks = if attends.marks { card.marks.len() } else { 0 };
        let rows = attends.bins.rows(&card.marks).len();
        Self {
            probability: Vec::with_capacity(genes),
            logit: Vec::with_capacity(genes),
            alpha: Vec::with_capacity(genes * rows * card.bins),
            beta: Vec::with_capacity(genes * marks),
        }
    }

    /// Takes the genes that come after.
    pub(super) fn append(&mut self, next: Self) {
        self.probability.extend(next.probability);
        self.logit.extend(next.logit);
        self.alpha.extend(next.alpha);
        self.beta.extend(next.beta);
    }
}

/// The results of a whole table.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions {
    /// The genes, in the table's order.
    pub genes: Vec<String>,
    /// The model's marks in its order; β, where there is one, has a column for each.
    pub marks: Vec<String>,
    /// The names of α's rows: the marks, `all marks`, or none.
    pub rows: Vec<String>,
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
            rows: attends.bins.rows(&card.marks),
            bins: card.bins,
            values: Batch::with_room(prepared.genes(), card, attends),
        }
    }
}
