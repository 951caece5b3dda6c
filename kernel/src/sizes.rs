//! Sizes of calls, without Burn, for the CPU loops.

/// The sizes of a recurrence, from its tensors, checked for consistency before manual indexing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// N, examples.
    pub examples: usize,
    /// T, time steps.
    pub steps: usize,
    /// E, encoders.
    pub encoders: usize,
    /// I, inputs of one encoder at one time step.
    pub inputs: usize,
    /// H, hidden units of one direction.
    pub hidden: usize,
}

impl Sizes {
    /// Reads the sizes of a forward call.
    ///
    /// # Panics
    /// If the shapes do not match, which is a fault of this crate: models build them.
    pub(crate) fn forward(x: [usize; 4], input: [usize; 4], recurrent: [usize; 4], bias: [usize; 3]) -> Self {
        let [examples, steps, encoders, inputs] = x;
        let hidden = recurrent[3];
        assert_eq!(recurrent, [encoders, 2, 4 * hidden, hidden], "recurrent weights");
        assert_eq!(input, [encoders, 2, 4 * hidden, inputs], "input weights");
        assert_eq!(bias, [encoders, 2, 4 * hidden], "bias");
        Self {
            examples,
            steps,
            encoders,
            inputs,
            hidden,
        }
    }

    /// The shape of the states, [N, E, T, 2H].
    pub(crate) fn states(&self) -> [usize; 4] {
        [self.examples, self.encoders, self.steps, 2 * self.hidden]
    }
}

/// Padding and pooling of a convolution along its sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stride {
    /// Zeros before the first position.
    pub left: usize,
    /// Zeros after the last.
    pub right: usize,
    /// Width and stride of max-pooling, in frames; the remainder at the end is dropped. 1 for no pooling.
    pub pool: usize,
}

impl Stride {
    /// As many frames as positions, for filters of `width`; of an odd number of zeros the odd one is on the right.
    pub fn same(width: usize) -> Self {
        let left = (width - 1) / 2;
        Self {
            left,
            right: width - 1 - left,
            pool: 1,
        }
    }

    /// Frames before pooling, for `positions` and filters of `width`.
    pub fn frames(self, positions: usize, width: usize) -> usize {
        (self.left + positions + self.right + 1).saturating_sub(width)
    }
}

/// The sizes of a convolution, checked for consistency before manual indexing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Convolved {
    /// N.
    pub examples: usize,
    /// T.
    pub positions: usize,
    /// E.
    pub encoders: usize,
    /// C.
    pub channels: usize,
    /// F.
    pub filters: usize,
    /// K.
    pub width: usize,
    /// Frames after pooling.
    pub pooled: usize,
    /// Padding and pooling.
    pub stride: Stride,
}

impl Convolved {
    /// Reads the sizes of a call.
    pub(crate) fn new(x: [usize; 4], weight: [usize; 4], bias: [usize; 2], stride: Stride) -> Self {
        let [examples, positions, encoders, channels] = x;
        let [_, filters, _, width] = weight;
        assert_eq!(weight, [encoders, filters, channels, width], "filters");
        assert_eq!(bias, [encoders, filters], "bias");
        let pooled = stride.frames(positions, width) / stride.pool;
        assert!(pooled > 0, "{positions} positions have no frame of {width}");
        Self {
            examples,
            positions,
            encoders,
            channels,
            filters,
            width,
            pooled,
            stride,
        }
    }

    /// The same without pooling.
    #[cfg(feature = "flex")]
    pub(crate) fn unpooled(self) -> Self {
        Self {
            pooled: self.stride.frames(self.positions, self.width),
            stride: Stride { pool: 1, ..self.stride },
            ..self
        }
    }

    /// The shape of the result.
    pub(crate) fn result(&self) -> [usize; 4] {
        [self.examples, self.encoders, self.pooled, self.filters]
    }
}

/// Dropout of a block's channels in one step.
#[cfg(feature = "autodiff")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dropout {
    /// Fraction of values set to 0; the others are divided by one minus it. 0 for no dropout.
    pub rate: f32,
    /// Seed.
    pub seed: u64,
}

#[cfg(feature = "autodiff")]
impl Dropout {
    /// No dropout.
    pub const NONE: Self = Self { rate: 0.0, seed: 0 };

    /// The factor of the value at `index` of [N, L, F]: a function of seed and index alone, so that the backward pass
    /// need not store it, and the number of threads does not matter.
    #[inline]
    pub fn factor(self, index: usize) -> f32 {
        if self.rate == 0.0 {
            return 1.0;
        }
        // SplitMix64's finaliser (Steele, Lea & Flood 2014).
        let mut z = self
            .seed
            .wrapping_add((index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        let uniform = (z >> 40) as f32 / (1u64 << 24) as f32;
        if uniform < self.rate {
            0.0
        } else {
            1.0 / (1.0 - self.rate)
        }
    }
}
