//! Importance of each bin of a gene, [N, T], or of each mark in it, [N, T, M], by several explanations: larger is more
//! important, units differ. A [deletion test](super::deletion) orders bins by it, summed over marks.

use super::random::Random;

/// By attention: α [N, rows, T], averaged over rows with the weights β [N, rows], or without weights if β is empty.
///
/// # Panics
/// If there is no row, or α or β has another length.
pub fn attention(alpha: &[f32], beta: &[f32], rows: usize, bins: usize) -> Vec<f32> {
    assert!(rows > 0, "a model without attention has no such importance");
    assert_eq!(alpha.len() % (rows * bins), 0, "α is [N, rows, T]");
    let genes = alpha.len() / (rows * bins);
    assert!(beta.is_empty() || beta.len() == genes * rows, "β is [N, rows] or empty");
    let mut importance = vec![0.0; genes * bins];
    for row in 0..genes * rows {
        let weight = beta.get(row).copied().unwrap_or(1.0 / rows as f32);
        let gene = &mut importance[row / rows * bins..][..bins];
        for (to, alpha) in gene.iter_mut().zip(&alpha[row * bins..][..bins]) {
            *to += weight * alpha;
        }
    }
    importance
}

/// By the size of the signal, without a model: values [N, T, M], each mark in units of `means` (see [`mark_means`]), so
/// that marks with many reads do not dominate. A mark with mean 0 has no importance.
pub fn signal(values: &[f32], means: &[f32]) -> Vec<f32> {
    let bins = values.chunks_exact(means.len());
    let in_mean = |(value, &mean): (&f32, &f32)| if mean > 0.0 { value / mean } else { 0.0 };
    bins.flat_map(|bin| bin.iter().zip(means)).map(in_mean).collect()
}

/// Orients values [N, …] towards the predicted class of each gene: flips their sign if the prediction `[N]` is below
/// the threshold.
pub fn for_predicted(mut values: Vec<f32>, predicted: &[f32], threshold: f32) -> Vec<f32> {
    let each = values.len() / predicted.len().max(1);
    for (gene, &predicted) in values.chunks_exact_mut(each.max(1)).zip(predicted) {
        if predicted < threshold {
            gene.iter_mut().for_each(|value| *value = -*value);
        }
    }
    values
}

/// Mean of each mark over all genes and bins of values [N, T, M].
pub fn mark_means(values: &[f32], marks: usize) -> Vec<f32> {
    // In float64: a large table has millions of bins.
    let mut sums = vec![0.0_f64; marks];
    for bin in values.chunks_exact(marks) {
        for (sum, &value) in sums.iter_mut().zip(bin) {
            *sum += f64::from(value);
        }
    }
    let bins = (values.len() / marks).max(1) as f64;
    sums.iter().map(|sum| (sum / bins) as f32).collect()
}

/// Random, from `seed`, uniform in [0, 1): the baseline of all explanations.
pub fn random(genes: usize, bins: usize, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed);
    (0..genes * bins).map(|_| random.uniform()).collect()
}

/// Random, for one gene by its id and one of several orders, `[T]`; independent of the choice of genes.
pub fn random_of(gene: &str, order: usize, bins: usize, seed: u64) -> Vec<f32> {
    let mut random = Random::named(&[seed, order as u64], gene);
    (0..bins).map(|_| random.uniform()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attention_is_weighted_by_beta_where_there_is_beta() {
        let alpha = [0.2, 0.8, 1.0, 0.0]; // one gene, two marks, two bins
        let weighted = attention(&alpha, &[0.75, 0.25], 2, 2);
        assert!((weighted[0] - 0.4).abs() < 1e-7 && (weighted[1] - 0.6).abs() < 1e-7);
        let mean = attention(&alpha, &[], 2, 2);
        assert!((mean[0] - 0.6).abs() < 1e-7 && (mean[1] - 0.4).abs() < 1e-7);
    }

    #[test]
    fn attention_of_all_marks_together_is_itself() {
        assert_eq!(attention(&[0.3, 0.7], &[], 1, 2), [0.3, 0.7]);
    }

    #[test]
    #[should_panic(expected = "without attention")]
    fn a_model_without_attention_has_no_such_importance() {
        attention(&[], &[], 0, 2);
    }

    #[test]
    fn what_is_said_for_the_other_class_is_turned_round() {
        let values = vec![1.0, -2.0, 3.0, -4.0, 5.0, -6.0];
        assert_eq!(
            for_predicted(values, &[0.5, 0.4, 0.9], 0.5),
            [1.0, -2.0, -3.0, 4.0, 5.0, -6.0]
        );
    }

    #[test]
    fn signal_is_measured_in_each_marks_own_mean() {
        let values = [1.0, 0.0, 30.0, 0.0, 3.0, 0.0, 10.0, 0.0]; // 4 bins of 2 marks; the second mark is silent
        let means = mark_means(&values, 2);
        assert_eq!(means, [11.0, 0.0]);
        let importance = signal(&values, &means);
        assert!((importance[2] - 30.0 / 11.0).abs() < 1e-6);
        assert!(importance.iter().all(|value| value.is_finite()));
    }

    #[test]
    fn chance_is_settled_by_its_seed() {
        assert_eq!(random(2, 5, 1), random(2, 5, 1));
        assert_ne!(random(2, 5, 1), random(2, 5, 2));
    }
}
