//! Tables of signal: what is read, what is refused, and the warnings about values.

mod deviation;
mod expression;
mod faults;
mod files;
mod layouts;
mod matrix;
mod pieces;
mod published;
mod transforms;

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use regulens::input::{InputError, SignalTable};

/// Two genes of two bins with two marks and a label.
const HEADED: &str = "gene,bin,H3K4me3,H3K27me3,label\n\
    A,1,0,1.5,1\nA,2,2,3,1\nB,1,4,5,0\nB,2,6,7,0\n";

/// Two genes of two bins in the published AttentiveChrome layout.
const ATTENTIVE_CHROME: &str = "172936,1,0,6,1,2,0,0\n172936,2,0,10,1,0,2,0\n\
    000003,1,1,2,3,4,5,1\n000003,2,6,7,8,9,10,1\n";

/// Two genes of two bins in the published DeepDiff layout.
const DEEP_DIFF: &str = "ENSG00000130749_ZC3H4_1,1,1,0,1,0\nENSG00000130749_ZC3H4_2,1,0,0,1,1\n\
    ENSG00000000003_HLA_X_1,3,0,1,2,5\nENSG00000000003_HLA_X_2,9,8,7,6,5\n";

fn read(text: &str) -> SignalTable {
    SignalTable::read("table.csv", text.as_bytes()).expect("a table")
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes every byte");
    encoder.finish().expect("memory takes every byte")
}

/// A text in UTF-16 behind its byte order mark.
pub(crate) fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    ["\u{feff}", text].concat().encode_utf16().flat_map(bytes).collect()
}

/// A table `gene,bin,MARK…` whose values are `value(gene, bin, mark)`, counted from 0.
fn made(genes: usize, bins: usize, marks: &[&str], value: impl Fn(usize, usize, usize) -> f32) -> SignalTable {
    let mut text = format!("gene,bin,{}\n", marks.join(","));
    for gene in 0..genes {
        for bin in 0..bins {
            text += &format!("G{gene},{}", bin + 1);
            for mark in 0..marks.len() {
                text += &format!(",{}", value(gene, bin, mark));
            }
            text += "\n";
        }
    }
    read(&text)
}

fn refused(bytes: &[u8]) -> InputError {
    SignalTable::read("table.csv", bytes).expect_err("a refusal")
}

/// Checks a refusal of `bytes`: code, line, column, and words of what was found, expected and advised.
#[track_caller]
fn assert_refused(bytes: impl AsRef<[u8]>, code: &str, line: Option<u64>, column: Option<usize>, words: &[&str]) {
    let error = refused(bytes.as_ref());
    let message = error.to_string();
    assert_eq!(error.code(), code, "{message}");
    assert_eq!(
        (error.location().line, error.location().column),
        (line, column),
        "{message}"
    );
    assert_eq!(error.location().file, "table.csv");
    for word in words
        .iter()
        .chain(&["table.csv", "found ", "expected ", error.remedy().as_str()])
    {
        assert!(message.contains(word), "{word:?} is not in: {message}");
    }
    for (name, value) in [("line", line), ("column", column.map(|column| column as u64))] {
        if let Some(value) = value {
            assert!(message.contains(&format!("{name} {value}")), "no {name} in: {message}");
        }
    }
}
