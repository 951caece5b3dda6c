//! Explanations compared with a track that the model has not seen (AttentiveChrome's figure 2b and table 3).
//!
//! ```text
//! profile(e)  = mean over the genes predicted on of what e says of one mark, bin by bin
//! track       = mean of the track over the genes predicted on, or over those labelled on
//! r           = Pearson's correlation of the two over bins
//! ```
//!
//! Only genes that have the track count. [`Signal`](Kind::Signal), [`TssDistance`](Kind::TssDistance) and
//! [`Uniform`](Kind::Uniform) explain nothing: an explanation that does not beat them says no more than the input.

use super::deletion::{Answer, Subject};
use super::maps::ProfileSum;
use super::{Maps, Profile, check_numbers, tss_distance, weigh};
use crate::error::Error;
use crate::metrics::pearson;

/// What says how much each bin counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Attention to bins: the mark's row, or that of all marks together where there is one for all.
    Alpha,
    /// The same times attention to the mark.
    AlphaBeta,
    /// ∂ score(on) / ∂ signal, with its sign.
    Saliency,
    /// Its absolute value, gene by gene.
    AbsoluteSaliency,
    /// The map of class on.
    ClassOptimisation,
    /// The mark's own signal.
    Signal,
    /// Minus the distance from the middle of the window.
    TssDistance,
    /// The same for every bin.
    Uniform,
}

impl Kind {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alpha => "alpha",
            Self::AlphaBeta => "alpha-beta",
            Self::Saliency => "saliency",
            Self::AbsoluteSaliency => "absolute-saliency",
            Self::ClassOptimisation => "class-optimisation",
            Self::Signal => "signal",
            Self::TssDistance => "tss-distance",
            Self::Uniform => "uniform",
        }
    }
}

/// Means over genes of what a model's explanations say of every mark, added up batch by batch.
#[derive(Debug, Clone)]
pub struct Profiles {
    bins: usize,
    marks: usize,
    genes: usize,
    /// Of each kind that differs between genes, a sum for each row: each mark, or all marks together.
    sums: Vec<(Kind, Vec<ProfileSum>)>,
}

/// What one explanation says of a mark.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// Which explanation.
    pub kind: Kind,
    /// Whether it tells marks apart; else it says the same of each.
    pub tells_marks_apart: bool,
    /// The mean over genes.
    pub profile: Profile,
}

impl Profiles {
    /// Nothing yet, of genes of T bins and M marks.
    pub fn new(bins: usize, marks: usize) -> Self {
        Self {
            bins,
            marks,
            genes: 0,
            sums: Vec::new(),
        }
    }

    /// Adds `genes` genes that count, by their values [N, T, M].
    ///
    /// # Errors
    /// [`Error::Explanation`] where the values are not as many, or not finite; those of the model.
    pub async fn add(&mut self, values: &[f32], genes: usize, model: &impl Subject) -> Result<(), Error> {
        let Self { bins, marks, .. } = *self;
        check_numbers("values", values, genes * bins * marks)?;
        if genes == 0 {
            return Ok(());
        }
        let Answer { alpha, beta, .. } = model.answer(values, genes).await?;
        let saliency = model.saliency(values, genes)?;
        let same: fn(f32) -> f32 = |value| value;
        if !alpha.is_empty() {
            let rows = alpha.len() / (genes * bins);
            self.put(Kind::Alpha, Maps::of_attention(&alpha, rows, bins), same);
            if !beta.is_empty() {
                let weighed = weigh(&alpha, &beta, bins);
                self.put(Kind::AlphaBeta, Maps::of_attention(&weighed, rows, bins), same);
            }
        }
        let saliency = Maps::of_signal(&saliency, marks, bins);
        self.put(Kind::Saliency, saliency, same);
        self.put(Kind::AbsoluteSaliency, saliency, f32::abs);
        self.put(Kind::Signal, Maps::of_signal(values, marks, bins), same);
        self.genes += genes;
        Ok(())
    }

    fn put(&mut self, kind: Kind, maps: Maps<'_>, part: fn(f32) -> f32) {
        let place = self.sums.iter().position(|(found, _)| *found == kind);
        let place = place.unwrap_or_else(|| {
            self.sums.push((kind, vec![ProfileSum::new(maps.bins()); maps.rows()]));
            self.sums.len() - 1
        });
        for (row, sum) in self.sums[place].1.iter_mut().enumerate() {
            for gene in 0..maps.genes() {
                sum.add(maps, gene, row, part);
            }
        }
    }

    /// Genes that were added.
    pub fn genes(&self) -> usize {
        self.genes
    }

    /// What each explanation says of a mark, by its number; class optimisation where there is the map of class on
    /// [T, M].
    ///
    /// # Panics
    /// If there is no such mark, or the map is not T x M.
    pub fn explained(&self, mark: usize, class_on: Option<&[f32]>) -> Vec<Explained> {
        let Self { bins, marks, genes, .. } = *self;
        assert!(mark < marks, "one of the marks");
        let some = |mean: Vec<f64>| Profile {
            mean: (genes > 0).then_some(mean),
            genes,
        };
        let summed = |kind: Kind| {
            let (_, rows) = self.sums.iter().find(|(found, _)| *found == kind)?;
            let row = &rows[mark.min(rows.len() - 1)];
            Some((kind, rows.len() > 1, row.profile()))
        };
        let class = class_on.map(|map| {
            let map = Maps::of_signal(map, marks, bins);
            let mean = (0..bins).map(|bin| f64::from(map.at(0, mark, bin))).collect();
            (Kind::ClassOptimisation, marks > 1, some(mean))
        });
        let references = [
            (Kind::TssDistance, false, some(tss_distance(bins))),
            (Kind::Uniform, false, some(vec![1.0 / bins as f64; bins])),
        ];
        let model = [Kind::Alpha, Kind::AlphaBeta, Kind::Saliency, Kind::AbsoluteSaliency].map(summed);
        let all = model
            .into_iter()
            .chain([class, summed(Kind::Signal)])
            .flatten()
            .chain(references);
        all.map(|(kind, tells_marks_apart, profile)| Explained {
            kind,
            tells_marks_apart,
            profile,
        })
        .collect()
    }
}

impl Profile {
    /// Pearson's correlation with another over bins; `None` where either has no gene or is the same in every bin.
    pub fn correlation(&self, other: &Self) -> Option<f64> {
        pearson(self.mean.as_deref()?, other.mean.as_deref()?)
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;

    /// Looks at the signal itself: α is the share of the mark's signal, the slope is minus it.
    struct Looks {
        beta: Vec<f32>,
    }

    impl Subject for Looks {
        async fn answer(&self, values: &[f32], genes: usize) -> Result<Answer, Error> {
            let alpha = values
                .chunks_exact(4)
                .flat_map(|gene| [gene[0], gene[2], gene[1], gene[3]])
                .collect();
            Ok(Answer {
                probability: vec![1.0; genes],
                alpha,
                beta: self.beta.repeat(genes),
            })
        }

        fn units(&self) -> Vec<f32> {
            vec![1.0; 2]
        }

        fn saliency(&self, values: &[f32], _: usize) -> Result<Vec<f32>, Error> {
            Ok(values.iter().map(|value| -value).collect())
        }
    }

    /// Two bins of two marks.
    fn of(batches: &[&[f32]], beta: &[f32]) -> Profiles {
        let mut profiles = Profiles::new(2, 2);
        let model = Looks { beta: beta.to_vec() };
        for values in batches {
            let added = std::pin::pin!(profiles.add(values, values.len() / 4, &model));
            match added.poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(added) => added.expect("genes"),
                Poll::Pending => panic!("it does not wait"),
            }
        }
        profiles
    }

    const A: [f32; 4] = [1.0, 10.0, 2.0, 20.0];
    const B: [f32; 4] = [3.0, 30.0, 6.0, 0.0];

    #[test]
    fn profiles_are_means_over_genes_in_any_batches() {
        let apart = of(&[&A, &B], &[0.5, 0.25]).explained(1, Some(&[0.0, 0.5, 0.0, 1.0]));
        let together = of(&[&[A, B].concat()], &[0.5, 0.25]).explained(1, Some(&[0.0, 0.5, 0.0, 1.0]));
        assert_eq!(apart, together);
        let means: Vec<_> = apart
            .iter()
            .map(|found| {
                (
                    found.kind.name(),
                    found.tells_marks_apart,
                    found.profile.mean.clone().expect("genes"),
                )
            })
            .collect();
        let expected = [
            ("alpha", true, vec![20.0, 10.0]),
            ("alpha-beta", true, vec![5.0, 2.5]),
            ("saliency", true, vec![-20.0, -10.0]),
            ("absolute-saliency", true, vec![20.0, 10.0]),
            ("class-optimisation", true, vec![0.5, 1.0]),
            ("signal", true, vec![20.0, 10.0]),
            ("tss-distance", false, vec![-0.5, -0.5]),
            ("uniform", false, vec![0.5, 0.5]),
        ];
        assert_eq!(means, expected);
    }

    #[test]
    fn what_a_model_does_not_attend_to_is_left_out_and_no_genes_give_no_mean() {
        let kinds = |profiles: &Profiles| -> Vec<&str> {
            let found = profiles.explained(0, None);
            found.iter().map(|found| found.kind.name()).collect()
        };
        assert!(!kinds(&of(&[&A], &[])).contains(&"alpha-beta"));
        let none = of(&[], &[]);
        assert_eq!(kinds(&none), ["tss-distance", "uniform"]);
        assert!(none.explained(0, None).iter().all(|found| found.profile.mean.is_none()));
    }

    #[test]
    fn a_profile_is_correlated_with_a_track_where_both_vary() {
        let found = of(&[&A, &B], &[]).explained(1, None);
        let track = Profile {
            mean: Some(vec![4.0, 1.0]),
            genes: 2,
        };
        let r: Vec<_> = found.iter().map(|found| found.profile.correlation(&track)).collect();
        assert_eq!(r, [Some(1.0), Some(-1.0), Some(1.0), Some(1.0), None, None]);
        let none = Profile { mean: None, genes: 0 };
        assert_eq!(found[0].profile.correlation(&none), None);
    }
}
