//! Blocks against their equations in float64, and gradients against differences of those.

use super::training::Gradients;
use super::{Layer, Parameters, first, training};
use crate::cpu::cases::{self, draw};
use crate::cpu::simd::Simd;
use crate::training_block::Dropout;

/// N, L, C, F, K, dilation, pool: sizes that fill neither a tile nor a register, even widths, positions left over,
/// filters wider than the sequence.
const SIZES: [[usize; 7]; 10] = [
    [2, 37, 3, 5, 4, 1, 4],
    [1, 64, 1, 17, 3, 2, 1],
    [3, 21, 7, 33, 5, 1, 2],
    [1, 300, 5, 3, 2, 64, 1],
    [1, 19, 513, 2, 3, 1, 1],
    [2, 9, 4, 49, 1, 1, 3],
    [1, 130, 2, 4, 22, 1, 128],
    [1, 5, 2, 3, 8, 3, 1],
    [2, 210, 2, 64, 2, 1, 8],
    [1, 50, 33, 35, 6, 1, 1],
];

/// The same of blocks that are computed by minimal filtering, of each width that is.
const MINIMAL: [[usize; 7]; 10] = [
    [1, 1_101, 33, 34, 3, 1, 2],
    [2, 600, 40, 49, 4, 1, 1],
    [1, 1_200, 64, 32, 5, 1, 4],
    [1, 1_031, 300, 50, 6, 1, 4],
    [1, 1_030, 37, 100, 7, 1, 8],
    [3, 400, 32, 33, 5, 1, 7],
    [1, 700, 72, 32, 3, 2, 1],
    [2, 530, 40, 33, 3, 64, 1],
    [1, 301, 33, 48, 5, 16, 2],
    [1, 90, 32, 32, 4, 3, 4],
];

/// The same of the first block: widths that are multiples of 3, and others.
const FIRST: [[usize; 7]; 7] = [
    [2, 37, 4, 5, 4, 1, 4],
    [1, 64, 4, 17, 15, 1, 8],
    [3, 21, 4, 33, 5, 1, 2],
    [1, 300, 4, 3, 22, 1, 1],
    [2, 9, 4, 70, 1, 1, 3],
    [1, 5, 4, 3, 8, 1, 1],
    [2, 260, 4, 40, 7, 1, 100],
];

/// A layer of these sizes; with an odd number of positions its input is rectified.
fn layer(sizes: [usize; 7]) -> Layer {
    cases::layer(sizes, sizes[1] % 2 == 1)
}

/// Bases with some that are unknown, and some that are none.
fn draw_codes(count: usize) -> Vec<u8> {
    let draws = draw(count, 5).into_iter();
    draws
        .map(|draw| match (draw * 40.0) as i32 {
            -30 => 4,
            17 => 5,
            other => (other & 3) as u8,
        })
        .collect()
}

fn channels(codes: &[u8]) -> Vec<f32> {
    let channel = |code: u8, base: u8| match code {
        4 => 0.25,
        _ if code == base => 1.0,
        _ => 0.0,
    };
    let bases = |&code| (0..4).map(move |base| channel(code, base));
    codes.iter().flat_map(bases).collect()
}

/// The convolution [N, L, F], float64.
fn convolved(x: &[f64], kernel: &[f64], layer: Layer) -> Vec<f64> {
    let Layer {
        examples,
        positions,
        channels,
        filters,
        width,
        dilation,
        ..
    } = layer;
    let left = (width - 1) * dilation / 2;
    let mut z = vec![0.0; examples * positions * filters];
    for (row, z) in z.chunks_exact_mut(filters).enumerate() {
        let (example, t) = (row / positions, row % positions);
        for k in 0..width {
            let Some(at) = (t + k * dilation).checked_sub(left) else {
                continue;
            };
            if at >= positions {
                continue;
            }
            for c in 0..channels {
                let x = x[(example * positions + at) * channels + c];
                let x = if layer.rectify { x.max(0.0) } else { x };
                for (f, z) in z.iter_mut().enumerate() {
                    *z += x * kernel[(k * channels + c) * filters + f];
                }
            }
        }
    }
    z
}

fn pooled(y: &[f64], layer: Layer) -> Vec<f64> {
    let Layer {
        positions,
        filters,
        pool,
        ..
    } = layer;
    let mut largest = Vec::new();
    for example in y.chunks_exact(positions * filters) {
        for rows in example.chunks_exact(pool * filters) {
            largest.extend((0..filters).map(|f| {
                let column = rows.iter().skip(f).step_by(filters);
                column.copied().fold(f64::NEG_INFINITY, f64::max)
            }));
        }
    }
    largest
}

fn widened(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| f64::from(value)).collect()
}

/// x, kernel, γ, β.
type Values = [Vec<f64>; 4];

/// A block that learns, and the mean and variance of its convolution.
fn normalised(
    [x, kernel, gamma, beta]: &Values,
    layer: Layer,
    epsilon: f32,
    dropout: Dropout,
) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let z = convolved(x, kernel, layer);
    let count = (layer.examples * layer.positions) as f64;
    let column = |f: usize| z.iter().skip(f).step_by(layer.filters);
    let mean: Vec<f64> = (0..layer.filters).map(|f| column(f).sum::<f64>() / count).collect();
    let variance: Vec<f64> = (0..layer.filters)
        .map(|f| column(f).map(|z| (z - mean[f]).powi(2)).sum::<f64>() / count)
        .collect();
    let normalised = z.iter().enumerate().map(|(index, z)| {
        let f = index % layer.filters;
        let hat = (z - mean[f]) / (variance[f] + f64::from(epsilon)).sqrt();
        f64::from(dropout.factor(index)) * (gamma[f] * hat + beta[f])
    });
    let y = pooled(&normalised.collect::<Vec<_>>(), layer);
    (y, mean, variance)
}

/// The largest difference, beside the largest value or 1.
fn difference(got: &[f32], expected: &[f64]) -> f64 {
    assert_eq!(got.len(), expected.len());
    let scale = expected.iter().fold(1.0_f64, |most, value| most.max(value.abs()));
    let differences = got.iter().zip(expected);
    differences
        .map(|(&got, expected)| (f64::from(got) - expected).abs())
        .fold(0.0, f64::max)
        / scale
}

#[test]
fn blocks_are_their_equations_on_every_instruction_set() {
    for sizes in SIZES {
        let layer = layer(sizes);
        let x = draw(layer.examples * layer.positions * layer.channels, 1);
        let kernel = draw(layer.width * layer.channels * layer.filters, 2);
        let bias = draw(layer.filters, 3);
        let mut z = convolved(&widened(&x), &widened(&kernel), layer);
        for z in z.chunks_exact_mut(layer.filters) {
            for (z, &bias) in z.iter_mut().zip(&bias) {
                *z += f64::from(bias);
            }
        }
        let expected = pooled(&z, layer);
        for simd in Simd::available() {
            let y = super::block(simd, &x, &kernel, &bias, layer);
            let error = difference(&y, &expected);
            assert!(error < 2e-6, "{simd:?}, {layer:?}: {error:e}");
        }
    }
}

/// Values at the points are up to a hundred times as large as their sums.
#[test]
fn minimal_filtering_keeps_blocks_within_5e_6_of_their_equations_on_every_instruction_set() {
    for sizes in MINIMAL {
        let case = Case::new(layer(sizes), false, 0.2);
        let layer = case.layer;
        let bias = vec![0.0; layer.filters];
        let expected = pooled(&convolved(&widened(&case.x), &widened(&case.kernel), layer), layer);
        let (learned, mean, variance) = normalised(&case.parameters(), layer, EPSILON, case.dropout);
        for simd in Simd::available() {
            let about = format!("{simd:?}, {layer:?}");
            let filters = super::Filters::new(simd, &case.kernel, layer);
            assert!(matches!(filters, super::Filters::Winograd(_)), "{about}");
            for y in [
                super::with_filters(simd, &case.x, &filters, &bias, layer),
                super::block(simd, &case.x, &case.kernel, &bias, layer),
            ] {
                let error = difference(&y, &expected);
                assert!(error < 5e-6, "{about}: {error:e}");
            }
            let got = case.run(simd);
            let error = difference(&got.y, &learned);
            assert!(error < 1e-5, "learning, {about}: {error:e}");
            for (got, expected) in [(&got.mean, &mean), (&got.variance, &variance)] {
                let got: Vec<f32> = got.iter().map(|&value| value as f32).collect();
                let error = difference(&got, expected);
                assert!(error < 2e-6, "statistics of {about}: {error:e}");
            }
        }
    }
}

#[test]
fn first_blocks_are_the_same_on_the_channels_of_their_bases() {
    for sizes in FIRST {
        let layer = layer(sizes);
        let codes = draw_codes(layer.examples * layer.positions);
        let kernel = draw(layer.width * 4 * layer.filters, 2);
        let bias = draw(layer.filters, 3);
        let mut z = convolved(&widened(&channels(&codes)), &widened(&kernel), layer);
        for z in z.chunks_exact_mut(layer.filters) {
            for (z, &bias) in z.iter_mut().zip(&bias) {
                *z += f64::from(bias);
            }
        }
        let expected = pooled(&z, layer);
        for simd in Simd::available() {
            let y = super::first_block(simd, &codes, &kernel, &bias, layer);
            let error = difference(&y, &expected);
            assert!(error < 2e-6, "{simd:?}, {layer:?}: {error:e}");
        }
    }
}

/// A block that learns with its input.
struct Case {
    layer: Layer,
    codes: Option<Vec<u8>>,
    x: Vec<f32>,
    kernel: Vec<f32>,
    gamma: Vec<f32>,
    beta: Vec<f32>,
    dropout: Dropout,
    /// Gradient of y.
    upstream: Vec<f32>,
}

/// Results of both passes.
struct Result {
    y: Vec<f32>,
    mean: Vec<f64>,
    variance: Vec<f64>,
    gradients: Gradients,
}

const EPSILON: f32 = 1e-3;

impl Case {
    fn all() -> impl Iterator<Item = Self> {
        let blocks = SIZES.into_iter().map(|sizes| (sizes, false));
        let firsts = FIRST.into_iter().map(|sizes| (sizes, true));
        let rates = [0.0, 0.3];
        blocks
            .chain(firsts)
            .flat_map(move |(sizes, bases)| rates.map(|rate| Self::new(layer(sizes), bases, rate)))
    }

    fn new(layer: Layer, bases: bool, rate: f32) -> Self {
        let positions = layer.examples * layer.positions;
        let codes = bases.then(|| draw_codes(positions));
        let x = match &codes {
            Some(codes) => channels(codes),
            None => draw(positions * layer.channels, 1),
        };
        Self {
            layer,
            codes,
            x,
            kernel: draw(layer.width * layer.channels * layer.filters, 2),
            gamma: draw(layer.filters, 3),
            beta: draw(layer.filters, 4),
            dropout: Dropout { rate, seed: 77 },
            upstream: draw(layer.examples * layer.pooled() * layer.filters, 6),
        }
    }

    fn run(&self, simd: Simd) -> Result {
        let parameters = Parameters {
            kernel: &self.kernel,
            gamma: &self.gamma,
            beta: &self.beta,
            epsilon: EPSILON,
            dropout: self.dropout,
        };
        let (layer, dy) = (self.layer, &self.upstream);
        let output = match &self.codes {
            Some(codes) => first::forward(simd, codes, parameters, layer),
            None => training::forward(simd, &self.x, parameters, layer),
        };
        let statistics = output.record.statistics.clone();
        let gradients = match &self.codes {
            Some(codes) => first::backward(simd, codes, parameters, layer, &statistics, dy),
            None => training::backward(simd, &self.x, parameters, layer, output.record, dy, true),
        };
        Result {
            y: output.y,
            mean: statistics.mean[..layer.filters].to_vec(),
            variance: statistics.variance[..layer.filters].to_vec(),
            gradients,
        }
    }

    fn parameters(&self) -> Values {
        [&self.x, &self.kernel, &self.gamma, &self.beta].map(|values| widened(values))
    }

    fn loss(&self, parameters: &Values) -> f64 {
        let (y, ..) = normalised(parameters, self.layer, EPSILON, self.dropout);
        let upstream = self.upstream.iter();
        y.iter().zip(upstream).map(|(y, &g)| y * f64::from(g)).sum()
    }
}

#[test]
fn learning_blocks_are_their_equations_on_every_instruction_set() {
    for case in Case::all() {
        let (y, mean, variance) = normalised(&case.parameters(), case.layer, EPSILON, case.dropout);
        for simd in Simd::available() {
            let got = case.run(simd);
            let about = format!("{simd:?}, {:?}", case.layer);
            let error = difference(&got.y, &y);
            assert!(error < 5e-6, "{about}: {error:e}");
            for (got, expected) in [(&got.mean, &mean), (&got.variance, &variance)] {
                let got: Vec<f32> = got.iter().map(|&value| value as f32).collect();
                let error = difference(&got, expected);
                assert!(error < 2e-6, "statistics of {about}: {error:e}");
            }
        }
    }
}

#[test]
fn gradients_are_differences_of_the_equations() {
    const STEP: f64 = 1e-5;
    for case in Case::all() {
        let gradients = case.run(Simd::detect()).gradients;
        let Gradients { x, kernel, gamma, beta } = gradients;
        let mut parameters = case.parameters();
        for (which, got) in [x, kernel, gamma, beta].iter().enumerate() {
            if got.is_empty() {
                assert!(case.codes.is_some() && which == 0);
                continue;
            }
            // At most 150 of them.
            let every = got.len().div_ceil(150);
            let indices = (0..got.len()).step_by(every);
            let (mut some, mut expected) = (Vec::new(), Vec::new());
            for index in indices {
                let at = parameters[which][index];
                let mut loss = |value: f64| {
                    parameters[which][index] = value;
                    case.loss(&parameters)
                };
                expected.push((loss(at + STEP) - loss(at - STEP)) / (2.0 * STEP));
                parameters[which][index] = at;
                some.push(got[index]);
            }
            let error = difference(&some, &expected);
            let (layer, rate) = (case.layer, case.dropout.rate);
            assert!(error < 2e-5, "{which}, {layer:?}, {rate}: {error:e}");
        }
    }
}

#[test]
fn every_instruction_set_gives_the_same_gradients() {
    for case in Case::all() {
        let expected = case.run(Simd::Portable).gradients;
        for simd in Simd::available() {
            let got = case.run(simd).gradients;
            for (got, expected) in [
                (got.x, &expected.x),
                (got.kernel, &expected.kernel),
                (got.gamma, &expected.gamma),
                (got.beta, &expected.beta),
            ] {
                let error = difference(&got, &widened(expected));
                assert!(error < 5e-6, "{simd:?}, {:?}: {error:e}", case.layer);
            }
        }
    }
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let sizes = [3, 700, 6, 20, 5, 1, 4];
    for (bases, channels) in [(false, 6), (false, 33), (true, 4)] {
        let mut layer = layer(sizes);
        layer.channels = channels;
        layer.filters = channels.max(20);
        let case = Case::new(layer, bases, 0.2);
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let run = || case.run(Simd::detect());
            pool.build().expect("threads").install(run)
        };
        let (one, three) = (run(1), run(3));
        assert_eq!(one.y, three.y);
        assert_eq!(one.mean, three.mean);
        assert_eq!(one.gradients.x, three.gradients.x);
        assert_eq!(one.gradients.kernel, three.gradients.kernel);
        assert_eq!(one.gradients.gamma, three.gradients.gamma);
        assert_eq!(one.gradients.beta, three.gradients.beta);
    }
}

/// Three examples, each at every place of a batch and alone, by one, two and three threads.
#[test]
fn threads_and_the_place_in_a_batch_change_no_bit() {
    let within = |threads: usize, run: &(dyn Fn() -> Vec<f32> + Sync)| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().expect("threads").install(run)
    };
    for (sizes, bases) in [
        ([3, 600, 40, 49, 4, 1, 1], false),
        ([3, 1_031, 33, 34, 6, 1, 4], false),
        ([3, 530, 40, 33, 3, 64, 1], false),
        ([3, 37, 33, 35, 5, 1, 2], false),
        ([3, 210, 2, 64, 2, 1, 8], false),
        ([3, 260, 4, 40, 7, 1, 100], true),
    ] {
        let case = Case::new(layer(sizes), bases, 0.0);
        let (of_x, of_y) = (case.x.len() / 3, case.layer.pooled() * case.layer.filters);
        let of_codes = case.codes.as_ref().map_or(0, |codes| codes.len() / 3);
        for simd in Simd::available() {
            let filters = super::Filters::new(simd, &case.kernel, case.layer);
            let run = |order: &[usize], threads: usize| -> Vec<f32> {
                let layer = Layer {
                    examples: order.len(),
                    ..case.layer
                };
                let x = order.iter().map(|&example| &case.x[example * of_x..][..of_x]);
                let x: Vec<f32> = x.flatten().copied().collect();
                within(threads, &|| match &case.codes {
                    Some(codes) => {
                        let codes = order.iter().map(|&example| &codes[example * of_codes..][..of_codes]);
                        let codes: Vec<u8> = codes.flatten().copied().collect();
                        super::first_block(simd, &codes, &case.kernel, &case.beta, layer)
                    }
                    None => [
                        super::with_filters(simd, &x, &filters, &case.beta, layer),
                        super::block(simd, &x, &case.kernel, &case.beta, layer),
                    ]
                    .concat(),
                })
            };
            // The result of `with_filters` and `block` of an example, or of `first_block`.
            let of = |all: &[f32], place: usize, count: usize| -> Vec<f32> {
                let each = all.chunks_exact(count * of_y);
                each.flat_map(|all| all[place * of_y..][..of_y].to_vec()).collect()
            };
            let alone = [0, 1, 2].map(|example| run(&[example], 1));
            for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
                for threads in [1, 2, 3] {
                    let all = run(&order, threads);
                    for (place, &example) in order.iter().enumerate() {
                        let about = format!("{simd:?}, {sizes:?}: {example} at {place}, {threads} threads");
                        assert!(of(&all, place, 3) == alone[example], "{about}");
                    }
                }
            }
        }
    }
}
