use burn::module::Module;
use burn::tensor::Device;
#[cfg(feature = "attribution")]
use burn::tensor::Tensor;

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
        let [hidden, classifier] = architecture.sizes().aux_head();
        Self {
            cells: Cells::load(architecture, tensors, device),
            hidden: Linear::load(tensors, hidden, device),
            classifier: Linear::load(tensors, classifier, device),
        }
    }

    pub(super) fn store(&self, tensors: &mut NamedTensors) {
        self.cells.store(tensors);
        self.hidden.store(tensors);
        self.classifier.store(tensors);
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

    /// The fold change [N, 1], and the gradient of the cell types' separate inputs, in the shapes of `inputs`, from the
    /// gradient of the fold change.
    #[cfg(feature = "attribution")]
    pub(super) fn input_gradient(&self, inputs: Inputs, slopes: Tensor<2>) -> (Tensor<2>, Tensor<3>) {
        let x = inputs.cells.expect("an aux variant has cell types");
        let encoded = self.cells.forward(x.clone());
        let [genes, cells, size] = encoded.vectors.dims();
        let hidden = self
            .hidden
            .forward_rectified(encoded.vectors.clone().reshape([genes, cells * size]));
        let fold_change = self.classifier.forward(hidden.clone());
        let of_hidden = self.classifier.input_gradient(slopes);
        let vectors = self.hidden.rectified_input_gradient(hidden, of_hidden);
        let embeddings = self
            .cells
            .embedding_gradient(&encoded, vectors.reshape([genes, cells, size]));
        (fold_change, self.cells.input_gradient(x, embeddings))
    }
}
