//! The cards of shipped models: they are read and written alike, and have what pages say of every model.

use std::fs;
use std::path::Path;

use regulens::task::Task;
use regulens::weights::card::KEY;
use regulens::weights::{ModelCard, WeightFile};
use safetensors::SafeTensors;
use serde_json::Value;

#[test]
fn a_shipped_card_is_written_again_as_it_was_read() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let mut cards = 0;
    for entry in fs::read_dir(models).expect("the shipped models") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "safetensors") {
            continue;
        }
        let bytes = fs::read(&path).expect("readable");
        let (_, header) = SafeTensors::read_metadata(&bytes).expect("a model file");
        let read = &header.metadata().as_ref().expect("metadata")[KEY];
        let card = ModelCard::from_json(read).expect("a card");
        let mut again = serde_json::to_value(&card).expect("a card is JSON");
        let mut text = card.to_json().expect("what was read can be written");
        // A card of an older version does not say its task.
        if !read.contains("\"task\":") {
            let task = again.as_object_mut().expect("an object").remove("task");
            if let Some(task) = task {
                text = text.replacen(&format!("\"task\":{task},"), "", 1);
            }
        }
        let mut expected = serde_json::from_str::<Value>(read).expect("JSON");
        // A note of an older version on the best simple predictor is written anew, in the same place.
        let told = expected["notes"].as_array_mut().into_iter().flatten().zip(&card.notes);
        for (before, now) in told.filter(|(before, now)| before.as_str() != Some(now.as_str())) {
            let verb = before.as_str().and_then(|before| before.strip_prefix("This model "));
            assert!(
                verb.is_some_and(
                    |verb| verb.starts_with("beats the best") || verb.starts_with("does not beat the best")
                ),
                "{}: {before}",
                path.display()
            );
            text = text.replacen(&Value::from(now.as_str()).to_string(), &before.to_string(), 1);
            *before = now.as_str().into();
        }
        if card.task == Task::OnOff {
            let named = [("explanation", card.explanation.is_some())];
            let named = named.into_iter().chain([
                ("missing_marks", card.missing_marks.is_some()),
                ("transfer", !card.transfer.is_empty()),
            ]);
            let lacking: Vec<&str> = named.filter(|(_, is_there)| !is_there).map(|(name, _)| name).collect();
            assert!(lacking.is_empty(), "{}: no {}", path.display(), lacking.join(", "));
        }
        // The numbers of a null are of single precision: as values of JSON they have more digits than the text has.
        for value in [&mut again, &mut expected] {
            value.as_object_mut().expect("an object").remove("variant_null");
        }
        assert_eq!(again, expected, "{}", path.display());
        let null = ModelCard::from_json(&text).expect("a card").variant_null;
        assert!(null == card.variant_null, "{}", path.display());
        // Byte for byte but for the last digit of a number, which JSON may lose.
        let letters = |text: &str| text.replace(|letter: char| "0123456789.-e".contains(letter), "");
        assert_eq!(letters(&text), letters(read), "{}", path.display());
        cards += 1;
    }
    assert!(cards > 30, "{cards}");
}

/// Brier score and calibration error on the test genes of a model's own cell type, as its card has them.
fn probabilities(path: &Path) -> [f64; 2] {
    let bytes = fs::read(path).expect("a shipped model");
    let card = WeightFile::read_card("shipped", &bytes).expect("a card");
    let own = card.cell_type.as_ref().map(|cell| cell.name.clone());
    let own = card.transfer.iter().find(|one| Some(&one.cell_type) == own.as_ref());
    let own = own.expect("the figures on the model's own cell type");
    [own.brier, own.calibration_error]
}

/// The rows of the table of the results that has each shipped model's probabilities before and after: the model, its
/// figures, none where no ensemble ships, and whether it is in bold.
fn before_and_after() -> Vec<(String, Vec<Option<f64>>, bool)> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/results.md")).expect("the results");
    let (_, table) = text
        .split_once("\n**Probabilities before and after.**")
        .expect("the section");
    let rows = table.lines().skip_while(|line| !line.starts_with("|--")).skip(1);
    let rows = rows.take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let mut cells = row.trim_matches('|').split('|').map(str::trim);
        let name = cells.next().expect("a name");
        let figures = cells.map(|cell| cell.parse().ok()).collect();
        (
            name.trim_matches(['*', '`']).to_owned(),
            figures,
            name.starts_with("**"),
        )
    })
    .collect()
}

#[test]
fn no_shipped_model_is_worse_than_before_but_those_that_the_results_name() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let rows = before_and_after();
    assert_eq!(rows.len(), 14);
    let is_near = |found: f64, said: Option<f64>| said.is_some_and(|said| (found - said).abs() < 6e-4);
    let (mut alone, mut worse) = (Vec::new(), Vec::new());
    for (name, said, in_bold) in &rows {
        let [brier, error] = probabilities(&models.join(format!("{name}.safetensors")));
        assert!(
            is_near(brier, said[2]) && is_near(error, said[3]),
            "{name}: {brier} {error}, {said:?}"
        );
        let ensemble = models.join(format!("{name}-ensemble.safetensors"));
        assert_eq!(ensemble.exists(), said[4].is_some(), "{name}");
        let mut ships = brier;
        if ensemble.exists() {
            let [brier, error] = probabilities(&ensemble);
            assert!(
                is_near(brier, said[4]) && is_near(error, said[5]),
                "{name}: {brier} {error}, {said:?}"
            );
            ships = ships.min(brier);
        }
        let before = said[0].expect("a figure of before") + 6e-4;
        alone.extend((brier > before).then_some(name.as_str()));
        let is_worse = ships > before;
        assert_eq!(is_worse, *in_bold, "{name}: {ships}, {said:?}");
        worse.extend(is_worse.then_some(name.as_str()));
    }
    assert_eq!(
        worse,
        [
            "cnn-alpha-beta-k562",
            "deep-chrome-k562",
            "lstm-attn-k562",
            "lstm-attn-h1"
        ]
    );
}

#[test]
fn five_seeds_are_at_most_five_times_the_76_kb_that_one_was_asked_to_be() {
    for cell in ["k562", "h1"] {
        let file = format!("models/attentive-chrome-{cell}-ensemble.safetensors");
        let bytes = fs::metadata(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file))
            .expect("it ships")
            .len();
        assert!(bytes <= 5 * 76_000, "{file}: {bytes} bytes");
    }
}
