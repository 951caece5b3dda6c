//! `regulens interpret class-optimisation`.

use std::fs;

use safetensors::SafeTensors;

use super::{Counts, Predicted, cells, interpret, lively, texts};
use crate::reference::array;
use crate::setup::{BINS, Folder, MARKS, Results};

const OPTIMISE: &str = "class-optimisation --model @model.safetensors --steps 60 --out @c.tsv";

#[test]
fn the_map_lies_between_0_and_1_and_is_written_twice_the_same() {
    let folder = Folder::new();
    lively(&folder);
    interpret(&folder, &format!("{OPTIMISE} --map @c.safetensors")).succeeds();
    let results = Results::read(&folder.path("c.tsv"));
    assert_eq!(results.header, ["mark", "bin", "position", "value"]);
    let values = results.numbers("value");
    assert_eq!(values.len(), MARKS.len() * BINS);
    assert!(values.iter().all(|value| (0.0..=1.0).contains(value)));
    assert!(values.contains(&1.0), "divided by its largest");
    assert_eq!(texts(&results, "mark")[BINS], MARKS[1]);
    let bytes = fs::read(folder.path("c.safetensors")).unwrap();
    let map = array(&SafeTensors::deserialize(&bytes).unwrap(), "map");
    assert_eq!(map.shape, [MARKS.len(), BINS]);
    for (value, written) in map.values.iter().zip(values) {
        assert_eq!(*value as f32, written as f32);
    }
}

#[test]
fn the_loss_falls_and_starts_where_the_model_says() {
    let folder = Folder::new();
    let model = lively(&folder);
    interpret(&folder, &format!("{OPTIMISE} --lambda 0 --trace @on.tsv")).succeeds();
    interpret(&folder, &format!("{OPTIMISE} --lambda 0 --class off --trace @off.tsv")).succeeds();
    let [on, off] = ["on.tsv", "off.tsv"].map(|name| Results::read(&folder.path(name)).numbers("loss"));
    assert_eq!((on.len(), off.len()), (60, 60));
    assert!(
        on[59] < on[0] && off[59] < off[0],
        "{} {}, {} {}",
        on[0],
        on[59],
        off[0],
        off[59]
    );
    // Both begin at the same input: -log P(on) and -log P(off) = -log (1 - P(on)).
    assert!(((-on[0]).exp() + (-off[0]).exp() - 1.0).abs() < 1e-5);

    // One step of nothing but the start: its clamped map is the start over its largest value, and the loss is that of
    // the input.
    interpret(
        &folder,
        "class-optimisation --model @model.safetensors --steps 0 --out @c.tsv",
    )
    .succeeds();
    let values = cells(&Results::read(&folder.path("c.tsv")), &["mark", "bin"], "value");
    let rows = (1..=BINS).map(|bin| MARKS.map(|mark| values[&format!("{mark} {bin}")].parse::<f64>().unwrap()));
    let start = Counts {
        genes: vec!["start".to_owned()],
        counts: vec![rows.collect()],
    };
    start.write(&folder.path("start.csv"));
    let logit = Predicted::of(&folder, &model, &folder.path("start.csv")).logit[0];
    let loss = (-logit).exp().ln_1p();
    // The largest of so many uniform numbers is nearly 1.
    assert!((loss - on[0]).abs() < 0.02, "{loss} {}", on[0]);
}

#[test]
fn a_seed_settles_the_map() {
    let folder = Folder::new();
    lively(&folder);
    let map = |seed: &str| {
        interpret(&folder, &format!("{OPTIMISE} --seed {seed}")).succeeds();
        fs::read(folder.path("c.tsv")).unwrap()
    };
    assert_eq!(map("3"), map("3"));
    assert_ne!(map("3"), map("4"));
}

#[test]
fn a_regulariser_below_0_is_wrong_usage() {
    let folder = Folder::new();
    for lambda in ["-1", "NaN", "much"] {
        interpret(&folder, &format!("{OPTIMISE} --lambda={lambda}")).fails(2, &["--lambda", "no λ"]);
    }
}
