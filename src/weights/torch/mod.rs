//! PyTorch's `.pt` files, as state dicts.
//!
//! Such a file is a program: a pickle may import any module and call any function. Here it is read by a machine that
//! builds inert values and supports the few calls that make tensors; any other is an error that names it.
//!
//! ```text
//! legacy, archive   the two file formats
//!   pickle          values, built by `machine` with its `reader` and `stack`, of known `opcodes` and `globals`
//!   names           which tensors there are: of a state dict, a checkpoint, or a whole pickled module
//!   view, storage   their numbers
//! ```
//!
//! Own reader: pytorch-reader 0.22 ignores calls that are refused here by name, takes 139 MB for an attack of 1 MB, and
//! reads neither big-endian archives nor whole modules from before 1.6, which this machine supports.

mod archive;
mod globals;
mod legacy;
mod machine;
mod names;
mod opcodes;
mod pickle;
mod reader;
mod stack;
mod storage;
mod view;

use super::{FileKind, Problem, StateDict, WeightsError};

/// Expected kind of file, in errors.
const EXPECTED: &str = "a PyTorch file (`.pt`)";

/// Reads a PyTorch file of either format: zip archives (since 1.6) and older pickles. It may contain a state dict, a
/// checkpoint with one, or a whole module; float16, bfloat16, float32 and float64 are read as float32, from any device.
/// `file` names the file in errors.
///
/// # Errors
/// Any [`Problem`] of PyTorch's files, or of a tensor.
pub fn read(file: &str, bytes: &[u8]) -> Result<StateDict, WeightsError> {
    match FileKind::of(bytes) {
        FileKind::Zip => archive::read(bytes),
        FileKind::Pickle => legacy::read(bytes),
        found => Err(Problem::AnotherKind {
            found,
            expected: EXPECTED,
        }),
    }
    .map_err(|problem| problem.of(file))
}
