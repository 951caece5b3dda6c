//! Models of the level of expression, from the command line: what they learn, what runs them, and what refuses them.

use std::collections::HashMap;
use std::fs;

use serde_json::Value;

use crate::change::regulens;
use crate::support::setup::{BINS, Folder, MARKS, Results};

/// Tables `train.csv`, `valid.csv` and `test.csv` of simulated genes of different names, and the counts of all,
/// `counts.csv`.
pub fn tables(folder: &Folder, genes: usize) {
    let mut counts = String::new();
    for (name, seed) in [("train", 1), ("valid", 2), ("test", 3)] {
        folder.simulated(&format!("{name}.csv"), genes, BINS, seed);
        for file in ["csv", "expression.csv", "truth.tsv"] {
            let path = folder.path(&format!("{name}.{file}"));
            let text = fs::read_to_string(&path).expect("a simulated file");
            let text = text.replace("SIM", &format!("{}_", name.to_uppercase()));
            fs::write(&path, &text).expect("the folder takes a file");
            if file == "expression.csv" {
                counts += &text;
            }
        }
    }
    folder.write("counts.csv", counts);
}

/// Words of a training of few steps of a small model on those tables.
const TRAIN: &str = "train attentive-chrome --outcome level --train @train.csv --valid @valid.csv --expression \
                     @counts.csv --epochs 2 --bin-rnn-size 4 --filters 4 --width 3 --hm-filters 4 --hidden-1 8 \
                     --hidden-2 4 --transform log1p --learning-rate 0.01";

pub fn train(folder: &Folder, further: &str) -> crate::support::setup::Outcome {
    regulens(folder, &format!("{TRAIN} {further}"))
}

fn json(folder: &Folder, command: &str) -> Value {
    serde_json::from_str(&regulens(folder, command).succeeds().stdout).expect("JSON")
}

/// The measured levels of a table's genes.
fn levels(folder: &Folder, table: &str) -> HashMap<String, f64> {
    let text = fs::read_to_string(folder.path(&format!("{table}.expression.csv"))).expect("counts");
    let level = |line: &str| {
        let (gene, count) = line.split_once(',').expect("two columns");
        (gene.to_owned(), (count.parse::<f64>().expect("a count") + 1.0).log2())
    };
    text.lines().map(level).collect()
}

#[test]
fn a_model_of_planted_levels_ranks_new_genes_and_its_attributions_have_the_planted_signs() {
    let folder = Folder::new();
    tables(&folder, 300);
    let command = "train attentive-chrome --outcome level --variant lstm-attn --recipe small --epochs 25 --train \
                   @train.csv --valid @valid.csv --test @test.csv --expression @counts.csv --out @m.safetensors";
    let said = regulens(&folder, command).succeeds();
    assert!(said.stderr.contains("validation loss"), "{}", said.stderr);
    let card = json(&folder, "inspect --json @m.safetensors")["card"].take();
    assert_eq!(
        (&card["task"], &card["unit"]),
        (&"level".into(), &"log2(count + 1)".into())
    );
    let report = &card["level_metrics"];
    assert!(
        card.get("metrics").is_none() && card.get("class_means").is_none(),
        "{card}"
    );
    let names: Vec<&str> = report["baselines"]
        .as_array()
        .expect("baselines")
        .iter()
        .map(|one| one["name"].as_str().expect("a name"))
        .collect();
    for kind in ["ridge on ln(1 + count)", "random forest", "mean ln(1 + H3K4me3)"] {
        assert!(names.iter().any(|name| name.starts_with(kind)), "{names:?}");
    }
    let recipe = &card["training"]["recipe"];
    assert_eq!(
        (&recipe["output_bias"], &recipe["target"], recipe.get("class_weight")),
        (&"mean".into(), &"log2(count + 1)".into(), None)
    );

    // `evaluate` says what the predictions give.
    let found = json(
        &folder,
        "evaluate --model @m.safetensors --input @test.csv --expression @counts.csv --json",
    );
    regulens(
        &folder,
        "predict --model @m.safetensors --input @test.csv --out @p.tsv --attention @a.safetensors",
    )
    .succeeds();
    let results = Results::read(&folder.path("p.tsv"));
    assert_eq!(results.header, ["gene", "level"]);
    let measured = levels(&folder, "test");
    let (predicted, measured): (Vec<f64>, Vec<f64>) = results
        .by_gene("level")
        .into_iter()
        .map(|(gene, level)| (level, measured[&gene]))
        .unzip();
    let squares = predicted.iter().zip(&measured).map(|(a, b)| (a - b) * (a - b));
    let mse = squares.sum::<f64>() / measured.len() as f64;
    let is = |name: &str, value: f64| (found[name].as_f64().expect("a number") - value).abs() < 1e-6 * value.abs();
    assert!(found["n"] == 300 && is("mse", mse), "{found} {mse}");
    let mean = measured.iter().sum::<f64>() / measured.len() as f64;
    let spread = measured.iter().map(|level| (level - mean).powi(2)).sum::<f64>() / measured.len() as f64;
    assert!(is("r2", 1.0 - mse / spread), "{found}");
    let of_card = report["test"]["mse"].as_f64().expect("a number");
    assert!((of_card - mse).abs() < 0.01 * mse, "float16 weights: {of_card} {mse}");
    for (name, least) in [("pearson", 0.5), ("spearman", 0.5)] {
        assert!(found[name].as_f64() > Some(least), "{found}");
    }

    // Marks that activate raise the level where they are planted, the one that represses lowers it.
    regulens(
        &folder,
        "interpret attribute --model @m.safetensors --input @test.csv --out @ig.safetensors --tsv @ig.tsv",
    )
    .succeeds();
    let attributions = Results::read(&folder.path("ig.tsv"));
    let values = attributions.numbers("attribution");
    let by_place: HashMap<(String, String, usize), f64> = attributions
        .rows
        .iter()
        .zip(values)
        .map(|(row, value)| ((row[0].clone(), row[1].clone(), row[2].parse().expect("a bin")), value))
        .collect();
    let truth = Results::read(&folder.path("test.truth.tsv"));
    let place = |name: &str| truth.header.iter().position(|other| other == name).expect("a column");
    let mut sums: HashMap<&str, (f64, usize)> = HashMap::new();
    for row in truth.rows.iter().filter(|row| !row[place("mark")].is_empty()) {
        let mark = row[place("mark")].as_str();
        let [first, last] = ["first_bin", "last_bin"].map(|name| row[place(name)].parse::<usize>().expect("a bin"));
        let bins = (first..=last).map(|bin| by_place[&(row[0].clone(), mark.to_owned(), bin)]);
        let sum = sums.entry(mark).or_default();
        *sum = (sum.0 + bins.sum::<f64>(), sum.1 + 1);
    }
    let mean = |mark: &str| sums[mark].0 / sums[mark].1 as f64;
    assert!(mean("H3K4me3") > 1.0 && mean("H3K27me3") < -0.5, "{sums:?}");
}

#[test]
fn every_variant_learns_levels_into_one_output_and_runs() {
    let folder = Folder::new();
    tables(&folder, 40);
    let all = format!("{TRAIN} --test @test.csv --all-variants --out @all").replace("--epochs 2", "--epochs 1");
    regulens(&folder, &all).succeeds();
    let table = Results::read(&folder.path("all/table.tsv"));
    assert_eq!(
        table.header[4..],
        [
            "validation_pearson",
            "test_pearson",
            "test_spearman",
            "test_r2",
            "test_mse"
        ]
    );
    // Seven variants, and ridge twice or three times, a forest and the mean of a mark.
    assert!(table.rows.len() >= 7 + 4, "{:?}", table.rows);
    for row in &table.rows[..7] {
        let variant = &row[1];
        let command = format!("predict --model @all/{variant}.safetensors --input @test.csv --out @p.tsv");
        regulens(&folder, &command).succeeds();
        let results = Results::read(&folder.path("p.tsv"));
        assert_eq!(
            (results.header[1].as_str(), results.rows.len()),
            ("level", 40),
            "{variant}"
        );
        let weighs = results.has(&format!("beta_{}", MARKS[0]));
        assert_eq!(weighs, variant.ends_with("beta"), "{variant}");
        // The bias began at the mean level, about 8, and not at 0.
        let levels = results.numbers("level");
        assert!(levels.iter().sum::<f64>() / 40.0 > 4.0, "{variant}: {levels:?}");
        let command =
            format!("interpret attribute --model @all/{variant}.safetensors --input @test.csv --out @ig.safetensors");
        regulens(&folder, &command).succeeds();
        // Contributions add up to what the level gains over that of no signal: the gradient is that of the one output.
        let bytes = fs::read(folder.path("ig.safetensors")).expect("attributions");
        let file = safetensors::SafeTensors::deserialize(&bytes).expect("safetensors");
        let numbers = |name: &str| -> Vec<f32> {
            let words = file.tensor(name).expect("a tensor").data().chunks_exact(4);
            words
                .map(|word| f32::from_le_bytes(word.try_into().expect("four bytes")))
                .collect()
        };
        let (score, baseline) = (numbers("score"), numbers("baseline_score"));
        for (gene, rest) in numbers("completeness").into_iter().enumerate() {
            let gained = (score[gene] - baseline[gene]).abs();
            assert!(rest.abs() < 0.02 * gained + 0.01, "{variant}: {rest} of {gained}");
        }
    }
    // The same command again has nothing left to do.
    let again = regulens(&folder, &all).succeeds();
    assert_eq!(again.stderr.matches("already trained").count(), 7, "{}", again.stderr);
    let wrong = format!("{all} --seed 4");
    regulens(&folder, &wrong).fails(2, &["is from another training"]);
}

#[test]
fn what_is_resumed_and_what_seeds_give_is_one_model() {
    let folder = Folder::new();
    tables(&folder, 30);
    train(&folder, "--seeds 2 --out @m.safetensors").succeeds();
    let card = json(&folder, "inspect --json @m.safetensors")["card"].take();
    let seeds = card["level_metrics"]["seeds"].as_array().expect("seeds");
    assert_eq!(seeds.len(), 2, "{card}");
    assert_eq!(card["notes"][0], "Not scored on test genes.");
    let best = |one: &Value| one["validation_loss"].as_f64().expect("a loss");
    let chosen = card["training"]["seed"].as_u64().expect("a seed") as usize - 1;
    assert!(
        best(&seeds[chosen]) <= best(&seeds[1 - chosen]),
        "the loss chooses: {card}"
    );
    let history = fs::read_to_string(folder.path("m.safetensors.history.tsv")).expect("the history");
    assert!(
        history.starts_with("seed\tepoch\ttraining_loss\tvalidation_loss\tvalidation_pearson\tvalidation_spearman"),
        "{history}"
    );
    train(&folder, "--resume --out @m.safetensors").fails(2, &["nothing to resume"]);
    train(&folder, "--choose pearson --output-bias drawn --out @d.safetensors").succeeds();
    let recipe = json(&folder, "inspect --json @d.safetensors")["card"]["training"]["recipe"].take();
    assert_eq!(
        (&recipe["choose"], &recipe["output_bias"]),
        (&"pearson".into(), &"drawn".into())
    );
}

#[test]
fn flags_of_classes_are_refused_with_what_to_do() {
    let folder = Folder::new();
    tables(&folder, 20);
    for (further, saying) in [
        (
            "--class-weight balanced",
            "--class-weight needs genes that are on or off",
        ),
        ("--threshold 10", "--threshold defines which genes are on"),
        ("--choose auroc", "choose by loss or pearson"),
    ] {
        train(&folder, &format!("{further} --out @m.safetensors")).fails(2, &[saying]);
    }
    let of_classes = TRAIN.replace("--outcome level", "");
    for (further, saying) in [
        ("--choose pearson", "--choose pearson requires --outcome level"),
        ("--output-bias mean", "--output-bias requires --outcome level"),
    ] {
        regulens(&folder, &format!("{of_classes} {further} --out @m.safetensors")).fails(2, &[saying]);
    }
    let without = TRAIN.replace("--expression @counts.csv", "");
    regulens(&folder, &format!("{without} --out @m.safetensors")).fails(2, &["--expression FILE", "found 0 files"]);
    assert!(!folder.path("m.safetensors").exists());
}

#[test]
fn counts_that_tell_no_levels_are_refused_by_their_file() {
    let folder = Folder::new();
    tables(&folder, 20);
    let counts = fs::read_to_string(folder.path("counts.csv")).expect("counts");
    let with = |count: &dyn Fn(usize) -> usize| -> String {
        let lines = counts.lines().enumerate();
        let line = |(at, line): (usize, &str)| {
            let (gene, _) = line.split_once(',').expect("two columns");
            format!("{gene},{}\n", count(at))
        };
        lines.map(line).collect()
    };
    for (text, saying) in [
        (with(&|at| at % 2), "counts that are all 0 or 1"),
        (with(&|_| 7), "the level 3 in all 20 genes"),
        (
            counts.lines().skip(1).map(|line| format!("{line}\n")).collect(),
            "TRAIN_000001",
        ),
    ] {
        folder.write("counts.csv", text);
        train(&folder, "--out @m.safetensors").fails(1, &["counts.csv", saying]);
    }
}

#[test]
fn analyses_run_on_levels_or_name_the_task_that_they_are_not_of() {
    let folder = Folder::new();
    tables(&folder, 30);
    train(&folder, "--variant lstm-alpha-beta --out @m.safetensors").succeeds();
    let on = "--model @m.safetensors --input @test.csv";
    for (command, score) in [
        (
            format!("interpret attribute {on} --method gradient-x-input --out @a.safetensors"),
            true,
        ),
        (
            format!("interpret attribute {on} --method occlusion --out @a.safetensors"),
            true,
        ),
        (
            format!("interpret attribute {on} --method shapley --out @a.safetensors"),
            true,
        ),
        (
            format!("interpret attribute {on} --baseline training-mean --out @a.safetensors"),
            true,
        ),
        (
            format!("interpret deletion {on} --steps 5 --out @d.tsv --per-gene @g.tsv"),
            false,
        ),
        (format!("interpret perturb {on} --out @p.tsv"), false),
        (
            "interpret class-optimisation --model @m.safetensors --class low --steps 5 --out @c.tsv".to_owned(),
            false,
        ),
    ] {
        regulens(&folder, &command).succeeds();
        if score {
            let bytes = fs::read(folder.path("a.safetensors")).expect("attributions");
            let (_, header) = safetensors::SafeTensors::read_metadata(&bytes).expect("a header");
            let said = header.metadata().as_ref().expect("metadata");
            assert_eq!(said["score"], "level", "{command}");
        }
    }
    assert_eq!(Results::read(&folder.path("g.tsv")).header[1], "level");
    assert!(Results::read(&folder.path("p.tsv")).has("level_difference"));
    let areas = Results::read(&folder.path("d.tsv"));
    assert!(
        areas.rows.iter().all(|row| row[1] == "all"),
        "levels have no classes: {:?}",
        areas.rows
    );
    for command in [
        format!("interpret attention {on} --out @x.tsv"),
        format!("interpret saliency {on} --out @x.tsv"),
        format!("interpret truth {on} --truth @test.truth.tsv --out @x.tsv"),
        format!("calibrate explanations {on} --out @x"),
        "bench --model @m.safetensors".to_owned(),
    ] {
        let outcome = regulens(&folder, &command);
        assert!(
            outcome.code > 0 && outcome.stderr.contains("level model"),
            "{command}: {}",
            outcome.stderr
        );
    }
    regulens(&folder, &format!("calibrate explanations {on} --out @x")).fails(
        2,
        &[
            "needs a baseline that is predicted off or unchanged",
            "levels have no such value",
            "`interpret deletion`",
        ],
    );
    regulens(
        &folder,
        &format!("interpret attribute {on} --baseline class-mean --out @x"),
    )
    .fails(1, &["a level model, which has no classes", "training-mean"]);
    regulens(
        &folder,
        "interpret class-optimisation --model @m.safetensors --class on --out @x",
    )
    .fails(1, &["expected high or low"]);
    regulens(
        &folder,
        &format!("evaluate {on} --expression @counts.csv --threshold 3"),
    )
    .fails(2, &["--threshold defines which genes are on"]);
    regulens(&folder, &format!("evaluate {on}")).fails(2, &["--expression FILE"]);
}

#[test]
fn a_missing_mark_costs_a_level_what_evaluate_and_predict_say_of_a_table_without_it() {
    let folder = Folder::new();
    tables(&folder, 60);
    let command = TRAIN.replace("--epochs 2", "--epochs 40");
    regulens(&folder, &format!("{command} --variant cnn-attn --out @m.safetensors")).succeeds();
    let on = "--input @test.csv --expression @counts.csv";
    let command = format!("calibrate missing-marks --model @m.safetensors {on} --out @c.safetensors");
    let said = regulens(&folder, &command).succeeds().stderr;
    let card = json(&folder, "inspect --json @c.safetensors")["card"].take();
    let found = &card["missing_marks"];
    assert_eq!(
        (&found["genes"], &found["data"]),
        (&60.into(), &"genes of test.csv".into())
    );
    let score = |table: &str| {
        let command = format!("evaluate --json --model @m.safetensors --input @{table} --expression @counts.csv");
        json(&folder, &command)["pearson"].as_f64().expect("a score")
    };
    let predicted = |table: &str| {
        regulens(
            &folder,
            &format!("predict --model @m.safetensors --input @{table} --out @p.tsv"),
        )
        .succeeds();
        Results::read(&folder.path("p.tsv")).numbers("level")
    };
    let near = |found: &Value, expected: f64| {
        let found = found.as_f64().expect("a number");
        assert!((found - expected).abs() < 5.1e-4, "{found} {expected}");
    };
    near(&found["score"], score("test.csv"));
    let whole = predicted("test.csv");
    let summaries = card["input_distribution"].as_array().expect("summaries");
    let mean_of = |mark: &str| {
        let of_mark = summaries
            .iter()
            .find(|summary| summary["mark"] == mark)
            .expect("its summary");
        of_mark["mean"].as_f64().expect("a mean") as f32
    };
    let text = fs::read_to_string(folder.path("test.csv")).expect("a table");
    let mut moved = 0;
    for (place, mark) in card["marks"].as_array().expect("marks").iter().enumerate() {
        let mark = mark.as_str().expect("a name");
        let header = text.lines().find(|line| !line.starts_with('#')).expect("a header");
        let column = header.split(',').position(|name| name == mark).expect("the mark");
        let lines = text.lines().map(|line| {
            let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            if line != header && !line.starts_with('#') {
                cells[column] = mean_of(mark).to_string();
            }
            cells.join(",") + "\n"
        });
        folder.write("lacking.csv", lines.collect::<String>());
        near(&found["scores"][place], score("lacking.csv"));
        let pairs = predicted("lacking.csv");
        let far = pairs
            .iter()
            .zip(&whole)
            .filter(|(one, other)| (*one - *other).abs() >= 1.0);
        let far = far.count();
        assert_eq!(found["changed_calls"][place], far, "{mark}");
        assert!(
            said.contains(&format!("levels changed at least twofold: {far}")),
            "{said}"
        );
        moved += far;
    }
    assert!(moved > 0, "no mark moves a level: {found}");
}

#[test]
fn a_model_of_level_is_exported_and_imported_as_one() {
    let folder = Folder::new();
    tables(&folder, 30);
    train(&folder, "--variant deep-chrome --dtype f32 --out @m.safetensors").succeeds();
    let command = "export @m.safetensors --dtype i8 --test @test.csv --expression @counts.csv --out @i8.safetensors";
    regulens(&folder, command).succeeds();
    let card = json(&folder, "inspect --json @i8.safetensors")["card"].take();
    assert!(
        card["level_metrics"]["test"]["n"] == 30 && card["tested_as"] == "i8",
        "{card}"
    );
    regulens(&folder, "export @m.safetensors --state-dict --out @weights.safetensors").succeeds();
    regulens(
        &folder,
        "import attentive-chrome --variant deep-chrome @weights.safetensors --dtype f32 --out @again.safetensors",
    )
    .succeeds();
    let card = json(&folder, "inspect --json @again.safetensors")["card"].take();
    assert_eq!(
        (&card["task"], &card["unit"]),
        (&"level".into(), &"log2(count + 1)".into())
    );
    let predicted = ["m", "again"].map(|name| {
        let command = format!("predict --model @{name}.safetensors --input @test.csv --out @{name}.tsv");
        regulens(&folder, &command).succeeds();
        Results::read(&folder.path(&format!("{name}.tsv"))).numbers("level")
    });
    assert_eq!(predicted[0], predicted[1]);
}

#[test]
fn levels_are_learned_in_folds_and_from_another_model_of_level() {
    let folder = Folder::new();
    tables(&folder, 42);
    let small = "--bin-rnn-size 4 --transform log1p --no-baselines --allow-constant --dtype f32";
    let level = format!("train attentive-chrome --outcome level --expression @counts.csv {small}");
    regulens(
        &folder,
        &format!("{level} --train @train.csv --folds 3 --split-by gene --learning-rate 0.01 --epochs 2 --out @cv"),
    )
    .succeeds();
    let predictions = Results::read(&folder.path("cv/predictions.tsv"));
    assert_eq!(predictions.header[..4], ["gene", "fold", "measured", "level"]);
    assert_eq!(predictions.rows.len(), 42);
    let measured = levels(&folder, "train");
    for row in &predictions.rows {
        assert!(
            (row[2].parse::<f64>().expect("a level") - measured[&row[0]]).abs() < 1e-6,
            "{row:?}"
        );
    }
    for fold in 1..=3 {
        let command = format!("predict --model @cv/fold-{fold}.safetensors --input @train.csv --out @one.tsv");
        regulens(&folder, &command).succeeds();
        let one = Results::read(&folder.path("one.tsv"));
        let of_fold = predictions
            .rows
            .iter()
            .zip(&one.rows)
            .filter(|(row, _)| row[1] == fold.to_string());
        let mut tested = 0;
        for (row, one) in of_fold {
            assert_eq!([&row[0], &row[3]], [&one[0], &one[1]], "as predict writes it");
            tested += 1;
        }
        let card = json(&folder, &format!("inspect --json @cv/fold-{fold}.safetensors"))["card"].take();
        assert_eq!(card["training"]["recipe"]["fold"], fold);
        assert_eq!(card["level_metrics"]["test"]["n"], tested);
    }

    // The mean of two models, and each beside it.
    let pair =
        "evaluate --model @cv/fold-1.safetensors @cv/fold-2.safetensors --input @test.csv --expression @counts.csv";
    let scored = json(&folder, &format!("{pair} --json"));
    assert_eq!(scored["members"].as_array().map(Vec::len), Some(2), "{scored}");
    regulens(
        &folder,
        &pair
            .replace("evaluate", "predict")
            .replace(" --expression @counts.csv", " --out @mean.tsv"),
    )
    .succeeds();
    let means = Results::read(&folder.path("mean.tsv"));
    let measured = levels(&folder, "test");
    let squares = means
        .by_gene("level")
        .into_iter()
        .map(|(gene, level)| (level - measured[&gene]).powi(2));
    let mse = squares.sum::<f64>() / measured.len() as f64;
    assert!(
        (scored["mse"].as_f64().expect("a number") - mse).abs() < 1e-6 * mse,
        "{scored} {mse}"
    );

    let still = "--epochs 1 --learning-rate 1e-12 --out @again.safetensors";
    let sets = "--train @train.csv --valid @valid.csv";
    let from = format!("{level} {sets} --init-from @cv/fold-1.safetensors {still}");
    let said = regulens(&folder, &from).succeeds().stderr;
    assert!(said.contains("5 of 5 marks by name"), "{said}");
    let predicted = |model: &str| {
        regulens(
            &folder,
            &format!("predict --model @{model} --input @test.csv --out @p.tsv"),
        )
        .succeeds();
        Results::read(&folder.path("p.tsv")).numbers("level")
    };
    let pairs = predicted("cv/fold-1.safetensors")
        .into_iter()
        .zip(predicted("again.safetensors"));
    for (before, after) in pairs {
        assert!((before - after).abs() < 1e-4, "{before} {after}");
    }
    let of_classes = format!("train attentive-chrome {small} {sets} --init-from @cv/fold-1.safetensors {still}");
    regulens(&folder, &of_classes).fails(2, &["found a model of the task level; expected on-off", "--outcome"]);
}
