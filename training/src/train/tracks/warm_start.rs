//! Initialisation from another model's weights, as the report initialises its attention models from the published
//! Basenji.

use regulens::nn::NamedTensors;

/// Tensors that were copied, and those that were not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WarmStart {
    /// Tensors copied from the other model.
    pub taken: Vec<String>,
    /// Tensors that keep their random initialisation, with the reason.
    pub drawn: Vec<(String, &'static str)>,
    /// Tensors of the other model that this model does not have.
    pub left: Vec<String>,
}

/// Copies into `weights` every tensor of `other` with the same name and shape.
pub fn take(weights: &mut NamedTensors, other: &NamedTensors) -> WarmStart {
    let mut taken = WarmStart::default();
    for (name, tensor) in weights.iter_mut() {
        match other.get(name) {
            None => taken.drawn.push((name.clone(), "the other model has none")),
            Some(found) if found.shape != tensor.shape => {
                taken.drawn.push((name.clone(), "the other model's is of another size"));
            }
            Some(found) => {
                tensor.values.clone_from(&found.values);
                taken.taken.push(name.clone());
            }
        }
    }
    let of_no_use = other.keys().filter(|name| !weights.contains_key(*name));
    taken.left = of_no_use.cloned().collect();
    taken
}

impl WarmStart {
    /// A summary by layer.
    pub fn text(&self) -> String {
        let mut text = format!("took {}", layers(&self.taken));
        if !self.drawn.is_empty() {
            let names: Vec<String> = self.drawn.iter().map(|(name, _)| name.clone()).collect();
            text += &format!("; drawn anew: {}", layers(&names));
        }
        if !self.left.is_empty() {
            text += &format!("; not used: {}", layers(&self.left));
        }
        text
    }
}

/// Names of the layers of tensors, without repeats, in the order of their numbers.
fn layers(names: &[String]) -> String {
    let mut layers: Vec<&str> = Vec::new();
    for name in names {
        let layer = match name.strip_prefix("final/") {
            Some(_) => "final/dense",
            None => name.split('/').next().unwrap_or(name),
        };
        if !layers.contains(&layer) {
            layers.push(layer);
        }
    }
    // cnn2 before cnn10.
    layers.sort_by_key(|layer| (layer.trim_end_matches(char::is_numeric), layer.len()));
    if layers.is_empty() {
        "nothing".to_owned()
    } else {
        layers.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use regulens::weights::Tensor;

    use super::*;

    fn tensors(named: &[(&str, usize, f32)]) -> NamedTensors {
        let tensor = |size, value| Tensor::new([size], vec![value; size]);
        named
            .iter()
            .map(|&(name, size, value)| (name.to_owned(), tensor(size, value)))
            .collect()
    }

    #[test]
    fn what_has_the_same_name_and_size_is_taken_and_the_rest_is_said() {
        let mut weights = tensors(&[
            ("cnn0/conv1d/kernel", 2, 0.0),
            ("cnn10/conv1d/kernel", 2, 0.0),
            ("cnn2/conv1d/kernel", 2, 0.0),
            ("cnn_final6/conv1d/kernel", 2, 0.0),
            ("final/dense/bias", 3, 0.0),
        ]);
        let other = tensors(&[
            ("cnn0/conv1d/kernel", 2, 1.0),
            ("cnn10/conv1d/kernel", 2, 1.0),
            ("cnn2/conv1d/kernel", 2, 1.0),
            ("cnn12/conv1d/kernel", 2, 1.0),
            ("final/dense/bias", 4, 1.0),
        ]);
        let taken = take(&mut weights, &other);
        assert_eq!(weights["cnn0/conv1d/kernel"].values, [1.0, 1.0]);
        assert_eq!(weights["final/dense/bias"].values, [0.0; 3]);
        assert_eq!(taken.left, ["cnn12/conv1d/kernel"]);
        assert_eq!(
            taken.text(),
            "took cnn0, cnn2, cnn10; drawn anew: cnn_final6, final/dense; not used: cnn12"
        );
    }
}
