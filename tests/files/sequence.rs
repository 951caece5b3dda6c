//! FASTA files: what is read, what is counted, and how what is wrong is named.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use regulens::sequence::{Bases, Fasta, FastaReader, SequenceError, codes};

fn read(text: &str) -> Fasta {
    Fasta::read("f.fa", text.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(bytes: impl AsRef<[u8]>) -> SequenceError {
    Fasta::read("f.fa", bytes.as_ref()).expect_err("this is no FASTA")
}

fn letters(codes: &[u8]) -> String {
    codes.iter().map(|&code| char::from(codes::letter(code))).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[test]
fn records_have_names_descriptions_and_bases_over_several_lines() {
    let fasta = read(">chr1 a description here\nACGT\nAC\n\n>chr2\tother\nGG\n");
    let [one, two] = fasta.records.as_slice() else {
        panic!("two records: {fasta:?}");
    };
    assert_eq!(
        (
            one.name.as_str(),
            one.description.as_str(),
            letters(&one.codes).as_str()
        ),
        ("chr1", "a description here", "ACGTAC")
    );
    assert_eq!((two.name.as_str(), two.description.as_str()), ("chr2", "other"));
    assert_eq!(letters(&two.codes), "GG");
    assert_eq!(fasta.record("chr2"), Some(two));
    assert_eq!(one.note(), None);
}

#[test]
fn line_breaks_of_every_system_and_blanks_make_no_difference() {
    let wanted = read(">a\nACGT\nGGTT\n>b\nTTTT\n");
    for text in [
        ">a\r\nACGT\r\nGGTT\r\n>b\r\nTTTT\r\n",
        ">a\rACGT\rGGTT\r>b\rTTTT",
        "\u{feff}>a\n\n  ACGT\nGG TT\t\n; a comment of old\n>b\nTTTT",
        "> a\nACGTGGTT\n\n\n>b\nTTTT\n\n",
    ] {
        assert_eq!(read(text).records, wanted.records, "{text:?}");
    }
}

#[test]
fn pieces_of_any_size_and_gzip_give_the_same_records() {
    let text = b">one d\r\nACGTN\r\nacgRYu\r\n>two\nGGG\n";
    let wanted = Fasta::read("f.fa", text).unwrap().records;
    // Two members, as bgzip writes them.
    let mut packed = gzip(&text[..9]);
    packed.extend(gzip(&text[9..]));
    for bytes in [text.to_vec(), packed] {
        for size in [1, 2, 3, 7, bytes.len()] {
            let mut reader = FastaReader::new("f.fa");
            let mut records = Vec::new();
            for piece in bytes.chunks(size) {
                reader.push(piece).unwrap();
                records.extend(reader.take());
            }
            records.extend(reader.finish().unwrap());
            assert_eq!(records, wanted, "pieces of {size}");
        }
    }
}

#[test]
fn lower_case_unknown_and_iupac_letters_are_read_and_counted() {
    let fasta = read(">a\nACGTacgtnNRYrU\n");
    let record = &fasta.records[0];
    assert_eq!(letters(&record.codes), "ACGTACGTNNNNNT");
    let counts = &record.counts;
    assert_eq!((counts.lower, counts.unknown), (6, 2));
    assert_eq!(counts.iupac().collect::<Vec<_>>(), [('R', 2), ('Y', 1), ('U', 1)]);
    assert_eq!(
        record.note().unwrap(),
        "of 14 bases 6 in lower case, read like the others; 2 unknown (N); \
         other IUPAC letters (2 R, 1 Y, 1 U), read as unknown, U as T"
    );
}

#[test]
fn a_pasted_sequence_without_a_header_is_a_record() {
    let fasta = read("acgt acgt\nGGGG\n");
    assert_eq!(fasta.records.len(), 1);
    assert_eq!(fasta.records[0].name, "sequence");
    assert_eq!(letters(&fasta.records[0].codes), "ACGTACGTGGGG");
}

#[test]
fn a_protein_is_named_with_its_place() {
    let error = refused(">p53 human\nACGT\nMEEPQSDPSV\n");
    assert_eq!(error.code(), "protein");
    assert_eq!((error.line, error.column), (Some(3), Some(2)));
    assert_eq!(
        error.to_string(),
        "f.fa, record p53, line 3, column 2: found the letter E, an amino acid; expected DNA: A, C, G, T, N, or \
         another IUPAC code for bases. Give the DNA of the locus, with its surroundings, instead of the protein."
    );
    // All of these letters are IUPAC's for bases, and more of them stand for several than in any DNA.
    let error = refused(">short\nMKWVSRDHKMY\n");
    assert_eq!((error.code(), error.line), ("protein", Some(1)));
    assert!(
        error.to_string().contains("record short") && error.to_string().contains("among 11"),
        "{error}"
    );
}

#[test]
fn what_is_wrong_with_a_file_is_named_with_its_place_and_a_remedy() {
    let cases: [(&[u8], &str, &[&str]); 14] = [
        (b"", "empty", &["f.fa: found an empty file"]),
        (b"\n\r\n  \n", "empty", &["f.fa: found an empty file"]),
        (
            b">a\nACGT\n>b\nACGT\n>a x\nACGT\n",
            "duplicate-record",
            &["f.fa, record a, line 5: ", "the first on line 1", "Rename"],
        ),
        (b">b\n\n>c\nNN\n", "no-bases", &["record b, line 1: ", "request others"]),
        (b">a\n", "no-bases", &["record a, line 1: "]),
        (
            b"\n\n>gap\nNNNN\nnnNN\n>b\n",
            "only-unknown",
            &["record gap, line 3: ", "8 of them"],
        ),
        (b">\nACGT\n", "no-name", &["f.fa, line 1: "]),
        (b">a\nACGT\nAC-GT\n", "gap", &["record a, line 3, column 3: ", "'-'"]),
        (
            b">a\r\n  1 ACGT\r\n",
            "letter",
            &["record a, line 2, column 3: ", "'1'"],
        ),
        (
            "\u{feff}>a\nAC\u{e9}GT\n".as_bytes(),
            "letter",
            &["line 2, column 3: ", "'é'"],
        ),
        (b"gene,bin,H3K4me3\nA,1,2\n", "format", &["a table", ">NAME"]),
        (b"@read1\nACGT\n+\nIIII\n", "format", &["FASTQ"]),
        (b"\x43\x27\x41\x1a\0\0\0\0", "format", &["2bit", "twoBitToFa"]),
        (b"PK\x03\x04rest of an archive", "format", &["zip archive"]),
    ];
    for (bytes, code, words) in cases {
        let error = refused(bytes);
        assert_eq!(error.code(), code, "{error}");
        for word in words {
            assert!(error.to_string().contains(word), "`{word}` is not in: {error}");
        }
    }
}

#[test]
fn a_record_without_a_base_is_kept_for_who_asks_for_it() {
    let mut fasta = read(">a\nACGT\n>gap\nNNNN\n>empty\n>last\nNR\n");
    assert_eq!(fasta.check_known(0), Ok(()));
    for (record, code, name) in [
        (1, "only-unknown", "gap"),
        (2, "no-bases", "empty"),
        (3, "only-unknown", "last"),
    ] {
        let error = fasta.check_known(record).unwrap_err();
        assert_eq!((error.code(), error.record.as_deref()), (code, Some(name)));
    }
}

#[test]
fn gzip_that_is_cut_short_or_damaged_is_told_apart() {
    let text: String = (0..5_000_u32)
        .map(|base| char::from(codes::letter((base.wrapping_mul(2_654_435_761) >> 13) as u8 & 3)))
        .collect();
    let packed = gzip(format!(">a\n{text}\n").as_bytes());
    assert_eq!(refused(&packed[..packed.len() - 9]).code(), "gzip-truncated");
    let mut damaged = packed;
    let end = damaged.len() - 5;
    damaged[end] ^= 0xff;
    assert_eq!(refused(&damaged).code(), "gzip-corrupt");
}

#[test]
fn any_bytes_are_read_or_refused_and_never_panic() {
    let text = b">chr1 d\r\nACGTNacgtRY\r\n;c\r\n>chr2\nGGG\n";
    for at in 0..text.len() {
        for byte in [0, b'\n', b'\r', b'>', b' ', b'E', 0xff, 0xe2] {
            let mut changed = text.to_vec();
            changed[at] = byte;
            let _ = Fasta::read("f.fa", &changed);
        }
        let _ = Fasta::read("f.fa", &text[..at]);
    }
}
