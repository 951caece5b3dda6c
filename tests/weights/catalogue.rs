//! The list of shipped files.

use std::path::PathBuf;

use regulens::task::change::ChangeScore;
use regulens::task::on_off::OnOffScore;
use regulens::task::tracks::TrackScore;
use regulens::task::{Named, Report};
use regulens::weights::card::TESTED_AS;
use regulens::weights::catalogue::{Catalogue, ExampleEntry, Int8Entry, ModelEntry, SecondFile, verify};
use regulens::weights::{WeightFile, sha256};

use crate::cards;

fn catalogue() -> (Catalogue, Vec<u8>) {
    let bytes = cards::small_file();
    let model = WeightFile::read("small.safetensors", &bytes).expect("a model");
    let table = b"gene,bin,H3K4me3\n";
    let catalogue = Catalogue {
        models: vec![ModelEntry {
            int8: Some(Int8Entry::new("models/small-i8.safetensors", &bytes, &model)),
            ..ModelEntry::new("small", "models/small.safetensors", &bytes, &model)
        }],
        examples: vec![ExampleEntry {
            id: "example".to_owned(),
            file: "example.csv".to_owned(),
            name: "An example".to_owned(),
            description: "One line.".to_owned(),
            simulated: true,
            bytes: table.len() as u64,
            sha256: sha256(table),
            family: None,
            b: Some(SecondFile {
                file: "example-b.csv".to_owned(),
                bytes: table.len() as u64,
                sha256: sha256(table),
            }),
        }],
        ..Catalogue::default()
    };
    (catalogue, bytes)
}

#[test]
fn a_catalogue_survives_being_written() {
    let (catalogue, _) = catalogue();
    let text = catalogue.to_json();
    assert_eq!(
        Catalogue::read("catalogue.json", text.as_bytes()).expect("a catalogue"),
        catalogue
    );
}

#[test]
fn an_entry_says_how_its_model_does_beside_the_best_simple_predictor() {
    let bytes = cards::small_file();
    let mut model = WeightFile::read("small.safetensors", &bytes).expect("a model");
    model.card.metrics = cards::full().metrics;
    let metrics = model.card.metrics.as_mut().expect("metrics");
    metrics.test.as_mut().expect("a test score").auroc = 0.944_989_97;
    let simple = metrics.baselines[0].clone();
    let named = |name: &str, auroc| Named {
        name: name.to_owned(),
        score: OnOffScore { auroc, ..simple.score },
    };
    metrics.baselines = vec![named("first", 0.9), named("best", 0.957_66), named("as good", 0.957_66)];
    let entry = ModelEntry::new("small", "small.safetensors", &bytes, &model);
    assert_eq!(entry.test_auroc, Some(0.945));
    let best = entry.best_simple.expect("simple predictors");
    assert_eq!((best.name.as_str(), best.auroc), ("best", 0.9577));
}

#[test]
fn the_entry_of_a_model_of_a_change_has_its_correlation_and_the_best_simple_one() {
    let bytes = cards::small_file();
    let mut model = WeightFile::read("small.safetensors", &bytes).expect("a model");
    let score = |pearson| ChangeScore {
        n: 200,
        pearson,
        spearman: 0.5,
        r2: 0.3,
        mse: 2.0,
        sign_accuracy: None,
    };
    let simple = |name: &str, pearson| Named {
        name: name.to_owned(),
        score: score(pearson),
    };
    model.card.change_metrics = Some(Report {
        test: Some(score(0.654_321)),
        baselines: vec![simple("first", 0.4), simple("ridge", 0.671)],
        ..Report::default()
    });
    let entry = ModelEntry::new("small", "small.safetensors", &bytes, &model);
    assert_eq!(entry.test_pearson, Some(0.6543));
    let best = entry.best_simple_pearson.expect("simple predictors");
    assert_eq!((best.name.as_str(), best.pearson), ("ridge", 0.671));
}

#[test]
fn the_entry_of_a_model_of_tracks_has_its_mean_correlation_and_the_best_simple_one() {
    let bytes = cards::small_file();
    let mut model = WeightFile::read("small.safetensors", &bytes).expect("a model");
    let score = |pearson| TrackScore {
        n: 9000,
        pearson,
        log_pearson: 0.5,
        r2: 0.3,
        per_track: Vec::new(),
    };
    let simple = |name: &str, pearson| Named {
        name: name.to_owned(),
        score: score(pearson),
    };
    model.card.track_metrics = Some(Report {
        test: Some(score(0.781_26)),
        baselines: vec![simple("GC", 0.31), simple("ridge on 4-mers", 0.62)],
        ..Report::default()
    });
    let entry = ModelEntry::new("small", "small.safetensors", &bytes, &model);
    assert_eq!(entry.test_pearson, Some(0.7813));
    let best = entry.best_simple_pearson.expect("simple predictors");
    assert_eq!((best.name.as_str(), best.pearson), ("ridge on 4-mers", 0.62));
}

#[test]
fn the_second_file_of_an_example_is_verified_and_stays_below_the_catalogue() {
    let (mut catalogue, _) = catalogue();
    let second = catalogue.examples[0].b.as_mut().expect("a second table");
    assert!(second.verify(b"gene,bin,H3K4me3\n").is_ok());
    assert!(second.verify(b"gene,bin,H3K4me1\n").is_err());
    second.file = "../outside.csv".to_owned();
    let error = Catalogue::read("catalogue.json", catalogue.to_json().as_bytes());
    assert!(error.unwrap_err().to_string().contains("../outside.csv"));
}

#[test]
fn int8_weights_are_listed_with_a_score_only_if_it_is_theirs() {
    let bytes = cards::small_file();
    let mut model = WeightFile::read("small-i8.safetensors", &bytes).expect("a model");
    model.card.metrics = cards::full().metrics;
    let listed = |model: &WeightFile| Int8Entry::new("small-i8.safetensors", &bytes, model);
    assert_eq!(listed(&model).test_auroc, None);
    let tested_as = TESTED_AS.to_owned();
    model.card.extra.insert(tested_as, "i8".into());
    assert!(listed(&model).test_auroc.is_some());
}

#[test]
fn a_listed_file_is_known_by_length_and_hash() {
    let (catalogue, mut bytes) = catalogue();
    let entry = &catalogue.models[0];
    entry.verify(&bytes).expect("the listed file");

    *bytes.last_mut().expect("bytes") ^= 1;
    let error = entry.verify(&bytes).expect_err("one bit is another");
    assert_eq!(error.code(), "wrong-hash");
    assert!(
        error.to_string().contains(&entry.sha256) && error.to_string().contains(&sha256(&bytes)),
        "{error}"
    );

    let error = entry.verify(b"<html>").expect_err("another length");
    assert_eq!(error.code(), "wrong-length");
    assert_eq!(error.file(), "models/small.safetensors");

    catalogue.examples[0]
        .verify(b"gene,bin,H3K4me3\n")
        .expect("the listed file");
}

#[test]
fn a_hash_may_be_in_capitals() {
    verify(
        "abc",
        b"abc",
        "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
    )
    .expect("the same hash");
}

#[test]
fn a_catalogue_that_makes_no_sense_says_where() {
    let (good, _) = catalogue();
    type Change = fn(&mut Catalogue);
    let changes: [(&str, Change); 8] = [
        ("version 2", |catalogue| catalogue.format_version = 2),
        ("two entries `small`", |catalogue| {
            catalogue.examples[0].id = "small".to_owned()
        }),
        ("`../x`", |catalogue| catalogue.models[0].file = "../x".to_owned()),
        ("`/x`", |catalogue| catalogue.models[0].file = "/x".to_owned()),
        ("`https://x.org/x`", |catalogue| {
            catalogue.models[0].file = "https://x.org/x".to_owned()
        }),
        ("``", |catalogue| catalogue.examples[0].sha256.clear()),
        ("64 hexadecimal digits", |catalogue| {
            catalogue.models[0].sha256 = "z".repeat(64)
        }),
        ("`../i8`", |catalogue| {
            if let Some(int8) = &mut catalogue.models[0].int8 {
                int8.file = "../i8".to_owned()
            }
        }),
    ];
    for (words, change) in changes {
        let mut catalogue = good.clone();
        change(&mut catalogue);
        let error = Catalogue::read("catalogue.json", catalogue.to_json().as_bytes()).expect_err("no catalogue");
        assert_eq!(error.code(), "catalogue");
        assert!(error.to_string().contains(words), "{error}");
    }
    assert_eq!(
        Catalogue::read("catalogue.json", b"[]")
            .expect_err("no catalogue")
            .code(),
        "catalogue"
    );
}

#[test]
fn the_shipped_files_are_those_of_the_catalogue() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("models");
    let Ok(text) = std::fs::read(folder.join("catalogue.json")) else {
        eprintln!("skipped: {} has no catalogue", folder.display());
        return;
    };
    let catalogue = Catalogue::read("catalogue.json", &text).expect("a catalogue");
    for entry in &catalogue.models {
        let bytes = std::fs::read(folder.join(&entry.file)).expect("a listed file");
        entry.verify(&bytes).expect("the listed file");
        let model = WeightFile::read(&entry.file, &bytes).expect("a model");
        let int8 = entry.int8.as_ref().map(|listed| {
            let bytes = std::fs::read(folder.join(&listed.file)).expect("a listed file");
            listed.verify(&bytes).expect("the listed file");
            let model = WeightFile::read(&listed.file, &bytes).expect("a model");
            Int8Entry::new(&listed.file, &bytes, &model)
        });
        let made = ModelEntry {
            int8,
            ..ModelEntry::new(&entry.id, &entry.file, &bytes, &model)
        };
        assert_eq!(made, *entry);
    }
    for entry in &catalogue.examples {
        entry
            .verify(&std::fs::read(folder.join(&entry.file)).expect("a listed file"))
            .expect("the listed file");
    }
}
