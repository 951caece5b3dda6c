//! JSON Schema of the plain objects that engines pass to JavaScript, from their Rust types.

use schemars::JsonSchema;
use serde_json::Value;

use super::{TrackShape, Understanding};
use crate::interpret::motifs::{MotifChange, Named, Pattern, Seqlet};
use crate::interpret::variants::ScoreRow;
use crate::sequence::motifs::Motif;
use crate::weights::architecture::Description;
#[cfg(feature = "import")]
use crate::weights::import::Fit;
use crate::weights::schema_of;

/// The schema, with a definition for each object. Objects with typed arrays are missing: JSON has none.
pub fn schema() -> Value {
    schema_of::<EngineObjects>()
}

/// One of each.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "nothing is made of it but the schema")]
struct EngineObjects {
    description: Description,
    understanding: Understanding,
    shape: TrackShape,
    score: ScoreRow,
    motif: Motif,
    change: MotifChange,
    seqlet: Seqlet,
    named: Named,
    pattern: Pattern,
    #[cfg(feature = "import")]
    fit: Fit,
}
