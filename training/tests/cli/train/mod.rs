//! `regulens train` of several models, or from another one, and several models together.

mod cells;
mod ensemble;
mod folds;
mod init;
mod shipped;

use super::change::regulens;
use super::support::setup::Folder;

/// Flags of a training that takes a moment.
const SMALL: &str = "--learning-rate 0.01 --no-baselines --allow-constant";

/// The size of a small recurrence.
const LSTM: &str = "--bin-rnn-size 4";

/// A small AttentiveChrome `NAME.safetensors`, trained on `t.csv` and `v.csv`, which are made where they are not there.
fn attentive_chrome(folder: &Folder, name: &str, flags: &str) {
    if !folder.path("t.csv").exists() {
        for (table, seed) in [("t", 1), ("v", 2)] {
            folder.simulated(&format!("{table}.csv"), 40, 20, seed);
        }
    }
    regulens(
        folder,
        &format!(
            "train attentive-chrome --train @t.csv --valid @v.csv --out @{name}.safetensors --epochs 2 {SMALL} {flags}"
        ),
    )
    .succeeds();
}
