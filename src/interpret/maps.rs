//! Values per gene, mark and bin, with either marks or bins innermost.

/// Attention [N, rows, T], or signal and saliency [N, T, rows]; row-major.
#[derive(Debug, Clone, Copy)]
pub struct Maps<'a> {
    values: &'a [f32],
    rows: usize,
    bins: usize,
    /// Distances between two neighbouring rows and between two neighbouring bins.
    strides: [usize; 2],
}

/// Mean over genes, per bin.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// `[T]`; `None` without genes.
    pub mean: Option<Vec<f64>>,
    /// Number of genes.
    pub genes: usize,
}

impl<'a> Maps<'a> {
    /// Values [N, rows, T], the layout of attention.
    ///
    /// # Panics
    /// If the number of genes is not an integer.
    pub fn of_attention(values: &'a [f32], rows: usize, bins: usize) -> Self {
        Self::new(values, rows, bins, [bins, 1])
    }

    /// Values [N, T, marks], the layout of signal.
    ///
    /// # Panics
    /// If the number of genes is not an integer.
    pub fn of_signal(values: &'a [f32], marks: usize, bins: usize) -> Self {
        Self::new(values, marks, bins, [1, marks])
    }

    fn new(values: &'a [f32], rows: usize, bins: usize, strides: [usize; 2]) -> Self {
        assert!(
            rows * bins > 0 && values.len().is_multiple_of(rows * bins),
            "{} values are no genes of {rows} rows x {bins} bins",
            values.len()
        );
        Self {
            values,
            rows,
            bins,
            strides,
        }
    }

    /// N.
    pub fn genes(&self) -> usize {
        self.values.len() / (self.rows * self.bins)
    }

    /// Number of rows: marks, or 1 for all together.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// T.
    pub fn bins(&self) -> usize {
        self.bins
    }

    /// The value of a gene, row and bin, each counted from 0.
    ///
    /// # Panics
    /// If one is out of bounds.
    pub fn at(&self, gene: usize, row: usize, bin: usize) -> f32 {
        assert!(row < self.rows && bin < self.bins, "no such row or bin");
        let [of_row, of_bin] = self.strides;
        self.values[gene * self.rows * self.bins + row * of_row + bin * of_bin]
    }

    /// Values of one gene, [rows, T].
    pub fn gene(&self, gene: usize) -> Vec<f32> {
        (0..self.rows)
            .flat_map(|row| (0..self.bins).map(move |bin| self.at(gene, row, bin)))
            .collect()
    }

    /// Mean of one row over the genes that `take` accepts, with `part` applied to each value (such as its absolute
    /// value). Genes with a NaN in the row do not count.
    pub fn profile(&self, row: usize, take: impl Fn(usize) -> bool, part: impl Fn(f32) -> f32) -> Profile {
        let mut sum = ProfileSum::new(self.bins);
        for gene in (0..self.genes()).filter(|&gene| take(gene)) {
            sum.add(*self, gene, row, &part);
        }
        sum.profile()
    }
}

/// Accumulates a [`Profile`] gene by gene.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileSum {
    // In float64, as in `AttentionSummary`: flat profiles of many genes differ in late digits.
    sum: Vec<f64>,
    genes: usize,
}

impl ProfileSum {
    /// Starts with no genes and T bins.
    pub fn new(bins: usize) -> Self {
        Self {
            sum: vec![0.0; bins],
            genes: 0,
        }
    }

    /// Adds a row of a gene, with `part` applied to each value. A gene with a NaN in the row does not count.
    ///
    /// # Panics
    /// If the gene or row is out of bounds, or the number of bins differs.
    pub fn add(&mut self, maps: Maps<'_>, gene: usize, row: usize, part: impl Fn(f32) -> f32) {
        assert_eq!(maps.bins, self.sum.len(), "as many bins");
        if (0..maps.bins).any(|bin| maps.at(gene, row, bin).is_nan()) {
            return;
        }
        self.genes += 1;
        for (bin, sum) in self.sum.iter_mut().enumerate() {
            *sum += f64::from(part(maps.at(gene, row, bin)));
        }
    }

    /// The mean so far.
    pub fn profile(&self) -> Profile {
        let genes = self.genes;
        let mean = (genes > 0).then(|| self.sum.iter().map(|sum| sum / genes as f64).collect());
        Profile { mean, genes }
    }
}

/// α [N, M, T] times β [N, M], per mark: [N, M, T]. The values of a gene sum to 1.
///
/// # Panics
/// If they are not of the same genes and marks.
pub fn weigh(alpha: &[f32], beta: &[f32], bins: usize) -> Vec<f32> {
    assert_eq!(alpha.len(), beta.len() * bins, "one α row for every β");
    alpha
        .chunks_exact(bins)
        .zip(beta)
        .flat_map(|(row, beta)| row.iter().map(move |alpha| alpha * beta))
        .collect()
}

/// Proximity of each bin to the centre of the window, the TSS: minus the distance of the bin's centre, in bins.
pub fn tss_distance(bins: usize) -> Vec<f64> {
    let middle = (bins as f64 - 1.0) / 2.0;
    (0..bins).map(|bin| -(bin as f64 - middle).abs()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two genes, two rows, three bins, whose number says where it stands: gene, row, bin.
    const BY_ROW: [f32; 12] = [
        0.0, 1.0, 2.0, 10.0, 11.0, 12.0, 100.0, 101.0, 102.0, 110.0, 111.0, 112.0,
    ];
    const BY_BIN: [f32; 12] = [
        0.0, 10.0, 1.0, 11.0, 2.0, 12.0, 100.0, 110.0, 101.0, 111.0, 102.0, 112.0,
    ];

    #[test]
    fn both_orders_give_the_same_numbers() {
        let maps = [Maps::of_attention(&BY_ROW, 2, 3), Maps::of_signal(&BY_BIN, 2, 3)];
        for maps in maps {
            assert_eq!((maps.genes(), maps.rows(), maps.bins()), (2, 2, 3));
            assert_eq!(maps.at(1, 0, 2), 102.0);
            assert_eq!(maps.gene(0), BY_ROW[..6]);
        }
    }

    #[test]
    fn a_profile_is_the_mean_over_the_genes_taken() {
        let maps = Maps::of_signal(&BY_BIN, 2, 3);
        let both = maps.profile(1, |_| true, |value| value);
        assert_eq!((both.mean, both.genes), (Some(vec![60.0, 61.0, 62.0]), 2));
        let one = maps.profile(1, |gene| gene == 1, |value| -value);
        assert_eq!(one.mean, Some(vec![-110.0, -111.0, -112.0]));
        let none = maps.profile(0, |_| false, |value| value);
        assert_eq!((none.mean, none.genes), (None, 0));
    }

    #[test]
    fn a_gene_with_nan_in_the_row_does_not_count() {
        let mut values = BY_ROW;
        values[1] = f32::NAN;
        let maps = Maps::of_attention(&values, 2, 3);
        let profile = maps.profile(0, |_| true, |value| value);
        assert_eq!(profile.mean, Some(vec![100.0, 101.0, 102.0]));
        assert_eq!(maps.profile(1, |_| true, |value| value).genes, 2);
    }

    #[test]
    fn alpha_is_weighed_mark_by_mark() {
        let alpha = [0.25, 0.75, 0.5, 0.5];
        assert_eq!(weigh(&alpha, &[0.8, 0.2], 2), [0.2, 0.6, 0.1, 0.1]);
    }

    #[test]
    fn the_tss_lies_between_the_middle_two_bins_or_in_the_middle_one() {
        assert_eq!(tss_distance(4), [-1.5, -0.5, -0.5, -1.5]);
        assert_eq!(tss_distance(3), [-1.0, 0.0, -1.0]);
    }

    #[test]
    #[should_panic(expected = "no genes of 2 rows x 3 bins")]
    fn half_a_gene_is_refused() {
        Maps::of_attention(&BY_ROW[..9], 2, 3);
    }
}
