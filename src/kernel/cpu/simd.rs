//! Which compilation of the loops runs: the widest that this machine has.
//!
//! Sums must stay in registers, and enough of them to hide the latency of a multiply-add. With 16 registers that is two genes of four
//! gates, with 32 (AVX-512, AArch64) four genes.

#[cfg(feature = "autodiff")]
use super::Weights;
#[cfg(feature = "autodiff")]
use super::gradient::{self, Backward, Gradients, WeightGradients};
use super::level::{self, Head};
use super::packed::Packed;
#[cfg(feature = "autodiff")]
use super::transposed::Transposed;
use super::vector::{self, Vector};
use super::{Sizes, attention, linear};

/// An instruction set that the loops are compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Simd {
    /// AVX-512.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// AVX2 with FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// NEON.
    #[cfg(target_arch = "aarch64")]
    Neon,
    /// WebAssembly's.
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    Simd128,
    /// None in particular.
    #[cfg(any(
        test,
        not(any(
            target_arch = "aarch64",
            all(target_arch = "wasm32", target_feature = "simd128")
        ))
    ))]
    Portable,
}

impl Simd {
    /// The widest of this machine.
    pub fn detect() -> Self {
        Self::available()
            .next()
            .expect("a target without SIMD has the portable loops")
    }

    /// All that this machine has, the widest first.
    fn available() -> impl Iterator<Item = Self> {
        [
            #[cfg(target_arch = "x86_64")]
            Self::Avx512,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2,
            #[cfg(target_arch = "aarch64")]
            Self::Neon,
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Self::Simd128,
            #[cfg(any(
                test,
                not(any(
                    target_arch = "aarch64",
                    all(target_arch = "wasm32", target_feature = "simd128")
                ))
            ))]
            Self::Portable,
        ]
        .into_iter()
        .filter(|simd| simd.is_available())
    }

    fn is_available(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => std::is_x86_feature_detected!("avx512f"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => {
                std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma")
            }
            #[cfg(target_arch = "aarch64")]
            Self::Neon => true,
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Self::Simd128 => true,
            #[cfg(any(
                test,
                not(any(
                    target_arch = "aarch64",
                    all(target_arch = "wasm32", target_feature = "simd128")
                ))
            ))]
            Self::Portable => true,
        }
    }

    /// Values of one register.
    pub fn lanes(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => vector::Avx512::LANES,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => vector::Avx2::LANES,
            #[cfg(target_arch = "aarch64")]
            Self::Neon => vector::Neon::LANES,
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Self::Simd128 => vector::Simd128::LANES,
            #[cfg(any(
                test,
                not(any(
                    target_arch = "aarch64",
                    all(target_arch = "wasm32", target_feature = "simd128")
                ))
            ))]
            Self::Portable => vector::Portable::LANES,
        }
    }

    /// All genes: [N, E, row]. `packed` is packed for [`lanes`](Self::lanes).
    pub fn forward(self, x: &[f32], packed: &Packed, head: Head<'_>, sizes: Sizes) -> Vec<f32> {
        level::share_forward(sizes, head.row(sizes), |first, out| match self {
            // SAFETY: the instruction set was detected.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { forward_avx512(x, packed, head, sizes, first, out) },
            // SAFETY: the instruction set was detected.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { forward_avx2(x, packed, head, sizes, first, out) },
            #[cfg(target_arch = "aarch64")]
            Self::Neon => forward_neon(x, packed, head, sizes, first, out),
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Self::Simd128 => forward_simd128(x, packed, head, sizes, first, out),
            #[cfg(any(
                test,
                not(any(
                    target_arch = "aarch64",
                    all(target_arch = "wasm32", target_feature = "simd128")
                ))
            ))]
            Self::Portable => forward_portable(x, packed, head, sizes, first, out),
        })
    }

    /// The gradients of all weights, and of x where `wants_x`.
    #[cfg(feature = "autodiff")]
    pub fn backward(
        self,
        x: &[f32],
        weights: &Weights<'_>,
        head: Head<'_>,
        out_gradient: &[f32],
        sizes: Sizes,
        wants_x: bool,
    ) -> (WeightGradients, Vec<f32>) {
        let lanes = self.lanes();
        let packed = Packed::new(weights, sizes, lanes);
        let recurrent = Transposed::new(weights.recurrent, sizes.hidden, sizes, lanes);
        let input = wants_x.then(|| Transposed::new(weights.input, sizes.inputs, sizes, lanes));
        let from = Backward {
            x,
            packed: &packed,
            recurrent: &recurrent,
            input: input.as_ref(),
            head,
            out_gradient,
            sizes,
        };
        gradient::share_backward(from, |first, count, x_gradient| match self {
            // SAFETY: the instruction set was detected.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { backward_avx512(from, first, count, x_gradient) },
            // SAFETY: the instruction set was detected.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { backward_avx2(from, first, count, x_gradient) },
            #[cfg(target_arch = "aarch64")]
            Self::Neon => backward_neon(from, first, count, x_gradient),
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Self::Simd128 => backward_simd128(from, first, count, x_gradient),
            #[cfg(any(
                test,
                not(any(
                    target_arch = "aarch64",
                    all(target_arch = "wasm32", target_feature = "simd128")
                ))
            ))]
            Self::Portable => backward_portable(from, first, count, x_gradient),
        })
    }

    /// The weighted sums [R, C] and the weights [R, T] of `states` [R, T, C]; row r has the context vector r mod E of `context` [E, C].
    pub fn attention(
        self,
        states: &[f32],
        context: &[f32],
        positions: usize,
        channels: usize,
    ) -> (Vec<f32>, Vec<f32>) {
        match self {
            // SAFETY: the instruction set was detected.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { attention_avx512(states, context, positions, channels) },
            // SAFETY: the instruction set was detected.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { attention_avx2(states, context, positions, channels) },
            #[cfg(target_arch = "aarch64")]
            Self::Neon => attention_neon(states, context, positions, channels),
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Self::Simd128 => attention_simd128(states, context, positions, channels),
            #[cfg(any(
                test,
                not(any(
                    target_arch = "aarch64",
                    all(target_arch = "wasm32", target_feature = "simd128")
                ))
            ))]
            Self::Portable => attention_portable(states, context, positions, channels),
        }
    }

    /// y [N, outputs] of `x` [N, inputs], `weight` [outputs, inputs] and `bias` `[outputs]`.
    pub fn linear(self, x: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f32> {
        match self {
            // SAFETY: the instruction set was detected.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { linear_avx512(x, weight, bias) },
            // SAFETY: the instruction set was detected.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { linear_avx2(x, weight, bias) },
            #[cfg(target_arch = "aarch64")]
            Self::Neon => linear_neon(x, weight, bias),
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Self::Simd128 => linear_simd128(x, weight, bias),
            #[cfg(any(
                test,
                not(any(
                    target_arch = "aarch64",
                    all(target_arch = "wasm32", target_feature = "simd128")
                ))
            ))]
            Self::Portable => linear_portable(x, weight, bias),
        }
    }
}

/// One instruction set's compilation: genes of a tile, vectors of a single gene, vectors of columns and rows of a
/// weight gradient in registers.
macro_rules! compilation {
    ($(#[$attribute:meta])* $forward:ident, $backward:ident, $attention:ident, $linear:ident, $vector:ty, $genes:literal, $single:literal, $columns:literal, $rows:literal) => {
        $(#[$attribute])*
        fn $forward(
            x: &[f32],
            packed: &Packed,
            head: Head<'_>,
            sizes: Sizes,
            first: usize,
            out: &mut [f32],
        ) {
            level::forward::<$vector, $genes, $single>(x, packed, head, sizes, first, out);
        }

        #[cfg(feature = "autodiff")]
        $(#[$attribute])*
        fn $backward(
            from: Backward<'_>,
            first: usize,
            count: usize,
            x_gradient: &mut [f32],
        ) -> Gradients {
            gradient::backward::<$vector, $genes, $columns, $rows>(from, first, count, x_gradient)
        }

        $(#[$attribute])*
        fn $attention(
            states: &[f32],
            context: &[f32],
            positions: usize,
            channels: usize,
        ) -> (Vec<f32>, Vec<f32>) {
            attention::attend_rows::<$vector>(states, context, positions, channels)
        }

        $(#[$attribute])*
        fn $linear(x: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f32> {
            linear::run::<$vector>(x, weight, bias)
        }
    };
}

compilation! {
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    forward_avx512, backward_avx512, attention_avx512, linear_avx512, vector::Avx512, 4, 2, 2, 6
}
compilation! {
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    forward_avx2, backward_avx2, attention_avx2, linear_avx2, vector::Avx2, 2, 2, 4, 2
}
compilation! {
    #[cfg(target_arch = "aarch64")]
    forward_neon, backward_neon, attention_neon, linear_neon, vector::Neon, 4, 2, 4, 4
}
compilation! {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    #[cfg_attr(feature = "relaxed-simd", target_feature(enable = "relaxed-simd"))]
    forward_simd128, backward_simd128, attention_simd128, linear_simd128, vector::Simd128, 2, 2, 4, 2
}
compilation! {
    #[cfg(any(test, not(any(target_arch = "aarch64", all(target_arch = "wasm32", target_feature = "simd128")))))]
    forward_portable, backward_portable, attention_portable, linear_portable, vector::Portable, 2, 2, 4, 2
}

#[cfg(all(test, feature = "autodiff"))]
mod tests {
    use super::*;

    /// N, T, E, I, H: the published levels, and sizes that fill neither a tile nor a register.
    const SIZES: [[usize; 5]; 5] = [
        [5, 9, 2, 1, 32],
        [3, 5, 1, 64, 16],
        [1, 7, 3, 2, 20],
        [9, 2, 1, 5, 48],
        [2, 3, 2, 3, 1],
    ];

    struct Case {
        sizes: Sizes,
        x: Vec<f32>,
        input: Vec<f32>,
        recurrent: Vec<f32>,
        bias: Vec<f32>,
        context: Vec<f32>,
        out_gradient: Vec<f32>,
    }

    impl Case {
        fn new([examples, steps, encoders, inputs, hidden]: [usize; 5], row: usize) -> Self {
            let mut state = 11_u32;
            let mut draw = |count: usize| -> Vec<f32> {
                let mut next = || {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 8) as f32 / 8_388_608.0 - 1.0
                };
                (0..count).map(|_| next() * 0.6).collect()
            };
            let columns = encoders * 2 * 4 * hidden;
            Self {
                sizes: Sizes {
                    examples,
                    steps,
                    encoders,
                    inputs,
                    hidden,
                },
                x: draw(examples * steps * encoders * inputs),
                input: draw(columns * inputs),
                recurrent: draw(columns * hidden),
                bias: draw(columns),
                context: draw(encoders * 2 * hidden),
                out_gradient: draw(examples * encoders * row),
            }
        }

        /// What both passes give, array by array.
        fn run(&self, simd: Simd, attentive: bool) -> [Vec<f32>; 6] {
            let weights = Weights {
                input: &self.input,
                recurrent: &self.recurrent,
                bias: &self.bias,
            };
            let head = if attentive {
                Head::Attention(&self.context)
            } else {
                Head::States
            };
            let packed = Packed::new(&weights, self.sizes, simd.lanes());
            let out = simd.forward(&self.x, &packed, head, self.sizes);
            let gradient = &self.out_gradient;
            let (of, x) = simd.backward(&self.x, &weights, head, gradient, self.sizes, true);
            [out, x, of.input, of.recurrent, of.bias, of.context]
        }
    }

    /// The registers and tiles of every instruction set here against the portable loops; tests/recurrence.rs holds the widest against
    /// the definition.
    #[test]
    fn every_instruction_set_of_this_machine_gives_the_same() {
        for sizes in SIZES {
            for attentive in [false, true] {
                let [_, steps, _, _, hidden] = sizes;
                let row = if attentive {
                    2 * hidden + steps
                } else {
                    2 * hidden * steps
                };
                let case = Case::new(sizes, row);
                let expected = case.run(Simd::Portable, attentive);
                for simd in Simd::available() {
                    for (got, expected) in case.run(simd, attentive).iter().zip(&expected) {
                        assert_eq!(got.len(), expected.len());
                        let scale = expected.iter().fold(1.0_f32, |most, x| most.max(x.abs()));
                        for (got, expected) in got.iter().zip(expected) {
                            let error = (got - expected).abs() / scale;
                            assert!(error < 2e-6, "{simd:?}, {sizes:?}: {got} {expected}");
                        }
                    }
                }
            }
        }
    }
}
