//! `regulens interpret deletion` and `interpret truth` of a model of sequences.

use std::fs;
use std::path::Path;

use super::{interpret, shipped, simulated_sequence, texts};
use crate::support::setup::{Folder, Outcome, Results};

fn simulated() -> Folder {
    simulated_sequence(40_960)
}

/// Calls an analysis of a model that ships.
fn analyse(folder: &Folder, model: &str, flags: &str) -> Outcome {
    interpret(folder, &format!("{flags} --model {} --track ATAC", shipped(model)))
}

const ATTENDS: &str = "basenji-attention-two-sided-simulated.safetensors";

/// The numbers of a column by the texts of another.
fn numbers(file: &Path, by: &str, column: &str) -> Vec<(String, f64)> {
    let results = Results::read(file);
    let names = texts(&results, by).into_iter().map(str::to_owned);
    let cells = texts(&results, column).into_iter();
    names.zip(cells.map(|cell| cell.parse().unwrap_or(f64::NAN))).collect()
}

fn of(numbers: &[(String, f64)], name: &str) -> f64 {
    let found = numbers.iter().find(|(of, _)| of == name);
    found.unwrap_or_else(|| panic!("{name} in {numbers:?}")).1
}

#[test]
fn a_track_falls_where_the_bases_go_that_its_gradient_names() {
    let folder = simulated();
    let flags = "deletion --input @sim.fa --motifs @sim.motifs.meme --out @d.tsv --curves @c.tsv --per-gene @w.tsv";
    analyse(
        &folder,
        ATTENDS,
        &format!("{flags} --explanations gradient,attention,motifs,random"),
    )
    .succeeds();
    let areas = numbers(&folder.path("d.tsv"), "explanation", "area");
    assert_eq!(areas.len(), 4);
    assert!(of(&areas, "gradient") > of(&areas, "random") + 0.1, "{areas:?}");
    assert!(of(&areas, "motifs") > of(&areas, "random") + 0.1, "{areas:?}");
    // The table is the mean of the windows', and the curve begins at nothing.
    let windows = numbers(&folder.path("w.tsv"), "window", "area_gradient");
    assert_eq!(windows.len(), 3);
    assert!(windows[0].0.starts_with("sim1:2049-"), "{windows:?}");
    let mean = windows.iter().map(|(_, area)| area).sum::<f64>() / 3.0;
    assert!((mean - of(&areas, "gradient")).abs() < 1e-6);
    let curve = numbers(&folder.path("c.tsv"), "explanation", "change");
    assert_eq!(
        curve
            .iter()
            .filter(|(name, change)| name == "gradient" && *change == 0.0)
            .count(),
        1
    );
    // One window by itself gives what it gave among the others.
    let place = windows[1].0.as_str();
    let flags = format!("deletion --input @sim.fa --out @one.tsv --per-gene @w1.tsv --regions {place}");
    analyse(&folder, ATTENDS, &format!("{flags} --explanations gradient")).succeeds();
    let alone = numbers(&folder.path("w1.tsv"), "window", "area_gradient");
    assert_eq!(alone.len(), 1);
    assert!((alone[0].1 - windows[1].1).abs() < 1e-5, "{alone:?} {windows:?}");
}

#[test]
fn planted_sites_are_found_and_decoys_are_not() {
    let folder = simulated();
    let flags = "truth --input @sim.fa --truth @sim.sites.tsv --motifs @sim.motifs.meme --out @t.tsv";
    analyse(
        &folder,
        ATTENDS,
        &format!("{flags} --explanations gradient,attention,motifs,random"),
    )
    .succeeds();
    let results = Results::read(&folder.path("t.tsv"));
    let rows: Vec<(String, String)> = texts(&results, "explanation")
        .into_iter()
        .zip(texts(&results, "level"))
        .map(|(name, level)| (name.to_owned(), level.to_owned()))
        .collect();
    let cell = |column: &str, name: &str, level: &str| -> f64 {
        let at = rows.iter().position(|(of, at)| of == name && at == level);
        texts(&results, column)[at.expect("a row")].parse().expect("a number")
    };
    let bins = "bins of 128 bp";
    // Sites that open chromatin in what is predicted, as the file of sites has them.
    let planted = fs::read_to_string(folder.path("sim.sites.tsv")).expect("sites");
    let acting = planted.lines().skip(2).filter(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [first, last] = [1, 2].map(|at| cells[at].parse::<usize>().expect("a base"));
        first > 2048 && last <= 40960 - 2048 && cells[7] != "0"
    });
    assert_eq!(cell("sites", "gradient", "bases"), acting.count() as f64);
    assert!(cell("recovery", "gradient", "bases") > cell("recovery", "random", "bases") + 0.2);
    assert!(cell("recovery", "gradient", bins) > cell("recovery", "random", bins) + 0.1);
    assert_eq!(cell("decoys_found", "gradient", "bases"), 0.0);
    assert!(cell("decoys_found", "motifs", "bases") > 0.0);
    assert!(!rows.contains(&("attention".to_owned(), "bases".to_owned())));
    assert!(rows.contains(&("attention".to_owned(), bins.to_owned())));

    // The deletion test says the same of the numbers that order its bases.
    let flags = "deletion --input @sim.fa --truth @sim.sites.tsv --motifs @sim.motifs.meme --out @d.tsv";
    let names = ["gradient", "attention", "motifs", "random"];
    analyse(&folder, ATTENDS, &format!("{flags} --explanations {}", names.join(","))).succeeds();
    let tested = Results::read(&folder.path("d.tsv"));
    for (row, name) in texts(&tested, "explanation").into_iter().enumerate() {
        for (level, at) in [("bases", "bases"), ("bins", bins)] {
            let known = rows.contains(&(name.to_owned(), at.to_owned()));
            for (one, other) in [
                ("sites", "sites"),
                ("found", "found"),
                ("recovery", "recovery"),
                ("decoys", "decoys"),
                ("decoys_found", "decoys_found"),
            ] {
                let found = texts(&tested, &format!("{one}_{level}"))[row];
                let expected = known.then(|| cell(other, name, at).to_string());
                assert_eq!(
                    found.parse::<f64>().ok().map(|found| found.to_string()),
                    expected,
                    "{name} {one}_{level}"
                );
            }
        }
    }
}

#[test]
fn what_means_nothing_of_sequences_is_refused_and_nothing_is_written() {
    let folder = simulated();
    folder.write("none.tsv", "gene\tmark\n");
    folder.write("other.tsv", "sequence\tstart\tend\teffect\nsim2\t3000\t3010\t1\n");
    let refused = |flags: &str, code: i32, saying: &[&str]| {
        analyse(&folder, ATTENDS, &format!("{flags} --out @d.tsv")).fails(code, saying);
        assert!(!folder.path("d.tsv").exists());
    };
    let deletion = "deletion --input @sim.fa";
    refused(
        &format!("{deletion} --explanations saliency"),
        2,
        &["saliency", "applies to table models"],
    );
    refused(&format!("{deletion} --explanations motifs"), 2, &["--motifs"]);
    refused(
        &format!("{deletion} --replaced 0,5"),
        2,
        &["--replaced", "applies to table models"],
    );
    let truth = "truth --input @sim.fa --explanations gradient --truth";
    refused(
        &format!("{truth} @none.tsv"),
        1,
        &["none.tsv, line 1", "sequence, start, end, effect", ".sites.tsv"],
    );
    refused(
        &format!("{truth} @other.tsv"),
        1,
        &["other.tsv", "no site in the predicted regions"],
    );
    refused(
        &format!("{deletion} --explanations gradient --truth @other.tsv"),
        1,
        &["other.tsv", "no site in the predicted regions", ".sites.tsv"],
    );
    let dilated = "basenji-standard-yeast-atac.safetensors";
    let flags = format!("{deletion} --explanations attention --out @d.tsv");
    analyse(&folder, dilated, &flags).fails(2, &["has no attention"]);
}
