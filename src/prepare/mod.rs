//! Makes tables from sequencing data: signal of histone marks in bins around the TSSs of annotated genes.
//!
//! ```text
//! annotation (GTF, GFF3, BED) ─► genes ─► Plan: a window a gene, in genomic order
//!                                          │
//! signal (bigWig, BAM, bedGraph, reads as BED) ─► Column: a value a gene and bin
//!                                          │
//!                                   Plan::assemble ─► SignalTable, and what became of each gene
//! ```
//!
//! For sequence models, bins tile whole sequences and contain coverage summed over their bases:
//!
//! ```text
//! FASTA ─► Tiling ─┐
//! signal ──────────┴─► Signal::coverage ─► a sum a bin
//! ```
//!
//! Windows around genes are those of the published data: for a TSS at base c (counted from 1), bins tile the half-open
//! range c − 5,000 … c + 5,000 (counted from 0) in genomic order, on either strand. DeepDiff's published windows agree:
//! those of SLC6A17 (+, TSS 110,693,108) and TTC22 (−, TSS 55,266,940) are centred on these numbers.
//!
//! Sources implement [`Read`](std::io::Read) and [`Seek`](std::io::Seek), without paths or threads: the program, which
//! distributes genes over threads, and a page share this code. Content of bigWig files is untrusted: our own reader
//! checks lengths before use and needs no C library, which WebAssembly could not link.

#![cfg_attr(not(feature = "prepare"), allow(dead_code, reason = "a page only looks at tracks"))]

#[cfg(feature = "prepare")]
mod annotation;
mod chromosome;
mod error;
mod lines;
#[cfg(feature = "prepare")]
mod outcome;
#[cfg(feature = "prepare")]
mod plan;
mod quantity;
mod signal;
#[cfg(feature = "prepare")]
mod tiling;
mod window;

#[cfg(feature = "prepare")]
pub use annotation::{
    Annotation, AnnotationFormat, Completion, Gene, GeneFilter, GeneModel, GeneModels, GeneReader, GeneRecord,
    NearGene, NearbyRecord, NearestRecord, OverlapRecord, OverlappingGene, Starts, Strand,
};
pub use chromosome::Chromosome;
pub use error::{PrepareError, PrepareProblem, SignalError};
#[cfg(feature = "prepare")]
pub use outcome::{Fate, GeneNote, Outcome};
#[cfg(feature = "prepare")]
pub use plan::{Column, Plan, mark_problem};
#[cfg(feature = "prepare")]
pub use signal::Signal;
pub use signal::{Measured, Quantity, ReadFilter, Settings, SignalFormat, Stretch, Summary, write_bigwig};
#[cfg(feature = "prepare")]
pub use tiling::{Coverage, Halves, Tiling};
pub use window::Windows;
