//! TensorFlow's checkpoints: real ones, made ones, and damaged copies of both.

mod damaged;
mod made;
mod names;
mod real;
mod refused;

use std::io;

use regulens::weights::WeightsError;
use regulens::weights::tensorflow::{self, Checkpoint};

/// A bundle with one file of data.
#[derive(Clone)]
pub struct Bundle {
    pub index: Vec<u8>,
    pub data: Vec<u8>,
}

impl Bundle {
    pub fn read(&self) -> Result<Checkpoint, WeightsError> {
        tensorflow::read("model.tf", &self.index, |name| match name {
            "model.tf.data-00000-of-00001" => Ok(self.data.clone()),
            _ => Err(io::ErrorKind::NotFound.into()),
        })
    }

    #[track_caller]
    pub fn assert_refused(&self, code: &str, words: &[&str]) {
        let error = self.read().expect_err("no checkpoint");
        assert_eq!(error.code(), code, "{error}");
        for word in words {
            assert!(error.to_string().contains(word), "`{word}` is not in: {error}");
        }
        assert!(error.to_string().ends_with(&error.remedy()));
    }
}
