//! Bytes to rows.

use super::{Alternative, Row, Vcf, VcfError, VcfProblem};
use crate::input::{Decoder, signature};

/// The most text that is kept.
const LIMIT: usize = 1 << 30;

/// The columns that every file has, by name.
const COLUMNS: [&str; 8] = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"];

/// How much of a wrong cell a message shows, in characters.
const SHOWN: usize = 40;

impl Vcf {
    /// Reads a file from its bytes.
    ///
    /// # Errors
    /// [`VcfError`].
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, VcfError> {
        let text = unpack(bytes).map_err(|problem| VcfError::file(file, problem))?;
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
        if let Some(problem) = foreign(text) {
            return Err(VcfError::file(file, problem));
        }
        let mut vcf = Self {
            file: file.to_owned(),
            header: Vec::new(),
            rows: Vec::new(),
        };
        let mut named = false;
        for (number, line) in (1..).zip(text.split(|byte| *byte == b'\n')) {
            let Ok(line) = std::str::from_utf8(line) else {
                return Err(VcfError::at(file, number, VcfProblem::NotUtf8));
            };
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.trim().is_empty() {
                continue;
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

    /// A file of one variant, as it is typed: `chrI:1042 A>G`, `chrI:1042:A:G` or `chrI-1042-A-G`; several alternatives
    /// are separated by commas. `file` is what messages call it.
    ///
    /// # Errors
    /// [`VcfError`].
    pub fn typed(file: &str, text: &str) -> Result<Self, VcfError> {
        let wrong = || {
            let found = shown(text.trim());
            VcfError::file(file, VcfProblem::Typed { found })
        };
        // The name comes first and may hold any of the separators: read from the end.
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

    /// Alternatives without bases, which are kept and not scored.
    pub fn without_bases(&self) -> usize {
        let alternatives = self.rows.iter().flat_map(|row| &row.alternatives);
        alternatives
            .filter(|alternative| matches!(alternative, Alternative::Other(_)))
            .count()
    }
}

impl Row {
    fn read(file: &str, line: u64, text: &str) -> Result<Self, VcfError> {
        let cells: Vec<&str> = text.split('\t').collect();
        let &[contig, position, id, reference, alternatives, _, _, _, ..] = cells.as_slice() else {
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
        let reference = bases(reference).ok_or_else(|| wrong(reference, false))?;
        let alternatives = alternatives
            .split(',')
            .map(|text| alternative(text).ok_or_else(|| wrong(text, true)))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            line,
            text: text.to_owned(),
            contig: contig.to_owned(),
            position: at,
            id: id.to_owned(),
            reference,
            alternatives,
        })
    }
}

/// One of the alternatives.
fn alternative(text: &str) -> Option<Alternative> {
    if let Some(bases) = bases(text) {
        return Some(Alternative::Bases(bases));
    }
    let symbolic = text.starts_with('<') && text.ends_with('>');
    let breakend = text.contains(['[', ']']) || (text.len() > 1 && (text.starts_with('.') || text.ends_with('.')));
    (symbolic || breakend || text == "*" || text == ".").then(|| Alternative::Other(text.to_owned()))
}

/// Bases in upper case, where the text is nothing else.
fn bases(text: &str) -> Option<String> {
    let upper = text.to_ascii_uppercase();
    let all = upper.bytes().all(|letter| b"ACGTN".contains(&letter));
    (all && !upper.is_empty()).then_some(upper)
}

/// That the line names the columns of VCF.
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

fn unpack(bytes: &[u8]) -> Result<Vec<u8>, VcfProblem> {
    let mut text = Vec::new();
    let mut keep = |piece: &[u8]| {
        text.extend_from_slice(piece);
        match text.len() {
            ..=LIMIT => Ok(()),
            _ => Err(VcfProblem::TooLarge { limit: LIMIT }),
        }
    };
    let mut decoder = Decoder::new();
    decoder.push(bytes, &mut keep)?;
    decoder.finish(&mut keep)?;
    Ok(text)
}

/// The format of a file that begins like this, if it is no VCF.
fn foreign(text: &[u8]) -> Option<VcfProblem> {
    const AS_VCF: &str = "Give the variants as VCF; gzip is the only packing that is read.";
    let format = |found, remedy| Some(VcfProblem::Format { found, remedy });
    if text.starts_with(b"BCF") {
        return format("a BCF file", "Make VCF of it with `bcftools view`.");
    }
    if text.starts_with(b">") {
        return format("FASTA", "Give the variants as VCF; the sequence goes beside it.");
    }
    match signature::foreign(&text[..text.len().min(16)])? {
        crate::input::Problem::Binary { kind, .. } => format(kind, AS_VCF),
        crate::input::Problem::NotUtf8 { .. } => Some(VcfProblem::NotUtf8),
        _ => format("binary data", AS_VCF),
    }
}

/// The start of a cell, as a message shows it.
fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
