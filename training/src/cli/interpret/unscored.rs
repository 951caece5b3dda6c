//! The rows and alternatives of a VCF that have no score, said to the user.

use std::collections::HashMap;

use regulens::sequence::vcf::{Variant, Vcf, WithoutScore};

use crate::cli::words::counted;

/// Says which rows with bases have no score; `become_of` is the end of a sentence about them: `kept without a score`.
pub fn tell_rows(vcf: &Vcf, variants: &[Variant], records: &HashMap<&str, usize>, become_of: &str) {
    let in_use = |contig: &str| records.contains_key(contig);
    for (why, words) in [
        (
            WithoutScore::Letters,
            "ambiguous bases in REF (N where the FASTA has a base, or another IUPAC code)",
        ),
        (
            WithoutScore::NotInUse,
            "a sequence that other rows match better by name",
        ),
    ] {
        let rows = vcf.without_score(variants, in_use).filter(|(_, of)| *of == why);
        let lines: Vec<u64> = rows.map(|(row, _)| row.line).collect();
        if let Some(first) = lines.first() {
            eprintln!(
                "{}, line {first}: {words}; {} {become_of}",
                vcf.file,
                counted(lines.len(), "such row")
            );
        }
    }
}

/// Says how many alternatives have no score, `too_long` of them by their length.
pub fn tell_alternatives(vcf: &Vcf, too_long: usize, become_of: &str) {
    for (count, what) in [
        (vcf.without_bases(), "are symbolic"),
        (too_long, "are longer than half of what the model predicts"),
    ] {
        if count > 0 {
            eprintln!("  {count} alternatives {what}: {become_of}");
        }
    }
}
