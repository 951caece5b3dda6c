//! The first attention layer over one sequence on the CPU, cached so that a change of some bins needs only their share
//! of the work.

use burn::tensor::Tensor;

use super::Config;
use super::context::Head;
use crate::kernel::incremental::{Layer, Sequence};

/// The layer, built head by head.
#[derive(Debug, Default)]
pub struct FirstLayer {
    begun: Option<(Sequence, Layer)>,
    /// [heads, L, L], empty if not requested.
    attention: Vec<f32>,
}

impl FirstLayer {
    /// The context of the next head; `None` if the sequence is not on the CPU.
    pub fn next(&mut self, head: &Head, config: &Config, h: &Tensor<3>, maps: bool) -> Option<Tensor<3>> {
        let [_, length, _] = h.dims();
        let of_head = if maps { length * length } else { 0 };
        if self.begun.is_none() {
            self.begun = Some((Sequence::new(h)?, Layer::default()));
            self.attention.reserve_exact(config.heads * of_head);
        }
        let (sequence, layer) = self.begun.as_mut()?;
        let f = head.position(config, length, &h.device());
        let filled = self.attention.len();
        self.attention.resize(filled + of_head, 0.0);
        let (own, rectify) = (&mut self.attention[filled..], config.score_relu);
        Some(sequence.attend(head.weight(), head.bias(), f.as_ref(), rectify, own, layer))
    }

    /// The layer and its attention; `None` if no head was computed.
    pub fn finish(self) -> Option<(Layer, Vec<f32>)> {
        self.begun.map(|(_, layer)| (layer, self.attention))
    }
}
