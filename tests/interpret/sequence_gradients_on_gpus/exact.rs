//! Output of a model of sequences in training, in float64 and by its equations, and gradients of it by
//! differences.

use std::cell::Cell;
use std::collections::BTreeMap;

use regulens::model::basenji::{Config, Context, Equations, Position};
use regulens::weights::WeightFile;
use regulens::weights::architecture::basenji::{BlockSizes, head_name};

/// Half the distance between the two points of a difference, relative to the largest weight beyond 1: far from where
/// float64 rounds, and too short to go over a turn that float32 does not.
const STEP: f64 = 1e-7;

/// A model without dropout, and the sequences that it learns from.
pub struct Exact<'a> {
    config: &'a Config,
    weights: BTreeMap<String, Vec<f64>>,
    codes: &'a [u8],
    examples: usize,
    nearest: Cell<f64>,
}

/// Rows [N L, C].
struct Rows {
    values: Vec<f64>,
    channels: usize,
}

impl Rows {
    fn row(&self, index: usize) -> &[f64] {
        &self.values[index * self.channels..][..self.channels]
    }

    fn count(&self) -> usize {
        self.values.len() / self.channels
    }
}

impl<'a> Exact<'a> {
    pub fn new(config: &'a Config, file: &WeightFile, codes: &'a [u8], examples: usize) -> Self {
        assert_eq!((config.dropout, config.dilated_dropout), (0.0, 0.0));
        assert_eq!(config.equations, Equations::Code);
        let double = |values: &[f32]| values.iter().map(|&value| f64::from(value)).collect();
        let tensors = file.tensors.iter();
        Self {
            config,
            weights: tensors
                .map(|(name, tensor)| (name.clone(), double(&tensor.values)))
                .collect(),
            codes,
            examples,
            nearest: Cell::new(f64::INFINITY),
        }
    }

    /// Smallest distance of any value that is rectified from 0, or any two of a maximum to each other without being the
    /// same. There the gradient jumps: where this is less than what float32 rounds, each device may be on another side.
    pub fn nearest_turn(&self) -> f64 {
        self.nearest.set(f64::INFINITY);
        self.prediction();
        self.nearest.get()
    }

    fn turn(&self, distance: f64) {
        if distance > 0.0 {
            self.nearest.set(self.nearest.get().min(distance));
        }
    }

    /// The names of what is learnt, in the order of the model's parameters.
    pub fn learnt(&self) -> Vec<String> {
        let config = self.config;
        let mut names = Vec::new();
        let of_block = |block: &BlockSizes, names: &mut Vec<String>| {
            for part in ["conv1d/kernel", "batch_normalization/gamma", "batch_normalization/beta"] {
                names.push(format!("{}/{part}", block.name));
            }
        };
        for block in config.blocks() {
            of_block(&block, &mut names);
        }
        for layer in 0..config.layers {
            for head in 0..config.heads {
                let prefix = head_name(layer, head);
                let parts = ["dense/kernel", "dense/bias"].into_iter();
                for part in parts.chain(config.context.decay_names().iter().copied()) {
                    names.push(format!("{prefix}/{part}"));
                }
            }
        }
        of_block(&config.last_block(), &mut names);
        names.extend(["final/dense/kernel".to_owned(), "final/dense/bias".to_owned()]);
        names
    }

    /// The derivative of Σ weight · prediction where a tensor moves along a direction.
    pub fn derivative(&mut self, tensor: &str, direction: &[f64], weights: &[f32]) -> f64 {
        let values = self.weights[tensor].clone();
        let largest = values.iter().fold(1.0, |most: f64, value| value.abs().max(most));
        let step = STEP * largest;
        let mut at = |step: f64| {
            let moved = values.iter().zip(direction).map(|(value, along)| value + step * along);
            self.weights.insert(tensor.to_owned(), moved.collect());
            let prediction = self.prediction().into_iter().zip(weights);
            prediction
                .map(|(value, &weight)| value * f64::from(weight))
                .sum::<f64>()
        };
        let difference = at(step) - at(-step);
        self.weights.insert(tensor.to_owned(), values);
        difference / (2.0 * step)
    }

    /// The prediction [N, cropped bins, tracks].
    pub fn prediction(&self) -> Vec<f64> {
        let config = self.config;
        let one_hot = self.codes.iter().flat_map(|&code| {
            std::array::from_fn::<f64, 4, _>(|base| match code {
                4 => 0.25,
                code => f64::from(u8::from(usize::from(code) == base)),
            })
        });
        let mut x = Rows {
            values: one_hot.collect(),
            channels: 4,
        };
        for block in config.blocks() {
            let y = self.block(&x, &block);
            x = if block.dense { beside(&[&x, &y]) } else { y };
        }
        for layer in 0..config.layers {
            let heads: Vec<Rows> = (0..config.heads)
                .map(|head| self.head(&x, &head_name(layer, head)))
                .collect();
            x = beside(&std::iter::once(&x).chain(&heads).collect::<Vec<_>>());
        }
        let x = self.block(&x, &config.last_block());
        let (kernel, bias) = (&self.weights["final/dense/kernel"], &self.weights["final/dense/bias"]);
        let (bins, tracks) = (config.bins(), config.targets);
        let mut prediction = Vec::new();
        for example in 0..self.examples {
            for bin in config.crop()..bins - config.crop() {
                let row = x.row(example * bins + bin);
                row.iter().for_each(|value| self.turn(value.abs()));
                prediction.extend((0..tracks).map(|track| {
                    let products = row.iter().enumerate();
                    let y = bias[track]
                        + products
                            .map(|(c, &x)| x.max(0.0) * kernel[c * tracks + track])
                            .sum::<f64>();
                    // The golden models' link.
                    if y > 0.0 { y + 1.0 } else { y.max(-50.0).exp() }
                }));
            }
        }
        prediction
    }

    /// BN(conv(ReLU(x))) by the batch's own statistics, and its maxima.
    fn block(&self, x: &Rows, sizes: &BlockSizes) -> Rows {
        let &BlockSizes {
            width,
            channels,
            filters,
            dilation,
            pool,
            ..
        } = sizes;
        let of = |part: &str| &self.weights[&format!("{}/{part}", sizes.name)];
        let kernel = of("conv1d/kernel");
        let (gamma, beta) = (of("batch_normalization/gamma"), of("batch_normalization/beta"));
        for value in &x.values {
            self.turn(value.abs());
        }
        let length = x.count() / self.examples;
        let left = (width - 1) * dilation / 2;
        let mut z = vec![0.0; x.count() * filters];
        for (at, z) in z.chunks_exact_mut(filters).enumerate() {
            let (example, position) = (at / length, at % length);
            for k in 0..width {
                let from = position + k * dilation;
                if from < left || from - left >= length {
                    continue;
                }
                let row = x.row(example * length + from - left);
                for (c, &x) in row.iter().enumerate().filter(|(_, x)| **x > 0.0) {
                    let weights = &kernel[(k * channels + c) * filters..][..filters];
                    for (z, weight) in z.iter_mut().zip(weights) {
                        *z += x * weight;
                    }
                }
            }
        }
        let count = x.count() as f64;
        let column = |f: usize| z.iter().skip(f).step_by(filters);
        let of_filter: Vec<(f64, f64)> = (0..filters)
            .map(|f| {
                let mean = column(f).sum::<f64>() / count;
                let squares = column(f).map(|z| (z - mean).powi(2));
                let variance = squares.sum::<f64>() / count;
                let epsilon = self.config.batch_norm_epsilon;
                (mean, gamma[f] / (variance + epsilon).sqrt())
            })
            .collect();
        let bins = length / pool;
        let mut values = Vec::with_capacity(self.examples * bins * filters);
        for bin in 0..self.examples * bins {
            let first = bin / bins * length + bin % bins * pool;
            values.extend((0..filters).map(|f| {
                let (mean, scale) = of_filter[f];
                let y = |p: usize| (z[(first + p) * filters + f] - mean) * scale + beta[f];
                let best = (0..pool).map(y).fold(f64::NEG_INFINITY, f64::max);
                (0..pool).for_each(|p| self.turn(best - y(p)));
                best
            }));
        }
        Rows {
            values,
            channels: filters,
        }
    }

    /// Output of one head for H.
    fn head(&self, h: &Rows, prefix: &str) -> Rows {
        let size = h.channels;
        let of = |part: &str| &self.weights[&format!("{prefix}/{part}")];
        let (weight, bias) = (of("dense/kernel"), of("dense/bias"));
        let length = h.count() / self.examples;
        let mut values = Vec::with_capacity(h.values.len());
        for at in 0..h.count() {
            let (example, i) = (at / length, at % length);
            let asking = h.row(at);
            let query: Vec<f64> = (0..size)
                .map(|column| {
                    let products = asking.iter().enumerate();
                    let sum: f64 = products.map(|(c, &h)| h * weight[c * size + column]).sum();
                    (sum + bias[column]).tanh()
                })
                .collect();
            let scores = (0..length).map(|t| {
                let answering = h.row(example * length + t);
                let score: f64 = query.iter().zip(answering).map(|(q, h)| q * h).sum();
                let score = if self.config.score_relu { score.max(0.0) } else { score };
                score * self.position(prefix, t as f64 - i as f64)
            });
            let scores: Vec<f64> = scores.collect();
            let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let raised: Vec<f64> = scores.iter().map(|score| (score - most).exp()).collect();
            let total: f64 = raised.iter().sum();
            values.extend((0..size).map(|c| {
                let weighed = raised.iter().enumerate();
                let sum: f64 = weighed.map(|(t, weight)| weight * h.row(example * length + t)[c]).sum();
                sum / total
            }));
        }
        Rows { values, channels: size }
    }

    /// f at t − i.
    fn position(&self, prefix: &str, offset: f64) -> f64 {
        let decay = |name: &str| self.weights[&format!("{prefix}/{name}")][0];
        match self.config.context {
            Context::Attention(Position::None) => 1.0,
            _ if offset == 0.0 => 0.0,
            Context::Attention(Position::OneSided) => (-decay("decay_factor") * offset.abs()).exp(),
            _ => {
                let half = (self.config.bins() / 2) as f64;
                let left = -0.01 * decay("left_decay_factor") * (offset + half).max(0.0);
                let right = -0.01 * decay("right_decay_factor") * (half - offset).max(0.0);
                left.min(right).exp()
            }
        }
    }
}

/// The channels of each after each other.
fn beside(parts: &[&Rows]) -> Rows {
    let rows = 0..parts[0].count();
    let values = rows.flat_map(|row| parts.iter().flat_map(move |part| part.row(row).to_vec()));
    Rows {
        values: values.collect(),
        channels: parts.iter().map(|part| part.channels).sum(),
    }
}
