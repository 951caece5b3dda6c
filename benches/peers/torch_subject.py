"""A PyTorch module on a device that answers requests: its flags, predictions, and steps of training.

Set up as PyTorch's own tuning guide says: inference mode, cuDNN's recurrence on CUDA, Adam fused into one kernel.
"""

import argparse
from collections.abc import Callable

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

from .serve import Subject

CLIP_NORM = 1.0
"""The largest L2 norm of all gradients together, as published."""

MODES = ("default", "reduce-overhead")
"""Ways to compile: kernels fused, and those launched at once, as a graph of CUDA."""


def compiled(module: nn.Module, mode: str | None) -> Callable:
    """The module as `torch.compile` makes it, for each shape by itself; without a mode as it is."""
    if mode is None:
        return module
    # A size of batch after the other, and the encoders of all marks, are compilations of the same functions.
    for name in ("recompile_limit", "cache_size_limit"):
        if hasattr(torch._dynamo.config, name):
            setattr(torch._dynamo.config, name, 256)
    return torch.compile(module, mode=mode, dynamic=False)


class TorchSubject(Subject):
    """A module that predicts, and one that learns."""

    learning_rate = 2e-4
    """Adam's, as published; its other settings are PyTorch's own defaults."""

    def __init__(self, values: np.ndarray, model: nn.Module, device: str, mode: str | None = None) -> None:
        super().__init__(values)
        self.device, self.mode = torch.device(device), mode
        self.model = compiled(model.eval().to(self.device), mode)
        self.trained: nn.Module | None = None

    def fresh(self) -> nn.Module:
        """The module with the given weights, to be trained."""
        raise NotImplementedError

    def loss(self, x: torch.Tensor) -> torch.Tensor:
        """Of the first values, by `self.learning`."""
        raise NotImplementedError

    def predict(self, values: np.ndarray) -> tuple[np.ndarray, ...]:
        with torch.inference_mode():
            outputs = self.model(torch.from_numpy(values).to(self.device))
            return tuple(each.cpu().numpy() for each in (outputs if isinstance(outputs, tuple) else (outputs,)))

    def step(self, genes: int) -> None:
        if self.trained is None:
            self.trained = self.fresh().train().to(self.device)
            self.learning = compiled(self.trained, self.mode)
            self.optimiser = torch.optim.Adam(self.trained.parameters(), lr=self.learning_rate, fused=True)
            self.losses: list[float] = []
        self.optimiser.zero_grad(set_to_none=True)
        loss = self.loss(torch.from_numpy(self.values[:genes]).to(self.device))
        loss.backward()
        nn.utils.clip_grad_norm_(self.trained.parameters(), CLIP_NORM)
        self.optimiser.step()
        self.losses.append(loss.item())
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def reset(self) -> None:
        self.trained = None

    def state(self) -> dict[str, torch.Tensor]:
        """The tensors of what was trained, by their published names."""
        return self.trained.state_dict()

    def save_trained(self, path: str) -> None:
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in self.state().items()}
        save_file({**tensors, "loss": torch.tensor(self.losses)}, path)


def flags(compiles: bool = True) -> argparse.ArgumentParser:
    """The flags of every module."""
    parser = argparse.ArgumentParser(description="Answer requests for timings of PyTorch.")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument(
        "--tf32", action="store_true", help="let CUDA round factors of products to 10 bits, PyTorch's default for cuDNN"
    )
    if compiles:
        parser.add_argument("--compile", choices=MODES, help="through torch.compile, in this mode")
    return parser


def parsed(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """The arguments, after what they say of threads and precision is done."""
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.backends.cudnn.allow_tf32 = arguments.tf32
    torch.backends.cuda.matmul.allow_tf32 = arguments.tf32
    return arguments
