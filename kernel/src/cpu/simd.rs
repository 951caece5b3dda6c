//! Dispatches to the loops compiled for the widest instruction set of the machine.
//!
//! Sums must stay in registers, with enough of them to hide the latency of a multiply-add: with 16 registers two genes
//! of four gates, with 32 (AVX-512, AArch64) four genes.

use super::convolution::{self as backwards, Filters, Reversed};
use super::gradient::{self, Backward};
#[cfg(feature = "autodiff")]
use super::gradient::{Gradients, WeightGradients};
use super::level::{self, Head};
use super::linear::Rows;
use super::packed::Packed;
use super::packed::Weights;
use super::parallel;
use super::transposed::Transposed;
use super::vector::Vector;
use crate::compare::bounded_here;
use crate::convolution;
use crate::sizes::Sizes;

/// Examples per task of a thread.
const SHARE: usize = 16;

/// Loops compiled for every instruction set by [`Simd::run`].
pub trait Loops {
    /// Their result.
    type Out;

    /// With registers `V`, and `P` rows of a product at a time. Must be inlined: other functions are compiled without
    /// the instruction set.
    fn run<V: Vector, const P: usize>(self) -> Self::Out;
}

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
    /// Portable code.
    #[cfg(any(
        test,
        not(any(target_arch = "aarch64", all(target_arch = "wasm32", target_feature = "simd128")))
    ))]
    Portable,
}

/// The function of this name in the compilation for `$simd`.
macro_rules! compiled {
    ($simd:expr, $function:ident($($argument:expr),*)) => {
        match $simd {
            // SAFETY: a machine has the instruction sets that `detect` finds.
            #[cfg(target_arch = "x86_64")]
            Simd::Avx512 => unsafe { avx512::$function($($argument),*) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Simd::Avx2 => unsafe { avx2::$function($($argument),*) },
            #[cfg(target_arch = "aarch64")]
            Simd::Neon => neon::$function($($argument),*),
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Simd::Simd128 => simd128::$function($($argument),*),
            #[cfg(any(
                test,
                not(any(target_arch = "aarch64", all(target_arch = "wasm32", target_feature = "simd128")))
            ))]
            Simd::Portable => portable::$function($($argument),*),
        }
    };
}

impl Simd {
    /// The widest instruction set of this machine.
    pub fn detect() -> Self {
        Self::available()
            .next()
            .expect("a target without SIMD has the portable loops")
    }

    /// All instruction sets of this machine, widest first.
    pub fn available() -> impl Iterator<Item = Self> {
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
                not(any(target_arch = "aarch64", all(target_arch = "wasm32", target_feature = "simd128")))
            ))]
            Self::Portable,
        ]
        .into_iter()
        .filter(|simd| simd.is_available())
    }

    fn is_available(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                // With AVX-512F enabled, the compiler uses the last three as well.
                std::is_x86_feature_detected!("avx512f")
                    && std::is_x86_feature_detected!("avx512dq")
                    && std::is_x86_feature_detected!("avx2")
                    && std::is_x86_feature_detected!("fma")
                    && std::is_x86_feature_detected!("f16c")
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "aarch64")]
            Self::Neon => true,
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Self::Simd128 => true,
            #[cfg(any(
                test,
                not(any(target_arch = "aarch64", all(target_arch = "wasm32", target_feature = "simd128")))
            ))]
            Self::Portable => true,
        }
    }

    /// Values of one register.
    pub fn lanes(self) -> usize {
        compiled!(self, lanes())
    }

    /// Vectors of columns in a tile of a product.
    pub fn columns(self) -> usize {
        compiled!(self, columns())
    }

    /// The result of `loops`, compiled for this instruction set.
    pub fn run<L: Loops>(self, loops: L) -> L::Out {
        compiled!(self, run(loops))
    }

    /// Sets rows of `out` to NaN whose `x`, `of_x` values per row from the first on, has NaN or infinities.
    #[inline(never)]
    pub fn show(self, x: &[f32], of_x: usize, out: &mut [f32], of_out: usize) {
        if of_x == 0 || of_out == 0 {
            return;
        }
        for (x, out) in x.chunks_exact(of_x).zip(out.chunks_exact_mut(of_out)) {
            if !self.run(Bounded(x)) {
                out.fill(f32::NAN);
            }
        }
    }

    /// All genes: [N, E, row]. `packed` is packed for [`lanes`](Self::lanes).
    pub fn forward(self, x: &[f32], packed: &Packed, head: Head<'_>, sizes: Sizes) -> Vec<f32> {
        level::share_forward(sizes, head.row(sizes), |first, out| {
            compiled!(self, forward(x, packed, head, sizes, first, out));
            // Saturated gates would hide them.
            let of_x = sizes.steps * sizes.encoders * sizes.inputs;
            self.show(&x[first * of_x..], of_x, out, sizes.encoders * head.row(sizes));
        })
    }

    /// The gradients of all weights, and of x if `wants_x`.
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
        let recurrent = Transposed::new(weights.recurrent, sizes.hidden, sizes, packed.units, lanes);
        let input = wants_x.then(|| Transposed::new(weights.input, sizes.inputs, sizes, packed.units, 1));
        let from = Backward {
            x,
            packed: &packed,
            recurrent: &recurrent,
            input: input.as_ref(),
            head,
            out_gradient,
            sizes,
        };
        gradient::share_backward(from, |first, count, x_gradient| {
            compiled!(self, backward(from, first, count, x_gradient))
        })
    }

    /// Returns the output of the forward pass, [N, E, row], and the gradient [N, T, E, I] of x alone.
    pub fn input_gradient(
        self,
        x: &[f32],
        weights: &Weights<'_>,
        head: Head<'_>,
        out_gradient: &[f32],
        sizes: Sizes,
    ) -> (Vec<f32>, Vec<f32>) {
        let lanes = self.lanes();
        let packed = Packed::new(weights, sizes, lanes);
        let recurrent = Transposed::new(weights.recurrent, sizes.hidden, sizes, packed.units, lanes);
        let input = Transposed::new(weights.input, sizes.inputs, sizes, packed.units, 1);
        let from = Backward {
            x,
            packed: &packed,
            recurrent: &recurrent,
            input: Some(&input),
            head,
            out_gradient,
            sizes,
        };
        gradient::share_input_gradient(sizes, head.row(sizes), |first, count, x_gradient, out| {
            compiled!(self, input_gradient(from, first, count, x_gradient, out));
            let of_x = sizes.steps * sizes.encoders * sizes.inputs;
            self.show(&x[first * of_x..], of_x, out, sizes.encoders * head.row(sizes));
            self.show(&x[first * of_x..], of_x, x_gradient, of_x);
        })
    }

    /// The weighted sums [R, C] and the weights [R, T] of `states` [R, T, C]; row r has the context vector r mod E of
    /// `context` [E, C].
    pub fn attention(self, states: &[f32], context: &[f32], positions: usize, channels: usize) -> (Vec<f32>, Vec<f32>) {
        compiled!(self, attention(states, context, positions, channels))
    }

    /// The gradient [R, T, C] of `states`, from the gradient [R, C] of the weighted sums of
    /// [`attention`](Self::attention).
    pub fn attention_gradient(
        self,
        states: &[f32],
        context: &[f32],
        sums_gradient: &[f32],
        positions: usize,
        channels: usize,
    ) -> Vec<f32> {
        compiled!(
            self,
            attention_gradient(states, context, sums_gradient, positions, channels)
        )
    }

    /// y [N, outputs] of `x` [N, inputs], `weight` [outputs, inputs] and `bias` `[outputs]`.
    pub fn linear(self, x: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f32> {
        let (inputs, outputs) = (weight.len() / bias.len(), bias.len());
        let weight = &Rows::new(weight, inputs, self.lanes());
        let mut y = vec![0.0; x.len() / inputs * outputs];
        parallel::for_each_chunk(&mut y, SHARE * outputs, |index, y| {
            let x = &x[index * SHARE * inputs..];
            compiled!(self, linear(x, weight, bias, y));
            self.show(x, inputs, y, outputs);
        });
        y
    }

    /// y [N, E, pooled, F] of `x` [N, T, E, C], `weight` [E, F, C, K] and `bias` [E, F].
    pub fn convolution(self, x: &[f32], weight: &[f32], bias: &[f32], sizes: convolution::Sizes) -> Vec<f32> {
        let filters = &Filters::new(weight, bias, sizes, self.lanes());
        let size: usize = sizes.result().iter().skip(1).product();
        let mut y = vec![0.0; sizes.examples * size];
        parallel::for_each_chunk(&mut y, SHARE * size, |index, y| {
            compiled!(self, convolution(x, filters, sizes, index * SHARE, y));
            let of_x = sizes.positions * sizes.encoders * sizes.channels;
            self.show(&x[index * SHARE * of_x..], of_x, y, size);
        });
        y
    }

    /// The gradient [N, T, E, C] of x, from that of y [N, E, pooled, F]; the rest as for
    /// [`convolution`](Self::convolution).
    pub fn convolution_gradient(
        self,
        x: &[f32],
        weight: &[f32],
        bias: &[f32],
        y_gradient: &[f32],
        sizes: convolution::Sizes,
    ) -> Vec<f32> {
        let frames = self.convolution(x, weight, bias, sizes.unpooled());
        let size = sizes.positions * sizes.encoders * sizes.channels;
        let mut x_gradient = vec![0.0; sizes.examples * size];
        if Reversed::suit(sizes) {
            let reversed = &Reversed::new(weight, sizes, self.lanes());
            parallel::for_each_chunk(&mut x_gradient, SHARE * size, |index, part| {
                let first = index * SHARE;
                compiled!(
                    self,
                    unpooled_gradient(&frames, reversed, y_gradient, sizes, first, part)
                );
            });
        } else {
            let windows = backwards::windows(weight, sizes);
            parallel::for_each_chunk(&mut x_gradient, SHARE * size, |index, part| {
                let first = index * SHARE;
                backwards::input_gradient(&frames, &windows, y_gradient, sizes, first, part);
            });
        }
        self.show(x, size, &mut x_gradient, size);
        x_gradient
    }

    /// The gradient [N, inputs] of x, from that of y [N, outputs]: Wᵀ dy.
    pub fn linear_gradient(self, weight: &[f32], y_gradient: &[f32], inputs: usize) -> Vec<f32> {
        let outputs = weight.len() / inputs;
        let mut x_gradient = vec![0.0; y_gradient.len() / outputs * inputs];
        parallel::for_each_chunk(&mut x_gradient, SHARE * inputs, |index, x_gradient| {
            let y_gradient = &y_gradient[index * SHARE * outputs..];
            compiled!(self, linear_gradient(weight, y_gradient, inputs, x_gradient));
        });
        x_gradient
    }
}

/// [`bounded`](crate::compare::bounded), in registers of the instruction set.
struct Bounded<'a>(&'a [f32]);

impl Loops for Bounded<'_> {
    type Out = bool;

    #[inline(always)]
    fn run<V: Vector, const P: usize>(self) -> bool {
        bounded_here(self.0)
    }
}

/// One instruction set's compilation: genes of a tile, vectors of a single gene, vectors of columns and rows of a
/// weight gradient, and rows of a product in registers.
macro_rules! compilation {
    ($(#[cfg($target:meta)])? $(#[cfg_attr($when:meta, $then:meta)])? $(#[target_feature($features:meta)])? $name:ident:
     $genes:literal, $single:literal, $columns:literal, $rows:literal, $product:expr, of $vector:ident) => {
        $(#[cfg($target)])?
        mod $name {
            use super::*;
            use crate::cpu::{attention, convolution as loops, linear, vector::$vector};

            $(#[target_feature($features)])?
            pub fn lanes() -> usize {
                $vector::LANES
            }

            $(#[target_feature($features)])?
            pub fn columns() -> usize {
                $vector::COLUMNS
            }

            $(#[cfg_attr($when, $then)])? $(#[target_feature($features)])?
            pub fn run<L: Loops>(loops: L) -> L::Out {
                loops.run::<$vector, { $product }>()
            }

            $(#[cfg_attr($when, $then)])? $(#[target_feature($features)])?
            pub fn forward(
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
            $(#[cfg_attr($when, $then)])? $(#[target_feature($features)])?
            pub fn backward(
                from: Backward<'_>,
                first: usize,
                count: usize,
                x_gradient: &mut [f32],
            ) -> Gradients {
                gradient::backward::<$vector, $genes, $columns, $rows, true>(
                    from, first, count, x_gradient, &mut [],
                )
            }

            $(#[cfg_attr($when, $then)])? $(#[target_feature($features)])?
            pub fn input_gradient(
                from: Backward<'_>,
                first: usize,
                count: usize,
                x_gradient: &mut [f32],
                out: &mut [f32],
            ) {
                gradient::backward::<$vector, $genes, $columns, $rows, false>(
                    from, first, count, x_gradient, out,
                );
            }

            $(#[cfg_attr($when, $then)])? $(#[target_feature($features)])?
            pub fn attention(
                states: &[f32],
                context: &[f32],
                positions: usize,
                channels: usize,
            ) -> (Vec<f32>, Vec<f32>) {
                attention::attend_rows::<$vector>(states, context, positions, channels)
            }

            $(#[cfg_attr($when, $then)])? $(#[target_feature($features)])?
            pub fn attention_gradient(
                states: &[f32],
                context: &[f32],
                sums_gradient: &[f32],
                positions: usize,
                channels: usize,
            ) -> Vec<f32> {
                attention::rows_gradient::<$vector>(
                    states, context, sums_gradient, positions, channels,
                )
            }

            $(#[cfg_attr($when, $then)])? $(#[target_feature($features)])?
            pub fn linear(x: &[f32], weight: &Rows, bias: &[f32], y: &mut [f32]) {
                linear::run::<$vector>(x, weight, bias, y);
            }

            $(#[cfg_attr($when, $then)])? $(#[target_feature($features)])?
            pub fn convolution(
                x: &[f32],
                filters: &Filters,
                sizes: convolution::Sizes,
                first: usize,
                y: &mut [f32],
            ) {
                loops::run::<$vector>(x, filters, sizes, first, y);
            }

            $(#[cfg_attr($when, $then)])? $(#[target_feature($features)])?
            pub fn unpooled_gradient(
                frames: &[f32],
                reversed: &Reversed,
                gradient: &[f32],
                sizes: convolution::Sizes,
                first: usize,
                x_gradient: &mut [f32],
            ) {
                loops::unpooled_gradient::<$vector>(frames, reversed, gradient, sizes, first, x_gradient);
            }

            $(#[cfg_attr($when, $then)])? $(#[target_feature($features)])?
            pub fn linear_gradient(
                weight: &[f32],
                y_gradient: &[f32],
                inputs: usize,
                x_gradient: &mut [f32],
            ) {
                linear::input_gradient(weight, y_gradient, inputs, x_gradient);
            }
        }
    };
}

compilation! {
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512dq")]
    avx512: 4, 2, 2, 6, 8, of Avx512
}
compilation! {
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    avx2: 2, 2, 4, 2, 6, of Avx2
}
compilation! {
    #[cfg(target_arch = "aarch64")]
    neon: 4, 2, 4, 4, 8, of Neon
}
/// Without a multiply-add, its product takes a register too.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
const SIMD128_ROWS: usize = if cfg!(feature = "relaxed-simd") { 6 } else { 4 };

compilation! {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    #[cfg_attr(feature = "relaxed-simd", target_feature(enable = "relaxed-simd"))]
    simd128: 2, 2, 4, 2, SIMD128_ROWS, of Simd128
}
compilation! {
    #[cfg(any(test, not(any(target_arch = "aarch64", all(target_arch = "wasm32", target_feature = "simd128")))))]
    portable: 2, 2, 4, 2, 4, of Portable
}

#[cfg(all(test, feature = "autodiff"))]
mod tests {
    use super::*;
    use crate::cpu::cases::{Recurrence, weights as draw};

    /// N, T, E, I, H: the published levels, and sizes that fill neither a tile nor a register.
    const SIZES: [[usize; 5]; 5] = [
        [5, 9, 2, 1, 32],
        [3, 5, 1, 64, 16],
        [1, 7, 3, 2, 20],
        [9, 2, 1, 5, 48],
        [2, 3, 2, 3, 1],
    ];

    /// All that both passes give, array by array.
    fn both_passes(case: &Recurrence, simd: Simd, attentive: bool) -> [Vec<f32>; 6] {
        let (sizes, weights) = (case.sizes, &case.weights());
        let head = if attentive {
            Head::Attention(&case.context)
        } else {
            Head::States
        };
        let packed = Packed::new(weights, sizes, simd.lanes());
        let out = simd.forward(&case.x, &packed, head, sizes);
        let gradient = draw(sizes.examples * sizes.encoders * head.row(sizes), 6);
        let (of, x) = simd.backward(&case.x, weights, head, &gradient, sizes, true);
        [out, x, of.input, of.recurrent, of.bias, of.context]
    }

    /// Tiles of several genes, and a gene by itself.
    #[test]
    fn the_place_in_a_batch_changes_no_bit() {
        for [_, steps, encoders, inputs, hidden] in SIZES {
            let case = Recurrence::new([35, steps, encoders, inputs, hidden]);
            let weights = case.weights();
            let head = Head::Attention(&case.context);
            let (of_x, one) = (
                steps * encoders * inputs,
                Sizes {
                    examples: 1,
                    ..case.sizes
                },
            );
            for simd in Simd::available() {
                let packed = Packed::new(&weights, case.sizes, simd.lanes());
                let all = simd.forward(&case.x, &packed, head, case.sizes);
                let rows = all.chunks_exact(encoders * head.row(one));
                for (place, (x, row)) in case.x.chunks_exact(of_x).zip(rows).enumerate() {
                    let alone = simd.forward(x, &packed, head, one);
                    assert!(alone == row, "{simd:?}, {one:?}: gene {place}");
                }
            }
        }
    }

    /// The registers and tiles of every instruction set here against the portable loops; tests/models/recurrence.rs
    /// holds the widest against the definition.
    #[test]
    fn every_instruction_set_of_this_machine_gives_the_same() {
        for sizes in SIZES {
            for attentive in [false, true] {
                let case = Recurrence::new(sizes);
                let expected = both_passes(&case, Simd::Portable, attentive);
                for simd in Simd::available() {
                    for (got, expected) in both_passes(&case, simd, attentive).iter().zip(&expected) {
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

/// The way back to a model's input in every instruction set here against the portable loops;
/// tests/interpret/input_gradients.rs holds the widest against Burn's autodiff.
#[cfg(all(test, feature = "attribution"))]
mod input_gradients {
    use super::*;
    use crate::convolution::Stride;
    use crate::cpu::cases::{Recurrence, weights as draw};

    /// Holds what each instruction set gives to what the portable loops give.
    fn same_of_all(case: &str, of: impl Fn(Simd) -> Vec<f32>) {
        let expected = of(Simd::Portable);
        let scale = expected.iter().fold(1e-3_f32, |most, x| most.max(x.abs()));
        assert!(expected.iter().any(|&value| value != 0.0), "{case}");
        for simd in Simd::available() {
            let got = of(simd);
            assert_eq!(got.len(), expected.len(), "{simd:?}, {case}");
            for (got, expected) in got.iter().zip(&expected) {
                let error = (got - expected).abs() / scale;
                assert!(error < 1e-5, "{simd:?}, {case}: {got} {expected}");
            }
        }
    }

    #[test]
    fn of_recurrences_are_the_same_in_every_instruction_set() {
        for case in [
            [5, 9, 2, 1, 32],
            [3, 5, 1, 64, 16],
            [1, 7, 3, 2, 20],
            [9, 2, 1, 5, 48],
            [2, 3, 2, 3, 1],
        ]
        .map(Recurrence::new)
        {
            let (sizes, weights) = (case.sizes, &case.weights());
            for (name, head) in [("states", Head::States), ("attention", Head::Attention(&case.context))] {
                let gradient = draw(sizes.examples * sizes.encoders * head.row(sizes), 6);
                let of = |simd: Simd| simd.input_gradient(&case.x, weights, head, &gradient, sizes);
                same_of_all(&format!("{name} of {sizes:?}"), |simd| of(simd).0);
                same_of_all(&format!("gradient of {name} of {sizes:?}"), |simd| of(simd).1);
            }
        }
    }

    #[test]
    fn of_attentions_are_the_same_in_every_instruction_set() {
        for [rows, encoders, positions, channels] in [[6, 1, 100, 50], [15, 5, 7, 64], [6, 3, 5, 5], [1, 1, 1, 1]] {
            let states = draw(rows * positions * channels, 1);
            let (context, gradient) = (draw(encoders * channels, 2), draw(rows * channels, 3));
            same_of_all(&format!("{rows}, {positions}, {channels}"), |simd| {
                simd.attention_gradient(&states, &context, &gradient, positions, channels)
            });
        }
    }

    /// States that are the same at all of a million bins are their weighted sum.
    #[test]
    fn weighted_sums_of_a_million_bins_are_exact() {
        let (bins, channels) = (1_000_000, 2);
        let states = [0.37, -0.91].repeat(bins);
        for simd in Simd::available() {
            let (sums, weights) = simd.attention(&states, &[0.4, -0.2], bins, channels);
            let sum: f64 = weights.iter().map(|&weight| f64::from(weight)).sum();
            assert!((sum - 1.0).abs() < 1e-6, "{simd:?}: {sum}");
            for (sum, state) in sums.iter().zip(&states) {
                assert!((sum - state).abs() < 1e-6, "{simd:?}: {sum} of {state}");
            }
        }
    }

    #[test]
    fn of_connected_layers_are_the_same_in_every_instruction_set() {
        for [examples, inputs, outputs] in [[6, 32, 1], [40, 900, 25], [3, 11, 9], [1, 1, 1], [4, 7, 2]] {
            let (weight, gradient) = (draw(outputs * inputs, 1), draw(examples * outputs, 2));
            same_of_all(&format!("{examples}, {inputs}, {outputs}"), |simd| {
                simd.linear_gradient(&weight, &gradient, inputs)
            });
        }
    }

    #[test]
    fn of_convolutions_are_the_same_in_every_instruction_set() {
        for [n, t, e, c, f, k] in [
            [3, 100, 1, 5, 50, 10],
            [2, 20, 5, 1, 7, 4],
            [17, 5, 1, 6, 3, 3],
            [2, 11, 3, 2, 9, 5],
        ] {
            let without = Stride {
                left: 0,
                right: 0,
                pool: 1,
            };
            for stride in [
                without,
                Stride::same(k),
                Stride { pool: 3, ..without },
                Stride {
                    pool: 2,
                    ..Stride::same(k)
                },
            ] {
                if stride.frames(t, k) / stride.pool == 0 {
                    continue;
                }
                let sizes = convolution::Sizes::new([n, t, e, c], [e, f, c, k], [e, f], stride);
                let (x, gradient) = (draw(n * t * e * c, 1), draw(sizes.result().iter().product(), 2));
                let (weight, bias) = (draw(e * f * c * k, 3), draw(e * f, 4));
                same_of_all(&format!("{:?}, {stride:?}", [n, t, e, c, f, k]), |simd| {
                    simd.convolution_gradient(&x, &weight, &bias, &gradient, sizes)
                });
            }
        }
    }
}
