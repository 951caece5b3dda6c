//! `models/card.schema.json` and the cards agree.

use std::path::PathBuf;

use regulens::weights::WeightFile;
use serde_json::{Value, json};

use crate::weights::cards;

fn models() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("models")
}

fn schema() -> Value {
    let text = std::fs::read_to_string(models().join("card.schema.json")).expect("the schema");
    serde_json::from_str(&text).expect("JSON")
}

/// Returns true if a value is of a type of JSON Schema.
fn is_of(name: &Value, value: &Value) -> bool {
    match name.as_str().expect("the name of a type") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        "null" => value.is_null(),
        other => panic!("the type {other} is not checked"),
    }
}

/// Where `value` does not fit `schema`, a part of `root`. Knows the keywords that the card's schema uses, and panics at
/// any other, so that the schema cannot say what is not checked.
fn misfits(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut expect = |holds: bool, what: &Value, keyword: &str| {
        if !holds {
            found.push(format!("{at}: {value} against {keyword} {what}"));
        }
    };
    let mut inner = Vec::new();
    for (keyword, what) in schema.as_object().expect("a schema is an object") {
        let holds = match keyword.as_str() {
            "$schema" | "title" | "description" | "$defs" => true,
            // Fields that this version does not know are kept.
            "additionalProperties" => what == true,
            "oneOf" | "anyOf" => {
                let fits = |schema: &&Value| misfits(root, schema, value, at).is_empty();
                let fitting = what.as_array().expect("a list").iter().filter(fits).count();
                fitting == 1 || (fitting > 1 && keyword == "anyOf")
            }
            "$ref" => {
                let pointer = what
                    .as_str()
                    .and_then(|path| path.strip_prefix('#'))
                    .expect("a local reference");
                inner.extend(misfits(root, root.pointer(pointer).expect("a definition"), value, at));
                true
            }
            "type" => match what {
                Value::Array(types) => types.iter().any(|one| is_of(one, value)),
                one => is_of(one, value),
            },
            "const" => value == what,
            "enum" => what.as_array().expect("a list").contains(value),
            "minimum" => value.as_f64() >= what.as_f64(),
            "maximum" => value.as_f64() <= what.as_f64(),
            "minLength" => value.as_str().map(str::len) >= what.as_u64().map(|length| length as usize),
            "minItems" => value.as_array().map(Vec::len) >= what.as_u64().map(|length| length as usize),
            "maxItems" => value.as_array().map(Vec::len) <= what.as_u64().map(|length| length as usize),
            "uniqueItems" => {
                let items = value.as_array().expect("a list");
                (0..items.len()).all(|index| !items[..index].contains(&items[index]))
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    inner.extend(misfits(root, what, item, &format!("{at}/{index}")));
                }
                true
            }
            "required" => {
                let names = what.as_array().expect("a list").iter();
                names
                    .map(|name| name.as_str().expect("a name"))
                    .all(|name| value.get(name).is_some())
            }
            "properties" => {
                for (name, property) in what.as_object().expect("an object") {
                    if let Some(value) = value.get(name) {
                        inner.extend(misfits(root, property, value, &format!("{at}/{name}")));
                    }
                }
                true
            }
            other => panic!("the keyword {other} is not checked"),
        };
        expect(holds, what, keyword);
    }
    found.extend(inner);
    found
}

#[track_caller]
fn assert_fits(card: &Value) {
    let schema = schema();
    let misfits = misfits(&schema, &schema, card, "");
    assert!(misfits.is_empty(), "{misfits:#?}");
}

/// The names that a schema knows and those that a value has, with the paths to them.
fn names(root: &Value, schema: &Value, value: &Value, at: &str, differ: &mut Vec<String>) {
    if let Some(path) = schema.get("$ref").and_then(Value::as_str) {
        let definition = root.pointer(&path[1..]).expect("a definition");
        return names(root, definition, value, at, differ);
    }
    if let Some(either) = schema.get("anyOf").and_then(Value::as_array) {
        let fits = |schema: &&Value| misfits(root, schema, value, at).is_empty();
        let fitting = either.iter().find(fits).expect("the value fits");
        return names(root, fitting, value, at, differ);
    }
    if let (Some(items), Some(first)) = (schema.get("items"), value.get(0)) {
        return names(root, items, first, &format!("{at}/0"), differ);
    }
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return;
    };
    let fields = value.as_object().expect("an object");
    for name in properties.keys().chain(fields.keys()) {
        match (properties.get(name), fields.get(name)) {
            (Some(property), Some(field)) => names(root, property, field, &format!("{at}/{name}"), differ),
            (known, _) => differ.push(format!(
                "{at}/{name} is only in the {}",
                if known.is_some() { "schema" } else { "card" }
            )),
        }
    }
}

#[cfg(feature = "schema")]
#[test]
fn the_schema_is_the_one_that_the_types_give() {
    assert!(
        schema() == regulens::weights::schema(),
        "a field or a comment of the card has changed: regulens inspect --schema > models/card.schema.json"
    );
}

#[test]
fn the_schema_describes_a_card_with_every_field() {
    assert_fits(&serde_json::to_value(cards::full()).expect("JSON"));
}

#[test]
fn the_schema_describes_a_card_with_no_optional_field() {
    assert_fits(&serde_json::to_value(cards::small(4, 2).0).expect("JSON"));
}

/// Fields that tasks share and not all have.
const EXCEPT: [&str; 5] = [
    "/metrics/ceilings is only in the schema",
    "/metrics/baselines/0/n is only in the schema",
    "/level_metrics/ceilings is only in the schema",
    "/change_metrics/ceilings is only in the schema",
    "/change_metrics/seeds/0/validation_loss is only in the schema",
];

#[test]
fn the_schema_and_the_card_have_the_same_fields() {
    let schema = schema();
    let mut differ = Vec::new();
    names(
        &schema,
        &schema,
        &serde_json::to_value(cards::full()).expect("JSON"),
        "",
        &mut differ,
    );
    differ.retain(|one| !EXCEPT.contains(&one.as_str()));
    assert!(differ.is_empty(), "{differ:#?}");
}

#[test]
fn the_schema_refuses_what_is_no_card() {
    let schema = schema();
    let card = serde_json::to_value(cards::full()).expect("JSON");
    let changes = [
        ("/format_version", json!(3)),
        ("/task", json!("motifs")),
        ("/family", json!("transformer")),
        ("/marks", json!(["H3K4me3", "H3K4me3"])),
        ("/marks/0", json!("")),
        ("/bins", json!(0)),
        ("/dtype", json!("i4")),
        ("/metrics/test/auroc", json!(94.9)),
        ("/transform/kind", json!("sqrt")),
        ("/training/seed", json!("one")),
    ];
    for (path, value) in changes {
        let mut changed = card.clone();
        *changed.pointer_mut(path).expect("a field") = value;
        assert!(!misfits(&schema, &schema, &changed, "").is_empty(), "{path} passed");
    }
}

#[test]
fn the_cards_of_shipped_models_fit_the_schema() {
    for entry in std::fs::read_dir(models()).expect("the folder of models") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "safetensors") {
            let bytes = std::fs::read(&path).expect("a file");
            let model = WeightFile::read(&path.display().to_string(), &bytes).expect("a model");
            assert_fits(&serde_json::to_value(model.card).expect("JSON"));
        }
    }
}
