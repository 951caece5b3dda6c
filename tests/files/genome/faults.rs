//! Files that are damaged, or not what they should be: an error that says so, never a panic.

use std::io::{Cursor, Write};
use std::ops::ControlFlow;

use flate2::Compression;
use flate2::write::GzEncoder;
use regulens::sequence::genome::Indexes;
use regulens::sequence::{Genome, GenomeError, Region, SequenceError};

use crate::genome::made::{Letters, blocks, fasta, two_bit};
use crate::genome::{Numbers, open, open_from};
use crate::memory::most_held;

fn sequences() -> Vec<Letters> {
    let mut numbers = Numbers(5);
    let mut letters = |count: usize| (0..count).map(|_| b"ACGTNacgt"[numbers.below(9) as usize]).collect();
    [("chr1", 900), ("chr2", 130), ("chr3", 61)]
        .map(|(name, count)| (name.to_owned(), letters(count)))
        .to_vec()
}

/// Opens a genome and reads all of it.
fn read_all(bytes: &[u8], fai: Option<&[u8]>, gzi: Option<&[u8]>) -> Result<Vec<Vec<u8>>, SequenceError> {
    let mut genome = match open_from(Cursor::new(bytes.to_vec()), fai, gzi) {
        Ok(genome) => genome,
        Err(GenomeError::Sequence(error)) => return Err(error),
        Err(GenomeError::Cancelled) => panic!("nobody cancelled"),
    };
    (0..genome.sequences().len())
        .map(|sequence| {
            let length = genome.length(sequence)?;
            genome.codes(sequence, 0..length)
        })
        .collect()
}

#[track_caller]
fn refused(bytes: &[u8], fai: Option<&[u8]>, gzi: Option<&[u8]>, code: &str, saying: &[&str]) {
    let error = read_all(bytes, fai, gzi).expect_err(code);
    assert_eq!(error.code(), code, "{error}");
    for text in saying {
        assert!(error.to_string().contains(text), "`{text}` is not in: {error}");
    }
}

#[test]
fn a_2bit_cut_anywhere_is_refused() {
    let sequences = sequences();
    let whole = two_bit(&sequences, false, 0);
    for end in 4..whole.len() {
        let error = read_all(&whole[..end], None, None).expect_err("cut short");
        assert_eq!(error.code(), "2bit-damaged", "{end}: {error}");
    }
    refused(
        &whole[..whole.len() - 1],
        None,
        None,
        "2bit-damaged",
        &["g: ", "cut short", "Download or copy"][..1],
    );
}

#[test]
fn a_2bit_whose_parts_contradict_each_other_is_refused() {
    let whole = two_bit(&sequences(), true, 0);
    let with = |at: usize, bytes: &[u8]| {
        let mut damaged = whole.clone();
        damaged[at..at + bytes.len()].copy_from_slice(bytes);
        damaged
    };
    let far = [0xff; 4];
    let first = 16 + 3 * 9;
    for (at, bytes, saying) in [
        (4, &[0, 0, 0, 2][..], "version 2"),
        (8, &far, "4294967295 sequences"),
        (8, &[0, 0, 0, 0], "no sequence"),
        (8, &[0, 0, 1, 0], "2bit"),
        (21, &far, "the offset 4294967295 of chr1, outside the file"),
        (21, &[0, 0, 0, 3], "the offset 3 of chr1, outside the file"),
        (20, b"2", "two sequences called chr2"),
        (first, &far, "a sequence of 4294967295 bp"),
        (first + 4, &far, "the blocks of N beyond its end"),
        (first + 8, &far, "2bit"),
    ] {
        refused(
            &with(at, bytes),
            None,
            None,
            "2bit-damaged",
            &[saying, "Download or copy the file again."],
        );
    }
}

/// A file, its `.fai` and its `.gzi`.
type Parts<'a> = (&'a [u8], Option<&'a [u8]>, Option<&'a [u8]>);

#[test]
fn damaged_files_are_errors_or_other_bases_and_take_no_memory() {
    let sequences = sequences();
    let (text, fai) = fasta(&sequences, 60, "\n");
    let (packed, gzi) = blocks(&text);
    let mut numbers = Numbers(23);
    let files: [Parts<'_>; 5] = [
        (&two_bit(&sequences, false, 0), None, None),
        (&two_bit(&sequences, true, 1), None, None),
        (&text, Some(&fai), None),
        (&packed, Some(&fai), Some(&gzi)),
        (&packed, None, None),
    ];
    for (bytes, fai, gzi) in files {
        for _ in 0..2_000 {
            let mut parts = [Some(bytes), fai, gzi].map(|part| part.map(<[u8]>::to_vec));
            for _ in 0..1 + numbers.below(3) {
                let part = numbers.below(3) as usize;
                if let Some(part) = parts[part].as_mut().filter(|part| !part.is_empty()) {
                    let at = numbers.below(part.len() as u64) as usize;
                    part[at] = [0, 0xff, b'\t', b'9', numbers.below(256) as u8][numbers.below(5) as usize];
                    if numbers.below(9) == 0 {
                        part.truncate(at);
                    }
                }
            }
            let [Some(bytes), fai, gzi] = parts else { continue };
            let (_, held) = most_held(|| read_all(&bytes, fai.as_deref(), gzi.as_deref()));
            assert!(held < 4 << 20, "{held} bytes held");
        }
    }
}

#[test]
fn an_index_of_another_file_is_told() {
    let sequences = sequences();
    let (text, fai) = fasta(&sequences, 60, "\n");
    let index = "index-of-another";
    // Lines of another length, another genome's offsets, a sequence that has become longer, one that is no more.
    refused(
        &text,
        Some(&fasta(&sequences, 50, "\n").1),
        None,
        index,
        &["g.fai, record chr", "expected the index of g"],
    );
    let renamed: Vec<Letters> = sequences
        .iter()
        .map(|(name, letters)| (format!("{name}x"), letters.clone()))
        .collect();
    refused(
        &text,
        Some(&fasta(&renamed, 60, "\n").1),
        None,
        index,
        &["g.fai", "samtools faidx"],
    );
    let mut longer = sequences.clone();
    longer[2].1.extend(b"ACGT");
    refused(
        &fasta(&longer, 60, "\n").0,
        Some(&fai),
        None,
        index,
        &["record chr3", "more bases"],
    );
    refused(
        &fasta(&sequences[..2], 60, "\n").0,
        Some(&fai),
        None,
        index,
        &["g.fai, record chr3, line 3"],
    );
    let swapped = [sequences[1].clone(), sequences[0].clone()];
    refused(
        &fasta(&swapped, 60, "\n").0,
        Some(&fasta(&sequences[..2], 60, "\n").1),
        None,
        index,
        &["g.fai"],
    );
    // Faults of compressed blocks.
    let (packed, _) = blocks(&text.repeat(100));
    let gzi = [1_u64, 90, 70_000].map(u64::to_le_bytes).concat();
    refused(
        &packed,
        Some(&fai),
        Some(&gzi),
        index,
        &["g.gzi: found no block at byte 90"],
    );
    let gzi = [1_u64, 1 << 40, 70_000].map(u64::to_le_bytes).concat();
    refused(&packed, Some(&fai), Some(&gzi), index, &["g.gzi", "beyond the file's"]);
}

#[test]
fn an_index_that_is_none_is_told_with_its_line() {
    let (text, fai) = fasta(&sequences(), 60, "\n");
    for row in [
        "chr2\t5\t6",
        "chr2\t5\t6\t0\t1",
        "chr2\t5\t6\t60\t59",
        "chr2\t5\t6\t60\t61\t99",
        "\t5\t6\t60\t61",
        "x",
    ] {
        let index = [&fai[..], row.as_bytes()].concat();
        refused(
            &text,
            Some(&index),
            None,
            "index-format",
            &["g.fai, line 4: found", "separated by tabs"],
        );
    }
    let twice = [&fai[..], &fai].concat();
    refused(
        &text,
        Some(&twice),
        None,
        "duplicate-record",
        &["record chr1, line 4", "the first on line 1"],
    );
    refused(&text, Some(b""), None, "empty", &["g.fai"]);
    let (packed, gzi) = blocks(&text);
    refused(
        &packed,
        Some(&fai),
        Some(&gzi[..5]),
        "index-format",
        &["g.gzi: found 5 bytes"],
    );
    let error = Indexes::older("g.fa.fai", "g.fa").to_string();
    assert!(
        error.starts_with("g.fa.fai: found an index older than g.fa; ") && error.contains("touch"),
        "{error}"
    );
}

#[test]
fn what_cannot_be_read_in_parts_is_told_with_the_command_that_makes_it_so() {
    let (text, _) = fasta(&sequences(), 60, "\n");
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&text).unwrap();
    let packed = gzip.finish().unwrap();
    refused(
        &packed,
        None,
        None,
        "not-blocked",
        &["one stream", "gunzip -c GENOME.fa.gz | bgzip > "],
    );
    refused(
        b">a\nACGT\nAC\nACGT\n",
        None,
        None,
        "uneven-lines",
        &["g, record a, line 4", "faToTwoBit"],
    );
    refused(
        b">a\nACGT\nACGTA\n",
        None,
        None,
        "uneven-lines",
        &["g, record a, line 3"],
    );
    refused(
        b">a\nACGT\n>a\nA\n",
        None,
        None,
        "duplicate-record",
        &["g, record a, line 3"],
    );
    refused(b">\nACGT\n", None, None, "no-name", &["g, line 1"]);
    refused(b">a\nMEEPQ\n", None, None, "protein", &["g, record a"]);
    refused(b">a\nAC-GT\n", None, None, "gap", &["g, record a"]);
    refused(b"ACGT\n", None, None, "format", &["does not begin with >"]);
    refused(b"", None, None, "empty", &["g: "]);
    refused(b"##fileformat=VCFv4.3\n", None, None, "format", &["a VCF file"]);
    // Blocks that hold another format, and blocks cut short.
    refused(&blocks(b"BAM\x01 and more").0, None, None, "format", &["a BAM file"]);
    let (packed, gzi) = blocks(&text);
    refused(
        &packed[..packed.len() - 40],
        None,
        Some(&gzi),
        "blocks-damaged",
        &["cut short"],
    );
    let mut damaged = packed;
    damaged[200] ^= 0xff;
    refused(
        &damaged,
        None,
        None,
        "blocks-damaged",
        &["does not decompress", "Download or copy"],
    );
}

#[test]
fn places_that_are_not_there_are_told_with_their_line() {
    let mut genome = open(&two_bit(&sequences(), false, 0), None, None);
    let rows = Region::read_bed("r.bed", b"1\t0\t900\nchr2\t100\t131\nchr9\t0\t1\n").unwrap();
    let mut place = |row: usize| Region::find_all(vec![rows[row].clone()], &mut genome);
    assert_eq!(place(0).unwrap().regions, [(rows[0].clone(), 0)]);
    let beyond = place(1).unwrap_err();
    let said = "r.bed, line 2: found chr2:101-131, beyond the end of chr2 in g, which has 130 bp";
    assert!(beyond.to_string().starts_with(said), "{beyond}");
    let unknown = place(2).unwrap_err();
    let said = "r.bed, line 3: found no sequence chr9 in g; expected one of chr1, chr2, chr3.";
    assert!(unknown.to_string().starts_with(said), "{unknown}");
    assert_eq!(genome.codes(0, 5..901).unwrap_err().code(), "beyond-sequence");
}

#[test]
fn making_an_index_can_be_stopped() {
    let (text, _) = fasta(&sequences(), 60, "\n");
    let opened = Genome::open("g", Cursor::new(text), Indexes::default(), &mut |done, all| {
        assert!(0 < done && done <= all);
        ControlFlow::Break(())
    });
    assert!(matches!(opened, Err(GenomeError::Cancelled)));
}
