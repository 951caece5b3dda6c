//! `regulens import`.

mod all;
mod tensorflow;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::setup::{Folder, MARKS, run, run_line};

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// `import attentive-chrome --variant lstm-alpha-beta IN --out OUT`, with further flags.
fn import(folder: &Folder, weights: &Path, flags: &[&str]) -> crate::support::setup::Outcome {
    let [weights, out] = [weights, &folder.path("model.safetensors")].map(text);
    let command = format!("import attentive-chrome --variant lstm-alpha-beta {weights} --out {out}");
    let command = command.split(' ');
    run(command.chain(flags.iter().copied()))
}

fn card(folder: &Folder) -> Value {
    let json = run(["inspect", &text(&folder.path("model.safetensors")), "--json"])
        .succeeds()
        .stdout;
    serde_json::from_str::<Value>(&json).unwrap()["card"].clone()
}

#[test]
fn what_no_flag_tells_ends_with_the_name_of_the_flag() {
    let folder = Folder::new();
    let weights = folder.state_dict();
    import(&folder, &weights, &["--bins", "20"]).fails(2, &["--marks"]);
    import(&folder, &weights, &["--marks", &MARKS.join(",")]).fails(2, &["--bins"]);
    assert!(!folder.path("model.safetensors").exists());
}

#[test]
fn marks_and_bins_come_from_a_settings_file_and_flags_go_before_it() {
    let folder = Folder::new();
    let weights = folder.state_dict();
    let config = folder.write(
        "config.json",
        serde_json::json!({ "marks": MARKS, "bins": 20, "bin_rnn_size": 4 }).to_string(),
    );
    import(&folder, &weights, &["--config", &text(&config)]).succeeds();
    assert_eq!(
        (&card(&folder)["marks"], &card(&folder)["bins"]),
        (&serde_json::json!(MARKS), &20.into())
    );
    import(&folder, &weights, &["--config", &text(&config), "--bins", "33"]).succeeds();
    assert_eq!(card(&folder)["bins"], 33);
}

#[test]
fn a_settings_file_that_is_none_is_named() {
    let folder = Folder::new();
    let weights = folder.state_dict();
    let config = folder.write("config.json", "[1, 2");
    import(&folder, &weights, &["--config", &text(&config)]).fails(1, &["config.json", "line 1", "--marks"]);
    import(&folder, &weights, &["--config", &text(&folder.path("none.json"))])
        .fails(1, &["none.json", "Check the name"]);
}

#[test]
fn a_size_that_contradicts_the_weights_names_both() {
    let folder = Folder::new();
    let weights = folder.state_dict();
    import(&folder, &weights, &["--marks", "H3K4me1,H3K4me3", "--bins", "20"]).fails(1, &["2", "5", "marks"]);
    let config = folder.write(
        "config.json",
        serde_json::json!({ "marks": MARKS, "bins": 20, "bin_rnn_size": 32 }).to_string(),
    );
    import(&folder, &weights, &["--config", &text(&config)]).fails(1, &["bin_rnn_size", "32", "4"]);
}

#[test]
fn half_precision_is_the_default_and_half_the_size() {
    let folder = Folder::new();
    let weights = folder.state_dict();
    let marks = MARKS.join(",");
    let flags = ["--bins", "20", "--marks", &marks];
    import(&folder, &weights, &flags).succeeds();
    assert_eq!(card(&folder)["dtype"], "f16");
    let half = fs::read(folder.path("model.safetensors")).unwrap().len();
    import(
        &folder,
        &weights,
        &["--bins", "20", "--marks", &marks, "--dtype", "f32"],
    )
    .succeeds();
    assert_eq!(card(&folder)["dtype"], "f32");
    let whole = fs::read(folder.path("model.safetensors")).unwrap().len();
    let parameters = card(&folder)["parameters"].as_u64().unwrap() as usize;
    assert!(
        whole - half >= 2 * parameters - 8,
        "{whole} and {half} bytes, {parameters} weights"
    );
    import(
        &folder,
        &weights,
        &["--bins", "20", "--marks", &marks, "--dtype", "f64"],
    )
    .fails(2, &["--dtype", "f16, f32 or i8"]);
}

#[test]
fn a_family_or_variant_that_is_not_there_lists_what_is() {
    let folder = Folder::new();
    let weights = text(&folder.state_dict());
    let out = text(&folder.path("model.safetensors"));
    run(["import", "enformer", "--variant", "standard", &weights, "--out", &out])
        .fails(2, &["enformer", "attentive-chrome, deep-diff, basenji"]);
    run_line(format!("import attentive-chrome --variant gru {weights} --out {out}"))
        .fails(2, &["gru", "lstm-alpha-beta, lstm-alpha, lstm-attn"]);
    // The weights of one variant are not taken for another's.
    run_line(format!("import attentive-chrome --variant lstm {weights} --out {out}")).fails(1, &["rnn.weight_ih_l0"]);
}

#[test]
fn a_file_that_holds_no_weights_says_what_it_is() {
    let folder = Folder::new();
    for (name, bytes, saying) in [
        ("empty.pt", &b""[..], "found an empty file"),
        ("page.pt", b"<html>", "found a web page"),
        ("cut.pt", b"\x80\x02\x8a\x0al\xfc\x9c", "cut.pt"),
        ("table.csv", b"gene,bin\n", "found a table"),
    ] {
        let file = folder.write(name, bytes);
        import(&folder, &file, &["--bins", "20", "--marks", &MARKS.join(",")]).fails(1, &[name, saying]);
    }
    import(&folder, &folder.path("none.pt"), &[]).fails(1, &["none.pt", "Check the name and the folder."]);
}

#[test]
fn a_model_file_is_not_imported_again() {
    let folder = Folder::new();
    let model = folder.model();
    import(&folder, &model, &[]).fails(1, &["use it unchanged"]);
}
