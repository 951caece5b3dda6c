//! Replacements of Burn's operations in an engine for the CPU only, so that a page does not load code that it never
//! runs.
//!
//! Burn's data conversions know all types of numbers, and its addition knows quantised ones; one call of each brings in
//! a quarter of the engine. Where there is another device, these functions are Burn's.

#[cfg(not(any(not(feature = "flex"), feature = "wgpu", feature = "cuda", feature = "autodiff")))]
mod cpu_only;

#[cfg(not(any(not(feature = "flex"), feature = "wgpu", feature = "cuda", feature = "autodiff")))]
pub use cpu_only::{
    Channels, flush, join, join_channels, join_stretches, read, read_at_once, row, stretch, sum, tensor,
};

#[cfg(any(not(feature = "flex"), feature = "wgpu", feature = "cuda", feature = "autodiff"))]
mod any_device;

#[cfg(any(not(feature = "flex"), feature = "wgpu", feature = "cuda", feature = "autodiff"))]
pub use any_device::{
    Channels, flush, join, join_channels, join_stretches, read, read_at_once, row, stretch, sum, tensor,
};
