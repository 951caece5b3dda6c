//! Attention of every bin to every other, weighted by distance.

use std::ops::Range;

#[cfg(feature = "autodiff")]
use burn::backend::TensorMetadata;
use burn::backend::{Backend, Dispatch, backend_extension, tensor::FloatTensor};
use burn::tensor::{
    Tensor,
    activation::{relu, softmax},
};

use super::precision::product;

/// Output of one head.
#[derive(Debug, Clone)]
pub struct Attended {
    /// [N, R, d].
    pub context: Tensor<3>,
    /// The attention [N, R, L], one row per query bin; only if requested.
    pub weights: Option<Tensor<3>>,
}

/// One attention head without separate keys or values:
///
/// ```text
/// Q = tanh(H W + b)
/// S = Q Hᵀ                        then max(0, S) where it `rectify`s
/// S_it ← S_it f(t − i)            where there is a position function
/// A = softmax over t of S
/// context = A H
/// ```
///
/// `h` is H [N, L, d], `weight` W [d, d], `bias` b `[d]`; `position` [2L − 1] is f at t − i = −(L − 1) … L − 1. `rows`
/// are the R requested query bins, whose results are bitwise equal to those of all L; a GPU requires all. `weights`
/// requests A, which is not stored otherwise. A GPU takes W in [16 bits](super::halves) as well.
///
/// # Panics
/// If the shapes do not match, or some rows are requested on a GPU.
pub fn attention_head(
    h: Tensor<3>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    position: Option<Tensor<1>>,
    rectify: bool,
    rows: Range<usize>,
    weights: bool,
) -> Attended {
    let positioned = position.is_some();
    // A placeholder that is not read.
    let position = position.unwrap_or_else(|| bias.clone());
    let (context, attention) = <Dispatch as ContextBackend>::attention_head(
        h.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        position.into_dispatch(),
        positioned,
        rectify,
        rows,
        weights,
    );
    Attended {
        context: Tensor::from_dispatch(context),
        weights: weights.then(|| Tensor::from_dispatch(attention)),
    }
}

/// `rows` of C = E H for each example, [N, R, d]: `h` [N, L, d], `e` [L, L]. A GPU requires all L.
///
/// # Panics
/// As [`attention_head`].
pub fn mix(h: Tensor<3>, e: Tensor<2>, rows: Range<usize>) -> Tensor<3> {
    let mixed = <Dispatch as ContextBackend>::mix(h.into_dispatch(), e.into_dispatch(), rows);
    Tensor::from_dispatch(mixed)
}

/// [`attention_head`] in ordinary tensor operations, differentiable by Burn, always with weights.
pub fn composed(
    h: Tensor<3>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    position: Option<Tensor<1>>,
    rectify: bool,
) -> (Tensor<3>, Tensor<3>) {
    let query = query(h.clone(), weight, bias);
    attend(h, query, position, rectify)
}

/// Q = tanh(H W + b) [N, L, d].
pub fn query(h: Tensor<3>, weight: Tensor<2>, bias: Tensor<1>) -> Tensor<3> {
    let [_, _, size] = h.dims();
    (product(h, weight.unsqueeze_dim(0)) + bias.reshape([1, 1, size])).tanh()
}

/// The rest of [`composed`], from the queries Q [N, L, d].
pub fn attend(h: Tensor<3>, query: Tensor<3>, position: Option<Tensor<1>>, rectify: bool) -> (Tensor<3>, Tensor<3>) {
    let [_, length, _] = h.dims();
    let mut scores = product(query, h.clone().swap_dims(1, 2)); // [N, L, L]
    if rectify {
        scores = relu(scores);
    }
    if let Some(position) = position {
        scores = scores * by_pair(position, length).unsqueeze_dim(0);
    }
    let weights = softmax(scores, 2);
    (product(weights.clone(), h), weights)
}

/// f(t − i) [L, L] from f at each offset [2L − 1].
fn by_pair(position: Tensor<1>, length: usize) -> Tensor<2> {
    if length == 1 {
        return position.unsqueeze_dim(0);
    }
    // With offset 0 first, v = f(0) … f(L−1) f(−(L−1)) … f(−1), and rows one shorter than v, each row begins one step
    // further left.
    let offsets = 2 * length - 1;
    let ahead = position.clone().narrow(0, length - 1, length);
    let behind = position.narrow(0, 0, length - 1);
    Tensor::cat(vec![ahead, behind], 0)
        .unsqueeze_dim::<2>(0)
        .repeat_dim(0, length)
        .reshape([length * offsets])
        .narrow(0, 0, length * (offsets - 1))
        .reshape([length, offsets - 1])
        .narrow(1, 0, length)
}

/// Context between bins on one device. Shapes as in [`attention_head`] and [`mix`]; tensors are float32 except for
/// 16-bit weights.
#[backend_extension(
    Cube: cfg(any(feature = "wgpu", feature = "cuda")),
    Flex: cfg(feature = "flex"),
    Autodiff: cfg(feature = "autodiff")
)]
pub trait ContextBackend: Backend {
    /// The context, and the weights if requested, otherwise any tensor. `position` is only read if the head is
    /// `positioned`.
    #[allow(
        clippy::too_many_arguments,
        reason = "Burn's extensions take tensors and flags one by one"
    )]
    fn attention_head(
        h: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        position: FloatTensor<Self>,
        positioned: bool,
        rectify: bool,
        rows: Range<usize>,
        weights: bool,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// The product.
    fn mix(h: FloatTensor<Self>, e: FloatTensor<Self>, rows: Range<usize>) -> FloatTensor<Self>;
}

/// Burn's operations, for backends without their own.
#[cfg(feature = "autodiff")]
fn attention_head_on<B>(
    h: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    position: Option<FloatTensor<B>>,
    rectify: bool,
) -> (FloatTensor<B>, FloatTensor<B>)
where
    B: Backend,
    burn::backend::DispatchTensor: burn::backend::DispatchKindConversion<B>,
{
    let (context, weights) = composed(
        Tensor::from_primitive::<B>(h),
        Tensor::from_primitive::<B>(weight),
        Tensor::from_primitive::<B>(bias),
        position.map(Tensor::from_primitive::<B>),
        rectify,
    );
    let stays = "a tensor stays on the device that made it";
    (
        context.try_into_primitive::<B>().expect(stays),
        weights.try_into_primitive::<B>().expect(stays),
    )
}

/// The same for [`mix`].
#[cfg(feature = "autodiff")]
fn mix_on<B>(h: FloatTensor<B>, e: FloatTensor<B>) -> FloatTensor<B>
where
    B: Backend,
    burn::backend::DispatchTensor: burn::backend::DispatchKindConversion<B>,
{
    let h: Tensor<3> = Tensor::from_primitive::<B>(h);
    let e: Tensor<2> = Tensor::from_primitive::<B>(e);
    product(e.unsqueeze_dim(0), h)
        .try_into_primitive::<B>()
        .expect("a tensor stays on the device that made it")
}

/// Checks that all rows are requested.
#[cfg(feature = "autodiff")]
fn all_rows(rows: &Range<usize>, [_, length, _]: [usize; 3]) {
    assert_eq!(*rows, 0..length, "all rows");
}

#[cfg(feature = "autodiff")]
impl<B, C> ContextBackend for burn::backend::Autodiff<B, C>
where
    B: Backend,
    C: burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy,
    burn::backend::DispatchTensor: burn::backend::DispatchKindConversion<Self>,
{
    fn attention_head(
        h: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        position: FloatTensor<Self>,
        positioned: bool,
        rectify: bool,
        rows: Range<usize>,
        _: bool,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        all_rows(&rows, h.shape().dims());
        let position = positioned.then_some(position);
        attention_head_on::<Self>(h, weight, bias, position, rectify)
    }

    fn mix(h: FloatTensor<Self>, e: FloatTensor<Self>, rows: Range<usize>) -> FloatTensor<Self> {
        all_rows(&rows, h.shape().dims());
        mix_on::<Self>(h, e)
    }
}
