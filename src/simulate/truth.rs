//! Planted truth of simulated data, and its output.

use std::fmt;
use std::io::{self, Write};

use serde::Serialize;

/// The direction of transcription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Strand {
    /// Towards higher coordinates, bin T.
    #[serde(rename = "+")]
    Plus,
    /// Towards lower coordinates, bin 1.
    #[serde(rename = "-")]
    Minus,
}

impl fmt::Display for Strand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plus => "+",
            Self::Minus => "-",
        })
    }
}

/// The truth about one gene.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GeneTruth {
    /// Its id.
    pub gene: String,
    /// Its state, which the planted signal follows.
    pub on: bool,
    /// Its label: expression at or above the median. Differs from the state for some genes.
    pub label: bool,
    /// Its strand.
    pub strand: Strand,
    /// Its count of expression.
    pub expression: u64,
    /// Stretches that depend on its state, by mark and from bin 1 upwards.
    pub planted: Vec<Planted>,
}

/// A stretch of bins of a mark that depends on a gene's state.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Planted {
    /// The mark.
    pub mark: String,
    /// The first bin, counted from 1 in genomic order.
    pub first_bin: usize,
    /// The last bin, inclusive.
    pub last_bin: usize,
    /// Factor by which the expected count was multiplied.
    pub effect: f64,
}

/// Writes the truth as tab-separated text, one row per planted stretch.
///
/// Columns: `gene strand on label expression mark first_bin last_bin effect`. A gene without a planted stretch has one
/// row whose last four columns are empty.
pub fn write_truth_tsv(truth: &[GeneTruth], out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "gene\tstrand\ton\tlabel\texpression\tmark\tfirst_bin\tlast_bin\teffect"
    )?;
    for gene in truth {
        let GeneTruth {
            gene: id,
            strand,
            expression,
            ..
        } = gene;
        let start = format!(
            "{id}\t{strand}\t{}\t{}\t{expression}",
            u8::from(gene.on),
            u8::from(gene.label)
        );
        for Planted {
            mark,
            first_bin,
            last_bin,
            effect,
        } in &gene.planted
        {
            writeln!(out, "{start}\t{mark}\t{first_bin}\t{last_bin}\t{effect:.4}")?;
        }
        if gene.planted.is_empty() {
            writeln!(out, "{start}\t\t\t\t")?;
        }
    }
    Ok(())
}

/// Writes expression in the format that is read: rows `gene,count` without a header.
pub fn write_expression(truth: &[GeneTruth], out: &mut impl Write) -> io::Result<()> {
    out.write_all(expression_rows(truth).as_bytes())
}

pub(super) fn expression_rows(truth: &[GeneTruth]) -> String {
    truth
        .iter()
        .map(|gene| format!("{},{}\n", gene.gene, gene.expression))
        .collect()
}
