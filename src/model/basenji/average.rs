use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::Tensor;

use super::trainable::{Statistics, TrainableBasenji};

impl TrainableBasenji {
    /// Moves weights and moving statistics towards those of another state of the same model: θ ← keep θ + (1 − keep) θ
    /// of `other`.
    ///
    /// Statistics are averaged with the weights that produced them. This approximates the statistics of the averaged
    /// weights if the states are similar.
    #[must_use]
    pub fn towards(self, other: &Self, keep: f64) -> Self {
        let mut read = Read(Vec::new());
        other.visit(&mut read);
        let mut moved = self.map(&mut Interpolate {
            others: read.0.into_iter(),
            keep,
        });
        for (moving, other) in moved.moving.iter_mut().zip(&other.moving) {
            *moving = Statistics {
                mean: between(moving.mean.clone(), other.mean.clone(), keep),
                variance: between(moving.variance.clone(), other.variance.clone(), keep),
            };
        }
        moved
    }
}

/// Interpolates between two states; equal values stay bitwise equal.
fn between(own: Tensor<1>, other: Tensor<1>, keep: f64) -> Tensor<1> {
    own.clone() + (other - own) * (1.0 - keep)
}

/// Weights without their gradients, flattened, in the module's order.
struct Read(Vec<Tensor<1>>);

impl ModuleVisitor for Read {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        self.0.push(parameter.val().inner().flatten(0, D - 1));
    }
}

/// Maps every weight to a weighted mean of it and the other model's.
struct Interpolate {
    others: std::vec::IntoIter<Tensor<1>>,
    keep: f64,
}

impl ModuleMapper for Interpolate {
    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let other = self.others.next().expect("a state of the same model");
        let (id, tensor, mapper) = parameter.consume();
        let shape = tensor.dims();
        let own = tensor.inner().flatten(0, D - 1);
        // On the inner tensor: the result must be a leaf of the autodiff graph.
        let moved = between(own, other, self.keep).reshape(shape);
        Param::from_mapped_value(id, Tensor::from_inner(moved).require_grad(), mapper)
    }
}
