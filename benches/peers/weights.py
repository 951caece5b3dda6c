"""Weights of AttentiveChrome LSTM-α,β at its published size, drawn from a seed.

They are drawn wider than a model is initialised: at ±0.1 the logits of different genes lie within 0.001 of each other,
and a runtime that mixed up gates or directions would pass for a right one. At these bounds logits, α and β differ
between genes by far more than the 1e-6 within which all runtimes have to agree, and float32 still rounds less than
that: `test_peers.py` holds both.

    python -m peers.weights OUT.safetensors [--seed 1]
"""

import argparse

import numpy as np
from safetensors.numpy import save_file

from . import MARKS

BIN_HIDDEN = 32
"""H of the LSTMs over bins."""

MARK_HIDDEN = 16
"""H of the LSTM over marks."""

BOUND = 0.5
"""Weights are uniform in ± this."""

SEED = 1


def shapes() -> dict[str, tuple[int, ...]]:
    """Every tensor of the published state dict, in its order: 56 tensors, 55,681 parameters."""
    found = {}

    def level(prefix: str, inputs: int, hidden: int) -> None:
        for direction in ("", "_reverse"):
            found[f"{prefix}.rnn.weight_ih_l0{direction}"] = (4 * hidden, inputs)
            found[f"{prefix}.rnn.weight_hh_l0{direction}"] = (4 * hidden, hidden)
            found[f"{prefix}.rnn.bias_ih_l0{direction}"] = (4 * hidden,)
            found[f"{prefix}.rnn.bias_hh_l0{direction}"] = (4 * hidden,)
        found[f"{prefix}.bin_attention.bin_context_vector"] = (2 * hidden, 1)

    for mark in range(len(MARKS)):
        level(f"rnn_hms.{mark}", 1, BIN_HIDDEN)
    level("hm_level_rnn_1", 2 * BIN_HIDDEN, MARK_HIDDEN)
    found["fdiff1_1.weight"] = (1, 2 * MARK_HIDDEN)
    found["fdiff1_1.bias"] = (1,)
    return found


def draw(seed: int = SEED) -> dict[str, np.ndarray]:
    """The tensors for a seed, float32."""
    # NumPy's legacy generator is the one whose stream never changes between versions.
    random = np.random.RandomState(seed)
    return {name: random.uniform(-BOUND, BOUND, shape).astype(np.float32) for name, shape in shapes().items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the weights that all runtimes are timed with.")
    parser.add_argument("out", help="the state dict to write, safetensors in float32")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    save_file(draw(arguments.seed), arguments.out)


if __name__ == "__main__":
    main()
