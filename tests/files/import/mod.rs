//! Weights from elsewhere: PyTorch's files, TensorFlow's checkpoints and foreign state dicts, sound, incomplete and
//! malicious.
#![cfg(feature = "import")]

mod attacks;
mod authors;
mod contract;
mod files;
mod formats;
mod pickles;
mod refused;
mod sequences;
mod tensorflow;
