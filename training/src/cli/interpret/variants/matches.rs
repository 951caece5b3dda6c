//! The matches of known motifs that variants make, break or change.

use std::path::Path;

use regulens::interpret::motifs::{Background, ChangeOfMatch, MotifChange, NAMES_Q, ScoredMotif, motif_changes, reach};
use regulens::sequence::Bases;
use regulens::sequence::motifs::MotifFile;
use regulens::sequence::vcf::{InfoField, Variant};

use super::genes::percent_encoded;
use crate::cli::error::CliError;
use crate::cli::files;
use crate::cli::words::cell;

/// The motifs of a file.
pub struct KnownMotifs {
    file: MotifFile,
    scored: Vec<ScoredMotif>,
}

/// Effects of variants on matches of motifs.
pub struct Matches {
    file: MotifFile,
    /// One list of changes per variant.
    changes: Vec<Vec<MotifChange>>,
}

impl KnownMotifs {
    /// Reads a file of motifs.
    pub fn read(path: &Path) -> Result<Self, CliError> {
        let file = files::motifs(path)?;
        let scored = ScoredMotif::all(&file, Background::stated(&file));
        Ok(Self { file, scored })
    }

    /// Compares the alleles of each variant.
    pub fn compare(self, genome: &mut impl Bases, variants: &[Variant]) -> Result<Matches, CliError> {
        let reach = reach(&self.scored) as u64;
        let mut changes = Vec::with_capacity(variants.len());
        for variant in variants {
            let bases = variant.position as u64..(variant.position + variant.from.len()) as u64;
            let (first, codes) = genome.around(variant.record, bases, reach)?;
            let within = Variant {
                position: variant.position - first as usize,
                ..variant.clone()
            };
            changes.push(motif_changes(&codes, &within, &self.scored, NAMES_Q));
        }
        Ok(Matches {
            file: self.file,
            changes,
        })
    }
}

impl Matches {
    /// The names of the columns.
    pub const COLUMNS: [&str; 4] = ["motif", "motif_change", "motif_bits", "motif_q"];

    /// The fields of a VCF, in the order of the columns.
    pub fn fields() -> [InfoField; 4] {
        [
            (
                "RG_MOTIF",
                "Motifs whose match is made, broken or changed, lowest q first, separated by &",
            ),
            (
                "RG_MOTIFCHANGE",
                "Change of each match: made, broken, strengthened or weakened",
            ),
            (
                "RG_MOTIFBITS",
                "Score of each match in bits, alternative minus reference",
            ),
            (
                "RG_MOTIFQ",
                "Benjamini-Hochberg q of each match, over all motifs and both alleles",
            ),
        ]
        .map(|(id, description)| InfoField {
            id: id.to_owned(),
            kind: "String",
            description: description.to_owned(),
        })
    }

    /// The cells of a variant, by its number, in the order of the columns.
    pub fn cells(&self, variant: usize) -> [String; 4] {
        self.texts(variant, ",", cell)
    }

    /// Values of the fields of a VCF for a variant; `None` where no match changes.
    pub fn info(&self, variant: usize) -> [Option<String>; 4] {
        let texts = self.texts(variant, "&", percent_encoded);
        texts.map(|text| (!text.is_empty()).then_some(text))
    }

    fn texts(&self, variant: usize, between: &str, written: impl Fn(&str) -> String) -> [String; 4] {
        let joined = |text: &dyn Fn(&MotifChange) -> String| {
            let texts: Vec<String> = self.changes[variant].iter().map(text).collect();
            texts.join(between)
        };
        [
            joined(&|one| written(&self.file.motifs[one.motif].name)),
            joined(&|one| {
                let change = match one.change {
                    ChangeOfMatch::Made => "made",
                    ChangeOfMatch::Strengthened => "strengthened",
                    ChangeOfMatch::Weakened => "weakened",
                    ChangeOfMatch::Broken => "broken",
                };
                change.to_owned()
            }),
            joined(&|one| format!("{:.2}", one.bits)),
            joined(&|one| format!("{:.2e}", one.q)),
        ]
    }
}
