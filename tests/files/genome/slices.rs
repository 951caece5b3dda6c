//! Any part of a genome, in every format, is that part of the whole FASTA.

use std::path::Path;

use regulens::sequence::codes::{UNKNOWN, encode};
use regulens::sequence::genome::Indexer;
use regulens::sequence::{Fasta, codes};

use crate::genome::made::{Letters, blocks, fasta, two_bit};
use crate::genome::{Numbers, Opened, open};

/// The genome of yeast, with stretches in lower case and of N; in CI it must be there.
pub fn yeast() -> Option<Vec<Letters>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/yeast/genome/sacCer3.fa.gz");
    let Ok(bytes) = std::fs::read(&file) else {
        assert!(std::env::var_os("CI").is_none(), "{} is missing", file.display());
        eprintln!("skipped: {} is not there", file.display());
        return None;
    };
    let mut numbers = Numbers(3);
    let records = Fasta::read("sacCer3.fa.gz", &bytes).expect("FASTA").records;
    let sequences = records.into_iter().map(|record| {
        let mut letters: Vec<u8> = record.codes.iter().map(|&code| codes::letter(code)).collect();
        let mut at = numbers.below(2_000) as usize;
        while at < letters.len() {
            let end = (at + 1 + numbers.below(900) as usize).min(letters.len());
            match numbers.below(3) {
                0 => letters[at..end].fill(b'N'),
                1 => letters[at..end].fill(b'n'),
                _ => letters[at..end].make_ascii_lowercase(),
            }
            at = end + numbers.below(6_000) as usize;
        }
        (record.name, letters)
    });
    Some(sequences.collect())
}

/// `count` parts of sequences.
pub fn intervals(sequences: &[Letters], count: usize) -> Vec<(usize, u64, u64)> {
    let mut numbers = Numbers(11);
    let mut draw = || {
        let sequence = numbers.below(sequences.len() as u64) as usize;
        let length = sequences[sequence].1.len() as u64;
        let start = numbers.below(length);
        let most = [10, 200, 5_000][numbers.below(3) as usize];
        (sequence, start, (start + numbers.below(most)).min(length))
    };
    (0..count).map(|_| draw()).collect()
}

fn equal(opened: &mut Opened, sequences: &[Letters], count: usize, what: &str) {
    let names: Vec<&str> = sequences.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(opened.sequences(), names, "{what}");
    let whole: Vec<Vec<u8>> = sequences
        .iter()
        .map(|(_, letters)| letters.iter().map(|&letter| encode(letter)).collect())
        .collect();
    for (sequence, codes) in whole.iter().enumerate() {
        assert_eq!(opened.length(sequence).unwrap(), codes.len() as u64, "{what}");
    }
    for (sequence, start, end) in intervals(sequences, count) {
        let found = opened.codes(sequence, start..end).unwrap();
        assert!(
            found == whole[sequence][start as usize..end as usize],
            "{what}: {}:{start}-{end}",
            names[sequence]
        );
    }
    for (sequence, codes) in whole.iter().enumerate().take(2) {
        assert!(
            opened.codes(sequence, 0..codes.len() as u64).unwrap() == *codes,
            "{what}: all"
        );
    }
}

#[test]
fn ten_thousand_parts_of_the_yeast_genome_are_those_of_its_fasta() {
    let Some(sequences) = yeast() else { return };
    for (big_endian, version) in [(false, 0), (true, 0), (false, 1), (true, 1)] {
        let bytes = two_bit(&sequences, big_endian, version);
        let what = format!("2bit, big endian: {big_endian}, version {version}");
        equal(&mut open(&bytes, None, None), &sequences, 10_000, &what);
    }
    for line_break in ["\n", "\r\n"] {
        let (text, fai) = fasta(&sequences, 61, line_break);
        equal(&mut open(&text, Some(&fai), None), &sequences, 10_000, "FASTA");
        equal(&mut open(&text, None, None), &sequences, 500, "FASTA without index");
    }
    let (text, fai) = fasta(&sequences, 80, "\n");
    let (packed, gzi) = blocks(&text);
    equal(&mut open(&packed, Some(&fai), Some(&gzi)), &sequences, 10_000, "blocks");
    equal(
        &mut open(&packed, Some(&fai), None),
        &sequences,
        500,
        "blocks without .gzi",
    );
    equal(&mut open(&packed, None, None), &sequences, 500, "blocks without index");
}

#[test]
fn fasta_of_any_shape_is_indexed_as_it_is_read_whole() {
    for text in [
        ">a\nACGT\nACGT\nAC\n>b words\nNNacgt\n",
        ">a\nACGTACGTAC",
        ">a\r\nACGT\r\nAC\r\n\r\n\r\n>b\r\nG\r\n",
        ">a\nA\n>b\nC\n>c\nG\n",
        ">a\n\nACGT\nAC\n\n>b\nGGGG\nGGGG\n\n",
        "> a\nACGTRYKMu\n",
    ] {
        let mut opened = open(text.as_bytes(), None, None);
        for (sequence, record) in Fasta::read("g", text.as_bytes()).unwrap().records.iter().enumerate() {
            assert_eq!(opened.find(&record.name), Some(sequence), "{text:?}");
            let length = record.codes.len() as u64;
            assert_eq!(opened.length(sequence).unwrap(), length, "{text:?}");
            for start in 0..=length {
                for end in start..=length {
                    let found = opened.codes(sequence, start..end).unwrap();
                    assert_eq!(
                        found,
                        record.codes[start as usize..end as usize],
                        "{text:?} {start}-{end}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_window_beyond_its_sequence_has_unknown_bases_there() {
    let sequences = [("chr1".to_owned(), b"ACGTACGTAC".to_vec())];
    let mut opened = open(&two_bit(&sequences, false, 0), None, None);
    let window = |opened: &mut Opened, start, length| opened.window(0, start, length).unwrap();
    assert_eq!(window(&mut opened, -2, 4), [UNKNOWN, UNKNOWN, codes::A, codes::C]);
    assert_eq!(window(&mut opened, 8, 4), [codes::A, codes::C, UNKNOWN, UNKNOWN]);
    assert_eq!(window(&mut opened, -30, 4), [UNKNOWN; 4]);
    assert_eq!(window(&mut opened, 10, 4), [UNKNOWN; 4]);
    assert_eq!(window(&mut opened, -1, 12)[1..11], opened.codes(0, 0..10).unwrap());
}

#[test]
fn names_are_found_without_regard_to_chr() {
    let sequences = [("chr1", "ACGT"), ("chrM", "GG")].map(|(name, letters)| (name.to_owned(), letters.into()));
    let opened = open(&two_bit(&sequences, false, 0), None, None);
    assert_eq!(
        [opened.find("1"), opened.find("chr1"), opened.find("MT")],
        [Some(0), Some(0), Some(1)]
    );
    assert_eq!(opened.find("2"), None);
}

#[test]
fn indexes_made_of_pieces_are_those_of_the_whole_file() {
    let Some(sequences) = yeast() else { return };
    let mut numbers = Numbers(29);
    for line_break in ["\n", "\r\n"] {
        let (text, fai) = fasta(&sequences[..3], 61, line_break);
        let (packed, gzi) = blocks(&text);
        for (bytes, gzi) in [(&text, None), (&packed, Some(gzi))] {
            let mut indexer = Indexer::new("g");
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                let most = [3, 400, 200_000][numbers.below(3) as usize];
                let (piece, later) = rest.split_at((1 + numbers.below(most) as usize).min(rest.len()));
                indexer.push(piece).unwrap();
                rest = later;
            }
            let made = indexer.finish().unwrap();
            assert_eq!(made.fai.as_bytes(), fai);
            assert_eq!(made.gzi, gzi);
        }
        let mut cut = Indexer::new("g");
        cut.push(&packed[..packed.len() / 2]).unwrap();
        assert_eq!(cut.finish().unwrap_err().code(), "blocks-damaged");
    }
}

#[test]
fn no_index_is_made_of_what_cannot_have_one() {
    let sequences = [("a".to_owned(), b"ACGTACGT".to_vec())];
    let two_bit = two_bit(&sequences, false, 0);
    for (bytes, code) in [
        (&b"\x1f\x8b\x08\0\0\0\0\0\0\x03aaaaaaaaaaaaaaa"[..], "not-blocked"),
        (&two_bit, "format"),
        (b">a\nACGT\nACGTA\nAC\n", "uneven-lines"),
        (b"", "empty"),
    ] {
        let mut indexer = Indexer::new("g");
        let made = indexer.push(bytes).and_then(|()| indexer.finish());
        assert_eq!(made.unwrap_err().code(), code);
    }
}
