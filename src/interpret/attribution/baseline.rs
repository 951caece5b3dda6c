//! Baselines of attributions.

use super::super::importance;

/// The mean of each column over a gene's bins, repeated in every bin: values [N, T, columns] give the same shape.
pub fn gene_means(values: &[f32], [bins, columns]: [usize; 2]) -> Vec<f32> {
    let genes = values.chunks_exact(bins * columns);
    genes
        .flat_map(|gene| importance::mark_means(gene, columns).repeat(bins))
        .collect()
}

/// Repeats the values [columns] for each of `times` bins, or [T, columns] for each of `times` genes.
pub fn same_everywhere(row: &[f32], times: usize) -> Vec<f32> {
    row.repeat(times)
}

/// Swaps the cell types: A gets the values of B and B those of A. Values [N, T, 2 M] give the same shape.
pub fn other_cell_type(values: &[f32], marks: usize) -> Vec<f32> {
    let mut exchanged = Vec::with_capacity(values.len());
    for bin in values.chunks_exact(2 * marks) {
        exchanged.extend_from_slice(&bin[marks..]);
        exchanged.extend_from_slice(&bin[..marks]);
    }
    exchanged
}

/// The mean of both cell types, for each of them: values [N, T, 2 M] give the same shape.
pub fn midpoint(values: &[f32], marks: usize) -> Vec<f32> {
    let mut middle = other_cell_type(values, marks);
    for (middle, value) in middle.iter_mut().zip(values) {
        *middle = (*middle + value) / 2.0;
    }
    middle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn baselines_have_the_shape_of_the_values() {
        let values = [1.0, 10.0, 3.0, 30.0, 0.0, 2.0, 0.0, 4.0]; // two genes of two bins and two columns
        assert_eq!(gene_means(&values, [2, 2]), [2.0, 20.0, 2.0, 20.0, 0.0, 3.0, 0.0, 3.0]);
        assert_eq!(other_cell_type(&values, 1), [10.0, 1.0, 30.0, 3.0, 2.0, 0.0, 4.0, 0.0]);
        assert_eq!(midpoint(&values, 1), [5.5, 5.5, 16.5, 16.5, 1.0, 1.0, 2.0, 2.0]);
        assert_eq!(same_everywhere(&[1.0, 2.0], 2), [1.0, 2.0, 1.0, 2.0]);
    }
}
