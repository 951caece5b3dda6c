use burn::tensor::{Device, Tensor};

use super::{Architecture, Form, Sizes, Variant};
use crate::kernel;

/// Signal of both cell types for N genes, in the forms that variants take.
///
/// ```text
/// D = A − B        C = [A | B]        R = [A | B | A − B]
/// ```
#[derive(Debug, Clone)]
pub struct Inputs {
    /// D, C or R, [N, T, K], for variants with a raw part.
    pub raw: Option<Tensor<3>>,
    /// The cell types separately: C [N, T, 2M], or for shared encoders A and B of each gene, [2N, T, M].
    pub cells: Option<Tensor<3>>,
}

impl Inputs {
    /// Arranges `values` [N, T, 2M], the marks of A and then of B, transformed as the card says. On the host, because a
    /// GPU would take a launch per step.
    ///
    /// # Panics
    /// If the number of `values` is not genes x T x 2M.
    pub fn new(architecture: Architecture, values: Vec<f32>, genes: usize, device: &Device) -> Self {
        let Sizes { bins, marks, .. } = architecture.sizes();
        assert_eq!(values.len(), genes * bins * 2 * marks, "genes x bins x 2 marks");
        let place =
            |values: Vec<f32>, genes: usize, columns: usize| kernel::tensor(values, [genes, bins, columns], device);
        let variant = architecture.variant();
        let cells = match variant.form() {
            Form::Raw => None,
            Form::Aux | Form::RawAux if variant.is_siamese() => {
                Some(place(apart(&values, bins, marks), 2 * genes, marks))
            }
            Form::Aux | Form::RawAux => Some(place(values.clone(), genes, 2 * marks)),
        };
        let raw = match variant {
            Variant::RawD => Some(place(differences(&values, marks), genes, marks)),
            Variant::RawC => Some(place(values, genes, 2 * marks)),
            Variant::Raw | Variant::RawAux | Variant::RawAuxSiamese => {
                Some(place(with_differences(&values, marks), genes, 3 * marks))
            }
            Variant::Aux | Variant::AuxSiamese => None,
        };
        Self { raw, cells }
    }
}

/// Chain rule back to values [N, T, 2M], from the gradients of the variant's [`Inputs`], row-major and in their shapes.
#[cfg(feature = "attribution")]
pub(super) fn gradient_of_values(
    architecture: Architecture,
    raw: Option<Vec<f32>>,
    cells: Option<Vec<f32>>,
    genes: usize,
) -> Vec<f32> {
    let Sizes { bins, marks, .. } = architecture.sizes();
    let mut gradient = match cells {
        None => vec![0.0; genes * bins * 2 * marks],
        Some(cells) if architecture.variant().is_siamese() => together(&cells, bins, marks),
        Some(cells) => cells,
    };
    let Some(raw) = raw else { return gradient };
    let columns = raw.len() / (genes * bins).max(1);
    for (bin, raw) in gradient.chunks_exact_mut(2 * marks).zip(raw.chunks_exact(columns)) {
        // Differences are all columns of D, none of C, and the columns after A and B of R.
        let (itself, differences) = match columns / marks {
            1 => raw.split_at(0),
            _ => raw.split_at(2 * marks),
        };
        for (to, slope) in bin.iter_mut().zip(itself) {
            *to += slope;
        }
        for (mark, slope) in differences.iter().enumerate() {
            bin[mark] += slope;
            bin[mark + marks] -= slope;
        }
    }
    gradient
}

/// The inverse of [`apart`].
#[cfg(feature = "attribution")]
fn together(apart: &[f32], bins: usize, marks: usize) -> Vec<f32> {
    let mut together = Vec::with_capacity(apart.len());
    for gene in apart.chunks_exact(2 * bins * marks) {
        let (a, b) = gene.split_at(bins * marks);
        for (a, b) in a.chunks_exact(marks).zip(b.chunks_exact(marks)) {
            together.extend_from_slice(a);
            together.extend_from_slice(b);
        }
    }
    together
}

/// A − B of each bin.
fn differences(values: &[f32], marks: usize) -> Vec<f32> {
    let bins = values.chunks_exact(2 * marks).map(|bin| bin.split_at(marks));
    bins.flat_map(|(a, b)| a.iter().zip(b).map(|(a, b)| a - b)).collect()
}

/// Each bin, followed by its differences.
fn with_differences(values: &[f32], marks: usize) -> Vec<f32> {
    let mut all = Vec::with_capacity(values.len() / 2 * 3);
    for bin in values.chunks_exact(2 * marks) {
        let (a, b) = bin.split_at(marks);
        all.extend_from_slice(bin);
        all.extend(a.iter().zip(b).map(|(a, b)| a - b));
    }
    all
}

/// A and then B of each gene, [2N, T, M].
fn apart(values: &[f32], bins: usize, marks: usize) -> Vec<f32> {
    let mut apart = Vec::with_capacity(values.len());
    for gene in values.chunks_exact(bins * 2 * marks) {
        for first in [0, marks] {
            for bin in gene.chunks_exact(2 * marks) {
                apart.extend_from_slice(&bin[first..first + marks]);
            }
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One gene of two bins and two marks: A and B side by side in each bin.
    const VALUES: [f32; 8] = [1.0, 2.0, 10.0, 20.0, 3.0, 4.0, 30.0, 40.0];

    #[test]
    fn differences_are_a_less_b() {
        assert_eq!(differences(&VALUES, 2), [-9.0, -18.0, -27.0, -36.0]);
        assert_eq!(with_differences(&VALUES, 2)[..6], [1.0, 2.0, 10.0, 20.0, -9.0, -18.0]);
    }

    #[test]
    fn cell_types_apart_are_a_gene_after_the_other() {
        let apart = apart(&VALUES, 2, 2);
        assert_eq!(apart, [1.0, 2.0, 3.0, 4.0, 10.0, 20.0, 30.0, 40.0]);
        #[cfg(feature = "attribution")]
        assert_eq!(together(&apart, 2, 2), VALUES);
    }
}
