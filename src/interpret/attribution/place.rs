//! Sums attributions over the windows that predict a region.

use std::ops::Range;

use super::SequenceAttribution;

/// Contributions of the bases of a region. Each window predicts a part of the region's bins; the contribution of a base
/// is the sum over the windows that contain it.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceAttribution {
    start: i64,
    sums: Vec<f32>,
    /// Contributions by each member of an ensemble.
    members: Vec<Vec<f32>>,
    score: f64,
    baseline_score: Option<f64>,
    remainder: Option<f64>,
    windows: usize,
    has_converged: bool,
}

impl PlaceAttribution {
    /// Starts with these bases and no window.
    pub fn new(bases: Range<i64>) -> Self {
        Self {
            start: bases.start,
            sums: vec![0.0; usize::try_from(bases.end - bases.start).unwrap_or(0)],
            members: Vec::new(),
            score: 0.0,
            baseline_score: Some(0.0),
            remainder: Some(0.0),
            windows: 0,
            has_converged: true,
        }
    }

    /// Adds the contributions of a window that begins at base `start`; bases outside the region are ignored.
    pub fn add(&mut self, start: i64, found: &SequenceAttribution) {
        // Wraps for a window that begins before the region, and returns to 0 at the region's first base.
        let first = (start - self.start) as usize;
        add(&mut self.sums, first, &found.contributions);
        let bases = self.sums.len();
        self.members.resize_with(found.members.len(), || vec![0.0; bases]);
        for (sums, member) in self.members.iter_mut().zip(&found.members) {
            add(sums, first, member);
        }
        let sum = |so_far: Option<f64>, value: Option<f32>| Some(so_far? + f64::from(value?));
        self.score += f64::from(found.score);
        self.baseline_score = sum(self.baseline_score, found.baseline_score);
        self.remainder = sum(self.remainder, found.remainder);
        self.windows += 1;
        self.has_converged &= found.has_converged();
    }

    /// Contribution of each base, `[bases]`.
    pub fn contributions(&self) -> &[f32] {
        &self.sums
    }

    /// Contributions by each member of an ensemble; empty for a single model.
    pub fn members(&self) -> &[Vec<f32>] {
        &self.members
    }

    /// The sum of the windows' scores.
    pub fn score(&self) -> f64 {
        self.score
    }

    /// Sum of the scores of the baselines; `None` if a window has none.
    pub fn baseline_score(&self) -> Option<f64> {
        self.baseline_score
    }

    /// Mean remainder of the windows before it was distributed; `None` if a window has none.
    pub fn remainder(&self) -> Option<f64> {
        self.remainder.map(|sum| sum / self.windows.max(1) as f64)
    }

    /// Returns true if all windows have converged.
    pub fn has_converged(&self) -> bool {
        self.has_converged
    }
}

fn add(sums: &mut [f32], first: usize, values: &[f32]) {
    for (base, value) in values.iter().enumerate() {
        if let Some(sum) = sums.get_mut(first.wrapping_add(base)) {
            *sum += value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(contributions: &[f32], score: f32, baseline: Option<(f32, f32)>) -> SequenceAttribution {
        SequenceAttribution {
            hypothetical: Vec::new(),
            contributions: contributions.to_vec(),
            standard_error: Vec::new(),
            score,
            baseline_score: baseline.map(|(score, _)| score),
            remainder: baseline.map(|(_, remainder)| remainder),
            members: Vec::new(),
        }
    }

    #[test]
    fn windows_add_up_where_they_overlap_and_outside_the_place_nothing_counts() {
        let mut place = PlaceAttribution::new(0..4);
        place.add(-1, &window(&[9.0, 1.0, 2.0], 3.0, Some((1.0, 0.001))));
        place.add(1, &window(&[10.0, 3.0, 4.0, 7.0], 5.0, Some((2.0, 0.003))));
        assert_eq!(place.contributions(), [1.0, 12.0, 3.0, 4.0]);
        assert_eq!((place.score(), place.baseline_score()), (8.0, Some(3.0)));
        assert!((place.remainder().expect("both have one") - 0.002).abs() < 1e-9);
        assert!(place.has_converged());
    }

    #[test]
    fn one_window_that_left_too_much_or_has_no_baseline_speaks_for_all() {
        let mut place = PlaceAttribution::new(0..1);
        place.add(0, &window(&[1.0], 1.0, Some((0.0, 0.5))));
        place.add(0, &window(&[1.0], 1.0, Some((0.0, 0.0))));
        assert!(!place.has_converged());
        place.add(0, &window(&[1.0], 1.0, None));
        assert_eq!((place.baseline_score(), place.remainder()), (None, None));
    }
}
