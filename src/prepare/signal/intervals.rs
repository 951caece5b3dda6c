//! Intervals as text: bedGraph with values, BED with reads.
//!
//! Own reader: white space separates columns as well as tabs, and the number of columns distinguishes formats.

use std::ops::ControlFlow;

use super::signal;
#[cfg(feature = "prepare")]
use super::{Settings, Summary, add_read, add_signal};
use crate::input::Budget;
use crate::prepare::chromosome::Chromosome;
use crate::prepare::error::{PrepareError, PrepareProblem, SignalError};
use crate::prepare::lines::{Lines, is_comment, shortened};
#[cfg(feature = "prepare")]
use crate::prepare::plan::Plan;
#[cfg(feature = "prepare")]
use crate::prepare::tiling::{Halves, Tiling, half};
use crate::sequence::{Names, Owners};

/// Lines between two checks for cancellation.
const TURN: u64 = 1 << 12;

/// Remedy for BEDPE.
const PAIRS: &str =
    "Make fragments of pairs of reads: awk '$1 != \".\" && $1 == $4 {print $1 \"\\t\" $2 \"\\t\" $6}' FILE.";

/// The kind of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntervalKind {
    /// bedGraph: four columns, the last one a value.
    Values,
    /// BED: one read per row; three columns, or six or twelve with a strand. Peak files have other numbers of columns.
    Reads,
    /// Single-cell fragments, as written by Cell Ranger and sinto: chromosome, start, end, barcode and a number of
    /// duplicate reads. A fragment counts at its two cut sites, as in Signac, ArchR and ChromBPNet.
    Fragments,
}

/// Number of consecutive bases that identify a cell barcode.
const BARCODE: usize = 8;

/// True if a row's columns after its position are those of a fragment.
fn is_fragment(columns: &[&str]) -> bool {
    let is_base = |letter: &u8| b"ACGTN".contains(letter);
    let has_bases = |word: &str| {
        word.as_bytes()
            .split(|letter| !is_base(letter))
            .any(|run| run.len() >= BARCODE)
    };
    match columns {
        [barcode] => has_bases(barcode),
        [barcode, reads] => has_bases(barcode) && reads.parse::<u32>().is_ok_and(|reads| reads > 0),
        [barcode, reads, strand] => is_fragment(&[barcode, reads]) && matches!(*strand, "+" | "-" | "."),
        _ => false,
    }
}

/// Recognises a file by its first row.
pub fn recognise(mut lines: Lines<'_>, file: &str) -> Result<IntervalKind, PrepareError> {
    while let Some((number, line)) = lines.next()? {
        if is_comment(line) {
            continue;
        }
        let columns: Vec<&str> = line.split_ascii_whitespace().collect();
        let placed = columns.len() >= 3 && columns[1].parse::<u32>().is_ok() && columns[2].parse::<u32>().is_ok();
        return match columns.len() {
            4 if placed && columns[3].parse::<f32>().is_ok() => Ok(IntervalKind::Values),
            3 if placed => Ok(IntervalKind::Reads),
            4..=6 if placed && is_fragment(&columns[3..]) => Ok(IntervalKind::Fragments),
            6 | 12 if placed && matches!(columns[5], "+" | "-" | ".") => Ok(IntervalKind::Reads),
            _ => {
                let found = format!("a first row that is none of signal: {:?}", shortened(line));
                Err(PrepareError::line(
                    file,
                    number,
                    PrepareProblem::Format {
                        found,
                        expected: super::EXPECTED,
                        remedy: match columns.len() {
                            10.. if placed
                                && columns[4].parse::<i64>().is_ok()
                                && columns[5].parse::<i64>().is_ok() =>
                            {
                                PAIRS
                            }
                            _ => {
                                "wiggle becomes bigWig: wigToBigWig FILE CHROM.SIZES OUT.bw; peaks are no signal; \
                                tables of bins need no preparing."
                            }
                        },
                    },
                ))
            }
        };
    }
    Err(PrepareError::file(
        file,
        PrepareProblem::Empty {
            expected: super::EXPECTED,
        },
    ))
}

#[cfg(feature = "prepare")]
/// Sums the windows of a plan over the whole file, and returns its chromosomes.
pub fn all(
    lines: Lines<'_>,
    file: &str,
    kind: IntervalKind,
    plan: &Plan,
    settings: &Settings,
    sums: &mut [f64],
    go_on: &mut dyn FnMut() -> ControlFlow<()>,
) -> Result<Vec<Chromosome>, SignalError> {
    let count = plan.bins();
    each(lines, file, kind, Some(plan.names()), go_on, |_, chromosome, row| {
        let Some(row) = row else {
            let ranks = plan.ranks[chromosome].clone();
            sums[ranks.start * count..ranks.end * count].fill(0.0);
            return Ok(());
        };
        for rank in plan.overlapped(chromosome, row.start, row.end) {
            let bins = plan.placed[rank].bins;
            let sums = &mut sums[rank * bins.count..(rank + 1) * bins.count];
            match kind {
                IntervalKind::Values => {
                    add_signal(bins, row.start, row.end, row.value, settings.summary, sums);
                }
                IntervalKind::Reads | IntervalKind::Fragments => add_read(bins, row.start, row.end, sums),
            }
        }
        Ok(())
    })
}

#[cfg(feature = "prepare")]
/// Sums the coverage of whole sequences, and returns the file's chromosomes. `halves` gets each fragment in one of two
/// halves.
pub fn coverage(
    lines: Lines<'_>,
    file: &str,
    kind: IntervalKind,
    tiling: &Tiling,
    sums: &mut [f64],
    mut halves: Option<&mut Halves>,
    go_on: &mut dyn FnMut() -> ControlFlow<()>,
) -> Result<Vec<Chromosome>, SignalError> {
    let mut fragments = vec![[0; 2]; tiling.len()];
    let found = each(
        lines,
        file,
        kind,
        Some(tiling.names()),
        go_on,
        |number, sequence, row| {
            let (bins, range) = (tiling.window(sequence), tiling.bins_of(sequence));
            let Some(row) = row else {
                sums[range.clone()].fill(0.0);
                for sums in halves.iter_mut().flat_map(|halves| &mut halves.sums) {
                    sums[range.clone()].fill(0.0);
                }
                fragments[sequence] = [0; 2];
                return Ok(());
            };
            if row.end as usize > tiling.length(sequence) {
                return Err(PrepareProblem::BeyondSequence {
                    found: row.place(),
                    sequence: tiling.name(sequence).to_owned(),
                    length: tiling.length(sequence) as u64,
                    genome: tiling.file.clone(),
                });
            }
            let add = |sums: &mut [f64]| {
                let sums = &mut sums[range.clone()];
                add_signal(bins, row.start, row.end, row.value, Summary::Sum, sums);
            };
            add(sums);
            if let Some(halves) = &mut halves {
                let half = half(number);
                fragments[sequence][half] += 1;
                add(&mut halves.sums[half]);
            }
            Ok(())
        },
    )?;
    if let Some(halves) = halves {
        for (half, all) in halves.fragments.iter_mut().enumerate() {
            *all = fragments.iter().map(|of_sequence| of_sequence[half]).sum();
        }
    }
    Ok(found)
}

/// Calls `add` with the line, the sequence that matches the chromosome by `names` (without these, its index), and the
/// row, for each row that has one and a value. Calls it without a row if a closer name occurs, so that all that was
/// added to this sequence so far is discarded. Returns the chromosomes.
pub(super) fn each(
    mut lines: Lines<'_>,
    file: &str,
    kind: IntervalKind,
    names: Option<&Names>,
    go_on: &mut dyn FnMut() -> ControlFlow<()>,
    mut add: impl FnMut(u64, usize, Option<&Row<'_>>) -> Result<(), PrepareProblem>,
) -> Result<Vec<Chromosome>, SignalError> {
    let mut met = Met::default();
    // First base that may follow the previous row, in bedGraph.
    let mut free_from = 0;
    let mut last_start = 0;
    // Only chromosomes are held here; a stored row takes twelve bytes, and has eight or more in the file.
    let budget = Budget::of_lines();
    while let Some((number, line)) = lines.next()? {
        budget.earn(line.len() + 1);
        if number % TURN == 0 && go_on().is_break() {
            return Err(SignalError::Cancelled);
        }
        if is_comment(line) {
            continue;
        }
        let wrong = |problem| PrepareError::line(file, number, problem);
        let row = Row::read(line, kind).map_err(wrong)?;
        let previous = met.last;
        let (first_time, instead) = met.turn_to(row.chromosome, names);
        // Entries in each list here, and in those made from the chromosomes later.
        let size = 3 * row.chromosome.len() + Names::held(row.chromosome.len());
        if first_time && !(budget.draw::<Chromosome>(size) && budget.hashed::<[u64; 12]>(0)) {
            return Err(wrong(PrepareProblem::Memory).into());
        }
        if let Some(sequence) = instead {
            add(number, sequence, None).map_err(wrong)?;
        }
        if met.last != previous {
            (free_from, last_start) = (0, 0);
        }
        if kind == IntervalKind::Values {
            if met.last != previous && !first_time {
                let after = previous.map_or("", |at| met.chromosomes[at].name.as_str());
                return Err(wrong(PrepareProblem::Unsorted {
                    found: row.place(),
                    after: format!("rows of {after}"),
                })
                .into());
            }
            if row.start < last_start {
                return Err(wrong(PrepareProblem::Unsorted {
                    found: row.place(),
                    after: format!("a row that begins at {last_start}"),
                })
                .into());
            }
            if row.start < free_from {
                return Err(wrong(PrepareProblem::Overlap {
                    found: row.place(),
                    end: free_from,
                })
                .into());
            }
            (last_start, free_from) = (row.start, row.end);
        }
        let value = signal(row.value, || row.place()).map_err(wrong)?;
        if let (Some(place), Some(_)) = (met.found(), value) {
            match kind {
                IntervalKind::Fragments => {
                    for cut in row.cuts() {
                        add(number, place, Some(&cut)).map_err(wrong)?;
                    }
                }
                _ => add(number, place, Some(&row)).map_err(wrong)?,
            }
        }
    }
    Ok(met.chromosomes)
}

/// One row.
pub(super) struct Row<'a> {
    chromosome: &'a str,
    pub start: u32,
    pub end: u32,
    pub value: f32,
}

impl<'a> Row<'a> {
    fn read(line: &'a str, kind: IntervalKind) -> Result<Self, PrepareProblem> {
        let expected = match kind {
            IntervalKind::Values => "chromosome, start, end and a value",
            IntervalKind::Reads => "chromosome, start and end of a read",
            IntervalKind::Fragments => "chromosome, start and end of a fragment, a barcode and a number of reads",
        };
        let wrong = || PrepareProblem::Row {
            found: format!("{:?}", shortened(line)),
            expected,
        };
        let mut columns = line.split_ascii_whitespace();
        let mut next = || columns.next().ok_or_else(wrong);
        let chromosome = next()?;
        let start: u32 = next()?.parse().map_err(|_| wrong())?;
        let end: u32 = next()?.parse().map_err(|_| wrong())?;
        let value = match kind {
            IntervalKind::Reads | IntervalKind::Fragments => 1.0,
            IntervalKind::Values => {
                let value = next()?.parse().map_err(|_| wrong())?;
                if columns.next().is_some() {
                    return Err(wrong());
                }
                value
            }
        };
        if end < start || (kind == IntervalKind::Fragments && end == start) {
            return Err(wrong());
        }
        Ok(Self {
            chromosome,
            start,
            end,
            value,
        })
    }

    /// The first and the last base of a fragment, its cut sites.
    fn cuts(&self) -> [Self; 2] {
        [self.start, self.end - 1].map(|base| Self {
            start: base,
            end: base + 1,
            ..*self
        })
    }

    /// Chromosome and bases, for messages.
    fn place(&self) -> String {
        format!("{}:{}-{}", self.chromosome, self.start, self.end)
    }
}

/// The chromosomes so far.
#[derive(Default)]
struct Met {
    chromosomes: Vec<Chromosome>,
    /// The matching sequence, if any.
    found: Vec<Option<usize>>,
    owners: Owners,
    by_name: std::collections::HashMap<String, usize>,
    last: Option<usize>,
}

impl Met {
    /// Makes `name` the current one. Returns true if it is new, and the sequence that it takes over from another name.
    fn turn_to(&mut self, name: &str, names: Option<&Names>) -> (bool, Option<usize>) {
        if let Some(last) = self.last
            && self.chromosomes[last].name == name
        {
            return (false, None);
        }
        if let Some(&at) = self.by_name.get(name) {
            self.last = Some(at);
            return (false, None);
        }
        let number = self.chromosomes.len();
        self.last = Some(number);
        self.by_name.insert(name.to_owned(), number);
        let mut instead = None;
        let found = match names {
            None => Some(number),
            Some(names) => self.owners.claim(names, name, number).map(|(sequence, before)| {
                if let Some(before) = before {
                    self.found[before] = None;
                    instead = Some(sequence);
                }
                sequence
            }),
        };
        self.found.push(found);
        self.chromosomes.push(Chromosome {
            name: name.to_owned(),
            length: None,
        });
        (true, instead)
    }

    fn found(&self) -> Option<usize> {
        self.found[self.last?]
    }
}
