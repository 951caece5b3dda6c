//! Files that are read and written: tables, signal, annotations, sequences, genomes, variants, weights.

#[cfg(any(feature = "prepare", feature = "import"))]
#[path = "../common/mod.rs"]
mod common;
#[path = "../../fuzz/src/memory.rs"]
mod memory;

mod genome;
mod import;
mod input;
mod people;
mod prepare;
mod sequence;
mod texts;
mod variants;
mod weights;
