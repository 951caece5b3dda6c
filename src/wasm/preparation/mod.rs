//! `regulens prepare hm` in the page: the same plan, reading and table, in steps, so that a worker can report progress
//! and be cancelled.

use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Uint8Array};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::annotation::Annotation;
use super::blob::Blob;
use super::object::plain;
use super::table::Table;
use crate::error::Error;
use crate::input::{SignalTable, table_part};
use crate::prepare::{Column, Outcome, Plan, ReadFilter, Settings, Signal, Summary, Windows};

/// A signal file: bigWig, BAM, bedGraph or reads as BED, recognised by content.
#[wasm_bindgen]
pub struct SignalFile {
    signal: Rc<RefCell<Signal<Blob>>>,
    file: String,
    size: f64,
    place: Rc<Cell<u64>>,
}

#[wasm_bindgen]
impl SignalFile {
    /// Opens a file of `size` bytes. `read(offset, size)` returns a `Uint8Array` of that part; `file` is its name in
    /// messages, `index` the content of a BAM file's `.bai` or `.csi`.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &str, size: f64, read: Function, index: Option<Vec<u8>>) -> Result<SignalFile, JsValue> {
        let blob = Blob::new(size, read);
        let place = blob.place();
        let signal = Signal::open(file, blob, index.as_deref()).map_err(Error::from)?;
        Ok(Self {
            signal: Rc::new(RefCell::new(signal)),
            file: file.to_owned(),
            size,
            place,
        })
    }

    /// `bigWig`, `BAM`, `bedGraph` or `reads as BED`.
    #[wasm_bindgen(getter)]
    pub fn kind(&self) -> String {
        self.signal.borrow().format().name().to_owned()
    }

    /// True for random access; other files are read once from beginning to end.
    #[wasm_bindgen(getter)]
    pub fn indexed(&self) -> bool {
        self.signal.borrow().is_indexed()
    }

    /// Chromosomes as `{name, length}`; undefined if the file does not list them.
    #[wasm_bindgen(getter)]
    pub fn chromosomes(&self) -> Result<Option<Array>, JsValue> {
        let signal = self.signal.borrow();
        let chromosomes = signal.chromosomes();
        chromosomes.map(|all| all.iter().map(plain).collect()).transpose()
    }
}

/// Options for making a table; defaults are those of `regulens prepare hm`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Options {
    bins: u32,
    bin_size: u32,
    upstream: Option<u32>,
    downstream: Option<u32>,
    strand_flip: bool,
    values: String,
    min_mapq: u8,
    keep_duplicates: bool,
    missing_as_zero: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bins: 100,
            bin_size: 100,
            upstream: None,
            downstream: None,
            strand_flip: false,
            values: "mean".to_owned(),
            min_mapq: 0,
            keep_duplicates: false,
            missing_as_zero: false,
        }
    }
}

impl Options {
    fn windows(&self) -> Option<Windows> {
        let windows = match (self.upstream, self.downstream) {
            (Some(upstream), Some(downstream)) => Windows {
                upstream,
                downstream,
                bin_size: self.bin_size,
                strand_flip: self.strand_flip,
            },
            (None, None) => Windows {
                strand_flip: self.strand_flip,
                ..Windows::centred(self.bins, self.bin_size)?
            },
            _ => return None,
        };
        windows.is_whole().then_some(windows)
    }

    fn settings(&self) -> Option<Settings> {
        Some(Settings {
            summary: Summary::named(&self.values)?,
            reads: ReadFilter {
                min_mapq: self.min_mapq,
                keep_duplicates: self.keep_duplicates,
            },
        })
    }
}

struct Track {
    signal: Rc<RefCell<Signal<Blob>>>,
    size: f64,
    place: Rc<Cell<u64>>,
    settings: Settings,
    column: Column,
    done: usize,
}

/// A table being made.
#[wasm_bindgen]
pub struct TablePreparation {
    plan: Plan,
    settings: Settings,
    missing_as_zero: bool,
    tracks: Vec<Track>,
    stand_ins: Vec<(String, f32, String)>,
}

#[wasm_bindgen]
impl TablePreparation {
    /// Places a window around the TSS of every gene, for a table with this number of `marks`. `options`, all optional:
    /// `{bins, binSize, upstream, downstream, strandFlip, values: "mean" | "mean-covered" | "sum" | "max", minMapq,
    /// keepDuplicates, missingAsZero}`.
    #[wasm_bindgen(constructor)]
    pub fn new(annotation: &Annotation, marks: usize, options: Option<Object>) -> Result<TablePreparation, JsValue> {
        let options: Options = match options {
            Some(options) => serde_wasm_bindgen::from_value(options.into())?,
            None => Options::default(),
        };
        let windows = options.windows().ok_or_else(|| {
            refused(&format!(
                "no window is a whole number of bins of {} bp here; bins and binSize are above zero, and upstream and \
                    downstream together a multiple of binSize",
                options.bin_size
            ))
        })?;
        let settings = options.settings().ok_or_else(|| no_such_value(&options.values))?;
        let annotation = annotation.inner();
        // A gene at several locations is used at the first one with signal.
        let genes = annotation.genes.iter().chain(&annotation.repeated).cloned().collect();
        let plan = Plan::new(&annotation.file, genes, windows, marks).map_err(Error::from)?;
        Ok(Self {
            plan,
            settings,
            missing_as_zero: options.missing_as_zero,
            tracks: Vec::new(),
            stand_ins: Vec::new(),
        })
    }

    /// The windows, in words.
    #[wasm_bindgen(getter)]
    pub fn windows(&self) -> String {
        self.plan.windows().describe()
    }

    /// Number of genes, whose windows each mark has to fill.
    #[wasm_bindgen(getter)]
    pub fn genes(&self) -> usize {
        self.plan.len()
    }

    /// Adds a mark and its file; returns the index of the mark for [`step`](Self::step). `values` overrides the summary
    /// of a bin's bases in the options.
    pub fn add(&mut self, mark: &str, file: &SignalFile, values: Option<String>) -> Result<usize, JsValue> {
        self.new_mark(mark)?;
        let summary = match values {
            None => self.settings.summary,
            Some(values) => Summary::named(&values).ok_or_else(|| no_such_value(&values))?,
        };
        let settings = Settings {
            summary,
            ..self.settings
        };
        let signal = file.signal.borrow();
        self.tracks.push(Track {
            signal: Rc::clone(&file.signal),
            size: file.size,
            place: Rc::clone(&file.place),
            done: 0,
            column: Column {
                mark: mark.to_owned(),
                file: file.file.clone(),
                quantity: signal.format().quantity(&settings),
                values: Vec::new(),
                chromosomes: signal.chromosomes().unwrap_or_default().to_vec(),
                looks_like_shares: false,
            },
            settings,
        });
        Ok(self.tracks.len() - 1)
    }

    /// Adds a mark that was not measured, with one value for all bins. `what` says briefly where the value is from, for
    /// the table's notes.
    #[wasm_bindgen(js_name = addStandIn)]
    pub fn add_stand_in(&mut self, mark: &str, value: f32, what: String) -> Result<(), JsValue> {
        self.new_mark(mark)?;
        if !value.is_finite() || value < 0.0 {
            return Err(refused(&format!(
                "found {value} to stand in for {mark}; expected a finite number of 0 or more"
            )));
        }
        self.stand_ins.push((mark.to_owned(), value, what));
        Ok(())
    }

    /// Refuses a track without any of the annotation's chromosomes, if its file lists them, before hours of reading.
    pub fn check(&self, track: usize) -> Result<(), JsValue> {
        let track = self.track(track)?;
        if track.column.chromosomes.is_empty() {
            return Ok(());
        }
        let columns = std::slice::from_ref(&track.column);
        self.plan.check_chromosomes(columns).map_err(thrown)
    }

    /// Fills up to `windows` further windows of a track and returns the number filled so far. A file without index is
    /// read to its end instead; `goOn(fraction read)` is called occasionally, and cancels with the code `cancelled` if
    /// it returns false.
    pub fn step(&mut self, track: usize, windows: usize, go_on: Option<Function>) -> Result<usize, JsValue> {
        self.track(track)?;
        let all = self.plan.len();
        let Track {
            signal,
            size,
            place,
            settings,
            column,
            done,
        } = &mut self.tracks[track];
        let mut signal = signal.borrow_mut();
        if signal.is_indexed() {
            let end = done.saturating_add(windows).min(all);
            let mut unasked = || ControlFlow::Continue(());
            let values = signal.windows(&self.plan, *done..end, settings, &mut unasked)?;
            column.values.extend(values);
            *done = end;
            if end == all {
                let looks = signal.looks_like_shares(&self.plan, &column.values, settings, &mut unasked)?;
                column.looks_like_shares = looks;
            }
        } else if *done < all {
            let mut ask = || match &go_on {
                None => ControlFlow::Continue(()),
                Some(go_on) => {
                    let fraction = place.get() as f64 / size.max(1.0);
                    match go_on.call1(&JsValue::NULL, &fraction.min(1.0).into()) {
                        Ok(answer) if answer != JsValue::FALSE => ControlFlow::Continue(()),
                        _ => ControlFlow::Break(()),
                    }
                }
            };
            let (values, chromosomes) = signal.all(&self.plan, settings, &mut ask)?;
            column.looks_like_shares = signal.looks_like_shares(&self.plan, &values, settings, &mut ask)?;
            column.values = values;
            column.chromosomes = chromosomes;
            *done = all;
        }
        Ok(*done)
    }

    /// The table, after all windows of all tracks; `name` is its file's. The preparation is empty afterwards.
    pub fn finish(&mut self, name: &str) -> Result<PreparedTable, JsValue> {
        if self.tracks.is_empty() {
            return Err(refused("found no mark; expected at least one"));
        }
        if let Some(track) = self.tracks.iter().find(|track| track.done < self.plan.len()) {
            return Err(refused(&format!(
                "found {} of {} windows of {} filled; expected all",
                track.done,
                self.plan.len(),
                track.column.mark
            )));
        }
        let columns: Vec<Column> = std::mem::take(&mut self.tracks)
            .into_iter()
            .map(|track| track.column)
            .collect();
        let mut outcome = self
            .plan
            .assemble(name, &columns, self.missing_as_zero)
            .map_err(thrown)?;
        drop(columns);
        for (mark, value, what) in std::mem::take(&mut self.stand_ins) {
            outcome.table = outcome.table.with_stand_in(&mark, value, &what);
        }
        Ok(PreparedTable { outcome })
    }

    fn track(&self, track: usize) -> Result<&Track, JsValue> {
        self.tracks
            .get(track)
            .ok_or_else(|| refused(&format!("found no track {track}")))
    }

    fn new_mark(&self, mark: &str) -> Result<(), JsValue> {
        let mut others = self.tracks.iter().map(|track| &track.column.mark);
        let stand_ins = &mut self.stand_ins.iter().map(|(mark, ..)| mark);
        if others
            .by_ref()
            .chain(stand_ins)
            .any(|other| other.eq_ignore_ascii_case(mark))
        {
            return Err(refused(&format!("found {mark} twice; give each mark once")));
        }
        if let Some(problem) = crate::prepare::mark_problem(mark) {
            return Err(refused(&format!("found a mark that {problem}: `{mark}`")));
        }
        Ok(())
    }
}

/// A new table, and the outcomes of genes.
#[wasm_bindgen]
pub struct PreparedTable {
    outcome: Outcome,
}

#[wasm_bindgen]
impl PreparedTable {
    /// Number of genes in it.
    #[wasm_bindgen(getter)]
    pub fn genes(&self) -> usize {
        self.outcome.table.genes.len()
    }

    /// Its marks, in column order.
    #[wasm_bindgen(getter)]
    pub fn marks(&self) -> Vec<String> {
        self.outcome.table.marks.clone()
    }

    /// Descriptions of the values, as in the comments before its header.
    #[wasm_bindgen(getter)]
    pub fn notes(&self) -> Vec<String> {
        self.outcome.table.notes.clone()
    }

    /// Marks whose values look like fractions, for which the mean over bases with a value is proposed.
    #[wasm_bindgen(getter)]
    pub fn proposed(&self) -> Vec<String> {
        self.outcome.proposed.clone()
    }

    /// Numbers of genes that were dropped or are incomplete, with reasons, in sentences.
    #[wasm_bindgen(getter)]
    pub fn summary(&self) -> Vec<String> {
        self.outcome.summary()
    }

    /// Marks without any signal above 0.
    #[wasm_bindgen(getter)]
    pub fn silent(&self) -> Vec<String> {
        let SignalTable { marks, values, .. } = &self.outcome.table;
        let silent = marks.iter().enumerate().filter(|(column, _)| {
            let mut of_mark = values.iter().skip(*column).step_by(marks.len());
            of_mark.all(|&value| value == 0.0)
        });
        silent.map(|(_, mark)| mark.clone()).collect()
    }

    /// These genes one by one, the content of `NAME.notes.tsv`; undefined if there are none.
    #[wasm_bindgen(js_name = geneNotes)]
    pub fn gene_notes(&self) -> Option<Vec<u8>> {
        if self.outcome.notes.is_empty() {
            return None;
        }
        let mut text = Vec::new();
        let written = self.outcome.write_notes(&mut text);
        written.expect("memory takes what is written");
        Some(text)
    }

    /// Number of parts for [`part`](Self::part).
    #[wasm_bindgen(getter)]
    pub fn parts(&self) -> usize {
        table_part::count(&self.outcome.table)
    }

    /// A part of the file that `regulens prepare hm` writes, gzipped or not: parts are members of one gzip file.
    pub fn part(&self, part: usize, packed: bool) -> Result<Uint8Array, JsValue> {
        if part >= self.parts() {
            return Err(refused(&format!("found no part {part}")));
        }
        let bytes =
            table_part::bytes(&self.outcome.table, part, packed).map_err(|error| refused(&error.to_string()))?;
        Ok(Uint8Array::from(bytes.as_slice()))
    }

    /// The table, as if its file had been read.
    pub fn table(&self) -> Table {
        Table::of(self.outcome.table.clone())
    }
}

fn thrown(error: crate::prepare::PrepareError) -> JsValue {
    Error::from(error).into()
}

fn no_such_value(values: &str) -> JsValue {
    refused(&format!(
        "found the value `{values}` of a bin; expected one of {}",
        Summary::NAMES.join(", ")
    ))
}

fn refused(problem: &str) -> JsValue {
    js_sys::RangeError::new(problem).into()
}
