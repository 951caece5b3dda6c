//! Occlusion: the decrease of the score when a window of bins is replaced by the baseline.

use std::ops::Range;

use super::super::refuse;
use super::{Attribution, AttributionInputs, Scorer, Shape};
use crate::error::Error;

/// Values replaced together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Number of neighbouring bins. The value of a bin is the mean over the windows that cover it.
    pub bins: usize,
    /// True for all marks of a cell type together, false for each mark by itself.
    pub together: bool,
    /// True for adjacent windows, the last one perhaps narrower; false for a window at every bin.
    pub side_by_side: bool,
}

/// Largest number of predictions per gene with [`Window::of_bins`].
const MOST_WINDOWS: usize = 100;

impl Default for Window {
    /// A single value: one bin of one mark.
    fn default() -> Self {
        Self {
            bins: 1,
            together: false,
            side_by_side: false,
        }
    }
}

impl Window {
    /// One bin of all marks of a cell type; the smallest number of neighbouring bins that makes at most 100 windows in
    /// longer genes.
    pub fn of_bins(shape: Shape) -> Self {
        Self {
            bins: (shape.bins * shape.cell_types)
                .div_ceil(MOST_WINDOWS)
                .clamp(1, shape.bins.max(1)),
            together: true,
            side_by_side: true,
        }
    }

    /// The windows over `bins` bins.
    fn places(self, bins: usize) -> impl Iterator<Item = Range<usize>> {
        let (ends, apart) = match self.side_by_side {
            true => (bins, self.bins),
            false => (bins + 1 - self.bins, 1),
        };
        let windows = (0..ends).step_by(apart);
        windows.map(move |first| first..bins.min(first + self.bins))
    }

    /// Number of windows over `bins` bins that cover each bin.
    fn covering(self, bins: usize) -> Vec<usize> {
        let mut covering = vec![0; bins];
        for window in self.places(bins) {
            covering[window].iter_mut().for_each(|count| *count += 1);
        }
        covering
    }

    pub(super) fn check(&self, shape: Shape) -> Result<(), Error> {
        if (1..=shape.bins).contains(&self.bins) {
            return Ok(());
        }
        refuse(format!(
            "found a window of {} bins; expected 1 to {}",
            self.bins, shape.bins
        ))
    }
}

/// Genes scored in one pass: enough to fill a device.
const ROWS: usize = 1024;

/// A gene with a window replaced, waiting for its score.
struct Waiting {
    gene: usize,
    group: usize,
    bins: Range<usize>,
}

pub async fn occlusion<S: Scorer>(
    scorer: &mut S,
    inputs: AttributionInputs<'_>,
    window: Window,
) -> Result<Attribution, S::Failure> {
    let shape = inputs.shape;
    let columns = shape.columns();
    let (groups, width) = match window.together {
        true => (shape.cell_types, shape.marks),
        false => (columns, 1),
    };
    let mut sums = vec![0.0_f64; inputs.genes() * shape.bins * groups];
    let (mut rows, mut waiting) = (Vec::with_capacity(ROWS * shape.size()), Vec::with_capacity(ROWS));
    for gene in 0..inputs.genes() {
        let [values, baseline] = inputs.gene(gene);
        for bins in window.places(shape.bins) {
            for group in 0..groups {
                let places = bins
                    .clone()
                    .flat_map(|bin| (0..width).map(move |column| bin * columns + group * width + column));
                if places.clone().all(|place| values[place] == baseline[place]) {
                    continue; // nothing changes
                }
                let start = rows.len();
                rows.extend_from_slice(values);
                for place in places {
                    rows[start + place] = baseline[place];
                }
                let bins = bins.clone();
                waiting.push(Waiting { gene, group, bins });
                if waiting.len() == ROWS {
                    settle(scorer, &inputs, &mut rows, &mut waiting, groups, &mut sums).await?;
                }
            }
        }
    }
    settle(scorer, &inputs, &mut rows, &mut waiting, groups, &mut sums).await?;
    let covering = window.covering(shape.bins);
    let values = sums.iter().enumerate().map(|(place, sum)| {
        let covering = covering[place / groups % shape.bins];
        (sum / covering as f64) as f32
    });
    let values = values.collect();
    Ok(inputs.end(values, Vec::new()))
}

/// Scores the waiting rows and adds the decrease for each window to the bins that it covers.
async fn settle<S: Scorer>(
    scorer: &mut S,
    inputs: &AttributionInputs<'_>,
    rows: &mut Vec<f32>,
    waiting: &mut Vec<Waiting>,
    groups: usize,
    sums: &mut [f64],
) -> Result<(), S::Failure> {
    if waiting.is_empty() {
        return Ok(());
    }
    scorer.go_on().await?;
    let gene = |row: usize| waiting[row].gene;
    let scores = inputs.scores(scorer, rows, waiting.len(), gene).await?;
    for (Waiting { gene, group, bins }, score) in waiting.drain(..).zip(scores) {
        let lost = f64::from(inputs.score[gene]) - f64::from(score);
        for bin in bins {
            sums[(gene * inputs.shape.bins + bin) * groups + group] += lost;
        }
    }
    rows.clear();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::known::{Known, SHAPE, at_once, genes};
    use super::super::{Method, attribute};
    use super::*;

    fn occluded(window: Window) -> (Attribution, usize) {
        let mut known = Known { asked: 0 };
        let zero = vec![0.0; genes().len()];
        let found = at_once(attribute(&mut known, &genes(), &zero, SHAPE, Method::Occlusion(window))).unwrap();
        (found, known.asked)
    }

    #[test]
    fn one_value_costs_what_the_known_function_loses() {
        let (found, asked) = occluded(Window::default());
        for (place, (got, x)) in found.values.chunks_exact(3).zip(genes().chunks_exact(3)).enumerate() {
            let weight = (place % SHAPE.bins + 1) as f32;
            let expected = [2.0 * x[0] + x[0] * x[1], x[0] * x[1], x[2].tanh()];
            for (got, expected) in got.iter().zip(expected) {
                assert!((got - weight * expected).abs() < 1e-5, "{got} {expected}");
            }
        }
        // Both genes and their baselines, and each value but the first gene's first, which is 0 already.
        assert_eq!(asked, 4 + 24 - 1);
    }

    #[test]
    fn a_window_of_all_marks_over_all_bins_costs_everything_in_every_bin() {
        let (found, _) = occluded(Window {
            bins: SHAPE.bins,
            together: true,
            side_by_side: false,
        });
        for gene in 0..2 {
            let all = found.score[gene] - found.baseline_score[gene];
            let bins = &found.values[gene * SHAPE.bins..][..SHAPE.bins];
            assert!(bins.iter().all(|bin| (bin - all).abs() < 1e-5), "{bins:?} {all}");
        }
    }

    #[test]
    fn a_bin_has_the_mean_over_the_windows_that_cover_it() {
        let of = |bins| {
            occluded(Window {
                bins,
                together: true,
                side_by_side: false,
            })
        };
        let pairs = of(2);
        let single = of(1).0.values; // the known function adds up over bins, and so do its windows
        for gene in 0..2 {
            let single = &single[gene * SHAPE.bins..][..SHAPE.bins];
            let got = &pairs.0.values[gene * SHAPE.bins..][..SHAPE.bins];
            let windows: Vec<f32> = single.windows(2).map(|two| two[0] + two[1]).collect();
            let expected = [
                windows[0],
                f32::midpoint(windows[0], windows[1]),
                f32::midpoint(windows[1], windows[2]),
                windows[2],
            ];
            for (got, expected) in got.iter().zip(expected) {
                assert!((got - expected).abs() < 1e-4, "{got} {expected}");
            }
        }
    }

    #[test]
    fn windows_side_by_side_take_each_bin_once_and_the_last_may_be_narrower() {
        let of = |bins, side_by_side| {
            let window = Window {
                bins,
                together: true,
                side_by_side,
            };
            let (found, asked) = occluded(window);
            (found.values, asked)
        };
        let (single, _) = of(1, false);
        let (threes, asked) = of(3, true);
        // Both genes, their baselines, and two windows of each gene.
        assert_eq!(asked, 4 + 4);
        for gene in 0..2 {
            let single = &single[gene * SHAPE.bins..][..SHAPE.bins];
            let got = &threes[gene * SHAPE.bins..][..SHAPE.bins];
            let three: f32 = single[..3].iter().sum();
            for (got, expected) in got.iter().zip([three, three, three, single[3]]) {
                assert!((got - expected).abs() < 1e-4, "{got} {expected}");
            }
        }
        assert_eq!(of(1, true).0, single);
    }

    #[test]
    fn bins_are_taken_one_by_one_where_no_more_than_a_hundred_windows_come_of_it() {
        let width = |bins, cell_types| {
            let shape = Shape {
                bins,
                marks: 5,
                cell_types,
            };
            let window = Window::of_bins(shape);
            let windows = window.places(bins).count() * cell_types;
            assert!(
                windows <= MOST_WINDOWS && window.check(shape).is_ok(),
                "{windows} windows"
            );
            window.bins
        };
        assert_eq!(
            [(100, 1), (100, 2), (200, 2), (1, 2)].map(|(bins, cells)| width(bins, cells)),
            [1, 2, 4, 1]
        );
    }
}
