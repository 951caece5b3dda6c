//! Plain JavaScript objects: by [`object`] field by field where one has typed arrays, and in all of the engine `files`,
//! which serde's serializer would make 5 kB larger.

#[cfg(any(feature = "flex", feature = "wgpu"))]
use js_sys::Float32Array;
use js_sys::{Object, Reflect};
#[cfg(any(feature = "flex", feature = "wgpu"))]
use serde::Serialize;
use wasm_bindgen::JsValue;

/// An object of these fields.
pub fn object<const N: usize>(fields: [(&str, JsValue); N]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        set(&object, name, &value);
    }
    object.into()
}

/// Sets one field of a plain object, which cannot fail.
pub fn set(object: &JsValue, name: &str, value: &JsValue) {
    Reflect::set(object, &name.into(), value).expect("a plain object takes any field");
}

/// A `Float32Array` of these values.
#[cfg(any(feature = "flex", feature = "wgpu"))]
pub fn floats(values: &[f32]) -> JsValue {
    Float32Array::from(values).into()
}

#[cfg(any(feature = "flex", feature = "wgpu"))]
/// The object that `JSON.parse` would give for a value.
pub fn plain<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).map_err(JsValue::from)
}
