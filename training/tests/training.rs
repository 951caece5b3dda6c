//! `regulens train`: the same seed gives the same file, a killed run goes on, and the card says what was done.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::{bytes, card, fails, kill_at, regulens, same_weights, succeeds};

/// Simulated data, small enough to train in seconds.
struct Data {
    folder: tempfile::TempDir,
}

impl Data {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder of the test's own");
        for (name, seed) in [("train", "1"), ("valid", "2"), ("test", "3")] {
            let out = folder.path().join(format!("{name}.csv"));
            let out = out.to_str().expect("a plain path");
            let settings = ["--genes", "60", "--bins", "30", "--seed", seed, "--out", out];
            succeeds(regulens(["simulate", "hm"].iter().chain(&settings)));
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `regulens train attentive-chrome` on this data.
    fn train(&self, out: &str, settings: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_regulens"));
        command.args(["train", "attentive-chrome", "--bin-rnn-size", "8", "--no-baselines"]);
        for (flag, file) in [
            ("--train", "train.csv"),
            ("--valid", "valid.csv"),
            ("--test", "test.csv"),
            ("--out", out),
        ] {
            command.arg(flag).arg(self.path(file));
        }
        command.args(settings);
        command
    }

    /// Trains to the end, and gives what was told.
    #[track_caller]
    fn trained(&self, out: &str, settings: &[&str]) -> String {
        stderr(&succeeds(self.train(out, settings).output().expect("it starts")))
    }

    /// A training that ends with `code`, and what was told.
    #[track_caller]
    fn refused(&self, out: &str, settings: &[&str], code: i32, saying: &[&str]) -> String {
        let output = self.train(out, settings).output().expect("it starts");
        let told = stderr(&output);
        fails(output, code, saying);
        told
    }

    fn card(&self, model: &str) -> serde_json::Value {
        card(&self.path(model))
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The training loss of every epoch that was told.
fn losses(told: &str) -> Vec<f64> {
    let loss = |line: &str| line.split("loss ").nth(1)?.split(' ').next()?.parse().ok();
    told.lines().filter_map(loss).collect()
}

#[test]
fn a_seed_gives_the_same_file_and_another_seed_another() {
    let data = Data::new();
    for (out, seed) in [("a", "1"), ("b", "1"), ("c", "2")] {
        data.trained(out, &["--epochs", "3", "--seed", seed]);
    }
    assert_eq!(bytes(&data.path("a")), bytes(&data.path("b")));
    assert_ne!(bytes(&data.path("a")), bytes(&data.path("c")));
}

#[test]
fn a_seed_gives_the_weights_that_it_gave_before() {
    let data = Data::new();
    let few = "--epochs 2 --learning-rate 1e-2 --dtype f32 --threads 1".split(' ');
    let settings: Vec<&str> = few.clone().collect();
    data.trained("one", &settings);
    same_weights("attentive-chrome", &data.path("one"));

    let pair = data.path("pair").display().to_string();
    succeeds(regulens([
        "simulate", "hm-pair", "--genes", "40", "--bins", "20", "--out", &pair,
    ]));
    let mut change = Command::new(env!("CARGO_BIN_EXE_regulens"));
    change.args("train deep-diff --variant raw-aux-siamese --bin-rnn-size 4 --no-baselines".split(' '));
    // Training genes validate, too.
    change
        .args(few)
        .arg("--allow-overlap")
        .arg("--out")
        .arg(data.path("change"));
    for (flag, ending) in [
        ("--train", "csv"),
        ("--valid", "csv"),
        ("--expression", "expression.csv"),
    ] {
        change
            .arg(flag)
            .args(["a", "b"].map(|cell| format!("{pair}.{cell}.{ending}")));
    }
    succeeds(change.output().expect("it starts"));
    same_weights("deep-diff", &data.path("change"));
}

#[test]
fn the_number_of_threads_changes_no_weight() {
    let data = Data::new();
    for (out, threads) in [("one", "1"), ("three", "3")] {
        // A batch of several shares, the last of them ragged.
        let settings = ["--epochs", "2", "--batch-size", "30", "--threads", threads];
        data.trained(out, &settings);
    }
    assert_eq!(bytes(&data.path("one")), bytes(&data.path("three")));
}

#[test]
fn a_killed_run_goes_on_as_if_nothing_had_happened() {
    const SETTINGS: [&str; 4] = ["--epochs", "60", "--learning-rate", "1e-3"];
    let data = Data::new();
    data.trained("whole", &SETTINGS);

    let checkpoint = data.path("killed.seed-1.checkpoint");
    kill_at(&checkpoint, data.train("killed", &SETTINGS));
    assert!(!data.path("killed").exists(), "the run ended before it could be killed");

    data.refused("killed", &SETTINGS, 2, &["--resume"]);
    data.refused("killed", &["--epochs", "60", "--resume"], 2, &["other settings"]);

    let resume = [&SETTINGS[..], &["--resume"]].concat();
    let resumed = data.trained("killed", &resume);
    assert!(resumed.contains("resuming after epoch"));
    assert_eq!(bytes(&data.path("whole")), bytes(&data.path("killed")));
    assert!(!checkpoint.exists(), "a finished run leaves nothing to resume");
}

#[test]
fn every_variant_trains_and_a_killed_run_of_it_goes_on_as_if_nothing_had_happened() {
    const VARIANTS: [&str; 6] = [
        "lstm-alpha",
        "lstm-attn",
        "lstm",
        "cnn-alpha-beta",
        "cnn-attn",
        "deep-chrome",
    ];
    let data = Data::new();
    for variant in VARIANTS {
        let settings = "--epochs 40 --learning-rate 5e-3 --filters 8 --hm-filters 6 --hidden-1 12 --hidden-2 10 \
                        --head-hidden 7 --initialisation pytorch --transform log1p --variant";
        let settings: Vec<&str> = settings.split_whitespace().chain([variant]).collect();
        let whole = format!("{variant}.whole");
        let told = data.trained(&whole, &settings);
        let losses = losses(&told);
        assert_eq!(losses.len(), 40, "{told}");
        assert!(losses[39] < 0.8 * losses[0], "{variant}: {told}");

        // Dropout, where there is any, goes on where it was.
        let killed = format!("{variant}.killed");
        let checkpoint = data.path(&format!("{killed}.seed-1.checkpoint"));
        kill_at(&checkpoint, data.train(&killed, &settings));
        assert!(!data.path(&killed).exists(), "{variant} ended too soon");
        let resume = [&settings[..], &["--resume"]].concat();
        data.trained(&killed, &resume);
        assert_eq!(bytes(&data.path(&whole)), bytes(&data.path(&killed)), "{variant}");

        let card = data.card(&whole);
        assert_eq!(card["variant"], variant);
        let recurrent = variant.starts_with("lstm");
        let recipe = &card["training"]["recipe"];
        assert_eq!(recipe["filters"].is_null(), recurrent, "{recipe}");
        let dropped = matches!(variant, "deep-chrome" | "cnn-attn");
        assert_eq!(recipe["dropout"], if dropped { 0.5 } else { 0.0 }, "{variant}");
    }
}

#[test]
fn every_model_of_a_change_trains_and_a_killed_run_of_it_goes_on_as_if_nothing_had_happened() {
    const VARIANTS: [&str; 7] = [
        "raw-d",
        "raw-c",
        "raw",
        "aux",
        "raw-aux",
        "aux-siamese",
        "raw-aux-siamese",
    ];
    let data = Data {
        folder: tempfile::tempdir().expect("a folder of the test's own"),
    };
    let pair = data.path("pair").display().to_string();
    succeeds(regulens([
        "simulate", "hm-pair", "--genes", "40", "--bins", "20", "--out", &pair,
    ]));
    let files = |ending: &str| ["a", "b"].map(|cell| format!("{pair}.{cell}.{ending}"));
    let train = |variant: &str, out: &str, settings: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_regulens"));
        command.args(["train", "deep-diff", "--variant", variant]);
        command.args("--bin-rnn-size 4 --epochs 12 --learning-rate 5e-3 --seeds 2 --allow-overlap".split(' '));
        command.args("--initialisation pytorch --transform log1p --output-bias mean".split(' '));
        for (flag, ending) in [
            ("--train", "csv"),
            ("--valid", "csv"),
            ("--expression", "expression.csv"),
        ] {
            command.arg(flag).args(files(ending));
        }
        command.arg("--out").arg(data.path(out)).args(settings);
        command
    };
    for variant in VARIANTS {
        let whole = format!("{variant}.whole");
        let run = train(variant, &whole, &["--threads", "1"]).output();
        let told = stderr(&succeeds(run.expect("it starts")));
        let losses = losses(&told);
        assert_eq!(losses.len(), 24, "{told}");
        assert!(losses[11] < losses[0], "{variant}: {told}");

        // Killed in its second seed, and gone on with on another number of threads.
        let killed = format!("{variant}.killed");
        let checkpoint = data.path(&format!("{killed}.seed-2.checkpoint"));
        kill_at(&checkpoint, train(variant, &killed, &[]));
        assert!(!data.path(&killed).exists(), "{variant} ended too soon");
        let resumed = train(variant, &killed, &["--threads", "3", "--resume"]).output();
        succeeds(resumed.expect("it starts"));
        assert_eq!(bytes(&data.path(&whole)), bytes(&data.path(&killed)), "{variant}");

        let recipe = &data.card(&whole)["training"]["recipe"];
        let target = recipe["target"].as_str().expect("a direction");
        assert!(target.contains("positive for genes that are higher in B"));
        assert_eq!(
            recipe["contrast_weight"].is_null(),
            !variant.ends_with("siamese"),
            "{recipe}"
        );
    }
}

#[test]
fn too_few_bins_for_deep_chrome_are_refused_before_anything_is_trained() {
    let data = Data::new();
    let settings = ["--variant", "deep-chrome", "--width", "27"];
    data.refused("deep", &settings, 2, &["30 bins are too few for DeepChrome"]);
}

#[test]
fn several_seeds_leave_the_one_that_validation_prefers() {
    let data = Data::new();
    data.trained("best", &["--recipe", "published", "--epochs", "4", "--seeds", "3"]);
    let card = data.card("best");
    let seeds = card["metrics"]["seeds"].as_array().expect("a list");
    assert_eq!(seeds.len(), 3);
    let auroc = |seed: &serde_json::Value| seed["validation_auroc"].as_f64().expect("a number");
    let best = seeds
        .iter()
        .max_by(|a, b| auroc(a).total_cmp(&auroc(b)))
        .expect("three of them");
    let chosen = seeds
        .iter()
        .find(|seed| seed["seed"] == card["training"]["seed"])
        .expect("one of the seeds");
    assert_eq!(auroc(chosen), auroc(best));
    let scored = card["metrics"]["validation"]["auroc"].as_f64().expect("a number");
    assert!((scored - auroc(chosen)).abs() < 1e-6);
}

#[test]
fn training_learns_and_the_card_says_what_evaluate_says() {
    let data = Data::new();
    let settings = ["--recipe", "small", "--dtype", "f32"];
    data.trained("model", &settings);
    let card = data.card("model");
    let stated = &card["metrics"]["test"];
    assert!(stated["auroc"].as_f64() > Some(0.7), "{stated} on what was planted");
    assert_eq!(card["transform"]["kind"], "log1p");

    let files = [data.path("model"), data.path("test.csv")].map(|path| path.display().to_string());
    let scored = succeeds(regulens([
        "evaluate", "--json", "--model", &files[0], "--input", &files[1],
    ]));
    let scored: serde_json::Value = serde_json::from_slice(&scored.stdout).expect("JSON");
    assert_eq!(scored["n"], 60);
    for name in "n on called_on auroc auprc accuracy brier log_loss".split(' ') {
        let [stated, found] = [stated, &scored].map(|score| score[name].as_f64().expect("a number"));
        let within = if name == "auroc" { 1e-9 } else { 1e-6 };
        assert!(
            (stated - found).abs() < within,
            "{name}: {stated}, evaluate says {found}"
        );
    }
}

/// Weights so small that every gene gets the same, and steps so small that this stays.
const COLLAPSED: [&str; 6] = ["--initial-bound", "1e-30", "--learning-rate", "1e-30", "--epochs", "9"];

#[test]
fn ties_are_no_progress_and_a_model_that_predicts_one_number_is_refused() {
    let data = Data::new();
    let settings = [&COLLAPSED[..], &["--patience", "2"]].concat();
    let constant = ["all 60 validation genes get P(on) 0.5000", "--allow-constant"];
    let told = data.refused("model", &settings, 1, &constant);
    assert_eq!(told.matches("  best").count(), 1, "{told}");
    assert!(told.contains("no better epoch for 2 epochs"), "{told}");
    assert!(!told.contains("epoch   4"), "{told}");
    assert!(!data.path("model").exists());

    let allowed = [&settings[..], &["--resume", "--allow-constant"]].concat();
    data.trained("model", &allowed);
    let card = data.card("model");
    assert_eq!(card["training"]["best_epoch"], 1);
    let note = card["notes"][0].as_str().expect("a note");
    assert!(note.starts_with("On test genes, all 60 genes are called"), "{note}");
    let files = [data.path("model"), data.path("test.csv")].map(|path| path.display().to_string());
    let scored = succeeds(regulens(["evaluate", "--model", &files[0], "--input", &files[1]]));
    let warned = stderr(&scored);
    assert!(warned.contains("warning: all 60 genes are called"), "{warned}");
}

/// `train deep-diff` on simulated genes of two cell types, of `seed` to train on and of another to validate and test.
fn change(data: &Data, tables: [&str; 2], settings: &[&str]) -> Command {
    let [train, valid] = [("t", "5"), ("v", "6")].map(|(name, seed)| {
        let pair = data.path(name).display().to_string();
        succeeds(regulens([
            "simulate", "hm-pair", "--genes", "40", "--bins", "20", "--seed", seed, "--out", &pair,
        ]));
        tables.map(|cell| format!("{pair}.{cell}.csv"))
    });
    let counts = ["a", "b"].map(|cell| data.path(&format!("t.{cell}.expression.csv")));
    let mut command = Command::new(env!("CARGO_BIN_EXE_regulens"));
    command.args("train deep-diff --variant raw-d --bin-rnn-size 4 --no-baselines".split(' '));
    command
        .arg("--train")
        .args(train)
        .arg("--valid")
        .args(&valid)
        .arg("--test")
        .args(valid);
    command
        .arg("--expression")
        .args(counts)
        .arg("--out")
        .arg(data.path("change"));
    command.args(settings);
    command
}

#[test]
fn a_correlation_that_is_not_defined_is_called_so() {
    let data = Data::new();
    let settings = [&COLLAPSED[..], &["--patience", "2", "--allow-overlap"]].concat();
    let output = change(&data, ["a", "b"], &settings).output().expect("it starts");
    let told = stderr(&output);
    assert!(told.contains("validation Pearson undefined"), "{told}");
    assert!(!told.contains("-1.0000"), "{told}");
    fails(output, 1, &["all 40 validation genes get a log2 fold change of"]);

    let allowed = [&settings[..], &["--resume", "--allow-constant"]].concat();
    succeeds(change(&data, ["a", "b"], &allowed).output().expect("it starts"));
    let notes = &data.card("change")["notes"];
    assert_eq!(
        notes[0],
        "Scores on test genes are not defined: the model predicts the same for all of them."
    );
}

#[test]
fn one_table_for_both_cell_types_is_refused_by_the_names_of_both_files() {
    let data = Data::new();
    let settings = ["--epochs", "1", "--allow-overlap"];
    let output = change(&data, ["a", "a"], &settings).output().expect("it starts");
    fails(
        output,
        1,
        &["t.a.csv and ", "found the same signal in all 40 genes of both"],
    );
}

#[test]
fn genes_that_two_tables_share_are_refused_unless_allowed_and_then_the_card_says_it() {
    let data = Data::new();
    let told = data.trained("apart", &["--epochs", "1"]);
    // Simulated genes of other seeds have the same ids.
    assert!(
        told.contains(
            "note: training (train.csv) and test (test.csv) genes: 60 genes (SIM000001, SIM000002, SIM000003, …)"
        ),
        "{told}"
    );

    fs::copy(data.path("train.csv"), data.path("test.csv")).expect("writable");
    let said = [
        "training (train.csv) and test (test.csv) genes: 60 genes (SIM000001, SIM000002, SIM000003, …) are in both with",
        "--allow-overlap",
    ];
    let told = data.refused("model", &["--epochs", "1"], 1, &said);
    assert!(!told.contains("epoch "));

    let settings = ["--epochs", "1", "--allow-overlap"];
    data.trained("model", &settings);
    let card = data.card("model");
    let split = card["training"]["split"].as_str().expect("words");
    assert!(
        split.contains("60 genes (SIM000001") && split.contains("the same signal"),
        "{split}"
    );
}

#[test]
fn genes_of_two_cell_types_that_two_sets_share_are_refused() {
    let data = Data::new();
    let output = change(&data, ["a", "b"], &["--epochs", "1"])
        .output()
        .expect("it starts");
    let said = [
        "validation (v.a.csv, v.b.csv) and test (v.a.csv, v.b.csv) genes: 40 genes (",
        "are in both with the same signal",
    ];
    fails(output, 1, &said);
}

#[test]
fn patience_ends_a_run_that_gets_no_better() {
    let data = Data::new();
    let settings = ["--epochs", "300", "--patience", "3", "--learning-rate", "1e-2"];
    let told = data.trained("model", &settings);
    assert!(told.contains("no better epoch for 3 epochs"));
    let training = &data.card("model")["training"];
    let epoch = |name: &str| training[name].as_u64().expect("a number");
    assert_eq!(epoch("epochs"), epoch("best_epoch") + 3);
}

#[test]
fn tables_without_labels_are_refused_with_the_flag_that_helps() {
    let data = Data::new();
    let table = fs::read_to_string(data.path("train.csv")).expect("the file is there");
    let unlabelled: String = table
        .lines()
        .map(|line| line.rsplit_once(',').expect("columns").0.to_owned() + "\n")
        .collect();
    fs::write(data.path("train.csv"), unlabelled).expect("writable");
    data.refused("model", &[], 2, &["--expression"]);
}

#[test]
fn other_data_are_not_taken_for_the_same_run() {
    let data = Data::new();
    kill_at(
        &data.path("model.seed-1.checkpoint"),
        data.train("model", &["--epochs", "400"]),
    );
    fs::copy(data.path("test.csv"), data.path("train.csv")).expect("writable");
    let settings = ["--epochs", "400", "--resume", "--allow-overlap"];
    data.refused("model", &settings, 2, &["other data"]);
}

#[test]
fn a_damaged_checkpoint_is_named_with_what_to_do() {
    let data = Data::new();
    let settings = ["--epochs", "400"];
    let checkpoint = data.path("model.seed-1.checkpoint");
    kill_at(&checkpoint, data.train("model", &settings));
    let resume = [&settings[..], &["--resume"]].concat();
    let whole = bytes(&checkpoint);

    fs::write(&checkpoint, &whole[..whole.len() - 4]).expect("writable");
    data.refused(
        "model",
        &resume,
        1,
        &["model.seed-1.checkpoint: not a usable checkpoint"],
    );

    // The same bytes under another name: a tensor is missing, and one is there that no model has.
    let name = b"weights.fdiff1_1.bias";
    let at = whole
        .windows(name.len())
        .position(|window| window == name)
        .expect("the bias of the last layer is in it");
    let mut renamed = whole;
    renamed[at + name.len() - 1] = b'x';
    fs::write(&checkpoint, renamed).expect("writable");
    data.refused(
        "model",
        &resume,
        1,
        &["it lacks fdiff1_1.bias; delete it and start again"],
    );
}

#[test]
fn a_place_that_cannot_be_written_to_is_said_before_anything_is_trained() {
    let data = Data::new();
    fs::create_dir(data.path("folder")).expect("writable");
    for (out, remedy) in [
        ("folder", "Name a file in that folder."),
        ("missing/model", "Check the name and the folder."),
    ] {
        assert!(!data.refused(out, &[], 1, &[remedy]).contains("epoch"));
    }
}

#[test]
fn genes_of_one_class_are_refused_before_anything_is_trained() {
    let data = Data::new();
    let table = fs::read_to_string(data.path("test.csv")).expect("the file is there");
    let on: String = table
        .lines()
        .filter(|line| !line.ends_with(",0"))
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(data.path("test.csv"), on).expect("writable");
    let told = data.refused("model", &[], 1, &["genes on; expected both classes"]);
    assert!(!told.contains("epoch"));
}

#[test]
fn a_setting_that_cannot_train_is_wrong_usage() {
    let data = Data::new();
    for (setting, saying) in [
        (["--epochs", "0"], "above zero"),
        (["--learning-rate", "-1"], "above zero"),
        (["--learning-rate", "nan"], "above zero"),
        (["--clip-norm", "-1"], "zero or more"),
    ] {
        data.refused("model", &setting, 2, &[saying]);
    }
    // Not through `train`, which sets the size.
    let odd = ["train", "attentive-chrome", "--bin-rnn-size", "3"];
    fails(regulens(odd), 2, &["3 is not an even number"]);
}

#[test]
fn weights_that_overshoot_in_the_last_step_are_not_taken_for_labels_of_one_class() {
    let data = Data::new();
    let settings = ["--epochs", "1", "--batch-size", "60", "--learning-rate", "1e38"];
    data.refused("model", &settings, 1, &["lower --learning-rate"]);
}

#[test]
fn a_resumed_run_goes_on_between_seeds_and_over_an_older_model() {
    let settings = ["--epochs", "3", "--seeds", "2"];
    let data = Data::new();
    data.trained("whole", &settings);

    // Seed 1 has ended, seed 2 has not, and the file of an older training stands there.
    fs::write(data.path("model"), "older").expect("writable");
    kill_at(
        &data.path("model.seed-2.checkpoint"),
        data.train("model", &["--epochs", "3", "--seeds", "200"]),
    );
    assert_eq!(
        bytes(&data.path("model")),
        b"older",
        "a run that has not ended leaves what was there"
    );
    let resume = [&settings[..], &["--resume"]].concat();
    data.trained("model", &resume);
    assert_eq!(bytes(&data.path("model")), bytes(&data.path("whole")));
}

const ALL_VARIANTS: [&str; 7] = [
    "lstm-alpha-beta",
    "lstm-alpha",
    "lstm-attn",
    "lstm",
    "cnn-alpha-beta",
    "cnn-attn",
    "deep-chrome",
];

/// Small sizes for every variant.
const SMALL: [&str; 11] = [
    "--all-variants",
    "--filters",
    "6",
    "--hm-filters",
    "6",
    "--hidden-1",
    "8",
    "--hidden-2",
    "4",
    "--head-hidden",
    "4",
];

/// The lines of OUT/table.tsv: predictor, seed, test AUROC.
fn runs(folder: &Path) -> Vec<(String, String, String)> {
    let table = fs::read_to_string(folder.join("table.tsv")).expect("the table was written");
    let mut lines = table
        .lines()
        .map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    let header = lines.next().expect("a header");
    let place = |name: &str| header.iter().position(|found| found == name).expect("a column");
    let places = ["predictor", "seed", "test_auroc"].map(place);
    lines
        .map(|line| {
            let [predictor, seed, auroc] = places.map(|at| line[at].clone());
            (predictor, seed, auroc)
        })
        .collect()
}

#[test]
fn all_variants_are_trained_into_one_table_and_what_is_finished_is_not_trained_again() {
    let data = Data::new();
    let settings = [&SMALL[..], &["--epochs", "2", "--seeds", "2"]].concat();
    data.trained("all", &settings);
    let folder = data.path("all");
    let found: Vec<(String, String)> = runs(&folder)
        .into_iter()
        .map(|(predictor, seed, _)| (predictor, seed))
        .collect();
    let expected: Vec<(String, String)> = ALL_VARIANTS
        .into_iter()
        .flat_map(|variant| ["1", "2"].map(|seed| (variant.to_owned(), seed.to_owned())))
        .collect();
    assert_eq!(found, expected);
    for variant in ALL_VARIANTS {
        let card = data.card(&format!("all/{variant}.safetensors"));
        assert_eq!(card["variant"], variant);
    }

    // One that is not there any more is trained again, to the same bytes; the others stay.
    let lstm = folder.join("lstm.safetensors");
    let before = bytes(&lstm);
    fs::remove_file(&lstm).expect("writable");
    let again = data.trained("all", &settings);
    assert_eq!(again.matches("already trained").count(), 6, "{again}");
    assert_eq!(bytes(&lstm), before);

    let other = [&SMALL[..], &["--epochs", "3", "--seeds", "2"]].concat();
    data.refused("all", &other, 2, &["`epochs` is 2 there and 3 here"]);
    let both = [&settings[..], &["--variant", "lstm"]].concat();
    data.refused("all", &both, 2, &["cannot be used with"]);
}

#[test]
fn all_variants_killed_in_one_of_them_go_on_with_the_same_command() {
    let data = Data::new();
    let settings = [&SMALL[..], &["--epochs", "40"]].concat();
    data.trained("whole", &settings);
    // The second variant, so that one is finished.
    let checkpoint = data.path("killed/lstm-alpha.safetensors.seed-1.checkpoint");
    kill_at(&checkpoint, data.train("killed", &settings));
    assert!(data.path("killed/lstm-alpha-beta.safetensors").exists());
    assert!(!data.path("killed/lstm-alpha.safetensors").exists());

    let resumed = data.trained("killed", &settings);
    assert!(resumed.contains("lstm-alpha-beta: already trained"), "{resumed}");
    assert!(resumed.contains("resuming after epoch"), "{resumed}");
    for variant in ALL_VARIANTS {
        let [whole, killed] = ["whole", "killed"].map(|out| data.path(&format!("{out}/{variant}.safetensors")));
        assert_eq!(bytes(&whole), bytes(&killed), "{variant}");
    }
    assert_eq!(
        bytes(&data.path("whole/table.tsv")),
        bytes(&data.path("killed/table.tsv"))
    );
}

#[test]
fn baselines_are_fitted_once_for_all_variants_and_stand_in_their_table_and_cards() {
    let data = Data::new();
    let mut training = data.train("all", &SMALL);
    // The flag that `train` sets is taken back.
    let arguments: Vec<std::ffi::OsString> = training
        .get_args()
        .filter(|argument| *argument != "--no-baselines")
        .map(Into::into)
        .collect();
    training = Command::new(env!("CARGO_BIN_EXE_regulens"));
    training.args(arguments).args(["--epochs", "1"]);
    succeeds(training.output().expect("it starts"));
    let rows = runs(&data.path("all"));
    assert_eq!(rows.len(), 7 + 9);
    let forest = rows
        .iter()
        .find(|(predictor, ..)| predictor == "random forest on counts")
        .expect("it is in the table");
    assert_eq!(forest.1, "");
    let card = data.card("all/lstm.safetensors");
    let baselines = card["metrics"]["baselines"].as_array().expect("a list");
    let in_card = baselines
        .iter()
        .find(|baseline| baseline["name"] == "random forest on counts")
        .expect("it is in the card");
    assert_eq!(in_card["auroc"].to_string(), forest.2);

    let folder = data.path("all").display().to_string();
    let table = succeeds(regulens(["summarise", "table-2", &folder]));
    let text = String::from_utf8_lossy(&table.stdout).into_owned();
    assert!(
        text.contains("| LSTM-α | 1 |") && text.contains("| random forest on counts | 1 |"),
        "{text}"
    );
}

#[test]
fn a_card_has_the_bins_of_its_tables_and_what_is_needed_to_run_it_again() {
    let data = Data::new();
    let plain = bytes(&data.path("test.csv"));
    let said =
        "# A: mean signal; 30 bins of 500 bp, 7500 bp before and 7500 bp behind the TSS, from upstream to downstream\n";
    for file in ["train.csv", "valid.csv", "test.csv"] {
        let table = [said.as_bytes(), &bytes(&data.path(file))].concat();
        fs::write(data.path(file), table).expect("writable");
    }
    let settings = ["--epochs", "3", "--seeds", "2"];
    data.trained("model", &settings);

    let card = data.card("model");
    assert_eq!(
        (&card["bin_size"], &card["strand"]),
        (&500.into(), &"transcription".into())
    );
    assert_eq!(
        (&card["window"]["upstream"], &card["quantity"]),
        (&7500.into(), &"A: mean signal".into())
    );
    let training = &card["training"];
    assert_eq!(
        training["command"],
        "attentive-chrome --variant lstm-alpha-beta --bin-rnn-size 8 --no-baselines --train train.csv --valid \
         valid.csv --test test.csv --epochs 3 --seeds 2"
    );
    let files = training["files"].as_array().expect("a list");
    assert_eq!(files.len(), 3);
    assert_eq!(
        files[0]["sha256"],
        regulens::weights::sha256(&bytes(&data.path("train.csv")))
    );
    assert_eq!(training["history"]["epochs"].as_array().expect("a list").len(), 3);

    // A row an epoch of either seed.
    let history = fs::read_to_string(data.path("model.history.tsv")).expect("the file is there");
    let rows: Vec<&str> = history.lines().collect();
    assert!(
        rows[0].starts_with("seed\tepoch\ttraining_loss\tvalidation_loss\tvalidation_auroc"),
        "{}",
        rows[0]
    );
    assert_eq!(rows.len(), 1 + 2 * 3);

    // A table of other bins is told, one that says nothing is not.
    fs::write(data.path("plain.csv"), plain).expect("writable");
    let genomic = String::from_utf8(bytes(&data.path("test.csv"))).expect("text");
    fs::write(
        data.path("genomic.csv"),
        genomic.replace("from upstream to downstream", "in genomic order"),
    )
    .expect("writable");
    for (table, told) in [("test.csv", false), ("plain.csv", false), ("genomic.csv", true)] {
        let files = ["model", table, "out.tsv"].map(|file| data.path(file).display().to_string());
        let arguments = format!("predict --model {} --input {} --out {}", files[0], files[1], files[2]);
        let arguments = arguments.split(' ');
        let said = stderr(&succeeds(regulens(arguments)));
        assert_eq!(
            said.contains("in genomic order; the model was trained on bins of 500 bp"),
            told,
            "{table}: {said}"
        );
    }
}

#[test]
fn a_training_is_run_again_from_its_card_and_from_its_printed_settings() {
    let data = Data::new();
    let settings = ["--epochs", "3", "--seeds", "2", "--transform", "log1p", "--keep-seeds"];
    data.trained("model.safetensors", &settings);
    let folder = data.path("").display().to_string();
    let [first, again, printed, other] = [
        "model.safetensors",
        "again.safetensors",
        "printed.safetensors",
        "other.safetensors",
    ]
    .map(|name| data.path(name).display().to_string());

    let from_card = ["train", "--from-card", &first, "--files", &folder, "--out", &again];
    succeeds(regulens(from_card));
    // The words of the command may come in another order; all else is the same.
    let of_run = |path: &str| {
        let (path, bytes) = (Path::new(path), bytes(Path::new(path)));
        let length = usize::from(bytes[0]) + 256 * usize::from(bytes[1]);
        let mut card = card(path);
        card["training"]["command"].take();
        (card, bytes[8 + length..].to_vec())
    };
    assert_eq!(of_run(&first), of_run(&again));

    // Every seed is kept; the best is the one that OUT has.
    let seeds = [1, 2].map(|seed| data.card(&format!("model-seed-{seed}.safetensors")));
    let chosen = data.card("model.safetensors");
    let is_chosen = |card: &&serde_json::Value| card["training"]["seed"] == chosen["training"]["seed"];
    assert_eq!(seeds.iter().find(is_chosen), Some(&chosen));
    assert_ne!(seeds[0]["metrics"]["test"], seeds[1]["metrics"]["test"]);

    let mut print = data.train("model.safetensors", &settings);
    let output = succeeds(print.arg("--print-config").output().expect("it starts"));
    let text = String::from_utf8(output.stdout).expect("text");
    for line in [
        "family = \"attentive-chrome\"",
        "epochs = 3",
        "transform = \"log1p\"",
        "batch-size = 16",
        "resume = false",
    ] {
        assert!(text.lines().any(|one| one == line), "{line} is not in:\n{text}");
    }
    let config = data.path("settings.toml");
    fs::write(&config, &text).expect("writable");
    let config = config.display().to_string();
    succeeds(regulens(["train", "--config", &config, "--out", &printed]));
    assert_eq!(of_run(&first), of_run(&printed));
    // A flag of the command line wins.
    succeeds(regulens([
        "train", "--config", &config, "--out", &other, "--epochs", "1",
    ]));
    assert_eq!(data.card("other.safetensors")["training"]["epochs"], 1);

    // The curves of the card.
    let curves = data.path("curves.svg").display().to_string();
    succeeds(regulens(["inspect", &first, "--plot", &curves]));
    let drawn = fs::read_to_string(&curves).expect("the file is there");
    assert!(drawn.contains("validation AUROC") && drawn.contains("</svg>"));

    // A file that is another by now is named.
    fs::copy(data.path("valid.csv"), data.path("train.csv")).expect("writable");
    fails(regulens(from_card), 1, &["train.csv", "SHA-256", "--files"]);
}

#[test]
fn a_file_of_settings_that_says_what_no_flag_is_is_refused_and_a_flag_that_changes_nothing_is_told() {
    let data = Data::new();
    let config = data.path("settings.json");
    let path = config.display().to_string();
    for (text, words) in [
        (
            "{\"family\": \"attentive-chrome\", \"epoch\": 3}",
            ["settings.json", "`epoch`"],
        ),
        (
            "{\"family\": \"attention\"}",
            ["attention", "attentive-chrome, deep-diff, basenji"],
        ),
        ("{\"epochs\": 3}", ["settings.json", "names no family"]),
        (
            "{\"family\": \"deep-diff\", \"resume\": 3}",
            ["`resume`", "true or false"],
        ),
    ] {
        fs::write(&config, text).expect("writable");
        fails(regulens(["train", "--config", &path, "--out", "x"]), 2, &words);
    }
    fs::write(&config, "epochs = \n").expect("writable");
    fails(
        regulens(["train", "--config", &path, "--out", "x"]),
        1,
        &["settings.json", "line 1", "--print-config"],
    );

    let said = data.trained("model", &["--filters", "20", "--epochs", "1"]);
    assert!(said.contains("--filters 20 has no effect on lstm-alpha-beta"), "{said}");
}
