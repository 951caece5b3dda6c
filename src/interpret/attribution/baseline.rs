//! What a gene is compared with.

use super::super::importance;

/// Each gene's own mean of each column over its bins, in every bin: values [N, T, columns] give the same shape. What a
/// [deletion test](super::super::deletion) puts in.
pub fn gene_means(values: &[f32], [bins, columns]: [usize; 2]) -> Vec<f32> {
    let genes = values.chunks_exact(bins * columns);
    genes
        .flat_map(|gene| importance::mark_means(gene, columns).repeat(bins))
        .collect()
}

/// The same row [columns] in each of so many bins.
pub fn same_everywhere(row: &[f32], bins: usize) -> Vec<f32> {
    row.repeat(bins)
}

/// For A the values of B and for B those of A: values [N, T, 2 M] give the same shape.
pub fn other_cell_type(values: &[f32], marks: usize) -> Vec<f32> {
    let bins = values.chunks_exact(2 * marks);
    bins.flat_map(|bin| {
        let (a, b) = bin.split_at(marks);
        b.iter().chain(a).copied()
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn baselines_have_the_shape_of_the_values() {
        let values = [1.0, 10.0, 3.0, 30.0, 0.0, 2.0, 0.0, 4.0]; // two genes of two bins and two columns
        assert_eq!(gene_means(&values, [2, 2]), [2.0, 20.0, 2.0, 20.0, 0.0, 3.0, 0.0, 3.0]);
        assert_eq!(other_cell_type(&values, 1), [10.0, 1.0, 30.0, 3.0, 2.0, 0.0, 4.0, 0.0]);
        assert_eq!(same_everywhere(&[1.0, 2.0], 2), [1.0, 2.0, 1.0, 2.0]);
    }
}
