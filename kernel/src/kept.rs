//! Attention over one sequence on the CPU, kept so that a change of some bins costs little more than what it changes.

use std::ops::Range;

use burn::backend::{Flex, tensor::FloatTensor};
use burn::tensor::Tensor;

use super::cpu::{AttentionHead, Bins, Changed, Kept, Query, Simd};
use super::tensor_ops;

/// A layer of heads over one sequence, as they have attended.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layer(Vec<Kept>);

/// H [1, L, d] of a sequence, as each head of a layer reads it.
#[derive(Debug)]
pub struct Sequence {
    h: FloatTensor<Flex>,
    bins: Bins,
    length: usize,
    size: usize,
}

impl Sequence {
    /// `None` if it is not one sequence on the CPU, or if gradients are recorded.
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

    /// The context [1, L, d] of one head, as of [`attention_head`](super::context::attention_head), which is added to
    /// `layer`. The attention [L, L] is written where it is requested, and `attention` not empty.
    ///
    /// # Panics
    /// If the shapes do not belong together.
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
        let kept = Kept::new(simd, slice(h), bins, *size, head, attention);
        let context = tensor_ops::tensor(kept.context().to_vec(), [1, *length, *size], &device);
        layer.0.push(kept);
        context
    }
}

impl Layer {
    /// H [L, d] beside its context, [L, d (1 + heads)], where it was `before` and the bins `changed` differ; and the
    /// attention [heads, L, L] that comes of `attention`, empty where that is.
    ///
    /// # Panics
    /// If they are not as long as each other.
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
        let sequence = Changed::new(simd, before, h, changed, size);
        let (mut joined, mut weights) = (vec![0.0; (1 + heads) * h.len()], vec![0.0; attention.len()]);
        let mut put = |part: usize, values: &[f32]| {
            let rows = joined.chunks_exact_mut((1 + heads) * size);
            for (to, from) in rows.zip(values.chunks_exact(size)) {
                to[part * size..][..size].copy_from_slice(from);
            }
        };
        put(0, h);
        for (index, kept) in self.0.iter().enumerate() {
            let of_head = index * of_head..(1 + index) * of_head;
            let (before, now) = (&attention[of_head.clone()], &mut weights[of_head]);
            put(1 + index, &sequence.attend(simd, kept, before, now));
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
