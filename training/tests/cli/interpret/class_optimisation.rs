//! `regulens interpret class-optimisation`.

use std::fs;

use safetensors::SafeTensors;

use super::{Counts, Predicted, cells, interpret, learned, lively, texts};
use crate::change::{CHANGE_MARKS, regulens, trained};
use crate::support::reference::array;
use crate::support::setup::{BINS, Folder, MARKS, Results};

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
        interpret(&folder, &format!("{OPTIMISE} --lambda={lambda}")).fails(2, &["--lambda", "not a valid λ"]);
    }
}

const OF_CHANGE: &str = "class-optimisation --model @raw-c.safetensors --steps 60 --lambda 0";

#[test]
fn of_a_change_the_fold_change_is_moved_up_or_down_from_the_same_two_tables() {
    let folder = Folder::new();
    trained(&folder, "raw-c");
    let losses = |flags: &str| {
        interpret(&folder, &format!("{OF_CHANGE} {flags} --out @c.tsv --trace @l.tsv")).succeeds();
        Results::read(&folder.path("l.tsv")).numbers("loss")
    };
    let [up, down] = [losses("--class up"), losses("--class down --map @c.safetensors")];
    assert_eq!(losses(""), up, "up, where nothing is said");
    // Without λ a loss is -Δ, and Δ: both begin at the same Δ.
    assert_eq!(up[0], -down[0]);
    assert!(up[59] < up[0] && down[59] < down[0], "{up:?}, {down:?}");

    interpret(&folder, &format!("{OF_CHANGE} --class down --out @c.tsv")).succeeds();
    let results = Results::read(&folder.path("c.tsv"));
    assert_eq!(results.header, ["cell_type", "mark", "bin", "position", "value"]);
    let values = results.numbers("value");
    assert_eq!(values.len(), 2 * CHANGE_MARKS.len() * BINS);
    assert_eq!(
        values.iter().copied().fold(0.0, f64::max),
        1.0,
        "one scale for both cell types"
    );
    assert_eq!(texts(&results, "cell_type")[CHANGE_MARKS.len() * BINS], "B");
    let bytes = fs::read(folder.path("c.safetensors")).unwrap();
    let map = array(&SafeTensors::deserialize(&bytes).unwrap(), "map");
    assert_eq!(map.shape, [2, CHANGE_MARKS.len(), BINS]);
    for (value, written) in map.values.iter().zip(values) {
        assert_eq!(*value as f32, written as f32);
    }
}

#[test]
fn the_loss_of_a_change_is_what_predict_says_of_the_start() {
    let folder = Folder::new();
    trained(&folder, "raw-c");
    interpret(&folder, &format!("{OF_CHANGE} --out @c.tsv --trace @l.tsv")).succeeds();
    let first = Results::read(&folder.path("l.tsv")).numbers("loss")[0];
    let start = OF_CHANGE.replace("--steps 60", "--steps 0");
    interpret(&folder, &format!("{start} --out @c.tsv")).succeeds();
    let values = cells(
        &Results::read(&folder.path("c.tsv")),
        &["cell_type", "mark", "bin"],
        "value",
    );
    for cell in ["A", "B"] {
        let mut text = format!("gene,bin,{}\n", CHANGE_MARKS.join(","));
        for bin in 1..=BINS {
            // The model sees ln(1 + x) of the table.
            let of = |mark| values[&format!("{cell} {mark} {bin}")].parse::<f64>().unwrap().exp_m1();
            let row = CHANGE_MARKS.map(|mark| of(mark).to_string()).join(",");
            text += &format!("start,{bin},{row}\n");
        }
        folder.write(&format!("start.{cell}.csv"), text);
    }
    let tables = "--input @start.A.csv --input-b @start.B.csv";
    regulens(
        &folder,
        &format!("predict --model @raw-c.safetensors {tables} --out @p.tsv"),
    )
    .succeeds();
    let change = Results::read(&folder.path("p.tsv")).numbers("log2_fold_change")[0];
    // The largest of so many uniform numbers is nearly 1.
    assert!((first + change).abs() < 0.02, "{first} {change}");
}

#[test]
fn the_inputs_of_a_change_have_what_is_planted_in_genes_that_go_that_way() {
    let folder = Folder::new();
    learned(&folder, "raw");
    let signal = |class: &str| {
        let flags = "--model @raw.safetensors --steps 400 --out @c.tsv";
        interpret(&folder, &format!("class-optimisation {flags} --class {class}")).succeeds();
        let results = Results::read(&folder.path("c.tsv"));
        let values = cells(&results, &["cell_type", "mark", "bin"], "value");
        move |cell: &str, marks: &[&str]| -> f64 {
            let of = |mark: &&str| (1..=BINS).map(|bin| format!("{cell} {mark} {bin}")).collect::<Vec<_>>();
            let keys = marks.iter().flat_map(of);
            keys.map(|key| values[&key].parse::<f64>().unwrap()).sum()
        }
    };
    // `simulate hm-pair` plants more of activating marks, and less of repressing ones, where a gene is higher.
    let (activating, repressing) = (["H3K4me1", "H3K4me3", "H3K36me3"], ["H3K27me3"]);
    for (class, higher, lower) in [("up", "B", "A"), ("down", "A", "B")] {
        let of = signal(class);
        for (marks, more, less) in [(&activating[..], higher, lower), (&repressing[..], lower, higher)] {
            let [more, less] = [of(more, marks), of(less, marks)];
            assert!(more > 1.5 * less, "{class}, {marks:?}: {more} and {less}");
        }
    }
}

#[test]
fn a_class_of_the_other_task_is_refused() {
    let folder = Folder::new();
    lively(&folder);
    interpret(&folder, &format!("{OPTIMISE} --class up")).fails(1, &["found the class `up`; expected on or off"]);
    trained(&folder, "raw-c");
    interpret(&folder, &format!("{OF_CHANGE} --class on --out @c.tsv"))
        .fails(1, &["found the class `on`; expected up or down"]);
}
