//! Comparison of explanations with a track that the model has not seen (figure 2b and table 3 of AttentiveChrome).
//!
//! ```text
//! profile(e)  = mean over the genes predicted on of what e says of one mark, bin by bin
//! track       = mean of the track over the genes predicted on, or over those labelled on
//! r           = Pearson's correlation of the two over bins
//! ```
//!
//! Only genes with the track count. [`Signal`](Kind::Signal), [`Difference`](Kind::Difference),
//! [`TssDistance`](Kind::TssDistance) and [`Uniform`](Kind::Uniform) do not depend on the model: an explanation must
//! correlate better than these.
//!
//! For a model of change, the genes are those predicted higher in B, or those predicted higher in A. An explanation is
//! of one mark in one cell type, and the track is from that cell type.

use super::attribution::{Shape, other_cell_type};
use super::class_optimisation::Class;
use super::deletion::{Answer, Subject};
use super::maps::ProfileSum;
use super::{Maps, Profile, check_numbers, tss_distance, weigh};
use crate::error::Error;
use crate::metrics::pearson;

/// Measure of a bin's importance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Attention to bins: the mark's row, or the common row of all marks.
    Alpha,
    /// Attention to bins times attention to the mark.
    AlphaBeta,
    /// ∂ score(class) / ∂ signal, signed.
    Saliency,
    /// Its absolute value, per gene.
    AbsoluteSaliency,
    /// The class optimisation map.
    ClassOptimisation,
    /// The mark's own signal.
    Signal,
    /// The mark's signal minus that of the other cell type.
    Difference,
    /// Minus the distance from the centre of the window.
    TssDistance,
    /// The same for every bin.
    Uniform,
}

impl Kind {
    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alpha => "alpha",
            Self::AlphaBeta => "alpha-beta",
            Self::Saliency => "saliency",
            Self::AbsoluteSaliency => "absolute-saliency",
            Self::ClassOptimisation => "class-optimisation",
            Self::Signal => "signal",
            Self::Difference => "difference",
            Self::TssDistance => "tss-distance",
            Self::Uniform => "uniform",
        }
    }
}

/// Parts of the input that an explanation distinguishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apart {
    /// None: all marks have the same importance.
    Nothing,
    /// Marks, equal in both cell types.
    Marks,
    /// Columns of the input: each mark in each cell type.
    Columns,
}

/// Means over genes of one class of each explanation of every column, accumulated batch by batch.
#[derive(Debug, Clone)]
pub struct Profiles {
    shape: Shape,
    class: Class,
    /// For each column, the row of α that attends to it.
    rows: Vec<usize>,
    genes: usize,
    /// Sums of each kind that differs between genes, one per row.
    sums: Vec<(Kind, Vec<ProfileSum>)>,
}

/// Profile of a column by one explanation.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The explanation.
    pub kind: Kind,
    /// Parts of the input that it distinguishes.
    pub apart: Apart,
    /// The mean over genes.
    pub profile: Profile,
}

impl Profiles {
    /// No genes yet. Genes have this shape and are predicted to be of `class`; `rows` has for each column the row of α
    /// that attends to it.
    ///
    /// # Panics
    /// If `rows` does not have one row per column.
    pub fn new(shape: Shape, class: Class, rows: Vec<usize>) -> Self {
        assert_eq!(rows.len(), shape.columns(), "a row for each column");
        Self {
            shape,
            class,
            rows,
            genes: 0,
            sums: Vec::new(),
        }
    }

    /// Adds `genes` genes of the class, with values [N, T, columns].
    ///
    /// # Errors
    /// [`Error::Explanation`] if the values are incomplete or not finite; errors of the model.
    pub async fn add(&mut self, values: &[f32], genes: usize, model: &impl Subject) -> Result<(), Error> {
        let Shape { bins, marks, .. } = self.shape;
        let columns = self.shape.columns();
        check_numbers("values", values, genes * bins * columns)?;
        if genes == 0 {
            return Ok(());
        }
        let Answer { alpha, beta, .. } = model.answer(values, genes).await?;
        let saliency = model.saliency(values, genes)?;
        let same: fn(f32) -> f32 = |value| value;
        let towards: fn(f32) -> f32 = match self.class {
            Class::High => same,
            Class::Low => |value| -value,
        };
        if !alpha.is_empty() {
            let rows = alpha.len() / (genes * bins);
            self.put(Kind::Alpha, Maps::of_attention(&alpha, rows, bins), same);
            if !beta.is_empty() {
                let weighed = weigh(&alpha, &beta, bins);
                self.put(Kind::AlphaBeta, Maps::of_attention(&weighed, rows, bins), same);
            }
        }
        let saliency = Maps::of_signal(&saliency, columns, bins);
        self.put(Kind::Saliency, saliency, towards);
        self.put(Kind::AbsoluteSaliency, saliency, f32::abs);
        self.put(Kind::Signal, Maps::of_signal(values, columns, bins), same);
        if self.shape.cell_types == 2 {
            let other = other_cell_type(values, marks);
            let less: Vec<f32> = values.iter().zip(other).map(|(own, other)| own - other).collect();
            self.put(Kind::Difference, Maps::of_signal(&less, columns, bins), same);
        }
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

    /// Number of genes.
    pub fn genes(&self) -> usize {
        self.genes
    }

    /// The profile of a column by each explanation. Columns are marks, those of A and then those of B with two cell
    /// types. Class optimisation is included if its map [T, columns] is given.
    ///
    /// # Panics
    /// If the column is out of bounds, or the map is not T x columns.
    pub fn explained(&self, column: usize, class: Option<&[f32]>) -> Vec<Explained> {
        let (bins, columns, genes) = (self.shape.bins, self.shape.columns(), self.genes);
        assert!(column < columns, "one of the columns");
        let some = |mean: Vec<f64>| Profile {
            mean: (genes > 0).then_some(mean),
            genes,
        };
        let each = if columns > 1 { Apart::Columns } else { Apart::Nothing };
        let summed = |kind: Kind| {
            let (_, sums) = self.sums.iter().find(|(found, _)| *found == kind)?;
            let (row, apart) = match kind {
                Kind::Alpha | Kind::AlphaBeta => (self.rows[column], self.apart(column)),
                _ => (column, each),
            };
            Some((kind, apart, sums[row].profile()))
        };
        let class = class.map(|map| {
            let map = Maps::of_signal(map, columns, bins);
            let mean = (0..bins).map(|bin| f64::from(map.at(0, column, bin))).collect();
            (Kind::ClassOptimisation, each, some(mean))
        });
        let references = [
            (Kind::TssDistance, Apart::Nothing, some(tss_distance(bins))),
            (Kind::Uniform, Apart::Nothing, some(vec![1.0 / bins as f64; bins])),
        ];
        let model = [Kind::Alpha, Kind::AlphaBeta, Kind::Saliency, Kind::AbsoluteSaliency].map(summed);
        let all = model
            .into_iter()
            .chain([class, summed(Kind::Signal), summed(Kind::Difference)])
            .flatten()
            .chain(references);
        all.map(|(kind, apart, profile)| Explained { kind, apart, profile })
            .collect()
    }

    /// Parts of the input that α distinguishes.
    fn apart(&self, column: usize) -> Apart {
        let (rows, marks) = (&self.rows, self.shape.marks);
        let other = (column + marks) % rows.len();
        if rows.iter().all(|row| *row == rows[0]) {
            Apart::Nothing
        } else if other != column && rows[other] == rows[column] {
            Apart::Marks
        } else {
            Apart::Columns
        }
    }
}

impl Profile {
    /// Pearson correlation with another profile over bins; `None` if either has no genes or is constant.
    pub fn correlation(&self, other: &Self) -> Option<f64> {
        pearson(self.mean.as_deref()?, other.mean.as_deref()?)
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::task::Contrast;

    /// Looks at the signal itself: α is the share of the mark's signal, the slope is minus it.
    struct Looks {
        beta: Vec<f32>,
    }

    impl Subject for Looks {
        async fn baseline(&self, _: Contrast, values: &[f32], _: usize) -> Result<Vec<f32>, Error> {
            Ok(vec![0.0; values.len()])
        }

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

        fn rows(&self) -> Vec<usize> {
            vec![0, 1]
        }

        fn saliency(&self, values: &[f32], _: usize) -> Result<Vec<f32>, Error> {
            Ok(values.iter().map(|value| -value).collect())
        }
    }

    /// Two bins of two marks.
    fn of(batches: &[&[f32]], beta: &[f32]) -> Profiles {
        of_class(batches, beta, Class::High, vec![0, 1], 1)
    }

    /// Two columns: two marks, or one in two cell types.
    fn of_class(batches: &[&[f32]], beta: &[f32], class: Class, rows: Vec<usize>, cell_types: usize) -> Profiles {
        let shape = Shape {
            bins: 2,
            marks: 2 / cell_types,
            cell_types,
        };
        let mut profiles = Profiles::new(shape, class, rows);
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
                    found.apart,
                    found.profile.mean.clone().expect("genes"),
                )
            })
            .collect();
        let expected = [
            ("alpha", Apart::Columns, vec![20.0, 10.0]),
            ("alpha-beta", Apart::Columns, vec![5.0, 2.5]),
            ("saliency", Apart::Columns, vec![-20.0, -10.0]),
            ("absolute-saliency", Apart::Columns, vec![20.0, 10.0]),
            ("class-optimisation", Apart::Columns, vec![0.5, 1.0]),
            ("signal", Apart::Columns, vec![20.0, 10.0]),
            ("tss-distance", Apart::Nothing, vec![-0.5, -0.5]),
            ("uniform", Apart::Nothing, vec![0.5, 0.5]),
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

    #[test]
    fn of_a_change_a_column_is_a_mark_in_a_cell_type_and_slopes_point_towards_the_class() {
        let [up, down] = Class::ALL.map(|class| of_class(&[&A, &B], &[0.5, 0.25], class, vec![0, 1], 2));
        let mean = |profiles: &Profiles, kind| {
            let found = profiles.explained(1, None).into_iter().find(|found| found.kind == kind);
            let found = found.expect("it is explained");
            assert_eq!(found.apart, Apart::Columns);
            found.profile.mean.expect("genes")
        };
        assert_eq!(mean(&up, Kind::Alpha), [20.0, 10.0]);
        assert_eq!(mean(&up, Kind::Saliency), [-20.0, -10.0]);
        assert_eq!(mean(&down, Kind::Saliency), [20.0, 10.0]);
        assert_eq!(mean(&down, Kind::AbsoluteSaliency), [20.0, 10.0]);
        // B's 10 and 30 less A's 1 and 3; B's 20 and 0 less A's 2 and 6.
        assert_eq!(mean(&up, Kind::Difference), [18.0, 6.0]);
    }

    #[test]
    fn attention_to_the_difference_of_a_mark_is_said_to_be_the_same_in_both_cell_types() {
        let shape = Shape {
            bins: 2,
            marks: 2,
            cell_types: 2,
        };
        let of = |rows: [usize; 4]| Profiles::new(shape, Class::High, rows.to_vec()).apart(3);
        assert_eq!(of([0, 1, 2, 3]), Apart::Columns);
        assert_eq!(of([0, 1, 0, 1]), Apart::Marks);
        assert_eq!(of([0, 0, 0, 0]), Apart::Nothing);
    }
}
