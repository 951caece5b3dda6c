//! Limits on the size of a table. A file beyond a limit is refused by name, and never crashes the program.

/// The most memory that a table's values and gene names may take, in bytes: 512 MiB.
///
/// A 32-bit wasm memory is 4 GiB at most, and a table is held up to three times at once while it grows, is put
/// into a model's order and is run. 512 MiB are 268,000 genes of 100 bins and five marks.
pub const MEMORY_LIMIT: usize = 512 << 20;

/// The longest line, in bytes: 1 MiB. A row of signal has some 30.
pub const LINE_LIMIT: usize = 1 << 20;

/// Memory of a gene besides its values, in bytes: its name, and its entry in the index of names.
pub(super) const GENE_OVERHEAD: usize = 128;
