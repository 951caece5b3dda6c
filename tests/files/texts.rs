//! One reader for all texts: whatever kind of file it is, its encoding, its line breaks and its packing make no
//! difference, and what is no text is said in one line.

use std::io::Cursor;

use regulens::input::{Expression, SignalTable};
use regulens::interpret::PlantedTruth;
use regulens::prepare::{Annotation, Measured, Summary};
use regulens::sequence::motifs::MotifFile;
use regulens::sequence::vcf::Vcf;
use regulens::sequence::{Fasta, Region};

use crate::input::{gzip, utf16};

/// A kind of file: its name, a text of it, and what is made of bytes.
type Kind = (&'static str, &'static str, fn(&[u8]) -> Result<String, String>);

fn said<T: std::fmt::Debug, E: std::fmt::Display>(read: Result<T, E>) -> Result<String, String> {
    read.map(|read| format!("{read:?}")).map_err(|error| error.to_string())
}

const KINDS: [Kind; 9] = [
    ("a table", "gene,bin,M\nA,1,3\nA,2,4\n", |bytes| {
        said(SignalTable::read("file", bytes).map(|table| (table.genes, table.values)))
    }),
    ("counts", "A\t5\nB\t7\nC\t0\n", |bytes| {
        said(Expression::read("file", bytes).map(|counts| ["A", "B", "C"].map(|gene| counts.get(gene))))
    }),
    (
        "bedGraph",
        "chr1\t0\t10\t1\nchr1\t10\t15\t3\nchr2\t5\t6\t2\n",
        |bytes| {
            let read = Measured::open("file", Cursor::new(bytes.to_vec()));
            let bins = read.and_then(|mut read| {
                Ok([
                    read.bins(0, 0, 3, 5, Summary::Sum)?,
                    read.bins(1, 0, 1, 9, Summary::Sum)?,
                ])
            });
            said(bins)
        },
    ),
    (
        "an annotation",
        "chr1\t100\t200\tone\t0\t+\nchr2\t300\t400\ttwo\t0\t-\n",
        |bytes| said(Annotation::read("file", bytes).map(|read| read.genes)),
    ),
    ("regions", "chr1\t0\t10\tone\nchr1\t20\t30\ttwo\n", |bytes| {
        said(Region::read_bed("file", bytes))
    }),
    ("motifs", ">m M\n1 0 4\n1 2 0\n1 0 0\n1 2 0\n", |bytes| {
        said(MotifFile::read("file", bytes))
    }),
    (
        "variants",
        "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchr1\t5\t.\tA\tC\t.\t.\t.\n",
        |bytes| said(Vcf::read("file", bytes)),
    ),
    ("sequences", ">a one\nACGT\nAC\n>b\nTTTT\n", |bytes| {
        said(Fasta::read("file", bytes))
    }),
    ("truth", "gene\tmark\tfirst_bin\tlast_bin\nA\tM\t2\t3\n", |bytes| {
        said(PlantedTruth::read("file", bytes).map(|truth| truth.gene("A").map(<[_]>::to_vec)))
    }),
];

#[test]
fn encodings_line_breaks_and_packings_make_no_difference() {
    for (kind, text, read) in KINDS {
        let plain = read(text.as_bytes()).unwrap_or_else(|error| panic!("{kind}: {error}"));
        let (half, _) = text.split_at(text.len() / 2);
        let marked = format!("\u{feff}{text}");
        let crlf = text.replace('\n', "\r\n");
        let forms: [(&str, Vec<u8>); 11] = [
            ("with a mark", marked.clone().into_bytes()),
            ("with carriage returns and line feeds", crlf.clone().into_bytes()),
            ("with carriage returns alone", text.replace('\n', "\r").into_bytes()),
            ("without its last line break", text.trim_end().into()),
            ("in UTF-16", utf16(text, u16::to_le_bytes)),
            ("in UTF-16 of the other order", utf16(&crlf, u16::to_be_bytes)),
            ("in gzip", gzip(text.as_bytes())),
            ("in gzip, with a mark", gzip(marked.as_bytes())),
            ("in gzip, in UTF-16", gzip(&utf16(text, u16::to_le_bytes))),
            (
                "in two members",
                [gzip(half.as_bytes()), gzip(&text.as_bytes()[half.len()..])].concat(),
            ),
            ("in gzip with padding", [gzip(text.as_bytes()), vec![0; 512]].concat()),
        ];
        for (form, bytes) in forms {
            assert_eq!(read(&bytes).as_ref(), Ok(&plain), "{kind} {form}");
        }
    }
}

#[test]
fn what_is_no_text_is_said_in_one_line_with_what_to_do() {
    let mut book = b"PK\x03\x04".to_vec();
    book.resize(30, 0);
    book.extend(b"[Content_Types].xml and much more, packed");
    let cut = |text: &str| gzip(text.as_bytes())[..20].to_vec();
    for (kind, text, read) in KINDS {
        let latin = [text.as_bytes(), b"caf\xe9\n"].concat();
        let cases: [(&str, Vec<u8>, &[&str]); 6] = [
            ("workbook", book.clone(), &["workbook"]),
            (
                "a web page",
                b"<!DOCTYPE html><html><body>moved</body></html>".to_vec(),
                &["web page"],
            ),
            ("bzip2", b"BZh91AY&SY and so on and so on".to_vec(), &["bzip2"]),
            ("gzip cut short", cut(text), &["gzip data that end early"]),
            (
                "half a character",
                utf16(text, u16::to_le_bytes)[..text.len() * 2 - 1].to_vec(),
                &[],
            ),
            ("Latin-1", latin, &[]),
        ];
        for (case, bytes, words) in cases {
            let error = read(&bytes).expect_err(case);
            for word in words {
                assert!(error.contains(word), "{kind}, {case}: {word:?} is not in {error}");
            }
            assert!(
                error.contains("; expected ") && !error.contains('\n'),
                "{kind}, {case}: {error}"
            );
            let table = error.contains("a table") && !matches!(kind, "a table" | "truth");
            assert!(!table, "{kind}, {case}: as of a table: {error}");
        }
    }
}
