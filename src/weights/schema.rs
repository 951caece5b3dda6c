//! JSON Schemas of the model card and other types.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::ModelCard;

/// The schema of the cards that this version writes. Descriptions are the fields' comments.
pub fn schema() -> Value {
    schema_of::<ModelCard>()
}

/// The schema of a type as serde writes it. Descriptions are the comments.
pub(crate) fn schema_of<T: JsonSchema>() -> Value {
    made::<T>(SchemaSettings::draft2020_12().for_serialize())
}

/// The schema of a type as serde reads it: options are optional.
#[cfg(feature = "page")]
pub(crate) fn schema_of_read<T: JsonSchema>() -> Value {
    made::<T>(SchemaSettings::draft2020_12().for_deserialize())
}

fn made<T: JsonSchema>(settings: SchemaSettings) -> Value {
    let settings = settings.with_transform(RecursiveTransform(without_rust));
    settings.into_generator().into_root_schema_for::<T>().into()
}

/// Removes details of Rust: the width of numbers, defaults of older cards, links in comments, and line breaks.
fn without_rust(schema: &mut Schema) {
    schema.remove("format");
    schema.remove("default");
    if let Some(Value::String(description)) = schema.get_mut("description") {
        let paragraphs = description.split("\n\n").map(|lines| lines.replace('\n', " "));
        let text = paragraphs.collect::<Vec<_>>().join("\n\n");
        *description = text.replace("[`", "`").replace("`]", "`");
    }
}
