//! The same operations over slices.

use burn::backend::{Flex, tensor::FloatTensor};
use burn::tensor::{Device, Tensor, TensorData};

/// Row-major values on the CPU.
///
/// # Panics
/// If `shape` does not match the values.
pub fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D], _: &Device) -> Tensor<D> {
    let values = TensorData::new(values, shape);
    Tensor::from_primitive::<Flex>(FloatTensor::<Flex>::from_data(values))
}

/// Row `index` of each example: [N, R, C] -> [N, C].
pub fn row(x: Tensor<3>, index: usize) -> Tensor<2> {
    let ([examples, rows, size], device) = (x.dims(), x.device());
    let x = contiguous(x);
    let examples_of = slice(&x).chunks_exact(rows * size);
    let row = examples_of
        .flat_map(|example| &example[index * size..][..size])
        .copied();
    tensor(row.collect(), [examples, size], &device)
}

/// The rows of `a` [N, R, C] and then those of `b` [N, R', C].
pub fn join(a: Tensor<3>, b: Tensor<3>) -> Tensor<3> {
    let ([examples, rows_a, size], [_, rows_b, _]) = (a.dims(), b.dims());
    let device = a.device();
    let (a, b) = (contiguous(a), contiguous(b));
    let mut joined = Vec::with_capacity(examples * (rows_a + rows_b) * size);
    let examples_of = slice(&a)
        .chunks_exact(rows_a * size)
        .zip(slice(&b).chunks_exact(rows_b * size));
    for (a, b) in examples_of {
        joined.extend_from_slice(a);
        joined.extend_from_slice(b);
    }
    tensor(joined, [examples, rows_a + rows_b, size], &device)
}

/// Concatenates the channels of `parts` [N, L, C].
pub fn join_channels(parts: Vec<Tensor<3>>) -> Tensor<3> {
    let [examples, length, _] = parts[0].dims();
    let device = parts[0].device();
    let sizes: Vec<usize> = parts.iter().map(|part| part.dims()[2]).collect();
    let parts: Vec<_> = parts.into_iter().map(contiguous).collect();
    let channels = sizes.iter().sum();
    let mut joined = Vec::with_capacity(examples * length * channels);
    for position in 0..examples * length {
        for (part, size) in parts.iter().zip(&sizes) {
            joined.extend_from_slice(&slice(part)[position * size..][..*size]);
        }
    }
    tensor(joined, [examples, length, channels], &device)
}

/// Parts [N, L, C] whose channels are concatenated as they come, so that none are held in memory.
#[derive(Debug)]
pub struct Channels {
    joined: Vec<f32>,
    channels: usize,
    filled: usize,
    first: Tensor<3>,
}

impl Channels {
    /// Begins with `first`, with capacity for `channels` in all.
    pub fn new(first: Tensor<3>, channels: usize) -> Self {
        let [examples, length, _] = first.dims();
        let mut joined = Self {
            joined: vec![0.0; examples * length * channels],
            channels,
            filled: 0,
            first: first.clone(),
        };
        joined.push(first);
        joined
    }

    /// Adds the next.
    pub fn push(&mut self, part: Tensor<3>) {
        let [_, _, size] = part.dims();
        let part = contiguous(part);
        let rows = self.joined.chunks_exact_mut(self.channels);
        for (to, from) in rows.zip(slice(&part).chunks_exact(size)) {
            to[self.filled..][..size].copy_from_slice(from);
        }
        self.filled += size;
    }

    /// All of them [N, L, C + C' + …].
    pub fn joined(self) -> Tensor<3> {
        let ([examples, length, _], device) = (self.first.dims(), self.first.device());
        tensor(self.joined, [examples, length, self.channels], &device)
    }
}

/// Positions `range` of x [N, L, C].
pub fn stretch(x: Tensor<3>, range: std::ops::Range<usize>) -> Tensor<3> {
    let ([examples, length, channels], device) = (x.dims(), x.device());
    let x = contiguous(x);
    let mut kept = Vec::with_capacity(examples * range.len() * channels);
    for example in slice(&x).chunks_exact(length * channels) {
        kept.extend_from_slice(&example[range.start * channels..range.end * channels]);
    }
    tensor(kept, [examples, range.len(), channels], &device)
}

/// Concatenates stretches of the same examples: [N, L, C], [N, L', C] … -> [N, L + L' + …, C].
pub fn join_stretches(parts: Vec<Tensor<3>>) -> Tensor<3> {
    let [examples, _, channels] = parts[0].dims();
    let device = parts[0].device();
    let lengths: Vec<usize> = parts.iter().map(|part| part.dims()[1]).collect();
    let parts: Vec<_> = parts.into_iter().map(contiguous).collect();
    let length = lengths.iter().sum();
    let mut joined = Vec::with_capacity(examples * length * channels);
    for example in 0..examples {
        for (part, length) in parts.iter().zip(&lengths) {
            let size = length * channels;
            joined.extend_from_slice(&slice(part)[example * size..][..size]);
        }
    }
    tensor(joined, [examples, length, channels], &device)
}

/// Row-major values.
///
/// # Errors
/// None: the CPU always returns its results.
pub async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, String> {
    Ok(read_at_once(tensor))
}

/// The same, blocking.
pub fn read_at_once<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    slice(&contiguous(tensor)).to_vec()
}

/// Nothing: the CPU has no queue.
pub fn flush(_: &Device) {}

/// `a + b`, of the same shape.
pub fn sum<const D: usize>(a: Tensor<D>, b: Tensor<D>) -> Tensor<D> {
    let (shape, device) = (a.dims(), a.device());
    let (a, b) = (contiguous(a), contiguous(b));
    let sum = slice(&a).iter().zip(slice(&b)).map(|(a, b)| a + b).collect();
    tensor(sum, shape, &device)
}

fn contiguous<const D: usize>(tensor: Tensor<D>) -> FloatTensor<Flex> {
    let primitive = tensor.try_into_primitive::<Flex>();
    primitive.expect("the CPU is the only device").to_contiguous()
}

fn slice(tensor: &FloatTensor<Flex>) -> &[f32] {
    tensor.as_slice::<f32>().expect("contiguous float32")
}
