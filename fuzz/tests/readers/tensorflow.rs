//! TensorFlow's bundles, as the reader's own tests make them.

#[path = "../../../tests/files/import/tensorflow/made.rs"]
pub mod made;

/// A bundle that `made` writes.
pub struct Bundle {
    pub index: Vec<u8>,
    #[allow(dead_code, reason = "of use to other tests")]
    pub data: Vec<u8>,
}
