//! Reads VCF files.

use std::borrow::Cow;

use super::{Alternative, Row, Vcf, VcfError, VcfProblem, upper};
use crate::input::{Budget, InputError, Lines, Problem, as_text, signature};
use crate::sequence::fasta::IUPAC;

/// Largest text of a file, and so of a row: rows with many samples are long.
const LIMIT: usize = 1 << 30;

/// Names of the mandatory columns.
const COLUMNS: [&str; 8] = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"];

/// Largest number of characters of a wrong cell in a message.
const SHOWN: usize = 40;

impl Vcf {
    /// Reads a file from its bytes.
    ///
    /// # Errors
    /// [`VcfError`].
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, VcfError> {
        let mut vcf = Self {
            file: file.to_owned(),
            header: Vec::new(),
            rows: Vec::new(),
        };
        let mut named = false;
        let mut lines = Lines::new(file, bytes).with_limit(LIMIT);
        let budget = Budget::of_lines();
        let mut length = 0;
        while let Some((number, line)) = lines.next().map_err(unread)? {
            length += line.len();
            if length > LIMIT {
                return Err(VcfError::file(file, VcfProblem::TooLarge { limit: LIMIT }));
            }
            if line.starts_with('>') && vcf.header.is_empty() {
                let (found, remedy) = ("FASTA", "Give the variants as VCF; the sequence goes beside it.");
                return Err(VcfError::file(file, VcfProblem::Format { found, remedy }));
            }
            budget.earn(line.len() + 1);
            let has_room = match named {
                true => budget.draw::<Row>(line.len()),
                false => budget.draw::<String>(line.len()),
            };
            if !has_room {
                return Err(VcfError::at(file, number, VcfProblem::Memory));
            }
            if named {
                vcf.rows.push(Row::read(file, number, line)?);
                continue;
            }
            if !line.starts_with('#') {
                return Err(VcfError::at(file, number, VcfProblem::NoColumns));
            }
            if !line.starts_with("##") {
                check_columns(file, number, line)?;
                named = true;
            }
            vcf.header.push(line.to_owned());
        }
        match (named, vcf.header.is_empty()) {
            (true, _) => Ok(vcf),
            (false, true) => Err(VcfError::file(file, VcfProblem::Empty)),
            (false, false) => Err(VcfError::file(file, VcfProblem::NoColumns)),
        }
    }

    /// A file of one typed variant: `chrI:1042 A>G`, `chrI:1042:A:G` or `chrI-1042-A-G`; several alternatives are
    /// separated by commas. `file` is its name in messages.
    ///
    /// # Errors
    /// [`VcfError`].
    pub fn typed(file: &str, text: &str) -> Result<Self, VcfError> {
        let wrong = || {
            let found = shown(text.trim());
            VcfError::file(file, VcfProblem::Typed { found })
        };
        // Read from the end, because the sequence name comes first and may contain the separators.
        let separates = |c: char| c.is_whitespace() || [':', '-', '>', '/'].contains(&c);
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ");
        let mut parts: Vec<&str> = text.rsplitn(4, separates).collect();
        parts.reverse();
        let [contig, position, reference, alternatives] = parts[..] else {
            return Err(wrong());
        };
        let row = format!(
            "{}\t{}\t.\t{}\t{}\t.\t.\t.",
            contig.trim_end_matches(separates),
            position.replace(['\'', ',', '_'], ""),
            reference,
            alternatives
        );
        let row = Row::read(file, 1, &row).map_err(|_| wrong())?;
        Ok(Self {
            file: file.to_owned(),
            header: vec!["##fileformat=VCFv4.3".to_owned(), COLUMNS.join("\t")],
            rows: vec![row],
        })
    }

    /// Number of alternatives without bases, which are kept but not scored.
    pub fn without_bases(&self) -> usize {
        let alternatives = self.rows.iter().flat_map(Row::alternatives);
        alternatives
            .filter(|alternative| matches!(alternative, Alternative::Other(_)))
            .count()
    }
}

impl Row {
    fn read(file: &str, line: u64, text: &str) -> Result<Self, VcfError> {
        // Only the first columns: rows with many samples have many cells.
        let cells: Vec<&str> = text.splitn(COLUMNS.len() + 1, '\t').collect();
        let &[contig, position, _, reference, alternatives, _, _, _, ..] = cells.as_slice() else {
            let found = cells.len();
            return Err(VcfError::at(file, line, VcfProblem::Columns { found }));
        };
        if contig.is_empty() || contig == "." {
            return Err(VcfError::of(file, line, "CHROM", VcfProblem::NoContig));
        }
        let at = position.parse().ok().filter(|at| *at > 0);
        let at = at.ok_or_else(|| {
            let found = shown(position);
            VcfError::of(file, line, "POS", VcfProblem::Position { found })
        })?;
        let wrong = |found: &str, alternative| {
            let column = if alternative { "ALT" } else { "REF" };
            let found = shown(found);
            VcfError::of(file, line, column, VcfProblem::Allele { found, alternative })
        };
        if letters(reference).is_none() {
            return Err(wrong(reference, false));
        }
        if let Some(found) = alternatives.split(',').find(|text| Alternative::read(text).is_none()) {
            return Err(wrong(found, true));
        }
        Ok(Self {
            line,
            text: text.into(),
            position: at,
        })
    }
}

impl<'a> Alternative<'a> {
    /// Parses an alternative.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        if let Some(letters) = letters(text) {
            return Some(match letters.bytes().all(|letter| b"ACGTN".contains(&letter)) {
                true => Self::Bases(letters),
                false => Self::Other(letters),
            });
        }
        let symbolic = text.starts_with('<') && text.ends_with('>');
        let breakend = text.contains(['[', ']']) || (text.len() > 1 && (text.starts_with('.') || text.ends_with('.')));
        (symbolic || breakend || text == "*" || text == ".").then(|| Self::Other(text.into()))
    }
}

/// The text in upper case if it has only bases, ambiguous ones included.
fn letters(text: &str) -> Option<Cow<'_, str>> {
    let all = text
        .bytes()
        .map(|letter| letter.to_ascii_uppercase())
        .all(|letter| b"ACGTN".contains(&letter) || IUPAC.contains(&letter));
    (all && !text.is_empty()).then(|| upper(text))
}

/// Checks that a line has the column names of VCF.
fn check_columns(file: &str, line: u64, text: &str) -> Result<(), VcfError> {
    let mut found = text.split('\t');
    for expected in COLUMNS {
        match found.next() {
            Some(name) if name == expected => {}
            None => {
                let found = text.split('\t').count();
                return Err(VcfError::at(file, line, VcfProblem::Columns { found }));
            }
            Some(name) => {
                let found = shown(name);
                let problem = VcfProblem::ColumnName { found, expected };
                return Err(VcfError::at(file, line, problem));
            }
        }
    }
    Ok(())
}

/// Converts an error of decoding.
fn unread(error: InputError) -> VcfError {
    let (file, line, problem) = error.into_parts();
    let problem = match problem {
        Problem::LineTooLong => VcfProblem::TooLarge { limit: LIMIT },
        Problem::NotUtf8 { .. } => VcfProblem::NotUtf8,
        Problem::Binary { kind, .. } if kind == signature::BCF => VcfProblem::Format {
            found: kind,
            remedy: "Make VCF of it: bcftools view FILE > OUT.vcf.",
        },
        Problem::Binary { kind, remedy } => VcfProblem::Format {
            found: kind,
            remedy: as_text(remedy),
        },
        other => other.into(),
    };
    VcfError {
        line,
        ..VcfError::file(&file, problem)
    }
}

/// The beginning of a cell, for a message.
fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
