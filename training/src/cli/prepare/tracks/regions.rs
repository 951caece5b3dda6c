//! Which bases are in which split, and the windows in them.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use regulens::prepare::Tiling;

use crate::cli::error::CliError;
use crate::cli::renames::alike;
use crate::tracks::manifest::{BySplit, Split, Window};

/// A sequence, or a part of one: `chrII`, or `chrII:0-609888` with the first base counted from 0 and the end not
/// included, as in BED.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    pub name: String,
    /// The whole sequence where there are none.
    pub bases: Option<(usize, usize)>,
}

impl FromStr for Region {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let whole = |name: &str| Self {
            name: name.to_owned(),
            bases: None,
        };
        let text = text.trim();
        if text.is_empty() {
            return Err("found an empty name; expected regions such as chrVIII or chrII:0-609888".to_owned());
        }
        let Some((name, bases)) = text.rsplit_once(':') else {
            return Ok(whole(text));
        };
        let Some((start, end)) = bases.split_once('-') else {
            return Ok(whole(text));
        };
        let number = |text: &str| text.replace([',', '_'], "").parse::<usize>();
        match (number(start), number(end)) {
            (Ok(start), Ok(end)) if start < end && !name.is_empty() => Ok(Self {
                name: name.to_owned(),
                bases: Some((start, end)),
            }),
            _ => Err(format!(
                "`{text}` is not a region; expected one such as chrII:0-609888, with the first base counted from 0 \
                    and the end excluded"
            )),
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bases {
            None => f.write_str(&self.name),
            Some((start, end)) => write!(f, "{}:{start}-{end}", self.name),
        }
    }
}

/// A region on a sequence that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placed {
    pub sequence: usize,
    pub start: usize,
    pub end: usize,
}

impl Placed {
    fn overlaps(&self, other: &Self) -> bool {
        self.sequence == other.sequence && self.start < other.end && other.start < self.end
    }
}

/// The sequences that regions name, and the names that are not in use: another region has a closer one for its
/// sequence.
pub struct Meant {
    by_name: HashMap<String, usize>,
    pub left_out: Vec<String>,
}

/// Finds the sequences of regions.
pub fn meant<'a>(regions: impl IntoIterator<Item = &'a Region>, tiling: &Tiling) -> Result<Meant, CliError> {
    let mut names: Vec<&str> = Vec::new();
    for Region { name, .. } in regions {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let owners = tiling.names().owners(names.iter().copied());
    if let Some((sequence, first, second)) = owners.doubled() {
        let found = alike([names[first], names[second]], tiling.name(sequence));
        return Err(CliError::Usage(format!("--train, --valid and --test: {found}")));
    }
    let found = |sequence| Some((names[owners.of(sequence)?].to_owned(), sequence));
    let by_name: HashMap<String, usize> = (0..tiling.len()).filter_map(found).collect();
    let left_out = names
        .iter()
        .filter(|&&name| tiling.find(name).is_some() && !by_name.contains_key(name));
    let left_out = left_out.map(|&name| name.to_owned()).collect();
    Ok(Meant { by_name, left_out })
}

/// Finds regions on the sequences, which have these lengths.
pub fn place(
    flag: &str,
    regions: &[Region],
    meant: &Meant,
    tiling: &Tiling,
    lengths: &[usize],
) -> Result<Vec<Placed>, CliError> {
    let place = |region: &Region| {
        let Some(&sequence) = meant.by_name.get(&region.name) else {
            let names: Vec<&str> = (0..tiling.len().min(20)).map(|one| tiling.name(one)).collect();
            let more = if tiling.len() > 20 { ", …" } else { "" };
            return Err(CliError::Usage(format!(
                "{flag} {region}: found no such sequence; the file has {}{more}. Name one of them, or rename one \
                    with --rename OTHER=NAME",
                names.join(", ")
            )));
        };
        let length = lengths[sequence];
        let (start, end) = region.bases.unwrap_or((0, length));
        if end > length {
            return Err(CliError::Usage(format!(
                "{flag} {region}: {} has {length} bp",
                tiling.name(sequence)
            )));
        }
        Ok(Placed { sequence, start, end })
    };
    let in_use = |region: &&Region| !meant.left_out.contains(&region.name);
    regions.iter().filter(in_use).map(place).collect()
}

/// The regions of each split; without training regions, training gets all that the others leave.
pub fn splits(
    regions: BySplit<Vec<Placed>>,
    train_given: bool,
    tiling: &Tiling,
    lengths: &[usize],
) -> Result<BySplit<Vec<Placed>>, CliError> {
    let mut splits = regions;
    if !train_given {
        splits.train = (0..lengths.len())
            .flat_map(|sequence| {
                let mut held: Vec<Placed> = (splits.valid.iter().chain(&splits.test))
                    .filter(|region| region.sequence == sequence)
                    .copied()
                    .collect();
                held.sort_unstable();
                left_of(sequence, lengths[sequence], &held)
            })
            .collect();
    }
    let placed: Vec<(Split, Placed)> = Split::ALL
        .into_iter()
        .flat_map(|split| splits.of(split).iter().map(move |&region| (split, region)))
        .collect();
    for (at, (split, region)) in placed.iter().enumerate() {
        for (other_split, other) in &placed[..at] {
            if region.overlaps(other) {
                let name = tiling.name(region.sequence);
                let flag = |split: &Split| format!("--{}", split.name());
                return Err(CliError::Usage(format!(
                    "{} {name}:{}-{} and {} {name}:{}-{} share bases; give each base to one of them",
                    flag(other_split),
                    other.start,
                    other.end,
                    flag(split),
                    region.start,
                    region.end
                )));
            }
        }
    }
    Ok(splits)
}

/// The parts of a sequence outside of sorted regions.
fn left_of(sequence: usize, length: usize, held: &[Placed]) -> Vec<Placed> {
    let mut left = Vec::new();
    let mut start = 0;
    for region in held {
        if start < region.start {
            left.push(Placed {
                sequence,
                start,
                end: region.start,
            });
        }
        start = start.max(region.end);
    }
    if start < length {
        left.push(Placed {
            sequence,
            start,
            end: length,
        });
    }
    left
}

/// Layout of windows in regions.
#[derive(Debug, Clone, Copy)]
pub struct Grid {
    pub bin_size: usize,
    pub length: usize,
    pub buffer: usize,
}

/// The windows of a region. They step by their predicted length, so that each predicted bin is in one window. In
/// training a last window ends with the region, so that every base is read; it shares predicted bins with the one
/// before.
pub fn windows(region: &Placed, split: Split, grid: Grid) -> Vec<Window> {
    let Grid {
        bin_size,
        length,
        buffer,
    } = grid;
    let start = region.start.next_multiple_of(bin_size);
    let end = region.end / bin_size * bin_size;
    if start + length > end {
        return Vec::new();
    }
    let last = end - length;
    let mut starts: Vec<usize> = (start..=last).step_by(length - 2 * buffer).collect();
    if split == Split::Train && starts.last() != Some(&last) {
        starts.push(last);
    }
    let sequence = region.sequence;
    starts.into_iter().map(|start| Window { sequence, start }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: Grid = Grid {
        bin_size: 10,
        length: 80,
        buffer: 20,
    };

    fn genome() -> (Tiling, Vec<usize>) {
        let sequences = [("chrI".to_owned(), 1_000), ("chrII".to_owned(), 400)];
        let lengths = sequences.iter().map(|(_, length)| *length).collect();
        (Tiling::new("g.fa", &sequences, 10), lengths)
    }

    fn region(text: &str) -> Region {
        text.parse().unwrap()
    }

    fn on(sequence: usize, start: usize, end: usize) -> Placed {
        Placed { sequence, start, end }
    }

    #[test]
    fn regions_are_whole_sequences_or_parts_of_them() {
        assert_eq!(region("chrII").bases, None);
        assert_eq!(region("chrII:0-609,888").bases, Some((0, 609_888)));
        assert_eq!(region("chrII:0-609888").to_string(), "chrII:0-609888");
        // A name may have a colon.
        assert_eq!(region("HLA:1").name, "HLA:1");
        for text in ["", "chrI:5-5", "chrI:9-3", "chrI:a-b", ":1-2"] {
            assert!(text.parse::<Region>().is_err(), "{text}");
        }
    }

    #[test]
    fn regions_that_are_not_there_are_named() {
        let (tiling, lengths) = genome();
        let place = |text: &str| {
            let regions = [region(text)];
            place("--valid", &regions, &meant(&regions, &tiling)?, &tiling, &lengths)
        };
        assert_eq!(place("I").unwrap(), [on(0, 0, 1_000)]);
        assert_eq!(place("chrII:100-400").unwrap(), [on(1, 100, 400)]);
        let error = place("chrV").unwrap_err().to_string();
        assert!(error.contains("the file has chrI, chrII"), "{error}");
        let error = place("chrII:0-401").unwrap_err().to_string();
        assert!(error.contains("chrII has 400 bp"), "{error}");
    }

    #[test]
    fn training_gets_what_the_others_leave() {
        let (tiling, lengths) = genome();
        let held = BySplit {
            train: Vec::new(),
            valid: vec![on(0, 200, 300)],
            test: vec![on(0, 300, 500), on(0, 900, 1_000)],
        };
        let all = splits(held, false, &tiling, &lengths).unwrap();
        assert_eq!(all.train, [on(0, 0, 200), on(0, 500, 900), on(1, 0, 400)]);
    }

    #[test]
    fn regions_that_share_bases_are_refused() {
        let (tiling, lengths) = genome();
        let shared = BySplit {
            train: vec![on(0, 0, 301)],
            valid: vec![on(0, 300, 500)],
            test: vec![],
        };
        let error = splits(shared.clone(), true, &tiling, &lengths).unwrap_err();
        let said = error.to_string();
        assert!(
            said.contains("--train chrI:0-301 and --valid chrI:300-500 share bases"),
            "{said}"
        );
        let touching = BySplit {
            train: vec![on(0, 0, 300)],
            ..shared
        };
        assert!(splits(touching, true, &tiling, &lengths).is_ok());
    }

    #[test]
    fn windows_predict_each_bin_once_and_training_sees_every_base() {
        let starts = |start, end, split| -> Vec<usize> {
            let windows = windows(&on(0, start, end), split, GRID);
            windows.iter().map(|window| window.start).collect()
        };
        assert_eq!(starts(0, 165, Split::Test), [0, 40, 80]);
        assert_eq!(starts(0, 175, Split::Test), [0, 40, 80]);
        assert_eq!(starts(0, 175, Split::Train), [0, 40, 80, 90]);
        assert_eq!(starts(3, 165, Split::Train), [10, 50, 80]);
        assert_eq!(starts(0, 79, Split::Train), [0; 0]);
        assert_eq!(starts(1, 89, Split::Valid), [0; 0]);
        assert_eq!(starts(0, 80, Split::Train), [0]);
    }
}
