//! Attributions of a track to the bases of a window.
//!
//! ```text
//! x [L, 4]       the window, a channel a letter          f    the sum of a track over some bins, the mean of both strands
//! G [L, 4]       a gradient of f
//!
//! gradient               h_c = G_c − mean of G over the four letters
//! integrated gradients   h_c = G_c − Σ s G, the mean over shuffles s of x; G the mean gradient on the way from s to x
//! mutagenesis            h_c = f(x with c) − f(x), less its mean over the three letters that are not there
//!
//! contribution           h of the letter that is there: of integrated gradients Σ contributions = f(x) − mean of f(s)
//! ```
//!
//! h are *hypothetical* contributions: those of each letter if it were in the sequence.
//!
//! Between two sequences, the input is a mixture of letters, and the model's maxima switch some thousand times along
//! the path: any number of gradients leaves a remainder. It is small against thousands of gradients, and single bases
//! converge much earlier: with 32 gradients, attributions are within 3 to 9 % of those with 2,048 (root mean square,
//! one shuffle of each shipped model), while the sum over 16,384 bases, most of which cancel, may be off by half. So
//! the remainder is distributed among the bases in proportion to their contributions, and reported. If it is not small
//! against the sum of their absolute values, more gradients are computed.

use super::shuffle::Shuffles;
use super::{Scorer, Steps, gauss_legendre};
use crate::interpret::check_numbers;
use crate::interpret::mutagenesis::Mutagenesis;
use crate::metrics::means;
use crate::sequence::codes::UNKNOWN;

/// Default number of shuffles of integrated gradients.
pub const SHUFFLES: usize = 10;

/// First and largest number of gradients per shuffle: the number is doubled while the remainder exceeds
/// [`MOST_SHARED`].
const STEPS: [usize; 2] = [32, 256];

/// Gradients of all rounds.
const MOST_TAKEN: usize = 2 * STEPS[1] - STEPS[0];

/// Largest remainder that is distributed without a warning, relative to the sum of the absolute contributions.
pub const MOST_SHARED: f64 = 0.01;

const LETTERS: usize = 4;

/// Attribution method for sequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SequenceMethod {
    /// One gradient.
    Gradient,
    /// Integrated gradients from dinucleotide shuffles.
    IntegratedGradients {
        /// Number of shuffles, at least 1.
        shuffles: usize,
        /// Seed of the shuffles.
        seed: u64,
        /// Gradients per shuffle. With a fixed number, the remainder is not distributed.
        steps: Steps,
    },
}

/// Contributions of the bases of a window to a score.
#[derive(Debug, Clone, PartialEq)]
pub struct SequenceAttribution {
    /// Contribution of each letter if it were in the sequence, [L, 4].
    pub hypothetical: Vec<f32>,
    /// Contribution of the letter in the sequence, `[L]`.
    pub contributions: Vec<f32>,
    /// Standard errors of the contributions over shuffles; empty for fewer than two.
    pub standard_error: Vec<f32>,
    /// f(x).
    pub score: f32,
    /// Mean of f over shuffles; `None` without shuffles.
    pub baseline_score: Option<f32>,
    /// Difference between the change in score and Σ contributions before it was distributed, relative to Σ
    /// |contributions|: the mean of its absolute value over shuffles. `None` without shuffles.
    pub remainder: Option<f32>,
    /// Contributions by each member of an ensemble; empty for a single model.
    pub members: Vec<Vec<f32>>,
}

impl SequenceAttribution {
    /// The mean of several models' attributions of the same bases, which is the attribution of their mean score; a
    /// single one is returned unchanged. The standard error and the remainder are upper bounds: the mean of the
    /// members' standard errors, and their remainders relative to the sum of the mean's absolute contributions.
    ///
    /// # Panics
    /// If there are none, or they are of different bases.
    pub fn mean(mut members: Vec<Self>) -> Self {
        if members.len() == 1 {
            return members.swap_remove(0);
        }
        let of = |values: fn(&Self) -> &Vec<f32>| {
            means(
                &members
                    .iter()
                    .map(|member| values(member).as_slice())
                    .collect::<Vec<_>>(),
            )
        };
        let number = |values: fn(&Self) -> Option<f32>| {
            let all: Option<Vec<f64>> = members.iter().map(|member| values(member).map(f64::from)).collect();
            all.map(|all| (all.iter().sum::<f64>() / all.len() as f64) as f32)
        };
        Self {
            hypothetical: of(|member| &member.hypothetical),
            contributions: of(|member| &member.contributions),
            standard_error: of(|member| &member.standard_error),
            score: number(|member| Some(member.score)).expect("every member has a score"),
            baseline_score: number(|member| member.baseline_score),
            remainder: remainder_of(&members),
            members: members.into_iter().map(|member| member.contributions).collect(),
        }
    }

    /// Σ contributions minus the difference between score and baseline score; `None` without a baseline.
    pub fn completeness(&self) -> Option<f64> {
        let sum: f64 = self.contributions.iter().map(|&value| f64::from(value)).sum();
        self.baseline_score
            .map(|baseline| sum - (f64::from(self.score) - f64::from(baseline)))
    }

    /// Returns true if the remainder of integrated gradients is at most [`MOST_SHARED`]; true for other methods.
    pub fn has_converged(&self) -> bool {
        self.remainder.is_none_or(|left| f64::from(left) <= MOST_SHARED)
    }

    /// Converts a mutagenesis; the bases are those of its region.
    pub fn of_mutagenesis(found: &Mutagenesis) -> Self {
        let heights = found.heights();
        let rows = found.changes.iter().zip(&heights);
        Self {
            hypothetical: rows
                .flat_map(|(changes, height)| changes.map(|change| change + height))
                .collect(),
            contributions: heights,
            standard_error: Vec::new(),
            score: found.sum,
            baseline_score: None,
            remainder: None,
            members: Vec::new(),
        }
    }
}

/// Upper bound of the mean's remainder: the members' absolute remainders, relative to the sum of the mean's absolute
/// contributions; `None` if a member has none.
fn remainder_of(members: &[SequenceAttribution]) -> Option<f32> {
    let sizes = |values: &[f32]| values.iter().map(|value| f64::from(value.abs())).sum::<f64>();
    let left: Option<Vec<f64>> = members
        .iter()
        .map(|member| Some(f64::from(member.remainder?) * sizes(&member.contributions)))
        .collect();
    let contributions: Vec<&[f32]> = members.iter().map(|member| member.contributions.as_slice()).collect();
    let left = left?.iter().sum::<f64>() / members.len() as f64;
    Some(if left == 0.0 {
        0.0
    } else {
        (left / sizes(&means(&contributions))) as f32
    })
}

/// Channels [L, 4] of codes: 1 for the letter, ¼ each for an unknown base, 0 outside the sequence.
pub fn channels(codes: &[u8]) -> Vec<f32> {
    let of = |&code: &u8| match code {
        UNKNOWN => [0.25; LETTERS],
        code => [0, 1, 2, 3].map(|letter| f32::from(u8::from(letter == code))),
    };
    codes.iter().flat_map(of).collect()
}

/// Attributes a score of the window `codes`. The scorer's values are [`channels`].
///
/// # Errors
/// [`Error::Explanation`](crate::Error::Explanation) if gradients are not finite, or there are no shuffles or steps;
/// errors of the scorer.
pub async fn attribute_sequence<S: Scorer>(
    scorer: &mut S,
    codes: &[u8],
    method: SequenceMethod,
) -> Result<SequenceAttribution, S::Failure> {
    let x = channels(codes);
    match method {
        SequenceMethod::Gradient => {
            let (score, gradient) = scorer.scored_gradient(&x, 1).await?;
            check_numbers("the gradient", &gradient, x.len())?;
            let rows = gradient.chunks_exact(LETTERS);
            let hypothetical: Vec<f32> = rows
                .flat_map(|row| {
                    let mean = row.iter().sum::<f32>() / LETTERS as f32;
                    row.iter().map(move |slope| slope - mean)
                })
                .collect();
            Ok(SequenceAttribution {
                contributions: of_letters(&x, &hypothetical),
                hypothetical,
                standard_error: Vec::new(),
                score: score[0],
                baseline_score: None,
                remainder: None,
                members: Vec::new(),
            })
        }
        SequenceMethod::IntegratedGradients { shuffles, seed, steps } => {
            if shuffles == 0 {
                crate::interpret::refuse::<()>("found 0 shuffles; expected 1 or more".to_owned())?;
            }
            let score = scorer.scores(&x, 1).await?[0];
            let mut drawn = Shuffles::new(seed);
            let mut all = OverShuffles::new(codes.len());
            for shuffle in 0..shuffles {
                let baseline = channels(&drawn.next_of(codes));
                let baseline_score = scorer.scores(&baseline, 1).await?[0];
                let difference = f64::from(score) - f64::from(baseline_score);
                let attribution = match steps {
                    Steps::Fixed(0) => crate::interpret::refuse("found 0 steps; expected 1 or more".to_owned())?,
                    Steps::Fixed(steps) => {
                        let tell = |taken: usize| (shuffle as f64 + taken as f64 / steps as f64) / shuffles as f64;
                        ShuffleAttribution::new(scorer, &x, &baseline, steps, tell).await?
                    }
                    Steps::UntilComplete => {
                        // As a fraction of all rounds.
                        let tell = |taken: usize| (shuffle as f64 + taken as f64 / MOST_TAKEN as f64) / shuffles as f64;
                        let mut steps = STEPS[0];
                        let mut attribution = ShuffleAttribution::new(scorer, &x, &baseline, steps, tell).await?;
                        let mut taken = steps;
                        while attribution.remainder(difference) > MOST_SHARED && steps < STEPS[1] {
                            steps *= 2;
                            attribution =
                                ShuffleAttribution::new(scorer, &x, &baseline, steps, |now| tell(taken + now)).await?;
                            taken += steps;
                        }
                        attribution.share(difference)
                    }
                };
                all.add(attribution, difference, baseline_score);
            }
            Ok(all.end(score))
        }
    }
}

/// Contributions of bases against one shuffle.
struct ShuffleAttribution {
    /// [L, 4].
    hypothetical: Vec<f64>,
    /// `[L]`.
    contributions: Vec<f64>,
    /// Remainder of the difference of scores, relative to the sum of absolute contributions.
    remainder: Option<f64>,
}

impl ShuffleAttribution {
    async fn new<S: Scorer>(
        scorer: &mut S,
        x: &[f32],
        baseline: &[f32],
        steps: usize,
        tell: impl Fn(usize) -> f64,
    ) -> Result<Self, S::Failure> {
        let mut slopes = vec![0.0_f64; x.len()];
        for (taken, [node, weight]) in gauss_legendre(steps).into_iter().enumerate() {
            scorer.has_done(tell(taken));
            scorer.go_on().await?;
            let both = x.iter().zip(baseline);
            let between: Vec<f32> = both.map(|(x, from)| from + node as f32 * (x - from)).collect();
            let gradient = scorer.gradient(&between, 1).await?;
            check_numbers("the gradient", &gradient, x.len())?;
            for (sum, slope) in slopes.iter_mut().zip(gradient) {
                *sum += weight * f64::from(slope);
            }
        }
        let rows = slopes.chunks_exact(LETTERS).zip(baseline.chunks_exact(LETTERS));
        let hypothetical: Vec<f64> = rows
            .flat_map(|(slopes, baseline)| {
                let there: f64 = slopes
                    .iter()
                    .zip(baseline)
                    .map(|(slope, from)| slope * f64::from(*from))
                    .sum();
                slopes.iter().map(move |slope| slope - there)
            })
            .collect();
        let rows = x.chunks_exact(LETTERS).zip(hypothetical.chunks_exact(LETTERS));
        let contributions = rows.map(|(x, h)| x.iter().zip(h).map(|(x, h)| f64::from(*x) * h).sum());
        Ok(Self {
            contributions: contributions.collect(),
            hypothetical,
            remainder: None,
        })
    }

    /// Returns the remainder of the difference of scores and the sum of absolute contributions.
    fn left(&self, difference: f64) -> [f64; 2] {
        let sum: f64 = self.contributions.iter().sum();
        [
            difference - sum,
            self.contributions.iter().map(|value| value.abs()).sum(),
        ]
    }

    fn remainder(&self, difference: f64) -> f64 {
        let [left, sizes] = self.left(difference);
        if left == 0.0 { 0.0 } else { left.abs() / sizes }
    }

    /// Distributes the remainder, so that contributions add up to the difference of scores.
    fn share(mut self, difference: f64) -> Self {
        let [left, sizes] = self.left(difference);
        self.remainder = Some(self.remainder(difference));
        if sizes == 0.0 {
            return self;
        }
        let rows = self.hypothetical.chunks_exact_mut(LETTERS).zip(&mut self.contributions);
        for (letters, contribution) in rows {
            let part = left / sizes * contribution.abs();
            *contribution += part;
            letters.iter_mut().for_each(|letter| *letter += part);
        }
        self
    }
}

/// Sums over shuffles.
struct OverShuffles {
    hypothetical: Vec<f64>,
    contributions: Vec<f64>,
    squares: Vec<f64>,
    baseline_score: f64,
    remainder: f64,
    count: usize,
}

impl OverShuffles {
    fn new(bases: usize) -> Self {
        Self {
            hypothetical: vec![0.0; bases * LETTERS],
            contributions: vec![0.0; bases],
            squares: vec![0.0; bases],
            baseline_score: 0.0,
            remainder: 0.0,
            count: 0,
        }
    }

    fn add(&mut self, attribution: ShuffleAttribution, difference: f64, baseline_score: f32) {
        self.remainder += attribution
            .remainder
            .unwrap_or_else(|| attribution.remainder(difference));
        for (sum, value) in self.hypothetical.iter_mut().zip(attribution.hypothetical) {
            *sum += value;
        }
        for ((sum, squares), value) in self
            .contributions
            .iter_mut()
            .zip(&mut self.squares)
            .zip(attribution.contributions)
        {
            *sum += value;
            *squares += value.powi(2);
        }
        self.baseline_score += f64::from(baseline_score);
        self.count += 1;
    }

    fn end(self, score: f32) -> SequenceAttribution {
        let count = self.count as f64;
        let mean = |sums: &[f64]| -> Vec<f32> { sums.iter().map(|sum| (sum / count) as f32).collect() };
        let error = |(sum, squares): (&f64, &f64)| {
            let variance = (squares - sum * sum / count).max(0.0) / (count - 1.0);
            (variance / count).sqrt() as f32
        };
        SequenceAttribution {
            hypothetical: mean(&self.hypothetical),
            contributions: mean(&self.contributions),
            standard_error: match self.count {
                1 => Vec::new(),
                _ => self.contributions.iter().zip(&self.squares).map(error).collect(),
            },
            score,
            baseline_score: Some((self.baseline_score / count) as f32),
            remainder: Some((self.remainder / count) as f32),
            members: Vec::new(),
        }
    }
}

/// Contribution of each base: `hypothetical` averaged over its letters.
fn of_letters(x: &[f32], hypothetical: &[f32]) -> Vec<f32> {
    let rows = x.chunks_exact(LETTERS).zip(hypothetical.chunks_exact(LETTERS));
    rows.map(|(x, h)| x.iter().zip(h).map(|(x, h)| x * h).sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::known::at_once;
    use super::*;
    use crate::error::Error;

    /// f = (Σ over bases of a weight of their letter)², whose gradient is known.
    struct Squared;

    fn weight(place: usize) -> f32 {
        let (base, letter) = (place / LETTERS, place % LETTERS);
        [0.3, -0.1, 0.5, 0.2][letter] * (1.0 + base as f32 % 3.0)
    }

    fn sum(values: &[f32]) -> f32 {
        values
            .iter()
            .enumerate()
            .map(|(place, value)| weight(place) * value)
            .sum()
    }

    impl Scorer for Squared {
        type Failure = Error;

        async fn scores(&mut self, values: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
            let rows = values.chunks_exact(values.len() / genes);
            Ok(rows.map(|row| sum(row).powi(2)).collect())
        }

        async fn gradient(&mut self, values: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
            let rows = values.chunks_exact(values.len() / genes);
            Ok(rows
                .flat_map(|row| {
                    let sum = sum(row);
                    (0..row.len()).map(move |place| 2.0 * sum * weight(place))
                })
                .collect())
        }
    }

    #[test]
    fn the_mean_of_two_leaves_more_where_they_cancel() {
        let of = |contributions: [f32; 2], remainder: f32| SequenceAttribution {
            hypothetical: Vec::new(),
            contributions: contributions.to_vec(),
            standard_error: Vec::new(),
            score: contributions.iter().sum(),
            baseline_score: Some(0.0),
            remainder: Some(remainder),
            members: Vec::new(),
        };
        let mean = SequenceAttribution::mean(vec![of([2.0, 1.0], 0.01), of([-1.0, 2.0], 0.02)]);
        assert_eq!((&mean.contributions[..], mean.score), (&[0.5, 1.5][..], 2.0));
        // 0.03 and 0.06 were left, 0.045 in the mean, whose contributions have the size 2.
        assert!((mean.remainder.unwrap() - 0.0225).abs() < 1e-6, "{:?}", mean.remainder);
        assert!(!mean.has_converged());
        assert_eq!(mean.members, [[2.0, 1.0], [-1.0, 2.0]]);
    }

    const CODES: [u8; 12] = [0, 1, 2, 3, 3, 4, 2, 1, 0, 2, 2, 5];

    #[test]
    fn a_gradient_has_the_mean_over_letters_taken_out() {
        let found = at_once(attribute_sequence(&mut Squared, &CODES, SequenceMethod::Gradient)).expect("a gradient");
        let sum = sum(&channels(&CODES));
        assert!((found.score - sum * sum).abs() < 1e-4);
        for (base, &code) in CODES.iter().enumerate() {
            let of = |letter: usize| 2.0 * sum * weight(LETTERS * base + letter);
            let mean = (0..LETTERS).map(of).sum::<f32>() / 4.0;
            for letter in 0..LETTERS {
                assert!((found.hypothetical[LETTERS * base + letter] - (of(letter) - mean)).abs() < 1e-4);
            }
            let expected = if code < 4 { of(code.into()) - mean } else { 0.0 };
            assert!((found.contributions[base] - expected).abs() < 1e-4, "{base}");
        }
        assert!(found.has_converged() && found.completeness().is_none());
    }

    #[test]
    fn integrated_gradients_from_shuffles_add_up_and_say_how_far_shuffles_differ() {
        let method = |shuffles| SequenceMethod::IntegratedGradients {
            shuffles,
            seed: 1,
            steps: Steps::UntilComplete,
        };
        let found = at_once(attribute_sequence(&mut Squared, &CODES, method(7))).expect("gradients");
        assert!(
            found.has_converged() && found.remainder.expect("a remainder") < 1e-5,
            "{:?}",
            found.remainder
        );
        assert!(found.completeness().expect("a baseline").abs() < 1e-3);
        assert_eq!(found.standard_error.len(), CODES.len());
        assert!(found.standard_error.iter().any(|&error| error > 0.0));
        // Unknown bases are as in every shuffle.
        assert!(found.contributions[5].abs() < 1e-5 && found.standard_error[5] < 1e-5);
        let again = at_once(attribute_sequence(&mut Squared, &CODES, method(7))).expect("gradients");
        assert_eq!(found, again);
        let one = at_once(attribute_sequence(&mut Squared, &CODES, method(1))).expect("gradients");
        assert!(one.standard_error.is_empty() && one.has_converged());
        let error = at_once(attribute_sequence(&mut Squared, &CODES, method(0))).unwrap_err();
        assert!(error.to_string().contains("0 shuffles"), "{error}");
    }

    /// f jumps by 1 where the window is more than half of the way from a shuffle.
    struct Jump(Vec<f32>);

    impl Scorer for Jump {
        type Failure = Error;

        async fn scores(&mut self, values: &[f32], _: usize) -> Result<Vec<f32>, Error> {
            let differs = values.iter().zip(&self.0).map(|(a, b)| (a - b).abs()).sum::<f32>();
            Ok(vec![sum(values) + if differs == 0.0 { 3.0 } else { 0.0 }])
        }

        async fn gradient(&mut self, values: &[f32], _: usize) -> Result<Vec<f32>, Error> {
            Ok((0..values.len()).map(weight).collect())
        }
    }

    #[test]
    fn what_gradients_do_not_find_is_shared_and_said_unless_steps_are_given() {
        let mut jump = Jump(channels(&CODES));
        let method = |steps| SequenceMethod::IntegratedGradients {
            shuffles: 3,
            seed: 5,
            steps,
        };
        let found = at_once(attribute_sequence(&mut jump, &CODES, method(Steps::UntilComplete))).expect("gradients");
        assert!(!found.has_converged() && found.completeness().expect("a baseline").abs() < 1e-4);
        let raw = at_once(attribute_sequence(&mut jump, &CODES, method(Steps::Fixed(4)))).expect("gradients");
        assert!(!raw.has_converged() && (raw.completeness().expect("a baseline") + 3.0).abs() < 1e-4);
        assert_eq!(found.remainder, raw.remainder);
        for (base, &code) in CODES.iter().enumerate().filter(|(_, code)| **code < 4) {
            assert_eq!(
                found.contributions[base],
                found.hypothetical[LETTERS * base + usize::from(code)]
            );
        }
    }

    #[test]
    fn mutagenesis_gives_the_letters_heights() {
        let found = Mutagenesis {
            start: 3,
            reference: vec![0, 4],
            bins: 0..1,
            sum: 5.0,
            changes: vec![[0.0, -3.0, -2.0, -1.0], [1.0, 1.0, 1.0, 1.0]],
        };
        let of = SequenceAttribution::of_mutagenesis(&found);
        assert_eq!(of.contributions, [2.0, -1.0]);
        assert_eq!(of.hypothetical, [2.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
    }
}
