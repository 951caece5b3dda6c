//! Motif files: MEME's minimal format, and matrices of JASPAR, HOCOMOCO, HOMER and TRANSFAC.
//!
//! ```text
//! >MA0099.3 FOS::JUN         JASPAR: four rows, of A, C, G and T, with a column for each place
//! A [ 1 0 … ]
//! >FOS_HUMAN.H11MO.0.A       HOCOMOCO, HOMER: a row for each place, of the four letters
//! 12.0  3.0  80.0  5.0
//! P0 A C G T                 TRANSFAC: the same, with the place before and the consensus behind
//! 01 1 0 9 0 G
//! ```
//!
//! Own reader: lightmotif-io requires lightmotif's own scanner, and problems are reported with their line.

use std::cell::Cell;
use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

use crate::input::{Budget, InputError, budget};

/// Longest motif.
const LONGEST: usize = 100;

/// Largest difference of a row's sum of probabilities from 1: some files round to two digits.
const ROUNDING: f64 = 0.02 + 1e-9;

/// Smaller differences are not noted.
const UNSAID: f64 = 0.002;

/// Assumed number of sites for a file of probabilities alone.
const SITES: f64 = 20.0;

/// Smallest background frequency of a letter: scores are logarithms of ratios to it.
const LEAST_FREQUENT: f64 = 1e-4;

/// Largest number of sites of a motif, and largest count: more than any genome has.
const MOST_SITES: f64 = 1e12;

/// A motif: the frequency of each letter at each position.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Motif {
    /// The id that distinguishes motifs in files, such as MA0271.1.
    pub id: String,
    /// The factor's name, such as ARG80; the id if the file has none.
    pub name: String,
    /// Probabilities of A, C, G and T at each position; each row sums to 1.
    pub rows: Vec<[f64; 4]>,
    /// Number of sites.
    pub sites: f64,
}

/// The motifs of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct MotifFile {
    /// In the file's order, at least one.
    pub motifs: Vec<Motif>,
    /// Background frequencies, if the file has them.
    pub background: Option<[f64; 4]>,
    /// Notes on how the file was read, in sentences, if needed.
    pub notes: Vec<String>,
}

/// Error in a motif file.
#[derive(Debug, Clone, PartialEq)]
pub struct MotifError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The problem.
    pub problem: MotifProblem,
}

/// Problems of motif files.
#[derive(Debug, Clone, PartialEq)]
pub enum MotifProblem {
    /// Not text.
    Text(Box<InputError>),
    /// No motif.
    NoMotif,
    /// Another alphabet than DNA.
    Alphabet(String),
    /// A matrix without rows, or too long.
    Width(usize),
    /// A row without four numbers.
    Row(String),
    /// A row whose probabilities do not sum to 1.
    Sum(f64),
    /// A background with a rare letter.
    Background(String),
    /// A position without counts in a count matrix.
    NoCounts,
    /// A four by four matrix, whose rows may be letters or positions.
    Square,
    /// A truncated matrix.
    CutShort {
        /// Number of rows.
        found: usize,
        /// Stated number of rows.
        expected: usize,
    },
    /// A repeated id.
    Twice(String),
    /// Lines that exceed the memory limit.
    Memory,
}

impl fmt::Display for MotifError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(to, ", line {line}")?;
        }
        write!(to, ": ")?;
        match &self.problem {
            MotifProblem::Text(error) => {
                let said = error.problem().to_string();
                write!(to, "{}.", said.replace("a table as text", "motifs as text"))
            }
            MotifProblem::NoMotif => {
                write!(
                    to,
                    "found no motif; expected MEME's minimal format, or matrices as JASPAR, HOCOMOCO, HOMER or \
                        TRANSFAC have them."
                )
            }
            MotifProblem::Alphabet(found) => write!(to, "found the alphabet {found:?}; expected ACGT."),
            MotifProblem::Width(0) => write!(to, "found a matrix without a row; expected 1 to {LONGEST}."),
            MotifProblem::Width(found) => write!(to, "found {found} rows; expected 1 to {LONGEST}."),
            MotifProblem::Row(found) => {
                write!(to, "found {found:?}; expected four numbers from 0, of A, C, G and T.")
            }
            MotifProblem::Sum(found) => write!(to, "found probabilities that sum to {found}; expected 1."),
            MotifProblem::Background(found) => {
                write!(
                    to,
                    "found the background {found:?}; expected each letter's frequency to be at least {LEAST_FREQUENT}."
                )
            }
            MotifProblem::NoCounts => write!(to, "found a place without a count; expected counts of A, C, G and T."),
            MotifProblem::Square => write!(
                to,
                "found a matrix of 4 by 4 whose rows could be letters or places; expected one that can be read in one \
                    way."
            ),
            MotifProblem::CutShort { found, expected } => {
                write!(to, "found {found} of {expected} rows; the file ends too early.")
            }
            MotifProblem::Twice(id) => write!(to, "found {id} a second time."),
            MotifProblem::Memory => write!(to, "found {}; expected {}.", budget::FOUND, budget::EXPECTED),
        }?;
        write!(to, " {}", self.remedy())
    }
}

impl std::error::Error for MotifError {}

impl MotifError {
    /// A stable name of this kind of error, in kebab case.
    pub fn code(&self) -> &'static str {
        "motifs"
    }

    /// Remedy.
    pub fn remedy(&self) -> &'static str {
        match self.problem {
            MotifProblem::Text(ref error) => error.problem().remedy_of_text(),
            MotifProblem::NoMotif => "Export the motifs in one of them.",
            MotifProblem::Alphabet(_) => "Give motifs of DNA.",
            MotifProblem::Width(0) => "Remove it.",
            MotifProblem::Width(_) | MotifProblem::NoCounts => "Remove this motif.",
            MotifProblem::Row(_) => "Correct the row; of log-odds, give the counts or probabilities.",
            MotifProblem::Background(_) => "Correct the frequencies, or remove both lines.",
            MotifProblem::Square => "Put the letter before each row, as JASPAR does: A [ 1 0 0 9 ].",
            MotifProblem::Sum(_) => "Correct the row, or write counts as JASPAR does.",
            MotifProblem::CutShort { .. } => "Get it again.",
            MotifProblem::Twice(_) => "Name each motif once.",
            MotifProblem::Memory => budget::REMEDY,
        }
    }
}

impl MotifFile {
    /// Reads a motif file; format and compression are recognised by content.
    ///
    /// # Errors
    /// [`MotifError`] with the line.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, MotifError> {
        let text = crate::input::read_text(file, bytes).map_err(|error| MotifError {
            file: file.to_owned(),
            line: error.location().line.map(|line| line as usize),
            problem: MotifProblem::Text(Box::new(error)),
        })?;
        // Comments are not rows in any format.
        let lines = text
            .lines()
            .map(|line| if line.starts_with('#') { "" } else { line.trim() });
        let budget = Budget::of(text.len() as u64);
        let mut has_room = budget.bytes(3 * text.len());
        for line in text.lines() {
            // The line, and for a row its numbers, as read and as positions of a motif.
            let of_row = 3 * size_of::<(Row, [f64; 4])>() + 4 * (line.len() + size_of::<f64>());
            has_room &= budget.bytes(3 * size_of::<&str>() + if line.is_empty() { 0 } else { of_row });
        }
        if !has_room {
            return Err(MotifError {
                file: file.to_owned(),
                line: None,
                problem: MotifProblem::Memory,
            });
        }
        let lines: Vec<&str> = lines.collect();
        let reader = Reader {
            file,
            lines: &lines,
            rounded: Cell::new(0),
            budget,
        };
        let first = lines.iter().find(|line| !line.is_empty());
        let found = if first.is_some_and(|line| line.starts_with('>')) {
            reader.arrows()?
        } else if lines.iter().any(|line| letters(line).is_some()) {
            reader.transfac()?
        } else {
            reader.meme()?
        };
        let mut ids = std::collections::BTreeSet::new();
        for (motif, line) in &found.0 {
            if !ids.insert(&motif.id) {
                return Err(reader.error(*line, MotifProblem::Twice(motif.id.clone())));
            }
        }
        if found.0.is_empty() {
            return Err(MotifError {
                file: file.to_owned(),
                line: None,
                problem: MotifProblem::NoMotif,
            });
        }
        Ok(Self {
            motifs: found.0.into_iter().map(|(motif, _)| motif).collect(),
            background: found.1,
            notes: match reader.rounded.get() {
                0 => Vec::new(),
                rows => vec![format!(
                    "in {rows} places probabilities sum to 0.98 to 1.02, and were divided by their sum"
                )],
            },
        })
    }
}

impl MotifFile {
    /// Writes MEME's minimal format, with a comment on its second line.
    ///
    /// # Errors
    /// Errors of `out`.
    pub fn write_meme(&self, remark: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "MEME version 4\n")?;
        if let Some(remark) = remark {
            writeln!(out, "# {remark}\n")?;
        }
        writeln!(out, "ALPHABET= ACGT\n\nstrands: + -\n")?;
        if let Some([a, c, g, t]) = self.background {
            writeln!(out, "Background letter frequencies\nA {a} C {c} G {g} T {t}\n")?;
        }
        // Names end at a space in this format.
        let word = |name: &str| name.replace(char::is_whitespace, "_");
        for Motif { id, name, rows, sites } in &self.motifs {
            let (id, name) = (word(id), word(name));
            let names = if id == name { id } else { format!("{id} {name}") };
            let width = rows.len();
            writeln!(
                out,
                "MOTIF {names}\nletter-probability matrix: alength= 4 w= {width} nsites= {sites}"
            )?;
            for row in rows {
                writeln!(out, " {}", row.map(|share| format!("{share:.6}")).join(" "))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

/// Motifs with the lines of their names, and the background.
type Found = (Vec<(Motif, usize)>, Option<[f64; 4]>);

struct Reader<'a> {
    file: &'a str,
    lines: &'a [&'a str],
    /// Number of positions whose rounded probabilities do not sum to 1.
    rounded: Cell<usize>,
    budget: Budget,
}

/// The line of a row, counted from 0, and its numbers.
type Row = (usize, Vec<f64>);

/// A matrix after a line with `>`.
struct Record {
    id: String,
    name: String,
    /// Its first line, counted from 0.
    at: usize,
    rows: Vec<Row>,
    /// Orientation of the matrix, if stated.
    way: Option<Way>,
}

/// Orientation of a matrix: the meaning of its rows.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Letters,
    Places,
}

impl Record {
    /// The orientation, if its shape determines it.
    fn way(&self) -> Option<Way> {
        let (rows, width) = (self.rows.len(), self.rows.first().map_or(0, |(_, row)| row.len()));
        match (rows == 4, width == 4) {
            _ if self.way.is_some() => self.way,
            (true, true) => None,
            (_, true) => Some(Way::Places),
            _ => Some(Way::Letters),
        }
    }

    /// The orientation of a four by four matrix: sums over positions are nearly equal, those over letters are not.
    fn by_sums(&self) -> Option<Way> {
        let spread = |sums: [f64; 4]| {
            let mean = sums.iter().sum::<f64>() / 4.0;
            sums.iter().map(|sum| (sum - mean).abs()).fold(0.0, f64::max) / mean
        };
        let sums = |each: &dyn Fn(usize, usize) -> f64| [0, 1, 2, 3].map(|at| (0..4).map(|one| each(at, one)).sum());
        let rows = spread(sums(&|at, one| self.rows[at].1[one]));
        let columns = spread(sums(&|at, one| self.rows[one].1[at]));
        match () {
            () if 2.0 * rows < columns => Some(Way::Places),
            () if 2.0 * columns < rows => Some(Way::Letters),
            () => None,
        }
    }
}

impl Reader<'_> {
    /// `line` counts from 0.
    fn error(&self, line: usize, problem: MotifProblem) -> MotifError {
        MotifError {
            file: self.file.to_owned(),
            line: Some(line + 1),
            problem,
        }
    }

    /// Draws the memory of the motif on line `line`, in all lists.
    fn room(&self, line: usize, names: usize) -> Result<(), MotifError> {
        // A list of rows begins with capacity for four, and ids are sorted.
        let others = size_of::<Motif>() + 4 * size_of::<[f64; 4]>() + size_of::<[usize; 8]>();
        match self.budget.draw::<(Motif, usize, Record)>(others + 2 * names) {
            true => Ok(()),
            false => Err(self.error(line, MotifProblem::Memory)),
        }
    }

    fn meme(&self) -> Result<Found, MotifError> {
        let (mut motifs, mut background) = (Vec::new(), None);
        let mut named: Option<(String, String, usize)> = None;
        let mut at = 0;
        while at < self.lines.len() {
            let line = self.lines[at];
            let lower = line.to_ascii_lowercase();
            if let Some(alphabet) = lower.strip_prefix("alphabet") {
                let letters = alphabet.trim_start_matches(['=', ' ']).trim();
                let letters = letters.trim_matches('"').to_ascii_uppercase();
                if letters != "ACGT" && letters != "DNA" && !letters.starts_with("DNA\"") {
                    return Err(self.error(at, MotifProblem::Alphabet(letters)));
                }
            } else if lower.starts_with("background letter frequencies") {
                let stated = self.lines.get(at + 1).and_then(|line| frequencies(line));
                if stated.is_some_and(|letters| letters.iter().any(|value| *value < LEAST_FREQUENT)) {
                    let found = shortened(self.lines[at + 1]);
                    return Err(self.error(at + 1, MotifProblem::Background(found)));
                }
                background = background.or(stated);
            } else if let Some(names) = line.strip_prefix("MOTIF") {
                let mut names = names.split_whitespace();
                let id = names.next().unwrap_or("unnamed").to_owned();
                let name = names.next().unwrap_or(&id).to_owned();
                named = Some((id, name, at));
            } else if lower.starts_with("letter-probability matrix") {
                let (id, name, from) = named.take().unwrap_or_else(|| {
                    let id = format!("motif {}", motifs.len() + 1);
                    (id.clone(), id, at)
                });
                let (rows, next) = self.probabilities(at)?;
                let sites = setting(&lower, "nsites=")
                    .filter(|sites| *sites > 0.0)
                    .unwrap_or(SITES)
                    .min(MOST_SITES);
                self.room(from, id.len() + name.len())?;
                motifs.push((Motif { id, name, rows, sites }, from));
                at = next;
                continue;
            }
            at += 1;
        }
        Ok((motifs, background))
    }

    /// The rows after line `at`, and the next line.
    fn probabilities(&self, at: usize) -> Result<(Vec<[f64; 4]>, usize), MotifError> {
        let head = self.lines[at].to_ascii_lowercase();
        if let Some(letters) = setting(&head, "alength=").filter(|letters| *letters != 4.0) {
            return Err(self.error(at, MotifProblem::Alphabet(format!("of {letters} letters"))));
        }
        let stated = setting(&head, "w=").map(|width| width as usize);
        if let Some(width) = stated.filter(|width| !(1..=LONGEST).contains(width)) {
            return Err(self.error(at, MotifProblem::Width(width)));
        }
        let mut rows = Vec::new();
        let mut line = at + 1;
        while line < self.lines.len() && stated.is_none_or(|width| rows.len() < width) {
            let text = self.lines[line];
            if stated.is_none() && !text.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
                break;
            }
            if text.is_empty() {
                line += 1;
                continue;
            }
            let row = numbers(text).ok_or_else(|| self.error(line, MotifProblem::Row(shortened(text))))?;
            rows.push(self.shares(line, row)?);
            line += 1;
        }
        match stated {
            Some(expected) if rows.len() < expected => {
                let found = rows.len();
                Err(self.error(line - 1, MotifProblem::CutShort { found, expected }))
            }
            None if !(1..=LONGEST).contains(&rows.len()) => Err(self.error(at, MotifProblem::Width(rows.len()))),
            _ => Ok((rows, line)),
        }
    }

    /// Normalises probabilities whose sum differs from 1 by rounding.
    fn shares(&self, line: usize, row: [f64; 4]) -> Result<[f64; 4], MotifError> {
        let sum: f64 = row.iter().sum();
        let off = (sum - 1.0).abs();
        if off > ROUNDING {
            return Err(self.error(line, MotifProblem::Sum((sum * 1e6).round() / 1e6)));
        }
        self.rounded.set(self.rounded.get() + usize::from(off > UNSAID));
        Ok(row.map(|value| value / sum))
    }

    /// Matrices after lines with `>`: JASPAR, HOCOMOCO and HOMER.
    fn arrows(&self) -> Result<Found, MotifError> {
        let mut records: Vec<Record> = Vec::new();
        for at in (0..self.lines.len()).filter(|&at| !self.lines[at].is_empty()) {
            if let Some(head) = self.lines[at].strip_prefix('>') {
                self.room(at, head.len())?;
                records.push(named(head, at));
                continue;
            }
            let wrong = || self.error(at, MotifProblem::Row(shortened(self.lines[at])));
            let record = records.last_mut().ok_or_else(wrong)?;
            let mut text = self.lines[at];
            if let Some(letter) = text.chars().next().filter(char::is_ascii_alphabetic) {
                if "ACGT".chars().nth(record.rows.len()) != Some(letter.to_ascii_uppercase()) {
                    return Err(wrong());
                }
                record.way = Some(Way::Letters);
                text = &text[1..];
            }
            let words = text.split(|c: char| c.is_whitespace() || ['[', ']', '|'].contains(&c));
            let values = words.filter(|word| !word.is_empty()).map(number);
            let values: Vec<f64> = values.collect::<Option<_>>().ok_or_else(wrong)?;
            let width = record.rows.first().map_or(values.len(), |(_, first)| first.len());
            if values.is_empty() || values.len() != width {
                return Err(wrong());
            }
            record.rows.push((at, values));
        }
        // All matrices of a file have the same orientation.
        let of_others = records.iter().find_map(Record::way);
        let mut motifs = Vec::with_capacity(records.len());
        for record in records {
            let Some(way) = record.way().or(of_others).or_else(|| record.by_sums()) else {
                return Err(self.error(record.at, MotifProblem::Square));
            };
            let at = record.at;
            motifs.push((self.motif(record, way)?, at));
        }
        Ok((motifs, None))
    }

    /// The motif of a matrix with this orientation.
    fn motif(&self, record: Record, way: Way) -> Result<Motif, MotifError> {
        let Record { id, name, at, rows, .. } = record;
        let (found, width) = (rows.len(), rows.first().map_or(0, |(_, row)| row.len()));
        let mut places: Vec<(usize, [f64; 4])> = Vec::new();
        match way {
            Way::Letters if found < 4 => {
                return Err(self.error(at, MotifProblem::CutShort { found, expected: 4 }));
            }
            Way::Letters if found > 4 => {
                let line = rows[4].0;
                return Err(self.error(line, MotifProblem::Row(shortened(self.lines[line]))));
            }
            Way::Letters => {
                let column = |place: usize| [0, 1, 2, 3].map(|letter: usize| rows[letter].1[place]);
                places.extend((0..width).map(|place| (at, column(place))));
            }
            Way::Places => {
                for (line, row) in rows {
                    let row = <[f64; 4]>::try_from(row)
                        .map_err(|_| self.error(line, MotifProblem::Row(shortened(self.lines[line]))))?;
                    places.push((line, row));
                }
            }
        }
        self.of_places(id, name, at, &places, way == Way::Places)
    }

    /// A motif from counts or probabilities at each position. Probabilities, if those of a position are on one line,
    /// must sum to 1.
    fn of_places(
        &self,
        id: String,
        name: String,
        at: usize,
        places: &[(usize, [f64; 4])],
        in_lines: bool,
    ) -> Result<Motif, MotifError> {
        if !(1..=LONGEST).contains(&places.len()) {
            return Err(self.error(at, MotifProblem::Width(places.len())));
        }
        let total = |row: &[f64; 4]| row.iter().sum::<f64>();
        let most = places.iter().map(|(_, row)| total(row)).fold(0.0, f64::max);
        let shares = in_lines && most < 1.5 && most > 0.0;
        let mut rows = Vec::with_capacity(places.len());
        for (line, row) in places {
            if total(row) == 0.0 {
                return Err(self.error(*line, MotifProblem::NoCounts));
            }
            rows.push(match shares {
                true => self.shares(*line, *row)?,
                false => row.map(|count| count / total(row)),
            });
        }
        let sites = match shares {
            true => SITES,
            false => places.iter().map(|(_, row)| total(row)).sum::<f64>() / rows.len() as f64,
        };
        Ok(Motif { id, name, rows, sites })
    }

    /// TRANSFAC's entries, which end with `//`.
    fn transfac(&self) -> Result<Found, MotifError> {
        let mut motifs = Vec::new();
        let (mut id, mut names) = (None, [None, None]);
        let mut at = 0;
        while at < self.lines.len() {
            let line = self.lines[at];
            let value = line.get(2..).unwrap_or_default().trim().to_owned();
            match line.get(..2) {
                Some("//") => (id, names) = (None, [None, None]),
                Some("AC") => id = Some(value),
                Some("ID") => names[1] = Some(value),
                Some("NA") => names[0] = Some(value),
                _ => {}
            }
            let from = at;
            at += 1;
            let Some(order) = letters(line) else { continue };
            let mut places = Vec::new();
            while let Some(row) = self
                .lines
                .get(at)
                .filter(|row| row.starts_with(|c: char| c.is_ascii_digit()))
            {
                let wrong = || self.error(at, MotifProblem::Row(shortened(row)));
                let words: Vec<&str> = row.split_whitespace().collect();
                let mut counts = [0.0; 4];
                for (word, letter) in order.into_iter().enumerate() {
                    counts[letter] = words.get(word + 1).and_then(|word| number(word)).ok_or_else(wrong)?;
                }
                if words.len() > 6 {
                    return Err(wrong());
                }
                places.push((at, counts));
                at += 1;
            }
            let [name, identifier] = std::mem::take(&mut names);
            let id = id.take().or_else(|| identifier.clone());
            let id = id.unwrap_or_else(|| format!("motif {}", motifs.len() + 1));
            let name = name.or(identifier).unwrap_or_else(|| id.clone());
            self.room(from, id.len() + name.len())?;
            motifs.push((self.of_places(id, name, from, &places, true)?, from));
        }
        Ok((motifs, None))
    }
}

/// Begins a matrix with the text after `>`. HOMER's lines have consensus, name and numbers, separated by tabs.
fn named(head: &str, at: usize) -> Record {
    let tabs: Vec<&str> = head.split('\t').map(str::trim).collect();
    let (id, name, way) = match tabs.as_slice() {
        [_, name, threshold, ..] if threshold.parse::<f64>().is_ok() => {
            let short = name.split(['(', '/', ',']).next().unwrap_or(name);
            (name.to_string(), short.to_owned(), Some(Way::Places))
        }
        _ => {
            let mut words = head.split_whitespace();
            let id = words.next().unwrap_or("unnamed").to_owned();
            let name = words.next().unwrap_or(&id).to_owned();
            (id, name, None)
        }
    };
    Record {
        id,
        name,
        at,
        rows: Vec::new(),
        way,
    }
}

/// A count or probability: a number of 0 or more.
fn number(word: &str) -> Option<f64> {
    word.parse()
        .ok()
        .filter(|value: &f64| (0.0..=MOST_SITES).contains(value))
}

/// TRANSFAC's line `P0 A C G T`: the letter of each column.
fn letters(line: &str) -> Option<[usize; 4]> {
    let mut words = line.split_whitespace();
    let first = words.next().filter(|word| matches!(*word, "P0" | "PO"));
    first?;
    let order: Option<Vec<usize>> = words
        .map(|word| ["A", "C", "G", "T"].iter().position(|one| *one == word))
        .collect();
    order?.try_into().ok()
}

/// The number after a key such as `nsites=`.
fn setting(line: &str, key: &str) -> Option<f64> {
    // `w=` is also the end of other words.
    let at = line
        .match_indices(key)
        .find(|(at, _)| !line[..*at].ends_with(|c: char| c.is_alphanumeric()))?
        .0;
    line[at + key.len()..].split_whitespace().next()?.parse().ok()
}

fn numbers(line: &str) -> Option<[f64; 4]> {
    let values: Option<Vec<f64>> = line.split_whitespace().map(number).collect();
    values?.try_into().ok()
}

/// `A 0.309 C 0.191 G 0.191 T 0.309`.
fn frequencies(line: &str) -> Option<[f64; 4]> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut found = [0.0; 4];
    for pair in words.chunks(2) {
        let [letter, value] = pair else { return None };
        *found.get_mut("ACGT".find(&letter.to_ascii_uppercase())?)? = value.parse().ok()?;
    }
    let sum: f64 = found.iter().sum();
    ((sum - 1.0).abs() <= ROUNDING).then(|| found.map(|value| value / sum))
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEME: &str = "MEME version 4\n\nALPHABET= ACGT\n\nstrands: + -\n\nBackground letter frequencies\n\
        A 0.3 C 0.2 G 0.2 T 0.3\n\nMOTIF MA1.1 ABC\nletter-probability matrix: alength= 4 w= 2 nsites= 10 E= 0\n\
        0.5 0.5 0 0\n0 0 0.250000 0.750001\nURL https://example.org\n\nMOTIF two\n\
        letter-probability matrix:\n1 0 0 0\n";

    fn read(text: &str) -> Result<MotifFile, MotifError> {
        MotifFile::read("m.meme", text.as_bytes())
    }

    #[test]
    fn memes_motifs_have_their_names_rows_and_sites() {
        let file = read(MEME).expect("two motifs");
        assert_eq!(file.background, Some([0.3, 0.2, 0.2, 0.3]));
        let [one, two] = file.motifs.as_slice() else {
            panic!("two motifs: {file:?}");
        };
        assert_eq!((one.id.as_str(), one.name.as_str(), one.sites), ("MA1.1", "ABC", 10.0));
        assert_eq!(one.rows[0], [0.5, 0.5, 0.0, 0.0]);
        assert!((one.rows[1].iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!((two.id.as_str(), two.name.as_str(), two.rows.len()), ("two", "two", 1));
    }

    #[test]
    fn jaspars_counts_become_probabilities() {
        let file =
            read(">MA2.1 XYZ\nA [ 1 0 ]\nC [ 1 4 ]\nG [ 2 0 ]\nT [ 0 0 ]\n>b\n1\n1\n1\n1\n").expect("two motifs");
        assert_eq!(file.motifs[0].rows, [[0.25, 0.25, 0.5, 0.0], [0.0, 1.0, 0.0, 0.0]]);
        assert_eq!((file.motifs[0].sites, file.motifs[1].name.as_str()), (4.0, "b"));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let refused = |text: &str, line: Option<usize>, saying: &str| {
            let error = read(text).expect_err(text);
            assert_eq!(error.line, line, "{error}");
            assert!(error.to_string().contains(saying), "{error}");
        };
        refused("", None, "no motif");
        refused("chr1\t1\t2\n", None, "no motif");
        refused(&MEME.replace("0.5 0.5 0 0", "0.5 0.6 0 0"), Some(12), "sum to 1.1");
        refused(&MEME.replace("0.5 0.5 0 0", "0.5 x 0 0"), Some(12), "four numbers");
        refused(&MEME.replace("0.5 0.5 0 0", "0.5 0.5 0"), Some(12), "four numbers");
        refused(&MEME.replace("w= 2", "w= 0"), Some(11), "without a row");
        refused(&MEME.replace("alength= 4", "alength= 20"), Some(11), "20 letters");
        refused(
            &MEME.replace("ALPHABET= ACGT", "ALPHABET= ACDEFGHIKLMNPQRSTVWY"),
            Some(3),
            "ACGT",
        );
        refused(&MEME.replace("MOTIF two", "MOTIF MA1.1"), Some(16), "a second time");
        let cut = MEME.split("0 0 0.25").next().unwrap();
        refused(cut, Some(12), "1 of 2 rows");
        refused(">a\n1 2\n1\n", Some(3), "four numbers");
        refused(">a\n0\n0\n0\n0\n", Some(1), "without a count");
        refused(">a\n1\n1\n", Some(1), "2 of 4 rows");
        refused(">a\n0.2 0.3 0.2 0.3\n0.1 0.2 0.1 0.1\n", Some(3), "sum to 0.5");
        refused(">a\n-1.2 0.3 0.2 0.3\n", Some(2), "log-odds");
        refused(">a\n1 2 3 4\n4 1 2 3\n3 4 1 2\n2 3 4 1\n", Some(1), "4 by 4");
        refused("AC a\nP0 A C G T\n01 1 2 x 4 A\n", Some(3), "four numbers");
        refused("AC a\nP0 A C G T\nXX\n//\n", Some(2), "without a row");
    }

    #[test]
    fn rows_that_miss_1_by_rounding_are_divided_by_their_sum_and_that_is_said() {
        for (row, sum) in [
            ("0.24 0.25 0.25 0.25", 0.99),
            ("0.27 0.25 0.25 0.25", 1.02),
            ("0.23 0.25 0.25 0.25", 0.98),
        ] {
            let file = read(&MEME.replace("0.5 0.5 0 0", row)).expect(row);
            assert!((file.motifs[0].rows[0][1] - 0.25 / sum).abs() < 1e-12, "{row}");
            assert_eq!(file.notes.len(), 1, "{row}");
            assert!(file.notes[0].starts_with("in 1 places "), "{:?}", file.notes);
        }
        assert!(read(MEME).unwrap().notes.is_empty());
        let error = read(&MEME.replace("0.5 0.5 0 0", "0.22 0.25 0.25 0.25")).unwrap_err();
        assert!(error.to_string().contains("sum to 0.97"), "{error}");
    }

    /// Three places: A for sure, C or T, G mostly.
    const PLACES: [[f64; 4]; 3] = [[1.0, 0.0, 0.0, 0.0], [0.0, 0.5, 0.0, 0.5], [0.1, 0.0, 0.9, 0.0]];

    #[test]
    fn every_format_gives_the_same_places() {
        let files = [
            ">m M\nA [ 10 0 1 ]\nC [ 0 5 0 ]\nG [ 0 0 9 ]\nT [ 0 5 0 ]\n",
            ">m M\n10 0 1\n0 5 0\n0 0 9\n0 5 0\n",
            "# a remark\n>m M\na| 10 0 1\nc| 0 5 0\ng| 0 0 9\nt| 0 5 0\n",
            ">m\tM\n10\t0\t0\t0\n0\t5\t0\t5\n1.0\t0\t9\t0\n",
            "> m M\n1.0 0 0 0\n0 0.5 0 0.5\n0.1 0 0.9 0\n",
            ">AYG\tm\t7.5\t-10.2\t0\tT:1(1%)\n1.0\t0\t0\t0\n0\t0.5\t0\t0.5\n0.1\t0\t0.9\t0\n",
            "VV  a\nXX\n//\nAC  m\nXX\nID  V$M_01\nXX\nNA  M\nXX\nDE  x\nP0      A      C      G      T\n\
                01     10      0      0      0      A\n02      0      5      0      5      Y\n\
                03      1      0      9      0      G\nXX\n//\n",
            "AC m\nXX\nID M\nPO\tT\tG\tC\tA\n01\t0\t0\t0\t10\n02\t5\t0\t5\t0\n03\t0\t9\t0\t1\nXX\n//\n",
        ];
        for text in files {
            let file = read(text).unwrap_or_else(|error| panic!("{error}: {text}"));
            let [motif] = file.motifs.as_slice() else {
                panic!("one motif of {text}: {file:?}");
            };
            assert_eq!(motif.id, "m", "{text}");
            assert!(motif.name.eq_ignore_ascii_case("m"), "{text}: {}", motif.name);
            assert_eq!(motif.rows, PLACES, "{text}");
        }
    }

    #[test]
    fn four_places_are_read_by_the_other_matrices_or_by_their_sums() {
        let square = ">s\n7 1 1 1\n1 7 1 1\n2 2 4 2\n9 1 0 0\n";
        let first = |text: &str| read(text).unwrap().motifs.remove(0).rows;
        // All rows have one sum, and columns have not: places.
        assert_eq!(first(square)[3], [0.9, 0.1, 0.0, 0.0]);
        // The same with letters before them are not.
        let lettered = ">s\nA 7 1 1 1\nC 1 7 1 1\nG 2 2 4 2\nT 9 1 0 0\n";
        assert_eq!(first(lettered)[3], [0.25, 0.25, 0.5, 0.0]);
        let columns = ">s\n7 1 2 9\n1 7 2 1\n1 1 4 0\n1 1 2 0\n";
        assert_eq!(first(columns)[3], [0.9, 0.1, 0.0, 0.0]);
        // A matrix whose sums tell nothing is as the others of its file.
        let unclear = ">u\n1 2 3 4\n4 1 2 3\n3 4 1 2\n2 3 4 1\n";
        assert_eq!(
            first(&format!("{unclear}>p\n1 2 3 4\n4 3 2 1\n"))[0],
            [0.1, 0.2, 0.3, 0.4]
        );
        assert_eq!(
            first(&format!("{unclear}>l\n1 2\n4 3\n1 1\n0 9\n"))[0],
            [0.1, 0.4, 0.3, 0.2]
        );
    }

    #[test]
    fn a_file_in_gzip_or_of_windows_is_read() {
        use std::io::Write;
        let text = format!("\u{feff}{}", MEME.replace('\n', "\r\n"));
        let mut packing = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packing.write_all(text.as_bytes()).unwrap();
        let packed = packing.finish().unwrap();
        assert_eq!(MotifFile::read("m", &packed).unwrap(), read(MEME).unwrap());
        let error = MotifFile::read("m.xlsx", b"PK\x03\x04 and so on").unwrap_err();
        assert!(error.to_string().contains("expected motifs as text"), "{error}");
    }

    #[test]
    fn backgrounds_without_a_letter_are_refused() {
        for tiny in ["1e-310", "1e-300", "0.00005", "0"] {
            let text = MEME.replace("A 0.3 C 0.2 G 0.2 T 0.3", &format!("A {tiny} C 0.4 G 0.3 T 0.3"));
            let error = read(&text).expect_err(tiny);
            assert_eq!(error.line, Some(8), "{error}");
            assert!(error.to_string().contains("at least 0.0001"), "{error}");
        }
        // Others that are no frequencies count as not stated.
        let text = MEME.replace("A 0.3 C 0.2 G 0.2 T 0.3", "A NaN C 0.2 G 0.2 T 0.3");
        assert_eq!(read(&text).expect("motifs").background, None);
    }

    #[test]
    fn counts_and_sites_beyond_every_genome_are_not_taken() {
        let text = MEME.replace("nsites= 10", "nsites= 1e300");
        assert_eq!(read(&text).expect("motifs").motifs[0].sites, MOST_SITES);
        let error = read(">a\n1e308\n1e308\n1\n1\n").expect_err("counts whose sum is infinite");
        assert_eq!(error.line, Some(2), "{error}");
    }

    #[test]
    fn many_motifs_are_read() {
        let mut text = String::new();
        for number in 0..5_000 {
            text.push_str(&format!(">m{number} n\n1 2 3 4\n4 3 2 1\n1 1 1 1\n0 0 0 1\n"));
        }
        assert_eq!(read(&text).expect("motifs").motifs.len(), 5_000);
    }
}
