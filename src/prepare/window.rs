//! Bins around a TSS.

use crate::input::geometry::Geometry;

/// Division of the window around each TSS into bins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Windows {
    /// Base pairs upstream of the TSS, along the gene's strand.
    pub upstream: u32,
    /// Base pairs downstream of it.
    pub downstream: u32,
    /// Base pairs per bin; divides the window.
    pub bin_size: u32,
    /// True to reverse genes on the minus strand, so that bin 1 is the furthest upstream. False as published: bin 1 has
    /// the lowest coordinate.
    pub strand_flip: bool,
}

impl Default for Windows {
    /// As published: 100 bins of 100 bp.
    fn default() -> Self {
        Self {
            upstream: 5_000,
            downstream: 5_000,
            bin_size: 100,
            strand_flip: false,
        }
    }
}

impl Windows {
    /// `bins` of `bin_size` base pairs centred on the TSS; `None` if there is no such window.
    pub fn centred(bins: u32, bin_size: u32) -> Option<Self> {
        let width = bins.checked_mul(bin_size)?;
        (width > 0).then_some(Self {
            upstream: width / 2,
            downstream: width - width / 2,
            bin_size,
            strand_flip: false,
        })
    }

    /// Returns true if there are bins, none of them incomplete.
    pub fn is_whole(&self) -> bool {
        let width = self.width();
        self.bin_size > 0 && width > 0 && width.is_multiple_of(u64::from(self.bin_size))
    }

    /// Base pairs of a window.
    pub fn width(&self) -> u64 {
        u64::from(self.upstream) + u64::from(self.downstream)
    }

    /// Bins of a window.
    pub fn bins(&self) -> usize {
        (self.width() / u64::from(self.bin_size.max(1))) as usize
    }

    /// The first base of the window of a gene with its TSS at base `tss`, counted from 1; counted from 0, and negative
    /// if the window begins before the chromosome.
    pub(super) fn start(&self, tss: u32, minus: bool) -> i64 {
        let before = if minus { self.downstream } else { self.upstream };
        i64::from(tss) - i64::from(before)
    }

    /// In words.
    pub fn describe(&self) -> String {
        let geometry = Geometry {
            bin_size: self.bin_size.into(),
            upstream: self.upstream.into(),
            downstream: self.downstream.into(),
            strand_flip: self.strand_flip,
        };
        format!("{} {geometry}", self.bins())
    }
}

/// The bins of one window, to which intervals are added.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bins {
    /// First base, counted from 0.
    pub start: i64,
    pub size: i64,
    pub count: usize,
}

impl Bins {
    /// The exclusive end.
    pub fn end(&self) -> i64 {
        self.start + self.size * self.count as i64
    }

    /// Calls `each` with every bin that overlaps `start..end`, and the number of bases.
    pub fn overlapped(&self, start: u32, end: u32, mut each: impl FnMut(usize, i64)) {
        let start = (i64::from(start) - self.start).max(0);
        let end = (i64::from(end) - self.start).min(self.size * self.count as i64);
        if start >= end {
            return;
        }
        // A single division: this runs for each interval of a genome.
        let mut bin = start / self.size;
        let mut from = start;
        while from < end {
            let to = end.min((bin + 1) * self.size);
            each(bin as usize, to - from);
            from = to;
            bin += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlaps(start: u32, end: u32) -> Vec<(usize, i64)> {
        let bins = Bins {
            start: -20,
            size: 10,
            count: 4,
        };
        let mut found = Vec::new();
        bins.overlapped(start, end, |bin, bases| found.push((bin, bases)));
        found
    }

    #[test]
    fn an_interval_counts_in_every_bin_it_shares_a_base_with() {
        assert_eq!(overlaps(0, 10), [(2, 10)]);
        assert_eq!(overlaps(9, 11), [(2, 1), (3, 1)]);
        assert_eq!(overlaps(5, 100), [(2, 5), (3, 10)]);
        assert_eq!(overlaps(20, 30), []);
        assert_eq!(overlaps(7, 7), []);
    }

    #[test]
    fn windows_lie_as_the_published_ones() {
        // SLC6A17 in DeepDiff's data: 200 bins, TSS 110,693,108 on the plus strand, window from 110,683,108.
        let wide = Windows::centred(200, 100).unwrap();
        assert_eq!(wide.start(110_693_108, false), 110_683_108);
        // TTC22: the middle of the window is 55,266,940, its TSS on the minus strand.
        assert_eq!(wide.start(55_266_940, true) + 10_000, 55_266_940);
    }

    #[test]
    fn an_asymmetric_window_follows_the_strand() {
        let windows = Windows {
            upstream: 200,
            downstream: 100,
            bin_size: 100,
            strand_flip: false,
        };
        assert_eq!(windows.bins(), 3);
        assert_eq!(windows.start(1_000, false), 800);
        assert_eq!(windows.start(1_000, true), 900);
    }
}
