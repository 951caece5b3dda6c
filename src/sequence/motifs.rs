//! Files of motifs: MEME's minimal format, and JASPAR's matrices of counts.
//!
//! Kept by hand: lightmotif-io brings lightmotif's own scanner, and motifs are compared here; faults are named by line.

use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

/// The longest motif that is read.
const LONGEST: usize = 100;

/// How far a row's probabilities may be from 1 in sum: files round to six digits.
const ROUNDING: f64 = 0.01;

/// A motif: how often each letter stands in each place of its sites.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Motif {
    /// The name that files tell motifs apart by, such as MA0271.1.
    pub id: String,
    /// The factor's name, such as ARG80; the id where the file gives none.
    pub name: String,
    /// Probabilities of A, C, G and T in each place; each row sums to 1.
    pub rows: Vec<[f64; 4]>,
    /// How many sites it was made of.
    pub sites: f64,
}

/// The motifs of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct MotifFile {
    /// In the file's order; at least one.
    pub motifs: Vec<Motif>,
    /// The letters' frequencies that the file states.
    pub background: Option<[f64; 4]>,
}

/// What is wrong with a file of motifs.
#[derive(Debug, Clone, PartialEq)]
pub struct MotifError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: Option<usize>,
    /// What is wrong there.
    pub problem: MotifProblem,
}

/// What can be wrong with a file of motifs.
#[derive(Debug, Clone, PartialEq)]
pub enum MotifProblem {
    /// There is no motif in it.
    NoMotif,
    /// Another alphabet than DNA's.
    Alphabet(String),
    /// A matrix without a row, or too long a one.
    Width(usize),
    /// A row that is not four numbers.
    Row(String),
    /// A row whose probabilities do not sum to 1.
    Sum(f64),
    /// A column of a matrix of counts without a count.
    NoCounts,
    /// The file ends within a matrix.
    CutShort {
        /// Rows that there are.
        found: usize,
        /// Rows that the matrix says it has.
        expected: usize,
    },
    /// The same id a second time.
    Twice(String),
}

impl fmt::Display for MotifError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(to, ", line {line}")?;
        }
        write!(to, ": ")?;
        match &self.problem {
            MotifProblem::NoMotif => {
                write!(
                    to,
                    "found no motif; expected MEME's minimal format or JASPAR's matrices."
                )
            }
            MotifProblem::Alphabet(found) => write!(to, "found the alphabet {found:?}; expected ACGT."),
            MotifProblem::Width(0) => write!(to, "found a matrix without a row; expected 1 to {LONGEST}."),
            MotifProblem::Width(found) => write!(to, "found {found} rows; expected 1 to {LONGEST}."),
            MotifProblem::Row(found) => {
                write!(to, "found {found:?}; expected four numbers from 0, of A, C, G and T.")
            }
            MotifProblem::Sum(found) => write!(to, "found probabilities that sum to {found}; expected 1."),
            MotifProblem::NoCounts => write!(to, "found a column without a count."),
            MotifProblem::CutShort { found, expected } => {
                write!(to, "found {found} of {expected} rows; the file ends too early.")
            }
            MotifProblem::Twice(id) => write!(to, "found {id} a second time."),
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

    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self.problem {
            MotifProblem::NoMotif => "Export the motifs in one of them.",
            MotifProblem::Alphabet(_) => "Give motifs of DNA.",
            MotifProblem::Width(0) => "Remove it.",
            MotifProblem::Width(_) | MotifProblem::NoCounts => "Remove this motif.",
            MotifProblem::Row(_) => "Correct the row.",
            MotifProblem::Sum(_) => "Correct the row, or write counts as JASPAR does.",
            MotifProblem::CutShort { .. } => "Get it again.",
            MotifProblem::Twice(_) => "Name each motif once.",
        }
    }
}

impl MotifFile {
    /// Reads a file in MEME's minimal format, or of JASPAR's matrices.
    ///
    /// # Errors
    /// [`MotifError`] with the line.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, MotifError> {
        let text = String::from_utf8_lossy(bytes);
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let reader = Reader { file, lines: &lines };
        let first = lines.iter().find(|line| !line.is_empty());
        let found = if first.is_some_and(|line| line.starts_with('>')) {
            reader.jaspar()?
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
        })
    }
}

impl MotifFile {
    /// Writes MEME's minimal format, with a remark on its second line.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_meme(&self, remark: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "MEME version 4\n")?;
        if let Some(remark) = remark {
            writeln!(out, "# {remark}\n")?;
        }
        writeln!(out, "ALPHABET= ACGT\n\nstrands: + -\n")?;
        if let Some([a, c, g, t]) = self.background {
            writeln!(out, "Background letter frequencies\nA {a} C {c} G {g} T {t}\n")?;
        }
        // The format ends a name at a space.
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

/// Motifs with the lines that name them, and the background.
type Found = (Vec<(Motif, usize)>, Option<[f64; 4]>);

struct Reader<'a> {
    file: &'a str,
    lines: &'a [&'a str],
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
                let sites = setting(&lower, "nsites=").filter(|sites| *sites > 0.0).unwrap_or(20.0);
                motifs.push((Motif { id, name, rows, sites }, from));
                at = next;
                continue;
            }
            at += 1;
        }
        Ok((motifs, background))
    }

    /// The rows below line `at`, and the line behind them.
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
            let sum: f64 = row.iter().sum();
            if (sum - 1.0).abs() > ROUNDING {
                return Err(self.error(line, MotifProblem::Sum(sum)));
            }
            rows.push(row.map(|value| value / sum));
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

    /// `>id name`, then four rows of counts, of A, C, G and T, with or without the letter and brackets.
    fn jaspar(&self) -> Result<Found, MotifError> {
        let mut motifs = Vec::new();
        let mut lines = (0..self.lines.len()).filter(|&at| !self.lines[at].is_empty());
        while let Some(at) = lines.next() {
            let Some(names) = self.lines[at].strip_prefix('>') else {
                return Err(self.error(at, MotifProblem::Row(shortened(self.lines[at]))));
            };
            let mut names = names.split_whitespace();
            let id = names.next().unwrap_or("unnamed").to_owned();
            let name = names.next().unwrap_or(&id).to_owned();
            let mut counts: Vec<Vec<f64>> = Vec::new();
            for letter in "ACGT".chars() {
                let Some(line) = lines.next() else {
                    let (found, expected) = (counts.len(), 4);
                    return Err(self.error(at, MotifProblem::CutShort { found, expected }));
                };
                let wrong = || self.error(line, MotifProblem::Row(shortened(self.lines[line])));
                let text = self.lines[line].trim_start_matches([letter, letter.to_ascii_lowercase()]);
                let values = text
                    .split(|c: char| c.is_whitespace() || c == '[' || c == ']')
                    .filter(|word| !word.is_empty());
                let values: Result<Vec<f64>, _> = values.map(str::parse::<f64>).collect();
                let values = values.map_err(|_| wrong())?;
                let is_count = |value: &f64| value.is_finite() && *value >= 0.0;
                if !values.iter().all(is_count) || counts.first().is_some_and(|first| first.len() != values.len()) {
                    return Err(wrong());
                }
                counts.push(values);
            }
            let width = counts[0].len();
            if !(1..=LONGEST).contains(&width) {
                return Err(self.error(at, MotifProblem::Width(width)));
            }
            let column = |place: usize| [0, 1, 2, 3].map(|letter: usize| counts[letter][place]);
            let totals: Vec<f64> = (0..width).map(|place| column(place).iter().sum()).collect();
            if totals.contains(&0.0) {
                return Err(self.error(at, MotifProblem::NoCounts));
            }
            let rows = (0..width).map(|place| column(place).map(|count| count / totals[place]));
            let motif = Motif {
                id,
                name,
                rows: rows.collect(),
                sites: totals.iter().sum::<f64>() / width as f64,
            };
            motifs.push((motif, at));
        }
        Ok((motifs, None))
    }
}

/// The number behind a key such as `nsites=`.
fn setting(line: &str, key: &str) -> Option<f64> {
    // `w=` is also the end of other words.
    let at = line
        .match_indices(key)
        .find(|(at, _)| !line[..*at].ends_with(|c: char| c.is_alphanumeric()))?
        .0;
    line[at + key.len()..].split_whitespace().next()?.parse().ok()
}

fn numbers(line: &str) -> Option<[f64; 4]> {
    let values: Option<Vec<f64>> = line.split_whitespace().map(|word| word.parse().ok()).collect();
    let row: [f64; 4] = values?.try_into().ok()?;
    row.iter()
        .all(|value| value.is_finite() && *value >= 0.0)
        .then_some(row)
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
    (found.iter().all(|value| *value > 0.0) && (sum - 1.0).abs() <= ROUNDING).then(|| found.map(|value| value / sum))
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
