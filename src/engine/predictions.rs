//! Results with their names.

use super::Prepared;
use crate::weights::ModelCard;

/// What a model says of N genes, row-major.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// P(on), `[N]`.
    pub probability: Vec<f32>,
    /// Log-odds, `[N]`.
    pub logit: Vec<f32>,
    /// α [N, M, T]; sums to 1 over bins.
    pub alpha: Vec<f32>,
    /// β [N, M]; sums to 1 over marks.
    pub beta: Vec<f32>,
}

impl Batch {
    /// No genes yet, with room for some.
    pub(super) fn with_room(genes: usize, card: &ModelCard) -> Self {
        let (marks, bins) = (card.marks.len(), card.bins);
        Self {
            probability: Vec::with_capacity(genes),
            logit: Vec::with_capacity(genes),
            alpha: Vec::with_capacity(genes * marks * bins),
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
    /// The marks that α and β have a row for, in the model's order.
    pub marks: Vec<String>,
    /// T.
    pub bins: usize,
    /// The values, one row a gene.
    pub values: Batch,
}

impl Predictions {
    /// Nothing predicted yet, with room for all genes.
    pub(super) fn new(card: &ModelCard, prepared: &Prepared) -> Self {
        Self {
            genes: prepared.names().to_vec(),
            marks: card.marks.clone(),
            bins: card.bins,
            values: Batch::with_room(prepared.genes(), card),
        }
    }
}
