//! Memory that a reader of foreign bytes may take.

use std::cell::Cell;

/// Bytes that any reader may hold.
const HELD: u64 = 64 << 20;

/// Bytes for each of the file's.
const TIMES: u64 = 8;

/// Part of [`HELD`] that lines of text take before anything is made of them.
const LINES: u64 = 16 << 20;

/// An error says this where a budget is spent.
pub(crate) const FOUND: &str = "too many entries, which need more than 64 MiB plus eight times the text";
pub(crate) const EXPECTED: &str = "fewer entries, or longer ones";
pub(crate) const REMEDY: &str = "Split the file, or choose another one.";

/// The rest of the memory that a file may take: 64 MiB, and eight times its size. A reader draws on it before it
/// makes room for what a file claims to have.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    /// Bytes of the file.
    earned: Cell<u64>,
    drawn: Cell<u64>,
}

impl Budget {
    /// For a file of `size` bytes.
    pub(crate) fn of(size: u64) -> Self {
        let budget = Self::default();
        budget.earned.set(size);
        budget
    }

    /// For text that is read line by line, of a size that is not known: it earns as it is read.
    pub(crate) fn of_lines() -> Self {
        let budget = Self::default();
        budget.drawn.set(LINES);
        budget
    }

    /// Adds bytes of a file whose size was not known, as they are read. What is packed counts as it is unpacked.
    pub(crate) fn earn(&self, bytes: usize) {
        self.earned.set(self.earned.get().saturating_add(bytes as u64));
    }

    /// Draws bytes; false where there are not as many left.
    #[must_use]
    pub(crate) fn bytes(&self, bytes: usize) -> bool {
        self.drawn.set(self.drawn.get().saturating_add(bytes as u64));
        self.drawn.get() <= HELD.saturating_add(self.earned.get().saturating_mul(TIMES))
    }

    /// Draws one entry of a growing list of `T`, with `bytes` that it holds elsewhere; false where that is more than
    /// is left.
    #[must_use]
    pub(crate) fn draw<T>(&self, bytes: usize) -> bool {
        // A list that grows holds its entries up to three times: as old, and twice as new.
        self.bytes((3 * size_of::<T>()).saturating_add(bytes))
    }

    /// Draws one entry of a growing table by hashes, as [`draw`](Self::draw).
    #[must_use]
    pub(crate) fn hashed<T>(&self, bytes: usize) -> bool {
        // As a list, with a byte beside each entry, and an eighth of all places free.
        self.bytes((4 * (size_of::<T>() + 1)).saturating_add(bytes))
    }

    /// Draws what JSON becomes: as values that are not yet understood a list begins with room for four, and a map with
    /// room for eleven entries.
    #[must_use]
    pub(crate) fn json(&self, text: &[u8]) -> bool {
        let size = |byte: &u8| match byte {
            b',' => 136,
            b'[' => 232,
            b'{' => 744,
            _ => 1,
        };
        self.bytes(text.iter().map(size).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_drawn_until_nothing_is_left() {
        let budget = Budget::of(10);
        let entries = (HELD + 80) / (24 + 1_000);
        for _ in 0..entries {
            assert!(budget.draw::<u64>(1_000));
        }
        assert!(!budget.draw::<u64>(1_000) && !budget.draw::<u64>(usize::MAX));
        assert!(!budget.draw::<u64>(0));
    }

    #[test]
    fn a_stream_earns_eight_times_what_is_read() {
        let budget = Budget::of_lines();
        assert!(budget.bytes((HELD - LINES) as usize) && !budget.bytes(16));
        budget.earn(2);
        assert!(budget.bytes(0) && !budget.bytes(1));
    }
}
