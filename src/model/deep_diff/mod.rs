//! DeepDiff: predicts how the expression of genes differs between two cell types, with attention to bins and marks.
//!
//! Sekhon, Singh, Qi, Bioinformatics 2018: seven variants that combine three parts.
//!
//! | | encodes | predicts from |
//! |---|---|---|
//! | `raw-d`, `raw-c`, `raw`: [`Raw`] | the difference; both cell types; all three | β over all of it |
//! | `aux`, `aux-siamese`: [`Aux`] | each cell type by itself ([`Cells`]) | both cell types' vectors |
//! | `raw-aux`, `raw-aux-siamese`: [`RawAux`] | all three, and each cell type by itself | β over all of it |
//!
//! Encoders and attention are those of AttentiveChrome. The siamese variants encode both cell types with the same
//! weights. Outputs are linear: log2 fold changes, positive for genes that are higher in B, and with auxiliary tasks
//! log2(count + 1) of each cell type.

mod aux;
mod cells;
mod inputs;
mod raw;
mod raw_aux;

pub use aux::Aux;
pub use cells::Cells;
pub use inputs::Inputs;
pub use raw::Raw;
pub use raw_aux::RawAux;

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::tables::{TableModel, TableOutput};
use crate::kernel;
use crate::nn::NamedTensors;
use crate::weights::WeightFile;
use crate::weights::architecture::deep_diff::Form;
pub use crate::weights::architecture::deep_diff::{Architecture, FAMILY, Sizes, Variant, variants};

/// A model of any variant.
#[derive(Module, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "a program has a few models, never a list of them"
)]
pub enum DeepDiff {
    /// One encoder for each column.
    Raw(Raw),
    /// The cell types separately.
    Aux(Aux),
    /// Both.
    RawAux(RawAux),
}

/// Output of a model for N genes. K, K': rows of α and columns of β, named by
/// [`Attends`](crate::weights::architecture::Attends).
#[derive(Debug, Clone)]
pub struct Output {
    /// log2((B + 1) / (A + 1)), [N, 1].
    pub fold_change: Tensor<2>,
    /// log2(A + 1) and log2(B + 1), each [N, 1], for variants with auxiliary tasks.
    pub expression: Option<[Tensor<2>; 2]>,
    /// α [N, K, T]: attention over the bins of each encoder; sums to 1 over bins.
    pub alpha: Tensor<3>,
    /// β [N, K']: attention over encoders; in the aux variants two parts that each sum to 1.
    pub beta: Tensor<2>,
    /// α [N, 2M, T] and β [N, 2M] of auxiliary encoders that do not feed the prediction by themselves.
    pub auxiliary: Option<(Tensor<3>, Tensor<2>)>,
    /// u [N, 2M, 2H]: embeddings of the marks of A and of B, which the siamese variants compare.
    pub embeddings: Option<Tensor<3>>,
}

impl DeepDiff {
    /// Loads the weights by their published names.
    ///
    /// # Panics
    /// If a tensor is missing or has another size; reading a weight file checks both.
    pub fn load(architecture: Architecture, tensors: &NamedTensors, device: &Device) -> Self {
        match architecture.variant().form() {
            Form::Raw => Self::Raw(Raw::load(architecture, tensors, device)),
            Form::Aux => Self::Aux(Aux::load(architecture, tensors, device)),
            Form::RawAux => Self::RawAux(RawAux::load(architecture, tensors, device)),
        }
    }

    /// The weights under their published names, read back from the device.
    pub fn store(&self) -> NamedTensors {
        let mut tensors = NamedTensors::new();
        match self {
            Self::Raw(model) => model.store(&mut tensors),
            Self::Aux(model) => model.store(&mut tensors),
            Self::RawAux(model) => model.store(&mut tensors),
        }
        tensors
    }

    /// Packs the weights for many forward passes. They are copied: do not place a model in training.
    pub fn place(&mut self) {
        match self {
            Self::Raw(model) => model.place(),
            Self::Aux(model) => model.place(),
            Self::RawAux(model) => model.place(),
        }
    }

    /// Predicts for the genes of [`Inputs`].
    pub fn forward(&self, inputs: Inputs) -> Output {
        match self {
            Self::Raw(model) => model.forward(inputs),
            Self::Aux(model) => model.forward(inputs),
            Self::RawAux(model) => model.forward(inputs),
        }
    }

    /// The fold changes [N, 1], and the gradient with respect to the `values` of [`Inputs::new`], from the gradient of
    /// the fold changes, `slopes`; on the CPU, without autodiff.
    #[cfg(feature = "attribution")]
    pub fn input_gradient(
        &self,
        architecture: Architecture,
        values: Vec<f32>,
        slopes: Tensor<2>,
    ) -> (Tensor<2>, Vec<f32>) {
        use kernel::input_gradient::values as read;
        let (genes, device) = (slopes.dims()[0], slopes.device());
        let inputs = Inputs::new(architecture, values, genes, &device);
        let (fold_change, raw, cells) = match self {
            Self::Raw(model) => {
                let (fold_change, raw) = model.input_gradient(inputs, slopes);
                (fold_change, Some(raw), None)
            }
            Self::Aux(model) => {
                let (fold_change, cells) = model.input_gradient(inputs, slopes);
                (fold_change, None, Some(cells))
            }
            Self::RawAux(model) => {
                let (fold_change, [raw, cells]) = model.input_gradient(inputs, slopes);
                (fold_change, Some(raw), Some(cells))
            }
        };
        let gradient = inputs::gradient_of_values(architecture, raw.map(read), cells.map(read), genes);
        (fold_change, gradient)
    }
}

/// A model with the sizes of its inputs.
struct Ready {
    model: DeepDiff,
    architecture: Architecture,
}

/// Builds the model of a weight file, ready to predict.
pub(super) fn build(weights: &WeightFile, device: &Device) -> Result<Box<dyn TableModel>, String> {
    let architecture = Architecture::of(&weights.card);
    architecture.check_device(device)?;
    let mut model = DeepDiff::load(architecture, &weights.tensors, device);
    model.place();
    Ok(Box::new(Ready { model, architecture }))
}

impl TableModel for Ready {
    fn forward(&self, values: Vec<f32>, [genes, ..]: [usize; 3], device: &Device) -> TableOutput {
        let output = self
            .model
            .forward(Inputs::new(self.architecture, values, genes, device));
        let (auxiliary_alpha, auxiliary_beta) = output.auxiliary.unzip();
        TableOutput {
            fold_change: Some(output.fold_change),
            expression: output.expression,
            alpha: Some(output.alpha),
            beta: Some(output.beta),
            auxiliary_alpha,
            auxiliary_beta,
            ..TableOutput::default()
        }
    }

    #[cfg(feature = "attribution")]
    fn gradients(&self) -> Option<&dyn super::tables::Gradients> {
        Some(self)
    }
}

#[cfg(feature = "attribution")]
impl super::tables::Gradients for Ready {
    fn outputs(&self) -> usize {
        1
    }

    fn input_gradient(&self, x: Tensor<3>, slopes: Tensor<2>) -> (Tensor<2>, Tensor<3>) {
        let (shape, device) = (x.dims(), x.device());
        let values = kernel::input_gradient::values(x);
        let (fold_change, gradient) = self.model.input_gradient(self.architecture, values, slopes);
        (fold_change, kernel::tensor(gradient, shape, &device))
    }
}

impl Architecture {
    /// Checks that the model fits `device`.
    ///
    /// # Errors
    /// A sentence with the size that exceeds the limit. The CPU takes any size.
    pub fn check_device(&self, device: &Device) -> Result<(), String> {
        let Sizes {
            marks,
            bins,
            bin_rnn_size,
        } = self.sizes();
        kernel::check_sizes(device, bins.max(5 * marks), bin_rnn_size)
    }
}
