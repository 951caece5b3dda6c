//! `regulens simulate`.

use std::fs;

use serde_json::Value;

use crate::support::setup::{Folder, MARKS, Outcome, run};

fn simulate(folder: &Folder, out: &str, flags: &[&str]) -> Outcome {
    let out = folder.path(out).display().to_string();
    run([
        "simulate", "hm", "--genes", "5", "--bins", "10", "--seed", "4", "--out", &out,
    ]
    .into_iter()
    .chain(flags.iter().copied()))
}

#[test]
fn signal_expression_and_truth_are_written_and_said_to_be_simulated() {
    let folder = Folder::new();
    let said = simulate(&folder, "sim", &[]).succeeds().stderr;
    assert!(said.contains("Simulated, not measured"), "{said}");
    assert_eq!(
        folder.names(),
        ["sim.csv", "sim.expression.csv", "sim.truth.json", "sim.truth.tsv"]
    );
    let table = fs::read_to_string(folder.path("sim.csv")).unwrap();
    assert!(
        table.starts_with(&format!("gene,bin,{},label\nSIM000001,1,", MARKS.join(","))),
        "{table}"
    );
    assert_eq!(table.lines().count(), 1 + 5 * 10);
    let truth: Value = serde_json::from_slice(&fs::read(folder.path("sim.truth.json")).unwrap()).unwrap();
    assert_eq!(
        (&truth["simulated"], &truth["config"]["seed"]),
        (&true.into(), &4.into())
    );
    assert_eq!(truth["genes"].as_array().unwrap().len(), 5);
    assert!(
        fs::read_to_string(folder.path("sim.truth.tsv"))
            .unwrap()
            .starts_with("gene\tstrand\ton\t")
    );
}

#[test]
fn a_held_out_track_is_a_table_of_its_own_and_leaves_the_others_as_they_are() {
    let folder = Folder::new();
    simulate(&folder, "a", &[]).succeeds();
    let said = simulate(&folder, "b", &["--held-out", "H3K27ac"]).succeeds();
    assert!(said.stderr.contains("b.held-out.csv"), "{}", said.stderr);
    let bytes = |name: &str| fs::read(folder.path(name)).unwrap();
    for file in ["csv", "expression.csv", "truth.tsv"] {
        assert_eq!(bytes(&format!("a.{file}")), bytes(&format!("b.{file}")));
    }
    let track = fs::read_to_string(folder.path("b.held-out.csv")).unwrap();
    assert!(track.starts_with("gene,bin,H3K27ac\nSIM000001,1,"), "{track}");
    assert_eq!(track.lines().count(), 1 + 5 * 10);
    assert!(!folder.path("a.held-out.csv").exists());
    simulate(&folder, "c", &["--held-out", "H3K4me3"]).fails(2, &["held-out", "H3K4me3"]);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let folder = Folder::new();
    for name in ["a.csv.gz", "b.csv.gz"] {
        simulate(&folder, name, &[]).succeeds();
    }
    let bytes = |name: &str| fs::read(folder.path(name)).unwrap();
    assert_eq!(bytes("a.csv.gz"), bytes("b.csv.gz"));
    assert_eq!(bytes("a.expression.csv.gz"), bytes("b.expression.csv.gz"));
    assert_eq!(bytes("a.truth.json"), bytes("b.truth.json"));
    simulate(&folder, "c.csv.gz", &["--cell-type", "other"]).succeeds();
}

#[test]
fn a_folder_takes_the_files_and_is_made_where_it_is_not_there() {
    let folder = Folder::new();
    simulate(&folder, "", &[]).succeeds();
    assert_eq!(
        folder.names(),
        [
            "simulated.csv",
            "simulated.expression.csv",
            "simulated.truth.json",
            "simulated.truth.tsv"
        ]
    );
    simulate(&folder, "new/", &[]).succeeds();
    assert!(folder.path("new/simulated.csv").exists());
}

#[test]
fn published_layouts_have_their_own_marks_and_no_header() {
    let folder = Folder::new();
    simulate(&folder, "attentive.csv", &["--layout", "attentive-chrome"]).succeeds();
    let first = |name: &str| {
        fs::read_to_string(folder.path(name))
            .unwrap()
            .lines()
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(first("attentive.csv").split(',').count(), 8);
    assert!(first("attentive.csv").starts_with("SIM000001,1,"));
    simulate(&folder, "diff.csv", &["--layout", "deep-diff"]).succeeds();
    assert!(first("diff.csv").starts_with("SIM000001_SIM000001_1,"));
    assert_eq!(first("diff.csv").split(',').count(), 6);
    simulate(&folder, "x.csv", &["--layout", "deep-diff", "--marks", "H3K4me3"])
        .fails(2, &["--marks", "--layout headed"]);
}

#[test]
fn settings_that_make_no_data_are_wrong_usage() {
    let folder = Folder::new();
    let out = folder.path("sim").display().to_string();
    for (flags, saying) in [
        (&["--genes", "0"][..], "genes = 0"),
        (&["--bins", "0"], "bins = 0"),
        (&["--on-fraction", "1.5"], "1.5"),
        (&["--marks", "A,A"], "different names"),
        (&["--marks", "A", "--decoys", "B"], "decoy B"),
        (&["--genes", "many"], "many"),
    ] {
        run(["simulate", "hm", "--out", &out]
            .into_iter()
            .chain(flags.iter().copied()))
        .fails(2, &[saying]);
    }
    assert!(folder.names().is_empty());
}
