//! The gradient with respect to bins, through an attention head or a mixing matrix, at prediction.

use super::context::product;
use super::product::Panels;
use super::simd::Simd;

/// One head, for the gradient of its bins.
#[derive(Debug, Clone, Copy)]
pub struct Attended<'a> {
    /// W [d, d].
    pub weight: &'a [f32],
    /// b `[d]`.
    pub bias: &'a [f32],
    /// f at every offset [2L − 1].
    pub position: Option<&'a [f32]>,
    /// True if scores are rectified.
    pub rectify: bool,
}

/// Matrices on the CPU, row-major.
#[derive(Debug, Clone, Copy)]
struct Matrices(Simd);

impl Matrices {
    /// left [rows, depth] × right [depth, columns].
    fn times(self, left: &[f32], right: &[f32], columns: usize) -> Vec<f32> {
        self.by(
            left,
            &Panels::of(self.0, right, columns),
            right.len() / columns,
            columns,
        )
    }

    /// left [rows, depth] × rightᵀ, right [columns, depth].
    fn times_turned(self, left: &[f32], right: &[f32], columns: usize) -> Vec<f32> {
        let depth = right.len() / columns;
        let panels = Panels::new(self.0, depth, columns, |row, column| right[column * depth + row]);
        self.by(left, &panels, depth, columns)
    }

    fn by(self, left: &[f32], right: &Panels, depth: usize, columns: usize) -> Vec<f32> {
        let mut out = vec![0.0; left.len() / depth * columns];
        product(self.0, left, right, columns, &mut out);
        out
    }
}

/// The transpose of a square matrix of `size` rows.
fn turned(matrix: &[f32], size: usize) -> Vec<f32> {
    let at = |row: usize| (0..size).map(move |column| matrix[column * size + row]);
    (0..size).flat_map(at).collect()
}

/// dH [L, d] of a head's context, from H [L, d] and dC [L, d]:
///
/// ```text
/// C = A H        A = softmax of P, row by row        P = f(t − i) S, S rectified where the head does
/// S = Q Hᵀ       Q = tanh(H W + b)
/// dA = dC Hᵀ     dP = A (dA − Σ A dA)                dQ = dS H
/// dH = Aᵀ dC + dSᵀ Q + (dQ (1 − Q²)) Wᵀ
/// ```
pub fn attended_gradient(simd: Simd, h: &[f32], dc: &[f32], head: Attended<'_>) -> Vec<f32> {
    let (size, on) = (head.bias.len(), Matrices(simd));
    let length = h.len() / size;
    let mut query = on.times(h, head.weight, size);
    for row in query.chunks_exact_mut(size) {
        for (query, bias) in row.iter_mut().zip(head.bias) {
            *query = (*query + bias).tanh();
        }
    }
    let mut attention = on.times_turned(&query, h, length);
    // Factor from the gradient of a score to that of Q Hᵀ: f, or 0 if the ReLU is inactive.
    let mut factor = vec![1.0; attention.len()];
    let rows = attention.chunks_exact_mut(length).zip(factor.chunks_exact_mut(length));
    for (bin, (scores, factors)) in rows.enumerate() {
        for (t, (score, factor)) in scores.iter_mut().zip(factors).enumerate() {
            *factor = head.position.map_or(1.0, |f| f[t + length - 1 - bin]);
            if head.rectify && *score <= 0.0 {
                *factor = 0.0;
            }
            *score *= *factor;
        }
        let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        scores.iter_mut().for_each(|score| *score = (*score - largest).exp());
        let total = scores.iter().map(|&score| f64::from(score)).sum::<f64>() as f32;
        scores.iter_mut().for_each(|score| *score /= total);
    }
    let mut scores = on.times_turned(dc, h, length);
    let rows = scores.chunks_exact_mut(length).zip(attention.chunks_exact(length));
    for ((scores, attention), factors) in rows.zip(factor.chunks_exact(length)) {
        let products = scores.iter().zip(attention).map(|(d, a)| f64::from(*d) * f64::from(*a));
        let mean = products.sum::<f64>() as f32;
        for ((d, a), factor) in scores.iter_mut().zip(attention).zip(factors) {
            *d = a * (*d - mean) * factor;
        }
    }
    let mut dq = on.times(&scores, h, size);
    for (d, query) in dq.iter_mut().zip(&query) {
        *d *= 1.0 - query * query;
    }
    let mut dh = on.times(&turned(&attention, length), dc, size);
    let others = [
        on.times(&turned(&scores, length), &query, size),
        on.times_turned(&dq, head.weight, size),
    ];
    for other in others {
        for (dh, other) in dh.iter_mut().zip(other) {
            *dh += other;
        }
    }
    let size = h.len();
    simd.show(h, size, &mut dh, size);
    dh
}

/// Eᵀ dC [L, d]: dH for bins mixed by E [L, L].
pub fn mixed_gradient(simd: Simd, e: &[f32], dc: &[f32], size: usize) -> Vec<f32> {
    Matrices(simd).times(&turned(e, dc.len() / size), dc, size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::cases::draw;

    /// The context by the equations, float64.
    fn context(h: &[f64], head: Attended<'_>) -> Vec<f64> {
        let size = head.bias.len();
        let length = h.len() / size;
        let row = |bin: usize| {
            let query = (0..size).map(|column| {
                let products = (0..size).map(|c| h[bin * size + c] * f64::from(head.weight[c * size + column]));
                (products.sum::<f64>() + f64::from(head.bias[column])).tanh()
            });
            let query: Vec<f64> = query.collect();
            let weights = (0..length).map(|t| {
                let score: f64 = (0..size).map(|c| query[c] * h[t * size + c]).sum();
                let score = if head.rectify { score.max(0.0) } else { score };
                (score * head.position.map_or(1.0, |f| f64::from(f[t + length - 1 - bin]))).exp()
            });
            let weights: Vec<f64> = weights.collect();
            let total: f64 = weights.iter().sum();
            let sum = |c: usize| (0..length).map(|t| weights[t] / total * h[t * size + c]).sum::<f64>();
            (0..size).map(sum).collect::<Vec<f64>>()
        };
        (0..length).flat_map(row).collect()
    }

    /// Along one direction: the change that dH says, and that of a step ahead and one back.
    fn along(h: &[f32], dh: &[f32], dc: &[f32], context: impl Fn(&[f64]) -> Vec<f64>) -> [f64; 2] {
        let way = draw(h.len(), 9);
        let step = 1e-6;
        let sum = |step: f64| -> f64 {
            let moved = h
                .iter()
                .zip(&way)
                .map(|(h, way)| f64::from(*h) + step * f64::from(*way));
            let context = context(&moved.collect::<Vec<f64>>());
            context.iter().zip(dc).map(|(c, dc)| c * f64::from(*dc)).sum()
        };
        let found = (sum(step) - sum(-step)) / (2.0 * step);
        let said = dh.iter().zip(&way).map(|(dh, way)| f64::from(*dh) * f64::from(*way));
        [said.sum(), found]
    }

    #[test]
    fn the_gradient_of_bins_is_what_finite_differences_find_on_every_instruction_set() {
        for [length, size] in [[70, 6], [37, 5], [3, 3], [33, 17]] {
            let (h, dc) = (draw(length * size, 1), draw(length * size, 2));
            let (weight, bias) = (draw(size * size, 3), draw(size, 4));
            let position = draw(2 * length - 1, 5);
            let e = draw(length * length, 6);
            for simd in Simd::available() {
                for (rectify, position) in [(false, None), (true, None), (true, Some(position.as_slice()))] {
                    let head = Attended {
                        weight: &weight,
                        bias: &bias,
                        position,
                        rectify,
                    };
                    let dh = attended_gradient(simd, &h, &dc, head);
                    let [said, found] = along(&h, &dh, &dc, |h| context(h, head));
                    let apart = (said - found).abs() / found.abs().max(1.0);
                    assert!(
                        apart < 2e-5,
                        "{simd:?}, {length}, {size}, {rectify}: {said} and {found}"
                    );
                }
                let dh = mixed_gradient(simd, &e, &dc, size);
                let [said, found] = along(&h, &dh, &dc, |h| {
                    let sum = |row: &[f32], c: usize| {
                        let products = row.iter().zip(h.iter().skip(c).step_by(size));
                        products.map(|(e, h)| f64::from(*e) * h).sum::<f64>()
                    };
                    let rows = e.chunks_exact(length);
                    rows.flat_map(|row| (0..size).map(move |c| sum(row, c))).collect()
                });
                assert!((said - found).abs() < 2e-5 * found.abs().max(1.0), "{said} and {found}");
            }
        }
    }
}
