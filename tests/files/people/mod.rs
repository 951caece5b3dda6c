//! Motifs and counts in the shapes that people have: the list of `read.json`, which the package's tests run too.

mod form;

use regulens::input::Expression;
use regulens::sequence::motifs::MotifFile;
use serde::Deserialize;

use self::form::written;

/// A case: a file as lines, and what is right.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    case: String,
    kind: String,
    lines: Vec<String>,
    #[serde(default)]
    form: Option<String>,
    /// Ids of motifs; or names, where the format has no ids.
    #[serde(default)]
    motifs: Vec<String>,
    #[serde(default)]
    median: Option<f64>,
    /// Words of the error.
    #[serde(default)]
    error: Vec<String>,
}

#[test]
fn files_as_people_have_them_are_read_right() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("read.json")).expect("cases");
    assert!(cases.len() >= 14);
    for case in cases {
        let (about, bytes) = (&case.case, written(&case.lines, case.form.as_deref()));
        let read = match case.kind.as_str() {
            "motifs" => MotifFile::read("file", &bytes)
                .map(|file| (file.motifs.into_iter().map(|motif| motif.id).collect(), None))
                .map_err(|error| error.to_string()),
            "counts" => Expression::read("file", &bytes)
                .map(|counts| (Vec::new(), Some(counts.on_from())))
                .map_err(|error| error.to_string()),
            kind => panic!("no kind {kind}"),
        };
        match read {
            Ok(found) => {
                assert!(case.error.is_empty(), "{about}: read");
                assert_eq!(found, (case.motifs, case.median), "{about}");
            }
            Err(error) => assert!(
                !case.error.is_empty() && case.error.iter().all(|word| error.contains(word)),
                "{about}: {error}"
            ),
        }
    }
}
