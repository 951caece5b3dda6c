//! The cards of shipped models: they are read and written alike, and have what pages say of every model.

use std::fs;
use std::path::Path;

use regulens::task::Task;
use regulens::weights::ModelCard;
use regulens::weights::card::KEY;
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
