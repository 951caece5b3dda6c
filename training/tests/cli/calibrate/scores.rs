//! `regulens calibrate scores`: a card's scores, measured again.

use std::fs;
use std::path::Path;

use regulens::weights::WeightFile;
use safetensors::SafeTensors;

use crate::support::setup::{BINS, Folder, run};

fn tensors(path: &Path) -> Vec<(String, Vec<u8>)> {
    let bytes = fs::read(path).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let mut tensors: Vec<_> = file
        .iter()
        .map(|(name, tensor)| (name.to_owned(), tensor.data().to_vec()))
        .collect();
    tensors.sort();
    tensors
}

#[test]
fn a_card_gets_what_training_would_have_written_and_the_weights_stay() {
    let folder = Folder::new();
    let [train, valid, test] = [("train.csv", 1), ("valid.csv", 2), ("test.csv", 3)]
        .map(|(name, seed)| folder.simulated(name, 60, BINS, seed).display().to_string());
    let [bare, scored, whole] =
        ["bare", "scored", "whole"].map(|name| folder.path(&format!("{name}.safetensors")).display().to_string());
    let data = ["--train", &train, "--valid", &valid, "--test", &test];
    let learn = |out: &str, flags: &[&str]| {
        let settings = "train attentive-chrome --bin-rnn-size 8 --epochs 2 --dtype f32"
            .split(' ')
            .collect::<Vec<_>>();
        let out = ["--out", out];
        run(settings.iter().chain(&data).chain(&out).chain(flags)).succeeds();
    };
    learn(&bare, &["--no-baselines"]);
    learn(&whole, &[]);
    let measure = ["calibrate", "scores", "--model", &bare, "--out", &scored];
    let said = run(measure.iter().chain(&data)).succeeds().stderr;
    assert!(said.contains("average precision") && said.contains("Brier"), "{said}");
    let read = |path: &str| WeightFile::read("m", &fs::read(path).unwrap()).unwrap().card;
    let (scored_card, whole_card) = (read(&scored), read(&whole));
    let [again, trained] = [&scored_card, &whole_card].map(|card| card.metrics.as_ref().unwrap());
    assert_eq!(again.baselines, trained.baselines);
    assert_eq!(again.baselines.len(), 9);
    // The best is compared with the model, and whatever is as good.
    let best = again.best_baseline().unwrap().score.auroc;
    for baseline in &again.baselines {
        let score = &baseline.score;
        assert_eq!(score.difference.is_some(), score.auroc == best, "{}", baseline.name);
        let Some(difference) = score.difference else { continue };
        assert!(score.difference_low.unwrap() <= difference && difference <= score.difference_high.unwrap());
        assert!((score.auroc - again.test.unwrap().auroc - difference).abs() < 2e-4);
    }
    let [again, trained] = [again, trained].map(|report| (report.test.unwrap(), report.validation.unwrap()));
    assert!((again.0.brier.unwrap() - trained.0.brier.unwrap()).abs() < 1e-6);
    assert_eq!((again.0.auroc, again.1.on), (trained.0.auroc, trained.1.on));
    assert_eq!(scored_card.notes, whole_card.notes);
    assert_eq!(tensors(Path::new(&bare)), tensors(Path::new(&scored)));
}
