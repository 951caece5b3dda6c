//! How much each bin of a gene counts, by each explanation: [N, T], the larger the more, in no common unit. It is what
//! a [deletion test](super::deletion) orders bins by.

use super::random::Random;

/// By attention: α [N, rows, T], its rows weighted by β [N, rows] where there is β, else their mean.
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

/// By the saliency map [N, T, M]: its absolute values summed over marks, since to matter either way is to matter.
pub fn saliency(saliency: &[f32], marks: usize) -> Vec<f32> {
    let bins = saliency.chunks_exact(marks);
    bins.map(|bin| bin.iter().map(|value| value.abs()).sum()).collect()
}

/// By the class's map [T, M] of [class optimisation](super::class_optimisation), summed over marks; the same for each
/// of `genes`.
pub fn class_map(map: &[f32], marks: usize, genes: usize) -> Vec<f32> {
    let bins: Vec<f32> = map.chunks_exact(marks).map(|bin| bin.iter().sum()).collect();
    bins.repeat(genes)
}

/// By the signal's own size, without any model: values [N, T, M], each mark in units of `means` (as [`mark_means`]
/// gives them), summed over marks. A mark whose mean is 0 counts nothing.
pub fn signal(values: &[f32], means: &[f32]) -> Vec<f32> {
    let bins = values.chunks_exact(means.len());
    bins.map(|bin| {
        let marks = bin.iter().zip(means);
        marks
            .map(|(value, &mean)| if mean > 0.0 { value / mean } else { 0.0 })
            .sum()
    })
    .collect()
}

/// The mean of each mark over all genes and bins of values [N, T, M].
pub fn mark_means(values: &[f32], marks: usize) -> Vec<f32> {
    // float64: a large table has millions of bins.
    let mut sums = vec![0.0_f64; marks];
    for bin in values.chunks_exact(marks) {
        for (sum, &value) in sums.iter_mut().zip(bin) {
            *sum += f64::from(value);
        }
    }
    let bins = (values.len() / marks).max(1) as f64;
    sums.iter().map(|sum| (sum / bins) as f32).collect()
}

/// By nothing: drawn from `seed`, uniform in [0, 1). What any explanation must beat.
pub fn random(genes: usize, bins: usize, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed);
    (0..genes * bins).map(|_| random.uniform()).collect()
}

/// By nothing, for one gene by its id and for one of several orders, `[T]`: the same in any choice of genes.
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
    fn saliency_counts_either_sign() {
        assert_eq!(saliency(&[0.5, -1.5, 0.0, 0.25], 2), [2.0, 0.25]);
    }

    #[test]
    fn the_class_map_is_the_same_for_every_gene() {
        assert_eq!(class_map(&[0.5, 0.5, 0.0, 0.25], 2, 2), [1.0, 0.25, 1.0, 0.25]);
    }

    #[test]
    fn signal_is_measured_in_each_marks_own_mean() {
        let values = [1.0, 0.0, 30.0, 0.0, 3.0, 0.0, 10.0, 0.0]; // 4 bins of 2 marks; the second mark is silent
        let means = mark_means(&values, 2);
        assert_eq!(means, [11.0, 0.0]);
        let importance = signal(&values, &means);
        assert!((importance[1] - 30.0 / 11.0).abs() < 1e-6);
        assert!(importance.iter().all(|value| value.is_finite()));
    }

    #[test]
    fn chance_is_settled_by_its_seed() {
        assert_eq!(random(2, 5, 1), random(2, 5, 1));
        assert_ne!(random(2, 5, 1), random(2, 5, 2));
    }
}
