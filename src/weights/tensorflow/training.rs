//! State of the training in a checkpoint.

/// Counters: of steps, and the powers of Adam's β.
const COUNTERS: [&str; 3] = ["global_step", "beta1_power", "beta2_power"];

/// Values that an optimiser keeps for each weight: the weight's name followed by one of these suffixes. A second one
/// adds `_1`.
const SLOTS: [&str; 7] = [
    "Adam",
    "Adam_1",
    "Momentum",
    "Adagrad",
    "RMSProp",
    "RMSProp_1",
    "RMSProp_2",
];

/// Returns true if a name is state of the training, not a weight.
pub fn is_state(name: &str) -> bool {
    let (scope, last) = name.rsplit_once('/').unwrap_or(("", name));
    COUNTERS.contains(&last) || (!scope.is_empty() && SLOTS.contains(&last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_optimisers_state_is_told_from_weights() {
        for name in [
            "global_step",
            "beta1_power",
            "training/beta2_power",
            "cnn0/conv1d/kernel/Adam",
            "final/dense/bias/Adam_1",
        ] {
            assert!(is_state(name), "{name}");
        }
        for name in [
            "cnn0/conv1d/kernel",
            "cnn0/batch_normalization/moving_mean",
            "multi_head0/multi_attention0/left_decay_factor",
            "Adam",
        ] {
            assert!(!is_state(name), "{name}");
        }
    }
}
