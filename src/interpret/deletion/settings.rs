//! Settings of a deletion test.

use super::super::refuse;
use super::Outcome;
use crate::error::Error;
use crate::task::Contrast;

/// Settings of a deletion test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletionSettings {
    /// Number of bins that are replaced at each point of the curve, ascending from 0.
    pub steps: Vec<usize>,
    /// Contrast whose baseline replaces the bins; also the baseline of attributions.
    pub contrast: Contrast,
    /// Quantity that the model predicts.
    pub outcome: Outcome,
    /// Seed of random orders and of the order of equally important bins, which is random because the order of the bins
    /// would favour one end. Both are drawn for each gene by its id, and so do not depend on the choice of genes.
    pub seed: u64,
}

/// Default percentages of a gene's bins that are replaced: densest where explanations differ most.
pub const PERCENT: [usize; 12] = [0, 1, 2, 5, 10, 15, 20, 30, 40, 50, 75, 100];

impl DeletionSettings {
    /// From none to all of `bins` bins, at [`PERCENT`], rounded up; replaced by the baseline of this contrast.
    pub fn whole_curve(bins: usize, contrast: Contrast) -> Self {
        let mut steps = PERCENT.map(|percent| (percent * bins).div_ceil(100)).to_vec();
        steps.dedup();
        Self {
            steps,
            contrast,
            outcome: Outcome::default(),
            seed: 1,
        }
    }
}

/// Checks that the steps make a curve over `bins` bins.
pub(super) fn check_steps(steps: &[usize], bins: usize) -> Result<(), Error> {
    let rising = steps.windows(2).all(|pair| pair[0] < pair[1]);
    if steps.len() < 2 || steps[0] != 0 || !rising {
        return refuse(format!(
            "found the steps {steps:?}; expected numbers of bins that begin with 0 and rise"
        ));
    }
    let last = steps[steps.len() - 1];
    if last > bins {
        return refuse(format!(
            "found a step of {last} bins; expected at most the {bins} that a gene has"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_of_the_curve_replaces_more_bins() {
        for bins in [1, 2, 3, 7, 33, 100, 201] {
            let steps = DeletionSettings::whole_curve(bins, Contrast::Zero).steps;
            assert!(check_steps(&steps, bins).is_ok(), "{bins}: {steps:?}");
            assert_eq!(steps.last(), Some(&bins));
        }
    }
}
