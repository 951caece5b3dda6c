//! Files of variants: read, placed on sequences, written with scores; every fault with its place.

mod faults;
mod files;

use regulens::sequence::Fasta;
use regulens::sequence::vcf::Vcf;

/// A header, and rows whose columns are separated by single spaces here.
pub fn vcf(rows: &[&str]) -> String {
    let mut text =
        "##fileformat=VCFv4.3\n##contig=<ID=chrI>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n".to_owned();
    for row in rows {
        text += &row.replace(' ', "\t");
        text += "\n";
    }
    text
}

/// The file that [`vcf`] makes, read.
pub fn read(rows: &[&str]) -> Vcf {
    Vcf::read("v.vcf", vcf(rows).as_bytes()).expect("a VCF")
}

/// chrI: ACGTACGTAC, chrII: GGNNTTaa.
pub fn fasta() -> Fasta {
    Fasta::read("g.fa", b">chrI\nACGTACGTAC\n>chrII\nGGNNTTaa\n").expect("FASTA")
}
