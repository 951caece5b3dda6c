//! Every fault is told with its place, what was found, what was expected, and what to do.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use regulens::sequence::Fasta;
use regulens::sequence::vcf::{PlaceError, Vcf, VcfError};

use crate::variants::{fasta, read, vcf};

#[track_caller]
fn assert_told(error: &VcfError, code: &str, words: &[&str]) {
    assert_eq!(error.code(), code, "{error}");
    for word in words {
        assert!(error.to_string().contains(word), "`{word}` is not in: {error}");
    }
    assert!(error.to_string().contains("found ") && error.to_string().ends_with(error.remedy()));
}

#[track_caller]
fn assert_unread(bytes: &[u8], code: &str, words: &[&str]) {
    assert_told(&Vcf::read("v.vcf", bytes).expect_err("a fault"), code, words);
}

#[track_caller]
fn assert_row_unread(row: &str, code: &str, words: &[&str]) {
    assert_unread(
        vcf(&["chrI 1 . A C . . .", row]).as_bytes(),
        code,
        &[&["v.vcf, line 5"], words].concat(),
    );
}

#[test]
fn a_file_of_another_kind_is_told_by_what_it_is() {
    assert_unread(b"", "empty", &["v.vcf: found an empty file"]);
    assert_unread(b"\n\n", "empty", &["empty"]);
    assert_unread(b">chrI\nACGT\n", "format", &["FASTA"]);
    assert_unread(b"BCF\x02\x02rest of it", "format", &["a BCF file", "bcftools view"]);
    assert_unread(b"<!DOCTYPE html><html>", "format", &["a web page"]);
    assert_unread(b"PK\x03\x04 a workbook", "format", &["zip"]);
    assert_unread(b"chrI\t5\tA\n", "columns", &["line 1", "no line #CHROM"]);
    assert_unread(b"##fileformat=VCFv4.3\n", "columns", &["no line #CHROM"]);
    assert_unread(b"##fileformat=VCFv4.3\n\xff\xff\n", "not-utf8", &["line 2"]);
    assert_unread(
        b"#CHROM\tPOS\tNAME\tREF\n",
        "columns",
        &["line 1", "the column NAME; expected ID"],
    );
    assert_unread(b"#CHROM\tPOS\tID\tREF\n", "columns", &["line 1", "found 4 columns"]);
}

#[test]
fn damaged_packing_is_told() {
    let mut member = GzEncoder::new(Vec::new(), Compression::default());
    member
        .write_all(vcf(&["chrI 1 . A C . . ."]).as_bytes())
        .expect("memory");
    let packed = member.finish().expect("memory");
    assert_unread(&packed[..packed.len() - 9], "gzip-truncated", &["end early"]);
    let mut damaged = packed;
    let crc = damaged.len() - 8;
    damaged[crc] ^= 1;
    assert_unread(&damaged, "gzip-corrupt", &["damaged gzip"]);
}

#[test]
fn a_faulty_row_is_told_with_line_and_column() {
    assert_row_unread("chrI 2 . C", "columns", &["found 4 columns", "tabs"]);
    assert_row_unread("chrI two . C T . . .", "position", &["column POS", "\"two\""]);
    assert_row_unread("chrI 0 . C T . . .", "position", &["column POS", "counted from 1"]);
    assert_row_unread("chrI -3 . C T . . .", "position", &["column POS"]);
    assert_row_unread("chrI 2 . Q T . . .", "allele", &["column REF", "\"Q\""]);
    assert_row_unread("chrI 2 . . T . . .", "allele", &["column REF"]);
    assert_row_unread("chrI 2 . C T, . . .", "allele", &["column ALT", "\"\""]);
    assert_row_unread("chrI 2 . C 7 . . .", "allele", &["column ALT", "\"7\""]);
    assert_row_unread(". 2 . C T . . .", "unknown-sequence", &["column CHROM"]);
    let long = format!("chrI 2 . {} T . . .", "Z".repeat(1000));
    let error = Vcf::read("v.vcf", vcf(&[&long]).as_bytes()).expect_err("a fault");
    assert!(error.to_string().len() < 400, "{error}");
}

#[track_caller]
fn assert_unplaced(row: &str, code: &str, words: &[&str]) {
    let Err(PlaceError::Variants(error)) = read(&[row]).place(&mut fasta()) else {
        panic!("{row} has a place, or the genome is at fault");
    };
    assert_told(&error, code, &[&["v.vcf, line 4"], words].concat());
}

#[test]
fn a_reference_that_disagrees_names_both_bases_and_the_place() {
    assert_unplaced(
        "chrI 2 . G T . . .",
        "reference-differs",
        &[
            "column REF",
            "found G at chrI:2; expected C, as in g.fa. 1 of 1 rows differ from it",
            "assembly",
        ],
    );
    // The first base agrees, the second does not.
    assert_unplaced(
        "chrI 2 . CC C . . .",
        "reference-differs",
        &["found C at chrI:3; expected G"],
    );
    assert_unplaced(
        "chrII 7 . T C . . .",
        "reference-differs",
        &["found T at chrII:7; expected A"],
    );
}

#[test]
fn an_unknown_sequence_is_told_with_those_that_there_are() {
    assert_unplaced(
        "chr9 2 . C T . . .",
        "unknown-sequence",
        &[
            "column CHROM",
            "found the sequence chr9; expected one of g.fa: chrI, chrII",
        ],
    );
    // A leading chr makes no difference.
    assert_eq!(
        read(&["I 2 . C T . . ."]).place(&mut fasta()).expect("a place").len(),
        1
    );
}

#[test]
fn a_variant_behind_the_end_is_told_with_the_length() {
    assert_unplaced(
        "chrI 11 . A T . . .",
        "beyond-sequence",
        &["column POS", "bases 11 to 11 of chrI", "10 bp"],
    );
    assert_unplaced("chrI 10 . CA C . . .", "beyond-sequence", &["bases 10 to 11"]);
    assert_unplaced("chrI 18446744073709551615 . CA C . . .", "beyond-sequence", &[]);
}

#[test]
fn a_long_reference_with_many_alternatives_is_not_copied_without_end() {
    let mut fasta = Fasta::read("g.fa", format!(">chrI\n{}\n", "A".repeat(100_000)).as_bytes()).expect("FASTA");
    let row = |alternatives: usize| {
        let text = format!(
            "chrI 1 . {} {} . . .",
            "A".repeat(100_000),
            vec!["C"; alternatives].join(",")
        );
        read(&[&text])
    };
    assert_eq!(row(100).place(&mut fasta).expect("places").len(), 100);
    let Err(PlaceError::Variants(error)) = row(60_000).place(&mut fasta) else {
        panic!("60,000 copies");
    };
    assert_told(&error, "too-large", &["v.vcf, line 4, column REF", "many alternatives"]);
}
