//! Batch norm with the batch's statistics, dropout, and max-pooling of rows [_, width], forward and backward:
//!
//! ```text
//! ẑ = (z − μ) / √(σ² + ε)        y = max over a pool of m (γ ẑ + β)        m: what dropout multiplies by
//!
//! g  = m dy where y was found first, else 0
//! dβ = Σ g        dγ = Σ g ẑ        dz = γ / √(σ² + ε) (g − dβ / M − ẑ dγ / M)
//! ```
//!
//! M counts all positions, also those dropped by pooling. Sums over positions are float64.

use super::Layer;
use crate::training_block::Dropout;

/// Parameters of a block, and the settings of its batch norm.
#[derive(Debug, Clone, Copy)]
pub struct Parameters<'a> {
    /// W [K, C, F].
    pub kernel: &'a [f32],
    /// γ `[F]`.
    pub gamma: &'a [f32],
    /// β `[F]`.
    pub beta: &'a [f32],
    /// ε.
    pub epsilon: f32,
    /// The dropout of its result.
    pub dropout: Dropout,
}

/// Two sums per column: of z and z² in the forward pass, of g and g ẑ in the backward pass.
#[derive(Debug, Clone)]
pub struct Sums(pub Vec<f64>, pub Vec<f64>);

impl Sums {
    /// Sums over no rows.
    pub fn zeros(width: usize) -> Self {
        Self(vec![0.0; width], vec![0.0; width])
    }

    /// Adds rows of z.
    #[inline(always)]
    pub fn add_rows(&mut self, z: &[f32]) {
        for row in z.chunks_exact(self.0.len()) {
            let sums = self.0.iter_mut().zip(&mut self.1);
            for ((sum, squares), &z) in sums.zip(row) {
                let z = f64::from(z);
                *sum += z;
                *squares += z * z;
            }
        }
    }

    /// The total over several parts of a batch, in order, because float sums depend on it.
    pub fn total(shares: impl IntoIterator<Item = Self>) -> Self {
        let add = |to: &mut [f64], from: &[f64]| {
            for (to, from) in to.iter_mut().zip(from) {
                *to += from;
            }
        };
        shares
            .into_iter()
            .reduce(|mut total, share| {
                add(&mut total.0, &share.0);
                add(&mut total.1, &share.1);
                total
            })
            .expect("a batch has positions")
    }
}

/// μ and σ² of each column.
#[derive(Debug, Clone)]
pub struct Statistics {
    pub mean: Vec<f64>,
    pub variance: Vec<f64>,
}

impl Statistics {
    /// Computes mean and variance from the sums over `count` positions.
    pub fn of(sums: &Sums, count: usize) -> Self {
        let mean: Vec<f64> = sums.0.iter().map(|sum| sum / count as f64).collect();
        let variance = sums.1.iter().zip(&mean);
        let variance = variance
            .map(|(squares, mean)| squares / count as f64 - mean * mean)
            // Clips rounding errors below 0, but not NaN.
            .map(|variance| if variance < 0.0 { 0.0 } else { variance })
            .collect();
        Self { mean, variance }
    }
}

/// Normalisation with a batch's statistics, per column; padding columns give 0.
#[derive(Debug)]
pub struct Normalisation {
    scale: Vec<f32>,
    shift: Vec<f32>,
    mean: Vec<f32>,
    /// 1 / √(σ² + ε).
    inverse: Vec<f32>,
    dropout: Dropout,
    filters: usize,
    pool: usize,
}

/// Scratch memory of one pooled row.
struct Row {
    y: Vec<f32>,
    best: Vec<f32>,
    /// Index of the maximum in the pool.
    at: Vec<u32>,
}

impl Row {
    fn new(width: usize) -> Self {
        Self {
            y: vec![0.0; width],
            best: vec![0.0; width],
            at: vec![0; width],
        }
    }
}

impl Normalisation {
    /// With `parameters`, for rows with as many columns as `statistics`.
    pub fn new(parameters: Parameters<'_>, statistics: &Statistics, layer: Layer) -> Self {
        let width = statistics.mean.len();
        let padded = |at: &dyn Fn(usize) -> f64| -> Vec<f32> {
            (0..width)
                .map(|f| if f < layer.filters { at(f) as f32 } else { 0.0 })
                .collect()
        };
        let mean = |f: usize| statistics.mean[f];
        let inverse = |f: usize| 1.0 / (statistics.variance[f] + f64::from(parameters.epsilon)).sqrt();
        let scale = |f: usize| f64::from(parameters.gamma[f]) * inverse(f);
        Self {
            scale: padded(&scale),
            shift: padded(&|f| f64::from(parameters.beta[f]) - mean(f) * scale(f)),
            mean: padded(&mean),
            inverse: padded(&inverse),
            dropout: parameters.dropout,
            filters: layer.filters,
            pool: layer.pool,
        }
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.scale.len()
    }

    /// y [_, F] of `z` [_, width], whose first row has index `first` in [N L].
    #[inline(always)]
    pub fn forward(&self, z: &[f32], first: usize, y: &mut [f32]) {
        let mut row = Row::new(self.width());
        let size = self.pool * self.width();
        for (index, y) in y.chunks_exact_mut(self.filters).enumerate() {
            let z = &z[index * size..][..size];
            self.largest(z, first + index * self.pool, &mut row);
            y.copy_from_slice(&row.best[..self.filters]);
        }
    }

    /// Adds g and g ẑ to `sums`, from the gradient `y_gradient` [_, F].
    #[inline(always)]
    pub fn sum(&self, z: &[f32], first: usize, y_gradient: &[f32], sums: &mut Sums) {
        let width = self.width();
        let mut row = Row::new(width);
        for (index, dy) in y_gradient.chunks_exact(self.filters).enumerate() {
            let z = &z[index * self.pool * width..][..self.pool * width];
            let first = first + index * self.pool;
            self.largest(z, first, &mut row);
            for (f, &dy) in dy.iter().enumerate() {
                let at = row.at[f] as usize;
                let g = f64::from(dy * self.factor(first + at, f));
                let centred = z[at * width + f] - self.mean[f];
                sums.0[f] += g;
                sums.1[f] += g * f64::from(centred * self.inverse[f]);
            }
        }
    }

    /// Replaces z by dz, from the [`sum`](Self::sum)s over all `count` positions of the batch. Rows dropped by pooling
    /// come last.
    #[inline(always)]
    pub fn backward(&self, z: &mut [f32], first: usize, y_gradient: &[f32], sums: &Sums, count: usize) {
        let width = self.width();
        let mut row = Row::new(width);
        let mut gradient = vec![0.0_f32; width];
        let part = |sums: &[f64]| -> Vec<f32> { sums.iter().map(|sum| (sum / count as f64) as f32).collect() };
        let of_mean = part(&sums.0);
        let mut of_scale = part(&sums.1);
        for (of_scale, inverse) in of_scale.iter_mut().zip(&self.inverse) {
            *of_scale *= inverse;
        }
        let pooled = y_gradient.len() / self.filters * self.pool * width;
        let (pooled, left_over) = z.split_at_mut(pooled);
        let dense = |z: &mut [f32], at: &[u32], which: u32, gradient: &[f32]| {
            let columns = z.iter_mut().zip(at.iter().zip(gradient));
            let columns = columns.zip(self.scale.iter().zip(&self.mean));
            for (((z, (&at, &g)), (&scale, &mean)), (&a, &b)) in columns.zip(of_mean.iter().zip(&of_scale)) {
                let g = if at == which { g } else { 0.0 };
                *z = scale * (g - a - (*z - mean) * b);
            }
        };
        let pools = pooled.chunks_exact_mut(self.pool * width);
        for (index, (z, dy)) in pools.zip(y_gradient.chunks_exact(self.filters)).enumerate() {
            let first = first + index * self.pool;
            self.largest(z, first, &mut row);
            for (f, &dy) in dy.iter().enumerate() {
                gradient[f] = dy * self.factor(first + row.at[f] as usize, f);
            }
            for (which, z) in z.chunks_exact_mut(width).enumerate() {
                dense(z, &row.at, which as u32, &gradient);
            }
        }
        gradient.fill(0.0);
        for z in left_over.chunks_exact_mut(width) {
            dense(z, &row.at, u32::MAX, &gradient);
        }
    }

    #[inline(always)]
    fn factor(&self, row: usize, f: usize) -> f32 {
        self.dropout.factor(row * self.filters + f)
    }

    /// The largest of a pool's rows, and its index: the first of equals.
    #[inline(always)]
    fn largest(&self, z: &[f32], first: usize, row: &mut Row) {
        for (which, z) in z.chunks_exact(self.width()).enumerate() {
            let columns = row.y.iter_mut().zip(z);
            for ((y, z), (scale, shift)) in columns.zip(self.scale.iter().zip(&self.shift)) {
                *y = z * scale + shift;
            }
            if self.dropout.rate > 0.0 {
                for (f, y) in row.y[..self.filters].iter_mut().enumerate() {
                    *y *= self.factor(first + which, f);
                }
            }
            if which == 0 {
                row.best.copy_from_slice(&row.y);
                row.at.fill(0);
                continue;
            }
            let best = row.best.iter_mut().zip(&mut row.at);
            for ((best, at), &y) in best.zip(&row.y) {
                let larger = y > *best;
                *best = if larger { y } else { *best };
                *at = if larger { which as u32 } else { *at };
            }
        }
    }
}
