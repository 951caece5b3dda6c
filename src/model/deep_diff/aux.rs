use burn::module::Module;
use burn::tensor::Device;

use super::{Architecture, Cells, Inputs, Output};
use crate::nn::{Linear, NamedTensors};

/// Aux and Aux+Siamese, 113,475 and 68,355 parameters at the published sizes:
///
/// ```text
/// v_A, v_B, y_A, y_B of Cells
/// y = w·ReLU(W [v_A | v_B] + c) + b
/// ```
#[derive(Module, Debug)]
pub struct Aux {
    cells: Cells,
    hidden: Linear,
    classifier: Linear,
}

impl Aux {
    pub(super) fn load(architecture: Architecture, tensors: &NamedTensors, device: &Device) -> Self {
        let size = architecture.sizes().embedding();
        Self {
            cells: Cells::load(architecture, tensors, device),
            hidden: Linear::load(tensors, "predictor_1", 2 * size, size, device),
            classifier: Linear::load(tensors, "predictor_", size, 1, device),
        }
    }

    pub(super) fn store(&self, architecture: Architecture, tensors: &mut NamedTensors) {
        self.cells.store(architecture, tensors);
        self.hidden.store("predictor_1", tensors);
        self.classifier.store("predictor_", tensors);
    }

    pub(super) fn place(&mut self) {
        self.cells.place();
    }

    pub(super) fn forward(&self, inputs: Inputs) -> Output {
        let encoded = self.cells.forward(inputs.cells.expect("an aux variant has cell types"));
        let [genes, cells, size] = encoded.vectors.dims();
        let vectors = encoded.vectors.reshape([genes, cells * size]);
        let hidden = self.hidden.forward_rectified(vectors);
        Output {
            fold_change: self.classifier.forward(hidden),
            expression: Some(encoded.expression),
            alpha: encoded.alpha,
            beta: encoded.beta,
            auxiliary: None,
            embeddings: Some(encoded.embeddings),
        }
    }
}
