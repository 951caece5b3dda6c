//! `regulens interpret deletion`.

use super::truth::{planted, share};
use super::{Counts, Predicted, assert_close, cells, interpret, lively, mean, texts, trained};
use crate::support::setup::{BINS, Folder, MARKS, Results};

const DELETION: &str =
    "deletion --steps 5 --replacement zero --input @sim.csv --out @d.tsv --curves @c.tsv --per-gene @g.tsv";

/// By how much the probability of the predicted class falls from one prediction to another, gene by gene.
fn change(whole: &Predicted, replaced: &Predicted) -> Vec<f64> {
    let genes = whole.probability.iter().zip(&replaced.probability);
    genes
        .map(
            |(before, after)| {
                if *before >= 0.5 { before - after } else { after - before }
            },
        )
        .collect()
}

fn standard_error(values: &[f64]) -> f64 {
    let centre = mean(values.iter().copied());
    let squares: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
    (squares / (values.len() - 1) as f64 / values.len() as f64).sqrt()
}

#[test]
fn replacing_the_bin_with_most_signal_changes_what_predict_says_it_does() {
    let folder = Folder::new();
    let model = lively(&folder);
    let table = folder.simulated("sim.csv", 40, BINS, 3);
    let mut counts = Counts::read(&table);
    // No two bins of a gene have the same signal: of equal ones the order is drawn.
    for gene in &mut counts.counts {
        for (bin, row) in gene.iter_mut().enumerate() {
            row[0] += bin as f64 / 1024.0;
        }
    }
    counts.write(&table);
    let whole = Predicted::of(&folder, &model, &table);
    for gene in &mut counts.counts {
        // Imported weights do not say what they were trained on, so that every mark counts as it is.
        let size = |row: &[f64; 5]| row.iter().sum::<f64>();
        let largest = (0..BINS)
            .max_by(|&a, &b| size(&gene[a]).total_cmp(&size(&gene[b])))
            .unwrap();
        gene[largest] = [0.0; 5];
    }
    counts.write(&folder.path("one.csv"));
    let change = change(&whole, &Predicted::of(&folder, &model, &folder.path("one.csv")));

    interpret(
        &folder,
        &format!("{DELETION} --model @model.safetensors --replaced 0,1"),
    )
    .succeeds();
    let curves = Results::read(&folder.path("c.tsv"));
    let [means, errors] = ["change", "standard_error"]
        .map(|column| cells(&curves, &["explanation", "group", "genes", "replaced"], column));
    assert_close(&means["signal all 40 1"], mean(change.iter().copied()), 1e-6);
    assert_close(&errors["signal all 40 1"], standard_error(&change), 1e-6);
    assert_close(&means["signal all 40 0"], 0.0, 0.0);
    let on = whole.on();
    let of_on: Vec<f64> = on.iter().map(|&gene| change[gene]).collect();
    assert_close(
        &means[&format!("signal on {} 1", on.len())],
        mean(of_on.iter().copied()),
        1e-6,
    );

    // One trapezoid: half the change.
    let areas = cells(&Results::read(&folder.path("d.tsv")), &["explanation", "group"], "area");
    assert_close(&areas["signal all"], mean(change.iter().copied()) / 2.0, 1e-6);
    let genes = Results::read(&folder.path("g.tsv"));
    assert_eq!(genes.rows.len(), 40);
    for (found, change) in genes.numbers("area_signal").iter().zip(&change) {
        assert!((found - change / 2.0).abs() < 1e-6);
    }
    let areas = Results::read(&folder.path("d.tsv"));
    let against = cells(&areas, &["explanation", "group"], "against_random");
    let differences = genes
        .numbers("area_signal")
        .into_iter()
        .zip(genes.numbers("area_random"))
        .map(|(a, b)| a - b);
    assert_close(&against["signal all"], mean(differences), 1e-6);
    assert_eq!(against["random all"], "");
}

#[test]
fn what_goes_first_is_held_against_what_was_planted() {
    let folder = Folder::new();
    lively(&folder);
    let table = folder.simulated("sim.csv", 24, BINS, 4);
    let truth = planted(&folder);
    let counts = Counts::read(&table).counts;
    let flags = "--model @model.safetensors --truth @sim.truth.tsv";
    interpret(&folder, &format!("{DELETION} --replaced 0,1 {flags}")).succeeds();
    let found = Results::read(&folder.path("d.tsv"));
    let of = |column: &str| cells(&found, &["explanation", "group"], column);
    let places = of("recovery_marks_x_bins");

    // Imported weights do not say what they were trained on, so that every mark counts as it is. Of equal places each
    // counts by its chance of being among the first: a little is added to the later ones, so that no two are equal.
    let signal = |gene: usize| -> Vec<f64> {
        let value = |mark: usize, bin: usize| counts[gene][bin][mark] - ((mark * BINS + bin) as f64) * 1e-9;
        let marks = 0..MARKS.len();
        marks
            .flat_map(|mark| (0..BINS).map(move |bin| value(mark, bin)))
            .collect()
    };
    let told = |planted: &[f64]| planted.contains(&0.0) && planted.contains(&1.0);
    let genes: Vec<usize> = (0..24).filter(|&gene| told(&truth[gene].concat())).collect();
    assert!(genes.len() > 12);
    let expected = mean(genes.iter().map(|&gene| share(&signal(gene), &truth[gene].concat())));
    assert_close(&places["signal all"], expected, 0.02);
    let chance = mean(genes.iter().map(|&gene| mean(truth[gene].concat())));
    assert_close(&of("chance_marks_x_bins")["signal all"], chance, 1e-6);
    assert_close(&places["random all"], chance, 0.06);

    // Gene by gene, nothing where nothing could be found.
    let per_gene = Results::read(&folder.path("g.tsv"));
    let column = texts(&per_gene, "recovery_marks_x_bins_signal");
    let empty = column.iter().filter(|cell| cell.is_empty()).count();
    assert_eq!(empty, 24 - genes.len());

    // `interpret truth` says the same of the same orders.
    let command = "truth --steps 5 --input @sim.csv --out @t.tsv --baseline gene-mean --attributions \
                   gradient-x-input,integrated-gradients";
    interpret(&folder, &format!("{command} {flags}")).succeeds();
    let truth = Results::read(&folder.path("t.tsv"));
    let recovery = cells(&truth, &["explanation", "level"], "recovery");
    interpret(
        &folder,
        &format!("{} --replaced 0,1 {flags}", DELETION.replace("zero", "mean")),
    )
    .succeeds();
    let found = Results::read(&folder.path("d.tsv"));
    let [bins, places] =
        ["recovery_bins", "recovery_marks_x_bins"].map(|column| cells(&found, &["explanation", "group"], column));
    for (tested, told) in [
        ("attention", "alpha-beta"),
        ("saliency", "absolute-saliency"),
        ("gradient-x-input", "gradient-x-input"),
        ("integrated-gradients", "integrated-gradients"),
        ("class-optimisation", "class-optimisation"),
        ("signal", "signal"),
    ] {
        let tested = format!("{tested} all");
        assert_close(&bins[&tested], recovery[&format!("{told} bins")].parse().unwrap(), 1e-6);
        assert_close(
            &places[&tested],
            recovery[&format!("{told} marks x bins")].parse().unwrap(),
            1e-6,
        );
    }
}

#[test]
fn of_a_change_what_was_planted_stands_in_both_tables() {
    let folder = Folder::new();
    crate::change::trained(&folder, "raw");
    let flags = "--model @raw.safetensors --truth @t.truth.tsv --explanations signal,random --replaced 0,1";
    let command = "deletion --input @t.a.csv --input-b @t.b.csv --out @d.tsv --per-gene @g.tsv";
    interpret(&folder, &format!("{command} {flags}")).succeeds();
    let truth = Results::read(&folder.path("t.truth.tsv"));
    let [genes, marks, first, last] = ["gene", "mark", "first_bin", "last_bin"].map(|name| texts(&truth, name));
    let found = Results::read(&folder.path("g.tsv"));
    let [names, shown] = ["gene", "recovery_marks_x_bins_random"].map(|name| texts(&found, name));
    let mut shares = Vec::new();
    for (name, found) in names.iter().zip(shown) {
        let mut planted = std::collections::HashSet::new();
        for row in (0..genes.len()).filter(|&row| genes[row] == *name && !marks[row].is_empty()) {
            let [first, last] = [first[row], last[row]].map(|bin| bin.parse::<usize>().expect("a bin"));
            planted.extend((first..=last).map(|bin| (marks[row], bin)));
        }
        assert_eq!(found.is_empty(), planted.is_empty(), "{name}");
        if !planted.is_empty() {
            shares.push(planted.len() as f64 / (MARKS.len() * BINS) as f64);
        }
    }
    let table = Results::read(&folder.path("d.tsv"));
    let chance = cells(&table, &["explanation", "group"], "chance_marks_x_bins");
    assert_close(&chance["signal all"], mean(shares.iter().copied()), 1e-6);
}

#[test]
fn a_truth_of_other_genes_is_refused() {
    let folder = Folder::new();
    lively(&folder);
    folder.simulated("sim.csv", 4, BINS, 4);
    let truth = std::fs::read_to_string(folder.path("sim.truth.tsv")).unwrap();
    folder.write("other.tsv", truth.replace("SIM", "GENE"));
    let command = format!("{DELETION} --model @model.safetensors --truth");
    interpret(&folder, &format!("{command} @other.tsv")).fails(
        1,
        &[
            "other.tsv: found none of the genes of sim.csv",
            "written with the table",
        ],
    );
    interpret(&folder, &format!("{command} @sim.csv")).fails(1, &["sim.csv, line 1: found no column gene"]);
}

#[test]
fn every_order_ends_where_all_bins_are_replaced() {
    let folder = Folder::new();
    let model = lively(&folder);
    let table = folder.simulated("sim.csv", 20, BINS, 3);
    let whole = Predicted::of(&folder, &model, &table);
    let mut counts = Counts::read(&table);
    counts.counts.iter_mut().flatten().for_each(|row| *row = [0.0; 5]);
    counts.write(&folder.path("silent.csv"));
    let change = change(&whole, &Predicted::of(&folder, &model, &folder.path("silent.csv")));
    let said = interpret(&folder, &format!("{DELETION} --model @model.safetensors"))
        .succeeds()
        .stdout;
    let curves = Results::read(&folder.path("c.tsv"));
    let ends = cells(&curves, &["explanation", "group", "fraction"], "change");
    for explanation in ["attention", "saliency", "class-optimisation", "signal", "random"] {
        assert!(said.contains(explanation), "{said}");
        assert_close(
            &ends[&format!("{explanation} all 1")],
            mean(change.iter().copied()),
            1e-6,
        );
    }
}

#[test]
fn a_gene_alone_has_the_numbers_that_it_has_within_a_table() {
    let folder = Folder::new();
    let models = [lively(&folder), trained(&folder, "lstm-alpha-beta")];
    let table = folder.simulated("whole.csv", 12, BINS, 3);
    let counts = Counts::read(&table);
    for model in models {
        let per_gene = |input: &str| {
            let out = folder.path("g.tsv");
            let settings = "--steps 5 --out @d.tsv --per-gene @g.tsv";
            interpret(
                &folder,
                &format!("deletion {settings} --model {} --input @{input}", model.display()),
            )
            .succeeds();
            Results::read(&out)
        };
        let whole = per_gene("whole.csv");
        for gene in [3, 8] {
            let alone = Counts {
                genes: vec![counts.genes[gene].clone()],
                counts: vec![counts.counts[gene].clone()],
            };
            alone.write(&folder.path("alone.csv"));
            let alone = per_gene("alone.csv");
            assert_eq!(alone.header, whole.header);
            for column in &whole.header[1..] {
                let (alone, within) = (alone.numbers(column)[0], whole.numbers(column)[gene]);
                assert!(
                    (alone - within).abs() < 1e-6,
                    "{column}: {alone} alone, {within} within the table"
                );
            }
        }
    }
}

#[test]
fn a_variant_without_attention_is_tested_by_what_it_has() {
    let folder = Folder::new();
    folder.simulated("sim.csv", 10, BINS, 3);
    trained(&folder, "lstm");
    let json = interpret(&folder, &format!("{DELETION} --model @lstm.safetensors --json"))
        .succeeds()
        .stdout;
    let results = Results::read(&folder.path("d.tsv"));
    let explanations = texts(&results, "explanation");
    assert!(!explanations.contains(&"attention"));
    assert_eq!(explanations[0], "saliency");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&json[0]["explanation"], &json[0]["genes"]),
        (&"saliency".into(), &10.into())
    );
}

#[test]
fn numbers_of_bins_that_make_no_curve_are_wrong_usage() {
    let folder = Folder::new();
    lively(&folder);
    folder.simulated("sim.csv", 3, BINS, 3);
    for points in ["0", "1,2", "0,5,5", "0,21"] {
        interpret(
            &folder,
            &format!("{DELETION} --model @model.safetensors --replaced {points}"),
        )
        .fails(2, &["--replaced", "from 0 to at most 20"]);
    }
    assert!(!folder.path("d.tsv").exists());
}
