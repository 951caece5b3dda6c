//! Operations on tensors that a CPU-only engine replaces, so that a page does not load code that it never runs.
//!
//! Burn's data conversions handle every number type and its addition handles quantised tensors: one call of each adds a
//! quarter to the engine. In engines with another device these functions call Burn.

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
