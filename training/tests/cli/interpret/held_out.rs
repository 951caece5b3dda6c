//! `regulens interpret held-out`.

use std::fs;

use super::{Counts, Predicted, assert_close, cells, correlation, interpret, lively, mean, trained};
use crate::setup::{BINS, Folder, MARKS, Results, run};

const HELD_OUT: &str = "held-out --steps 5 --out @t.tsv --input @sim.csv";

/// A table of 40 genes and its held-out track.
fn simulated(folder: &Folder) {
    let out = folder.path("sim.csv").display().to_string();
    run([
        "simulate",
        "hm",
        "--genes",
        "40",
        "--bins",
        &BINS.to_string(),
        "--seed",
        "3",
        "--held-out",
        "H3K27ac",
        "--out",
        &out,
    ])
    .succeeds();
}

/// The track's counts by gene and bin, as its table has them.
fn track(folder: &Folder) -> Vec<Vec<f64>> {
    let text = fs::read_to_string(folder.path("sim.held-out.csv")).unwrap();
    let counts: Vec<f64> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(2).unwrap().parse().unwrap())
        .collect();
    counts.chunks(BINS).map(<[f64]>::to_vec).collect()
}

fn labels(folder: &Folder) -> Vec<bool> {
    let text = fs::read_to_string(folder.path("sim.csv")).unwrap();
    let last = |line: &str| line.ends_with(",1");
    text.lines().skip(1).step_by(BINS).map(last).collect()
}

#[test]
fn correlations_are_those_of_means_over_the_genes_that_are_named() {
    let folder = Folder::new();
    let model = lively(&folder);
    simulated(&folder);
    let table = folder.path("sim.csv");
    let predicted = Predicted::of(&folder, &model, &table);
    let on = predicted.on();
    let (track, counts) = (track(&folder), Counts::read(&table).counts);
    let mark = 3;
    assert_eq!(MARKS[mark], "H3K4me3");

    interpret(
        &folder,
        &format!("{HELD_OUT} --model @model.safetensors --held-out-input @sim.held-out.csv --profiles @p.tsv"),
    )
    .succeeds();
    let results = Results::read(&folder.path("t.tsv"));
    let r = cells(&results, &["explanation", "of", "track_over"], "r");
    let profile = |number: &dyn Fn(usize, usize) -> f64, genes: &[usize]| -> Vec<f64> {
        (0..BINS)
            .map(|bin| mean(genes.iter().map(|&gene| number(gene, bin))))
            .collect()
    };
    let labelled: Vec<usize> = (0..40).filter(|&gene| labels(&folder)[gene]).collect();
    assert_ne!(labelled, on, "two sets of genes");
    let alpha = |gene: usize, bin: usize| predicted.alpha[(gene * 5 + mark) * BINS + bin];
    let alpha_beta = |gene: usize, bin: usize| alpha(gene, bin) * predicted.beta[mark][gene];
    let signal = |gene: usize, bin: usize| counts[gene][bin][mark];
    let distance = |_: usize, bin: usize| -((2 * bin) as f64 - (BINS - 1) as f64).abs();
    for (over, genes) in [("predicted on", &on), ("labelled on", &labelled)] {
        let track = profile(&|gene, bin| track[gene][bin], genes);
        for (name, of, number) in [
            ("alpha", "H3K4me3", &alpha as &dyn Fn(usize, usize) -> f64),
            ("alpha-beta", "H3K4me3", &alpha_beta),
            ("signal", "H3K4me3", &signal),
            ("tss-distance", "all marks", &distance),
        ] {
            let expected = correlation(&profile(number, &on), &track);
            assert_close(&r[&format!("{name} {of} {over}")], expected, 1e-5);
        }
        assert_eq!(r[&format!("uniform all marks {over}")], "", "undefined");
    }
    let genes = cells(&results, &["explanation", "track_over"], "track_genes");
    assert_eq!(genes["alpha labelled on"], labelled.len().to_string());
    let genes = cells(&results, &["explanation", "track_over"], "explained_genes");
    assert_eq!(genes["alpha labelled on"], on.len().to_string());

    let profiles = Results::read(&folder.path("p.tsv"));
    let means = cells(&profiles, &["profile", "bin"], "mean");
    let expected = profile(&|gene, bin| track[gene][bin], &labelled);
    for (bin, expected) in (1..).zip(expected) {
        assert_close(&means[&format!("H3K27ac, labelled on {bin}")], expected, 1e-9);
    }
}

#[test]
fn saliency_and_class_optimisation_are_correlated_as_their_own_commands_give_them() {
    let folder = Folder::new();
    let model = lively(&folder);
    simulated(&folder);
    let on = Predicted::of(&folder, &model, &folder.path("sim.csv")).on();
    let track = track(&folder);
    let track: Vec<f64> = (0..BINS)
        .map(|bin| mean(on.iter().map(|&gene| track[gene][bin])))
        .collect();
    interpret(
        &folder,
        &format!("{HELD_OUT} --model @model.safetensors --held-out-input @sim.held-out.csv --mark H3K4me1"),
    )
    .succeeds();
    let r = cells(
        &Results::read(&folder.path("t.tsv")),
        &["explanation", "track_over"],
        "r",
    );
    interpret(
        &folder,
        "saliency --model @model.safetensors --input @sim.csv --out @s.safetensors --averages @s.tsv",
    )
    .succeeds();
    interpret(
        &folder,
        "class-optimisation --model @model.safetensors --steps 5 --out @c.tsv",
    )
    .succeeds();
    let (saliency, class) = (
        Results::read(&folder.path("s.tsv")),
        Results::read(&folder.path("c.tsv")),
    );
    for (name, table, keys, column) in [
        ("saliency", &saliency, &["group", "mark", "bin"][..], "mean"),
        (
            "absolute-saliency",
            &saliency,
            &["group", "mark", "bin"],
            "mean_absolute",
        ),
        ("class-optimisation", &class, &["mark", "bin"], "value"),
    ] {
        let values = cells(table, keys, column);
        let group = if keys.len() == 3 { "on " } else { "" };
        let profile: Vec<f64> = (1..=BINS)
            .map(|bin| values[&format!("{group}H3K4me1 {bin}")].parse().unwrap())
            .collect();
        assert_close(&r[&format!("{name} predicted on")], correlation(&profile, &track), 1e-6);
    }
}

#[test]
fn a_column_of_the_input_serves_as_well_as_a_table_of_its_own() {
    let folder = Folder::new();
    lively(&folder);
    simulated(&folder);
    interpret(
        &folder,
        &format!("{HELD_OUT} --model @model.safetensors --held-out-input @sim.held-out.csv"),
    )
    .succeeds();
    let expected = fs::read(folder.path("t.tsv")).unwrap();
    let track = track(&folder).concat();
    let table = fs::read_to_string(folder.path("sim.csv")).unwrap();
    let mut lines = table.lines();
    let mut joined = lines.next().unwrap().replace("gene,bin,", "gene,bin,H3K27ac,") + "\n";
    for (line, count) in lines.zip(track) {
        let cells: Vec<&str> = line.splitn(3, ',').collect();
        joined += &format!("{},{},{count},{}\n", cells[0], cells[1], cells[2]);
    }
    folder.write("sim.csv", joined);
    interpret(&folder, &format!("{HELD_OUT} --model @model.safetensors")).succeeds();
    assert_eq!(fs::read(folder.path("t.tsv")).unwrap(), expected);
}

#[test]
fn labels_may_come_from_expression() {
    let folder = Folder::new();
    lively(&folder);
    simulated(&folder);
    let command = format!("{HELD_OUT} --model @model.safetensors --held-out-input @sim.held-out.csv");
    interpret(&folder, &command).succeeds();
    let expected = fs::read(folder.path("t.tsv")).unwrap();
    // The simulator's labels are made of the same counts.
    let table = fs::read_to_string(folder.path("sim.csv")).unwrap();
    let without: String = table
        .lines()
        .map(|line| format!("{}\n", line.rsplit_once(',').unwrap().0))
        .collect();
    folder.write("sim.csv", without);
    interpret(&folder, &format!("{command} --expression @sim.expression.csv")).succeeds();
    assert_eq!(fs::read(folder.path("t.tsv")).unwrap(), expected);
    interpret(&folder, &command).succeeds();
    let over = cells(
        &Results::read(&folder.path("t.tsv")),
        &["explanation", "track_over"],
        "r",
    );
    assert!(over.keys().all(|key| key.ends_with("predicted on")));
}

#[test]
fn genes_meet_by_id_and_the_unmatched_are_listed() {
    let folder = Folder::new();
    let model = lively(&folder);
    simulated(&folder);
    let predicted = Predicted::of(&folder, &model, &folder.path("sim.csv"));
    let missing = predicted.on()[0];
    let missing = format!("SIM{:06}", missing + 1);
    let track = fs::read_to_string(folder.path("sim.held-out.csv")).unwrap();
    let mut genes: Vec<String> = track
        .lines()
        .skip(1)
        .collect::<Vec<_>>()
        .chunks(BINS)
        .map(|rows| rows.join("\n") + "\n")
        .collect();
    genes.reverse();
    let turned: String = genes.iter().map(|rows| rows.replace(&missing, "ELSEWHERE")).collect();
    folder.write("turned.csv", format!("gene,bin,H3K27ac\n{turned}"));
    let command = format!("{HELD_OUT} --model @model.safetensors --held-out-input @turned.csv");
    let said = interpret(&folder, &command).succeeds().stderr;
    assert!(
        said.contains(&format!(
            "1 of 40 genes of sim.csv have no H3K27ac and are left out: {missing}"
        )),
        "{said}"
    );
    assert!(
        said.contains("1 of 40 genes with H3K27ac have no signal in sim.csv: ELSEWHERE"),
        "{said}"
    );
    let genes = cells(
        &Results::read(&folder.path("t.tsv")),
        &["explanation", "track_over"],
        "explained_genes",
    );
    assert_eq!(genes["alpha predicted on"], (predicted.on().len() - 1).to_string());
    let json = interpret(&folder, &format!("{command} --json")).succeeds().stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["unmatched"][0]["without_track"][0], missing);
    assert_eq!(json["unmatched"][0]["without_signal"][0], "ELSEWHERE");
    assert_eq!(json["correlations"][0]["explanation"], "alpha");
}

#[test]
fn models_of_any_variant_stand_in_one_table_with_what_they_have() {
    let folder = Folder::new();
    lively(&folder);
    simulated(&folder);
    trained(&folder, "lstm");
    trained(&folder, "cnn-attn");
    let models = "--model @model.safetensors --model @lstm.safetensors --model @cnn-attn.safetensors";
    interpret(
        &folder,
        &format!("{HELD_OUT} {models} --held-out-input @sim.held-out.csv"),
    )
    .succeeds();
    let results = Results::read(&folder.path("t.tsv"));
    let of = cells(&results, &["variant", "explanation", "track_over"], "of");
    assert_eq!(of["lstm-alpha-beta alpha predicted on"], "H3K4me3");
    assert_eq!(of["cnn-attn alpha predicted on"], "all marks");
    assert!(!of.contains_key("lstm alpha predicted on") && !of.contains_key("cnn-attn alpha-beta predicted on"));
    for variant in ["lstm-alpha-beta", "lstm", "cnn-attn"] {
        for explanation in ["saliency", "class-optimisation", "signal", "tss-distance", "uniform"] {
            assert!(of.contains_key(&format!("{variant} {explanation} predicted on")));
        }
    }
}

#[test]
fn a_track_that_is_not_there_or_is_an_input_is_refused() {
    let folder = Folder::new();
    lively(&folder);
    simulated(&folder);
    let command = format!("{HELD_OUT} --model @model.safetensors");
    interpret(&folder, &command).fails(
        1,
        &["sim.csv: found the columns", "expected H3K27ac", "--held-out-input"],
    );
    interpret(&folder, &format!("{command} --held-out H3K36me3"))
        .fails(1, &["found H3K36me3 among the model's marks", "--held-out"]);
    let command = format!("{command} --held-out-input @sim.held-out.csv");
    interpret(&folder, &format!("{command} --mark H3K9ac")).fails(1, &["expected H3K9ac among them", "--mark"]);
    interpret(
        &folder,
        &format!("{command} --held-out-input @sim.csv --held-out-input @sim.csv"),
    )
    .fails(2, &["3 x --held-out-input for 1 x --model"]);
    assert!(!folder.path("t.tsv").exists());
}
