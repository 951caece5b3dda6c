//! `regulens interpret held-out`.

use std::fs;

use safetensors::SafeTensors;

use super::{Counts, Predicted, assert_close, cells, correlation, interpret, learned, lively, mean, trained};
use crate::change::{CHANGE_MARKS, regulens};
use crate::support::reference::array;
use crate::support::setup::{BINS, Folder, MARKS, Results, run_line};

const HELD_OUT: &str = "held-out --steps 5 --out @t.tsv --input @sim.csv";

/// A table of 40 genes and its held-out track.
fn simulated(folder: &Folder) {
    let out = folder.path("sim.csv").display().to_string();
    run_line(format!(
        "simulate hm --genes 40 --bins {BINS} --seed 3 --held-out H3K27ac --out {out}"
    ))
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

const OF_CHANGE: &str = "held-out --steps 5 --out @t.tsv --input @t.a.csv --input-b @t.b.csv --held-out RNAPII";

/// The signal of a table of a pair, [genes][bins][marks].
fn signal(folder: &Folder, file: &str) -> Vec<Vec<Vec<f64>>> {
    let text = fs::read_to_string(folder.path(file)).unwrap();
    let row = |line: &str| line.split(',').skip(2).map(|cell| cell.parse().unwrap()).collect();
    let rows: Vec<Vec<f64>> = text.lines().skip(1).map(row).collect();
    rows.chunks(BINS).map(<[Vec<f64>]>::to_vec).collect()
}

/// A track of the genes of `t.b.csv`, in another order.
fn track_of_b(folder: &Folder) -> Vec<Vec<f64>> {
    let count = |gene: usize, bin: usize| ((gene * 7 + bin * bin * 3) % 11) as f64;
    let mut text = "gene,bin,RNAPII\n".to_owned();
    for gene in (0..40).rev() {
        for bin in 0..BINS {
            text += &format!("SIM{:06},{},{}\n", gene + 1, bin + 1, count(gene, bin));
        }
    }
    folder.write("rnapii.csv", text);
    (0..40)
        .map(|gene| (0..BINS).map(|bin| count(gene, bin)).collect())
        .collect()
}

#[test]
fn of_a_change_a_mark_of_one_cell_type_is_held_against_its_track_over_genes_that_go_the_same_way() {
    let folder = Folder::new();
    learned(&folder, "raw");
    let track = track_of_b(&folder);
    let [a, b] = ["t.a.csv", "t.b.csv"].map(|file| signal(&folder, file));
    let tables = "--input @t.a.csv --input-b @t.b.csv";
    regulens(
        &folder,
        &format!("predict --model @raw.safetensors {tables} --out @p.tsv --attention @p.safetensors"),
    )
    .succeeds();
    let predicted = Results::read(&folder.path("p.tsv"));
    let changes = predicted.numbers("log2_fold_change");
    let bytes = fs::read(folder.path("p.safetensors")).unwrap();
    // A's marks, B's, and their differences.
    let alpha = array(&SafeTensors::deserialize(&bytes).unwrap(), "alpha");
    assert_eq!(alpha.shape, [40, 3 * CHANGE_MARKS.len(), BINS]);
    let mark = 1;
    let beta = predicted.numbers(&format!("beta_B_{}", CHANGE_MARKS[mark]));
    let row = CHANGE_MARKS.len() + mark;
    for (class, is_up) in [("up", true), ("down", false)] {
        let genes: Vec<usize> = (0..40).filter(|&gene| (changes[gene] >= 0.0) == is_up).collect();
        assert!(genes.len() > 1 && genes.len() < 39, "{class}: genes of both classes");
        interpret(
            &folder,
            &format!(
                "{OF_CHANGE} --model @raw.safetensors --held-out-input @rnapii.csv --mark {} --class {class}",
                CHANGE_MARKS[mark]
            ),
        )
        .succeeds();
        let results = Results::read(&folder.path("t.tsv"));
        let r = cells(&results, &["explanation", "of", "track_over"], "r");
        let profile = |number: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
            (0..BINS)
                .map(|bin| mean(genes.iter().map(|&gene| number(gene, bin))))
                .collect()
        };
        let held_out = profile(&|gene, bin| track[gene][bin]);
        let attention = |gene: usize, bin: usize| alpha.values[(gene * 3 * CHANGE_MARKS.len() + row) * BINS + bin];
        let own = format!("B_{}", CHANGE_MARKS[mark]);
        for (name, of, number) in [
            ("alpha", own.as_str(), &attention as &dyn Fn(usize, usize) -> f64),
            ("alpha-beta", &own, &|gene, bin| attention(gene, bin) * beta[gene]),
            ("signal", &own, &|gene, bin| b[gene][bin][mark]),
            ("difference", &own, &|gene, bin| b[gene][bin][mark] - a[gene][bin][mark]),
            ("tss-distance", "all marks", &|_, bin| {
                -((2 * bin) as f64 - (BINS - 1) as f64).abs()
            }),
        ] {
            let expected = correlation(&profile(number), &held_out);
            assert_close(&r[&format!("{name} {of} predicted {class}")], expected, 1e-5);
        }
        let counted = cells(&results, &["explanation"], "explained_genes");
        assert_eq!(counted["alpha"], genes.len().to_string());

        interpret(
            &folder,
            &format!("class-optimisation --model @raw.safetensors --steps 5 --class {class} --out @c.tsv"),
        )
        .succeeds();
        let map = cells(
            &Results::read(&folder.path("c.tsv")),
            &["cell_type", "mark", "bin"],
            "value",
        );
        let of_class: Vec<f64> = (1..=BINS)
            .map(|bin| map[&format!("B {} {bin}", CHANGE_MARKS[mark])].parse().unwrap())
            .collect();
        let found = &r[&format!("class-optimisation {own} predicted {class}")];
        match correlation(&of_class, &held_out) {
            // Where no bin has signal in B.
            none if none.is_nan() => assert_eq!(found, ""),
            expected => assert_close(found, expected, 1e-6),
        }
    }
}

#[test]
fn attention_to_differences_says_so_and_genes_may_be_grouped_by_what_was_measured() {
    let folder = Folder::new();
    learned(&folder, "raw-d");
    let track = track_of_b(&folder);
    let command = format!("{OF_CHANGE} --model @raw-d.safetensors --held-out-input @rnapii.csv");
    interpret(
        &folder,
        &format!("{command} --expression @t.a.expression.csv --expression-b @t.b.expression.csv"),
    )
    .succeeds();
    let results = Results::read(&folder.path("t.tsv"));
    let r = cells(&results, &["explanation", "of", "track_over"], "r");
    assert!(r.contains_key("alpha diff_H3K4me3 measured up"), "{:?}", r.keys());
    assert!(r.contains_key("signal B_H3K4me3 predicted up"), "{:?}", r.keys());
    let counts = |file: &str| -> Vec<f64> {
        let text = fs::read_to_string(folder.path(file)).unwrap();
        text.lines()
            .map(|line| line.split(',').nth(1).unwrap().parse().unwrap())
            .collect()
    };
    let [a, b] = ["t.a.expression.csv", "t.b.expression.csv"].map(counts);
    let up: Vec<usize> = (0..40).filter(|&gene| b[gene] >= a[gene]).collect();
    let genes = cells(&results, &["explanation", "track_over"], "track_genes");
    assert_eq!(genes["signal measured up"], up.len().to_string());
    let held_out: Vec<f64> = (0..BINS)
        .map(|bin| mean(up.iter().map(|&gene| track[gene][bin])))
        .collect();
    let middle: Vec<f64> = (0..BINS)
        .map(|bin| -((2 * bin) as f64 - (BINS - 1) as f64).abs())
        .collect();
    assert_close(
        &r["tss-distance all marks measured up"],
        correlation(&middle, &held_out),
        1e-5,
    );

    interpret(&folder, &format!("{command} --expression @t.a.expression.csv")).fails(2, &["--expression-b"]);
    interpret(&folder, &format!("{command} --class on")).fails(1, &["expected up or down"]);
    let one = "held-out --out @t.tsv --input @t.a.csv --model @raw-d.safetensors --held-out RNAPII";
    interpret(&folder, one).fails(2, &["a change model reads two", "--input-b"]);
}

#[test]
fn a_flag_that_means_nothing_to_a_models_task_is_refused_with_a_remedy() {
    let folder = Folder::new();
    lively(&folder);
    simulated(&folder);
    learned(&folder, "raw");
    let of_change = format!("{OF_CHANGE} --model @raw.safetensors");
    interpret(&folder, &format!("{of_change} --threshold 0.9"))
        .fails(2, &["--threshold applies to on/off models", "Leave it out"]);
    let of_genes = format!("{HELD_OUT} --model @model.safetensors --held-out-input @sim.held-out.csv");
    for (flag, value) in [
        ("--cell-type", "a"),
        ("--input-b", "@sim.csv"),
        ("--expression-b", "@sim.csv"),
    ] {
        interpret(&folder, &format!("{of_genes} {flag} {value}"))
            .fails(2, &[&format!("{flag} applies to change models"), "Leave it out"]);
    }
    interpret(&folder, &format!("{of_genes} --model @raw.safetensors")).fails(
        2,
        &[
            "some --model say whether genes are on and some predict a change",
            "one kind at a time",
        ],
    );
    assert!(!folder.path("t.tsv").exists());

    // Where they mean something they do something.
    interpret(&folder, &format!("{of_genes} --threshold 0")).succeeds();
    let genes = cells(
        &Results::read(&folder.path("t.tsv")),
        &["explanation", "track_over"],
        "explained_genes",
    );
    assert_eq!(genes["signal predicted on"], "40");
}
