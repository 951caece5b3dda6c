//! The output of deepTools' computeMatrix: a line of JSON after `@`, then one region per row.
//!
//! ```text
//! @{"upstream":5000,"downstream":5000,"body":0,"bin size":100,"sample_labels":["H3K4me3",…],…}
//! chr1  11868  14409  ENSG…  0.0  +   bins of the first sample, bins of the second, …
//! ```
//!
//! Samples are marks and regions are genes. computeMatrix reverses regions on the minus strand; they are reversed back
//! here, because tables are in genomic order. `nan` marks a missing value.
//!
//! Own reader: no crate reads it.

use serde_json::{Map, Value};

use super::assembly::{Assembly, Part};
use super::budget::Budget;
use super::cells::{self, Row};
use super::columns::{Met, Position};
use super::error::{InputError, Place};
use super::limits::LINE_LIMIT;
use super::problem::{Problem, counted};
use super::{Layout, SignalTable, Window};

/// Columns before the values: chromosome, start, end, name, score, strand.
const DESCRIBING: usize = 6;
/// The column of a region's name, counted from 1.
const NAME: usize = 4;

const REMAKE: &str = "Run computeMatrix reference-point, such as with --referencePoint TSS -b 5000 -a 5000 -bs 100.";

/// The JSON of a first line, if it is computeMatrix's.
pub(super) fn header(line: &str) -> Option<&str> {
    line.strip_prefix('@').filter(|json| json.starts_with('{'))
}

/// The settings of the first line, and counts of the content so far.
#[derive(Debug)]
pub(super) struct Matrix {
    marks: Vec<String>,
    bins: usize,
    bin_size: u64,
    upstream: u64,
    downstream: u64,
    /// Reference points of the bins, if not the TSS in every sample.
    points: Vec<String>,
    /// Cells that are `nan`.
    missing: usize,
    /// Regions on the minus strand.
    turned: usize,
    /// Windows of the regions' bins; `None` once a region's start or end is not a number.
    windows: Option<Vec<Window>>,
}

impl Matrix {
    /// Parses the first line; `json` is the text after its `@`.
    pub fn read(file: &str, line: u64, json: &str) -> Result<Self, InputError> {
        let error = |problem| InputError::new(Place::line(file, line), problem);
        let wrong = |found: String| {
            error(Problem::Matrix {
                found,
                expected: "the header of computeMatrix reference-point",
                remedy: REMAKE,
            })
        };
        let budget = Budget::of_lines();
        budget.earn(json.len());
        if !budget.json(json.as_bytes()) {
            return Err(error(Problem::Memory));
        }
        let header: Map<String, Value> =
            serde_json::from_str(json).map_err(|_| wrong("a line that begins with @{ and is no JSON".to_owned()))?;
        let number = |name: &str| {
            one_number(header.get(name)).map_err(|found| wrong(format!("{name:?} as {found} in its header")))
        };
        let body = number("body")?;
        let (upstream, downstream) = (number("upstream")?, number("downstream")?);
        let bin_size = number("bin size")?;
        if body > 0 {
            return Err(error(Problem::Matrix {
                found: format!("regions scaled to one length, {body} bp (computeMatrix scale-regions)"),
                expected: "bins of one width around a point, such as the TSS",
                remedy: REMAKE,
            }));
        }
        let marks: Vec<String> = header
            .get("sample_labels")
            .and_then(Value::as_array)
            .map(|labels| labels.iter().filter_map(Value::as_str))
            .map(|labels| labels.map(str::to_owned).collect())
            .unwrap_or_default();
        if marks.is_empty() || marks.iter().any(|mark| mark.trim().is_empty()) {
            return Err(wrong("no names of samples (sample_labels)".to_owned()));
        }
        let mut met = Met::default();
        for (index, mark) in marks.iter().enumerate() {
            if let Some(first) = met.add(mark, index) {
                return Err(error(Problem::Matrix {
                    found: format!("the sample {mark} twice, as number {} and {}", first + 1, index + 1),
                    expected: "each mark once",
                    remedy: "Name the samples after their marks: computeMatrix … --samplesLabel H3K4me3 H3K27me3.",
                }));
            }
        }
        let width = upstream.saturating_add(downstream);
        if bin_size == 0 || width == 0 || width % bin_size != 0 {
            return Err(wrong(format!("bins of {bin_size} bp in {width} bp")));
        }
        let bins = width / bin_size;
        if bins.saturating_mul(marks.len() as u64) > LINE_LIMIT as u64 {
            return Err(wrong(format!("{bins} bins of {} samples", marks.len())));
        }
        let boundaries: Vec<u64> = header
            .get("sample_boundaries")
            .and_then(Value::as_array)
            .map(|boundaries| boundaries.iter().filter_map(Value::as_u64).collect())
            .unwrap_or_default();
        let expected = (0..=marks.len() as u64).map(|sample| sample.checked_mul(bins));
        if !boundaries.iter().copied().map(Some).eq(expected) {
            return Err(wrong(format!(
                "samples that end at the columns {boundaries:?}, of {bins} bins each"
            )));
        }
        let points = other_points(header.get("ref point"));
        if points.iter().any(|point| point == "TES") {
            return Err(error(Problem::Matrix {
                found: "bins around the ends of genes (ref point TES)".to_owned(),
                expected: "bins around the TSS, as models read them",
                remedy: REMAKE,
            }));
        }
        Ok(Self {
            marks,
            bins: bins as usize,
            bin_size,
            upstream,
            downstream,
            points,
            missing: 0,
            turned: 0,
            windows: Some(Vec::new()),
        })
    }

    /// Adds a region: one row of the assembly per bin.
    pub fn row(&mut self, file: &str, line: u64, row: Row<'_>, assembly: &mut Assembly) -> Result<(), InputError> {
        let expected = DESCRIBING + self.bins * self.marks.len();
        if row.len() != expected {
            let found = row.len();
            return Err(InputError::new(
                Place::line(file, line),
                Problem::ColumnCount { found, expected },
            ));
        }
        let unnamed;
        let gene = match row.cell(NAME - 1) {
            "" | "." => {
                unnamed = format!("{}:{}-{}", row.cell(0), row.cell(1), row.cell(2));
                unnamed.as_str()
            }
            name => name,
        };
        let turned = row.cell(5) == "-";
        self.turned += usize::from(turned);
        let window = self.window(&row, turned);
        self.windows = self.windows.take().zip(window).map(|(mut windows, window)| {
            windows.push(window);
            windows
        });
        for bin in 0..self.bins {
            let position = Position { gene, bin: bin + 1 };
            assembly
                .place(line, position, self.marks.len())
                .map_err(|misplaced| located(file, misplaced))?;
            let bin = if turned { self.bins - 1 - bin } else { bin };
            for (mark, name) in self.marks.iter().enumerate() {
                let column = DESCRIBING + mark * self.bins + bin;
                let cell = row.cell(column);
                let value = if cell.eq_ignore_ascii_case("nan") {
                    self.missing += 1;
                    0.0
                } else {
                    cells::signal(cell)
                        .map_err(|problem| InputError::new(Place::cell(file, line, column + 1, name), problem))?
                };
                assembly.values.push(value);
            }
        }
        Ok(())
    }

    /// The window of a region's bins.
    fn window(&self, row: &Row<'_>, turned: bool) -> Option<Window> {
        let number = |column| row.cell(column).parse::<i64>().ok();
        let (start, end) = (number(1)?, number(2)?);
        let point = match self.points.iter().any(|point| point == "center") {
            true => start.midpoint(end),
            false if turned => end,
            false => start,
        };
        let (before, behind) = match turned {
            true => (self.downstream, self.upstream),
            false => (self.upstream, self.downstream),
        };
        Some(Window {
            chromosome: row.cell(0).to_owned(),
            start: point.checked_sub_unsigned(before)?,
            end: point.checked_add_unsigned(behind)?,
        })
    }

    /// The table, after all rows.
    pub fn finish(self, file: &str, mut assembly: Assembly) -> Result<SignalTable, InputError> {
        assembly.finish().map_err(|misplaced| located(file, misplaced))?;
        if assembly.genes.is_empty() {
            return Err(InputError::new(Place::file(file), Problem::NoRows));
        }
        let mut notes = vec![format!(
            "deepTools computeMatrix: samples {}; bins of {} bp, {} bp before and {} bp behind the reference point",
            self.marks.join(", "),
            self.bin_size,
            self.upstream,
            self.downstream
        )];
        if !self.points.is_empty() {
            notes.push(format!(
                "the reference point is {}, not TSS: models read bins around the TSS, so that regions must begin there",
                self.points.join(", ")
            ));
        }
        if self.turned > 0 {
            notes.push(format!(
                "{} of the minus strand turned back to genomic order",
                counted(self.turned, "region")
            ));
        }
        if self.missing > 0 {
            notes.push(format!(
                "{} without signal (nan) read as 0",
                counted(self.missing, "value")
            ));
        }
        assembly.values.shrink_to_fit();
        Ok(SignalTable {
            file: file.to_owned(),
            layout: Layout::ComputeMatrix,
            marks: self.marks,
            bins: self.bins,
            genes: assembly.genes,
            values: assembly.values,
            labels: None,
            windows: self.windows,
            notes,
        })
    }
}

/// Reference points of regions other than their starts: one, or a list with one per sample.
fn other_points(value: Option<&Value>) -> Vec<String> {
    let points = match value {
        Some(Value::Array(each)) => each.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let mut others: Vec<String> = Vec::new();
    for point in points
        .iter()
        .filter_map(Value::as_str)
        .filter(|point| !point.eq_ignore_ascii_case("TSS"))
    {
        let known = ["TES", "center"]
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(point));
        let point = known.unwrap_or(point).to_owned();
        if !others.contains(&point) {
            others.push(point);
        }
    }
    others
}

/// An integer, or as newer releases write it, a list of one per sample, all equal.
fn one_number(value: Option<&Value>) -> Result<u64, String> {
    let value = value.ok_or("nothing")?;
    let numbers = match value {
        Value::Array(each) => each.as_slice(),
        one => std::slice::from_ref(one),
    };
    let all: Option<Vec<u64>> = numbers.iter().map(Value::as_u64).collect();
    match all.as_deref() {
        Some([first, rest @ ..]) if rest.iter().all(|other| other == first) => Ok(*first),
        _ => Err(cells::shortened(&value.to_string())),
    }
}

fn located(file: &str, (line, part, problem): (u64, Part, Problem)) -> InputError {
    let place = match part {
        Part::Row => Place::line(file, line),
        Part::Gene | Part::Bin => Place::cell(file, line, NAME, "name"),
    };
    InputError::new(place, problem)
}
