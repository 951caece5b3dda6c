//! Intervals as text: bedGraph has values, BED has reads.

use std::ops::ControlFlow;

use super::{Settings, add_read, add_signal, signal};
use crate::error::Error;
use crate::prepare::annotation::{is_comment, shortened};
use crate::prepare::chromosome::Chromosome;
use crate::prepare::error::{PrepareError, PrepareProblem};
use crate::prepare::lines::Lines;
use crate::prepare::plan::Plan;

/// Lines between two questions whether to go on.
const TURN: u64 = 1 << 12;

/// What the rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntervalKind {
    /// bedGraph: four columns, the last of them a value.
    Values,
    /// BED: a read a row; three columns, or six or twelve with a strand. Files of peaks have other numbers of columns.
    Reads,
}

/// Tells by its first row what a file holds.
pub fn recognise(mut lines: Lines<'_>, file: &str) -> Result<IntervalKind, PrepareError> {
    while let Some((number, line)) = lines.next()? {
        if is_comment(line) {
            continue;
        }
        let columns: Vec<&str> = line.split_ascii_whitespace().collect();
        let placed = columns.len() >= 3
            && columns[1].parse::<u32>().is_ok()
            && columns[2].parse::<u32>().is_ok();
        return match columns.len() {
            4 if placed && columns[3].parse::<f32>().is_ok() => Ok(IntervalKind::Values),
            3 if placed => Ok(IntervalKind::Reads),
            6 | 12 if placed && matches!(columns[5], "+" | "-" | ".") => Ok(IntervalKind::Reads),
            _ => {
                let found = format!("a first row that is none of signal: {:?}", shortened(line));
                Err(PrepareError::line(
                    file,
                    number,
                    PrepareProblem::Format {
                        found,
                        expected: super::EXPECTED,
                        remedy: "wiggle becomes bigWig with wigToBigWig; peaks are no signal; tables of bins need no preparing.",
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

/// Adds up the whole file, and gives the chromosomes met.
pub fn all(
    mut lines: Lines<'_>,
    file: &str,
    kind: IntervalKind,
    plan: &Plan,
    settings: &Settings,
    sums: &mut [f64],
    go_on: &mut dyn FnMut() -> ControlFlow<()>,
) -> Result<Vec<Chromosome>, Error> {
    let mut met = Met::default();
    // Of the row above, for bedGraph: the first base that may come.
    let mut free_from = 0;
    let mut last_start = 0;
    while let Some((number, line)) = lines.next()? {
        if number % TURN == 0 && go_on().is_break() {
            return Err(Error::Cancelled);
        }
        if is_comment(line) {
            continue;
        }
        let wrong = |problem| PrepareError::line(file, number, problem);
        let row = Row::read(line, kind).map_err(wrong)?;
        let place = || format!("{}:{}-{}", row.chromosome, row.start, row.end);
        let previous = met.last;
        let first_time = met.turn_to(row.chromosome, plan);
        if met.last != previous {
            (free_from, last_start) = (0, 0);
        }
        if kind == IntervalKind::Values {
            if met.last != previous && !first_time {
                let after = previous.map_or("", |at| met.chromosomes[at].name.as_str());
                return Err(wrong(PrepareProblem::Unsorted {
                    found: place(),
                    after: format!("rows of {after}"),
                })
                .into());
            }
            if row.start < last_start {
                return Err(wrong(PrepareProblem::Unsorted {
                    found: place(),
                    after: format!("a row that begins at {last_start}"),
                })
                .into());
            }
            if row.start < free_from {
                return Err(wrong(PrepareProblem::Overlap {
                    found: place(),
                    end: free_from,
                })
                .into());
            }
            (last_start, free_from) = (row.start, row.end);
        }
        let value = signal(row.value, place).map_err(wrong)?;
        let (Some(chromosome), Some(value)) = (met.of_plan(), value) else {
            continue;
        };
        for rank in plan.overlapped(chromosome, row.start, row.end) {
            let bins = plan.placed[rank].bins;
            let sums = &mut sums[rank * bins.count..(rank + 1) * bins.count];
            match kind {
                IntervalKind::Values => {
                    add_signal(bins, row.start, row.end, value, settings.summary, sums);
                }
                IntervalKind::Reads => add_read(bins, row.start, row.end, sums),
            }
        }
    }
    Ok(met.chromosomes)
}

struct Row<'a> {
    chromosome: &'a str,
    start: u32,
    end: u32,
    value: f32,
}

impl<'a> Row<'a> {
    fn read(line: &'a str, kind: IntervalKind) -> Result<Self, PrepareProblem> {
        let expected = match kind {
            IntervalKind::Values => "chromosome, start, end and a value",
            IntervalKind::Reads => "chromosome, start and end of a read",
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
            IntervalKind::Reads => 1.0,
            IntervalKind::Values => {
                let value = next()?.parse().map_err(|_| wrong())?;
                if columns.next().is_some() {
                    return Err(wrong());
                }
                value
            }
        };
        if end < start {
            return Err(wrong());
        }
        Ok(Self {
            chromosome,
            start,
            end,
            value,
        })
    }
}

/// The chromosomes met so far.
#[derive(Default)]
struct Met {
    chromosomes: Vec<Chromosome>,
    /// Those of the plan that they are.
    of_plan: Vec<Option<usize>>,
    by_name: std::collections::HashMap<String, usize>,
    last: Option<usize>,
}

impl Met {
    /// Makes `name` the last one; true where it was not met before.
    fn turn_to(&mut self, name: &str, plan: &Plan) -> bool {
        if let Some(last) = self.last
            && self.chromosomes[last].name == name
        {
            return false;
        }
        if let Some(&at) = self.by_name.get(name) {
            self.last = Some(at);
            return false;
        }
        self.last = Some(self.chromosomes.len());
        self.by_name.insert(name.to_owned(), self.chromosomes.len());
        self.of_plan.push(plan.chromosome(name));
        self.chromosomes.push(Chromosome {
            name: name.to_owned(),
            length: None,
        });
        true
    }

    fn of_plan(&self) -> Option<usize> {
        self.of_plan[self.last?]
    }
}
