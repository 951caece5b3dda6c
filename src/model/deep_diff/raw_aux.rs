use burn::module::Module;
use burn::tensor::Device;
#[cfg(feature = "attribution")]
use burn::tensor::Tensor;

use super::{Architecture, Cells, Inputs, Output};
use crate::kernel;
use crate::nn::{AttentiveBiLstm, Linear, NamedTensors};

/// Raw+Aux and Raw+Aux+Siamese, 257,283 and 212,163 parameters at the published sizes:
///
/// ```text
/// m^1 … m^3M of R, as in Raw        u_A, u_B, y_A, y_B of Cells
/// s = BiLSTM(m^1 … m^3M, u_A^1 … u_A^M, u_B^1 … u_B^M)          v, β = attention(s)
/// y = w·v + b
/// ```
#[derive(Module, Debug)]
pub struct RawAux {
    bins: AttentiveBiLstm,
    cells: Cells,
    marks: AttentiveBiLstm,
    classifier: Linear,
}

impl RawAux {
    pub(super) fn load(architecture: Architecture, tensors: &NamedTensors, device: &Device) -> Self {
        let (sizes, variant) = (architecture.sizes(), architecture.variant());
        Self {
            bins: AttentiveBiLstm::load(tensors, sizes.raw_encoders(variant), device),
            cells: Cells::load(architecture, tensors, device),
            marks: AttentiveBiLstm::load(tensors, vec![sizes.raw_level_2(variant)], device),
            classifier: Linear::load(tensors, sizes.joint_classifier(), device),
        }
    }

    pub(super) fn store(&self, tensors: &mut NamedTensors) {
        self.bins.store(tensors);
        self.cells.store(tensors);
        self.marks.store(tensors);
        self.classifier.store(tensors);
    }

    pub(super) fn place(&mut self) {
        self.bins.place();
        self.cells.place();
        self.marks.place();
    }

    pub(super) fn forward(&self, inputs: Inputs) -> Output {
        let raw = inputs.raw.expect("a raw variant has a raw part");
        let (embeddings, alpha) = self.bins.forward(raw.unsqueeze_dim(3)); // [N, T, 3M, 1] -> [N, 3M, 2H], [N, 3M, T]
        let encoded = self.cells.forward(inputs.cells.expect("an aux variant has cell types"));
        let joint = kernel::join(embeddings, encoded.embeddings.clone()); // [N, 5M, 2H]
        let (vector, beta) = self.marks.forward(joint.unsqueeze_dim(2)); // [N, 1, H], [N, 1, 5M]
        Output {
            fold_change: self.classifier.forward(vector.squeeze_dim(1)),
            expression: Some(encoded.expression),
            alpha,
            beta: beta.squeeze_dim(1),
            auxiliary: Some((encoded.alpha, encoded.beta)),
            embeddings: Some(encoded.embeddings),
        }
    }

    /// The fold change [N, 1], and the gradients of the raw part [N, T, 3M] and of the cell types' separate inputs, in
    /// the shapes of `inputs`, from the gradient of the fold change.
    #[cfg(feature = "attribution")]
    pub(super) fn input_gradient(&self, inputs: Inputs, slopes: Tensor<2>) -> (Tensor<2>, [Tensor<3>; 2]) {
        let raw = inputs.raw.expect("a raw variant has a raw part").unsqueeze_dim(3); // [N, T, 3M, 1]
        let cells = inputs.cells.expect("an aux variant has cell types");
        let (embeddings, _) = self.bins.forward(raw.clone());
        let encoded = self.cells.forward(cells.clone());
        let ([_, columns, _], [_, both, _]) = (embeddings.dims(), encoded.embeddings.dims());
        let joint = kernel::join(embeddings, encoded.embeddings);
        let vector = self.classifier.input_gradient(slopes).unsqueeze_dim(1); // [N, 1, H]
        let (vector, joint) = self.marks.input_gradient(joint.unsqueeze_dim(2), vector);
        let joint = joint.squeeze_dim(2); // [N, 5M, 2H]
        let of_raw = joint.clone().narrow(1, 0, columns);
        let of_cells = joint.narrow(1, columns, both);
        let (_, raw) = self.bins.input_gradient(raw, of_raw);
        let gradients = [raw.squeeze_dim(3), self.cells.input_gradient(cells, of_cells)];
        (self.classifier.forward(vector().squeeze_dim(1)), gradients)
    }
}
