//! Objects and lists as JavaScript sees them, all made by `serde-wasm-bindgen`. Typed arrays go into them as [`Js`],
//! and so do lists of objects: a `Vec` of each kind would bring its own code to collect and to walk it.

use serde::{Serialize, Serializer};
use wasm_bindgen::{JsValue, UnwrapThrowExt};

/// A value that JavaScript has already, such as a typed array: it goes into an object as it is.
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

/// A plain object of a struct or a map, a list of a slice; undefined stands for what is not there. It throws where an
/// integer is beyond 2^53, which nothing reaches that is counted; what files may state so large is sent as `f64`.
pub fn to_js<T: Serialize>(value: &T) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
    value.serialize(&serializer).unwrap_throw()
}

/// The object that `JSON.parse` would give for a value: null stands for what is not there.
pub fn plain<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).map_err(JsValue::from)
}
