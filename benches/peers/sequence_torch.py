"""A sequence model with dilated blocks in PyTorch, timed by requests on stdin.

    python -m peers.sequence_torch FOLDER small|published --threads 2 [--device cuda [--tf32]]
                                   [--compile default|reduce-overhead]

FOLDER holds what `peers.sequence_model` writes. For inference batch norm is folded into the convolutions, as PyTorch's
own tools fold it; a step of training normalises by the batch, and ends with clipping and Adam fused into one kernel.
"""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from .published_sizes import BASENJI
from .sequence_model import EPSILON, SMALL, Sizes, block_count, one_hot, targets
from .serve import serve
from .torch_subject import TorchSubject, flags, parsed

SIZES = {"small": SMALL, "published": BASENJI}


def same(x: torch.Tensor, kernel: torch.Tensor, bias: torch.Tensor | None, dilation: int = 1) -> torch.Tensor:
    """A convolution with zeros on either side, one more behind where their number is odd, as TensorFlow pads."""
    around = (kernel.shape[2] - 1) * dilation
    if around % 2:
        x = functional.pad(x, (around // 2, around - around // 2))
        return functional.conv1d(x, kernel, bias, dilation=dilation)
    return functional.conv1d(x, kernel, bias, padding=around // 2, dilation=dilation)


class Tower(nn.Module):
    """Channels [N, 4, L] to tracks [N, cropped bins, tracks]."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.sizes = sizes

    def block(self, index: int, x: torch.Tensor, dilation: int = 1) -> torch.Tensor:
        """Convolution, normalisation and ReLU."""
        raise NotImplementedError

    def dense(self, x: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        pools, dilations, crop = self.sizes.pools, self.sizes.dilations, self.sizes.crop
        # Everything rectifies what it reads, and ReLU commutes with maxima and concatenation.
        for index, pool in enumerate(pools):
            x = self.block(index, x)
            x = functional.max_pool1d(x, pool) if pool > 1 else x
        for index, dilation in enumerate(dilations, len(pools)):
            x = torch.cat([x, self.block(index, x, dilation)], dim=1)
        x = self.block(len(pools) + len(dilations), x)
        y = self.dense(x[:, :, crop : x.shape[2] - crop]).transpose(1, 2)
        return (
            functional.softplus(y)
            if self.sizes.link == "softplus"
            else torch.where(y > 0, y + 1, torch.exp(y.clamp(-50, 0)))
        )


class Folded(Tower):
    """As it predicts."""

    def __init__(self, folded: dict[str, torch.Tensor], sizes: Sizes) -> None:
        super().__init__(sizes)
        count = len(folded) // 2
        # [K, C, F] to PyTorch's [F, C, K].
        self.kernels = nn.ParameterList(
            folded[f"{index}.kernel"].permute(2, 1, 0).contiguous() for index in range(count)
        )
        self.biases = nn.ParameterList(folded[f"{index}.bias"] for index in range(count))

    def block(self, index: int, x: torch.Tensor, dilation: int = 1) -> torch.Tensor:
        return same(x, self.kernels[index], self.biases[index], dilation).relu_()

    def dense(self, x: torch.Tensor) -> torch.Tensor:
        return same(x, self.kernels[-1], self.biases[-1])


class Learning(Tower):
    """As it learns, under TensorFlow's names."""

    def __init__(self, weights: dict[str, torch.Tensor], sizes: Sizes) -> None:
        super().__init__(sizes)
        blocks = range(block_count(weights))
        self.kernels = nn.ParameterList(
            weights[f"cnn{index}/conv1d/kernel"].permute(2, 1, 0).contiguous() for index in blocks
        )
        self.gammas, self.betas = (
            nn.ParameterList(weights[f"cnn{index}/batch_normalization/{part}"].clone() for index in blocks)
            for part in ("gamma", "beta")
        )
        self.kernel = nn.Parameter(weights["final/dense/kernel"].T[:, :, None].contiguous())
        self.bias = nn.Parameter(weights["final/dense/bias"].clone())

    def block(self, index: int, x: torch.Tensor, dilation: int = 1) -> torch.Tensor:
        y = same(x, self.kernels[index], None, dilation)
        return functional.batch_norm(
            y, None, None, self.gammas[index], self.betas[index], training=True, eps=EPSILON
        ).relu()

    def dense(self, x: torch.Tensor) -> torch.Tensor:
        return same(x, self.kernel, self.bias)

    def store(self) -> dict[str, torch.Tensor]:
        found = {"final/dense/kernel": self.kernel[:, :, 0].T, "final/dense/bias": self.bias}
        for index, kernel in enumerate(self.kernels):
            found[f"cnn{index}/conv1d/kernel"] = kernel.permute(2, 1, 0)
            found[f"cnn{index}/batch_normalization/gamma"] = self.gammas[index]
            found[f"cnn{index}/batch_normalization/beta"] = self.betas[index]
        return found


def stirling(counts: torch.Tensor) -> torch.Tensor:
    """ln z! by Stirling, and 0 for z ≤ 1."""
    z = counts.clamp_min(1)
    return torch.where(counts > 1, z * z.log() - z + 0.5 * (2 * torch.pi * z).log(), 0)


class SequenceTorch(TorchSubject):
    """Both modules on a device."""

    names = ("prediction",)

    def __init__(self, folder: Path, sizes: Sizes, device: str, mode: str | None = None) -> None:
        codes = np.fromfile(folder / "codes.u8", np.uint8)
        channels = np.ascontiguousarray(one_hot(codes).T[None], dtype=np.float32)
        super().__init__(channels, Folded(load_file(folder / "folded.safetensors"), sizes), device, mode)
        self.sizes = sizes
        self.weights = load_file(folder / "sequence.safetensors")
        tracks = len(self.weights["final/dense/bias"])
        self.targets = torch.from_numpy(targets(codes, int(np.prod(sizes.pools)), tracks, sizes.crop))[None]
        # No prediction changes it: it is no part of a step.
        self.constant = float(stirling(self.targets.double()).sum())

    def fresh(self) -> Learning:
        return Learning(self.weights, self.sizes)

    def loss(self, x: torch.Tensor) -> torch.Tensor:
        prediction = self.learning(x)
        measured = self.targets.to(self.device)
        tiny = torch.finfo(torch.float32).tiny
        return ((prediction - measured * prediction.clamp_min(tiny).log()).sum() + self.constant) / measured.numel()

    def state(self) -> dict[str, torch.Tensor]:
        return self.trained.store()


def main() -> None:
    parser = flags()
    parser.add_argument("folder", type=Path, help="what `peers.sequence_model` wrote")
    parser.add_argument("sizes", choices=list(SIZES))
    arguments = parsed(parser)
    sizes = SIZES[arguments.sizes]
    serve(SequenceTorch(arguments.folder, sizes, arguments.device, arguments.compile))


if __name__ == "__main__":
    main()
