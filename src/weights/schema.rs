//! JSON Schemas of the model card and other types.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator};
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

/// The schema of a type, with another type among its definitions.
#[cfg(all(feature = "page", feature = "prepare"))]
pub(crate) fn schema_of_both<T: JsonSchema, Other: JsonSchema>() -> Value {
    let mut generator = generator(SchemaSettings::draft2020_12().for_serialize());
    generator.subschema_for::<Other>();
    generator.into_root_schema_for::<T>().into()
}

/// The schema of a type as serde reads it: options are optional.
#[cfg(feature = "page")]
pub(crate) fn schema_of_read<T: JsonSchema>() -> Value {
    made::<T>(SchemaSettings::draft2020_12().for_deserialize())
}

fn made<T: JsonSchema>(settings: SchemaSettings) -> Value {
    generator(settings).into_root_schema_for::<T>().into()
}

fn generator(settings: SchemaSettings) -> SchemaGenerator {
    settings
        .with_transform(RecursiveTransform(without_rust))
        .into_generator()
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
