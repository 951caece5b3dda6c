//! Common interface of models of tables, of whichever family.

use burn::tensor::{Device, Tensor};

/// A model of tables that is ready to predict. It is not printed: what an engine has of a trait it has of every model,
/// and how tensors are written brings much of Burn.
pub trait TableModel: Send {
    /// Predicts from `values` [N, T, columns], transformed as its card says.
    fn forward(&self, values: Vec<f32>, shape: [usize; 3], device: &Device) -> TableOutput;

    /// Its gradients, where they are known.
    #[cfg(feature = "attribution")]
    fn gradients(&self) -> Option<&dyn Gradients> {
        None
    }
}

/// Output of a model for N genes, while it is on the device; a model has what its task and variant ask for.
#[derive(Debug, Default)]
pub struct TableOutput {
    /// The scores of *on* and of *off*, [N, 2], or the log-odds of *on*, [N, 1].
    pub scores: Option<Tensor<2>>,
    /// log2((B + 1) / (A + 1)), [N, 1].
    pub fold_change: Option<Tensor<2>>,
    /// log2(A + 1) and log2(B + 1), each [N, 1].
    pub expression: Option<[Tensor<2>; 2]>,
    /// α [N, rows, T]: attention over bins; sums to 1 over them.
    pub alpha: Option<Tensor<3>>,
    /// β [N, columns]: attention over marks.
    pub beta: Option<Tensor<2>>,
    /// α [N, rows, T] of auxiliary encoders that do not decide by themselves.
    pub auxiliary_alpha: Option<Tensor<3>>,
    /// Their β [N, rows].
    pub auxiliary_beta: Option<Tensor<2>>,
}

/// A model whose scores' gradients with respect to its input are computed by hand, on the CPU.
#[cfg(feature = "attribution")]
pub trait Gradients {
    /// Scores a gene: the log-odds of *on*, the scores of *on* and of *off*, or of a change the log2 fold change.
    fn outputs(&self) -> usize;

    /// The scores [N, outputs] of signal x [N, T, M], and the gradient with respect to x, by the chain rule from the
    /// last layer to the first; `slopes` is the gradient with respect to the scores. The way back begins with the way
    /// there, so the scores cost nothing more. Of a model that records no gradients of its own.
    fn input_gradient(&self, x: Tensor<3>, slopes: Tensor<2>) -> (Tensor<2>, Tensor<3>);
}
