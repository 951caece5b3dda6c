//! Variants that match the tensors of a foreign file.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::published;
use crate::task::Task;
use crate::weights::architecture::basenji::{Config, Context};
use crate::weights::architecture::{FAMILIES, Family, Named, Variant};
use crate::weights::{StateDict, Tensor};

/// A variant with tensors of the same names and shapes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fit {
    /// Its family.
    pub family: Named,
    /// The variant.
    pub variant: Named,
    /// Its task, unless its card says otherwise.
    pub task: Task,
    /// Number of marks; 0 for a sequence model.
    pub marks: usize,
    /// Settings that cannot be inferred from tensors, by the names of `regulens import --config`, with the published
    /// values; null if none was published.
    pub settings: Map<String, Value>,
}

/// The variants of all families with exactly these tensors, by names and shapes.
pub fn fits(state: &StateDict) -> Vec<Fit> {
    let shape = |tensor: &Tensor| Tensor {
        shape: tensor.shape.clone(),
        values: Vec::new(),
    };
    let shapes = StateDict {
        tensors: state
            .tensors
            .iter()
            .map(|(name, tensor)| (name.clone(), shape(tensor)))
            .collect(),
        ..StateDict::default()
    };
    let all = variants().filter_map(|(family, variant)| {
        let mut shapes = shapes.clone();
        family.rename_older(variant.variant, &mut shapes).ok()?;
        let layout = variant.layout(&shapes.tensors).ok()?;
        Some(described(family, variant, layout.marks(), &layout.named_sizes()))
    });
    all.collect()
}

/// All variants, with the published number of marks.
pub fn known() -> Vec<Fit> {
    let marks = published::MARKS.len();
    let all = variants().map(|(family, variant)| {
        let marks = if family.task().takes_sequences() { 0 } else { marks };
        described(family, variant, marks, &Map::new())
    });
    all.collect()
}

fn variants() -> impl Iterator<Item = (&'static dyn Family, &'static Variant)> {
    FAMILIES
        .iter()
        .flat_map(|&family| family.variants().iter().map(move |variant| (family, variant)))
}

/// Settings of the training alone.
const OF_TRAINING: [&str; 2] = ["batch_norm_momentum", "dropout"];

/// `told` are the sizes inferred from tensors.
fn described(family: &dyn Family, variant: &Variant, marks: usize, told: &Map<String, Value>) -> Fit {
    let settings = if family.task().takes_sequences() {
        let context = Context::of(variant.variant).expect("a variant of its family");
        let published = Config::published(context).hyperparameters().into_iter();
        published
            .filter(|(name, _)| !told.contains_key(name) && !OF_TRAINING.contains(&name.as_str()))
            .collect()
    } else {
        let names = (marks == published::MARKS.len()).then_some(published::MARKS);
        Map::from_iter([
            ("marks".to_owned(), json!(names)),
            ("bins".to_owned(), json!(published::BINS)),
        ])
    };
    Fit {
        family: Named {
            id: family.id(),
            title: family.title(),
        },
        variant: Named {
            id: variant.variant,
            title: variant.title,
        },
        task: family.task(),
        marks,
        settings,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::architecture;

    /// Tensors of the published sizes of a variant, without values.
    fn state_of(family: &str, variant: &str) -> StateDict {
        let mut card =
            crate::weights::ModelCard::new(family, variant, published::MARKS.map(str::to_owned).to_vec(), 100);
        if family == "basenji" {
            let config = Config::published(Context::of(variant).unwrap());
            card = crate::weights::ModelCard::of_sequences(&config, Vec::new());
        }
        let layout = architecture::family(family).unwrap().stated(&card).unwrap();
        let tensor = |shape| Tensor {
            shape,
            values: Vec::new(),
        };
        StateDict {
            tensors: layout
                .tensors()
                .into_iter()
                .map(|(name, shape)| (name, tensor(shape)))
                .collect(),
            ..StateDict::default()
        }
    }

    #[test]
    fn a_file_fits_the_variant_whose_tensors_it_has() {
        for family in FAMILIES {
            for variant in family.variants() {
                let found = fits(&state_of(family.id(), variant.variant));
                let names: Vec<&str> = found.iter().map(|fit| fit.variant.id).collect();
                assert!(names.contains(&variant.variant), "{}: {names:?}", variant.variant);
            }
        }
        assert_eq!(fits(&StateDict::default()), []);
    }

    #[test]
    fn settings_that_no_tensor_tells_have_their_published_values() {
        // DeepDiff's model of differences has the same tensors: the user says which it is.
        let [fit, twin] = &fits(&state_of("attentive-chrome", "lstm-alpha-beta"))[..] else {
            panic!("two variants have these tensors");
        };
        assert_eq!((twin.family.id, twin.variant.id), ("deep-diff", "raw-d"));
        assert_eq!((fit.marks, fit.task), (5, Task::OnOff));
        assert_eq!(fit.settings["marks"], json!(published::MARKS));
        let dna = fits(&state_of("basenji", "basenji"));
        let settings = &dna.iter().find(|fit| fit.variant.id == "basenji").unwrap().settings;
        assert!(
            settings.contains_key("length") && !settings.contains_key("filters"),
            "{settings:?}"
        );
    }
}
