//! Objects and lists for JavaScript, all created by `serde-wasm-bindgen`. They contain typed arrays and lists of
//! objects as [`Js`]: a `Vec` of each type would add its own code for collecting and iterating.

use serde::{Serialize, Serializer};
use wasm_bindgen::{JsValue, UnwrapThrowExt};

/// A JavaScript value, such as a typed array, which is put into an object unchanged.
pub struct Js(pub JsValue);

impl Js {
    /// A `Float32Array` of these values.
    #[cfg(any(feature = "flex", feature = "wgpu"))]
    pub fn floats(values: &[f32]) -> Self {
        Self(js_sys::Float32Array::from(values).into())
    }

    /// A `Uint8Array` of these values.
    #[cfg(any(
        feature = "attribution",
        feature = "import",
        feature = "prepare",
        all(feature = "flex", feature = "sequences")
    ))]
    pub fn bytes(values: &[u8]) -> Self {
        Self(js_sys::Uint8Array::from(values).into())
    }

    /// A list of these values.
    #[cfg(any(
        feature = "attribution",
        feature = "import",
        feature = "sequences",
        feature = "prepare"
    ))]
    pub fn list<T: Serialize>(values: impl Iterator<Item = T>) -> Self {
        Self(values.map(|value| to_js(&value)).collect::<js_sys::Array>().into())
    }
}

impl Serialize for Js {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_wasm_bindgen::preserve::serialize(&self.0, serializer)
    }
}

/// A plain object from a struct or a map, a list from a slice; missing values are undefined. Throws for an integer
/// beyond 2^53, which no count reaches; numbers of files that may be as large are sent as `f64`.
pub fn to_js<T: Serialize>(value: &T) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
    value.serialize(&serializer).unwrap_throw()
}

/// The object that `JSON.parse` would return for a value: missing values are null.
pub fn plain<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).map_err(JsValue::from)
}
