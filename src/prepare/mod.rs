//! From sequencing data to tables: signal of histone marks in bins around the TSS of annotated genes.
//!
//! ```text
//! annotation (GTF, GFF3, BED) ─► genes ─► Plan: a window a gene, in genomic order
//!                                          │
//! signal (bigWig, BAM, bedGraph, reads as BED) ─► Column: a value a gene and bin
//!                                          │
//!                                   Plan::assemble ─► SignalTable, and what became of each gene
//! ```
//!
//! For models of sequence, bins tile whole sequences, and hold coverage summed over their bases:
//!
//! ```text
//! FASTA ─► Tiling ─┐
//! signal ──────────┴─► Signal::coverage ─► a sum a bin
//! ```
//!
//! Windows around genes are those of the published data: with the TSS at base c (counted from 1), bins tile c − 5,000 …
//! c + 5,000 (counted from 0, the end not included) in genomic order, whatever the strand. So lie the windows published
//! with DeepDiff: those of SLC6A17 (+, TSS 110,693,108) and TTC22 (−, TSS 55,266,940) have these numbers in their
//! middle.
//!
//! Sources are [`Read`](std::io::Read) and [`Seek`](std::io::Seek), and nothing here knows of paths or threads: the
//! same code serves the program, which shares genes among threads, and a page. What bigWig files hold is untrusted, so
//! lengths are checked before they are used: our own reader does that, and needs no C library, which WebAssembly could
//! not have.

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
