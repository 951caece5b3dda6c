//! Convolution blocks of a sequence network, with batch norm folded into their weights.

use burn::backend::{Backend, Dispatch, backend_extension, tensor::FloatTensor};
use burn::tensor::{Device, Tensor, activation::relu};

use super::precision::product;
use super::tensor_ops;

/// Shape of a block along its sequence, with stride 1. Zero padding keeps the length, as in TensorFlow: of (K − 1)
/// dilation zeros half are on the left, and an odd one is on the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Distance between two taps of a filter, in positions.
    pub dilation: usize,
    /// Width and stride of max-pooling; the remainder at the end is dropped. 1 for no pooling.
    pub pool: usize,
    /// True if the input goes through a ReLU first.
    pub rectify: bool,
}

impl Block {
    /// A filter of one position, equal to a dense layer, without pooling.
    pub const fn pointwise(rectify: bool) -> Self {
        Self {
            dilation: 1,
            pool: 1,
            rectify,
        }
    }

    /// Zeros before the first position, under filters of `width`.
    pub fn left(self, width: usize) -> usize {
        (width - 1) * self.dilation / 2
    }

    /// Zeros after the last.
    pub fn right(self, width: usize) -> usize {
        (width - 1) * self.dilation - self.left(width)
    }
}

/// A convolution with max-pooling:
///
/// ```text
/// r = max(0, x)                                          where the block rectifies
/// y_tf = b_f + Σ_k Σ_c W_kcf r_(t + k dilation − left),c
/// ```
///
/// `x` is [N, L, C], `kernel` W [K, C, F], `bias` b `[F]`; the result is [N, L / pool, F]. A GPU takes W in
/// [16 bits](super::halves) as well.
///
/// # Panics
/// If the shapes do not match, or the sequence is shorter than `pool`.
pub fn block(x: Tensor<3>, kernel: Tensor<3>, bias: Tensor<1>, shape: Block) -> Tensor<3> {
    Tensor::from_dispatch(<Dispatch as BlockBackend>::block(
        x.into_dispatch(),
        kernel.into_dispatch(),
        bias.into_dispatch(),
        shape.dilation,
        shape.pool,
        shape.rectify,
    ))
}

/// The block that reads bases: `codes` [N, L] from [`codes`], `kernel` [K, 4, F], `bias` `[F]`; the result is [N, L /
/// pool, F]. Without a ReLU, because a base's channels are 0, ¼ or 1.
///
/// # Panics
/// As [`block`].
pub fn first_block(codes: Tensor<2>, kernel: Tensor<3>, bias: Tensor<1>, pool: usize) -> Tensor<3> {
    Tensor::from_dispatch(<Dispatch as BlockBackend>::first_block(
        codes.into_dispatch(),
        kernel.into_dispatch(),
        bias.into_dispatch(),
        pool,
    ))
}

/// Moves the codes of `examples` sequences of the same length to a device, [N, L]: 0 to 3 for A, C, G and T, 4 for an
/// unknown base (¼ in each channel), 5 for none (zeros).
pub fn codes(codes: &[u8], examples: usize, device: &Device) -> Tensor<2> {
    let values = codes.iter().map(|&code| f32::from(code)).collect();
    tensor_ops::tensor(values, [examples, codes.len() / examples], device)
}

/// A block's filters W [K, C, F] and bias b `[F]` on their device, for many passes. The CPU packs them for its loops in
/// the first pass: a copy, which is not updated in training. A page, which has less memory, keeps only what takes long
/// to pack.
#[derive(Debug, Clone)]
pub struct Filters {
    /// `None` if only the packed form is kept.
    kernel: Option<Tensor<3>>,
    bias: Tensor<1>,
    shape: Block,
    #[cfg(feature = "flex")]
    packed: std::sync::Arc<std::sync::OnceLock<Option<super::cpu::PackedBlock>>>,
}

impl Filters {
    /// Takes tensors on the device of the computation.
    pub fn new(kernel: Tensor<3>, bias: Tensor<1>, shape: Block) -> Self {
        Self {
            kernel: Some(kernel),
            bias,
            shape,
            #[cfg(feature = "flex")]
            packed: std::sync::Arc::default(),
        }
    }

    /// The same for whole windows alone: packs them at once, and keeps only the packed form.
    pub fn of_windows(kernel: Tensor<3>, bias: Tensor<1>, shape: Block) -> Self {
        #[allow(unused_mut, reason = "a GPU keeps them as they are")]
        let mut filters = Self::new(kernel, bias, shape);
        #[cfg(feature = "flex")]
        if filters.packed().is_some() {
            filters.kernel = None;
        }
        filters
    }

    /// W [K, C, F].
    ///
    /// # Panics
    /// If they were made for whole windows alone.
    pub fn kernel(&self) -> &Tensor<3> {
        self.kernel.as_ref().expect("filters that are not only packed")
    }

    /// b `[F]`.
    pub fn bias(&self) -> &Tensor<1> {
        &self.bias
    }

    /// As [`block`].
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        #[cfg(feature = "flex")]
        if self.suits(x.dims()[1])
            && let Some(packed) = self.packed()
        {
            use burn::backend::Flex;
            let x = x.try_into_primitive::<Flex>().expect("x is where the filters are");
            return Tensor::from_primitive::<Flex>(packed.run(x));
        }
        block(x, self.kernel().clone(), self.bias.clone(), self.shape)
    }

    /// As [`first_block`].
    pub fn forward_codes(&self, codes: Tensor<2>) -> Tensor<3> {
        first_block(codes, self.kernel().clone(), self.bias.clone(), self.shape.pool)
    }

    /// Returns true if the packed filters suit this number of positions, or if there are no others.
    #[cfg(feature = "flex")]
    #[inline(never)]
    fn suits(&self, positions: usize) -> bool {
        let suit = |kernel: &Tensor<3>| super::cpu::PackedBlock::suits(kernel.dims(), self.shape, positions);
        self.kernel.as_ref().is_none_or(suit)
    }

    /// The packed form, on the CPU without autodiff, if it is worth the memory.
    #[cfg(feature = "flex")]
    #[inline(never)]
    fn packed(&self) -> Option<&super::cpu::PackedBlock> {
        self.packed.get_or_init(|| self.pack()).as_ref()
    }

    #[cfg(feature = "flex")]
    fn pack(&self) -> Option<super::cpu::PackedBlock> {
        use burn::backend::Flex;
        let kernel = self.kernel().clone().try_into_primitive::<Flex>().ok()?;
        let bias = self.bias.clone().try_into_primitive::<Flex>().ok()?;
        super::cpu::PackedBlock::new(kernel, bias, self.shape)
    }
}

/// [`block`] in ordinary tensor operations, differentiable by Burn.
pub fn composed(x: Tensor<3>, kernel: Tensor<3>, bias: Tensor<1>, shape: Block) -> Tensor<3> {
    let [filters] = bias.dims();
    pooled(convolved(x, kernel, shape) + bias.reshape([1, 1, filters]), shape.pool)
}

/// The convolution of a block alone, [N, L, F].
pub(super) fn convolved(x: Tensor<3>, kernel: Tensor<3>, shape: Block) -> Tensor<3> {
    let [examples, length, channels] = x.dims();
    let [width, _, filters] = kernel.dims();
    let device = x.device();
    let x = if shape.rectify { relu(x) } else { x };
    let zeros = |length| Tensor::zeros([examples, length, channels], &device);
    let mut parts = vec![x];
    if shape.left(width) > 0 {
        parts.insert(0, zeros(shape.left(width)));
    }
    if shape.right(width) > 0 {
        parts.push(zeros(shape.right(width)));
    }
    let padded = Tensor::cat(parts, 1);
    let taps = (0..width).map(|k| padded.clone().narrow(1, k * shape.dilation, length));
    let windows = Tensor::cat(taps.collect(), 2) // [N, L, K C]
        .reshape([examples * length, width * channels]);
    let filter = kernel.reshape([width * channels, filters]);
    product(windows, filter).reshape([examples, length, filters])
}

/// Max-pooling of [N, L, F].
pub(super) fn pooled(y: Tensor<3>, pool: usize) -> Tensor<3> {
    if pool == 1 {
        return y;
    }
    let [examples, length, filters] = y.dims();
    let bins = length / pool;
    y.narrow(1, 0, bins * pool)
        .reshape([examples, bins, pool, filters])
        .max_dim(2)
        .squeeze_dim(2)
}

/// One-hot channels [N, L, 4] of codes [N, L].
#[cfg(feature = "autodiff")]
pub(super) fn one_hot(codes: Tensor<2>) -> Tensor<3> {
    let unknown = codes.clone().equal_elem(4).float().mul_scalar(0.25);
    let channel = |base: i32| codes.clone().equal_elem(base).float() + unknown.clone();
    Tensor::stack((0..4).map(channel).collect(), 2)
}

/// Blocks on one device. Shapes as in [`block`] and [`first_block`]; tensors are float32 except for 16-bit kernels.
#[backend_extension(
    Cube: cfg(any(feature = "wgpu", feature = "cuda")),
    Flex: cfg(feature = "flex"),
    Autodiff: cfg(feature = "autodiff")
)]
pub trait BlockBackend: Backend {
    /// A block on the output of other blocks.
    fn block(
        x: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        dilation: usize,
        pool: usize,
        rectify: bool,
    ) -> FloatTensor<Self>;

    /// The block on bases.
    fn first_block(
        codes: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        pool: usize,
    ) -> FloatTensor<Self>;
}

/// Burn's operations, for backends without their own.
#[cfg(feature = "autodiff")]
fn block_on<B>(x: FloatTensor<B>, kernel: FloatTensor<B>, bias: FloatTensor<B>, shape: Block) -> FloatTensor<B>
where
    B: Backend,
    burn::backend::DispatchTensor: burn::backend::DispatchKindConversion<B>,
{
    let y = composed(
        Tensor::from_primitive::<B>(x),
        Tensor::from_primitive::<B>(kernel),
        Tensor::from_primitive::<B>(bias),
        shape,
    );
    y.try_into_primitive::<B>()
        .expect("a tensor stays on the device that made it")
}

/// The same for the first block.
#[cfg(feature = "autodiff")]
fn first_block_on<B>(codes: FloatTensor<B>, kernel: FloatTensor<B>, bias: FloatTensor<B>, pool: usize) -> FloatTensor<B>
where
    B: Backend,
    burn::backend::DispatchTensor: burn::backend::DispatchKindConversion<B>,
{
    let y = composed(
        one_hot(Tensor::from_primitive::<B>(codes)),
        Tensor::from_primitive::<B>(kernel),
        Tensor::from_primitive::<B>(bias),
        Block {
            dilation: 1,
            pool,
            rectify: false,
        },
    );
    y.try_into_primitive::<B>()
        .expect("a tensor stays on the device that made it")
}

/// Gradients are Burn's own, of the composed operations; training has [its own](super::training_block).
#[cfg(feature = "autodiff")]
impl<B, C> BlockBackend for burn::backend::Autodiff<B, C>
where
    B: Backend,
    C: burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy,
    burn::backend::DispatchTensor: burn::backend::DispatchKindConversion<Self>,
{
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
        block_on::<Self>(x, kernel, bias, shape)
    }

    fn first_block(
        codes: FloatTensor<Self>,
        kernel: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        pool: usize,
    ) -> FloatTensor<Self> {
        first_block_on::<Self>(codes, kernel, bias, pool)
    }
}
