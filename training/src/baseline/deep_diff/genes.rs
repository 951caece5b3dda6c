//! Features of genes in two cell types.

use ndarray::{Array1, Array2, Axis};
use regulens::input::{SignalTable, log2_fold_change};

use super::super::values::Values;

/// Bins that are summed together. Single bins of a hundred base pairs have few reads, and noisy logarithms.
const WIDTHS: [usize; 4] = [5, 10, 20, 40];

/// A set of genes in both cell types.
#[derive(Debug, Clone)]
pub struct Genes {
    /// Their table, for errors.
    pub file: String,
    /// T.
    pub bins: usize,
    /// M names.
    pub marks: Vec<String>,
    /// [N, T · M], bin by bin: A.
    a: Array2<f64>,
    /// [N, T · M], bin by bin: B.
    b: Array2<f64>,
    /// log2((count in B + 1) / (count in A + 1)).
    pub change: Vec<f64>,
}

impl Genes {
    /// The genes of a [`Paired`](regulens::input::Paired) table, with their expression counts in A and B.
    pub fn new(paired: &SignalTable, marks: &[String], counts: &[[f64; 2]]) -> Self {
        let (genes, bins) = (paired.genes.len(), paired.bins);
        let of_cell = |cell: usize| {
            // A bin contains the marks of A and then of B.
            let cells = paired.values.chunks_exact(marks.len());
            let values = cells.skip(cell).step_by(2).flatten();
            let values = values.map(|&value| f64::from(value)).collect();
            Array2::from_shape_vec((genes, bins * marks.len()), values)
                .expect("a pair is genes x bins x both cell types' marks")
        };
        Self {
            file: paired.file.clone(),
            bins,
            marks: marks.to_vec(),
            a: of_cell(0),
            b: of_cell(1),
            change: counts.iter().copied().map(log2_fold_change).collect(),
        }
    }

    /// The genes of one cell type, as a change to their levels from a cell type without signal: log ratios are then
    /// ln(1 + count).
    pub fn of_levels(table: &SignalTable, levels: &[f64]) -> Self {
        let counts = Values::Counts.of(table);
        Self {
            file: table.file.clone(),
            bins: table.bins,
            marks: table.marks.clone(),
            a: Array2::zeros(counts.raw_dim()),
            b: counts,
            change: levels.to_vec(),
        }
    }

    /// N.
    pub fn len(&self) -> usize {
        self.change.len()
    }

    /// A − B of the counts, [N, T · M]: DeepDiff's difference.
    pub fn differences(&self) -> Array2<f64> {
        &self.a - &self.b
    }

    /// Numbers of bins that can be summed together: more than one, and a divisor of T that leaves more than one.
    pub fn wider_bins(&self) -> impl Iterator<Item = usize> {
        let bins = self.bins;
        WIDTHS
            .into_iter()
            .filter(move |width| bins > *width && bins.is_multiple_of(*width))
    }

    /// ln(1 + B) − ln(1 + A) of the counts in each bin, [N, T · M]; with the sign of the change of expression.
    pub fn log_ratios(&self) -> Array2<f64> {
        self.log_ratios_over(1)
    }

    /// The same for the counts in every `width` neighbouring bins, [N, T / width · M]; `width` divides T.
    pub fn log_ratios_over(&self, width: usize) -> Array2<f64> {
        let marks = self.marks.len();
        let sums = |cell: &Array2<f64>| {
            let mut sums = Array2::<f64>::zeros((cell.nrows(), self.bins / width * marks));
            for (at, column) in cell.axis_iter(Axis(1)).enumerate() {
                let into = at / (width * marks) * marks + at % marks;
                let mut sum = sums.column_mut(into);
                sum += &column;
            }
            sums.mapv(f64::ln_1p)
        };
        sums(&self.b) - sums(&self.a)
    }

    /// The change of expression, `[N]`.
    pub fn targets(&self) -> Array1<f64> {
        Array1::from(self.change.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cell_types_are_told_apart_within_a_bin() {
        let text = b"gene,bin,A x,A y,B x,B y\ng,1,1,2,10,20\ng,2,3,4,30,40\n";
        let table = SignalTable::read("t.csv", text).unwrap();
        let genes = Genes::new(&table, &["x".to_owned(), "y".to_owned()], &[[0.0, 3.0]]);
        assert_eq!(genes.differences(), ndarray::array![[-9.0, -18.0, -27.0, -36.0]]);
        assert_eq!(genes.log_ratios()[[0, 3]], 41_f64.ln() - 5_f64.ln());
        let over_both = genes.log_ratios_over(2);
        assert_eq!(
            over_both,
            ndarray::array![[41_f64.ln() - 5_f64.ln(), 61_f64.ln() - 7_f64.ln()]]
        );
        assert_eq!(genes.change, [2.0]);
    }

    #[test]
    fn log_ratios_of_one_cell_type_are_its_logarithms() {
        let table = SignalTable::read("t.csv", b"gene,bin,x,y\ng,1,1,2\ng,2,3,4\n").unwrap();
        let genes = Genes::of_levels(&table, &[5.0]);
        let logarithms = ndarray::array![[2.0, 3.0, 4.0, 5.0]].mapv(f64::ln);
        assert!((genes.log_ratios() - logarithms).iter().all(|rest| rest.abs() < 1e-12));
        assert_eq!((genes.change.as_slice(), genes.len()), (&[5.0][..], 1));
    }
}
