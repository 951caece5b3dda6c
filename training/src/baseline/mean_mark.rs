//! The mean signal of the promoter mark.

use regulens::input::SignalTable;

/// The most informative single mark of expression: H3K4me3 is at promoters of genes that are on.
pub const MARK: &str = "H3K4me3";

/// Mean of the mark over the bins of each gene; `None` if the table lacks the mark.
pub fn scores(table: &SignalTable) -> Option<Vec<f64>> {
    let column = table.mark_column(MARK)?;
    let mean = |gene: usize| {
        let values = table.gene(gene).iter().skip(column).step_by(table.marks.len());
        values.map(|&value| f64::from(value)).sum::<f64>() / table.bins as f64
    };
    Some((0..table.genes.len()).map(mean).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_found_by_name_and_averaged_over_bins() {
        let text = b"gene,bin,H3K9me3,H3K4me3\na,1,9,1\na,2,9,4\nb,1,9,0\nb,2,9,0\n";
        let table = SignalTable::read("table.csv", text).unwrap();
        assert_eq!(scores(&table), Some(vec![2.5, 0.0]));
    }
}
