//! Windows of a fixed length that cover a record of any length.
//!
//! A model reads `length` bases and predicts their bins, except for `crop` bins at each end:
//!
//! ```text
//! record == length   ├──────────────────┤                        one window
//!                       ▓▓▓▓▓▓▓▓▓▓▓▓
//! longer             ├──────────────────┤                        windows step by the bins that are predicted,
//!                                ├──────────────────┤            the last one is moved back to end with the record
//!                       ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
//! shorter            ·····├────────┤·····                        in the middle, among unknown bases
//!                         ▓▓▓▓▓▓▓▓▓▓
//! ```
//!
//! Windows begin at borders of the record's bins, which count from its first base. An incomplete last bin is padded
//! with unknown bases.

use std::ops::Range;

use super::codes::UNKNOWN;

/// Sizes of a model's input and output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Bases of the input.
    pub length: usize,
    /// Bases per bin; divides `length`.
    pub bin: usize,
    /// Bins at each end without predictions; less than half of all.
    pub crop: usize,
}

impl Shape {
    /// Bins of a window.
    pub fn bins(&self) -> usize {
        self.length / self.bin
    }

    /// Bins that are predicted.
    pub fn cropped(&self) -> usize {
        self.bins() - 2 * self.crop
    }
}

/// One window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Its first base in the record, counted from 0; negative if the window begins before the record.
    pub start: i64,
    /// The predicted bins to keep, counted from 0.
    pub keep: Range<usize>,
    /// Index of the first of them in the record.
    pub first_bin: usize,
}

impl Window {
    /// The window's bases under the kept bins, within a record of `record` bases.
    pub fn kept(&self, record: usize, shape: &Shape) -> Range<usize> {
        let of_bin = |bin: usize| ((shape.crop + bin) * shape.bin) as i64;
        let within = |at: i64| at.clamp(0, shape.length as i64) as usize;
        let first = within(of_bin(self.keep.start).max(-self.start));
        let end = within(of_bin(self.keep.end).min(record as i64 - self.start));
        first..end.max(first)
    }

    /// The window's bases, with unknown ones outside the record.
    pub fn codes(&self, record: &[u8], length: usize) -> Vec<u8> {
        let mut codes = vec![UNKNOWN; length];
        let record_start = self.start.max(0) as usize;
        let record_end = (self.start + length as i64).clamp(0, record.len() as i64) as usize;
        if record_start < record_end {
            let at = (record_start as i64 - self.start) as usize;
            codes[at..at + record_end - record_start].copy_from_slice(&record[record_start..record_end]);
        }
        codes
    }
}

/// The windows of a record, from left to right. Each bin of `bins` is kept in exactly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Windows {
    /// The windows.
    pub windows: Vec<Window>,
    /// The bins of the record that are predicted.
    pub bins: Range<usize>,
    /// Number of unknown bases around a record shorter than a window.
    pub padding: usize,
}

impl Windows {
    /// Covers a record of `record` bases.
    ///
    /// # Panics
    /// If the record is empty, or the shape predicts no bin.
    pub fn of(record: usize, shape: &Shape) -> Self {
        let (bins, cropped, crop) = (shape.bins(), shape.cropped(), shape.crop);
        assert!(record > 0 && cropped > 0, "a record and a bin of it");
        let of_record = record.div_ceil(shape.bin);
        if of_record <= bins {
            // Bins before the record; the record's bin r is bin r + before of the window.
            let before = (bins - of_record) / 2;
            let first = before.max(crop);
            let end = (before + of_record).min(bins - crop);
            return Self {
                windows: vec![Window {
                    start: -((before * shape.bin) as i64),
                    keep: first - crop..end - crop,
                    first_bin: first - before,
                }],
                bins: first - before..end - before,
                padding: shape.length.saturating_sub(record),
            };
        }
        let last = of_record - bins;
        let mut windows: Vec<Window> = (0..last)
            .step_by(cropped)
            .map(|start| Window {
                start: (start * shape.bin) as i64,
                keep: 0..cropped,
                first_bin: start + crop,
            })
            .collect();
        let covered = windows.len() * cropped;
        windows.push(Window {
            start: (last * shape.bin) as i64,
            keep: covered - last..cropped,
            first_bin: covered + crop,
        });
        Self {
            windows,
            bins: crop..of_record - crop,
            padding: 0,
        }
    }

    /// A note on a record whose length is not the model's; `None` if it is.
    pub fn note(&self, record: usize, shape: &Shape) -> Option<String> {
        let length = shape.length;
        if self.padding > 0 {
            return Some(format!(
                "{record} bp, shorter than the {length} bp that the model takes: put in the middle of {} unknown bases",
                self.padding
            ));
        }
        (self.windows.len() > 1).then(|| {
            format!(
                "{record} bp, longer than the {length} bp that the model takes: cut into {} windows that overlap",
                self.windows.len()
            )
        })
    }
}

/// The windows of a region: one centred on it, and its neighbours if the region is longer than the bases that one
/// predicts.
///
/// Bins count from the first predicted base of the centred window, in both directions. Each bin that overlaps the
/// region is kept in exactly one window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Around {
    /// The windows from left to right, which may extend beyond the sequence; `first_bin` counts from the first bin of
    /// `bins`.
    pub windows: Vec<Window>,
    /// Number of bins that overlap the region.
    pub bins: usize,
    /// First base of the first bin.
    pub start: i64,
}

impl Around {
    /// Covers the half-open `region`, counted from 0.
    ///
    /// # Panics
    /// If the region is empty, or the shape predicts no bin.
    pub fn of(region: Range<u64>, shape: &Shape) -> Self {
        let (bin, cropped) = (shape.bin as i64, shape.cropped() as i64);
        assert!(region.start < region.end && cropped > 0, "a region and a bin");
        let (start, end) = (region.start as i64, region.end as i64);
        let centred = start + (end - start) / 2 - shape.length as i64 / 2;
        let origin = centred + (shape.crop as i64) * bin;
        let first = (start - origin).div_euclid(bin);
        let last = (end - 1 - origin).div_euclid(bin);
        let windows = first.div_euclid(cropped)..=last.div_euclid(cropped);
        Self {
            windows: windows
                .map(|window| {
                    let begin = window * cropped;
                    let keep = first.max(begin)..(last + 1).min(begin + cropped);
                    Window {
                        start: centred + begin * bin,
                        keep: (keep.start - begin) as usize..(keep.end - begin) as usize,
                        first_bin: (keep.start - first) as usize,
                    }
                })
                .collect(),
            bins: (last + 1 - first) as usize,
            start: origin + first * bin,
        }
    }

    /// The same windows, keeping every bin that overlaps the sequence's `bases`.
    pub fn whole(mut self, bases: u64, shape: &Shape) -> Self {
        let bin = shape.bin as i64;
        let first_base = |window: &Window| window.start + shape.crop as i64 * bin;
        let (Some(first), Some(last)) = (self.windows.first(), self.windows.last()) else {
            return self;
        };
        let before = (-first_base(first)).max(0) / bin;
        let there = (bases as i64 - first_base(last) + bin - 1).div_euclid(bin);
        let ends = (before as usize, there.clamp(0, shape.cropped() as i64) as usize);
        self.start = first_base(first) + before * bin;
        let (mut next, count) = (0, self.windows.len());
        for (at, window) in self.windows.iter_mut().enumerate() {
            let begin = if at == 0 { ends.0 } else { 0 };
            let end = if at + 1 == count { ends.1 } else { shape.cropped() };
            window.keep = begin..end;
            window.first_bin = next;
            next += end - begin;
        }
        self.bins = next;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Eight bins of 10 bp, of which the inner four are predicted.
    const SHAPE: Shape = Shape {
        length: 80,
        bin: 10,
        crop: 2,
    };

    #[test]
    fn a_record_of_the_models_length_is_one_window() {
        let windows = Windows::of(80, &SHAPE);
        let whole = Window {
            start: 0,
            keep: 0..4,
            first_bin: 2,
        };
        assert_eq!(windows.windows, [whole]);
        assert_eq!((windows.bins.clone(), windows.padding), (2..6, 0));
        assert_eq!(windows.note(80, &SHAPE), None);
    }

    #[test]
    fn a_longer_record_is_covered_without_gap_or_repeat() {
        for record in 81..400 {
            let windows = Windows::of(record, &SHAPE);
            let of_record = record.div_ceil(10);
            let mut kept = Vec::new();
            for window in &windows.windows {
                assert!(window.start >= 0 && window.start % 10 == 0, "{record}");
                for bin in window.keep.clone() {
                    // A predicted bin lies `crop` bins into its window.
                    kept.push(window.start as usize / 10 + 2 + bin);
                }
                assert_eq!(
                    window.first_bin,
                    window.start as usize / 10 + 2 + window.keep.start,
                    "{record}"
                );
            }
            let wanted: Vec<usize> = (2..of_record - 2).collect();
            assert_eq!(kept, wanted, "{record}");
            assert_eq!(windows.bins, 2..of_record - 2);
            let last = windows.windows.last().unwrap();
            assert_eq!(last.start as usize + 80, of_record * 10, "{record}");
        }
        assert!(
            Windows::of(121, &SHAPE)
                .note(121, &SHAPE)
                .unwrap()
                .contains("cut into 3 windows")
        );
    }

    #[test]
    fn a_shorter_record_lies_in_the_middle_and_all_of_its_bins_come_out() {
        // Two bins and a part of one: of the five that are left, two lie before it.
        let windows = Windows::of(25, &SHAPE);
        let window = &windows.windows[0];
        assert_eq!((window.start, window.keep.clone()), (-20, 0..3));
        assert_eq!((windows.bins.clone(), windows.padding), (0..3, 55));
        assert!(windows.note(25, &SHAPE).unwrap().contains("55 unknown bases"));
        // Six bins: the outer two are cropped.
        let windows = Windows::of(60, &SHAPE);
        assert_eq!(windows.windows[0].start, -10);
        assert_eq!(windows.bins, 1..5);
        assert_eq!(windows.windows[0].keep, 0..4);
    }

    #[test]
    fn a_windows_bases_are_the_records_and_unknown_around_it() {
        let record: Vec<u8> = (0..25).map(|base| base % 4).collect();
        let codes = Windows::of(25, &SHAPE).windows[0].codes(&record, 80);
        assert_eq!(codes.len(), 80);
        assert!(codes[..20].iter().all(|&code| code == UNKNOWN));
        assert_eq!(codes[20..45], record);
        assert!(codes[45..].iter().all(|&code| code == UNKNOWN));

        let record: Vec<u8> = (0..133).map(|base| base % 4).collect();
        let windows = Windows::of(133, &SHAPE);
        let last = windows.windows.last().unwrap();
        let codes = last.codes(&record, 80);
        assert_eq!(codes[..73], record[60..]);
        assert_eq!(codes[73..], [UNKNOWN; 7]);
    }

    #[test]
    fn a_region_lies_in_the_middle_of_its_window() {
        // Bases 100 to 120: the window is 70 to 150, its predicted bins begin at 90.
        let around = Around::of(100..120, &SHAPE);
        let window = Window {
            start: 70,
            keep: 1..3,
            first_bin: 0,
        };
        assert_eq!(around.windows, [window]);
        assert_eq!((around.start, around.bins), (100, 2));
        // One base, at the start of its sequence.
        let around = Around::of(0..1, &SHAPE);
        assert_eq!((around.windows[0].start, around.windows[0].keep.clone()), (-40, 2..3));
        assert_eq!((around.start, around.bins), (0, 1));
    }

    #[test]
    fn every_bin_of_a_region_is_kept_once_whatever_its_length() {
        for start in [0, 3, 500] {
            for length in 1..300 {
                let around = Around::of(start..start + length, &SHAPE);
                let centre = (start + length / 2) as i64 - 40;
                let mut kept = Vec::new();
                for window in &around.windows {
                    assert_eq!(window.first_bin, kept.len(), "{start}, {length}");
                    assert_eq!((window.start - centre) % 40, 0, "{start}, {length}");
                    kept.extend(window.keep.clone().map(|bin| window.start + 20 + 10 * bin as i64));
                }
                let wanted: Vec<i64> = (0..around.bins as i64).map(|bin| around.start + 10 * bin).collect();
                assert_eq!(kept, wanted, "{start}, {length}");
                let (start, end) = (start as i64, (start + length) as i64);
                assert!(kept[0] <= start && start < kept[0] + 10, "{start}, {length}");
                let last = kept.len() - 1;
                assert!(kept[last] < end && end <= kept[last] + 10, "{start}, {length}");
            }
        }
    }

    #[test]
    fn whole_windows_keep_every_bin_of_the_sequence_once() {
        for bases in [1, 7, 39, 80, 81, 500] {
            for start in 0..bases {
                for end in [start + 1, bases.min(start + 95), bases] {
                    let region = Around::of(start..end, &SHAPE);
                    let around = region.clone().whole(bases, &SHAPE);
                    let mut kept = Vec::new();
                    for (window, before) in around.windows.iter().zip(&region.windows) {
                        assert_eq!(window.first_bin, kept.len());
                        assert_eq!(window.start, before.start);
                        assert!(window.keep.start <= before.keep.start && before.keep.end <= window.keep.end);
                        kept.extend(window.keep.clone().map(|bin| window.start + 20 + 10 * bin as i64));
                    }
                    let (bins, first) = (around.bins as i64, around.start);
                    assert_eq!(kept, (0..bins).map(|bin| first + 10 * bin).collect::<Vec<_>>());
                    // Each has a base of the sequence, and no predicted one that has is missing.
                    assert!(
                        first > -10 && first + 10 * (bins - 1) < bases as i64,
                        "{bases}, {start}, {end}"
                    );
                    let windows = (around.windows[0].start + 20, around.windows.last().unwrap().start + 60);
                    assert!(first - 10 < windows.0.max(-9), "{bases}, {start}, {end}");
                    assert!(
                        first + 10 * bins >= windows.1.min(bases as i64),
                        "{bases}, {start}, {end}"
                    );
                }
            }
        }
    }
}
