//! Registers sequence blocks and context between bins with Burn.

use std::ops::Range;

use burn::backend::{Flex, TensorMetadata, tensor::FloatTensor};

use super::block::{self, Layer};
use super::context::{self, Head, Query};
use super::simd::Simd;
use super::{slice, tensor};
use crate::block::{Block, BlockBackend};
use crate::context::ContextBackend;

/// The sizes of a call, checked for consistency before manual indexing.
pub fn layer(x: [usize; 3], kernel: [usize; 3], bias: [usize; 1], pool: usize) -> Layer {
    let [examples, positions, channels] = x;
    let [width, _, filters] = kernel;
    assert_eq!(kernel, [width, channels, filters], "kernel [K, C, F]");
    assert_eq!(bias, [filters], "bias, or gamma and beta");
    assert!(
        pool > 0 && positions >= pool && width > 0,
        "{positions} positions, filters of {width}, pools of {pool}"
    );
    Layer {
        examples,
        positions,
        channels,
        filters,
        width,
        dilation: 1,
        pool,
        rectify: false,
    }
}

/// Codes of bases from a tensor [N, L].
pub fn codes(tensor: &FloatTensor<Flex>) -> Vec<u8> {
    slice(tensor).iter().map(|&code| code as u8).collect()
}

/// The filters of a block, packed once for many calls.
#[derive(Debug)]
pub struct PackedBlock {
    simd: Simd,
    filters: block::Filters,
    bias: Vec<f32>,
    /// [K, C, F].
    sizes: [usize; 3],
    shape: Block,
}

impl PackedBlock {
    /// Packs W [K, C, F] and b `[F]`; `None` in a page if packing in each call takes little time.
    pub fn new(kernel: FloatTensor<Flex>, bias: FloatTensor<Flex>, shape: Block) -> Option<Self> {
        let simd = Simd::detect();
        let sizes: [usize; 3] = kernel.shape().dims();
        // Independent of examples and positions.
        let layer = shaped([1, shape.pool, sizes[1]], sizes, bias.shape().dims(), shape);
        if cfg!(target_arch = "wasm32") && !block::Filters::take_long(layer) {
            return None;
        }
        let [kernel, bias] = [kernel, bias].map(|tensor| tensor.to_contiguous());
        Some(Self {
            simd,
            filters: block::Filters::new(simd, slice(&kernel), layer),
            bias: slice(&bias).to_vec(),
            sizes,
            shape,
        })
    }

    /// Returns true if packed filters of these sizes [K, C, F] suit sequences of this number of positions.
    pub fn suits(sizes: [usize; 3], shape: Block, positions: usize) -> bool {
        let [_, channels, filters] = sizes;
        let layer = shaped([1, positions.max(shape.pool), channels], sizes, [filters], shape);
        !block::Filters::exceed(layer)
    }

    /// As [`BlockBackend::block`].
    pub fn run(&self, x: FloatTensor<Flex>) -> FloatTensor<Flex> {
        let layer = shaped(x.shape().dims(), self.sizes, [self.bias.len()], self.shape);
        let x = x.to_contiguous();
        let y = block::with_filters(self.simd, slice(&x), &self.filters, &self.bias, layer);
        tensor(y, layer.result())
    }
}

/// As [`layer`], for a block of this shape.
fn shaped(x: [usize; 3], kernel: [usize; 3], bias: [usize; 1], shape: Block) -> Layer {
    Layer {
        dilation: shape.dilation,
        rectify: shape.rectify,
        ..layer(x, kernel, bias, shape.pool)
    }
}

impl BlockBackend for Flex {
    fn block(
        x: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        dilation: usize,
        pool: usize,
        rectify: bool,
    ) -> FloatTensor<Self> {
        let shape = Block {
            dilation,
            pool,
            rectify,
        };
        let layer = shaped(x.shape().dims(), kernel.shape().dims(), bias.shape().dims(), shape);
        let [x, kernel, bias] = [x, kernel, bias].map(|tensor| tensor.to_contiguous());
        let y = block::block(Simd::detect(), slice(&x), slice(&kernel), slice(&bias), layer);
        tensor(y, layer.result())
    }

    fn first_block(
        bases: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        pool: usize,
    ) -> FloatTensor<Self> {
        let [examples, positions] = bases.shape().dims();
        let layer = layer(
            [examples, positions, 4],
            kernel.shape().dims(),
            bias.shape().dims(),
            pool,
        );
        let [bases, kernel, bias] = [bases, kernel, bias].map(|tensor| tensor.to_contiguous());
        let y = block::first_block(Simd::detect(), &codes(&bases), slice(&kernel), slice(&bias), layer);
        tensor(y, layer.result())
    }
}

impl ContextBackend for Flex {
    fn attention_head(
        h: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        position: FloatTensor<Self>,
        positioned: bool,
        rectify: bool,
        rows: Range<usize>,
        weights: bool,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let [examples, length, size] = h.shape().dims();
        assert_eq!(weight.shape().dims(), [size, size], "weights of a head");
        assert_eq!(bias.shape().dims(), [size], "bias of a head");
        let [h, weight, bias, position] = [h, weight, bias, position].map(|tensor| tensor.to_contiguous());
        let position = positioned.then(|| slice(&position));
        assert!(position.is_none_or(|position| position.len() == 2 * length - 1));
        let simd = Simd::detect();
        let head = Head {
            query: &Query::new(simd, slice(&weight), slice(&bias)),
            position,
            rectify,
        };
        let asked = rows.len();
        let (context, attention) = context::attention_head(simd, slice(&h), [length, size], head, rows, weights);
        let stored = if weights { length } else { 0 };
        (
            tensor(context, [examples, asked, size]),
            tensor(attention, [examples, asked, stored]),
        )
    }

    fn mix(h: FloatTensor<Self>, e: FloatTensor<Self>, rows: Range<usize>) -> FloatTensor<Self> {
        let [examples, length, size] = h.shape().dims();
        assert_eq!(e.shape().dims(), [length, length], "factors of a mix");
        let [h, e] = [h, e].map(|tensor| tensor.to_contiguous());
        let asked = rows.len();
        let e = &slice(&e)[rows.start * length..rows.end * length];
        let mixed = context::mix(Simd::detect(), slice(&h), e, length, size);
        tensor(mixed, [examples, asked, size])
    }
}
