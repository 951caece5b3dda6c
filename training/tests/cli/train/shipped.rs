//! The training of the model that the page opens with.

use std::path::PathBuf;

use serde_json::Value;

use crate::support::reference::reference;
use crate::support::setup::{Folder, card, run};

/// A loss is written to four digits, and processors differ by less than as much again.
const DRIFT: f64 = 2e-3;

/// Epochs that are trained again: the card has the first and the third.
const EPOCHS: u64 = 3;

/// Epoch, training loss and validation loss of the epochs up to `EPOCHS` that a card has.
fn first_epochs(card: &Value) -> Vec<(u64, f64, f64)> {
    let history = &card["training"]["history"];
    assert_eq!(history["columns"][0], "training loss");
    assert_eq!(history["columns"][1], "validation loss");
    let epochs = history["epochs"].as_array().expect("epochs");
    let values = |column: usize, at: usize| history["values"][column][at].as_f64().expect("a loss");
    epochs
        .iter()
        .enumerate()
        .map(|(at, epoch)| (epoch.as_u64().expect("a number"), values(0, at), values(1, at)))
        .filter(|(epoch, ..)| *epoch <= EPOCHS)
        .collect()
}

/// `cargo xtask models` made the model: its card's command trains the same epochs with this version.
#[test]
fn the_first_epochs_of_the_flagship_are_those_of_its_card() {
    let Some(data) = reference("data/deepdiff/data", "the flagship's first epochs") else {
        return;
    };
    let folder = Folder::new();
    let shipped = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../models/attentive-chrome-k562.safetensors"
    ));
    let card_of_shipped = card(&shipped);
    let seed = card_of_shipped["training"]["seed"].to_string();
    let epochs = EPOCHS.to_string();
    let again = folder.path("again.safetensors");
    run([
        "train".as_ref(),
        "--from-card".as_ref(),
        shipped.as_os_str(),
        "--files".as_ref(),
        data.as_os_str(),
        "--seed".as_ref(),
        seed.as_ref(),
        "--seeds".as_ref(),
        "1".as_ref(),
        "--epochs".as_ref(),
        epochs.as_ref(),
        "--no-baselines".as_ref(),
        "--out".as_ref(),
        again.as_os_str(),
    ])
    .succeeds();
    let again = first_epochs(&card(&again));
    let known: Vec<_> = first_epochs(&card_of_shipped);
    assert!(known.len() >= 2, "{known:?}");
    for known in &known {
        let found = again.iter().find(|found| found.0 == known.0).expect("the epoch");
        let is_near = (found.1 - known.1).abs() < DRIFT && (found.2 - known.2).abs() < DRIFT;
        assert!(is_near, "epoch {}: {found:?}, the card has {known:?}", known.0);
    }
}
