//! Scores and p-values of matches against those of memelite, made by
//! `benches/golden_motifs.py` of commit 5109c77a. JASPAR's own matrices are read in place.

use crate::common;
use std::fs;
use std::path::Path;

use regulens::interpret::motifs::{Background, ScoredMotif};
use regulens::sequence::codes::encode;
use regulens::sequence::motifs::MotifFile;

/// Differences of p-values, relative to themselves.
const TOLERANCE: f64 = 1e-3;

/// Compares all sites of a table, and returns how many there are.
fn compared(motifs: &MotifFile, table: &str) -> usize {
    let rows = table.lines().skip(1);
    let rows: Vec<Vec<&str>> = rows.map(|line| line.split('\t').collect()).collect();
    for row in &rows {
        let [motif, background, site, score, p] = row[..] else {
            panic!("five cells: {row:?}");
        };
        let background = match background {
            "even" => Background::UNIFORM,
            _ => Background::stated(motifs),
        };
        let of = motifs
            .motifs
            .iter()
            .find(|one| one.id == motif)
            .expect("a motif of the file");
        let found = ScoredMotif::new(of, background).score(site.bytes().map(encode).collect::<Vec<u8>>().into_iter());
        let (bits, found) = found.expect("more likely by the motif than by chance");
        let [score, p] = [score, p].map(|cell| cell.parse::<f64>().expect("a number"));
        assert!((bits - score).abs() < 1e-6, "{row:?}: {bits} bits");
        assert!((found - p).abs() <= TOLERANCE * p, "{row:?}: p {found}");
    }
    rows.len()
}

fn stored(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden_motifs")
        .join(name);
    fs::read_to_string(path).expect("a stored table")
}

#[test]
fn p_values_of_motifs_from_sharp_to_nearly_even_are_those_of_memelite() {
    let motifs = MotifFile::read("made.meme", stored("made.meme").as_bytes()).expect("motifs");
    assert_eq!(motifs.motifs.len(), 12);
    assert_eq!(motifs.background, Some([0.3, 0.2, 0.2, 0.3]));
    assert!(compared(&motifs, &stored("made.tsv")) > 150);
}

#[test]
fn p_values_of_all_matrices_of_jaspar_are_those_of_memelite() {
    let Some(bytes) = common::shared("data/yeast_annotation/JASPAR2024_fungi.meme") else {
        return;
    };
    let motifs = MotifFile::read("JASPAR2024_fungi.meme", &bytes).expect("JASPAR's file");
    assert_eq!(motifs.motifs.len(), 178);
    assert!(compared(&motifs, &stored("jaspar.tsv")) > 500);
}
