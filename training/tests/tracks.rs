//! `regulens train basenji` and `regulens evaluate` on sequences: what is planted is learned, the same seed gives the
//! same file, a killed run goes on, and the card says what was done.

mod common;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use common::{bytes, card, fails, kill_at, regulens, same_weights, succeeds};
use safetensors::SafeTensors;
use serde_json::{Value, json};

const BIN: usize = 16;
const LENGTH: usize = 256;
const BUFFER: usize = 32;

/// TGACTC in the order of codes; both strands of it raise a bin.
const MOTIF: [u8; 6] = [3, 2, 0, 1, 3, 1];
const OTHER_STRAND: [u8; 6] = [2, 0, 2, 3, 1, 0];

/// A prepared folder with planted signal: four sequences for training, one for validation, one for test. `ATAC` counts
/// motifs, `GC` counts bases.
struct Data {
    folder: tempfile::TempDir,
}

impl Data {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder of the test's own");
        let bases = 2112;
        let mut state = 1_u64;
        let mut random = move |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let (mut codes, mut targets, mut mask) = (Vec::new(), Vec::new(), Vec::new());
        let mut sequences = Vec::new();
        for number in 0..6 {
            let mut sequence: Vec<u8> = (0..bases).map(|_| random(4) as u8).collect();
            for _ in 0..60 {
                let at = random(bases as u64 - 6) as usize;
                let motif = if random(2) == 0 { MOTIF } else { OTHER_STRAND };
                sequence[at..at + 6].copy_from_slice(&motif);
            }
            let starts = |at: usize| {
                let here = &sequence[at..(at + 6).min(bases)];
                here == MOTIF || here == OTHER_STRAND
            };
            sequences.push(json!({
                "name": format!("chr{number}"), "length": bases,
                "offset": codes.len(), "first_bin": mask.len(),
            }));
            for bin in 0..bases / BIN {
                let positions = bin * BIN..(bin + 1) * BIN;
                let motifs = positions.clone().filter(|&at| starts(at)).count();
                let gc = positions.filter(|&at| matches!(sequence[at], 1 | 2)).count();
                targets.push(1.0 + 12.0 * motifs as f32);
                targets.push(gc as f32);
                mask.push(u8::from(bin % 50 == 7));
            }
            codes.extend(sequence);
        }
        let step = LENGTH - 2 * BUFFER;
        let windows = |numbers: std::ops::Range<usize>| -> Vec<[usize; 2]> {
            let starts = (0..=bases - LENGTH).step_by(step);
            numbers
                .flat_map(|number| starts.clone().map(move |start| [number, start]))
                .collect()
        };
        let targets: Vec<u8> = targets.iter().flat_map(|x: &f32| x.to_le_bytes()).collect();
        let mut files = serde_json::Map::new();
        for (name, file, bytes) in [
            ("sequences", "sequences.u8", &codes),
            ("targets", "targets.f32", &targets),
            ("mask", "mask.u8", &mask),
        ] {
            fs::write(folder.path().join(file), bytes).expect("writable");
            let stored = json!({ "file": file, "bytes": bytes.len(), "sha256": "" });
            files.insert(name.to_owned(), stored);
        }
        let manifest = json!({
            "format_version": 1, "bin_size": BIN, "length": LENGTH, "buffer": BUFFER,
            "tracks": [
                { "name": "opened", "assay": "ATAC", "description": "planted", "unit": "counts" },
                { "name": "composition", "assay": "GC", "description": "counted", "unit": "bases" },
            ],
            "sequences": sequences,
            "windows": { "train": windows(0..4), "valid": windows(4..5), "test": windows(5..6) },
            "files": files,
            "sources": [],
        });
        let data = Self { folder };
        data.write("dataset.json", &manifest);
        data.write(
            "sizes.json",
            &json!({
                "filters": [10, 12], "kernels": [7, 3], "pools": [4, 4], "final_filters": 12,
            }),
        );
        data
    }

    fn write(&self, name: &str, content: &Value) {
        fs::write(self.path(name), content.to_string()).expect("writable");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `regulens train basenji` on this data, small.
    fn train(&self, out: &str, settings: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_regulens"));
        command.args(["train", "basenji", "--no-baselines", "--data"]);
        command.arg(self.folder.path());
        command.arg("--out").arg(self.path(out));
        command.args(settings);
        if !settings.contains(&"--config") {
            command.arg("--config").arg(self.path("sizes.json"));
        }
        command
    }

    #[track_caller]
    fn trained(&self, out: &str, settings: &[&str]) -> String {
        let output = succeeds(self.train(out, settings).output().expect("it starts"));
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    fn card(&self, model: &str) -> Value {
        card(&self.path(model))
    }

    fn evaluate(&self, model: &str, settings: &[&str]) -> Output {
        let files = [self.path(model), self.folder.path().to_owned()];
        let [model, folder] = files.map(|path| path.display().to_string());
        let arguments = ["evaluate", "--json", "--model", &model, "--input", &folder];
        regulens([&arguments, settings].concat())
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

const VARIANTS: [&str; 7] = [
    "basenji",
    "standard",
    "exp-constant",
    "exp-variable",
    "attention-none",
    "attention-variable",
    "attention-two-sided",
];

#[test]
fn a_seed_gives_the_weights_that_it_gave_before() {
    let data = Data::new();
    let few = "--epochs 2 --learning-rate 1e-2 --dtype f32 --threads 1";
    data.trained("one", &few.split(' ').collect::<Vec<&str>>());
    same_weights("basenji", &data.path("one"));
}

#[test]
fn what_is_planted_is_learned_and_the_card_says_what_evaluate_says() {
    let data = Data::new();
    let settings = [
        "--epochs",
        "30",
        "--dtype",
        "f32",
        "--learning-rate",
        "0.01",
        // The model then learns by the loss that `evaluate` tells.
        "--balance",
        "none",
    ];
    let told = data.trained("model", &settings);
    let card = data.card("model");
    let test = &card["track_metrics"]["test"];
    assert!(number(&test["pearson"]) > 0.4, "{test} {told}");
    let opened = &test["per_track"][0];
    assert!(number(&opened["pearson"]) > 0.7, "{opened} {told}");
    assert_eq!(card["variant"], "basenji");
    assert_eq!(card["training"]["recipe"]["balance"], "none");
    assert_eq!(card["tracks"][0]["assay"], "ATAC");
    assert_eq!(card["sequence"], json!({ "length": LENGTH, "buffer": BUFFER }));
    let split = card["training"]["split"].as_str().expect("text");
    assert!(split.contains("test 10 windows (chr5)"), "{split}");

    let scored = succeeds(data.evaluate("model", &[]));
    let scored: Value = serde_json::from_slice(&scored.stdout).expect("JSON");
    for figure in ["n", "pearson", "log_pearson", "r2", "per_track"] {
        assert_eq!(scored[figure], test[figure], "{figure}");
    }
    let of_assay = &scored["per_assay"]["GC"];
    assert_eq!(of_assay["pearson"], scored["per_track"][1]["pearson"]);

    // Seen from both strands and from beside, a model that learned from them errs less.
    let ensemble = ["--ensemble", "--shifts", "0,1,-1"];
    let together = succeeds(data.evaluate("model", &ensemble));
    let together: Value = serde_json::from_slice(&together.stdout).expect("JSON");
    assert_ne!(together["pearson"], scored["pearson"]);
    assert!(number(&together["loss"]) < number(&scored["loss"]));

    let valid = succeeds(data.evaluate("model", &["--split", "valid"]));
    let valid: Value = serde_json::from_slice(&valid.stdout).expect("JSON");
    assert_eq!(valid["pearson"], card["track_metrics"]["validation"]["pearson"]);
}

#[test]
fn seeds_of_a_training_are_one_file_whose_mean_is_scored() {
    let data = Data::new();
    let settings = "--epochs 2 --dtype f32 --seeds 2 --ensemble --keep-seeds"
        .split(' ')
        .collect::<Vec<_>>();
    data.trained("both.safetensors", &settings);
    let card = data.card("both.safetensors");
    let seeds: Vec<&Value> = card["members"]
        .as_array()
        .expect("members")
        .iter()
        .map(|member| &member["seed"])
        .collect();
    assert_eq!(seeds, [1, 2]);
    let score = |models: &[&str]| -> Value {
        let mut words = vec!["evaluate".to_owned(), "--json".to_owned(), "--model".to_owned()];
        words.extend(models.iter().map(|model| data.path(model).display().to_string()));
        words.extend(["--input".to_owned(), data.folder.path().display().to_string()]);
        serde_json::from_slice(&succeeds(regulens(words)).stdout).expect("JSON")
    };
    let both = score(&["both.safetensors"]);
    assert_eq!(both["pearson"], card["track_metrics"]["test"]["pearson"]);
    let each = ["both-seed-1.safetensors", "both-seed-2.safetensors"];
    assert_eq!(score(&each)["pearson"], both["pearson"]);
    assert_ne!(score(&each[..1])["pearson"], both["pearson"]);
}

#[test]
fn balance_is_what_a_model_of_two_tracks_learns_by() {
    let data = Data::new();
    let [none, by_means] = ["none", "by-means"].map(|balance| {
        data.trained(balance, &["--epochs", "1", "--balance", balance]);
        data.card(balance)
    });
    let loss = |card: &Value| number(&card["track_metrics"]["seeds"][0]["validation_loss"]);
    assert_ne!(loss(&none), loss(&by_means));
    // Not the loss alone: other weights were learned.
    let pearson = |card: &Value| number(&card["track_metrics"]["validation"]["pearson"]);
    assert_ne!(pearson(&none), pearson(&by_means));
    let recipe = |card: &Value| card["training"]["recipe"]["loss"].clone();
    assert_ne!(recipe(&none), recipe(&by_means));
}

#[test]
fn every_variant_trains_and_a_killed_run_of_it_goes_on_as_if_nothing_had_happened() {
    let data = Data::new();
    for variant in VARIANTS {
        // Dropout, moving statistics, the average, the order and the views go on where they were.
        let mut sizes = json!({
            "filters": [6, 8], "kernels": [7, 3], "pools": [4, 4], "final_filters": 10, "dropout": 0.1,
        });
        if variant.starts_with("attention") {
            sizes["attention_dropout"] = json!(0.1);
            sizes["attention_query_dropout"] = json!(0.1);
        }
        data.write("dropped.json", &sizes);
        let config = data.path("dropped.json").display().to_string();
        let settings = format!("--variant {variant} --epochs 30 --average 0.99 --config {config}");
        let settings = settings.split(' ').collect::<Vec<_>>();
        let whole = format!("{variant}.whole");
        let told = data.trained(&whole, &settings);
        let losses: Vec<f64> = told
            .lines()
            .filter_map(|line| line.split("  loss ").nth(1)?.split(' ').next()?.parse().ok())
            .collect();
        assert_eq!(losses.len(), 30, "{told}");
        assert!(losses[29] < losses[0], "{variant}: {told}");

        let killed = format!("{variant}.killed");
        let checkpoint = data.path(&format!("{killed}.seed-1.checkpoint"));
        kill_at(&checkpoint, data.train(&killed, &settings));
        assert!(!data.path(&killed).exists(), "{variant} ended too soon");
        let again = data.train(&killed, &settings).output().expect("it starts");
        fails(again, 2, &["--resume"]);
        let resume = [&settings[..], &["--resume"]].concat();
        data.trained(&killed, &resume);
        assert_eq!(bytes(&data.path(&whole)), bytes(&data.path(&killed)), "{variant}");
        assert!(!checkpoint.exists(), "a finished run leaves nothing to resume");
        assert_eq!(data.card(&whole)["variant"], variant);
    }
}

#[test]
fn neither_threads_nor_a_second_run_change_a_byte_and_another_seed_changes_the_weights() {
    let data = Data::new();
    for (out, settings) in [
        ("one", ["--threads", "1", "--seed", "1"]),
        ("three", ["--threads", "3", "--seed", "1"]),
        ("other", ["--threads", "2", "--seed", "2"]),
    ] {
        let both = ["--epochs", "2", "--average", "0.9"];
        data.trained(out, &[&both[..], &settings[..]].concat());
    }
    assert_eq!(bytes(&data.path("one")), bytes(&data.path("three")));
    assert_ne!(bytes(&data.path("one")), bytes(&data.path("other")));
}

#[test]
fn the_average_of_weights_and_statistics_is_what_a_run_ends_with() {
    let data = Data::new();
    // All windows in one step, after which a tenth of the first weights is left in the average.
    let one_step = "--epochs 1 --batch-size 64 --warm-up 0 --dtype f32"
        .split(' ')
        .collect::<Vec<_>>();
    for (out, settings) in [
        ("first", ["--average", "0", "--learning-rate", "1e-30"]),
        ("last", ["--average", "0", "--learning-rate", "0.01"]),
        ("average", ["--average", "0.999", "--learning-rate", "0.01"]),
    ] {
        data.trained(out, &[&one_step[..], &settings].concat());
    }
    let [first, last, average] = ["first", "last", "average"].map(|out| bytes(&data.path(out)));
    let [first, last, average] =
        [&first, &last, &average].map(|file| SafeTensors::deserialize(file).expect("a model file"));
    let values = |file: &SafeTensors<'_>, name: &str| -> Vec<f32> {
        let tensor = file.tensor(name).expect("it is there");
        let words = tensor.data().as_chunks::<4>().0;
        words.iter().map(|&word| f32::from_le_bytes(word)).collect()
    };
    for name in average.names() {
        let starts = match name.rsplit_once('_') {
            // The first model's moved once already, from where batch norm does nothing.
            Some((_, "mean")) => vec![0.0; values(&last, name).len()],
            Some((_, "variance")) => vec![1.0; values(&last, name).len()],
            _ => values(&first, name),
        };
        let both = starts.into_iter().zip(values(&last, name));
        for ((first, last), average) in both.zip(values(&average, name)) {
            let expected = 0.1 * first + 0.9 * last;
            assert!((average - expected).abs() < 1e-5, "{name}: {average} for {expected}");
            assert!(first == last || average != last, "{name}");
        }
    }
    let weights = &data.card("average")["training"]["recipe"]["weights"];
    assert!(weights.as_str().expect("text").contains("average"), "{weights}");
    assert_eq!(data.card("last")["training"]["recipe"]["weights"], Value::Null);
}

#[test]
fn several_devices_share_a_batch_and_resume_together() {
    let data = Data::new();
    let settings = "--epochs 30 --devices 3 --learning-rate 0.01 --average 0.99"
        .split(' ')
        .collect::<Vec<_>>();
    data.trained("whole", &settings);
    let checkpoint = data.path("killed.seed-1.checkpoint");
    kill_at(&checkpoint, data.train("killed", &settings));
    data.trained("killed", &[&settings[..], &["--resume"]].concat());
    assert_eq!(bytes(&data.path("whole")), bytes(&data.path("killed")));
    let card = data.card("whole");
    assert_eq!(card["training"]["recipe"]["devices"], 3);
    let test = &card["track_metrics"]["test"];
    assert!(number(&test["pearson"]) > 0.4, "{test}");
}

#[test]
fn an_attention_model_starts_from_the_convolutions_of_another_model() {
    let data = Data::new();
    data.trained("basenji", &["--epochs", "2", "--dtype", "f32"]);
    let from = data.path("basenji").display().to_string();
    // Steps so short that weights stay where they start.
    let mut attention = vec!["--variant", "attention-two-sided", "--epochs", "1"];
    attention.extend(["--learning-rate", "1e-30", "--dtype", "f32"]);
    data.trained("drawn", &attention);
    attention.extend(["--init-from", &from]);
    let told = data.trained("started", &attention);
    assert!(told.contains("took cnn0, cnn1, final/dense"), "{told}");
    assert!(told.contains("drawn anew: cnn_final2, multi_head0"), "{told}");
    assert!(told.contains("not used: cnn2"), "{told}");
    let tensor = |model: &str, name: &str| {
        let file = bytes(&data.path(model));
        let file = SafeTensors::deserialize(&file).expect("a model file");
        file.tensor(name).expect("it is there").data().to_vec()
    };
    for name in [
        "cnn0/conv1d/kernel",
        "cnn1/batch_normalization/gamma",
        "final/dense/kernel",
    ] {
        assert_eq!(tensor("started", name), tensor("basenji", name), "{name}");
        assert_ne!(tensor("drawn", name), tensor("basenji", name), "{name}");
    }
    let fresh = "multi_head0/multi_attention0/dense/kernel";
    assert_eq!(tensor("started", fresh), tensor("drawn", fresh));
}

#[test]
fn a_model_that_predicts_one_number_is_refused_unless_allowed() {
    let data = Data::new();
    data.trained("first", &["--epochs", "1", "--dtype", "f32"]);
    let mut file = bytes(&data.path("first"));
    let kernel = {
        let tensors = SafeTensors::deserialize(&file).expect("a model file");
        let kernel = tensors
            .tensor("final/dense/kernel")
            .expect("it is there")
            .data()
            .as_ptr_range();
        let start = file.as_ptr();
        // SAFETY: both point into the file.
        unsafe { kernel.start.offset_from(start) as usize..kernel.end.offset_from(start) as usize }
    };
    file[kernel].fill(0);
    fs::write(data.path("flat"), &file).expect("writable");

    let flat = data.path("flat").display().to_string();
    let still = ["--init-from", &flat, "--epochs", "1", "--learning-rate", "1e-30"];
    let refused = data.train("model", &still).output().expect("it starts");
    let said = [
        "bins of the validation windows get the same coverage in each of 2 tracks",
        "lower --learning-rate",
        "--allow-constant",
    ];
    fails(refused, 1, &said);
    assert!(!data.path("model").exists());
    data.trained("model", &[&still[..], &["--resume", "--allow-constant"]].concat());
    assert_eq!(data.card("model")["training"]["best_epoch"], 1);
}

#[test]
fn several_seeds_leave_the_one_that_validation_prefers() {
    let data = Data::new();
    data.trained("best", &["--epochs", "3", "--seeds", "3", "--choose", "loss"]);
    let card = data.card("best");
    let seeds = card["track_metrics"]["seeds"].as_array().expect("a list");
    assert_eq!(seeds.len(), 3);
    let loss = |seed: &Value| number(&seed["validation_loss"]);
    let best = seeds.iter().min_by(|a, b| loss(a).total_cmp(&loss(b)));
    assert_eq!(best.expect("three of them")["seed"], card["training"]["seed"]);
}

#[test]
fn what_does_not_fit_the_data_is_refused_with_what_to_do() {
    let data = Data::new();
    let refused = |settings: &[&str], saying: &[&str]| {
        fails(data.train("model", settings).output().expect("it starts"), 2, saying);
    };
    data.write("nothing.json", &json!({}));
    let nothing = data.path("nothing.json").display().to_string();
    let published = ["--preset", "published", "--config", &nothing];
    refused(&published, &["bins of 128 bp", "--bin-size 128"]);
    refused(&["--variant", "attention"], &["attention-two-sided"]);
    refused(&["--heads", "3"], &["--heads", "no attention"]);
    data.write("long.json", &json!({ "length": 512 }));
    let long = data.path("long.json").display().to_string();
    refused(&["--config", &long], &["length 512", "prepared with 256"]);
    data.write("unknown.json", &json!({ "filtres": [1] }));
    let unknown = data.path("unknown.json").display().to_string();
    refused(&["--config", &unknown], &["filtres", "filters"]);
}

#[test]
fn a_run_is_not_resumed_on_other_data_or_with_other_settings() {
    let data = Data::new();
    let checkpoint = data.path("model.seed-1.checkpoint");
    kill_at(&checkpoint, data.train("model", &["--epochs", "40"]));
    let resume = |settings: &[&str]| {
        let settings = [settings, &["--resume"]].concat();
        data.train("model", &settings).output().expect("it starts")
    };
    // The rate of every step follows from the number of epochs.
    fails(resume(&["--epochs", "41"]), 2, &["other settings"]);
    fails(resume(&["--epochs", "40", "--most-shift", "1"]), 2, &["other settings"]);
    let manifest = fs::read_to_string(data.path("dataset.json")).expect("it is there");
    fs::write(data.path("dataset.json"), manifest.replace("planted", "other")).expect("writable");
    fails(resume(&["--epochs", "40"]), 2, &["other data"]);
}

#[test]
fn tracks_are_matched_by_name() {
    let data = Data::new();
    data.trained("model", &["--epochs", "1"]);
    let before = succeeds(data.evaluate("model", &[])).stdout;
    let mut manifest: Value = serde_json::from_slice(&bytes(&data.path("dataset.json"))).expect("JSON");
    manifest["tracks"][0]["name"] = "another".into();
    data.write("dataset.json", &manifest);
    fails(data.evaluate("model", &[]), 2, &["opened", "another"]);
    // The other way round: names and columns change places together.
    manifest["tracks"].as_array_mut().expect("a list").reverse();
    manifest["tracks"][1]["name"] = "opened".into();
    data.write("dataset.json", &manifest);
    let targets = bytes(&data.path("targets.f32"));
    let turned: Vec<u8> = targets
        .chunks_exact(8)
        .flat_map(|pair| [&pair[4..], &pair[..4]].concat())
        .collect();
    fs::write(data.path("targets.f32"), turned).expect("writable");
    assert_eq!(succeeds(data.evaluate("model", &[])).stdout, before);
}
