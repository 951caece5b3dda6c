//! Blocks on sequence, and context between bins, registered with Burn.

use burn::backend::{Flex, TensorMetadata, tensor::FloatTensor};

use super::block::{self, Layer};
use super::context::{self, Head, Query};
use super::simd::Simd;
use super::{slice, tensor};
use crate::block::BlockBackend;
use crate::context::ContextBackend;

/// The sizes of a call, checked against each other before anything is indexed by hand.
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

/// The codes of bases that a tensor [N, L] holds.
pub fn codes(tensor: &FloatTensor<Flex>) -> Vec<u8> {
    slice(tensor).iter().map(|&code| code as u8).collect()
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
        let sizes = layer(x.shape().dims(), kernel.shape().dims(), bias.shape().dims(), pool);
        let layer = Layer {
            dilation,
            rectify,
            ..sizes
        };
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
        let (context, attention) = context::attention_head(simd, slice(&h), [length, size], head, weights);
        let stored = if weights { length } else { 0 };
        (
            tensor(context, [examples, length, size]),
            tensor(attention, [examples, length, stored]),
        )
    }

    fn mix(h: FloatTensor<Self>, e: FloatTensor<Self>) -> FloatTensor<Self> {
        let [examples, length, size] = h.shape().dims();
        assert_eq!(e.shape().dims(), [length, length], "factors of a mix");
        let [h, e] = [h, e].map(|tensor| tensor.to_contiguous());
        let mixed = context::mix(Simd::detect(), slice(&h), slice(&e), length, size);
        tensor(mixed, [examples, length, size])
    }
}
