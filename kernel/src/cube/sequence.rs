//! Blocks and attention between bins, in a few launches each for any length.

use std::ops::Range;

use burn::backend::{TensorMetadata, tensor::FloatTensor};
use burn::tensor::{DType, f16};
use burn_cubecl::{CubeBackend, kernel::into_contiguous, ops::permute, tensor::CubeTensor};
use cubecl::prelude::{CubeCount, CubeDim, Scalar};

use super::block::{self, Ending, LANES, STRANDS, Tile};
use super::first_block::{self, WORD, WORDS};
use super::{BLOCK_THREADS, blocks, empty_like, has_planes, pool, ready, softmax};
use crate::block::{Block, BlockBackend};
use crate::context::ContextBackend;

impl BlockBackend for CubeBackend {
    fn block(
        x: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        dilation: usize,
        pool: usize,
        rectify: bool,
    ) -> FloatTensor<Self> {
        let ([x, bias], kernel) = ([x, bias].map(ready), ready_weights(kernel));
        let [examples, length, channels] = x.shape().dims();
        let [width, kernel_channels, filters] = kernel.shape().dims();
        assert_eq!(kernel_channels, channels, "the kernel's channels");
        assert_eq!(bias.shape().dims(), [with_factors(&kernel, filters)], "bias");
        let shape = Block {
            dilation,
            pool,
            rectify,
        };
        // A thread's positions are only adjacent without dilation, and their number is limited.
        let by_itself = pool > 1 && (dilation > 1 || pool > MOST_POSITIONS);
        let product = Product {
            examples,
            length,
            channels,
            filters,
            width,
            shape: Block {
                pool: if by_itself { 1 } else { pool },
                ..shape
            },
            x_step: length * channels,
            kernel_step: 0,
        };
        let y = product.launch(x, kernel, Some(bias), None, Ending::Plain);
        if by_itself { pooled(y, pool) } else { y }
    }

    fn first_block(
        codes: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        pool: usize,
    ) -> FloatTensor<Self> {
        let [codes, kernel, bias] = [codes, kernel, bias].map(ready);
        let [examples, length] = codes.shape().dims();
        let [width, bases, filters] = kernel.shape().dims();
        assert_eq!(bases, 4, "the kernel's bases");
        assert_eq!(bias.shape().dims(), [filters], "bias");
        assert!((1..=length).contains(&pool), "{length} positions, pool {pool}");
        let by_itself = pool > MOST_POSITIONS;
        let in_block = if by_itself { 1 } else { pool };
        let words = width.div_ceil(WORD);
        let tile = Tile {
            taps: 1,
            ..Tile::of(width, filters, in_block)
        };
        let client = codes.client.clone();
        let table = bound(&codes, [words, WORDS, filters]);
        let y = bound(&codes, [examples, length / in_block, filters]);
        let values = words * WORDS * filters;
        let left = Block {
            dilation: 1,
            pool,
            rectify: false,
        }
        .left(width);
        // SAFETY: every index is in bounds for the shapes that were just checked; a code that is none reads another
        // row.
        unsafe {
            first_block::table::launch_unchecked(
                &client,
                blocks(values),
                CubeDim::new_1d(BLOCK_THREADS),
                kernel.into_buffer_arg(),
                table.clone().into_buffer_arg(),
                values as u32,
                width as u32,
                filters as u32,
            );
            first_block::first_block::launch_unchecked(
                &client,
                tile.count(length, filters, 1, examples),
                CubeDim::new_1d((LANES * STRANDS) as u32),
                codes.into_buffer_arg(),
                table.into_buffer_arg(),
                bias.into_buffer_arg(),
                y.clone().into_buffer_arg(),
                length as u32,
                filters as u32,
                left as u32,
                words,
                tile,
            );
        }
        if by_itself { pooled(y, pool) } else { y }
    }
}

impl ContextBackend for CubeBackend {
    fn attention_head(
        h: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        position: FloatTensor<Self>,
        positioned: bool,
        rectified: bool,
        rows: Range<usize>,
        _: bool,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let ([h, bias, position], weight) = ([h, bias, position].map(ready), ready_weights(weight));
        let [examples, length, size] = h.shape().dims();
        assert_eq!(rows, 0..length, "all rows");
        assert_eq!(weight.shape().dims(), [size, size], "query weights");
        assert_eq!(bias.shape().dims(), [with_factors(&weight, size)], "query bias");
        if positioned {
            let offsets = [2 * length - 1];
            assert_eq!(position.shape().dims(), offsets, "position function");
        }
        let columns = ready(permute(h.clone(), &[0, 2, 1])); // [N, d, L]
        let of_bins = Product {
            examples,
            length,
            channels: size,
            filters: size,
            width: 1,
            shape: Block::pointwise(false),
            x_step: length * size,
            kernel_step: 0,
        };
        let queries = of_bins.launch(h.clone(), weight, Some(bias), None, Ending::Tanh);
        let to_bins = Product {
            filters: length,
            kernel_step: size * length,
            ..of_bins
        };
        let ending = Ending::Score { rectified, positioned };
        let scores = to_bins.launch(queries, columns, None, positioned.then_some(position), ending);
        let weights = normalised(scores, examples * length, length);
        let from_bins = Product {
            channels: length,
            filters: size,
            x_step: length * length,
            kernel_step: length * size,
            ..of_bins
        };
        let context = from_bins.launch(weights.clone(), h, None, None, Ending::Plain);
        (context, weights)
    }

    fn mix(h: FloatTensor<Self>, e: FloatTensor<Self>, rows: Range<usize>) -> FloatTensor<Self> {
        let [h, e] = [h, e].map(ready);
        let [examples, length, size] = h.shape().dims();
        assert_eq!(rows, 0..length, "all rows");
        assert_eq!(e.shape().dims(), [length, length], "weights of bins");
        let product = Product {
            examples,
            length,
            channels: length,
            filters: size,
            width: 1,
            shape: Block::pointwise(false),
            x_step: 0,
            kernel_step: length * size,
        };
        product.launch(e, h, None, None, Ending::Plain)
    }
}

/// A block whose operands may differ between examples.
#[derive(Clone, Copy)]
struct Product {
    examples: usize,
    length: usize,
    channels: usize,
    filters: usize,
    width: usize,
    shape: Block,
    /// Distance between the values of consecutive examples.
    x_step: usize,
    /// The same for kernels.
    kernel_step: usize,
}

impl Product {
    /// [N, L / pool, F].
    fn launch(
        self,
        x: CubeTensor,
        kernel: CubeTensor,
        bias: Option<CubeTensor>,
        position: Option<CubeTensor>,
        ending: Ending,
    ) -> CubeTensor {
        let Self {
            examples,
            length,
            channels,
            filters,
            width,
            shape,
            ..
        } = self;
        let Block { dilation, pool, .. } = shape;
        assert!(
            dilation > 0 && (1..=length).contains(&pool),
            "{length} positions, pool {pool}, dilation {dilation}"
        );
        let tile = Tile::of(width, filters, pool);
        let y = bound(&x, [examples, length / pool, filters]);
        let biased = bias.is_some();
        // A kernel needs all its buffers bound, even those it does not read; a written buffer may be bound only once.
        let bias = bias.unwrap_or_else(|| kernel.clone());
        let position = position.unwrap_or_else(|| bias.clone());
        let scaled = kernel.dtype == DType::F16;
        let weights = if scaled {
            f16::elem_type_native()
        } else {
            f32::elem_type_native()
        };
        let client = x.client.clone();
        // SAFETY: every index is in bounds for shapes that the callers have checked.
        unsafe {
            block::block::launch_unchecked(
                &client,
                tile.count(length, filters, dilation, examples),
                CubeDim::new_1d((LANES * STRANDS) as u32),
                x.into_buffer_arg(),
                kernel.into_buffer_arg(),
                bias.into_buffer_arg(),
                position.into_buffer_arg(),
                y.clone().into_buffer_arg(),
                self.x_step as u32,
                self.kernel_step as u32,
                length as u32,
                channels as u32,
                filters as u32,
                dilation as u32,
                shape.left(width) as u32,
                width,
                tile,
                shape.rectify,
                biased,
                scaled,
                ending,
                weights,
            );
        }
        y
    }
}

/// Contiguous weights, in float32 or in 16 bits.
fn ready_weights(tensor: CubeTensor) -> CubeTensor {
    match tensor.dtype {
        DType::F16 => into_contiguous(tensor),
        _ => ready(tensor),
    }
}

/// Number of bias values for these filters: 16-bit weights also have [factors](crate::halves).
fn with_factors(weights: &CubeTensor, filters: usize) -> usize {
    match weights.dtype {
        DType::F16 => 2 * filters,
        _ => filters,
    }
}

/// Largest number of positions per thread: with as many filters it has 64 sums.
const MOST_POSITIONS: usize = 8;

/// Largest number of filters per thread.
const MOST_FILTERS: usize = 8;

/// Largest number of unrolled taps.
const MOST_TAPS: usize = 8;

/// Cost of reading a value, in multiply-adds.
const READ: usize = 8;

impl Tile {
    /// The cheapest tile for a block of `filters`: wide tiles read less, but may compute results that are not stored.
    fn of(width: usize, filters: usize, pool: usize) -> Self {
        let divides = |taps: &usize| width.is_multiple_of(*taps);
        let taps = (1..=MOST_TAPS).rev().find(divides).unwrap_or(1);
        let positions = MOST_POSITIONS / pool * pool;
        let cost = |columns: &usize| {
            let reads = positions + taps - 1 + taps * columns;
            let workgroups = filters.div_ceil(LANES * columns);
            workgroups * (READ * reads + taps * positions * columns)
        };
        let columns = (1..=MOST_FILTERS).rev().min_by_key(cost).unwrap_or(1);
        Self {
            positions,
            filters: columns,
            taps,
            pool,
        }
    }

    /// Workgroups that cover all positions and filters.
    fn count(self, length: usize, filters: usize, dilation: usize, examples: usize) -> CubeCount {
        let strands = dilation * length.div_ceil(dilation).div_ceil(self.positions);
        let grid = [
            strands.div_ceil(STRANDS),
            filters.div_ceil(LANES * self.filters),
            examples,
        ];
        assert!(
            grid.iter().all(|&count| count <= MOST_WORKGROUPS),
            "found {examples} sequences of {length} positions under {filters} filters; GPUs take {MOST_WORKGROUPS} \
                workgroups an axis: \
             give fewer at once, or tile them"
        );
        let [x, y, z] = grid.map(|count| count as u32);
        CubeCount::Static(x, y, z)
    }
}

/// A new result on the device of `tensor`.
///
/// # Panics
/// If it exceeds the device's limit of a binding; callers tile results that may.
fn bound(tensor: &CubeTensor, shape: [usize; 3]) -> CubeTensor {
    let bytes = shape
        .iter()
        .fold(size_of::<f32>() as u64, |all, &size| all * size as u64);
    let most = tensor.client.properties().memory.max_page_size;
    assert!(
        bytes <= most,
        "found a result {shape:?} of {bytes} bytes; this GPU takes {most} at once: tile the sequence"
    );
    empty_like(tensor, shape)
}

/// Largest number of workgroups on an axis of a grid.
const MOST_WORKGROUPS: usize = 65_535;

/// Max-pooling of [N, L, F].
fn pooled(x: CubeTensor, window: usize) -> CubeTensor {
    let [examples, length, filters] = x.shape().dims();
    let y = empty_like(&x, [examples, length / window, filters]);
    let outputs = examples * (length / window) * filters;
    let client = x.client.clone();
    // SAFETY: a thread reads the positions of its own window.
    unsafe {
        pool::pool::launch_unchecked(
            &client,
            blocks(outputs),
            CubeDim::new_1d(BLOCK_THREADS),
            x.into_buffer_arg(),
            y.clone().into_buffer_arg(),
            outputs as u32,
            length as u32,
            filters as u32,
            window as u32,
        );
    }
    y
}

/// Threads per row of a softmax.
const SOFTMAX_THREADS: u32 = 32;

/// Softmax of each of `rows` rows, in place.
fn normalised(scores: CubeTensor, rows: usize, positions: usize) -> CubeTensor {
    let client = scores.client.clone();
    let groups = rows.div_ceil(MOST_WORKGROUPS);
    // SAFETY: a workgroup keeps to its row, and rows that are none are not touched.
    unsafe {
        softmax::softmax::launch_unchecked(
            &client,
            CubeCount::Static(rows.div_ceil(groups) as u32, groups as u32, 1),
            CubeDim::new_1d(SOFTMAX_THREADS),
            scores.clone().into_buffer_arg(),
            rows as u32,
            positions,
            SOFTMAX_THREADS as usize,
            has_planes(&client),
        );
    }
    scores
}
