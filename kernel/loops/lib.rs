//! The CPU loops of `regulens-kernel` without Burn: Miri runs their tests on the portable loops, and AddressSanitizer
//! on all instruction sets of the machine.

#![allow(dead_code, reason = "what calls the loops is Burn's part of the kernel")]

#[path = "../src/compare.rs"]
pub mod compare;
#[path = "../src/sizes.rs"]
mod sizes;

mod convolution {
    pub(crate) use crate::sizes::{Convolved as Sizes, Stride};
}

mod training_block {
    pub(crate) use crate::sizes::Dropout;
}

#[path = "../src/cpu"]
mod cpu {
    mod activation;
    mod attention;
    mod backward;
    mod block;
    mod buffer;
    #[cfg(test)]
    mod cases;
    mod incremental;
    mod context;
    mod context_gradient;
    mod convolution;
    mod forward;
    mod gradient;
    mod level;
    mod linear;
    #[cfg(test)]
    mod not_a_number;
    mod packed;
    mod product;
    mod parallel;
    mod simd;
    #[cfg(test)]
    #[path = "../../loops/small.rs"]
    mod small;
    mod steps;
    mod transposed;
    mod vector;
}
