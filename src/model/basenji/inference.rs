//! The steps of a model, run for prediction.

use std::ops::Range;

use burn::tensor::Tensor;

use super::Basenji;
#[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
use super::context::Context;
use super::forward::{Run, joined};
#[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
use super::incremental::FirstLayer;
use crate::kernel;
#[cfg(feature = "attribution")]
use crate::nn::read_back;

/// A forward pass that predicts.
pub struct Inference<'a> {
    /// Its model.
    pub model: &'a Basenji,
    /// Bins that the context stage outputs; all if `None`.
    pub rows: Option<Range<usize>>,
    /// Bins that the last block and the head read; all if `None`.
    pub shown: Option<Range<usize>>,
    /// True if attention is requested.
    pub maps: bool,
    /// Attention, layer by layer.
    pub attention: Vec<Vec<Tensor<3>>>,
    /// The first attention layer, if it is cached.
    #[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
    pub first: Option<FirstLayer>,
    /// Inputs of blocks and attention layers, for the backward pass.
    #[cfg(feature = "attribution")]
    pub read: Option<Vec<Vec<f32>>>,
}

impl<'a> Inference<'a> {
    /// A pass over all bins that records nothing.
    pub fn of(model: &'a Basenji) -> Self {
        Self {
            model,
            rows: None,
            shown: None,
            maps: false,
            attention: Vec::new(),
            #[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
            first: None,
            #[cfg(feature = "attribution")]
            read: None,
        }
    }

    #[cfg(feature = "attribution")]
    fn keep(&mut self, x: &Tensor<3>) {
        if let Some(read) = &mut self.read {
            read.push(read_back(x.clone()));
        }
    }
}

impl Run for Inference<'_> {
    fn block(&mut self, number: usize, x: &Tensor<3>) -> Vec<Tensor<3>> {
        #[cfg(feature = "attribution")]
        self.keep(x);
        self.model.layers().blocks[number].forward(x)
    }

    fn rows(&mut self, h: &Tensor<3>) -> Tensor<3> {
        #[cfg(feature = "attribution")]
        self.keep(h);
        match &self.rows {
            Some(rows) if *rows != (0..h.dims()[1]) => kernel::stretch(h.clone(), rows.clone()),
            _ => h.clone(),
        }
    }

    fn context(&mut self, layer: usize, number: usize, h: &Tensor<3>) -> Tensor<3> {
        let model = self.model;
        let (config, context) = (&model.config, &model.layers().stage[layer][number]);
        #[cfg(all(feature = "flex", not(target_arch = "wasm32")))]
        if layer == 0
            && let (Some(first), Context::Head(head)) = (&mut self.first, context)
            && let Some(context) = first.next(head, config, h, self.maps)
        {
            return context;
        }
        let rows = self.rows.clone().unwrap_or(0..h.dims()[1]);
        let attended = context.of(config, h, rows, self.maps);
        if let Some(weights) = attended.weights {
            match self.attention.last_mut() {
                Some(of_layer) if number > 0 => of_layer.push(weights),
                _ => self.attention.push(vec![weights]),
            }
        }
        attended.context
    }

    fn last(&mut self, h: Tensor<3>) -> Tensor<3> {
        let h = match &self.shown {
            Some(shown) if *shown != (0..h.dims()[1]) => kernel::stretch(h, shown.clone()),
            _ => h,
        };
        #[cfg(feature = "attribution")]
        self.keep(&h);
        joined(self.model.layers().last.forward(&h))
    }

    fn tracks(&mut self, x: Tensor<3>) -> Tensor<3> {
        joined(self.model.layers().dense.forward(&x))
    }
}
