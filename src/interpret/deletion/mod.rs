//! Deletion test: how much the prediction depends on the bins that an explanation ranks highest.
//!
//! The bins of a gene are replaced in the order of their importance, most important first, all marks of a bin together,
//! and the model predicts again:
//!
//! ```text
//! c         the class predicted for the whole gene: on where P(on) ≥ ½
//! change(k) = P(c | nothing replaced) - P(c | the k most important bins replaced)
//!             of a change: log2 fold changes in place of P, their sign reversed where the whole gene's is below 0
//!             of a level: levels in place of P, whatever the gene's
//! area      = ∫ change df / f_max       f = k / T, from 0 to the largest k asked for, by trapezoids
//! ```
//!
//! The area is the mean change along the curve: larger the earlier the probability falls, 0 if the replaced bins do not
//! matter, negative if the model became more certain. Areas are comparable between explanations of the same genes with
//! the same settings, and only meaningful against [`random`](super::importance::random): replaced bins look unlike any
//! gene, which changes predictions by itself.
//!
//! A gene's curves depend on the gene, the model and the settings, not on other genes: a table, a part of it and a
//! single gene give the same numbers.

mod bases;
mod comparison;
mod curves;
mod settings;
mod tested;

pub use bases::{
    BaseDeletionTest, BaseExplanation, PER_MILLE, PlantedRecord, REPLACEMENTS, TestedWindow, motif_scores,
    random_bases, received, window_name,
};
pub use comparison::{Answer, DeletionTest, Subject};
pub use curves::{DeletionCurves, deletion};
pub use settings::{DeletionSettings, PERCENT};
pub use tested::{MeanDeletion, TestedExplanation, Verdict};

/// The probability at and above which a gene is predicted on.
pub const THRESHOLD: f32 = 0.5;

/// Quantity that a model predicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outcome {
    /// P(on).
    #[default]
    Probability,
    /// A log2 fold change.
    FoldChange,
    /// A level, log2(count + 1).
    #[cfg(any(not(target_family = "wasm"), feature = "change"))]
    Level,
}

impl Outcome {
    /// Name of its column in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Probability => "probability",
            Self::FoldChange => "log2_fold_change",
            #[cfg(any(not(target_family = "wasm"), feature = "change"))]
            Self::Level => "level",
        }
    }

    /// Name of the explained score: the log-odds for a probability.
    pub const fn score_name(self) -> &'static str {
        match self {
            Self::Probability => "logit",
            Self::FoldChange => "log2_fold_change",
            #[cfg(any(not(target_family = "wasm"), feature = "change"))]
            Self::Level => "level",
        }
    }

    /// Value at and above which a gene is *on*, or *higher*. Levels have one class: the test measures by how much they
    /// fall.
    pub fn threshold(self) -> f32 {
        match self {
            Self::Probability => THRESHOLD,
            Self::FoldChange => 0.0,
            #[cfg(any(not(target_family = "wasm"), feature = "change"))]
            Self::Level => f32::NEG_INFINITY,
        }
    }
}

/// Ranking of bins. [`Signal`](Self::Signal) and [`Random`](Self::Random) do not depend on the model: a meaningful
/// explanation must do better than the size of the signal, and than chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Explanation {
    /// [`importance::attention`](super::importance::attention), for models that attend to bins.
    Attention,
    /// Absolute values of the saliency map, summed over marks.
    Saliency,
    /// The class optimisation map of the predicted class, if there are maps; summed over marks.
    ClassOptimisation,
    /// Contributions to the predicted class by an [attribution](super::attribution), summed over marks; if the
    /// [`Subject`] supports it.
    GradientXInput,
    /// As [`GradientXInput`](Self::GradientXInput).
    IntegratedGradients,
    /// As [`GradientXInput`](Self::GradientXInput), for whole bins.
    Occlusion,
    /// [`importance::signal`](super::importance::signal), in units of each mark's mean in the model's training data.
    Signal,
    /// Random numbers for each gene and order.
    Random,
}

impl Explanation {
    /// All but attributions, in the order in which they are tested.
    pub const ALL: [Self; 5] = [
        Self::Attention,
        Self::Saliency,
        Self::ClassOptimisation,
        Self::Signal,
        Self::Random,
    ];

    /// All, with attributions.
    pub const WITH_ATTRIBUTIONS: [Self; 8] = [
        Self::Attention,
        Self::Saliency,
        Self::GradientXInput,
        Self::IntegratedGradients,
        Self::Occlusion,
        Self::ClassOptimisation,
        Self::Signal,
        Self::Random,
    ];
}

/// A known function to test, and genes for it.
#[cfg(test)]
mod known {
    use super::super::random::Random;

    pub const BINS: usize = 20;
    pub const MARKS: usize = 2;
    /// Where the known function looks.
    pub const PLANTED: [usize; 3] = [4, 5, 11];

    /// P(on) by a known function: the first mark's signal in the planted bins, and nothing else.
    pub fn known(values: &[f32]) -> Vec<f32> {
        let genes = values.chunks_exact(BINS * MARKS);
        genes
            .map(|gene| {
                let signal: f32 = PLANTED.iter().map(|bin| gene[bin * MARKS]).sum();
                1.0 / (1.0 + (3.0 - signal).exp())
            })
            .collect()
    }

    /// Genes of which the even ones have signal in the planted bins, over a background everywhere. All have more of it
    /// where the known function does not look.
    pub fn genes(count: usize) -> Vec<f32> {
        let mut random = Random::new(5);
        let mut values = Vec::new();
        for gene in 0..count {
            for bin in 0..BINS {
                let strong = match bin {
                    14..18 => 6.0,
                    _ if gene % 2 == 0 && PLANTED.contains(&bin) => 3.0,
                    _ => 0.0,
                };
                values.push(random.uniform() * 0.2 + strong);
                values.push(random.uniform() * 9.0);
            }
        }
        values
    }

    /// The genes' ids.
    pub fn ids(count: usize) -> Vec<String> {
        (0..count).map(|gene| format!("GENE{gene}")).collect()
    }

    /// 1 for the planted bins of every gene, else 0.
    pub fn truth(genes: usize) -> Vec<f32> {
        let bins = (0..BINS).map(|bin| f32::from(u8::from(PLANTED.contains(&bin))));
        bins.collect::<Vec<f32>>().repeat(genes)
    }

    /// Runs a test that has nothing to wait for, and returns its result.
    pub fn at_once<T>(test: impl Future<Output = T>) -> T {
        use std::task::{Context, Poll, Waker};
        match std::pin::pin!(test).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(found) => found,
            Poll::Pending => panic!("a known function does not wait"),
        }
    }
}
