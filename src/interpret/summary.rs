//! Summaries over genes, accumulated batch by batch so that attention maps are not kept.

/// Mean α of genes predicted on and of genes predicted off (figure 2a of the AttentiveChrome paper).
///
/// A gene is on if its probability is at or above the threshold. Genes whose probability or attention is NaN do not
/// count.
#[derive(Debug, Clone)]
pub struct AttentionSummary {
    /// Attention values per gene: rows · bins.
    size: usize,
    threshold: f32,
    on: Sum,
    off: Sum,
}

/// Result of an [`AttentionSummary`].
#[derive(Debug, Clone, PartialEq)]
pub struct AttentionMeans {
    /// Mean α over the genes predicted on, [rows, bins]; `None` if there are none.
    pub on: Option<Vec<f32>>,
    /// Mean α over the genes predicted off, [rows, bins]; `None` if there are none.
    pub off: Option<Vec<f32>>,
    /// Genes predicted on.
    pub genes_on: usize,
    /// Genes predicted off.
    pub genes_off: usize,
}

#[derive(Debug, Clone)]
struct Sum {
    // In float64: a sum of 20,000 genes in float32 loses the digits in which flat profiles differ.
    alpha: Vec<f64>,
    genes: usize,
}

impl AttentionSummary {
    /// A summary of attention maps of `rows` (marks) by `bins`; genes are on from `threshold` upwards.
    pub fn new(rows: usize, bins: usize, threshold: f32) -> Self {
        let empty = Sum {
            alpha: vec![0.0; rows * bins],
            genes: 0,
        };
        Self {
            size: rows * bins,
            threshold,
            on: empty.clone(),
            off: empty,
        }
    }

    /// Adds a batch: `probability` [genes] and `alpha` [genes, rows, bins].
    ///
    /// # Panics
    /// If the lengths of `alpha` and `probability` do not match.
    pub fn add(&mut self, probability: &[f32], alpha: &[f32]) {
        assert_eq!(
            alpha.len(),
            probability.len() * self.size,
            "attention of {} genes has rows x bins = {} values each",
            probability.len(),
            self.size
        );
        for (gene, &probability) in probability.iter().enumerate() {
            let alpha = &alpha[gene * self.size..(gene + 1) * self.size];
            if probability.is_nan() || alpha.iter().any(|value| value.is_nan()) {
                continue;
            }
            let sum = if probability >= self.threshold {
                &mut self.on
            } else {
                &mut self.off
            };
            sum.genes += 1;
            for (total, &value) in sum.alpha.iter_mut().zip(alpha) {
                *total += f64::from(value);
            }
        }
    }

    /// The means of all genes so far.
    pub fn finish(&self) -> AttentionMeans {
        AttentionMeans {
            on: self.on.mean(),
            off: self.off.mean(),
            genes_on: self.on.genes,
            genes_off: self.off.genes,
        }
    }
}

impl Sum {
    fn mean(&self) -> Option<Vec<f32>> {
        let genes = self.genes as f64;
        (self.genes > 0).then(|| self.alpha.iter().map(|total| (total / genes) as f32).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::AttentionSummary;

    #[test]
    fn means_are_taken_apart_for_genes_on_and_off() {
        let mut summary = AttentionSummary::new(1, 2, 0.5);
        summary.add(&[0.9, 0.1], &[0.2, 0.8, 0.6, 0.4]);
        summary.add(&[0.5], &[0.4, 0.6]);
        let means = summary.finish();
        assert_eq!((means.genes_on, means.genes_off), (2, 1));
        for (got, wanted) in means.on.iter().flatten().zip([0.3, 0.7]) {
            assert!((got - wanted).abs() < 1e-7, "{got} is not {wanted}");
        }
        assert_eq!(means.off, Some(vec![0.6, 0.4]));
    }

    #[test]
    fn a_side_without_genes_has_no_mean() {
        let mut summary = AttentionSummary::new(2, 1, 0.5);
        summary.add(&[0.7], &[1.0, 1.0]);
        assert_eq!(summary.finish().off, None);
        assert_eq!(AttentionSummary::new(2, 3, 0.5).finish().on, None);
    }

    #[test]
    fn a_gene_with_nan_counts_for_neither_side() {
        let mut summary = AttentionSummary::new(1, 1, 0.5);
        summary.add(&[f32::NAN, 0.7], &[1.0, f32::NAN]);
        let means = summary.finish();
        assert_eq!((means.genes_on, means.genes_off), (0, 0));
    }

    #[test]
    fn flat_attention_of_many_genes_keeps_its_digits() {
        let mut summary = AttentionSummary::new(1, 1, 0.5);
        for _ in 0..20_000 {
            summary.add(&[1.0], &[0.01]);
        }
        assert_eq!(summary.finish().on, Some(vec![0.01]));
    }

    #[test]
    #[should_panic(expected = "rows x bins = 6")]
    fn attention_of_another_shape_is_refused() {
        AttentionSummary::new(2, 3, 0.5).add(&[0.5], &[0.0; 5]);
    }
}
