//! `calibrate confidence` and `predict --coverage`: probabilities, sets and intervals that hold on other genes.

use std::collections::HashMap;
use std::fs;

use regulens::weights::{Dtype, WeightFile};
use serde_json::Value;

use crate::change::regulens;
use crate::support::setup::{Folder, Results};
use crate::tracks::regions::shipped;

/// A small recurrence, trained for some epochs.
const SMALL: &str = "--bin-rnn-size 4 --learning-rate 0.01 --transform log1p --no-baselines";

/// Classes of simulated genes.
fn labels(folder: &Folder, table: &str) -> HashMap<String, bool> {
    let text = fs::read_to_string(folder.path(table)).unwrap();
    let rows = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    rows.map(|row| (row[0].to_owned(), row[row.len() - 1] == "1")).collect()
}

fn card(folder: &Folder, model: &str) -> Value {
    let text = regulens(folder, &format!("inspect @{model} --json")).succeeds().stdout;
    let mut found: Value = serde_json::from_str(&text).unwrap();
    match found.get_mut("card") {
        Some(card) => card.take(),
        None => found,
    }
}

fn share(of: impl Iterator<Item = bool>) -> f64 {
    let all: Vec<bool> = of.collect();
    all.iter().filter(|&&one| one).count() as f64 / all.len() as f64
}

#[test]
fn what_is_calibrated_on_some_simulated_genes_holds_on_others() {
    let folder = Folder::new();
    for (name, genes, seed) in [("t", 300, 1), ("v", 100, 2), ("c", 2000, 3), ("o", 5000, 4)] {
        folder.simulated(&format!("{name}.csv"), genes, 20, seed);
    }
    let train = format!(
        "train attentive-chrome --train @t.csv --valid @v.csv --epochs 12 --seeds 3 --ensemble --out @m.safetensors {SMALL}"
    );
    regulens(&folder, &train).succeeds();
    let calibrate = "calibrate confidence --model @m.safetensors --input @c.csv --test @o.csv --out @s.safetensors";
    regulens(&folder, calibrate).succeeds();
    let card = card(&folder, "s.safetensors");
    let test = &card["calibration"]["test"];
    let figure = |name: &str| test[name].as_f64().unwrap();
    assert_eq!(
        (test["n"].as_u64(), card["calibration"]["genes"].as_u64()),
        (Some(5000), Some(2000))
    );
    assert!(figure("calibration_error") < 0.05, "{test}");
    assert!(figure("brier") <= figure("brier_raw") + 1e-3, "{test}");

    let predict = "predict --model @s.safetensors --input @o.csv --coverage 0.9 --out @o.tsv";
    regulens(&folder, predict).succeeds();
    let found = Results::read(&folder.path("o.tsv"));
    assert_eq!(found.header[1..4], ["probability", "logit", "probability_raw"]);
    let set = found.header.iter().position(|name| name == "set").unwrap();
    let on = labels(&folder, "o.csv");
    let holds = |row: &Vec<String>| row[set].split('|').any(|class| (class == "on") == on[&row[0]]);
    let covered = share(found.rows.iter().map(holds));
    // The share that is covered on 5,000 genes varies by 0.4 points, the bound of 2,000 by 0.7.
    assert!((covered - 0.9).abs() < 0.02, "{covered}");
    // Sets of one class, else nothing was said.
    assert!(share(found.rows.iter().map(|row| !row[set].contains('|'))) > 0.5);

    // The card's figures of test genes are those of the columns, computed again.
    let brier = |column: &str| {
        let p = found.numbers(column);
        let squares = p
            .iter()
            .zip(&found.rows)
            .map(|(p, row)| (p - f64::from(u8::from(on[&row[0]]))).powi(2));
        squares.sum::<f64>() / 5000.0
    };
    assert!((brier("probability") - figure("brier")).abs() < 1e-4);
    assert!((brier("probability_raw") - figure("brier_raw")).abs() < 1e-4);
    let evaluated = regulens(&folder, "evaluate --model @s.safetensors --input @o.csv --json")
        .succeeds()
        .stdout;
    let evaluated: Value = serde_json::from_str(&evaluated).unwrap();
    assert!((evaluated["brier"].as_f64().unwrap() - figure("brier")).abs() < 1e-4);

    // Genes of which another share is on: probabilities fit them where that is told.
    let kept: Vec<usize> = (0..5000)
        .filter(|&gene| on[&found.rows[gene][0]] || gene % 4 == 0)
        .collect();
    let share_on = share(kept.iter().map(|&gene| on[&found.rows[gene][0]]));
    let assumed = card["calibration"]["on"].as_f64().unwrap();
    assert!(share_on > assumed + 0.1, "{share_on}, {assumed}");
    let told = format!("predict --model @s.safetensors --input @o.csv --on {share_on} --out @told.tsv");
    regulens(&folder, &told).succeeds();
    let told = Results::read(&folder.path("told.tsv"));
    let of_kept = |results: &Results| {
        let p = results.numbers("probability");
        let squares = kept
            .iter()
            .map(|&gene| (p[gene] - f64::from(u8::from(on[&found.rows[gene][0]]))).powi(2));
        squares.sum::<f64>() / kept.len() as f64
    };
    assert!(
        of_kept(&told) < of_kept(&found),
        "{} {}",
        of_kept(&told),
        of_kept(&found)
    );
    let log_odds = |p: f64| (p / (1.0 - p)).ln();
    let shift = log_odds(share_on) - log_odds(assumed);
    for column in ["probability", "probability_low", "probability_high"] {
        for (before, after) in found.numbers(column).into_iter().zip(told.numbers(column)) {
            // Near 1 a float32 has few digits of log-odds.
            if (0.01..0.99).contains(&after) && (0.01..0.99).contains(&before) {
                assert!(
                    (log_odds(after) - log_odds(before) - shift).abs() < 1e-4,
                    "{column}: {before} {after}"
                );
            }
        }
    }
    assert_eq!(told.numbers("probability_raw"), found.numbers("probability_raw"));
    for share in ["0", "1", "nan"] {
        let command = format!("predict --model @s.safetensors --input @v.csv --on={share} --out @x.tsv");
        regulens(&folder, &command).fails(2, &["--on", "between 0 and 1"]);
    }
    regulens(
        &folder,
        "predict --model @m.safetensors --input @v.csv --on 0.6 --out @x.tsv",
    )
    .fails(2, &["is not calibrated", "calibrate confidence"]);
    regulens(
        &folder,
        "predict --model @s.safetensors --input @v.csv --on 0.6 --coverage 0.9 --out @x.tsv",
    )
    .fails(2, &["--on", "--coverage"]);

    // Genes that it learned from are refused, and so are few genes, one class, and coverages that are none.
    regulens(
        &folder,
        "calibrate confidence --model @m.safetensors --input @t.csv --out @x.safetensors",
    )
    .fails(2, &["t.csv", "was trained on these genes"]);
    folder.simulated("few.csv", 20, 20, 5);
    regulens(
        &folder,
        "calibrate confidence --model @m.safetensors --input @few.csv --out @x.safetensors",
    )
    .fails(1, &["few.csv", "20 genes", "50"]);
    let all_on = fs::read_to_string(folder.path("v.csv"))
        .unwrap()
        .replace(",0\n", ",1\n");
    folder.write("on.csv", all_on);
    regulens(
        &folder,
        "calibrate confidence --model @m.safetensors --input @on.csv --out @x.safetensors",
    )
    .fails(1, &["on.csv", "all 100 genes on"]);
    for coverage in ["0", "1", "1.5", "-0.1"] {
        let command = format!("predict --model @s.safetensors --input @v.csv --coverage={coverage} --out @x.tsv");
        regulens(&folder, &command).fails(2, &["--coverage", coverage, "between 0 and 1"]);
    }
    regulens(
        &folder,
        "predict --model @s.safetensors --input @v.csv --coverage 0.9999 --out @x.tsv",
    )
    .fails(2, &["0.9999", "9999 scores", "1000, from 2000 genes", "at most 0.9990"]);
    regulens(
        &folder,
        "predict --model @m.safetensors --input @v.csv --coverage 0.9 --out @x.tsv",
    )
    .fails(2, &["not calibrated", "calibrate confidence"]);
}

#[test]
fn one_half_of_ones_own_genes_calibrates_and_the_other_half_tells_how_that_fits() {
    let folder = Folder::new();
    for (name, genes, seed) in [("t", 300, 1), ("v", 100, 2), ("own", 401, 3), ("few", 98, 4)] {
        folder.simulated(&format!("{name}.csv"), genes, 20, seed);
    }
    let train =
        format!("train attentive-chrome --train @t.csv --valid @v.csv --epochs 12 --out @m.safetensors {SMALL}");
    regulens(&folder, &train).succeeds();
    // Every count three times: another depth, on which probabilities are off.
    let text = fs::read_to_string(folder.path("own.csv")).unwrap();
    let deeper = text.lines().map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        let last = cells.len() - 1;
        let cell = |(at, cell): (usize, &&str)| match cell.parse::<u32>() {
            Ok(count) if (2..last).contains(&at) => (3 * count).to_string(),
            _ => (*cell).to_owned(),
        };
        cells.iter().enumerate().map(cell).collect::<Vec<_>>().join(",")
    });
    folder.write("own.csv", deeper.collect::<Vec<_>>().join("\n") + "\n");

    let half = "calibrate confidence --model @m.safetensors --input @own.csv --half --out";
    let said = regulens(&folder, &format!("{half} @h.safetensors")).succeeds().stderr;
    let found = card(&folder, "h.safetensors")["calibration"].clone();
    let on = labels(&folder, "own.csv").values().filter(|&&on| on).count() as f64;
    let test = &found["test"];
    assert_eq!(found["genes"].as_u64().unwrap() + test["n"].as_u64().unwrap(), 401);
    assert_eq!(found["data"], "one half of the genes of own.csv");
    // Half are of either class.
    let of = found["genes"].as_f64().unwrap();
    assert!((found["on"].as_f64().unwrap() * of - on / 2.0).abs() <= 0.6, "{found}");
    let figure = |name: &str| test[name].as_f64().unwrap();
    assert!(figure("brier") < figure("brier_raw"), "{test}");
    assert!(figure("calibration_error") < figure("calibration_error_raw"), "{test}");
    assert!(said.contains(&format!("test ({} genes)", test["n"])), "{said}");
    // The same seed draws the same half, another one another.
    regulens(&folder, &format!("{half} @again.safetensors")).succeeds();
    regulens(&folder, &format!("{half} @other.safetensors --seed 2")).succeeds();
    assert_eq!(card(&folder, "again.safetensors")["calibration"], found);
    assert_ne!(card(&folder, "other.safetensors")["calibration"]["test"], *test);

    let few = "calibrate confidence --model @m.safetensors --input @few.csv --half --out @x.safetensors";
    regulens(&folder, few).fails(1, &["found 98 genes", "at least 100, 50 in each half"]);
    let twice =
        "calibrate confidence --model @m.safetensors --input @own.csv --half --test @v.csv --out @x.safetensors";
    regulens(&folder, twice).fails(2, &["--half", "--test"]);
}

#[test]
fn genes_that_folds_left_out_calibrate_as_a_table_does() {
    let folder = Folder::new();
    folder.simulated("all.csv", 200, 20, 1);
    folder.simulated("v.csv", 60, 20, 2);
    let folds =
        format!("train attentive-chrome --train @all.csv --folds 3 --split-by gene --epochs 3 --out @folds {SMALL}");
    regulens(&folder, &folds).succeeds();
    let train =
        format!("train attentive-chrome --train @all.csv --valid @v.csv --epochs 3 --out @m.safetensors {SMALL}");
    regulens(&folder, &train).succeeds();
    let calibrate =
        "calibrate confidence --model @m.safetensors --out-of-fold @folds/predictions.tsv --out @s.safetensors";
    regulens(&folder, calibrate).succeeds();
    let card = card(&folder, "s.safetensors");
    assert_eq!(card["calibration"]["genes"], 200);
    assert_eq!(card["conformal"]["scores"].as_array().unwrap().len(), 200);
    regulens(
        &folder,
        "calibrate confidence --model @m.safetensors --out-of-fold @v.csv --out @x.safetensors",
    )
    .fails(1, &["v.csv", "no column logit", "train --folds"]);
}

#[test]
fn intervals_of_a_change_hold_on_other_genes_and_are_wider_where_seeds_differ() {
    let folder = Folder::new();
    for (name, genes, seed) in [("t", 200, 1), ("v", 60, 2), ("c", 1000, 3), ("o", 2000, 4)] {
        let command = format!("simulate hm-pair --genes {genes} --bins 20 --seed {seed} --out @{name}");
        regulens(&folder, &command).succeeds();
    }
    let of = |name: &str| format!("--expression @{name}.a.expression.csv @{name}.b.expression.csv");
    // One file of counts for both sets: their genes have other ids.
    for (name, new) in [("v", "VAL")] {
        for cell in ["a", "b"] {
            for end in ["csv", "expression.csv"] {
                let path = folder.path(&format!("{name}.{cell}.{end}"));
                let text = fs::read_to_string(&path).unwrap().replace("SIM", new);
                fs::write(path, text).unwrap();
            }
            let [t, v] = ["t", "v"].map(|name| folder.path(&format!("{name}.{cell}.expression.csv")));
            let both = fs::read_to_string(t).unwrap() + &fs::read_to_string(v).unwrap();
            folder.write(&format!("e.{cell}.csv"), both);
        }
    }
    let train = format!(
        "train deep-diff --variant raw-d --train @t.a.csv @t.b.csv --valid @v.a.csv @v.b.csv --expression @e.a.csv \
         @e.b.csv --epochs 6 --seeds 2 --ensemble --out @m.safetensors {SMALL}"
    );
    regulens(&folder, &train).succeeds();
    let calibrate = format!(
        "calibrate confidence --model @m.safetensors --input @c.a.csv @c.b.csv {} --out @s.safetensors",
        of("c")
    );
    regulens(&folder, &calibrate).succeeds();
    assert!(card(&folder, "s.safetensors")["conformal"]["floor"].as_f64().unwrap() > 0.0);
    let predict = "predict --model @s.safetensors --input @o.a.csv --input-b @o.b.csv --coverage 0.9 --out @o.tsv";
    regulens(&folder, predict).succeeds();
    let found = Results::read(&folder.path("o.tsv"));
    let counts = |cell: &str| {
        let text = fs::read_to_string(folder.path(&format!("o.{cell}.expression.csv"))).unwrap();
        let rows = text.lines().filter_map(|line| {
            let (gene, count) = line.split_once(',')?;
            Some((gene.to_owned(), count.parse::<f64>().ok()?))
        });
        rows.collect::<HashMap<_, _>>()
    };
    let (a, b) = (counts("a"), counts("b"));
    let [low, high, sd] = ["interval_low", "interval_high", "log2_fold_change_sd"].map(|name| found.numbers(name));
    let covered = share(found.rows.iter().enumerate().map(|(at, row)| {
        let change = ((b[&row[0]] + 1.0) / (a[&row[0]] + 1.0)).log2();
        (low[at]..=high[at]).contains(&change)
    }));
    // On 2,000 genes 0.7 points, and 0.9 of the bound of 1,000.
    assert!((covered - 0.9).abs() < 0.035, "{covered}");
    // Intervals of one form say nothing of the other.
    let other =
        "predict --model @s.safetensors --input @o.a.csv --input-b @o.b.csv --symmetric true --coverage 0.9 --out @x";
    regulens(&folder, other).fails(2, &["--coverage", "as published", "--symmetric"]);
    let most = (0..sd.len()).max_by(|&a, &b| sd[a].total_cmp(&sd[b])).unwrap();
    let least = (0..sd.len()).min_by(|&a, &b| sd[a].total_cmp(&sd[b])).unwrap();
    assert!(high[most] - low[most] > high[least] - low[least]);
}

/// NumPy's float32 array, without its shape.
fn npy(folder: &Folder, file: &str) -> Vec<f32> {
    crate::tracks::regions::npy(&folder.path(file))
}

#[test]
fn intervals_of_tracks_hold_on_windows_that_chose_nothing() {
    let folder = Folder::new();
    regulens(
        &folder,
        "simulate sequence --records 24 --length 65536 --seed 31 --variants 0 --out @s",
    )
    .succeeds();
    let track = |name: &str| {
        let file = folder.path(&format!("s.{name}.bedgraph"));
        format!(" --track {name}={},assay={name}", file.display())
    };
    let prepare = format!(
        "prepare tracks --fasta @s.fa{}{} --length 16384 --buffer 2048",
        track("ATAC"),
        track("MNase")
    );
    let of = |names: std::ops::RangeInclusive<usize>, flag: &str| -> String {
        names.map(|name| format!(" --{flag} sim{name}")).collect()
    };
    let prepare = format!("{prepare}{}{} --out @d", of(1..=12, "valid"), of(13..=23, "test"));
    regulens(&folder, &prepare).succeeds();
    let model = shipped().join("basenji-attention-two-sided-simulated.safetensors");
    let mut model = WeightFile::read("model", &fs::read(model).unwrap()).unwrap();
    model.card.track_conformal = None;
    let file = "m.safetensors";
    let mut second = model.clone();
    let scaled = second.tensors.get_mut("final/dense/kernel").unwrap();
    scaled.values.iter_mut().for_each(|value| *value *= 0.97);
    let together = WeightFile::together(&[model.clone(), second]).unwrap();

    for model in [model, together] {
        folder.write(
            file,
            WeightFile::write(&model.card, &model.tensors, Dtype::F32).unwrap(),
        );
        regulens(
            &folder,
            "predict --model @m.safetensors --input @s.fa --coverage 0.9 --out @none",
        )
        .fails(2, &["is not calibrated", "regulens calibrate confidence"]);
        let calibrate = "calibrate confidence --model @m.safetensors --input @d --split valid --out @c.safetensors";
        let said = regulens(&folder, calibrate).succeeds().stderr;
        assert!(said.contains("chose the epoch"), "{said}");
        let found = &card(&folder, "c.safetensors")["track_conformal"];
        let windows = found["windows"].as_u64().unwrap();
        assert!(
            windows >= 36 && found["tracks"].as_array().unwrap().len() == 2,
            "{found}"
        );

        let evaluate = "evaluate --model @c.safetensors --input @d --split test --coverage 0.9 --json";
        let scores: Value = serde_json::from_str(&regulens(&folder, evaluate).succeeds().stdout).unwrap();
        for track in ["ATAC", "MNase"] {
            let share = scores["covered"][track]["share"].as_f64().unwrap();
            assert!((share - 0.9).abs() < 0.03, "{track}: {share}");
        }
        let [at, most] = [0.9, 0.99].map(|coverage| {
            format!("predict --model @c.safetensors --input @s.fa --coverage {coverage} --out @p --format npy")
        });
        regulens(&folder, &at).succeeds();
        let [low, mean, high] =
            [".interval_low", "", ".interval_high"].map(|end| npy(&folder, &format!("p/sim24{end}.npy")));
        assert!(low.iter().zip(&mean).all(|(low, mean)| *low >= 0.0 && low <= mean));
        assert!(high.iter().zip(&mean).all(|(high, mean)| high > mean));
        regulens(&folder, &most).fails(2, &["0.99 needs 99 windows", "give at most 0.9"]);
    }
    // A record that fills no window has no intervals, and takes none from the others of its file.
    let bases = "ACGT".repeat(4096);
    folder.write("short.fa", format!(">whole\n{bases}\n>short\n{}\n", &bases[..9000]));
    let predict = "predict --model @c.safetensors --input @short.fa --coverage 0.9 --out @short --format";
    let said = regulens(&folder, &format!("{predict} npy")).succeeds().stderr;
    assert!(
        said.contains("short: no interval: the sequence was padded with unknown bases")
            && !said.contains("whole: no interval"),
        "{said}"
    );
    for end in [".interval_low", ".interval_high"] {
        let of = |record: &str| npy(&folder, &format!("short/{record}{end}.npy"));
        assert!(of("whole").iter().all(|value| value.is_finite()));
        assert!(of("short").iter().all(|value| value.is_nan()) && !of("short").is_empty());
    }
    assert!(npy(&folder, "short/short.npy").iter().all(|value| value.is_finite()));
    regulens(&folder, &format!("{predict} bedgraph")).succeeds();
    let [low, mean] = [".interval_low", ""].map(|end| {
        let text = fs::read_to_string(folder.path(&format!("short/ATAC{end}.bedGraph"))).unwrap();
        ["whole\t", "short\t"].map(|record| text.lines().filter(|line| line.starts_with(record)).count())
    });
    assert!(low == [mean[0], 0] && mean[1] > 0, "{low:?} of {mean:?}");

    regulens(
        &folder,
        "predict --model @c.safetensors --input @s.fa --coverage 0.9 --ensemble --out @p",
    )
    .fails(2, &["--ensemble averages both"]);
    regulens(
        &folder,
        "predict --model @c.safetensors --input @s.fa --coverage 0.9 --regions sim1:20001-30000 --out @r",
    )
    .fails(2, &["a region's mean"]);
    regulens(
        &folder,
        "calibrate confidence --model @c.safetensors --input @d --split train --out @n.safetensors",
    )
    .fails(2, &["was trained on these windows"]);
    regulens(
        &folder,
        "calibrate confidence --model @c.safetensors --input @d --half --out @n.safetensors",
    )
    .fails(2, &["--half applies to genes"]);
}
