//! Bases that a model reads around places of a genome, as records of FASTA.

use std::collections::BTreeMap;
use std::ops::Range;

use regulens::sequence::{Bases, Counts, Record, SequenceError};

/// Bases of a page.
#[derive(Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The sequence that has them.
    pub sequence: String,
    /// Counted from 0.
    pub bases: Range<u64>,
}

/// The bases within `reach` of places, each of a sequence and a range, every base once. A record says in its name where
/// it lies, and in its description how long its sequence is; `pkg/src/io/pieces.ts` reads that.
pub fn around(
    genome: &mut impl Bases,
    places: impl IntoIterator<Item = (usize, Range<u64>)>,
    reach: u64,
) -> Result<(Vec<Record>, Vec<Stretch>), SequenceError> {
    let mut by_sequence: BTreeMap<usize, Vec<Range<u64>>> = BTreeMap::new();
    for (sequence, Range { start, end }) in places {
        let end = end.saturating_add(reach).min(genome.length(sequence)?);
        let reached = start.saturating_sub(reach)..end;
        by_sequence.entry(sequence).or_default().push(reached);
    }
    let (mut records, mut stretches) = (Vec::new(), Vec::new());
    for (sequence, ranges) in by_sequence {
        let (length, name) = (genome.length(sequence)?, genome.names()[sequence].to_owned());
        for Range { start, end } in joined(ranges) {
            let codes = genome.codes(sequence, start..end)?.into_owned();
            records.push(Record {
                name: format!("{name}:{}-{end}", start + 1),
                description: format!("piece of {length}"),
                counts: Counts::of(&codes),
                codes,
            });
            stretches.push(Stretch {
                sequence: name.clone(),
                bases: start..end,
            });
        }
    }
    Ok((records, stretches))
}

/// Ranges that overlap or touch become one.
fn joined(mut ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    ranges.sort_by_key(|range| range.start);
    let mut joined: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use regulens::sequence::Fasta;

    #[test]
    fn bases_around_places_are_there_once_and_say_where_they_lie() {
        let mut genome = Fasta::read("g.fa", b">a\nACGTACGTAC\n>b\nGGGGCCCC\n").unwrap();
        let places = [(1, 0..1), (0, 8..9), (0, 1..2), (0, 3..4)];
        let (found, stretches) = around(&mut genome, places, 1).unwrap();
        let stretches = stretches
            .iter()
            .map(|each| (each.sequence.as_str(), each.bases.clone()));
        assert_eq!(stretches.collect::<Vec<_>>(), [("a", 0..5), ("a", 7..10), ("b", 0..2)]);
        let found: Vec<_> = found
            .iter()
            .map(|record| (record.name.as_str(), record.description.as_str(), record.codes.clone()))
            .collect();
        assert_eq!(
            found,
            [
                ("a:1-5", "piece of 10", vec![0, 1, 2, 3, 0]),
                ("a:8-10", "piece of 10", vec![3, 0, 1]),
                ("b:1-2", "piece of 8", vec![2, 2]),
            ]
        );
    }
}
