//! Memory that a reader of foreign bytes may take.

/// Bytes that any reader may hold.
const HELD: u64 = 64 << 20;

/// Bytes for each of the file's.
const TIMES: u64 = 8;

/// The rest of the memory that a file may take: 64 MiB, and eight times its size. A reader draws on it before it
/// makes room for what a file claims to have.
#[derive(Debug)]
pub(crate) struct Budget(u64);

impl Budget {
    /// For a file of `size` bytes.
    pub(crate) fn of(size: u64) -> Self {
        Self(HELD.saturating_add(size.saturating_mul(TIMES)))
    }

    /// Draws bytes; false where there are not as many left.
    #[must_use]
    pub(crate) fn bytes(&mut self, bytes: usize) -> bool {
        let left = self.0.checked_sub(bytes as u64);
        self.0 = left.unwrap_or(0);
        left.is_some()
    }

    /// Draws one entry of a growing list of `T`, with `bytes` that it holds elsewhere; false where that is more than
    /// is left.
    #[must_use]
    #[cfg(feature = "signal")]
    pub(crate) fn draw<T>(&mut self, bytes: usize) -> bool {
        // A list that grows holds its entries up to three times: as old, and twice as new.
        self.bytes((3 * size_of::<T>()).saturating_add(bytes))
    }
}

#[cfg(all(test, feature = "signal"))]
mod tests {
    use super::*;

    #[test]
    fn entries_are_drawn_until_nothing_is_left() {
        let mut budget = Budget::of(10);
        let entries = (HELD + 80) / (24 + 1_000);
        for _ in 0..entries {
            assert!(budget.draw::<u64>(1_000));
        }
        assert!(!budget.draw::<u64>(1_000) && !budget.draw::<u64>(usize::MAX));
        assert!(!budget.draw::<u64>(0));
    }
}
