//! From sequencing to tables: what is read, what becomes of genes, and what is refused.
#![cfg(feature = "prepare")]

mod annotation;
mod bam;
mod coverage;
mod damaged;
mod made;
mod outcome;
mod real;
mod signal;

use std::io::Cursor;
use std::ops::ControlFlow;

use regulens::prepare::{
    Annotation, Column, Gene, Outcome, Plan, PrepareError, Settings, Signal, SignalFormat, Strand, Summary, Windows,
};

/// Windows of four bins of 10 bp.
const SMALL: Windows = Windows {
    upstream: 20,
    downstream: 20,
    bin_size: 10,
    strand_flip: false,
};

fn gene(id: &str, chromosome: &str, strand: Strand, tss: u32) -> Gene {
    Gene {
        id: id.to_owned(),
        name: None,
        biotype: None,
        chromosome: chromosome.to_owned(),
        strand,
        tss,
        bases: (tss, tss),
    }
}

fn plan(genes: &[Gene], windows: Windows) -> Plan {
    Plan::new("genes.gtf", genes.to_vec(), windows, 1).expect("a small plan")
}

fn open(bytes: &[u8], index: Option<&[u8]>) -> Result<Signal<Cursor<Vec<u8>>>, PrepareError> {
    Signal::open("signal", Cursor::new(bytes.to_vec()), index)
}

/// Reads a file as the program does: windows by themselves where it is indexed, else all at once.
fn column(plan: &Plan, bytes: &[u8], index: Option<&[u8]>, settings: &Settings) -> Result<Column, regulens::Error> {
    let mut signal = open(bytes, index)?;
    let mut go_on = || ControlFlow::Continue(());
    let quantity = signal.format().quantity(settings);
    let (values, chromosomes) = if signal.is_indexed() {
        let values = signal.windows(plan, 0..plan.len(), settings, &mut go_on)?;
        (values, signal.chromosomes().expect("listed").to_vec())
    } else {
        signal.all(plan, settings, &mut go_on)?
    };
    let looks_like_shares = signal.looks_like_shares(plan, &values, settings, &mut go_on)?;
    Ok(Column {
        mark: "H3K4me3".to_owned(),
        file: "signal".to_owned(),
        quantity,
        values,
        chromosomes,
        looks_like_shares,
    })
}

/// The table of one mark.
fn prepared(genes: &[Gene], windows: Windows, bytes: &[u8], settings: &Settings) -> Outcome {
    let plan = plan(genes, windows);
    let column = column(&plan, bytes, None, settings).expect("signal");
    plan.assemble("table.csv", &[column], false).expect("a table")
}

fn annotation(text: &str) -> Annotation {
    Annotation::read("genes", text.as_bytes()).expect("an annotation")
}

fn with(summary: Summary) -> Settings {
    Settings {
        summary,
        ..Settings::default()
    }
}

/// Checks a refusal: its code, its line, and words of it.
#[track_caller]
fn assert_refused(result: Result<impl Sized, impl Into<regulens::Error>>, code: &str, words: &[&str]) {
    let Err(error) = result else { panic!("not refused") };
    let error: regulens::Error = error.into();
    let message = error.to_string();
    assert_eq!(error.code(), code, "{message}");
    for word in words.iter().chain(&["found ", "expected "]) {
        assert!(message.contains(word), "{word:?} is not in: {message}");
    }
}

#[test]
fn a_file_is_told_by_its_content() {
    let bed_graph = "chr1\t0\t10\t1\n";
    for (bytes, format) in [
        (made::bigwig(&[("chr1", 100, &[(0, 10, 1.0)])]), SignalFormat::BigWig),
        (bed_graph.as_bytes().to_vec(), SignalFormat::BedGraph),
        (made::gzip(bed_graph.as_bytes()), SignalFormat::BedGraph),
        (made::bgzf(bed_graph.as_bytes()), SignalFormat::BedGraph),
        (b"chr1 0 10 1.5\n".to_vec(), SignalFormat::BedGraph),
        (
            b"track type=bedGraph\n#c\nchr1\t0\t10\t1\n".to_vec(),
            SignalFormat::BedGraph,
        ),
        (b"chr1\t0\t36\tN\t1000\t-\n".to_vec(), SignalFormat::Reads),
        (b"chr1\t0\t36\n".to_vec(), SignalFormat::Reads),
        (made::bam(&[("chr1", 100)], &[]).0, SignalFormat::Bam),
    ] {
        assert_eq!(open(&bytes, None).expect("signal").format(), format);
    }
}
