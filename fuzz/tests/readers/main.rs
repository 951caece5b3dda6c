//! One target for each reader of foreign bytes.

#![allow(missing_docs, reason = "tests have no readers of documentation")]

mod annotations;
mod claims;
mod genomes;
mod many;
mod models;
mod sequences;
mod signals;
mod tables;
mod wraps;

// The files that the readers' own tests are made of.
#[allow(dead_code, reason = "of use to other tests")]
#[path = "../../../tests/files/import/files.rs"]
mod files;
#[allow(dead_code, reason = "of use to other tests")]
#[path = "../../../tests/files/genome/made.rs"]
mod genome_files;
#[allow(dead_code, reason = "of use to other tests")]
#[path = "../../../tests/files/import/pickles.rs"]
mod pickles;
#[allow(dead_code, reason = "of use to other tests")]
#[path = "../../../tests/files/prepare/made.rs"]
mod signal_files;
#[allow(dead_code, reason = "of use to other tests")]
mod tensorflow;

fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// Where an error says that something is wrong. What it says may differ with the pieces: of a letter that is split
/// between two its first byte is named, and of two things that are wrong in one place the one that is met first.
fn place(error: &impl ToString) -> String {
    let text = error.to_string();
    text.split(": found ").next().unwrap_or_default().to_owned()
}
