"""A small model of the Basenji family on one sequence of 131,072 bp, drawn from a seed, for every runtime.

Three blocks (64, 64 and 72 filters of width 15, 5 and 5, pools 8, 4 and 4), six dense dilated blocks of 32, a block of
width 1 to 96, three tracks, softplus; batch norm with statistics, as a trained model has. Codes are 0 to 3 for A, C, G,
T, and 4 for a base that is not known, ¼ in each channel.

    python -m peers.sequence_model OUT_FOLDER [--seed 1] [--length 131072]

writes

    sequence.safetensors   the tensors under TensorFlow's names, for `regulens import basenji`
    folded.safetensors     kernels [K, C, F] and biases with batch norm folded in, in float64, then rounded
    codes.u8               the sequence
    exact.f32              the prediction [bins, tracks] by the equations in float64
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

LENGTH = 131_072
FILTERS, WIDTHS, POOLS = (64, 64, 72), (15, 5, 5), (8, 4, 4)
DILATED, DILATIONS = 32, (2, 4, 8, 16, 32, 64)
FINAL, TRACKS = 96, 3
EPSILON = 1e-3
UNKNOWN = 4
SEED = 1


@dataclass(frozen=True)
class Sizes:
    """What no tensor tells of a model with dilated blocks."""

    pools: tuple[int, ...]
    dilations: tuple[int, ...]
    link: str
    """`softplus` or `exp_linear`."""
    crop: int = 0
    """Bins at either end that get no prediction."""


SMALL = Sizes(POOLS, DILATIONS, "softplus")


def blocks() -> list[tuple[int, int, int]]:
    """Width, channels in and filters of each block, the last one of width 1."""
    found, channels = [], 4
    for filters, width in zip(FILTERS, WIDTHS):
        found.append((width, channels, filters))
        channels = filters
    for _ in DILATIONS:
        found.append((3, channels, DILATED))
        channels += DILATED
    return [*found, (1, channels, FINAL)]


def multiply_adds(weights: dict[str, np.ndarray], sizes: Sizes = SMALL, length: int = LENGTH) -> int:
    """Of one sequence, the first block counted as a product with one-hot channels."""
    kernels = [weights[f"cnn{index}/conv1d/kernel"] for index in range(block_count(weights))]
    total, positions = 0, length
    for kernel, pool in zip(kernels, [*sizes.pools, *[1] * len(kernels)]):
        total += positions * kernel.size
        positions //= pool
    return total + (positions - 2 * sizes.crop) * weights["final/dense/kernel"].size


def block_count(weights: dict[str, np.ndarray]) -> int:
    """How many blocks there are, the one of width 1 among them."""
    return sum(name.endswith("conv1d/kernel") for name in weights)


def draw(seed: int = SEED) -> dict[str, np.ndarray]:
    """The tensors for a seed, float32, under TensorFlow's names."""
    # NumPy's legacy generator is the one whose stream never changes between versions.
    random = np.random.RandomState(seed)
    found = {}
    for index, (width, channels, filters) in enumerate(blocks()):
        # Activations keep their size from block to block; the bases' channels are mostly 0.
        spread = (3.0 * 2.0 / (width * channels if index else width)) ** 0.5
        found[f"cnn{index}/conv1d/kernel"] = random.uniform(-spread, spread, (width, channels, filters))
        norm = f"cnn{index}/batch_normalization"
        found[f"{norm}/gamma"] = random.uniform(0.6, 1.0, filters)
        found[f"{norm}/beta"] = random.uniform(-0.3, 0.3, filters)
        found[f"{norm}/moving_mean"] = random.uniform(-0.3, 0.3, filters)
        found[f"{norm}/moving_variance"] = random.uniform(0.8, 1.5, filters)
    found["final/dense/kernel"] = random.uniform(-0.15, 0.15, (FINAL, TRACKS))
    found["final/dense/bias"] = random.uniform(-0.5, 0.5, TRACKS)
    return {name: value.astype(np.float32) for name, value in found.items()}


def folded(weights: dict[str, np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Kernel [K, C, F] and bias [F] of each block and of the dense layer, float64."""
    found = []
    for index in range(block_count(weights)):
        norm = {
            name: weights[f"cnn{index}/batch_normalization/{name}"].astype(np.float64)
            for name in ("gamma", "beta", "moving_mean", "moving_variance")
        }
        scale = norm["gamma"] / np.sqrt(norm["moving_variance"] + EPSILON)
        found.append((weights[f"cnn{index}/conv1d/kernel"] * scale, norm["beta"] - norm["moving_mean"] * scale))
    dense = weights["final/dense/kernel"].astype(np.float64)[None]
    return [*found, (dense, weights["final/dense/bias"].astype(np.float64))]


def sequence(seed: int = SEED, length: int = LENGTH) -> np.ndarray:
    """Codes of a sequence in which one base in a thousand is not known."""
    random = np.random.RandomState(seed)
    codes = random.randint(0, 4, length).astype(np.uint8)
    codes[random.randint(0, length, length // 1000)] = UNKNOWN
    return codes


def one_hot(codes: np.ndarray) -> np.ndarray:
    """Channels [L, 4]."""
    return np.vstack([np.eye(4), np.full(4, 0.25)])[codes]


def predict(weights: dict[str, np.ndarray], codes: np.ndarray, sizes: Sizes = SMALL) -> np.ndarray:
    """The prediction [cropped bins, tracks] in float64, by the model's own equations."""

    def convolve(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray, dilation: int) -> np.ndarray:
        width = len(kernel)
        left = (width - 1) * dilation // 2
        padded = np.pad(x, ((left, (width - 1) * dilation - left), (0, 0)))
        return sum(padded[tap * dilation :][: len(x)] @ kernel[tap] for tap in range(width)) + bias

    *convolutions, dense = folded(weights)
    plain, last = len(sizes.pools), len(convolutions) - 1
    x = one_hot(codes)
    for (kernel, bias), pool in zip(convolutions[:plain], sizes.pools):
        y = convolve(np.maximum(x, 0), kernel, bias, 1)
        x = y[: len(y) // pool * pool].reshape(-1, pool, y.shape[1]).max(axis=1)
    for (kernel, bias), dilation in zip(convolutions[plain:last], sizes.dilations):
        x = np.concatenate([x, convolve(np.maximum(x, 0), kernel, bias, dilation)], axis=1)
    x = convolve(np.maximum(x, 0), *convolutions[last], 1)[sizes.crop : len(x) - sizes.crop]
    y = convolve(np.maximum(x, 0), *dense, 1)
    return np.logaddexp(0, y) if sizes.link == "softplus" else np.where(y > 0, y + 1, np.exp(np.clip(y, -50, 0)))


def targets(codes: np.ndarray, bin_size: int, tracks: int, crop: int) -> np.ndarray:
    """What a step of training is to predict, [cropped bins, tracks]: an eighth of how many of the bin's bases are A, C,
    G and T, in turn."""
    bins = codes.reshape(-1, bin_size)
    counts = np.stack([(bins == code).sum(axis=1) for code in range(4)], axis=1)
    return (counts[crop : len(bins) - crop, np.arange(tracks) % 4] / 8).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the sequence model that all runtimes are timed with.")
    parser.add_argument("folder", type=Path, help="where the files are written")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--length", type=int, default=LENGTH)
    arguments = parser.parse_args()
    write(arguments.folder, draw(arguments.seed), sequence(arguments.seed, arguments.length))


def write(folder: Path, weights: dict[str, np.ndarray], codes: np.ndarray, sizes: Sizes = SMALL) -> None:
    """The files of a model and a sequence."""
    save_file(weights, folder / "sequence.safetensors")
    parts = {}
    for index, (kernel, bias) in enumerate(folded(weights)):
        parts[f"{index}.kernel"] = kernel.astype(np.float32)
        parts[f"{index}.bias"] = bias.astype(np.float32)
    save_file(parts, folder / "folded.safetensors")
    codes.tofile(folder / "codes.u8")
    predict(weights, codes, sizes).astype("<f4").tofile(folder / "exact.f32")


if __name__ == "__main__":
    main()
