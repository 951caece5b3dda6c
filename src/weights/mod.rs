//! Model files: weights, and the card that describes them.
//!
//! ```text
//! model file = safetensors
//! ┌──────────┬───────────────────────────────────────────────┬──────────────────────────┐
//! │ u64 size │ header, JSON: tensor names, types, offsets,   │ tensors, little-endian   │
//! │          │ "__metadata__": {"regulens.card": card JSON}  │ float16, float32 or int8 │
//! └──────────┴───────────────────────────────────────────────┴──────────────────────────┘
//! ```
//!
//! Python's `safetensors` reads the files; int8 is `NAME` times `NAME.scale`, row by row (filter by filter for
//! TensorFlow's kernels). `models/card.schema.json` describes the card. Files are untrusted: all sizes are checked
//! before use, and nothing in a file is executed.
//!
//! | where | what it holds |
//! |---|---|
//! | [`card`] | what a model is: family, variant, marks, bins, training, metrics |
//! | [`WeightFile`] | a model file, read and written |
//! | [`ensemble`] | several models of the same input in one file |
//! | [`StoredWeights`] | a model file whose weights are read one by one |
//! | [`architecture`] | which tensors of which shapes a variant has |
//! | [`StateDict`] | tensors that no card describes |
//! | [`import`](mod@import) | a foreign state dict made a model |
//! | `torch` | PyTorch's `.pt` files as state dicts (feature `import`) |
//! | `tensorflow` | TensorFlow's checkpoints as state dicts (feature `import`) |
//! | [`Problem`] | every way a file can be wrong |

pub mod architecture;
pub mod card;
mod container;
mod elements;
#[cfg(any(not(target_family = "wasm"), feature = "change"))]
pub mod ensemble;
mod error;
mod file;
mod file_kind;
mod hash;
pub mod import;
mod int8;
mod problem;
#[cfg(feature = "calibrate")]
mod recalibrated;
#[cfg(feature = "schema")]
mod schema;
mod state_dict;
mod tensor;
#[cfg(feature = "import")]
pub mod tensorflow;
#[cfg(feature = "import")]
pub mod torch;

pub use card::{ModelCard, Stretch, Track, Window};
pub use container::Source;
pub use elements::{float16, float32};
pub use error::WeightsError;
pub use file::{Reading, StoredWeights, WeightFile, Weights};
pub use file_kind::FileKind;
pub use hash::sha256;
pub use import::{ImportOptions, import, import_state};
pub use problem::Problem;
#[cfg(feature = "calibrate")]
pub use recalibrated::{NoCalibration, Recalibrated, half_of};
#[cfg(feature = "schema")]
pub use schema::schema;
#[cfg(all(feature = "schema", any(feature = "flex", feature = "wgpu", feature = "cuda")))]
pub(crate) use schema::schema_of;
#[cfg(all(feature = "schema", feature = "page"))]
pub(crate) use schema::schema_of_read;
pub use state_dict::StateDict;
pub use tensor::{Dtype, Tensor};
