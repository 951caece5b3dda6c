//! Memory budget of readers of untrusted bytes.

use std::cell::Cell;

/// Bytes that any reader may take.
const HELD: u64 = 64 << 20;

/// Additional bytes per byte of the file.
const TIMES: u64 = 8;

/// Part of [`HELD`] for lines of text before they are parsed.
const LINES: u64 = 16 << 20;

/// Text of an error if a budget is exceeded.
pub(crate) const FOUND: &str = "so many entries that they take more than 64 MiB and eight times the text";
pub(crate) const EXPECTED: &str = "fewer entries, or longer ones";
pub(crate) const REMEDY: &str = "Split the file, if it is the one that is meant.";

/// Rest of a file's memory budget: 64 MiB plus eight times its size. A reader draws on it before it allocates what a
/// file claims.
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

    /// For text of unknown size that is read line by line, whose budget grows as it is read.
    pub(crate) fn of_lines() -> Self {
        let budget = Self::default();
        budget.drawn.set(LINES);
        budget
    }

    /// Adds bytes of a file of unknown size as they are read. Compressed bytes count after decompression.
    pub(crate) fn earn(&self, bytes: usize) {
        self.earned.set(self.earned.get().saturating_add(bytes as u64));
    }

    /// Draws bytes; returns false if not enough are left.
    #[must_use]
    pub(crate) fn bytes(&self, bytes: usize) -> bool {
        self.drawn.set(self.drawn.get().saturating_add(bytes as u64));
        self.drawn.get() <= HELD.saturating_add(self.earned.get().saturating_mul(TIMES))
    }

    /// Draws one entry of a growing list of `T` with `bytes` elsewhere; returns false if not enough is left.
    #[must_use]
    pub(crate) fn draw<T>(&self, bytes: usize) -> bool {
        // A growing list holds its entries up to three times: once in the old allocation, twice in the new one.
        self.bytes((3 * size_of::<T>()).saturating_add(bytes))
    }

    /// Draws one entry of a growing hash table, as [`draw`](Self::draw).
    #[must_use]
    pub(crate) fn hashed<T>(&self, bytes: usize) -> bool {
        // As for a list, with one more byte per entry and an eighth of all slots free.
        self.bytes((4 * (size_of::<T>() + 1)).saturating_add(bytes))
    }

    /// Draws the memory of parsed JSON: as untyped values, a list begins with capacity for four entries and a map for
    /// eleven.
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
