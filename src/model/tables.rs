//! Common interface of table models.

use burn::tensor::{Device, Tensor};

/// A table model that is ready to predict. Without `Debug`, which would be part of every model through its vtable and
/// link much of Burn's formatting.
pub trait TableModel: Send {
    /// Predicts from `values` [N, T, columns], transformed as its card says.
    fn forward(&self, values: Vec<f32>, shape: [usize; 3], device: &Device) -> TableOutput;

    /// Its gradients, if available.
    #[cfg(feature = "attribution")]
    fn gradients(&self) -> Option<&dyn Gradients> {
        None
    }
}

/// Output of a model for N genes, on the device; the fields depend on task and variant.
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
    /// α [N, rows, T] of auxiliary encoders that do not feed the prediction by themselves.
    pub auxiliary_alpha: Option<Tensor<3>>,
    /// Their β [N, rows].
    pub auxiliary_beta: Option<Tensor<2>>,
}

/// A model with analytical gradients of its scores with respect to its input, on the CPU.
#[cfg(feature = "attribution")]
pub trait Gradients {
    /// Scores per gene: the log-odds of *on*, the scores of *on* and of *off*, or the log2 fold change.
    fn outputs(&self) -> usize;

    /// The scores [N, outputs] of signal x [N, T, M], and the gradient with respect to x, from `slopes`, the gradient
    /// with respect to the scores. The scores come from the forward pass of the gradient, without further cost. Without
    /// autodiff.
    fn input_gradient(&self, x: Tensor<3>, slopes: Tensor<2>) -> (Tensor<2>, Tensor<3>);
}
