//! Training examples, and their batches per epoch.

use rand::seq::SliceRandom;
use regulens::input::{SignalTable, log2_fold_change};
use regulens::task::level::level;
use regulens::weights::card::Transform;

use super::{Purpose, generator};

/// Signal and targets, with marks in the model's order, transformed as in the card.
#[derive(Debug, Clone)]
pub struct Examples {
    /// [N, T, columns].
    pub values: Vec<f32>,
    /// [N, K]: for AttentiveChrome 1 for a gene that is on and 0 for one that is off, or its level; for DeepDiff the
    /// change and both cell types' log counts.
    pub targets: Vec<f32>,
    /// T.
    pub bins: usize,
    /// Values per bin: the marks of each cell type.
    pub columns: usize,
}

/// Examples of one step.
#[derive(Debug, Clone)]
pub struct Minibatch {
    /// [N, T, columns].
    pub values: Vec<f32>,
    /// [N, K].
    pub targets: Vec<f32>,
    /// N.
    pub examples: usize,
}

impl Examples {
    /// The examples of a table with labels; `None` without.
    pub fn of(table: &SignalTable, transform: &Transform) -> Option<Self> {
        let mut values = table.values.clone();
        transform.apply(&mut values);
        let labels = table.labels.as_deref()?;
        Some(Self {
            values,
            targets: labels.iter().map(|&on| f32::from(u8::from(on))).collect(),
            bins: table.bins,
            columns: table.marks.len(),
        })
    }

    /// The examples of a table, with these levels of its genes.
    pub fn of_levels(table: &SignalTable, levels: &[f64], transform: &Transform) -> Self {
        let mut values = table.values.clone();
        transform.apply(&mut values);
        Self {
            values,
            targets: levels.iter().map(|&level| level as f32).collect(),
            bins: table.bins,
            columns: table.marks.len(),
        }
    }

    /// The examples of two cell types, [`Paired`](regulens::input::Paired), with the counts in both.
    pub fn of_pair(table: &SignalTable, counts: &[[f64; 2]], transform: &Transform) -> Self {
        let mut values = table.values.clone();
        transform.apply(&mut values);
        Self {
            values,
            targets: counts.iter().flat_map(change_and_levels).collect(),
            bins: table.bins,
            columns: table.marks.len(),
        }
    }

    /// K.
    pub fn targets_each(&self) -> usize {
        self.targets.len() / self.len()
    }

    /// True for examples whose first target is above 0.5: genes that are on.
    pub fn labels(&self) -> Vec<bool> {
        self.targets.iter().map(|&target| target > 0.5).collect()
    }

    /// The first target of each example.
    pub fn first_targets(&self) -> Vec<f64> {
        self.targets
            .iter()
            .step_by(self.targets_each())
            .map(|&target| f64::from(target))
            .collect()
    }

    /// N.
    pub fn len(&self) -> usize {
        self.values.len() / (self.bins * self.columns)
    }

    /// Shuffled batches of one epoch; the last may be smaller.
    pub fn shuffled(&self, batch_size: usize, seed: u64, epoch: usize) -> Vec<Minibatch> {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.shuffle(&mut generator(seed, Purpose::Shuffle(epoch)));
        order.chunks(batch_size).map(|indices| self.gather(indices)).collect()
    }

    /// All examples in the file's order.
    pub fn in_order(&self, batch_size: usize) -> impl Iterator<Item = Minibatch> {
        let order: Vec<usize> = (0..self.len()).collect();
        let chunks: Vec<Vec<usize>> = order.chunks(batch_size).map(<[usize]>::to_vec).collect();
        chunks.into_iter().map(|indices| self.gather(&indices))
    }

    fn gather(&self, indices: &[usize]) -> Minibatch {
        let gather = |from: &[f32], size: usize| -> Vec<f32> {
            let rows = indices.iter().flat_map(|&i| &from[i * size..(i + 1) * size]);
            rows.copied().collect()
        };
        Minibatch {
            values: gather(&self.values, self.bins * self.columns),
            targets: gather(&self.targets, self.targets_each()),
            examples: indices.len(),
        }
    }
}

/// The targets of a gene with these counts in A and in B: the change, and both levels.
pub fn change_and_levels(&[a, b]: &[f64; 2]) -> [f32; 3] {
    [log2_fold_change([a, b]), level(a), level(b)].map(|y| y as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examples() -> Examples {
        Examples {
            values: (0..20).map(|i| i as f32).collect(),
            targets: [1.0, 0.0].repeat(5),
            bins: 2,
            columns: 1,
        }
    }

    #[test]
    fn an_epoch_visits_every_example_once() {
        let batches = examples().shuffled(3, 1, 0);
        assert_eq!(
            batches.iter().map(|batch| batch.examples).collect::<Vec<_>>(),
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
