"""AttentiveChrome LSTM-α,β as an ordinary PyTorch module, timed by requests on stdin.

    python -m peers.torch_model WEIGHTS.safetensors SIGNAL.f32 LABELS.f32 --threads 2 [--device cuda [--tf32]]
                                [--compile default|reduce-overhead]

Set up as PyTorch's own tuning guide says: inference mode, cuDNN's recurrence on CUDA, Adam fused into one kernel.
"""

import argparse
from collections.abc import Callable

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from . import MARKS, signal
from .serve import Subject, serve
from .weights import BIN_HIDDEN, MARK_HIDDEN

LEARNING_RATE = 2e-4
"""Adam's, as published; its other settings are PyTorch's own defaults."""

CLIP_NORM = 1.0
"""The largest L2 norm of all gradients together, as published."""

MODES = ("default", "reduce-overhead")
"""Ways to compile: kernels fused, and those launched at once, as a graph of CUDA."""


class Attention(nn.Module):
    """Soft attention by one context vector over states [N, T, C]: their weighted sum [N, C] and the weights [N, T]."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.bin_context_vector = nn.Parameter(torch.zeros(width, 1))

    def forward(self, states: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        shares = torch.softmax((states @ self.bin_context_vector).squeeze(2), dim=1)
        return torch.bmm(shares.unsqueeze(1), states).squeeze(1), shares


class Encoder(nn.Module):
    """A bidirectional LSTM and attention over its states: x [N, T, D] to [N, 2H] and [N, T]."""

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.rnn = nn.LSTM(inputs, hidden, batch_first=True, bidirectional=True)
        self.bin_attention = Attention(2 * hidden)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.bin_attention(self.rnn(x)[0])


class LstmAlphaBeta(nn.Module):
    """The whole model, its parameters under their published names."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn_hms = nn.ModuleList(Encoder(1, BIN_HIDDEN) for _ in MARKS)
        self.hm_level_rnn_1 = Encoder(2 * BIN_HIDDEN, MARK_HIDDEN)
        self.fdiff1_1 = nn.Linear(2 * MARK_HIDDEN, 1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Signal [N, T, M] to logit [N], alpha [N, M, T] and beta [N, M]."""
        encoded = [encoder(x[:, :, mark : mark + 1]) for mark, encoder in enumerate(self.rnn_hms)]
        embeddings = torch.stack([embedding for embedding, _ in encoded], dim=1)
        gene, beta = self.hm_level_rnn_1(embeddings)
        alpha = torch.stack([alpha for _, alpha in encoded], dim=1)
        return self.fdiff1_1(gene).squeeze(1), alpha, beta


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
    """The module on a device."""

    def __init__(
        self, weights: str, values: np.ndarray, labels: np.ndarray, device: str, mode: str | None = None
    ) -> None:
        super().__init__(values)
        self.mode = mode
        self.labels = torch.from_numpy(labels)
        self.device = torch.device(device)
        self.weights = load_file(weights)
        self.model = compiled(self.load().eval(), mode)
        self.reset()

    def load(self) -> LstmAlphaBeta:
        model = LstmAlphaBeta()
        model.load_state_dict(self.weights)
        return model.to(self.device)

    def predict(self, values: np.ndarray) -> tuple[np.ndarray, ...]:
        with torch.inference_mode():
            outputs = self.model(torch.from_numpy(values).to(self.device))
            return tuple(output.cpu().numpy() for output in outputs)

    def step(self, genes: int) -> None:
        self.optimiser.zero_grad(set_to_none=True)
        x = torch.from_numpy(self.values[:genes]).to(self.device)
        logit, _, _ = self.learning(x)
        loss = nn.functional.binary_cross_entropy_with_logits(logit, self.labels[:genes].to(self.device))
        loss.backward()
        nn.utils.clip_grad_norm_(self.trained.parameters(), CLIP_NORM)
        self.optimiser.step()
        self.losses.append(loss.item())
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def reset(self) -> None:
        self.trained = self.load().train()
        self.learning = compiled(self.trained, self.mode)
        self.optimiser = torch.optim.Adam(self.trained.parameters(), lr=LEARNING_RATE, fused=True)
        self.losses = []

    def save_trained(self, path: str) -> None:
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in self.trained.state_dict().items()}
        save_file({**tensors, "loss": torch.tensor(self.losses)}, path)


def main() -> None:
    parser = argparse.ArgumentParser(description="Answer requests for timings of the PyTorch module.")
    parser.add_argument("weights", help="a state dict in safetensors")
    parser.add_argument("signal", help="[genes, bins, marks], float32, no header")
    parser.add_argument("labels", help="[genes], float32, 1 for on, no header")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument(
        "--tf32", action="store_true", help="let CUDA round factors of products to 10 bits, PyTorch's default for cuDNN"
    )
    parser.add_argument("--compile", choices=MODES, help="through torch.compile, in this mode")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.backends.cudnn.allow_tf32 = arguments.tf32
    torch.backends.cuda.matmul.allow_tf32 = arguments.tf32
    values, labels = signal.load(arguments.signal), np.fromfile(arguments.labels, "<f4")
    serve(TorchSubject(arguments.weights, values, labels, arguments.device, arguments.compile))


if __name__ == "__main__":
    main()
