//! Maps that are stored of models that ship: of each a safetensors file under the model's name, whose metadata list the
//! cases.

use std::fs;
use std::path::Path;

use safetensors::SafeTensors;
use serde::de::DeserializeOwned;

/// Stored results of one model.
pub struct Stored<Case> {
    /// The name of the model's file.
    pub name: String,
    /// The model's file.
    pub model: Vec<u8>,
    /// Cases of its maps.
    pub cases: Vec<Case>,
    bytes: Vec<u8>,
}

impl<Case: DeserializeOwned> Stored<Case> {
    /// Every model of which something is stored in a folder of `tests`.
    pub fn all(folder: &str) -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = fs::read_dir(root.join("tests").join(folder)).expect("stored maps");
        let mut paths: Vec<_> = files.map(|file| file.expect("an entry").path()).collect();
        paths.sort();
        let read = |path: &Path| {
            let name = path.file_name().expect("a file").to_str().expect("UTF-8");
            let bytes = fs::read(path).expect("readable");
            let (_, header) = SafeTensors::read_metadata(&bytes).expect("safetensors");
            let cases = &header.metadata().as_ref().expect("metadata")["cases"];
            Self {
                name: name.to_owned(),
                model: fs::read(root.join("models").join(name)).expect("a model that ships"),
                cases: serde_json::from_str(cases).expect("cases"),
                bytes,
            }
        };
        paths.iter().map(|path| read(path)).collect()
    }
}

impl<Case> Stored<Case> {
    /// The bytes of a tensor.
    pub fn data(&self, name: &str) -> Vec<u8> {
        let file = SafeTensors::deserialize(&self.bytes).expect("safetensors");
        file.tensor(name).expect(name).data().to_vec()
    }

    /// The numbers of a tensor.
    pub fn numbers(&self, name: &str) -> Vec<f64> {
        let file = SafeTensors::deserialize(&self.bytes).expect("safetensors");
        super::numbers(name, &file.tensor(name).expect(name))
    }
}
