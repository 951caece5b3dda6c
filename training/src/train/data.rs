//! Examples in the order that an epoch takes them.

use rand::seq::SliceRandom;
use regulens::input::SignalTable;
use regulens::weights::card::Transform;

use super::{Purpose, generator};

/// Labelled signal, marks in the model's order, transformed as the card will say.
#[derive(Debug, Clone)]
pub struct Examples {
    /// [N, T, M].
    pub values: Vec<f32>,
    /// `[N]`, true for a gene that is on.
    pub labels: Vec<bool>,
    /// T.
    pub bins: usize,
    /// M.
    pub marks: usize,
}

/// A step's share of the examples.
#[derive(Debug, Clone)]
pub struct Minibatch {
    /// [N, T, M].
    pub values: Vec<f32>,
    /// `[N]`, 1 for on and 0 for off.
    pub labels: Vec<f32>,
}

impl Examples {
    /// The examples of a table that has labels; none where it has not.
    pub fn of(table: &SignalTable, transform: &Transform) -> Option<Self> {
        let mut values = table.values.clone();
        transform.apply(&mut values);
        Some(Self {
            values,
            labels: table.labels.clone()?,
            bins: table.bins,
            marks: table.marks.len(),
        })
    }

    /// N.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// One epoch's batches, shuffled; the last may be smaller.
    pub fn shuffled(&self, batch_size: usize, seed: u64, epoch: usize) -> Vec<Minibatch> {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.shuffle(&mut generator(seed, Purpose::Shuffle(epoch)));
        order
            .chunks(batch_size)
            .map(|indices| self.gather(indices))
            .collect()
    }

    /// All examples in the file's order.
    pub fn in_order(&self, batch_size: usize) -> impl Iterator<Item = Minibatch> {
        let order: Vec<usize> = (0..self.len()).collect();
        let chunks: Vec<Vec<usize>> = order.chunks(batch_size).map(<[usize]>::to_vec).collect();
        chunks.into_iter().map(|indices| self.gather(&indices))
    }

    fn gather(&self, indices: &[usize]) -> Minibatch {
        let size = self.bins * self.marks;
        Minibatch {
            values: indices
                .iter()
                .flat_map(|&i| &self.values[i * size..(i + 1) * size])
                .copied()
                .collect(),
            labels: indices
                .iter()
                .map(|&i| f32::from(u8::from(self.labels[i])))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examples() -> Examples {
        Examples {
            values: (0..20).map(|i| i as f32).collect(),
            labels: [true, false].repeat(5),
            bins: 2,
            marks: 1,
        }
    }

    #[test]
    fn an_epoch_visits_every_example_once() {
        let batches = examples().shuffled(3, 1, 0);
        assert_eq!(
            batches
                .iter()
                .map(|batch| batch.labels.len())
                .collect::<Vec<_>>(),
            [3, 3, 3, 1]
        );
        let mut seen: Vec<f32> = batches.into_iter().flat_map(|batch| batch.values).collect();
        seen.sort_by(f32::total_cmp);
        assert_eq!(seen, examples().values);
    }

    #[test]
    fn epochs_differ_and_repeat_for_a_seed() {
        let order = |seed, epoch| examples().shuffled(10, seed, epoch)[0].values.clone();
        assert_eq!(order(1, 4), order(1, 4));
        assert_ne!(order(1, 4), order(1, 5));
        assert_ne!(order(1, 4), order(2, 4));
    }
}
