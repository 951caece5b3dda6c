//! Weights packed into panels, and the product of a block of genes with them.

use super::activation::multiply_add;

/// A matrix [depth, width] cut into panels of `PANEL` columns, each panel contiguous; the last is padded with zeros.
///
/// One panel's row is loaded once and serves every gene of a block, whose sums stay in registers.
pub struct Panels<const PANEL: usize> {
    values: Vec<f32>,
    /// What a sum starts from, one value a column.
    start: Vec<f32>,
    depth: usize,
}

impl<const PANEL: usize> Panels<PANEL> {
    /// Packs `entry(row, column)`; sums start from `start(column)`.
    pub fn pack(
        depth: usize,
        width: usize,
        entry: impl Fn(usize, usize) -> f32,
        start: impl Fn(usize) -> f32,
    ) -> Self {
        let padded = width.next_multiple_of(PANEL);
        let mut values = vec![0.0; depth * padded];
        for column in 0..width {
            let panel = column / PANEL * PANEL * depth;
            for row in 0..depth {
                values[panel + row * PANEL + column % PANEL] = entry(row, column);
            }
        }
        let start = (0..padded)
            .map(|column| if column < width { start(column) } else { 0.0 })
            .collect();
        Self {
            values,
            start,
            depth,
        }
    }

    /// The number of columns with padding: the row length of [`Self::multiply`]'s result.
    pub fn width(&self) -> usize {
        self.start.len()
    }

    /// `sums[g] = start + rows[g] · matrix` for a block of genes; `rows` is [GENES, depth], `sums` [GENES, width].
    #[inline(always)]
    pub fn multiply<const GENES: usize, const FMA: bool>(&self, rows: &[f32], sums: &mut [f32]) {
        let depth = self.depth;
        let width = self.width();
        let rows: [&[f32]; GENES] =
            std::array::from_fn(|gene| &rows[gene * depth..(gene + 1) * depth]);
        for (index, panel) in self.values.chunks_exact(depth * PANEL).enumerate() {
            let first = index * PANEL;
            let start: &[f32; PANEL] = self.start[first..]
                .first_chunk()
                .expect("padded to whole panels");
            let mut sum = [*start; GENES];
            for (k, weights) in panel.chunks_exact(PANEL).enumerate() {
                let weights: &[f32; PANEL] = weights.first_chunk().expect("a whole row of a panel");
                for gene in 0..GENES {
                    let value = rows[gene][k];
                    for lane in 0..PANEL {
                        sum[gene][lane] =
                            multiply_add::<FMA>(value, weights[lane], sum[gene][lane]);
                    }
                }
            }
            for gene in 0..GENES {
                sums[gene * width + first..][..PANEL].copy_from_slice(&sum[gene]);
            }
        }
    }
}
