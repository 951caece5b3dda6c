//! Attributions: the contribution of each value of a table to a model's score, against a baseline that stands for "no
//! signal of interest".
//!
//! ```text
//! x, x'     a gene's values [T, columns] and its baseline's; f the score: log-odds of on, or log2 fold change
//! complete  Σ attributions = f(x) − f(x')
//!
//! gradient x input       ∂f(x)/∂x · (x − x')                         to first order; complete only of a linear model
//! integrated gradients   (x − x') · ∫₀¹ ∂f(x' + a (x − x'))/∂x da    complete, as far as the sum over nodes is exact
//! occlusion              f(x) − f(x, a window from x')               exact for each window; not complete
//! Shapley                the mean over all orders of the marks of what adding a mark to x' changes; complete
//! ```
//!
//! Integrated gradients: Sundararajan, Taly, Yan, ICML 2017. Shapley values: Shapley 1953; exact, over all subsets.
//! Attributions refer to the values of the table: the model's own transform is part of f.

mod baseline;
mod gradients;
mod legendre;
mod occlusion;
mod place;
mod sequence;
mod shapley;
mod shuffle;

pub use baseline::{gene_means, midpoint, other_cell_type, same_everywhere};
pub use legendre::gauss_legendre;
pub use occlusion::Window;
pub use place::PlaceAttribution;
pub use sequence::{MOST_SHARED, SHUFFLES, SequenceAttribution, SequenceMethod, attribute_sequence, channels};
pub use shapley::MOST_PLAYERS;
pub use shuffle::Shuffles;

use super::check_numbers;
use crate::error::Error;

/// Scores and gradients of a model for attributions.
pub trait Scorer {
    /// Error of a call.
    type Failure: From<Error>;

    /// f of values [N, T, columns]: `[N]`.
    ///
    /// # Errors
    /// Errors of the model.
    fn scores(&mut self, values: &[f32], genes: usize) -> impl Future<Output = Result<Vec<f32>, Self::Failure>>;

    /// ∂f/∂x at values [N, T, columns], in the same shape.
    ///
    /// # Errors
    /// Errors of the model.
    fn gradient(&mut self, values: &[f32], genes: usize) -> impl Future<Output = Result<Vec<f32>, Self::Failure>>;

    /// Scores and gradients of the same values.
    ///
    /// # Errors
    /// Errors of the model.
    fn scored_gradient(
        &mut self,
        values: &[f32],
        genes: usize,
    ) -> impl Future<Output = Result<(Vec<f32>, Vec<f32>), Self::Failure>> {
        async move { Ok((self.scores(values, genes).await?, self.gradient(values, genes).await?)) }
    }

    /// Names the gene in a failure that concerns a row: see [`Error::of_rows`].
    fn of_rows(failure: Self::Failure, _gene: &dyn Fn(usize) -> usize, _genes: usize) -> Self::Failure {
        failure
    }

    /// Reports, between two passes over one window, the fraction that is done at least.
    fn has_done(&mut self, _share: f64) {}

    /// Called between two passes; an error ends the attribution.
    ///
    /// # Errors
    /// If the caller cancels.
    fn go_on(&mut self) -> impl Future<Output = Result<(), Self::Failure>> {
        async { Ok(()) }
    }
}

/// Layout of one gene's values: bins, in each the marks of one cell type after those of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// T.
    pub bins: usize,
    /// M.
    pub marks: usize,
    /// 1, or 2 for a model of change.
    pub cell_types: usize,
}

impl Shape {
    /// Values per bin.
    pub fn columns(&self) -> usize {
        self.marks * self.cell_types
    }

    /// Values per gene.
    pub fn size(&self) -> usize {
        self.bins * self.columns()
    }
}

/// Attribution method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// One gradient, times the difference from the baseline.
    GradientXInput,
    /// Gradients along the path from the baseline.
    IntegratedGradients(Steps),
    /// Windows replaced by the baseline.
    Occlusion(Window),
    /// Shapley values with marks as players.
    Shapley,
}

/// Number of gradients along the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steps {
    /// This number.
    Fixed(usize),
    /// [`FEWEST_STEPS`] at first. While a gene's attributions are not [complete](Attribution::is_complete) and it has
    /// taken fewer than [`MOST_STEPS`], the segments of its path with the largest errors are halved. The error of a
    /// segment is known from the scores at its ends.
    UntilComplete,
}

/// First number of gradients of [`Steps::UntilComplete`].
pub const FEWEST_STEPS: usize = 16;
/// Largest number of gradients, exceeded by one round at most.
pub const MOST_STEPS: usize = 4096;
/// Largest completeness error of complete attributions, relative to the smaller of the score and the difference of
/// scores, but at least to a tenth of the larger.
pub const COMPLETE: f64 = 1e-3;
/// Completeness error of float32 rounding if score and difference are near 0.
const ROUNDING: f64 = 2e-5;

/// Attributions of N genes.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribution {
    /// [N, T, columns]; [N, T, cell types] for windows of all marks together; [N, columns] for Shapley values.
    pub values: Vec<f32>,
    /// f(x), `[N]`.
    pub score: Vec<f32>,
    /// f(x'), `[N]`.
    pub baseline_score: Vec<f32>,
    /// Number of gradients of each gene, `[N]`, for integrated gradients; else empty.
    pub steps: Vec<usize>,
}

impl Attribution {
    /// Σ attributions − (f(x) − f(x')), `[N]`.
    pub fn completeness(&self) -> Vec<f32> {
        let genes = self.score.len();
        (0..genes).map(|gene| self.completeness_of(gene) as f32).collect()
    }

    fn completeness_of(&self, gene: usize) -> f64 {
        let size = self.values.len() / self.score.len();
        let sum: f64 = self.values[gene * size..][..size]
            .iter()
            .map(|&value| f64::from(value))
            .sum();
        sum - (f64::from(self.score[gene]) - f64::from(self.baseline_score[gene]))
    }

    /// The sum of each column over the bins, `[N, columns]`; empty if attributions are not per bin and column.
    pub fn sums(&self, shape: Shape) -> Vec<f32> {
        let (size, columns) = (shape.size(), shape.columns());
        if self.values.len() != self.score.len() * size {
            return Vec::new();
        }
        let of_gene = |gene: &[f32]| -> Vec<f32> {
            let mut sums = vec![0.0_f64; columns];
            for bin in gene.chunks_exact(columns) {
                for (sum, &value) in sums.iter_mut().zip(bin) {
                    *sum += f64::from(value);
                }
            }
            sums.into_iter().map(|sum| sum as f32).collect()
        };
        self.values.chunks_exact(size).flat_map(of_gene).collect()
    }

    /// Returns true if the completeness error is within [`COMPLETE`], apart from rounding.
    pub fn is_complete(&self, gene: usize) -> bool {
        is_complete(self.completeness_of(gene), self.score[gene], self.baseline_score[gene])
    }

    /// Appends the attributions of further genes.
    ///
    /// # Panics
    /// If they are from another method or of other sizes.
    pub fn append(&mut self, more: Self) {
        assert_eq!(
            self.values.len() * more.score.len(),
            more.values.len() * self.score.len(),
            "genes of other sizes"
        );
        self.values.extend(more.values);
        self.score.extend(more.score);
        self.baseline_score.extend(more.baseline_score);
        self.steps.extend(more.steps);
    }
}

fn is_complete(error: f64, score: f32, baseline_score: f32) -> bool {
    let (score_itself, difference) = (f64::from(score.abs()), f64::from((score - baseline_score).abs()));
    let of = score_itself.min(difference).max(score_itself.max(difference) / 10.0);
    let rounding = ROUNDING * f64::from(score.abs().max(baseline_score.abs())).max(1.0);
    error.abs() <= (COMPLETE * of).max(rounding)
}

/// Attributes the scores of genes' values [N, T, columns] against baselines of the same shape.
///
/// # Errors
/// [`Error::Explanation`] for wrong lengths, values that are not finite, a window outside the bins, no steps, or too
/// many marks for Shapley values; errors of the model.
pub async fn attribute<S: Scorer>(
    scorer: &mut S,
    values: &[f32],
    baseline: &[f32],
    shape: Shape,
    method: Method,
) -> Result<Attribution, S::Failure> {
    let genes = values.len() / shape.size().max(1);
    check_numbers("values", values, genes * shape.size())?;
    check_numbers("the baseline", baseline, genes * shape.size())?;
    if let Method::Occlusion(window) = method {
        window.check(shape)?;
    }
    let (score, gradient) = match method {
        Method::GradientXInput => scorer.scored_gradient(values, genes).await?,
        _ => (scorer.scores(values, genes).await?, Vec::new()),
    };
    let baseline_score = scorer.scores(baseline, genes).await?;
    let inputs = AttributionInputs {
        values,
        baseline,
        shape,
        score,
        baseline_score,
    };
    match method {
        Method::GradientXInput => Ok(gradients::gradient_x_input(inputs, &gradient)?),
        Method::IntegratedGradients(steps) => gradients::integrated(scorer, inputs, steps).await,
        Method::Occlusion(window) => occlusion::occlusion(scorer, inputs, window).await,
        Method::Shapley => shapley::shapley(scorer, inputs).await,
    }
}

/// Inputs and scores of all methods.
struct AttributionInputs<'a> {
    values: &'a [f32],
    baseline: &'a [f32],
    shape: Shape,
    score: Vec<f32>,
    baseline_score: Vec<f32>,
}

impl AttributionInputs<'_> {
    fn genes(&self) -> usize {
        self.score.len()
    }

    /// Values of a gene at a fraction of the path from its baseline.
    fn between(&self, gene: usize, share: f64) -> impl Iterator<Item = f32> {
        let [values, baseline] = self.gene(gene);
        let both = values.iter().zip(baseline);
        both.map(move |(x, from)| from + share as f32 * (x - from))
    }

    /// Scores of rows derived from these genes; an error names the gene of a score that is not finite.
    async fn scores<S: Scorer>(
        &self,
        scorer: &mut S,
        rows: &[f32],
        count: usize,
        gene: impl Fn(usize) -> usize,
    ) -> Result<Vec<f32>, S::Failure> {
        let scores = scorer.scores(rows, count).await;
        scores.map_err(|failure| S::of_rows(failure, &gene, self.genes()))
    }

    /// Checks that gradients of rows derived from these genes are finite and complete.
    fn check_gradient(&self, gradient: &[f32], rows: usize, gene: impl Fn(usize) -> usize) -> Result<(), Error> {
        let size = self.shape.size();
        let Some(at) = gradient.iter().position(|slope| !slope.is_finite()) else {
            return check_numbers("the gradient", gradient, rows * size);
        };
        let place = gene(at / size.max(1));
        Err(Error::Prediction {
            of: format!("gene {} of these {}", place + 1, self.genes()),
            place,
            problem: format!(
                "the gradient at bin {} is {}; expected a number. Use counts of the size that the model was trained on",
                at % size / self.shape.columns() + 1,
                gradient[at]
            ),
        })
    }

    /// Values and baseline of a gene.
    fn gene(&self, gene: usize) -> [&[f32]; 2] {
        let size = self.shape.size();
        [self.values, self.baseline].map(|of| &of[gene * size..][..size])
    }

    fn end(self, values: Vec<f32>, steps: Vec<usize>) -> Attribution {
        Attribution {
            values,
            score: self.score,
            baseline_score: self.baseline_score,
            steps,
        }
    }
}

/// Mean of attributions of the same genes by several models or against several baselines.
///
/// # Panics
/// If there are none, or they are of different genes.
pub fn mean(all: &[Attribution]) -> Attribution {
    let count = all.len() as f64;
    let mean = |of: fn(&Attribution) -> &[f32]| -> Vec<f32> {
        let mut sums = vec![0.0_f64; of(&all[0]).len()];
        for one in all {
            assert_eq!(of(one).len(), sums.len(), "attributions of other genes");
            for (sum, &value) in sums.iter_mut().zip(of(one)) {
                *sum += f64::from(value);
            }
        }
        sums.into_iter().map(|sum| (sum / count) as f32).collect()
    };
    Attribution {
        values: mean(|one| &one.values),
        score: mean(|one| &one.score),
        baseline_score: mean(|one| &one.baseline_score),
        steps: all[0].steps.clone(),
    }
}

/// The [`mean`] of attributions against several baselines, and the standard error of each value, [N, …]; `None` for a
/// single baseline.
///
/// # Panics
/// As [`mean`].
pub fn mean_over_baselines(all: &[Attribution]) -> (Attribution, Option<Vec<f32>>) {
    let joined = mean(all);
    if all.len() == 1 {
        return (joined, None);
    }
    let count = all.len() as f64;
    let error = |(place, &mean): (usize, &f32)| {
        let squares = all
            .iter()
            .map(|one| (f64::from(one.values[place]) - f64::from(mean)).powi(2));
        (squares.sum::<f64>() / (count - 1.0) / count).sqrt() as f32
    };
    let errors = joined.values.iter().enumerate().map(error).collect();
    (joined, Some(errors))
}

#[cfg(test)]
mod known {
    use super::{Scorer, Shape};
    use crate::error::Error;

    pub const SHAPE: Shape = Shape {
        bins: 4,
        marks: 3,
        cell_types: 1,
    };

    /// f = Σ over bins of 2 a + a b + tanh(c), each bin weighted by its number from 1: smooth, with an interaction.
    pub struct Known {
        /// Number of rows that were scored.
        pub asked: usize,
    }

    fn weight(bin: usize) -> f32 {
        (bin + 1) as f32
    }

    impl Scorer for Known {
        type Failure = Error;

        async fn scores(&mut self, values: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
            self.asked += genes;
            let score = |gene: &[f32]| {
                let bins = gene.chunks_exact(3).enumerate();
                bins.map(|(bin, x)| weight(bin) * (2.0 * x[0] + x[0] * x[1] + x[2].tanh()))
                    .sum()
            };
            Ok(values.chunks_exact(SHAPE.size()).map(score).collect())
        }

        async fn gradient(&mut self, values: &[f32], _: usize) -> Result<Vec<f32>, Error> {
            let bins = values.chunks_exact(3).enumerate();
            Ok(bins
                .flat_map(|(bin, x)| {
                    let slope = 1.0 - x[2].tanh().powi(2);
                    [2.0 + x[1], x[0], slope].map(|slope| slope * weight(bin % SHAPE.bins))
                })
                .collect())
        }
    }

    /// Two genes that differ.
    pub fn genes() -> Vec<f32> {
        (0..2 * SHAPE.size())
            .map(|at| (at as f32 * 0.7).sin().abs() * 2.0)
            .collect()
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

#[cfg(test)]
mod tests {
    use super::known::{Known, SHAPE, at_once, genes};
    use super::*;

    fn attributed(baseline: &[f32], method: Method) -> Result<Attribution, Error> {
        at_once(attribute(&mut Known { asked: 0 }, &genes(), baseline, SHAPE, method))
    }

    #[test]
    fn integrated_gradients_are_complete_and_those_of_the_known_integral() {
        let zero = vec![0.0; genes().len()];
        let found = attributed(&zero, Method::IntegratedGradients(Steps::UntilComplete)).unwrap();
        for gene in 0..2 {
            assert!(found.is_complete(gene), "{:?}", found.completeness());
        }
        // From 0 the product a b is shared in halves, and tanh(c) is c's alone.
        for (place, (got, x)) in found.values.chunks_exact(3).zip(genes().chunks_exact(3)).enumerate() {
            let weight = (place % SHAPE.bins + 1) as f32;
            let expected = [2.0 * x[0] + x[0] * x[1] / 2.0, x[0] * x[1] / 2.0, x[2].tanh()];
            for (got, expected) in got.iter().zip(expected) {
                assert!((got - weight * expected).abs() < 1e-5, "{got} {expected}");
            }
        }
    }

    #[test]
    fn columns_add_up_over_the_bins_of_a_gene() {
        let of = |values: Vec<f32>| Attribution {
            values,
            score: vec![0.0; 2],
            baseline_score: vec![0.0; 2],
            steps: Vec::new(),
        };
        let shape = Shape {
            bins: 2,
            marks: 1,
            cell_types: 2,
        };
        let by_bin = of(vec![1.0, 2.0, 3.0, -4.0, 5.0, 0.0, 0.5, 1.0]);
        assert_eq!(by_bin.sums(shape), [4.0, -2.0, 5.5, 1.0]);
        assert!(of(vec![1.0, 2.0, 3.0, 4.0]).sums(shape).is_empty(), "by whole marks");
    }

    #[test]
    fn attributions_against_the_values_themselves_are_zero() {
        for method in [
            Method::GradientXInput,
            Method::IntegratedGradients(Steps::UntilComplete),
            Method::Occlusion(Window::default()),
            Method::Shapley,
        ] {
            let found = attributed(&genes(), method).unwrap();
            assert!(found.values.iter().all(|&value| value == 0.0), "{method:?}");
            assert_eq!(found.completeness(), [0.0, 0.0]);
        }
    }

    #[test]
    fn several_baselines_give_their_mean_and_its_standard_error() {
        let one = |values: [f32; 2], baseline: f32| Attribution {
            values: values.to_vec(),
            score: vec![3.0],
            baseline_score: vec![baseline],
            steps: Vec::new(),
        };
        let (alone, none) = mean_over_baselines(&[one([1.0, 2.0], 0.0)]);
        assert_eq!((&alone.values[..], none), (&[1.0, 2.0][..], None));
        let (mean, error) = mean_over_baselines(&[one([1.0, 2.0], 0.0), one([2.0, 0.0], 1.0)]);
        assert_eq!(mean.values, [1.5, 1.0]);
        assert_eq!(mean.baseline_score, [0.5]);
        // The standard error of two numbers is half of their distance.
        assert_eq!(error.unwrap(), [0.5, 1.0]);
        assert_eq!(mean.completeness(), [0.0]);
    }

    #[test]
    fn what_cannot_be_attributed_is_refused_by_name() {
        let refused = |baseline: &[f32], method| attributed(baseline, method).unwrap_err().to_string();
        let mut spoilt = genes();
        spoilt[3] = f32::NAN;
        assert!(refused(&spoilt, Method::GradientXInput).contains("NaN in the baseline at place 3"));
        assert!(refused(&spoilt[1..], Method::Shapley).contains("23 numbers of the baseline; expected 24"));
        let window = |bins| {
            Method::Occlusion(Window {
                bins,
                ..Window::default()
            })
        };
        for bins in [0, 5] {
            assert!(refused(&genes(), window(bins)).contains("expected 1 to 4"), "{bins}");
        }
        let error = refused(&genes(), Method::IntegratedGradients(Steps::Fixed(0)));
        assert!(error.contains("0 steps"), "{error}");
    }
}

#[cfg(test)]
mod failures {
    use super::known::{SHAPE, at_once};
    use super::*;

    /// Sums, but for rows of a gene of 100s that has lost some of them: these are no numbers.
    struct Fragile {
        /// Fails where gradients are asked for, and not where scores are.
        in_gradients: bool,
    }

    impl Fragile {
        fn is_wrong(row: &[f32]) -> bool {
            let is_whole = row.iter().all(|&value| value == row[0]) && [0.0, 1.0, 100.0].contains(&row[0]);
            !is_whole && row.iter().any(|&value| value > 1.0)
        }
    }

    impl Scorer for Fragile {
        type Failure = Error;

        async fn scores(&mut self, values: &[f32], rows: usize) -> Result<Vec<f32>, Error> {
            match values.chunks_exact(SHAPE.size()).position(Self::is_wrong) {
                Some(place) if !self.in_gradients => Err(Error::Prediction {
                    of: format!("gene {} of these {rows}", place + 1),
                    place,
                    problem: "its score is NaN".to_owned(),
                }),
                _ => Ok(values.chunks_exact(SHAPE.size()).map(|row| row.iter().sum()).collect()),
            }
        }

        async fn gradient(&mut self, values: &[f32], _: usize) -> Result<Vec<f32>, Error> {
            let of_row = |row: &[f32]| {
                [if self.in_gradients && Self::is_wrong(row) {
                    f32::NAN
                } else {
                    0.0
                }; 12]
            };
            Ok(values.chunks_exact(SHAPE.size()).flat_map(of_row).collect())
        }

        fn of_rows(failure: Error, gene: &dyn Fn(usize) -> usize, genes: usize) -> Error {
            failure.of_rows(gene, genes)
        }
    }

    #[test]
    fn what_is_no_number_on_the_way_is_of_the_gene_that_it_was_made_of() {
        let values = [1.0, 100.0, 1.0].map(|value| [value; 12]).concat();
        let methods = [
            (Method::Occlusion(Window::default()), false),
            (Method::Shapley, false),
            (Method::IntegratedGradients(Steps::UntilComplete), false),
            (Method::IntegratedGradients(Steps::Fixed(4)), true),
        ];
        for (method, in_gradients) in methods {
            let mut scorer = Fragile { in_gradients };
            let error = at_once(attribute(&mut scorer, &values, &[0.0; 36], SHAPE, method)).unwrap_err();
            let said = error.to_string();
            assert!(said.starts_with("gene 2 of these 3: "), "{method:?}: {said}");
            let said = error.of_genes(&["a", "b", "c"]).to_string();
            assert!(said.starts_with("b: "), "{method:?}: {said}");
        }
    }
}
