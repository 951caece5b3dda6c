//! `regulens interpret truth`.

use std::fs;

use safetensors::SafeTensors;

use super::{Counts, Predicted, assert_close, cells, correlation, interpret, lively, mean, trained};
use crate::support::reference::array;
use crate::support::setup::{BINS, Folder, MARKS, Results};

const TRUTH: &str = "truth --steps 5 --out @t.tsv --input @sim.csv";

/// Planted signal, [genes][marks][bins], as the file of truth says.
pub fn planted(folder: &Folder) -> Vec<Vec<Vec<f64>>> {
    let truth = Results::read(&folder.path("sim.truth.tsv"));
    let mut planted = Vec::new();
    let mut last = String::new();
    for row in &truth.rows {
        if row[0] != last {
            last = row[0].clone();
            planted.push(vec![vec![0.0; BINS]; MARKS.len()]);
        }
        let mark = MARKS.iter().position(|mark| *mark == row[5]).unwrap();
        let [first, end] = [6, 7].map(|column| row[column].parse::<usize>().unwrap());
        planted.last_mut().unwrap()[mark][first - 1..end].fill(1.0);
    }
    planted
}

/// The share of the places with the k largest values, as many as are planted, that are planted; no two values are
/// equal.
pub fn share(values: &[f64], planted: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    let k = planted.iter().sum::<f64>();
    order[..k as usize].iter().map(|&place| planted[place]).sum::<f64>() / k
}

#[test]
fn attention_is_held_against_the_planted_places_gene_by_gene() {
    let folder = Folder::new();
    let model = lively(&folder);
    let table = folder.simulated("sim.csv", 30, BINS, 4);
    let predicted = Predicted::of(&folder, &model, &table);
    let truth = planted(&folder);
    interpret(
        &folder,
        &format!("{TRUTH} --model @model.safetensors --truth @sim.truth.tsv"),
    )
    .succeeds();
    let results = Results::read(&folder.path("t.tsv"));
    let of = |column: &str| cells(&results, &["explanation", "level"], column);
    let (r, recovery, chance) = (of("r"), of("recovery"), of("chance"));

    let alpha = |gene: usize| predicted.alpha[gene * MARKS.len() * BINS..][..MARKS.len() * BINS].to_vec();
    let places = |gene: usize| truth[gene].concat();
    // A gene in which every place, or none, is planted says nothing.
    let told: Vec<usize> = (0..30)
        .filter(|&gene| places(gene).contains(&0.0) && places(gene).contains(&1.0))
        .collect();
    assert_close(
        &r["alpha marks x bins"],
        mean(told.iter().map(|&gene| correlation(&alpha(gene), &places(gene)))),
        1e-6,
    );
    assert_close(
        &recovery["alpha marks x bins"],
        mean(told.iter().map(|&gene| share(&alpha(gene), &places(gene)))),
        1e-9,
    );
    let planted_share = mean(told.iter().map(|&gene| mean(places(gene))));
    assert_close(&chance["alpha marks x bins"], planted_share, 1e-9);

    let sum = |gene: usize| -> Vec<f64> {
        let beta = |mark: usize| predicted.beta[mark][gene];
        let alpha = alpha(gene);
        (0..BINS)
            .map(|bin| (0..MARKS.len()).map(|mark| beta(mark) * alpha[mark * BINS + bin]).sum())
            .collect()
    };
    let any = |gene: usize| -> Vec<f64> {
        (0..BINS)
            .map(|bin| truth[gene].iter().map(|mark| mark[bin]).fold(0.0, f64::max))
            .collect()
    };
    let told: Vec<usize> = (0..30)
        .filter(|&gene| any(gene).contains(&0.0) && any(gene).contains(&1.0))
        .collect();
    assert_close(
        &r["alpha-beta bins"],
        mean(told.iter().map(|&gene| correlation(&sum(gene), &any(gene)))),
        1e-5,
    );
    let genes = of("genes");
    assert_eq!(genes["alpha-beta bins"], told.len().to_string());

    let on = predicted.on();
    let profile = |number: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
        (0..BINS)
            .map(|bin| mean(on.iter().map(|&gene| number(gene, bin))))
            .collect()
    };
    let mark = MARKS.iter().position(|mark| *mark == "H3K4me3").unwrap();
    let expected = correlation(
        &profile(&|gene, bin| alpha(gene)[mark * BINS + bin]),
        &profile(&|gene, bin| truth[gene][mark][bin]),
    );
    assert_close(&r["alpha profile of H3K4me3"], expected, 1e-6);
    let counts = Counts::read(&table).counts;
    let expected = correlation(
        &profile(&|gene, bin| counts[gene][bin][mark]),
        &profile(&|gene, bin| truth[gene][mark][bin]),
    );
    assert_close(&r["signal profile of H3K4me3"], expected, 1e-6);
}

#[test]
fn attributions_are_held_against_the_planted_places_by_what_they_say_for_the_prediction() {
    let folder = Folder::new();
    let model = lively(&folder);
    let table = folder.simulated("sim.csv", 12, BINS, 4);
    let on = Predicted::of(&folder, &model, &table).on();
    assert!(!on.is_empty() && on.len() < 12, "genes of either class");
    let truth = planted(&folder);
    let methods = ["gradient-x-input", "integrated-gradients", "occlusion"];
    let flags = format!(
        "--model @model.safetensors --truth @sim.truth.tsv --baseline gene-mean --attributions {}",
        methods.join(",")
    );
    interpret(&folder, &format!("{TRUTH} {flags}")).succeeds();
    let results = Results::read(&folder.path("t.tsv"));
    let of = |column: &str| cells(&results, &["explanation", "level"], column);
    let (r, recovery) = (of("r"), of("recovery"));
    for method in methods {
        let command = format!("--method {method} --baseline gene-mean --out @a.safetensors");
        interpret(
            &folder,
            &format!("attribute --model @model.safetensors --input @sim.csv {command}"),
        )
        .succeeds();
        let bytes = fs::read(folder.path("a.safetensors")).expect("attributions");
        let tensors = SafeTensors::deserialize(&bytes).expect("safetensors");
        let values = array(&tensors, "attributions").values;
        // From [bins, marks] to [marks, bins].
        let said = |gene: usize| -> Vec<f64> {
            let sign = if on.contains(&gene) { 1.0 } else { -1.0 };
            let value = |mark: usize, bin: usize| sign * values[(gene * BINS + bin) * MARKS.len() + mark];
            (0..MARKS.len())
                .flat_map(|mark| (0..BINS).map(move |bin| (mark, bin)))
                .map(|(mark, bin)| value(mark, bin))
                .collect()
        };
        let places = |gene: usize| truth[gene].concat();
        let told: Vec<usize> = (0..12)
            .filter(|&gene| places(gene).contains(&0.0) && places(gene).contains(&1.0))
            .collect();
        assert!(told.len() > 5);
        let expected = mean(told.iter().map(|&gene| correlation(&said(gene), &places(gene))));
        assert_close(&r[&format!("{method} marks x bins")], expected, 1e-5);
        let expected = mean(told.iter().map(|&gene| share(&said(gene), &places(gene))));
        assert_close(&recovery[&format!("{method} marks x bins")], expected, 1e-2);
    }
}

#[test]
fn what_says_nothing_recovers_what_chance_does() {
    let folder = Folder::new();
    lively(&folder);
    folder.simulated("sim.csv", 60, BINS, 4);
    interpret(
        &folder,
        &format!("{TRUTH} --model @model.safetensors --truth @sim.truth.tsv"),
    )
    .succeeds();
    let results = Results::read(&folder.path("t.tsv"));
    let of = |column: &str| cells(&results, &["explanation", "level"], column);
    let (r, recovery, chance) = (of("r"), of("recovery"), of("chance"));
    for level in ["marks x bins", "bins"] {
        let key = format!("uniform {level}");
        assert_close(&recovery[&key], chance[&key].parse().unwrap(), 1e-12);
        assert_eq!(r[&key], "", "undefined");
        let key = format!("random {level}");
        assert_close(&recovery[&key], chance[&key].parse().unwrap(), 0.06);
        assert_close(&r[&key], 0.0, 0.1);
    }
}

#[test]
fn text_and_json_of_the_truth_give_the_same_table() {
    let folder = Folder::new();
    lively(&folder);
    folder.simulated("sim.csv", 10, BINS, 4);
    let command = format!("{TRUTH} --model @model.safetensors --truth");
    interpret(&folder, &format!("{command} @sim.truth.tsv")).succeeds();
    let expected = fs::read(folder.path("t.tsv")).unwrap();
    let said = interpret(&folder, &format!("{command} @sim.truth.json --json"))
        .succeeds()
        .stdout;
    assert_eq!(fs::read(folder.path("t.tsv")).unwrap(), expected);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (&said[0]["explanation"], &said[0]["genes"]),
        (&"alpha".into(), &10.into())
    );
}

#[test]
fn a_number_of_places_may_be_asked_for() {
    let folder = Folder::new();
    lively(&folder);
    folder.simulated("sim.csv", 30, BINS, 4);
    let all = MARKS.len() * BINS;
    interpret(
        &folder,
        &format!("{TRUTH} --model @model.safetensors --truth @sim.truth.tsv --top {all}"),
    )
    .succeeds();
    let results = Results::read(&folder.path("t.tsv"));
    let [recovery, chance] = ["recovery", "chance"].map(|column| cells(&results, &["explanation", "level"], column));
    // All places are among that many: what is found is what is there.
    assert_close(
        &recovery["alpha marks x bins"],
        chance["alpha marks x bins"].parse().unwrap(),
        1e-9,
    );
    assert_eq!(recovery["alpha bins"], "", "there are not so many bins");
    interpret(&folder, &format!("{TRUTH} --model @m --truth @t --top 0")).fails(2, &["--top"]);
}

#[test]
fn selected_bins_of_a_wide_table_are_found_in_the_truth_of_the_whole() {
    let folder = Folder::new();
    lively(&folder);
    folder.simulated("sim.csv", 20, 2 * BINS, 4);
    let command = format!("{TRUTH} --model @model.safetensors --truth @sim.truth.tsv");
    interpret(&folder, &format!("{command} --select-bins 11-30")).succeeds();
    let found = Results::read(&folder.path("t.tsv"));
    // The same by hand: cut the table, and the truth with it.
    let table = fs::read_to_string(folder.path("sim.csv")).unwrap();
    let cut: String = table
        .lines()
        .filter_map(|line| {
            let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            if let Ok(bin) = cells[1].parse::<usize>() {
                cells[1] = (11..=30).contains(&bin).then(|| bin - 10)?.to_string();
            }
            Some(cells.join(",") + "\n")
        })
        .collect();
    folder.write("sim.csv", cut);
    let truth = fs::read_to_string(folder.path("sim.truth.tsv")).unwrap();
    let cut: String = truth
        .lines()
        .map(|line| {
            let mut cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
            if let [Ok(first), Ok(last)] = [6, 7].map(|column| cells[column].parse::<usize>()) {
                let (first, last) = (first.max(11), last.min(30));
                if first > last {
                    cells[5..9].fill(String::new());
                } else {
                    (cells[6], cells[7]) = ((first - 10).to_string(), (last - 10).to_string());
                }
            }
            cells.join("\t") + "\n"
        })
        .collect();
    folder.write("sim.truth.tsv", cut);
    interpret(&folder, &command).succeeds();
    assert_eq!(Results::read(&folder.path("t.tsv")).rows, found.rows);
}

#[test]
fn variants_stand_in_one_table() {
    let folder = Folder::new();
    lively(&folder);
    folder.simulated("sim.csv", 10, BINS, 4);
    trained(&folder, "lstm-attn");
    interpret(
        &folder,
        &format!("{TRUTH} --model @model.safetensors --model @lstm-attn.safetensors --truth @sim.truth.tsv"),
    )
    .succeeds();
    let r = cells(
        &Results::read(&folder.path("t.tsv")),
        &["variant", "explanation", "level"],
        "r",
    );
    for variant in ["lstm-alpha-beta", "lstm-attn"] {
        assert!(!r[&format!("{variant} alpha bins")].is_empty());
    }
    // Explanations without a model are the same beside each; signal is in units of each model's training data.
    assert_eq!(r["lstm-attn tss-distance bins"], r["lstm-alpha-beta tss-distance bins"]);
    assert!(!r["lstm-attn signal bins"].is_empty());
    assert!(!r.contains_key("lstm-attn alpha-beta bins"));
}

#[test]
fn the_truth_of_other_genes_is_refused() {
    let folder = Folder::new();
    lively(&folder);
    folder.simulated("sim.csv", 10, BINS, 4);
    folder.simulated("wide.csv", 10, 2 * BINS, 4);
    let command = format!("{TRUTH} --model @model.safetensors --truth");
    interpret(&folder, &format!("{command} @wide.truth.tsv"))
        .fails(1, &["wide.truth.tsv: found bin", "expected none after 20"]);
    interpret(&folder, &format!("{command} @sim.csv"))
        .fails(1, &["sim.csv, line 1: found no column gene", ".truth.tsv"]);
    let truth = fs::read_to_string(folder.path("sim.truth.tsv")).unwrap();
    folder.write("other.tsv", truth.replace("SIM", "GENE"));
    interpret(&folder, &format!("{command} @other.tsv")).fails(1, &["other.tsv: found none of the genes of sim.csv"]);
    assert!(!folder.path("t.tsv").exists());
}
