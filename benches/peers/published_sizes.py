"""Weights of a model of the Basenji family at its published size, drawn from a seed, under TensorFlow's names.

python -m peers.published_sizes OUT.safetensors basenji|attention-two-sided [--seed 1]
"""

import argparse

import numpy as np
from safetensors.numpy import save_file

from .sequence_model import Sizes

FILTERS, WIDTHS = (312, 368, 435, 514, 607, 717), (22, 1, 6, 6, 6, 3)
DILATED, DILATED_BLOCKS, HEADS = 108, 6, 5
FINAL, TRACKS = 1365, 4229

BASENJI = Sizes((1, 2, 4, 4, 4, 1), (2, 4, 8, 16, 32, 64), "exp_linear", crop=32)


def shapes(variant: str) -> dict[str, tuple[int, ...]]:
    """Every tensor."""
    found: dict[str, tuple[int, ...]] = {}

    def block(name: str, width: int, channels: int, filters: int) -> None:
        found[f"{name}/conv1d/kernel"] = (width, channels, filters)
        for part in ("gamma", "beta", "moving_mean", "moving_variance"):
            found[f"{name}/batch_normalization/{part}"] = (filters,)

    channels = 4
    for index, (filters, width) in enumerate(zip(FILTERS, WIDTHS)):
        block(f"cnn{index}", width, channels, filters)
        channels = filters
    if variant == "basenji":
        for index in range(len(FILTERS), len(FILTERS) + DILATED_BLOCKS):
            block(f"cnn{index}", 3, channels, DILATED)
            channels += DILATED
        block(f"cnn{len(FILTERS) + DILATED_BLOCKS}", 1, channels, FINAL)
    else:
        for head in range(HEADS):
            name = f"multi_head0/multi_attention{head}"
            found[f"{name}/dense/kernel"] = (channels, channels)
            found[f"{name}/dense/bias"] = (channels,)
            found[f"{name}/left_decay_factor"] = found[f"{name}/right_decay_factor"] = (1,)
        block(f"cnn_final{len(FILTERS)}", 1, channels * (1 + HEADS), FINAL)
    found["final/dense/kernel"], found["final/dense/bias"] = (FINAL, TRACKS), (TRACKS,)
    return found


def draw(variant: str, seed: int = 1) -> dict[str, np.ndarray]:
    """The tensors, float32: activations keep their size from block to block, and no variance is negative."""
    random = np.random.RandomState(seed)

    def value(name: str, shape: tuple[int, ...]) -> np.ndarray:
        if name.endswith("kernel"):
            # A base is one of four channels.
            fan_in = shape[0] if shape[1:2] == (4,) else int(np.prod(shape[:-1]))
            bound = (6.0 / fan_in) ** 0.5 * (0.02 if "multi_attention" in name else 1)
            return random.uniform(-bound, bound, shape)
        low, high = (
            (0.8, 1.2) if name.endswith(("gamma", "variance")) else (0, 1) if name.endswith("factor") else (-0.1, 0.1)
        )
        return random.uniform(low, high, shape)

    return {name: value(name, shape).astype(np.float32) for name, shape in shapes(variant).items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw a model of the published size.")
    parser.add_argument("out", help="the state dict to write")
    parser.add_argument("variant", choices=["basenji", "attention-two-sided"])
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    save_file(draw(arguments.variant, arguments.seed), arguments.out)


if __name__ == "__main__":
    main()
