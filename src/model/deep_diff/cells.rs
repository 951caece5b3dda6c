use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::{Architecture, encoders, level_2, of_recurrences, owned, prefixes};
use crate::kernel;
use crate::nn::{AttentiveBiLstm, Linear, NamedTensors};

/// Both cell types by themselves, each with its auxiliary task:
///
/// ```text
/// for cell type C of A and B, mark j:   m_C^j, α_C^j = attention(BiLSTM(x_C[:, j]))      with the same weights for both, or not
/// v_C, β_C = attention_C(BiLSTM_C(m_C^1 … m_C^M))
/// y_C = w_C·v_C + b_C                   log2(count + 1) in C
/// ```
///
/// The level over marks is never shared.
#[derive(Module, Debug)]
pub struct Cells {
    /// M encoders that both cell types share, or 2M.
    bins: AttentiveBiLstm,
    /// Two recurrences side by side, A's and B's.
    marks: AttentiveBiLstm,
    expression_a: Linear,
    expression_b: Linear,
    #[module(skip)]
    marks_each: usize,
}

/// What [`Cells`] makes of N genes.
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

const LEVEL_2: &[&str] = &["hm_level_rnn_1", "hm_level_rnn_2"];

impl Cells {
    pub(super) fn load(architecture: Architecture, tensors: &NamedTensors, device: &Device) -> Self {
        let sizes = architecture.sizes();
        let bins = if architecture.is_siamese() {
            encoders("rnn_hms", sizes.marks, architecture, tensors, device)
        } else {
            let (encoders, recurrences) = prefixes(&["rnn_hms", "rnn_hms2"], sizes.marks);
            let size = sizes.bin_rnn_size;
            AttentiveBiLstm::load(tensors, &recurrences, &encoders, 1, size, device)
        };
        let linear = |prefix| Linear::load(tensors, prefix, sizes.embedding(), 1, device);
        Self {
            bins,
            marks: level_2(LEVEL_2, architecture, tensors, device),
            expression_a: linear("f1_1"),
            expression_b: linear("f2_1"),
            marks_each: sizes.marks,
        }
    }

    pub(super) fn store(&self, architecture: Architecture, tensors: &mut NamedTensors) {
        let lists: &[&str] = if architecture.is_siamese() {
            &["rnn_hms"]
        } else {
            &["rnn_hms", "rnn_hms2"]
        };
        let (encoders, recurrences) = prefixes(lists, architecture.sizes().marks);
        self.bins.store(&recurrences, &encoders, tensors);
        self.marks.store(&of_recurrences(LEVEL_2), &owned(LEVEL_2), tensors);
        self.expression_a.store("f1_1", tensors);
        self.expression_b.store("f2_1", tensors);
    }

    pub(super) fn place(&mut self) {
        self.bins.place();
        self.marks.place();
    }

    /// Of x [N, T, 2M], or where encoders are shared [2N, T, M].
    pub(super) fn forward(&self, x: Tensor<3>) -> Encoded {
        let (embeddings, alpha) = self.bins.forward(x.unsqueeze_dim(3));
        // Shared or not, a gene's A and then its B: [N, 2, M, …] in memory.
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
}
