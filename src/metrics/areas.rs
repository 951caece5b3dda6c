//! Sampling error of an AUROC, and of the difference of two.

use super::{NORMAL_95, auroc, numbers, ranks};

/// 95 % confidence interval of an AUROC over `positives` and `negatives`: all areas from which the observed one is
/// within 1.96 standard errors. The standard error is Hanley and McNeil's (Radiology 143, 1982), the interval
/// Newcombe's (Statistics in Medicine 25, 2006, method 5). `None` without examples of both classes.
pub fn auroc_interval(area: f64, positives: usize, negatives: usize) -> Option<(f64, f64)> {
    if positives == 0 || negatives == 0 || !(0.0..=1.0).contains(&area) {
        return None;
    }
    let is_near = |true_area: f64| {
        let variance = hanley_mcneil(true_area, positives as f64, negatives as f64);
        (area - true_area).powi(2) <= NORMAL_95.powi(2) * variance
    };
    // End of the interval towards one end of the scale, by bisection.
    let border = |end: f64| {
        let (mut near, mut far) = (area, end);
        if is_near(end) {
            return end;
        }
        for _ in 0..60 {
            let middle = f64::midpoint(near, far);
            *(if is_near(middle) { &mut near } else { &mut far }) = middle;
        }
        near
    };
    Some((border(0.0), border(1.0)))
}

/// Variance of an area, with the mean of both classes' counts in its last two terms, as in Newcombe.
fn hanley_mcneil(area: f64, positives: f64, negatives: f64) -> f64 {
    let others = f64::midpoint(positives, negatives) - 1.0;
    let apart = 1.0 - area;
    area * apart * (1.0 + others * (apart / (2.0 - area) + area / (1.0 + area))) / (positives * negatives)
}

/// Difference of two areas over the same examples, with its 95 % confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The first minus the second.
    pub difference: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// The AUROC of scores `first` minus that of `second` over the same examples: DeLong's test of paired curves
/// (Biometrics 44, 1988), with Student's t and Welch's degrees of freedom, because few examples of a class make its
/// variance uncertain. `None` also if a class has fewer than two examples.
pub fn auroc_difference<S: Copy + Into<f64>>(first: &[S], second: &[S], labels: &[bool]) -> Option<Difference> {
    let difference = auroc(first, labels)? - auroc(second, labels)?;
    let [first, second] = [
        placements(&numbers(first)?, labels),
        placements(&numbers(second)?, labels),
    ];
    let of_class = |class: bool| {
        let pairs = first.iter().zip(&second).zip(labels);
        let apart: Vec<f64> = pairs
            .filter(|(_, label)| **label == class)
            .map(|((a, b), _)| a - b)
            .collect();
        let (n, mean) = (apart.len() as f64, super::mean(&apart));
        let squares: f64 = apart.iter().map(|one| (one - mean).powi(2)).sum();
        (apart.len() > 1).then(|| (squares / (n - 1.0) / n, n - 1.0))
    };
    let [(on, freedom_on), (off, freedom_off)] = [of_class(true)?, of_class(false)?];
    let variance = on + off;
    let freedom = variance * variance / (on * on / freedom_on + off * off / freedom_off);
    let half = student_95(freedom) * variance.sqrt();
    Some(Difference {
        difference,
        low: difference - half,
        high: difference + half,
    })
}

/// Half-width of a 95 % interval in standard errors with these degrees of freedom: the Cornish-Fisher expansion, within
/// 0.01 from 4 on. That of the normal distribution without variance.
fn student_95(freedom: f64) -> f64 {
    if !freedom.is_finite() {
        return NORMAL_95;
    }
    let z = NORMAL_95;
    let first = (z.powi(3) + z) / 4.0;
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    let third = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0;
    z + first / freedom + second / freedom.powi(2) + third / freedom.powi(3)
}

/// Fraction of the other class on the correct side of each example, with ties counting a half.
fn placements(scores: &[f64], labels: &[bool]) -> Vec<f64> {
    let among_all = ranks(scores);
    let mut placements = vec![0.0; scores.len()];
    for class in [true, false] {
        let (members, of_class): (Vec<usize>, Vec<f64>) = (0..scores.len())
            .filter(|&i| labels[i] == class)
            .map(|i| (i, scores[i]))
            .unzip();
        let others = (scores.len() - members.len()) as f64;
        for (&member, among_class) in members.iter().zip(ranks(&of_class)) {
            let below = (among_all[member] - among_class) / others;
            placements[member] = if class { below } else { 1.0 - below };
        }
    }
    placements
}
