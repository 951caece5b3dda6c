//! Layers that several models share, each with its equations.

mod attention;
mod attentive_bilstm;
mod bilstm;
mod convolution;
mod linear;

pub use attention::Attention;
pub use attentive_bilstm::AttentiveBiLstm;
pub use bilstm::BiLstm;
pub use convolution::Convolution;
pub use linear::Linear;

use std::collections::BTreeMap;

use burn::module::Param;
use burn::tensor::{Device, Tensor};

#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
use crate::weights::Weights;
use crate::weights::architecture::layers::Layer;
use crate::{kernel, weights};

/// Weights by their published names, as a model file holds them.
pub type NamedTensors = BTreeMap<String, weights::Tensor>;

/// The values of part `part` of each of several layers, one after the other.
pub(crate) fn gathered(tensors: &NamedTensors, layers: &[impl Layer], part: usize) -> Vec<f32> {
    layers
        .iter()
        .flat_map(|layer| named(tensors, &layer.tensors()[part].0).iter().copied())
        .collect()
}

/// Puts the values of part `part` of each of several layers under their names: the inverse of [`gathered`].
pub(crate) fn scattered(tensors: &mut NamedTensors, layers: &[impl Layer], part: usize, values: Vec<f32>) {
    let mut rest = values.as_slice();
    for layer in layers {
        let (name, shape) = layer.tensors().swap_remove(part);
        let (own, after) = rest.split_at(shape.iter().product());
        tensors.insert(name, weights::Tensor::new(shape, own.to_vec()));
        rest = after;
    }
}

/// A parameter on `device` from row-major values.
pub(crate) fn parameter<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Param<Tensor<D>> {
    Param::from_tensor(kernel::tensor(values, shape, device))
}

/// A parameter's row-major values, read back from its device.
pub(crate) fn values<const D: usize>(parameter: &Param<Tensor<D>>) -> Vec<f32> {
    read_back(parameter.val())
}

/// A tensor's row-major values, read back from its device.
pub(crate) fn read_back<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    kernel::read_at_once(tensor)
}

/// The values named `name`; a weight file's names and shapes are checked when it is read.
pub(crate) fn named<'a>(tensors: &'a NamedTensors, name: &str) -> &'a [f32] {
    &tensors
        .get(name)
        .unwrap_or_else(|| panic!("no tensor named {name}"))
        .values
}

/// Takes the values of a layer's tensors out of `weights`, so that memory never holds all of them twice while a model
/// is placed.
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
pub(crate) fn taken<const N: usize>(weights: &mut dyn Weights, layer: &impl Layer) -> [Vec<f32>; N] {
    let names = layer.tensors().into_iter();
    let values: Vec<Vec<f32>> = names.map(|(name, _)| weights.take(&name)).collect();
    values.try_into().expect("as many tensors as the layer has")
}
