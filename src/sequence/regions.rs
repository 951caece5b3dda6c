//! Genomic regions, in the notation of browsers and in BED files.

use std::collections::BTreeSet;
use std::io::{Read, Seek};
use std::sync::Arc;

use super::Bases;
use super::error::{SequenceError, SequenceProblem};
use super::genome::Genome;
use crate::input::{Budget, InputError, Lines, Problem, as_text};

/// A region: a range of bases of a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// BED's name, or the text of the region.
    pub name: String,
    /// Name of the sequence in the text.
    pub sequence: String,
    /// Its first base, counted from 0.
    pub start: u64,
    /// Exclusive end.
    pub end: u64,
    /// Source, for messages: a file or a flag, and the line of a file.
    pub written: (Arc<str>, Option<u64>),
}

/// Regions located on a genome.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlacedRegions {
    /// Each with the index of its sequence, in the given order.
    pub regions: Vec<(Region, usize)>,
    /// Names that are not used, because another region's name matches their sequence better.
    pub left_out: BTreeSet<String>,
}

/// Expected texts in errors.
const PLACE: &str = "a place like chr2:20,101-24,000, its bases counted from 1, both ends included";
const ROW: &str = "sequence, start and end, and perhaps a name, as BED has them";

impl Region {
    /// Reads a region in the notation of browsers: `chr2:20,101-24,000`, bases counted from 1, inclusive. `written` is
    /// its source, for messages.
    ///
    /// # Errors
    /// [`SequenceProblem::Region`].
    pub fn parse(written: &str, text: &str) -> Result<Self, SequenceError> {
        let number = |text: &str| text.trim().replace(',', "").parse::<u64>().ok();
        // Names may contain colons.
        let place = text.trim().rsplit_once(':').and_then(|(sequence, bases)| {
            let (first, last) = bases.split_once('-')?;
            Some((sequence, number(first)?, number(last)?))
        });
        match place {
            Some((sequence, first @ 1.., last)) if first <= last && !sequence.is_empty() => Ok(Self {
                name: text.trim().to_owned(),
                sequence: sequence.to_owned(),
                start: first - 1,
                end: last,
                written: (written.into(), None),
            }),
            _ => {
                let found = format!("{text:?}");
                let expected = PLACE;
                Err(SequenceError::file(
                    written,
                    SequenceProblem::Region { found, expected },
                ))
            }
        }
    }

    /// Reads a BED file, plain or gzipped: one region per row. A row without a name is named in the notation of
    /// browsers.
    ///
    /// # Errors
    /// [`SequenceProblem::Region`] with the line, [`SequenceProblem::Empty`], and errors of decompression.
    pub fn read_bed(file: &str, bytes: &[u8]) -> Result<Vec<Self>, SequenceError> {
        let mut lines = Lines::new(file, bytes);
        let mut regions = Vec::new();
        let budget = Budget::of_lines();
        let name_of_file: Arc<str> = file.into();
        while let Some((line, row)) = lines.next().map_err(unread)? {
            budget.earn(row.len() + 1);
            if is_comment(row) {
                continue;
            }
            let Some(mut region) = of_row(row) else {
                let found = format!("{:?}", row.chars().take(80).collect::<String>());
                let expected = ROW;
                return Err(SequenceError {
                    line: Some(line),
                    ..SequenceError::file(file, SequenceProblem::Region { found, expected })
                });
            };
            if !budget.draw::<Self>(region.name.len() + region.sequence.len()) {
                return Err(SequenceError {
                    line: Some(line),
                    ..SequenceError::file(file, SequenceProblem::Memory)
                });
            }
            region.written = (Arc::clone(&name_of_file), Some(line));
            regions.push(region);
        }
        if regions.is_empty() {
            let (found, expected) = ("no row".to_owned(), ROW);
            return Err(SequenceError::file(file, SequenceProblem::Region { found, expected }));
        }
        Ok(regions)
    }

    /// Locates regions on a genome. If two names of a file match a sequence, the closer one is used. Regions that are
    /// typed, or given by a gene, are always used, unless the user has set the meaning of the other name.
    ///
    /// # Errors
    /// [`SequenceProblem::SameSequence`], [`SequenceProblem::NoSequence`] and [`SequenceProblem::BeyondSequence`] with
    /// the line; a sequence without a known base; problems of the genome's file.
    pub fn find_all<R: Read + Seek>(
        regions: Vec<Self>,
        genome: &mut Genome<R>,
    ) -> Result<PlacedRegions, SequenceError> {
        let files: BTreeSet<&str> = regions.iter().map(|region| &*region.written.0).collect();
        let mut closer = BTreeSet::new();
        for file in files {
            let of_file = || regions.iter().filter(|region| &*region.written.0 == file);
            let mut met = BTreeSet::new();
            let names = of_file().map(|region| region.sequence.as_str());
            let names: Vec<&str> = names.filter(|name| met.insert(*name)).collect();
            let owners = genome.matching().owners(names.iter().copied());
            if let Some((sequence, first, second)) = owners.doubled() {
                let found = [names[first], names[second]].map(str::to_owned);
                let second = of_file().find(|region| region.sequence == found[1]);
                let problem = SequenceProblem::SameSequence {
                    found,
                    sequence: genome.sequences()[sequence].clone(),
                    genome: genome.file().to_owned(),
                };
                return Err(second.expect("one of their names").error(problem));
            }
            for (number, name) in names.iter().enumerate() {
                let owner = genome.find(name).and_then(|sequence| owners.of(sequence));
                if let Some(owner) = owner.filter(|&owner| owner != number) {
                    let is_said = genome.matching().is_renamed(names[owner]);
                    closer.insert((file.to_owned(), (*name).to_owned(), is_said));
                }
            }
        }
        let is_left_out = |Self { sequence, written, .. }: &Self| {
            let of = |is_said| closer.contains(&(written.0.to_string(), sequence.clone(), is_said));
            of(true) || (written.1.is_some() && of(false))
        };
        let mut placed = PlacedRegions::default();
        let mut checked = BTreeSet::new();
        for region in regions {
            let sequence = region.sequence_of(genome)?;
            if is_left_out(&region) {
                placed.left_out.insert(region.sequence);
                continue;
            }
            region.check_end(sequence, genome)?;
            if checked.insert(sequence) {
                genome.check_known(sequence)?;
            }
            placed.regions.push((region, sequence));
        }
        Ok(placed)
    }

    fn sequence_of<R: Read + Seek>(&self, genome: &Genome<R>) -> Result<usize, SequenceError> {
        genome.find(&self.sequence).ok_or_else(|| {
            self.error(SequenceProblem::NoSequence {
                name: self.sequence.clone(),
                genome: genome.file().to_owned(),
                has: listed(genome.sequences()),
            })
        })
    }

    fn check_end<R: Read + Seek>(&self, sequence: usize, genome: &mut Genome<R>) -> Result<(), SequenceError> {
        let length = genome.length(sequence)?;
        if self.end > length {
            return Err(self.error(SequenceProblem::BeyondSequence {
                found: self.place(),
                sequence: genome.sequences()[sequence].clone(),
                genome: genome.file().to_owned(),
                length,
            }));
        }
        Ok(())
    }

    /// In the notation of browsers.
    pub fn place(&self) -> String {
        format!("{}:{}-{}", self.sequence, self.start + 1, self.end)
    }

    fn error(&self, problem: SequenceProblem) -> SequenceError {
        SequenceError {
            line: self.written.1,
            ..SequenceError::file(&self.written.0, problem)
        }
    }
}

/// Converts an error of decoding.
fn unread(error: InputError) -> SequenceError {
    let (file, line, problem) = error.into_parts();
    let text = |found, remedy| SequenceProblem::Text {
        found,
        expected: "places as BED, plain or gzipped",
        remedy,
    };
    let problem = match problem {
        Problem::Binary { kind, remedy } => text(kind, as_text(remedy)),
        Problem::NotUtf8 { found } => text(found, "Save the text as UTF-8."),
        Problem::LineTooLong => text("a line of more than 1 MiB", "Choose the file that is meant."),
        other => other.into(),
    };
    SequenceError {
        line,
        ..SequenceError::file(&file, problem)
    }
}

fn of_row(row: &str) -> Option<Region> {
    // BED has tabs; without any, columns are separated by blanks.
    let columns: Vec<&str> = match row.contains('\t') {
        true => row.split('\t').collect(),
        false => row.split_whitespace().collect(),
    };
    let number = |at: usize| columns.get(at)?.trim().parse::<u64>().ok();
    let (sequence, start, end) = (columns.first()?.trim(), number(1)?, number(2)?);
    if sequence.is_empty() || start >= end {
        return None;
    }
    let mut region = Region {
        name: String::new(),
        sequence: sequence.to_owned(),
        start,
        end,
        written: (Arc::default(), None),
    };
    let name = columns.get(3).map(|name| name.trim());
    region.name = match name {
        Some(name) if !matches!(name, "" | ".") => name.to_owned(),
        _ => region.place(),
    };
    Some(region)
}

fn is_comment(row: &str) -> bool {
    let word = row.split_whitespace().next().unwrap_or_default();
    row.starts_with('#') || matches!(word, "track" | "browser")
}

/// The first few names, for a message.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let more = if names.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", names[..names.len().min(SHOWN)].join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(String, u64, u64)> {
        let region = Region::parse("--regions", text).ok()?;
        Some((region.sequence, region.start, region.end))
    }

    #[test]
    fn a_place_counts_from_one_and_includes_both_ends() {
        assert_eq!(parsed("chr2:20,101-24,000"), Some(("chr2".to_owned(), 20_100, 24_000)));
        assert_eq!(parsed("chr1:3500-3500"), Some(("chr1".to_owned(), 3_499, 3_500)));
        assert_eq!(parsed("HLA-A*01:01:5-9"), Some(("HLA-A*01:01".to_owned(), 4, 9)));
    }

    #[test]
    fn what_is_no_place_is_said() {
        for text in [
            "",
            "chr1",
            "chr1:5",
            "chr1:0-4",
            "chr1:9-3",
            ":1-2",
            "chr1:a-b",
            "chr1:1-99999999999999999999",
        ] {
            let error = Region::parse("--regions", text).unwrap_err().to_string();
            assert!(
                error.starts_with("--regions: found ") && error.contains("chr2:20,101-24,000"),
                "{error}"
            );
        }
    }

    #[test]
    fn rows_of_bed_have_names_or_are_called_by_their_place() {
        let text = "track name=x\n# a comment\nchr1\t0\t10\tpeak 1\t5\r\nchr2\t5\t9\n\nchr3 7 8 .\n";
        let regions = Region::read_bed("r.bed", text.as_bytes()).unwrap();
        let rows: Vec<(&str, u64, u64, Option<u64>)> = regions
            .iter()
            .map(|region| (region.name.as_str(), region.start, region.end, region.written.1))
            .collect();
        assert_eq!(
            rows,
            [
                ("peak 1", 0, 10, Some(3)),
                ("chr2:6-9", 5, 9, Some(4)),
                ("chr3:8-8", 7, 8, Some(6))
            ]
        );
    }

    #[test]
    fn a_row_that_is_no_region_is_named_with_its_line() {
        for row in ["chr1\t5", "chr1\t9\t9", "chr1\t-1\t9", "chr1\ta\tb", "\t1\t2"] {
            let text = format!("chr1\t0\t10\n{row}\n");
            let error = Region::read_bed("r.bed", text.as_bytes()).unwrap_err();
            assert_eq!((error.code(), error.line), ("region", Some(2)), "{error}");
        }
        assert_eq!(Region::read_bed("r.bed", b"# nothing\n").unwrap_err().code(), "region");
        assert_eq!(
            Region::read_bed("r.bed", &[0x1f, 0x8b, 8]).unwrap_err().code(),
            "gzip-truncated"
        );
    }
}
