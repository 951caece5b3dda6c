//! Cards of earlier and later versions, and cards that make no sense.

use regulens::task::Task;
use regulens::weights::card::{ModelCard, Transform, TransformKind, Window};
use regulens::weights::{Dtype, Problem};
use serde_json::json;

use crate::weights::cards;

#[test]
fn a_card_with_only_what_must_be_there_is_read() {
    let text = r#"{"family":"attentive-chrome","variant":"lstm-alpha-beta","marks":["H3K4me3"],"bins":200}"#;
    let card = ModelCard::from_json(text).expect("a card");
    assert_eq!(card.format_version, 1);
    assert_eq!(card.bin_size, 100);
    assert_eq!(
        card.window,
        Window {
            anchor: "TSS".to_owned(),
            upstream: 10_000,
            downstream: 10_000
        }
    );
    assert_eq!(card.strand, "genomic");
    assert_eq!(card.transform.kind, TransformKind::None);
    assert_eq!(card.dtype, Dtype::F16);
}

#[test]
fn a_later_version_asks_for_an_update_before_anything_else() {
    // The rest means something else in that version.
    let problem = ModelCard::from_json(r#"{"format_version":3,"marks":{"list":[]}}"#).expect_err("too new");
    assert_eq!(problem, Problem::CardTooNew { found: 3, known: 2 });
    assert_eq!(problem.code(), "card-too-new");
}

#[test]
fn a_card_that_does_not_say_its_task_has_that_of_its_family() {
    for (family, task) in [
        ("attentive-chrome", Task::OnOff),
        ("deep-diff", Task::Change),
        ("basenji", Task::Tracks),
    ] {
        let mut card = json!({"family": family, "variant": "any", "marks": ["H3K4me3"], "bins": 200});
        if task == Task::Tracks {
            card["marks"] = json!([]);
            card["sequence"] = json!({"length": 1024, "buffer": 0});
            card["tracks"] = json!([{"name": "ATAC"}]);
        }
        let read = ModelCard::from_json(&card.to_string()).expect("a card");
        assert_eq!(read.task, task);
        // Written again, it says so itself.
        card["task"] = json!(task.id());
        assert!(read.to_json().expect("JSON").contains(&format!(r#""task":"{task}""#)));
        assert_eq!(ModelCard::from_json(&card.to_string()).expect("a card"), read);
    }
}

#[test]
fn an_unknown_task_is_named_with_the_version_that_wrote_it() {
    let mut card = serde_json::to_value(cards::full()).expect("JSON");
    card["task"] = json!("motifs");
    card["family"] = json!("motif-chrome");
    let problem = ModelCard::from_json(&card.to_string()).expect_err("no card");
    assert_eq!(problem.code(), "unknown-task");
    assert_eq!(
        problem.to_string(),
        "found a model of the task `motifs` (card of format version 2, by regulens 0.1.0); expected on-off, change, \
            tracks, level"
    );
    assert_eq!(problem.remedy(), "Choose another model, or update Regulens.");
    card["training"] = json!(null);
    let problem = ModelCard::from_json(&card.to_string()).expect_err("no card");
    assert!(problem.to_string().contains("(card of format version 2);"), "{problem}");
}

#[test]
fn a_task_that_is_not_the_family_s_is_refused() {
    let mut card = serde_json::to_value(cards::full()).expect("JSON");
    card["task"] = json!("tracks");
    let problem = ModelCard::from_json(&card.to_string()).expect_err("no card");
    assert_eq!(problem.code(), "another-task");
    assert_eq!(
        problem.to_string(),
        "found the task `tracks` in a card of the family `attentive-chrome` (card of format version 2, by regulens \
         0.1.0); expected `on-off`"
    );
}

#[test]
fn a_family_that_does_two_tasks_has_that_of_the_card() {
    let mut card = serde_json::to_value(cards::full()).expect("JSON");
    card["task"] = json!("level");
    let read = ModelCard::from_json(&card.to_string()).expect("a card");
    assert_eq!((read.task, read.conditions()), (Task::Level, 1));
    card["family"] = json!("deep-diff");
    let problem = ModelCard::from_json(&card.to_string()).expect_err("no card");
    assert_eq!(problem.code(), "another-task");
}

#[test]
fn fields_of_another_version_are_kept() {
    let mut card = serde_json::to_value(cards::full()).expect("JSON");
    card["licence"] = json!("MIT");
    let card = ModelCard::from_json(&card.to_string()).expect("a card");
    assert_eq!(card.extra["licence"], "MIT");
    assert!(card.to_json().expect("JSON").contains(r#""licence":"MIT""#));
}

#[test]
fn a_card_survives_being_written() {
    let card = cards::full();
    assert_eq!(
        ModelCard::from_json(&card.to_json().expect("JSON")).expect("a card"),
        card
    );
}

#[test]
fn a_card_that_makes_no_sense_says_where() {
    let full = serde_json::to_value(cards::full()).expect("JSON");
    let cases = [
        ("/marks", json!([]), "no marks"),
        ("/marks", json!(["a", "b", "a"]), "the mark a twice"),
        ("/marks", json!(["a", " "]), "no name for mark 2"),
        ("/bins", json!(0), "0 bins"),
        ("/bins", json!(4_000_000_000_u32), "4000000000 bins"),
        ("/bins", json!("many"), "expected usize at line 1"),
        ("/bins", json!(-1), "after `"),
        ("/bin_size", json!(0), "a bin_size of 0"),
        ("/transform/scale", json!([1.0]), "1 factors in transform.scale"),
        ("/missing_marks/scores", json!([0.9]), "1 scores and 2 changed_calls"),
        ("/transfer/0/brier", json!(1.5), "expected shares from 0 to 1"),
        ("/transfer/0/called_on", json!(201), "no more genes on than there are"),
        ("/transform/kind", json!("sqrt"), "expected `none` or `log1p`"),
        ("/dtype", json!("i4"), "expected one of `f16`, `f32`, `i8`"),
    ];
    for (path, value, words) in cases {
        let mut card = full.clone();
        *card.pointer_mut(path).expect("a field") = value.clone();
        let problem = ModelCard::from_json(&card.to_string()).expect_err("no card");
        assert_eq!(problem.code(), "card");
        assert!(problem.to_string().contains(words), "{path} {value}: {problem}");
    }
}

#[test]
fn numbers_that_json_cannot_hold_are_not_written() {
    let mut card = cards::full();
    card.input_distribution[0].mean = f64::NAN;
    assert_eq!(card.to_json().expect_err("no JSON").code(), "card");
}

#[test]
fn the_transform_is_the_function_and_then_the_factor_of_each_mark() {
    let mut values = [0.0, 1.0, std::f32::consts::E - 1.0, 3.0];
    let transform = Transform {
        kind: TransformKind::Log1p,
        scale: Some(vec![10.0, 1.0]),
    };
    transform.apply(&mut values);
    let expected = [0.0, std::f32::consts::LN_2, 10.0, 2.0 * std::f32::consts::LN_2];
    for (value, expected) in values.iter().zip(expected) {
        assert!((value - expected).abs() < 1e-6, "{values:?}");
    }
}

#[test]
fn no_transform_changes_nothing() {
    let mut values = [0.0, 7.5];
    Transform::default().apply(&mut values);
    assert_eq!(values, [0.0, 7.5]);
}
