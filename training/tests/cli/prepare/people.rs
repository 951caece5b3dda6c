//! Annotations and signal in the shapes that people have: the list of `tests/files/people/prepare.json`, which the
//! package's tests run too.

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;

use super::one_mark;
use crate::support::setup::Folder;

#[path = "../../../../tests/files/people/form.rs"]
mod form;

use form::written;

/// A case: two files as lines, and what is right. Without `signal` it is the number of each stretch of 100 bases, so
/// that the bin behind a TSS says where that is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Case {
    case: String,
    annotation: Vec<String>,
    #[serde(default)]
    annotation_form: Option<String>,
    #[serde(default)]
    signal: Vec<String>,
    #[serde(default)]
    signal_form: Option<String>,
    #[serde(default)]
    drop_versions: bool,
    /// The mean of the bin behind each gene's TSS.
    #[serde(default)]
    values: BTreeMap<String, f32>,
    /// Words of the notes on genes.
    #[serde(default)]
    said: Vec<String>,
    /// Words of the error.
    #[serde(default)]
    error: Vec<String>,
}

fn ruler() -> Vec<String> {
    let row = |at: usize| format!("chr1\t{}\t{}\t{at}", at * 100, at * 100 + 100);
    let of_others = ["eGFP", "GFP"].map(|name| (0..900).map(move |at| row(at).replace("chr1", name)));
    (0..900).map(row).chain(of_others.into_iter().flatten()).collect()
}

#[test]
fn files_as_people_have_them_are_prepared_right() {
    let list = fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/files/people/prepare.json"
    ));
    let cases: Vec<Case> = serde_json::from_slice(&list.expect("the list")).expect("cases");
    assert!(cases.len() >= 30);
    for case in cases {
        let (folder, about) = (Folder::new(), &case.case);
        let signal = if case.signal.is_empty() { &ruler() } else { &case.signal };
        let annotation = folder.write("genes.txt", written(&case.annotation, case.annotation_form.as_deref()));
        let signal = folder.write("signal.txt", written(signal, case.signal_form.as_deref()));
        let versions: &[&str] = if case.drop_versions { &["--drop-versions"] } else { &[] };
        let outcome = one_mark::prepare(&folder, &signal, &annotation, versions);
        if !case.error.is_empty() {
            assert_ne!(outcome.code, 0, "{about}");
            assert!(
                case.error.iter().all(|word| outcome.stderr.contains(word)),
                "{about}: {}",
                outcome.stderr
            );
            continue;
        }
        assert_eq!(outcome.code, 0, "{about}: {}", outcome.stderr);
        let mut bins: BTreeMap<String, Vec<f32>> = BTreeMap::new();
        for (gene, _, value) in one_mark::rows(&folder) {
            bins.entry(gene).or_default().push(value as f32);
        }
        let found: BTreeMap<String, f32> = bins.into_iter().map(|(gene, bins)| (gene, bins[50])).collect();
        assert_eq!(found, case.values, "{about}");
        let notes = fs::read_to_string(folder.path("table.notes.tsv")).unwrap_or_default() + &outcome.stderr;
        for word in &case.said {
            assert!(notes.contains(word), "{about}: {notes}");
        }
    }
}
