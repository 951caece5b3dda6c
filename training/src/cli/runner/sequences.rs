//! A model of sequences on the requested device.

use burn::tensor::Device;
use pollster::block_on;
use regulens::Error;
use regulens::engine::{TrackBatch, TrackEngine};
use regulens::weights::WeightFile;

use super::{Asked, Trusted};

/// A model of sequences.
pub type TrackRunner = Trusted<TrackEngine>;

impl Asked for TrackEngine {
    type Case = Vec<u8>;
    type Answer = TrackBatch;

    fn place(weights: WeightFile, device: &Device) -> Result<Self, Error> {
        Self::new(weights, device)
    }

    fn case(&self) -> Vec<u8> {
        self.self_test()
    }

    fn answer(&self, case: &Vec<u8>) -> Result<TrackBatch, Error> {
        block_on(self.answer(case))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::runner::agrees;

    #[test]
    fn of_sequences_a_gpu_that_gives_zeros_or_no_attention_is_not_trusted() {
        let batch = |value: f32| TrackBatch {
            prediction: vec![value, 2.0],
            attention: vec![vec![0.5; 4]],
            members: Vec::new(),
        };
        assert_eq!(agrees(&batch(1.0), &batch(1.000_05)), Ok(()));
        assert!(agrees(&batch(1.0), &batch(0.0)).is_err());
        assert!(agrees(&batch(1.0), &batch(f32::NAN)).is_err());
        let without = TrackBatch {
            attention: Vec::new(),
            ..batch(1.0)
        };
        assert!(agrees(&batch(1.0), &without).is_err());
    }
}
