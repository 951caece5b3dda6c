use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::Architecture;
use crate::kernel;
use crate::nn::{AttentiveBiLstm, Linear, NamedTensors};

/// Both cell types separately, each with its auxiliary task:
///
/// ```text
/// for cell type C of A and B, mark j:   m_C^j, α_C^j = attention(BiLSTM(x_C[:, j]))   with the same weights for both, or not
/// v_C, β_C = attention_C(BiLSTM_C(m_C^1 … m_C^M))
/// y_C = w_C·v_C + b_C                   log2(count + 1) in C
/// ```
///
/// The level over marks is never shared.
#[derive(Module, Debug)]
pub struct Cells {
    /// M encoders shared by both cell types, or 2M.
    bins: AttentiveBiLstm,
    /// Two recurrences, of A and of B.
    marks: AttentiveBiLstm,
    expression_a: Linear,
    expression_b: Linear,
    #[module(skip)]
    marks_each: usize,
}

/// Output of [`Cells`] for N genes.
#[derive(Debug, Clone)]
pub struct Encoded {
    /// u [N, 2M, 2H]: the embeddings of A's marks, then of B's.
    pub embeddings: Tensor<3>,
    /// α [N, 2M, T].
    pub alpha: Tensor<3>,
    /// v_A and v_B, [N, 2, H].
    pub vectors: Tensor<3>,
    /// β_A and β_B, [N, 2M]; each sums to 1.
    pub beta: Tensor<2>,
    /// y_A and y_B, each [N, 1].
    pub expression: [Tensor<2>; 2],
}

impl Cells {
    pub(super) fn load(architecture: Architecture, tensors: &NamedTensors, device: &Device) -> Self {
        let sizes = architecture.sizes();
        let layers = sizes.cells(architecture.variant());
        let [expression_a, expression_b] = layers.expression.map(|layer| Linear::load(tensors, layer, device));
        Self {
            bins: AttentiveBiLstm::load(tensors, layers.encoders, device),
            marks: AttentiveBiLstm::load(tensors, layers.level_2.into(), device),
            expression_a,
            expression_b,
            marks_each: sizes.marks,
        }
    }

    pub(super) fn store(&self, tensors: &mut NamedTensors) {
        self.bins.store(tensors);
        self.marks.store(tensors);
        self.expression_a.store(tensors);
        self.expression_b.store(tensors);
    }

    pub(super) fn place(&mut self) {
        self.bins.place();
        self.marks.place();
    }

    /// Encodes x [N, T, 2M], or [2N, T, M] for shared encoders.
    pub(super) fn forward(&self, x: Tensor<3>) -> Encoded {
        let (embeddings, alpha) = self.bins.forward(x.unsqueeze_dim(3));
        // Shared or not, A and then B of each gene: [N, 2, M, …] in memory.
        let [rows, encoders, size] = embeddings.dims();
        let [_, _, bins] = alpha.dims();
        let marks = self.marks_each;
        let genes = rows * encoders / (2 * marks);
        let by_cell = embeddings.clone().reshape([genes, 2, marks, size]);
        let (vectors, beta) = self.marks.forward(by_cell.swap_dims(1, 2)); // [N, M, 2, 2H] -> [N, 2, H], [N, 2, M]
        let expression = [
            self.expression_a.forward(kernel::row(vectors.clone(), 0)),
            self.expression_b.forward(kernel::row(vectors.clone(), 1)),
        ];
        Encoded {
            embeddings: embeddings.reshape([genes, 2 * marks, size]),
            alpha: alpha.reshape([genes, 2 * marks, bins]),
            vectors,
            beta: beta.reshape([genes, 2 * marks]),
            expression,
        }
    }

    /// The gradient of the embeddings u [N, 2M, 2H], from that of v_A and v_B [N, 2, H].
    #[cfg(feature = "attribution")]
    pub(super) fn embedding_gradient(&self, encoded: &Encoded, vectors: Tensor<3>) -> Tensor<3> {
        let shape = encoded.embeddings.dims();
        let [genes, both, size] = shape;
        let by_cell = encoded.embeddings.clone().reshape([genes, 2, both / 2, size]);
        let (_, gradient) = self.marks.input_gradient(by_cell.swap_dims(1, 2), vectors); // [N, M, 2, 2H]
        gradient.swap_dims(1, 2).reshape(shape)
    }

    /// The gradient of x, shaped as in [`forward`](Self::forward), from that of the embeddings u [N, 2M, 2H].
    #[cfg(feature = "attribution")]
    pub(super) fn input_gradient(&self, x: Tensor<3>, embeddings: Tensor<3>) -> Tensor<3> {
        let [rows, _, encoders] = x.dims();
        let [.., size] = embeddings.dims();
        let embeddings = embeddings.reshape([rows, encoders, size]);
        let (_, x) = self.bins.input_gradient(x.unsqueeze_dim(3), embeddings);
        x.squeeze_dim(3)
    }
}
