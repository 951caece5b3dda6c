//! The model card and other types in the language of JSON Schema.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

use super::ModelCard;

/// The schema of the cards that this version writes. Descriptions are the fields' comments.
pub fn schema() -> Value {
    schema_of::<ModelCard>()
}

/// The schema of what serde writes of a type. Descriptions are the comments.
pub(crate) fn schema_of<T: JsonSchema>() -> Value {
    made::<T>(SchemaSettings::draft2020_12().for_serialize())
}

/// The same, with another type among its definitions.
#[cfg(all(feature = "page", feature = "prepare"))]
pub(crate) fn schema_of_both<T: JsonSchema, Other: JsonSchema>() -> Value {
    let mut generator = generator(SchemaSettings::draft2020_12().for_serialize());
    generator.subschema_for::<Other>();
    generator.into_root_schema_for::<T>().into()
}

/// The same of what it reads: optional fields are those of options.
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

/// Takes away what only Rust means: the width of numbers, what a field of an older card gets, links between comments,
/// and where a comment's lines end.
fn without_rust(schema: &mut Schema) {
    schema.remove("format");
    schema.remove("default");
    if let Some(Value::String(description)) = schema.get_mut("description") {
        let paragraphs = description.split("\n\n").map(|lines| lines.replace('\n', " "));
        let text = paragraphs.collect::<Vec<_>>().join("\n\n");
        *description = text.replace("[`", "`").replace("`]", "`");
    }
}
