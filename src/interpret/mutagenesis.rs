//! In-silico mutagenesis: the change of a prediction when each base of a region is replaced by each other base.
//! [`ScoreSettings`](super::variants::ScoreSettings) define the summed bins around the whole region, the same for all
//! of its bases.

use std::io::{self, Write};
use std::ops::Range;

use crate::sequence::Shape;
use crate::sequence::codes::letter;

/// Effect of each substitution on one track.
#[derive(Debug, Clone, PartialEq)]
pub struct Mutagenesis {
    /// The first base of the region in its record, counted from 0.
    pub start: usize,
    /// The reference bases, as codes.
    pub reference: Vec<u8>,
    /// The predicted bins that are summed, counted from 0; in a region of several windows, those of the first.
    pub bins: Range<usize>,
    /// The track without substitutions, summed over these bins.
    pub sum: f32,
    /// For each reference base, the change of the track, summed over bins, with A, C, G and T in its place; 0 for the
    /// reference base.
    pub changes: Vec<[f32; 4]>,
}

/// A part of the region that is predicted through one window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its bases in the record.
    pub bases: Range<usize>,
    /// The first base of the window in the record.
    pub start: i64,
}

/// The parts of a region, each centred in its window and no longer than half of the predicted bases.
pub fn parts(region: Range<usize>, shape: &Shape) -> Vec<Part> {
    let longest = (shape.cropped() * shape.bin / 2).max(1);
    region
        .clone()
        .step_by(longest)
        .map(|first| {
            let bases = first..region.end.min(first + longest);
            let middle = usize::midpoint(bases.start, bases.end);
            Part {
                start: middle as i64 - (shape.length / 2) as i64,
                bases,
            }
        })
        .collect()
}

impl Mutagenesis {
    /// Height of each reference letter: minus the mean change over the three substitutions. Positive if the base
    /// increases the track, negative if it decreases it.
    pub fn heights(&self) -> Vec<f32> {
        let rows = self.reference.iter().zip(&self.changes);
        rows.map(|(&code, changes)| {
            let others = if code < 4 { 3.0 } else { 4.0 };
            -changes.iter().sum::<f32>() / others
        })
        .collect()
    }

    /// Writes one row per position, counted from 1: the reference base, the change with each base, and the letter's
    /// height.
    ///
    /// # Errors
    /// Errors of `out`.
    pub fn write(&self, sequence: &str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "sequence\tposition\treference\tA\tC\tG\tT\theight")?;
        let rows = self.reference.iter().zip(&self.changes).zip(self.heights());
        for (number, ((&code, [a, c, g, t]), height)) in rows.enumerate() {
            let position = self.start + number + 1;
            let base = char::from(letter(code));
            // Writes −0 as 0.
            let [a, c, g, t, height] = [*a, *c, *g, *t, height].map(|value| value + 0.0);
            writeln!(out, "{sequence}\t{position}\t{base}\t{a}\t{c}\t{g}\t{t}\t{height}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_region_is_seen_in_parts_that_meet() {
        let shape = Shape {
            length: 32,
            bin: 4,
            crop: 2,
        };
        let parts = parts(10..31, &shape);
        let bases: Vec<_> = parts.iter().map(|part| part.bases.clone()).collect();
        assert_eq!(bases, [10..18, 18..26, 26..31]);
        assert_eq!(parts[0].start, 14 - 16);
        for part in &parts {
            // All of its bases lie in bins that are predicted.
            let first = part.start + 8;
            assert!(first <= part.bases.start as i64 && part.bases.end as i64 <= first + 16);
        }
    }

    #[test]
    fn a_letter_is_as_tall_as_what_is_lost_without_it() {
        let mutagenesis = Mutagenesis {
            start: 9,
            reference: vec![0, 4],
            bins: 0..3,
            sum: 20.0,
            changes: vec![[0.0, -3.0, -2.0, -1.0], [1.0, 1.0, 1.0, 1.0]],
        };
        assert_eq!(mutagenesis.heights(), [2.0, -1.0]);
        let mut out = Vec::new();
        mutagenesis.write("chrI", &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "sequence\tposition\treference\tA\tC\tG\tT\theight",
                "chrI\t10\tA\t0\t-3\t-2\t-1\t2",
                "chrI\t11\tN\t1\t1\t1\t1\t-1",
            ]
        );
    }
}
