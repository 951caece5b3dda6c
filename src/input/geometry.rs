//! The window around each gene's TSS that a table's bins cover, from its notes: `prepare hm` writes them into the first
//! line, deepTools into a header.

use std::fmt;

use super::{Deviation, DeviationKind};

/// Bins around a TSS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    /// Base pairs per bin.
    pub bin_size: i64,
    /// Base pairs upstream of the TSS; negative if the bins begin downstream.
    pub upstream: i64,
    /// Base pairs downstream of the TSS.
    pub downstream: i64,
    /// True if bin 1 is the furthest upstream on the gene's strand; false if it has the lowest coordinate.
    pub strand_flip: bool,
}

const SIZE: &str = "bins of ";
const BEFORE: &str = " bp, ";
const BEHIND: &str = " bp before and ";
const POINT: &str = " bp behind the ";
const FLIPPED: &str = "from upstream to downstream";

impl fmt::Display for Geometry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            bin_size,
            upstream,
            downstream,
            strand_flip,
        } = self;
        let order = if *strand_flip { FLIPPED } else { "in genomic order" };
        write!(
            f,
            "{SIZE}{bin_size}{BEFORE}{upstream}{BEHIND}{downstream}{POINT}TSS, {order}"
        )
    }
}

impl Geometry {
    /// The geometry in the notes of a table, before any selection of bins.
    pub fn said_in(notes: &[String]) -> Option<Self> {
        notes.iter().find_map(|note| Self::read(note))
    }

    fn read(note: &str) -> Option<Self> {
        let (size, rest) = note.rsplit_once(SIZE)?.1.split_once(BEFORE)?;
        let (upstream, rest) = rest.split_once(BEHIND)?;
        let (downstream, _) = rest.split_once(POINT)?;
        Some(Self {
            bin_size: size.parse().ok()?,
            upstream: upstream.parse().ok()?,
            downstream: downstream.parse().ok()?,
            strand_flip: rest.ends_with(FLIPPED),
        })
    }

    /// The difference between a table with these notes and this geometry of a model's training, if any. A table with
    /// another number of bins may cover more: bins are selected from it.
    pub fn compare(&self, notes: &[String], same_bins: bool) -> Option<Deviation> {
        let mut table = Self::said_in(notes)?;
        let found = table;
        if !same_bins {
            (table.upstream, table.downstream) = (self.upstream, self.downstream);
        }
        (table != *self).then(|| Deviation {
            mark: None,
            code: DeviationKind::Window,
            message: format!("{found}; the model was trained on {self}: make the table again with these"),
            factor: None,
        })
    }
}

#[cfg(not(target_family = "wasm"))]
impl Geometry {
    /// Bins centred on the TSS, in genomic order.
    pub fn centred(bins: usize, bin_size: i64) -> Self {
        let length = bins as i64 * bin_size;
        Self {
            bin_size,
            upstream: length / 2,
            downstream: length - length / 2,
            strand_flip: false,
        }
    }

    /// The window of bins `first` to `last`, counted from 1, of `bins`.
    pub fn of_bins(self, first: usize, last: usize, bins: usize) -> Self {
        Self {
            upstream: self.upstream - (first as i64 - 1) * self.bin_size,
            downstream: self.downstream - (bins as i64 - last as i64) * self.bin_size,
            ..self
        }
    }
}

/// The quantity of each mark, such as "H3K4me3: counts of reads", if a note has it before the geometry.
#[cfg(not(target_family = "wasm"))]
pub fn quantities(notes: &[String]) -> Option<&str> {
    let said = notes.iter().find(|note| Geometry::read(note).is_some())?;
    let (before, _) = said.rsplit_once("; ")?;
    before
        .contains(": ")
        .then_some(before)
        .filter(|text| !text.starts_with("deepTools"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREPARED: &str = "H3K4me3: mean signal; 40 bins of 500 bp, 10000 bp before and 10000 bp behind the TSS, \
                            from upstream to downstream";
    const MATRIX: &str = "deepTools computeMatrix: samples a, b; bins of 50 bp, 2500 bp before and 2000 bp behind the \
                          reference point";

    fn notes(text: &str) -> Vec<String> {
        vec!["text in UTF-16".to_owned(), text.to_owned()]
    }

    #[test]
    fn a_table_says_its_geometry_and_its_quantities() {
        let found = Geometry::said_in(&notes(PREPARED)).unwrap();
        let words = "bins of 500 bp, 10000 bp before and 10000 bp behind the TSS, from upstream to downstream";
        assert_eq!(found.to_string(), words);
        assert_eq!(quantities(&notes(PREPARED)), Some("H3K4me3: mean signal"));
        let found = Geometry::said_in(&notes(MATRIX)).unwrap();
        assert_eq!((found.bin_size, found.upstream, found.downstream), (50, 2_500, 2_000));
        assert!(!found.strand_flip);
        assert_eq!(quantities(&notes(MATRIX)), None);
        assert_eq!(Geometry::said_in(&notes("bins 1-2 of 4 selected")), None);
    }

    #[test]
    fn chosen_bins_move_the_window() {
        let chosen = Geometry::centred(200, 100).of_bins(51, 150, 200);
        assert_eq!(chosen, Geometry::centred(100, 100));
        let behind = Geometry::centred(200, 100).of_bins(121, 140, 200);
        assert_eq!((behind.upstream, behind.downstream), (-2_000, 4_000));
    }

    #[test]
    fn another_geometry_than_the_models_is_said_with_both() {
        let trained = Geometry::centred(100, 100);
        let found = trained.compare(&notes(PREPARED), false).unwrap();
        assert_eq!((found.code, found.factor), (DeviationKind::Window, None));
        for said in [
            "bins of 500 bp",
            "from upstream to downstream; the model was trained on bins of 100 bp",
        ] {
            assert!(found.message.contains(said), "{}", found.message);
        }
        let longer = notes(
            "a: counts of reads; 200 bins of 100 bp, 10000 bp before and 10000 bp behind the TSS, in genomic order",
        );
        assert_eq!(trained.compare(&longer, false), None);
        assert!(trained.compare(&longer, true).is_some());
        assert_eq!(trained.compare(&[], true), None);
    }
}
