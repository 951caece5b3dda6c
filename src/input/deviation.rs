//! Deviation of a table from a model's training data, reported only if normal variation cannot explain it.
//!
//! Cell types differ: from K562 to H1 the mean of single marks changes by up to 3.3 times, in both directions
//! (published DeepDiff sample). So a single mark must differ by more than that, while a moderate change counts if all
//! marks change in the same direction: activating and repressing marks do not rise together.

use serde::{Deserialize, Serialize};

use super::MarkDistribution;
use super::derived;
use super::number;

/// A difference from the training data that may invalidate predictions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Deviation {
    /// The mark; null for all marks.
    pub mark: Option<String>,
    /// Kind of difference.
    pub code: DeviationKind,
    /// Message for a user.
    pub message: String,
    /// Factor of the table's values that corrects it, to two or three digits; null if there is none.
    pub factor: Option<f64>,
}

/// Kinds of difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DeviationKind {
    /// Fractions, where the model was trained on counts.
    NotCounts,
    /// Integers, where the model was trained on fractions.
    NotMeans,
    /// All marks are larger, or all smaller, by a similar factor.
    Depth,
    /// All counts are even, unlike those of the training data.
    Doubled,
    /// All counts of the training data are even, unlike these.
    Halved,
    /// One mark is on another scale than the others.
    MarkScale,
    /// A mark is 0 everywhere.
    NoSignal,
    /// A ratio to a control, p-values or logarithms, where the model was trained on counts.
    Derived,
    /// Bins of another size, window or order than in training.
    Window,
}

/// Smallest number of values (10 genes of 100 bins) for comparing a mark's mean.
const VALUES_AT_LEAST: u64 = 1_000;
/// Smallest number of values other than 0 for judging the fraction of non-integers.
const NONZERO_AT_LEAST: f64 = 20.0;
/// Sequencing depth differs if each mark's mean differs by this factor, all in one direction …
const DEPTH_EACH: f64 = 1.7;
/// … by this factor on average (geometric mean) …
const DEPTH_MEAN: f64 = 2.0;
/// … and by no more than this factor from the average.
const SIMILAR: f64 = 2.5;
/// Factors this close to 1 are not reported.
const SAME: std::ops::RangeInclusive<f64> = 0.95..=1.05;
/// Smallest number of marks that distinguish depth from biology.
const DEPTH_MARKS: usize = 3;
/// A single mark is on another scale if its mean differs by this factor.
const SCALE: f64 = 8.0;

/// Compares the values of a table with the training data, mark by mark, matched by name.
///
/// Ignores marks without a partner, and means of fewer than 1,000 values. Empty if there is no difference.
pub fn compare(table: &[MarkDistribution], trained: &[MarkDistribution]) -> Vec<Deviation> {
    compare_noted(&[], table, trained)
}

/// The same for a table with `notes`: marks that no factor converts to counts are reported as such, without a factor;
/// marks that were not measured are ignored.
pub fn compare_noted(notes: &[String], table: &[MarkDistribution], trained: &[MarkDistribution]) -> Vec<Deviation> {
    let mut pairs: Vec<Pair<'_>> = table
        .iter()
        .filter_map(|table| {
            let trained = trained
                .iter()
                .find(|other| other.mark.eq_ignore_ascii_case(&table.mark))?;
            Some(Pair {
                table,
                trained,
                ratio: ratio(table, trained),
            })
        })
        .collect();
    let mut deviations = no_signal(&pairs);
    pairs.retain(|pair| pair.table.mean > 0.0);
    let all = pairs.len();
    pairs.retain(|pair| !derived::is_absent(notes, &pair.table.mark));
    for (mark, note) in derived::said_in(notes) {
        let is_it = |pair: &Pair<'_>| pair.table.mark.eq_ignore_ascii_case(mark) && of_counts(pair.trained);
        if let Some(place) = pairs.iter().position(is_it) {
            deviations.push(Deviation {
                mark: Some(pairs.remove(place).table.mark.clone()),
                code: DeviationKind::Derived,
                message: format!("{note}; make the table from the reads (BAM), or from their coverage"),
                factor: None,
            });
        }
    }
    let found = kind_of_number(&pairs).unwrap_or_else(|| {
        let mut found = multiples(&mut pairs);
        found.extend(scale(&pairs));
        found
    });
    for each in found {
        if each.mark.is_none() && pairs.len() < all {
            // It applies to the remaining marks, not to all.
            let message = each.message.trim_start_matches("all marks are ");
            let of_mark = |pair: &Pair<'_>| pair.about(each.code, message.to_owned(), each.factor);
            deviations.extend(pairs.iter().map(of_mark));
        } else {
            deviations.push(each);
        }
    }
    deviations
}

/// True for a model that was trained on counts.
fn of_counts(trained: &MarkDistribution) -> bool {
    fractions(trained).is_some_and(|share| share < 0.01)
}

/// A mark in the table and in the training data.
struct Pair<'a> {
    table: &'a MarkDistribution,
    trained: &'a MarkDistribution,
    /// Mean of the table divided by that of training, if both have enough values.
    ratio: Option<f64>,
}

impl Pair<'_> {
    fn about(&self, code: DeviationKind, message: String, factor: Option<f64>) -> Deviation {
        Deviation {
            mark: Some(self.table.mark.clone()),
            code,
            message: format!("{}: {message}", self.table.mark),
            factor,
        }
    }
}

fn about_all(code: DeviationKind, message: String, factor: Option<f64>) -> Deviation {
    Deviation {
        mark: None,
        code,
        message,
        factor,
    }
}

fn ratio(table: &MarkDistribution, trained: &MarkDistribution) -> Option<f64> {
    // A card from elsewhere may lack the number of values; training sets are large.
    let enough = table.values >= VALUES_AT_LEAST && (trained.values == 0 || trained.values >= VALUES_AT_LEAST);
    let ratio = table.mean / trained.mean;
    (enough && ratio.is_finite() && ratio > 0.0).then_some(ratio)
}

fn no_signal(pairs: &[Pair<'_>]) -> Vec<Deviation> {
    let silent =
        |pair: &&Pair<'_>| pair.table.mean == 0.0 && pair.trained.mean > 0.0 && pair.table.values >= VALUES_AT_LEAST;
    pairs
        .iter()
        .filter(silent)
        .map(|pair| pair.about(DeviationKind::NoSignal, "0 in every bin of every gene".to_owned(), None))
        .collect()
}

/// Counts against fractions. If these differ, nothing else can be compared. A factor of about 1 is not reported: bins
/// that were counted slightly differently have fractions on the scale of training.
fn kind_of_number(pairs: &[Pair<'_>]) -> Option<Vec<Deviation>> {
    let other: Vec<_> = pairs
        .iter()
        .filter_map(|pair| Some((pair, other_kind(pair)?)))
        .collect();
    let &(_, code) = other.first()?;
    if other.len() == pairs.len() && other.iter().all(|(_, kind)| *kind == code) {
        let ratios: Vec<f64> = pairs.iter().filter_map(|pair| pair.ratio).collect();
        let step = common_step_factor(pairs);
        let factor = step.or_else(|| {
            let found = !ratios.is_empty() && similar(&ratios);
            found.then(|| two_digits(1.0 / geometric_mean(&ratios)))
        });
        if factor.is_some_and(|factor| SAME.contains(&factor)) {
            return Some(Vec::new());
        }
        if factor.is_some() || ratios.is_empty() {
            let message = kind_message(code, factor, step.is_some());
            return Some(vec![about_all(code, message, factor)]);
        }
    }
    let one = |(pair, code): &(&Pair<'_>, DeviationKind)| {
        let step = step_factor(pair);
        let factor = step.or_else(|| Some(two_digits(1.0 / pair.ratio?)));
        let is_same = factor.is_some_and(|factor| SAME.contains(&factor));
        (!is_same).then(|| pair.about(*code, kind_message(*code, factor, step.is_some()), factor))
    };
    Some(other.iter().filter_map(one).collect())
}

fn other_kind(pair: &Pair<'_>) -> Option<DeviationKind> {
    let (table, trained) = (fractions(pair.table)?, fractions(pair.trained)?);
    if trained < 0.01 && table > 0.5 {
        Some(DeviationKind::NotCounts)
    } else if trained > 0.5 && table < 0.01 {
        Some(DeviationKind::NotMeans)
    } else {
        None
    }
}

/// A message that proposes the kind of numbers. Multiples of one number are certainly means.
fn kind_message(code: DeviationKind, factor: Option<f64>, has_step: bool) -> String {
    let found = match code {
        DeviationKind::NotMeans => {
            "whole numbers, where the model was trained on fractions: these may be counts instead of means"
        }
        _ if has_step => "fractions, where the model was trained on counts: these may be means instead of counts",
        _ => {
            "fractions, where the model was trained on counts: these may be means instead of counts; if they are fold \
             change over control or p-values, they cannot be turned into counts"
        }
    };
    match factor {
        Some(factor) if has_step || code == DeviationKind::NotMeans => {
            format!("{found}; multiplying them by {factor} would give the scale of training")
        }
        Some(factor) => format!("{found}; multiplying means by {factor} would give the scale of training"),
        None => found.to_owned(),
    }
}

/// Fraction of non-integers among values other than 0, if there are enough.
fn fractions(distribution: &MarkDistribution) -> Option<f64> {
    let nonzero = 1.0 - distribution.zero_fraction;
    let known = distribution.values == 0 || distribution.values as f64 * nonzero >= NONZERO_AT_LEAST;
    (known && nonzero > 0.0).then(|| (1.0 - distribution.integer_fraction) / nonzero)
}

/// The factor that gives a mark the step of training, such as 100 for counts divided by 100. It must also bring the
/// mean close to that of training: the steps of other fractions are not counts.
fn step_factor(pair: &Pair<'_>) -> Option<f64> {
    let factor = pair.trained.step? / pair.table.step?;
    let off = pair.ratio.is_some_and(|ratio| beyond(ratio * factor, SCALE));
    (!off).then(|| three_digits(factor))
}

/// The factor of [`step_factor`], if equal for all marks.
fn common_step_factor(pairs: &[Pair<'_>]) -> Option<f64> {
    let factors: Vec<f64> = pairs.iter().filter_map(step_factor).collect();
    let &factor = factors.first()?;
    (factors.len() == pairs.len() && factors.iter().all(|other| *other == factor)).then_some(factor)
}

/// Counts that were multiplied by an integer on one side, recognised by their greatest common divisor. Corrects the
/// ratio of such a mark for later comparisons.
fn multiples(pairs: &mut [Pair<'_>]) -> Vec<Deviation> {
    use DeviationKind::{Depth, Doubled, Halved, MarkScale};
    let found: Vec<Option<f64>> = pairs.iter().map(multiple).collect();
    for (pair, multiple) in pairs.iter_mut().zip(&found) {
        pair.ratio = pair.ratio.map(|ratio| ratio / multiple.unwrap_or(1.0));
    }
    if let [Some(first), rest @ ..] = found.as_slice()
        && rest.len() + 1 >= DEPTH_MARKS
        && rest.iter().all(|other| *other == Some(*first))
    {
        let message = format!(
            "every count is a multiple of {first}, unlike those the model was trained on: sequencing depth may \
                differ, or they were multiplied"
        );
        return vec![about_all(Depth, message, Some(three_digits(1.0 / first)))];
    }
    let one = |(pair, multiple): (&Pair<'_>, Option<f64>)| {
        let multiple = multiple?;
        let factor = three_digits(1.0 / multiple);
        let (code, message) = if multiple == 2.0 {
            let message = "every count is even, unlike those the model was trained on: they look doubled";
            (Doubled, message.to_owned())
        } else if multiple == 0.5 {
            let message = "every count the model was trained on is even, as if doubled; these are not";
            (Halved, message.to_owned())
        } else {
            let message = format!("every count is {multiple} times what it would be in training: they look multiplied");
            (MarkScale, message)
        };
        Some(pair.about(code, message, Some(factor)))
    };
    pairs.iter().zip(found).filter_map(one).collect()
}

/// Step of a table's counts divided by that of training; `None` if 1 or not known.
fn multiple(pair: &Pair<'_>) -> Option<f64> {
    let counts = pair.table.integer_fraction == 1.0 && pair.trained.integer_fraction == 1.0;
    let multiple = three_digits(pair.table.step? / pair.trained.step?);
    (counts && multiple != 1.0).then_some(multiple)
}

/// Another depth, or else single marks on another scale.
fn scale(pairs: &[Pair<'_>]) -> Vec<Deviation> {
    let ratios: Vec<f64> = pairs.iter().filter_map(|pair| pair.ratio).collect();
    if ratios.len() == pairs.len()
        && let Some(common) = depth(&ratios)
    {
        let factor = two_digits(1.0 / common);
        let message = format!(
            "all marks are about {} of what the model was trained on, as with another sequencing depth",
            times(common)
        );
        return vec![about_all(DeviationKind::Depth, message, Some(factor))];
    }
    let off = |pair: &Pair<'_>| {
        let ratio = pair.ratio.filter(|ratio| beyond(*ratio, SCALE))?;
        let message = format!("the mean is {} that of the data the model was trained on", times(ratio));
        Some(pair.about(DeviationKind::MarkScale, message, Some(two_digits(1.0 / ratio))))
    };
    pairs.iter().filter_map(off).collect()
}

/// The factor of all marks, if biology does not explain it.
fn depth(ratios: &[f64]) -> Option<f64> {
    let mean = geometric_mean(ratios);
    let one_way = ratios
        .iter()
        .all(|ratio| (*ratio > 1.0) == (mean > 1.0) && beyond(*ratio, DEPTH_EACH));
    let found = ratios.len() >= DEPTH_MARKS && one_way && beyond(mean, DEPTH_MEAN) && similar(ratios);
    found.then_some(mean)
}

/// Returns true if a ratio is at least `limit`, or at most its inverse.
fn beyond(ratio: f64, limit: f64) -> bool {
    ratio >= limit || ratio <= 1.0 / limit
}

fn similar(ratios: &[f64]) -> bool {
    let mean = geometric_mean(ratios);
    ratios.iter().all(|ratio| !beyond(ratio / mean, SIMILAR))
}

fn geometric_mean(ratios: &[f64]) -> f64 {
    (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp()
}

fn two_digits(value: f64) -> f64 {
    number::float64(&format!("{value:.1e}")).unwrap_or(value)
}

fn three_digits(value: f64) -> f64 {
    number::float64(&format!("{value:.2e}")).unwrap_or(value)
}

/// A ratio in words: `3.1 times`, or `0.012 times`.
fn times(ratio: f64) -> String {
    format!("{} times", two_digits(ratio))
}
