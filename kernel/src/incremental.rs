//! Attention over one sequence on the CPU, cached so that a change of some bins needs only their share of the work.

use std::ops::Range;

use burn::backend::{Flex, tensor::FloatTensor};
use burn::tensor::Tensor;

use super::cpu::{AttentionHead, Bins, CachedHead, ChangedBins, Query, Simd};
use super::tensor_ops;

/// Cached heads of one layer over one sequence.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layer(Vec<CachedHead>);

/// H [1, L, d] of a sequence, shared by all heads of a layer.
#[derive(Debug)]
pub struct Sequence {
    h: FloatTensor<Flex>,
    bins: Bins,
    length: usize,
    size: usize,
}

impl Sequence {
    /// Returns `None` for several sequences, on another device, or if gradients are recorded.
    pub fn new(h: &Tensor<3>) -> Option<Self> {
        let [examples, length, size] = h.dims();
        let h = h.clone().try_into_primitive::<Flex>().ok()?.to_contiguous();
        (examples == 1).then(|| Self {
            bins: Bins::new(Simd::detect(), slice(&h), size),
            h,
            length,
            size,
        })
    }

    /// Computes the context [1, L, d] of one head, as [`attention_head`](super::context::attention_head) does, and adds
    /// the head to `layer`. Writes the attention [L, L], unless `attention` is empty.
    ///
    /// # Panics
    /// If the shapes do not match.
    pub fn attend(
        &self,
        weight: &Tensor<2>,
        bias: &Tensor<1>,
        position: Option<&Tensor<1>>,
        rectify: bool,
        attention: &mut [f32],
        layer: &mut Layer,
    ) -> Tensor<3> {
        let Self { h, bins, length, size } = self;
        assert_eq!(weight.dims(), [*size; 2], "weights of a head");
        assert_eq!(bias.dims(), [*size], "bias of a head");
        let device = weight.device();
        let [weight, bias] = [on_cpu(weight), on_cpu(bias)];
        let position = position.map(on_cpu);
        let position = position.as_ref().map(slice);
        assert!(position.is_none_or(|position| position.len() == 2 * length - 1));
        let simd = Simd::detect();
        let head = AttentionHead {
            query: &Query::new(simd, slice(&weight), slice(&bias)),
            position,
            rectify,
        };
        let cached = CachedHead::new(simd, slice(h), bins, *size, head, attention);
        let context = tensor_ops::tensor(cached.context().to_vec(), [1, *length, *size], &device);
        layer.0.push(cached);
        context
    }
}

impl Layer {
    /// H [L, d] joined with its context, [L, d (1 + heads)], after the bins `changed` of `before` [L, d] were changed;
    /// and the updated attention [heads, L, L], empty if `attention` is.
    ///
    /// # Panics
    /// If `before` and `h` differ in length.
    pub fn again(
        &self,
        before: &[f32],
        h: &[f32],
        changed: Range<usize>,
        length: usize,
        attention: &[f32],
    ) -> (Vec<f32>, Vec<f32>) {
        assert_eq!(before.len(), h.len(), "as many bins");
        let (simd, size, heads) = (Simd::detect(), h.len() / length, self.0.len());
        let of_head = attention.len() / heads;
        let sequence = ChangedBins::new(simd, before, h, changed, size);
        let (mut joined, mut weights) = (vec![0.0; (1 + heads) * h.len()], vec![0.0; attention.len()]);
        let mut put = |part: usize, values: &[f32]| {
            let rows = joined.chunks_exact_mut((1 + heads) * size);
            for (to, from) in rows.zip(values.chunks_exact(size)) {
                to[part * size..][..size].copy_from_slice(from);
            }
        };
        put(0, h);
        for (index, cached) in self.0.iter().enumerate() {
            let of_head = index * of_head..(1 + index) * of_head;
            let (before, now) = (&attention[of_head.clone()], &mut weights[of_head]);
            put(1 + index, &sequence.attend(simd, cached, before, now));
        }
        (joined, weights)
    }
}

fn on_cpu<const D: usize>(tensor: &Tensor<D>) -> FloatTensor<Flex> {
    let primitive = tensor.clone().try_into_primitive::<Flex>();
    primitive.expect("weights are where the sequence is").to_contiguous()
}

fn slice(tensor: &FloatTensor<Flex>) -> &[f32] {
    tensor.as_slice::<f32>().expect("a contiguous float32 tensor")
}
