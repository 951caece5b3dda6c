//! Ensembles of sequence models: mean and spread of their predictions.

use super::TrackBatch;
use crate::engine::Spread;
use crate::metrics::means;
use crate::weights::Weights;

/// The tensors of one member in the file of an ensemble.
pub(super) struct OfMember<'a> {
    pub(super) at: usize,
    pub(super) weights: &'a mut dyn Weights,
}

impl Weights for OfMember<'_> {
    fn take(&mut self, name: &str) -> Vec<f32> {
        self.weights.take(&format!("{}.{name}", self.at))
    }

    fn failed(&self) -> bool {
        self.weights.failed()
    }
}

impl TrackBatch {
    /// Mean of several models' predictions for the same bases, and of their attention if its shapes agree; a single one
    /// is returned unchanged.
    ///
    /// # Panics
    /// If there are none, or two differ in bins or tracks.
    pub fn mean(mut members: Vec<Self>) -> Self {
        if members.len() == 1 {
            return members.swap_remove(0);
        }
        let predictions: Vec<&[f32]> = members.iter().map(|member| member.prediction.as_slice()).collect();
        let prediction = means(&predictions);
        let sizes = |member: &Self| -> Vec<usize> { member.attention.iter().map(Vec::len).collect() };
        let first = sizes(members.first().expect("at least one model"));
        let layers = if members.iter().all(|member| sizes(member) == first) {
            first.len()
        } else {
            0
        };
        let of_layer = |layer: usize| {
            let maps: Vec<&[f32]> = members
                .iter()
                .map(|member| member.attention[layer].as_slice())
                .collect();
            means(&maps)
        };
        Self {
            attention: (0..layers).map(of_layer).collect(),
            prediction,
            members: members.into_iter().map(|member| member.prediction).collect(),
        }
    }

    /// Spread over the members of each value [cropped bins, tracks]; `None` for a single model.
    pub fn spread(&self) -> Option<Spread> {
        Spread::of_members(&self.members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(value: f32, attention: &[f32]) -> TrackBatch {
        TrackBatch {
            prediction: vec![value, 2.0],
            attention: vec![attention.to_vec()],
            members: Vec::new(),
        }
    }

    #[test]
    fn predictions_and_attention_are_averaged_and_predictions_spread() {
        let mean = TrackBatch::mean(vec![member(1.0, &[0.25, 0.75]), member(4.0, &[0.75, 0.25])]);
        assert_eq!(
            (&mean.prediction[..], &mean.attention[0][..]),
            (&[2.5, 2.0][..], &[0.5, 0.5][..])
        );
        let spread = mean.spread().unwrap();
        assert_eq!((spread.low, spread.high), (vec![1.0, 2.0], vec![4.0, 2.0]));
        assert!((spread.sd[0] - 3.0 / 2.0_f32.sqrt()).abs() < 1e-6 && spread.sd[1] == 0.0);
    }

    #[test]
    fn maps_of_other_sizes_have_no_mean_and_one_model_has_no_spread() {
        let mean = TrackBatch::mean(vec![member(1.0, &[1.0]), member(4.0, &[0.5, 0.5])]);
        assert!(mean.attention.is_empty());
        let alone = TrackBatch::mean(vec![member(1.0, &[1.0])]);
        assert_eq!((alone.spread(), alone.attention.len()), (None, 1));
    }
}
