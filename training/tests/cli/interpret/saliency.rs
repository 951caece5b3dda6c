//! `regulens interpret saliency`.

use std::fs;

use safetensors::SafeTensors;

use super::{Counts, Predicted, assert_close, cells, interpret, lively, mean, trained};
use crate::support::reference::array;
use crate::support::setup::{BINS, Folder, MARKS, Results};

#[test]
fn a_map_is_how_the_log_odds_answer_to_a_little_more_signal() {
    let folder = Folder::new();
    let model = lively(&folder);
    folder.simulated("sim.csv", 3, BINS, 2);
    interpret(
        &folder,
        "saliency --model @model.safetensors --input @sim.csv --out @s.safetensors",
    )
    .succeeds();
    let bytes = fs::read(folder.path("s.safetensors")).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let maps = array(&tensors, "saliency");
    assert_eq!(maps.shape, [3, BINS, MARKS.len()]);
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let metadata = header.metadata().clone().unwrap();
    let names = |key: &str| serde_json::from_str::<Vec<String>>(&metadata[key]).unwrap();
    assert_eq!(names("marks"), MARKS);
    assert_eq!(names("examples").len(), 3);

    // A gene for every place of every gene, changed there alone, once up and once down.
    let counts = Counts::read(&folder.path("sim.csv"));
    let step = 0.02;
    let logits = |sign: f64| {
        let mut changed = Counts {
            genes: Vec::new(),
            counts: Vec::new(),
        };
        for (gene, rows) in counts.counts.iter().enumerate() {
            for bin in 0..BINS {
                for mark in 0..MARKS.len() {
                    let mut rows = rows.clone();
                    // Signal is never below 0.
                    rows[bin][mark] += 1.0 + sign * step;
                    changed.genes.push(format!("{gene}-{bin}-{mark}"));
                    changed.counts.push(rows);
                }
            }
        }
        let path = folder.path("changed.csv");
        changed.write(&path);
        Predicted::of(&folder, &model, &path).logit
    };
    let slopes: Vec<f64> = logits(1.0)
        .iter()
        .zip(logits(-1.0))
        .map(|(up, down)| (up - down) / (2.0 * step))
        .collect();
    // The slope is taken one count up; so is the map.
    let mut up = Vec::new();
    for (index, rows) in counts.counts.iter().enumerate() {
        for bin in 0..BINS {
            for mark in 0..MARKS.len() {
                let mut rows = rows.clone();
                rows[bin][mark] += 1.0;
                up.push((index, bin, mark, rows));
            }
        }
    }
    Counts {
        genes: (0..up.len()).map(|place| place.to_string()).collect(),
        counts: up.iter().map(|(.., rows)| rows.clone()).collect(),
    }
    .write(&folder.path("up.csv"));
    interpret(
        &folder,
        "saliency --model @model.safetensors --input @up.csv --out @up.safetensors",
    )
    .succeeds();
    let bytes = fs::read(folder.path("up.safetensors")).unwrap();
    let maps = array(&SafeTensors::deserialize(&bytes).unwrap(), "saliency").values;
    let size = BINS * MARKS.len();
    let largest = slopes.iter().fold(0.0_f64, |largest, slope| largest.max(slope.abs()));
    for (place, ((_, bin, mark, _), slope)) in up.iter().zip(&slopes).enumerate() {
        let found = maps[place * size + bin * MARKS.len() + mark];
        assert!(
            (found - slope).abs() < 0.01 * largest,
            "bin {bin}, {}: {found}, {slope}",
            MARKS[*mark]
        );
    }
}

#[test]
fn averages_are_the_means_of_the_maps_over_genes_on_and_off() {
    let folder = Folder::new();
    let model = lively(&folder);
    let table = folder.simulated("sim.csv", 40, BINS, 3);
    let on = Predicted::of(&folder, &model, &table).on();
    interpret(
        &folder,
        "saliency --model @model.safetensors --input @sim.csv --out @s.safetensors --averages @s.tsv",
    )
    .succeeds();
    let bytes = fs::read(folder.path("s.safetensors")).unwrap();
    let maps = array(&SafeTensors::deserialize(&bytes).unwrap(), "saliency").values;
    let results = Results::read(&folder.path("s.tsv"));
    let keys = ["group", "genes", "mark", "bin"];
    let [means, absolute] = ["mean", "mean_absolute"].map(|column| cells(&results, &keys, column));
    let off: Vec<usize> = (0..40).filter(|gene| !on.contains(gene)).collect();
    for (group, genes) in [("on", on), ("off", off)] {
        for (row, mark) in MARKS.iter().enumerate() {
            for bin in 0..BINS {
                let values = || genes.iter().map(|gene| maps[(gene * BINS + bin) * MARKS.len() + row]);
                let key = format!("{group} {} {mark} {}", genes.len(), bin + 1);
                assert_close(&means[&key], mean(values()), 1e-6);
                assert_close(&absolute[&key], mean(values().map(f64::abs)), 1e-6);
            }
        }
    }
}

#[test]
fn every_variant_has_saliency() {
    let folder = Folder::new();
    for variant in ["lstm", "cnn-alpha-beta", "deep-chrome"] {
        trained(&folder, variant);
        let command = format!("saliency --model @{variant}.safetensors --input @v.csv --out @{variant}.s");
        interpret(&folder, &command).succeeds();
        let bytes = fs::read(folder.path(&format!("{variant}.s"))).unwrap();
        let maps = array(&SafeTensors::deserialize(&bytes).unwrap(), "saliency");
        assert_eq!(maps.shape, [48, BINS, MARKS.len()]);
        assert!(maps.values.iter().any(|value| *value != 0.0));
    }
}
