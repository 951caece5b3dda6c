//! Ridge regression of many tracks at once, for all reaches and L2 strengths.
//!
//! The features of a smaller reach come first in those of a larger one. So do the Cholesky factors of their products:
//! one factorisation serves all reaches.

use std::ops::Range;

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView2, s};

use super::kmers::Layout;
use super::{BaselineError, Setting, Target, Watch, go_on};
use crate::tracks::dataset::Dataset;
use crate::tracks::manifest::Window;

/// L2 strengths, as fractions of a feature's variance.
pub const L2: [f64; 10] = [100.0, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003];

/// Means and standard deviations of features.
#[derive(Debug, Clone)]
pub struct Scale {
    n: usize,
    mean: Array1<f64>,
    /// Sum of squares at first, then the inverse standard deviation; 0 for a constant feature.
    deviation: Array1<f64>,
}

impl Scale {
    pub fn new(width: usize) -> Self {
        Self {
            n: 0,
            mean: Array1::zeros(width),
            deviation: Array1::zeros(width),
        }
    }

    /// Adds a window's unmasked bins.
    pub fn add(&mut self, features: ArrayView2<'_, f32>, dataset: &Dataset, window: Window) {
        let counts = counts(dataset, window);
        for (row, _) in features.rows().into_iter().zip(counts).filter(|(_, counts)| *counts) {
            self.n += 1;
            self.mean.zip_mut_with(&row, |sum, &value| *sum += f64::from(value));
            self.deviation
                .zip_mut_with(&row, |sum, &value| *sum += f64::from(value).powi(2));
        }
    }

    pub fn finish(mut self) -> Self {
        let n = self.n.max(1) as f64;
        self.mean /= n;
        self.deviation.zip_mut_with(&self.mean, |deviation, mean| {
            let variance = *deviation / n - mean * mean;
            *deviation = if variance > 1e-9 { 1.0 / variance.sqrt() } else { 0.0 };
        });
        self
    }

    fn apply(&self, features: ArrayView2<'_, f32>) -> Array2<f32> {
        let mut scaled = features.to_owned();
        for mut row in scaled.rows_mut() {
            for ((value, mean), deviation) in row.iter_mut().zip(&self.mean).zip(&self.deviation) {
                *value = ((f64::from(*value) - mean) * deviation) as f32;
            }
        }
        scaled
    }
}

/// Mask of a window's predicted bins: true if unmasked.
fn counts(dataset: &Dataset, window: Window) -> Vec<bool> {
    let crop = dataset.manifest().crop();
    let mask = dataset.mask(window);
    mask[crop..mask.len() - crop].iter().map(|&byte| byte == 0).collect()
}

/// Sums of products of features with each other, and with the targets.
pub struct Normal {
    scale: Scale,
    tracks: usize,
    /// XᵀX / n, of standardised features.
    products: Array2<f64>,
    /// XᵀY / n, raw and log.
    targets: [Array2<f64>; 2],
    /// Means of the targets, raw and log.
    means: [Array1<f64>; 2],
    rows: usize,
}

impl Normal {
    pub fn new(scale: Scale, tracks: usize) -> Self {
        let width = scale.mean.len();
        Self {
            tracks,
            products: Array2::zeros((width, width)),
            targets: [0, 1].map(|_| Array2::zeros((width, tracks))),
            means: [0, 1].map(|_| Array1::zeros(tracks)),
            rows: 0,
            scale,
        }
    }

    /// Adds a window's unmasked bins.
    pub fn add(&mut self, features: ArrayView2<'_, f32>, dataset: &Dataset, window: Window) {
        let counts = counts(dataset, window);
        let crop = dataset.manifest().crop();
        let measured = dataset.targets(window);
        let mut scaled = self.scale.apply(features);
        // A row of zeros adds nothing.
        for (mut row, counts) in scaled.rows_mut().into_iter().zip(&counts) {
            if !counts {
                row.fill(0.0);
            }
        }
        self.rows += counts.iter().filter(|counts| **counts).count();
        // Products of a window in float32, their sum over windows in float64.
        let mut products = Array2::<f32>::zeros(self.products.raw_dim());
        general_mat_mul(1.0, &scaled.t(), &scaled, 0.0, &mut products);
        self.products
            .zip_mut_with(&products, |sum, &value| *sum += f64::from(value));
        for (at, target) in [Target::Raw, Target::Log].into_iter().enumerate() {
            let of = |(bin, track): (usize, usize)| {
                let value = target.of(measured[(crop + bin) * self.tracks + track]);
                if counts[bin] { value } else { 0.0 }
            };
            let values = Array2::from_shape_fn((counts.len(), self.tracks), of);
            for row in values.rows() {
                self.means[at].zip_mut_with(&row, |sum, &value| *sum += f64::from(value));
            }
            let with = scaled.t().dot(&values);
            self.targets[at].zip_mut_with(&with, |sum, &value| *sum += f64::from(value));
        }
    }

    pub fn finish(mut self) -> Self {
        let n = self.rows.max(1) as f64;
        self.products /= n;
        for at in 0..2 {
            self.targets[at] /= n;
            self.means[at] /= n;
        }
        self
    }

    /// Number of bins added.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The weights of each setting.
    pub fn solve(
        &self,
        target: Target,
        settings: &[Setting],
        layout: &Layout,
        watch: &mut Watch<'_>,
    ) -> Result<Weights, BaselineError> {
        let at = match target {
            Target::Raw => 0,
            Target::Log => 1,
        };
        let mut solved: Vec<Array2<f32>> = vec![Array2::zeros((0, 0)); settings.len()];
        for l2 in L2 {
            go_on(watch, || format!("ridge, L2 {l2}"))?;
            let lower = cholesky(&self.products, l2);
            let forward = forward(&lower, &self.targets[at]);
            for (solved, setting) in solved.iter_mut().zip(settings) {
                if setting.l2 == l2 {
                    let width = layout.width_of(setting.reach);
                    let weights = backward(&lower, &forward, width);
                    *solved = weights.mapv(|weight| weight as f32);
                }
            }
        }
        Ok(Weights {
            scale: self.scale.clone(),
            means: self.means[at].mapv(|mean| mean as f32),
            solved,
        })
    }
}

/// Weights of several settings, each [its features, tracks].
pub struct Weights {
    scale: Scale,
    means: Array1<f32>,
    solved: Vec<Array2<f32>>,
}

impl Weights {
    /// Number of settings.
    pub fn settings(&self) -> usize {
        self.solved.len()
    }

    /// A setting combined from columns of others: (setting, track) for each track.
    pub fn choose(&self, columns: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut chosen = Array2::zeros((self.scale.mean.len(), self.means.len()));
        for (column, (setting, track)) in columns.enumerate() {
            let weights = self.solved[setting].column(track);
            chosen.slice_mut(s![..weights.len(), column]).assign(&weights);
        }
        Self {
            scale: self.scale.clone(),
            means: self.means.clone(),
            solved: vec![chosen],
        }
    }

    /// Concatenated weights of some settings [features, settings x tracks].
    pub fn matrix(&self, settings: Range<usize>) -> Array2<f32> {
        let tracks = self.means.len();
        let mut matrix = Array2::zeros((self.scale.mean.len(), settings.len() * tracks));
        for (at, weights) in self.solved[settings].iter().enumerate() {
            let columns = at * tracks..(at + 1) * tracks;
            matrix.slice_mut(s![..weights.nrows(), columns]).assign(weights);
        }
        matrix
    }

    /// Predictions [bins, settings x tracks] from this matrix.
    pub fn predict(&self, features: ArrayView2<'_, f32>, matrix: &Array2<f32>) -> Array2<f32> {
        let mut predicted = self.scale.apply(features).dot(matrix);
        let tracks = self.means.len();
        for mut row in predicted.rows_mut() {
            for (at, value) in row.iter_mut().enumerate() {
                *value += self.means[at % tracks];
            }
        }
        predicted
    }
}

// Own implementation: linfa-linalg refuses matrices made indefinite by rounding, solves no leading part of a system,
// and adds products one at a time, where these rows are vectorised.

/// L of S + λI = L Lᵀ. S is a product of a matrix with itself, so that λ makes it positive definite; rounding errors
/// are clipped.
fn cholesky(symmetric: &Array2<f64>, lambda: f64) -> Array2<f64> {
    let n = symmetric.nrows();
    let mut lower = Array2::<f64>::zeros((n, n));
    for i in 0..n {
        for j in 0..=i {
            let known = lower.slice(s![i, ..j]).dot(&lower.slice(s![j, ..j]));
            let left = symmetric[[i, j]] - known;
            lower[[i, j]] = if i == j {
                (left + lambda).max(lambda * 1e-3).sqrt()
            } else {
                left / lower[[j, j]]
            };
        }
    }
    lower
}

/// Z from L Z = Y.
fn forward(lower: &Array2<f64>, y: &Array2<f64>) -> Array2<f64> {
    let mut z = y.clone();
    for i in 0..lower.nrows() {
        let known = lower.slice(s![i, ..i]).dot(&z.slice(s![..i, ..]));
        let mut row = z.row_mut(i);
        row -= &known;
        row /= lower[[i, i]];
    }
    z
}

/// W from Lᵀ W = Z, for the first `width` rows and columns.
fn backward(lower: &Array2<f64>, z: &Array2<f64>, width: usize) -> Array2<f64> {
    let mut w = z.slice(s![..width, ..]).to_owned();
    for i in (0..width).rev() {
        let mut row = w.row_mut(i);
        row /= lower[[i, i]];
        let solved = row.to_owned();
        // Row i of L is column i of Lᵀ.
        for (above, &factor) in lower.slice(s![i, ..i]).iter().enumerate() {
            w.row_mut(above).scaled_add(-factor, &solved);
        }
    }
    w
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn one_factorisation_solves_the_systems_of_all_widths() {
        let symmetric = array![[4.0, 2.0, 0.6], [2.0, 3.0, 0.4], [0.6, 0.4, 2.0]];
        let y = array![[1.0, 0.0], [2.0, -1.0], [3.0, 5.0]];
        let lower = cholesky(&symmetric, 0.5);
        let z = forward(&lower, &y);
        for width in 1..=3 {
            let w = backward(&lower, &z, width);
            let mut part = symmetric.slice(s![..width, ..width]).to_owned();
            part.diag_mut().mapv_inplace(|value| value + 0.5);
            let back = part.dot(&w);
            for (found, wanted) in back.iter().zip(y.slice(s![..width, ..])) {
                assert!((found - wanted).abs() < 1e-12, "{width}: {back}");
            }
        }
    }
}
