//! Tables of histone-mark signal: one row per bin, one column per mark.
//!
//! ```text
//! gene,bin,H3K4me1,H3K4me3,…[,label]      a header names the marks; ids are kept as they are
//! 172936,1,0,6,1,2,0,0                    no header, 8 columns: published with AttentiveChrome
//! ENSG00000130749_ZC3H4_1,1,1,0,1,0       no header, 6 columns: published with DeepDiff
//! @{"upstream":5000,"bin size":100,…}     deepTools computeMatrix reference-point: a region a row
//! ```
//!
//! Lines that begin with `#` may precede the header; they become notes.
//!
//! Bins of a gene are rows 1 … T in genomic order, with the same T for every gene. A file is plain or gzipped, in UTF-8
//! or UTF-16, with cells separated by commas, tabs or semicolons, all recognised by content. With semicolons, a decimal
//! comma is read as a point.
//!
//! ```text
//! bytes ─ decode ─► text ─► cells ─ columns ─► assembly ─► SignalTable
//! ```

mod assembly;
pub(crate) mod budget;
mod cells;
mod columns;
mod decimals;
mod decode;
pub(crate) mod derived;
mod deviation;
mod distribution;
mod error;
mod expression;
pub mod geometry;
mod gzip;
mod layout;
mod limits;
mod matrix;
mod number;
mod pair;
mod problem;
mod reader;
mod shortest;
pub(crate) mod signature;
mod table;
pub mod table_part;
mod text;
#[cfg(not(target_family = "wasm"))]
mod threshold;
mod unsupported;
mod utf16;
mod writer;

pub(crate) use budget::Budget;
pub(crate) use decode::Decoder;
pub use deviation::{Deviation, DeviationKind, compare, compare_noted};
pub use distribution::MarkDistribution;
pub use error::{InputError, Location};
pub use expression::Expression;
pub use layout::Layout;
pub use limits::{LINE_LIMIT, MEMORY_LIMIT};
pub use pair::{Paired, expression_of, expression_of_pair, log2_fold_change, without_version};
pub use problem::Problem;
pub use reader::TableReader;
pub(crate) use signature::as_text;
pub use table::{SignalTable, Window, middle_bins};
pub use text::read_text;
pub(crate) use text::{Lines, Unicode};
#[cfg(not(target_family = "wasm"))]
pub use threshold::Threshold;
pub use writer::{write_comment, write_headed, write_headed_rows, write_header, write_published};
