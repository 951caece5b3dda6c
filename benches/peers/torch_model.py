"""AttentiveChrome LSTM-α,β as an ordinary PyTorch module, timed by requests on stdin.

    python -m peers.torch_model WEIGHTS.safetensors SIGNAL.f32 LABELS.f32 --threads 2 [--device cuda [--tf32]]
                                [--compile default|reduce-overhead]
"""

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

from . import MARKS, signal
from .serve import serve
from .torch_subject import TorchSubject, flags, parsed
from .weights import BIN_HIDDEN, MARK_HIDDEN

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


class GenesTorch(TorchSubject):
    """The module on a device."""

    def __init__(
        self, weights: str, values: np.ndarray, labels: np.ndarray, device: str, mode: str | None = None
    ) -> None:
        self.labels = torch.from_numpy(labels)
        self.weights = load_file(weights)
        super().__init__(values, self.fresh(), device, mode)

    def fresh(self) -> LstmAlphaBeta:
        model = LstmAlphaBeta()
        model.load_state_dict(self.weights)
        return model

    def loss(self, x: torch.Tensor) -> torch.Tensor:
        logit, _, _ = self.learning(x)
        return nn.functional.binary_cross_entropy_with_logits(logit, self.labels[: len(x)].to(self.device))


def main() -> None:
    parser = flags()
    parser.add_argument("weights", help="a state dict in safetensors")
    parser.add_argument("signal", help="[genes, bins, marks], float32, no header")
    parser.add_argument("labels", help="[genes], float32, 1 for on, no header")
    arguments = parsed(parser)
    values, labels = signal.load(arguments.signal), np.fromfile(arguments.labels, "<f4")
    serve(GenesTorch(arguments.weights, values, labels, arguments.device, arguments.compile))


if __name__ == "__main__":
    main()
