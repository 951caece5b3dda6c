//! Training of sequence models on tracks: Basenji's family.
//!
//! ```text
//! augment     strands and shifts                      initialise  the first weights; `from`: those of another model
//!                                                     batch       windows of a data set as a step takes them
//! loss        full log-Poisson                        balance     how much each track counts in it
//! rate        the learning rate of every step         recipe      every setting by name
//! learner     steps over one device or several        predict     a split's predictions, its loss and its correlations
//! ```

pub mod augment;
pub mod balance;
pub mod batch;
pub mod initialise;
pub mod learner;
pub mod loss;
pub mod predict;
pub mod rate;
pub mod recipe;
pub mod warm_start;

#[cfg(test)]
mod golden;
