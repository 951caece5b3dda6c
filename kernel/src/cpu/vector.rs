//! A register of float32 for each instruction set.
//!
//! The loops are written once over [`Vector`]. Values of these types only exist in functions compiled for their
//! instruction set, which [`simd`](super::simd) calls after checking the machine: that makes the intrinsics below
//! sound.

/// Adding and subtracting 1.5 × 2^23 rounds to the nearest integer, and leaves it in the low bits of the sum; the
/// exponent bias is included.
const ROUNDER: f32 = 12_582_912.0 + 127.0;

/// A register of [`LANES`](Self::LANES) float32.
pub trait Vector: Copy {
    /// Values in a register.
    const LANES: usize;

    /// Largest number of vectors of columns in a tile of a product: together with its rows they fill the registers.
    const COLUMNS: usize;

    /// Reads [`LANES`](Self::LANES) values.
    ///
    /// # Safety
    /// They must be readable. No alignment is needed; memory aligned to a cache line is faster.
    unsafe fn load(from: *const f32) -> Self;

    /// Writes [`LANES`](Self::LANES) values.
    ///
    /// # Safety
    /// They must be writable.
    unsafe fn store(self, to: *mut f32);

    /// The same value in each lane.
    fn splat(value: f32) -> Self;

    /// `self + other`.
    fn add(self, other: Self) -> Self;

    /// `self - other`.
    fn sub(self, other: Self) -> Self;

    /// `self * other`.
    fn mul(self, other: Self) -> Self;

    /// `self / other`.
    fn div(self, other: Self) -> Self;

    /// `self * factor + addend`, with a single rounding if the instruction set supports it.
    fn mul_add(self, factor: Self, addend: Self) -> Self;

    /// Clamped to ±`limit`. NaN stays NaN.
    fn clamp(self, limit: f32) -> Self;

    /// The larger of `self` and `other`, lane by lane. If one is NaN, NEON returns NaN, others return `other`.
    fn larger(self, other: Self) -> Self;

    /// The nearest integer n, in the form of [`times_power_of_two`](Self::times_power_of_two), and `self - n`, for
    /// values between ±126. NaN stays NaN.
    #[inline(always)]
    fn split(self) -> (Self, Self) {
        let shifted = self.add(Self::splat(ROUNDER));
        (shifted, self.sub(shifted.sub(Self::splat(ROUNDER))))
    }

    /// `self * 2^n`. NaN stays NaN.
    fn times_power_of_two(self, n: Self) -> Self;
}

/// Lanes as an array, for instruction sets without intrinsics here, vectorised by the compiler.
#[derive(Clone, Copy)]
#[allow(dead_code, reason = "targets with intrinsics run it in tests only")]
pub struct Portable([f32; 4]);

impl Portable {
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        Self(std::array::from_fn(|lane| f(self.0[lane], other.0[lane])))
    }
}

impl Vector for Portable {
    const LANES: usize = 4;
    const COLUMNS: usize = 2;

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: readable, by this function's contract.
        Self(unsafe { from.cast::<[f32; 4]>().read_unaligned() })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: writable, by this function's contract.
        unsafe { to.cast::<[f32; 4]>().write_unaligned(self.0) }
    }

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self([value; 4])
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        self.mul(factor).add(addend)
    }

    #[inline(always)]
    fn clamp(self, limit: f32) -> Self {
        Self(self.0.map(|value| value.clamp(-limit, limit)))
    }

    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        self.zip(other, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn times_power_of_two(self, n: Self) -> Self {
        self.zip(n, |value, shifted| value * f32::from_bits(shifted.to_bits() << 23))
    }
}

/// One instruction set's register: every method is the intrinsic of that meaning. A minimum or maximum of x86 gives its
/// second operand where one is NaN, one of WebAssembly its first, hence their order. A power of two is a factor, since
/// adding to the bits of a NaN makes numbers of some. Without a `split` of its own it has the trait's.
macro_rules! register {
    ($(#[$about:meta])* $name:ident($register:ty), $lanes:literal, $columns:literal,
     $load:ident, $store:ident, $splat:ident, $add:ident, $sub:ident, $mul:ident, $div:ident,
     |$a:ident, $b:ident, $c:ident| $mul_add:expr, |$x:ident, $low:ident, $high:ident| $clamp:expr,
     |$one:ident, $other:ident| $larger:expr,
     $(split: |$whole:ident| $split:expr,)? |$value:ident, $n:ident| $times:expr) => {
        $(#[$about])*
        #[derive(Clone, Copy)]
        pub struct $name($register);

        impl Vector for $name {
            const LANES: usize = $lanes;
            const COLUMNS: usize = $columns;

            #[inline(always)]
            unsafe fn load(from: *const f32) -> Self {
                // SAFETY: readable, by this function's contract.
                Self(unsafe { $load(from.cast()) })
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut f32) {
                // SAFETY: writable, by this function's contract.
                unsafe { $store(to.cast(), self.0) }
            }

            #[inline(always)]
            fn splat(value: f32) -> Self {
                // SAFETY: see the head of this file; so for all below.
                #[allow(unused_unsafe, reason = "some intrinsics are safe functions, by target")]
                Self(unsafe { $splat(value) })
            }

            #[inline(always)]
            fn add(self, other: Self) -> Self {
                // SAFETY: as above.
                #[allow(unused_unsafe, reason = "some intrinsics are safe functions, by target")]
                Self(unsafe { $add(self.0, other.0) })
            }

            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                // SAFETY: as above.
                #[allow(unused_unsafe, reason = "some intrinsics are safe functions, by target")]
                Self(unsafe { $sub(self.0, other.0) })
            }

            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                // SAFETY: as above.
                #[allow(unused_unsafe, reason = "some intrinsics are safe functions, by target")]
                Self(unsafe { $mul(self.0, other.0) })
            }

            #[inline(always)]
            fn div(self, other: Self) -> Self {
                // SAFETY: as above.
                #[allow(unused_unsafe, reason = "some intrinsics are safe functions, by target")]
                Self(unsafe { $div(self.0, other.0) })
            }

            #[inline(always)]
            fn mul_add(self, factor: Self, addend: Self) -> Self {
                let ($a, $b, $c) = (self.0, factor.0, addend.0);
                // SAFETY: as above.
                #[allow(unused_unsafe, reason = "some intrinsics are safe functions, by target")]
                Self(unsafe { $mul_add })
            }

            #[inline(always)]
            fn clamp(self, limit: f32) -> Self {
                let ($x, $low, $high) = (self.0, Self::splat(-limit).0, Self::splat(limit).0);
                // SAFETY: as above.
                #[allow(unused_unsafe, reason = "some intrinsics are safe functions, by target")]
                Self(unsafe { $clamp })
            }

            #[inline(always)]
            fn larger(self, other: Self) -> Self {
                let ($one, $other) = (self.0, other.0);
                // SAFETY: as above.
                #[allow(unused_unsafe, reason = "some intrinsics are safe functions, by target")]
                Self(unsafe { $larger })
            }

            $(
                #[inline(always)]
                fn split(self) -> (Self, Self) {
                    let $whole = self.0;
                    // SAFETY: as above.
                    let (n, rest) = unsafe { $split };
                    (Self(n), Self(rest))
                }
            )?

            #[inline(always)]
            fn times_power_of_two(self, n: Self) -> Self {
                let ($value, $n) = (self.0, n.0);
                // SAFETY: as above.
                #[allow(unused_unsafe, reason = "some intrinsics are safe functions, by target")]
                Self(unsafe { $times })
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Vector;
    #[allow(clippy::wildcard_imports, reason = "the intrinsics, each named by its prefix")]
    use std::arch::x86_64::*;

    register! {
        /// AVX2 with FMA.
        Avx2(__m256), 8, 2,
        _mm256_loadu_ps, _mm256_storeu_ps, _mm256_set1_ps, _mm256_add_ps, _mm256_sub_ps, _mm256_mul_ps, _mm256_div_ps,
        |a, b, c| _mm256_fmadd_ps(a, b, c),
        |x, low, high| _mm256_max_ps(low, _mm256_min_ps(high, x)),
        |a, b| _mm256_max_ps(a, b),
        |value, shifted| _mm256_mul_ps(
            value,
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_castps_si256(shifted))),
        )
    }

    register! {
        /// AVX-512: the foundation, and DQ.
        Avx512(__m512), 16, 3,
        _mm512_loadu_ps, _mm512_storeu_ps, _mm512_set1_ps, _mm512_add_ps, _mm512_sub_ps, _mm512_mul_ps, _mm512_div_ps,
        |a, b, c| _mm512_fmadd_ps(a, b, c),
        |x, low, high| _mm512_max_ps(low, _mm512_min_ps(high, x)),
        |a, b| _mm512_max_ps(a, b),
        split: |x| {
            let rest = _mm512_reduce_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(x);
            (_mm512_sub_ps(x, rest), rest)
        },
        |value, n| _mm512_scalef_ps(value, n)
    }
}

#[cfg(target_arch = "x86_64")]
pub use x86::{Avx2, Avx512};

#[cfg(target_arch = "aarch64")]
mod arm {
    use super::Vector;
    #[allow(clippy::wildcard_imports, reason = "the intrinsics, each named by its prefix")]
    use std::arch::aarch64::*;

    register! {
        /// NEON, which every AArch64 has.
        Neon(float32x4_t), 4, 3, vld1q_f32, vst1q_f32, vdupq_n_f32, vaddq_f32, vsubq_f32, vmulq_f32, vdivq_f32,
        |a, b, c| vfmaq_f32(c, a, b),
        |x, low, high| vmaxq_f32(vminq_f32(x, high), low),
        |a, b| vmaxq_f32(a, b),
        |value, shifted| vmulq_f32(
            value,
            vreinterpretq_f32_s32(vshlq_n_s32::<23>(vreinterpretq_s32_f32(shifted))),
        )
    }
}

#[cfg(target_arch = "aarch64")]
pub use arm::Neon;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm {
    use super::Vector;
    #[allow(clippy::wildcard_imports, reason = "the intrinsics, each named by its prefix")]
    use std::arch::wasm32::*;

    register! {
        /// WebAssembly SIMD: a multiply and an add, or with relaxed SIMD a fused multiply-add if the machine has it.
        Simd128(v128), 4, 2, v128_load, v128_store, f32x4_splat, f32x4_add, f32x4_sub, f32x4_mul, f32x4_div,
        |a, b, c| if cfg!(feature = "relaxed-simd") {
            f32x4_relaxed_madd(a, b, c)
        } else {
            f32x4_add(f32x4_mul(a, b), c)
        },
        |x, low, high| f32x4_pmax(f32x4_pmin(x, high), low),
        |a, b| f32x4_pmax(b, a),
        |value, shifted| f32x4_mul(value, i32x4_shl(shifted, 23))
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use wasm::Simd128;
