//! Small files, and what pyBigWig, pysam, bcftools and pyranges read from them, as
//! `benches/independent.py` of commit 5109c77a wrote both.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::one_mark;
use crate::support::setup::{Folder, Results, run_line};

/// A number by gene and bin, both as written.
type Bins = BTreeMap<(String, String), f64>;

fn stored(name: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/files/independent");
    Path::new(folder).join(name)
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// A stored column of numbers of bins.
fn expected(name: &str, column: &str) -> Bins {
    let table = Results::read(&stored(name));
    let keys = table.rows.iter().map(|row| (row[0].clone(), row[1].clone()));
    keys.zip(table.numbers(column)).collect()
}

/// The bins that `prepare hm` makes of one file of signal.
fn prepared(folder: &Folder, signal: &Path, annotation: &Path, flags: &[&str]) -> Bins {
    one_mark::prepare(folder, signal, annotation, flags).succeeds();
    let rows = one_mark::rows(folder).into_iter();
    rows.map(|(gene, bin, value)| ((gene, bin), value)).collect()
}

#[test]
fn means_of_a_bigwig_are_those_of_pybigwig() {
    let expected = expected("bins.tsv", "mean");
    let found = prepared(&Folder::new(), &stored("signal.bw"), &stored("genes.bed"), &[]);
    assert_eq!((found.len(), expected.len()), (1_200, 1_200));
    for (bin, mean) in expected {
        assert!(
            (found[&bin] - mean).abs() <= 1e-5 * mean,
            "{bin:?}: {} and {mean}",
            found[&bin]
        );
    }
}

#[test]
fn counts_of_reads_are_those_of_pysam() {
    let folder = Folder::new();
    let bare = folder.path("bare.bam");
    fs::copy(stored("reads.bam"), &bare).expect("a copy without an index");
    let strict: &[&str] = &["--min-mapq", "20", "--keep-duplicates"];
    for (column, flags) in [("reads", &[][..]), ("mapq_20_with_duplicates", strict)] {
        let expected = expected("counts.tsv", column);
        assert!(expected.values().filter(|count| **count > 0.0).count() > 900);
        for reads in [&stored("reads.bam"), &bare] {
            let found = prepared(&folder, reads, &stored("genes.bed"), flags);
            assert_eq!(found, expected, "{column} of {}", reads.display());
        }
    }
}

/// The numbers that a VCF's variants get, by id and track.
fn scores(folder: &Folder, vcf: &str) -> BTreeMap<(String, String), Vec<f64>> {
    let model = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../models")
        .join("basenji-attention-two-sided-simulated.safetensors");
    let [model, fasta, vcf] = [model, stored("genome.fa"), stored(vcf)].map(|path| text(&path));
    let out = folder.path("scores.tsv");
    run_line(format!(
        "interpret variants --model {model} --fasta {fasta} --vcf {vcf} --tsv {}",
        text(&out)
    ))
    .succeeds();
    let table = Results::read(&out);
    let columns = [
        "reference_sum",
        "alternative_sum",
        "sad",
        "total",
        "log2",
        "log2_position",
        "attention",
    ]
    .map(|name| table.numbers(name));
    let at = |name: &str| table.header.iter().position(|other| other == name).expect("a column");
    let (id, track) = (at("id"), at("track"));
    let rows = table.rows.iter().enumerate();
    rows.map(|(row, cells)| {
        let numbers = columns.iter().map(|column| column[row]).collect();
        ((cells[id].clone(), cells[track].clone()), numbers)
    })
    .collect()
}

#[test]
fn a_variant_has_the_scores_of_what_bcftools_makes_of_it() {
    let rows = |name: &str| -> BTreeMap<String, [String; 3]> {
        let text = fs::read_to_string(stored(name)).expect("a VCF");
        let rows = text.lines().filter(|line| !line.starts_with('#'));
        let cells = rows.map(|row| row.split('\t').map(str::to_owned).collect::<Vec<_>>());
        cells
            .map(|row| (row[2].clone(), [row[1].clone(), row[3].clone(), row[4].clone()]))
            .collect()
    };
    let (written, normalised) = (rows("variants.vcf"), rows("normalised.vcf"));
    assert_eq!((written.len(), normalised.len()), (28, 28));
    let moved = written.iter().filter(|(id, row)| row[0] != normalised[*id][0]).count();
    assert!(moved >= 24, "{moved} stand elsewhere once they are normalised");

    let folder = Folder::new();
    let (found, expected) = (scores(&folder, "variants.vcf"), scores(&folder, "normalised.vcf"));
    assert_eq!((found.len(), expected.len()), (56, 56));
    for (variant, expected) in expected {
        for (found, expected) in found[&variant].iter().zip(expected) {
            assert!(
                (found - expected).abs() <= 1e-6 * expected.abs().max(1.0),
                "{variant:?}: {found} and {expected}"
            );
        }
    }
}

#[test]
fn genes_of_exons_begin_where_pyranges_has_them() {
    let folder = Folder::new();
    let stretch = |chromosome: &str, at: usize| format!("{chromosome}\t{}\t{}\t{at}\n", at * 100, at * 100 + 100);
    let ruler: String = ["chr1", "chr2"]
        .iter()
        .flat_map(|chromosome| (0..800).map(move |at| stretch(chromosome, at)))
        .collect();
    let ruler = folder.write("ruler.bedgraph", ruler);
    let bins = prepared(&folder, &ruler, &stored("annotation.gtf"), &[]);
    // The bin behind a TSS begins at the base that, counted from 0, has the number of the TSS counted from 1.
    let found: BTreeMap<&str, f64> = bins
        .iter()
        .filter(|((_, bin), _)| bin == "51")
        .map(|((gene, _), mean)| (gene.as_str(), (mean * 100.0).round()))
        .collect();
    let expected = Results::read(&stored("starts.tsv"));
    let expected: BTreeMap<&str, f64> = expected
        .rows
        .iter()
        .map(|row| (row[0].as_str(), row[1].parse().expect("a base")))
        .collect();
    assert_eq!(expected.len(), 14);
    assert_eq!(found, expected);
}
