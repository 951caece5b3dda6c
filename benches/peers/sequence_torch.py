"""A sequence model with dilated blocks in PyTorch, timed by requests on stdin.

    python -m peers.sequence_torch FOLDER small|published --threads 2 [--device cuda [--tf32] [--bf16]]
                                   [--compile default|reduce-overhead]

FOLDER holds what `peers.sequence_model` writes. For inference batch norm is folded into the convolutions, as PyTorch's
own tools fold it; a step of training normalises by the batch, and ends with clipping and Adam fused into one kernel.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional

from .published_sizes import BASENJI
from .sequence_model import EPSILON, SMALL, Sizes, block_count, one_hot, targets
from .serve import Subject, serve
from .torch_model import CLIP_NORM, LEARNING_RATE, MODES, compiled

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
        return {name: tensor.detach().cpu().contiguous() for name, tensor in found.items()}


def stirling(counts: torch.Tensor) -> torch.Tensor:
    """ln z! by Stirling, and 0 for z ≤ 1."""
    z = counts.clamp_min(1)
    return torch.where(counts > 1, z * z.log() - z + 0.5 * (2 * torch.pi * z).log(), 0)


class SequenceTorch(Subject):
    """Both modules on a device."""

    names = ("prediction",)

    def __init__(self, folder: Path, sizes: Sizes, device: str, half: bool, mode: str | None = None) -> None:
        codes = np.fromfile(folder / "codes.u8", np.uint8)
        super().__init__(np.ascontiguousarray(one_hot(codes).T[None], dtype=np.float32))
        self.device = torch.device(device)
        self.sizes = sizes
        self.half = half
        self.mode = mode
        self.model = compiled(Folded(load_file(folder / "folded.safetensors"), sizes).eval().to(self.device), mode)
        self.weights = load_file(folder / "sequence.safetensors")
        tracks = len(self.weights["final/dense/bias"])
        self.targets = torch.from_numpy(targets(codes, int(np.prod(sizes.pools)), tracks, sizes.crop))[None]
        # No prediction changes it: it is no part of a step.
        self.constant = float(stirling(self.targets.double()).sum())
        self.learning: Learning | None = None

    def predict(self, values: np.ndarray) -> tuple[np.ndarray, ...]:
        with torch.inference_mode():
            return (self.model(torch.from_numpy(values).to(self.device)).cpu().numpy(),)

    def step(self, genes: int) -> None:
        if self.learning is None:
            self.learning = Learning(self.weights, self.sizes).train().to(self.device)
            self.learn = compiled(self.learning, self.mode)
            self.optimiser = torch.optim.Adam(self.learning.parameters(), lr=LEARNING_RATE, fused=True)
            self.losses: list[float] = []
        self.optimiser.zero_grad(set_to_none=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.half):
            prediction = self.learn(torch.from_numpy(self.values[:genes]).to(self.device)).float()
        measured = self.targets.to(self.device)
        tiny = torch.finfo(torch.float32).tiny
        loss = ((prediction - measured * prediction.clamp_min(tiny).log()).sum() + self.constant) / measured.numel()
        loss.backward()
        nn.utils.clip_grad_norm_(self.learning.parameters(), CLIP_NORM)
        self.optimiser.step()
        self.losses.append(loss.item())
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def reset(self) -> None:
        self.learning = None

    def save_trained(self, path: str) -> None:
        save_file({**self.learning.store(), "loss": torch.tensor(self.losses)}, path)


def main() -> None:
    parser = argparse.ArgumentParser(description="Answer requests for timings of PyTorch.")
    parser.add_argument("folder", type=Path, help="what `peers.sequence_model` wrote")
    parser.add_argument("sizes", choices=list(SIZES))
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument(
        "--tf32", action="store_true", help="let CUDA round factors of products to 10 bits, PyTorch's default for cuDNN"
    )
    parser.add_argument("--bf16", action="store_true", help="learn with factors in bfloat16, by PyTorch's own autocast")
    parser.add_argument("--compile", choices=MODES, help="through torch.compile, in this mode")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.backends.cudnn.allow_tf32 = arguments.tf32
    torch.backends.cuda.matmul.allow_tf32 = arguments.tf32
    sizes = SIZES[arguments.sizes]
    serve(SequenceTorch(arguments.folder, sizes, arguments.device, arguments.bf16, arguments.compile))


if __name__ == "__main__":
    main()
