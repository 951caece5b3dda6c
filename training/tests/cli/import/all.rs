//! `regulens import --all`.

use std::fs;
use std::path::{Path, PathBuf};

use safetensors::SafeTensors;

use crate::support::reference::reference;
use crate::support::setup::{Folder, MARKS, Outcome, card, run, run_line};

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// `import attentive-chrome --all IN --out OUT`, with further flags.
fn import_all(folder: &Folder, flags: &[&str]) -> Outcome {
    let [all, out] = ["in", "out"].map(|name| text(&folder.path(name)));
    let command = ["import", "attentive-chrome", "--all", &all, "--out", &out];
    run(command.into_iter().chain(flags.iter().copied()))
}

/// A folder `in` with these files.
fn inputs(files: &[(&str, &[u8])]) -> Folder {
    let folder = Folder::new();
    fs::create_dir(folder.path("in")).unwrap();
    for (name, content) in files {
        folder.write(&format!("in/{name}"), content);
    }
    folder
}

fn outputs(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(folder.path("out")).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The weights of a small model.
fn weights() -> Vec<u8> {
    fs::read(Folder::new().state_dict()).unwrap()
}

#[test]
fn every_file_becomes_a_model_with_the_cell_type_of_its_name() {
    let weights = weights();
    let folder = inputs(&[
        ("E003_attchrome_avgAUC_model.safetensors", &weights),
        ("e123.safetensors", &weights),
        ("E999.safetensors", &weights),
        ("README.txt", b"not weights"),
    ]);
    let said = import_all(&folder, &[]).succeeds().stderr;
    assert_eq!(
        outputs(&folder),
        [
            "E003_attchrome_avgAUC_model.safetensors",
            "E999.safetensors",
            "e123.safetensors"
        ]
    );
    let h1 = card(&folder.path("out/E003_attchrome_avgAUC_model.safetensors"));
    assert_eq!(h1["cell_type"], serde_json::json!({ "id": "E003", "name": "H1" }));
    assert_eq!((&h1["marks"], &h1["bins"]), (&serde_json::json!(MARKS), &100.into()));
    assert_eq!(h1["variant"], "lstm-alpha-beta");
    let notes = h1["notes"].to_string();
    assert!(notes.contains("marks") && notes.contains("as published"), "{notes}");
    let unknown = card(&folder.path("out/E999.safetensors"));
    assert_eq!(unknown["cell_type"], serde_json::json!({ "id": "E999", "name": "" }));

    assert!(
        said.contains("3 of 3 files imported; 2 of the 56 published cell types"),
        "{said}"
    );
    let absent = said.lines().find(|line| line.starts_with("absent: ")).unwrap();
    assert_eq!(absent.split(", ").count(), 54);
    assert!(
        !absent.contains("E003") && !absent.contains("E123") && absent.contains("E128"),
        "{absent}"
    );
}

#[test]
fn flags_go_before_what_is_published() {
    let folder = inputs(&[("E003.safetensors", &weights())]);
    let marks = "a,b,c,d,e";
    import_all(&folder, &["--marks", marks, "--bins", "20", "--dtype", "f32"]).succeeds();
    let card = card(&folder.path("out/E003.safetensors"));
    assert_eq!(card["marks"], serde_json::json!(["a", "b", "c", "d", "e"]));
    assert_eq!((&card["bins"], &card["dtype"]), (&20.into(), &"f32".into()));
}

#[test]
fn a_damaged_file_is_named_and_the_others_are_written() {
    let weights = weights();
    let folder = inputs(&[
        ("E003.safetensors", &weights),
        ("E004.safetensors", &weights[..weights.len() - 3]),
        ("E005.pt", b"<html>404</html>"),
        ("E006.pth", b""),
        ("E007.pt", b"\x80\x02\x8a\x0al\xfc\x9c"),
        ("E128.safetensors", &weights),
    ]);
    import_all(&folder, &[]).fails(
        1,
        &[
            "E004.safetensors: found an end at byte",
            "E005.pt: found a web page",
            "E006.pth: found an empty file",
            "E007.pt: found",
            "2 of 6 files imported",
            "found 4 of 6 files that were not imported (E004.safetensors, E005.pt, E006.pth, E007.pt)",
        ],
    );
    assert_eq!(outputs(&folder), ["E003.safetensors", "E128.safetensors"]);
}

#[test]
fn two_files_of_one_name_are_not_written_over_each_other() {
    let weights = weights();
    let folder = inputs(&[("E003.pt", &weights), ("E003.safetensors", &weights)]);
    import_all(&folder, &[]).fails(1, &["E003.safetensors: found a second file for E003.safetensors"]);
    assert_eq!(outputs(&folder), ["E003.safetensors"]);
}

#[test]
fn a_folder_without_weights_or_the_same_for_both_is_refused() {
    let folder = inputs(&[("README.txt", b"nothing")]);
    import_all(&folder, &[]).fails(1, &["found no weight file", ".pth"]);
    let folder = inputs(&[("E003.safetensors", &weights())]);
    let within = text(&folder.path("in"));
    run(["import", "attentive-chrome", "--all", &within, "--out", &within]).fails(2, &["--out", "name another one"]);
    run_line(format!(
        "import attentive-chrome --all {} --out {within}",
        text(&folder.path("none"))
    ))
    .fails(1, &["none", "Check the name"]);
    run(["import", "attentive-chrome", "--out", &within]).fails(2, &["--variant", "<IN>"]);
    run(["import", "attentive-chrome", "--all", &within, "a.pt", "--out", "x"]).fails(2, &["--all"]);
}

/// The authors' own files under the names that the published ones have.
#[test]
fn published_files_are_imported_as_they_are() {
    let what = "import of the authors' files";
    let files = ["model.pt", "model_weights.pt"];
    let Some([model, weights]): Option<[PathBuf; 2]> = files
        .map(|name| reference(&format!("data/attentivechrome/v2PyTorch/{name}"), what))
        .into_iter()
        .collect::<Option<Vec<_>>>()
        .and_then(|paths| paths.try_into().ok())
    else {
        return;
    };
    let [model, weights] = [model, weights].map(|path| fs::read(path).unwrap());
    let half = &model[..model.len() / 2];
    let folder = inputs(&[
        ("E003_attchrome_avgAUC_model.pt", &model),
        ("E116_attchrome_avgAUC_model.pt", &weights),
        ("E117_attchrome_avgAUC_model.pt", half),
        ("E123_attchrome_avgAUC_model.pth", &model),
    ]);
    import_all(&folder, &["--dtype", "f32"]).fails(
        1,
        &[
            "E117_attchrome_avgAUC_model.pt: found",
            "E116 GM12878; 55681 weights as f32",
            "3 of 4 files imported; 3 of the 56",
            "absent: E004, ",
            "E114, E117, E118",
        ],
    );
    let read = |cell: &str| fs::read(folder.path(&format!("out/{cell}_attchrome_avgAUC_model.safetensors"))).unwrap();
    let (one, other) = (read("E003"), read("E116"));
    // Both files hold the same weights, in storages of their own and in shared ones.
    let [one, other] = [&one, &other].map(|bytes| SafeTensors::deserialize(bytes).unwrap());
    for (name, view) in one.tensors() {
        assert_eq!(view.data(), other.tensor(&name).unwrap().data(), "{name}");
    }
}
