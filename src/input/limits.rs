//! Size limits of tables. A larger file is an error, never a crash.

/// Largest memory of a table's values and gene names, in bytes: 512 MiB.
///
/// A 32-bit wasm memory is at most 4 GiB, and a table is held up to three times while it grows, is reordered and is
/// run. 512 MiB are 268,000 genes of 100 bins and five marks.
pub const MEMORY_LIMIT: usize = 512 << 20;

/// Longest line, in bytes: 1 MiB. A row of signal has some 30.
pub const LINE_LIMIT: usize = 1 << 20;

/// Memory of a gene besides its values, in bytes: its name, and its entry in the index of names.
pub(super) const GENE_OVERHEAD: usize = 128;
