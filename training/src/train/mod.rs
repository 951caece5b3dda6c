//! Training: the loop and its parts.
//!
//! ```text
//! data        examples in the order of an epoch                   initialise  the first weights
//! optimiser   clipping and Adam
//! trainer     epochs, validation, the best state                  checkpoint  all of it on disk after every epoch
//! recipe      every setting by name, as flags and as the card records them
//! folds       examples dealt for cross-validation              marks       weights of a model of other marks
//! learner     what the trainer trains: `supervised` from tables of genes, `tracks` from sequences
//! task        the loss of a family of tables: attentive_chrome (with class_weight) and level, deep_diff
//! ```
//!
//! All random numbers come from generators seeded with (seed, purpose, epoch), so that a run resumed after epoch k
//! continues exactly like an uninterrupted run.

pub mod attentive_chrome;
pub mod checkpoint;
pub mod class_weight;
pub mod data;
pub mod deep_diff;
pub mod epoch;
pub mod error;
pub mod folds;
pub mod initialise;
pub mod learner;
pub mod level;
pub mod marks;
pub mod optimiser;
pub mod recipe;
pub mod supervised;
pub mod task;
pub mod tracks;
pub mod trainer;

#[cfg(test)]
mod golden;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// Purpose of a stream of random numbers, each with its own stream.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Initialise,
    Shuffle(usize),
    Dropout { epoch: usize, step: usize },
    View { epoch: usize, step: usize },
    Folds,
}

/// The generator of a purpose in a run.
fn generator(seed: u64, purpose: Purpose) -> ChaCha8Rng {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    generator.set_stream(match purpose {
        Purpose::Initialise => 0,
        Purpose::Shuffle(epoch) => 1 + epoch as u64,
        // Above all epochs, with up to 2^32 steps of each.
        Purpose::Dropout { epoch, step } => ((1 + epoch as u64) << 32) + step as u64,
        // Above those.
        Purpose::View { epoch, step } => (1 << 63) + ((epoch as u64) << 32) + step as u64,
        Purpose::Folds => u64::MAX,
    });
    generator
}
