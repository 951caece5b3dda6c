"""DeepDiff Raw+Aux as an ordinary PyTorch module, timed by requests on stdin.

    python -m peers.change_torch MODEL.safetensors A.f32 B.f32 TARGETS.f32 --threads 2 [--device cuda [--tf32]]
                                 [--compile default|reduce-overhead]

The weights are those of a Regulens model file. The signals are [genes, bins, marks] as tables have them, with the marks
in the model's order; what the card says is done to them is done beforehand. TARGETS is [genes, 3]: the log2 fold
change, and log2(count + 1) in A and B.
"""

import json

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import nn

from .serve import serve
from .torch_model import Encoder
from .torch_subject import TorchSubject, flags, parsed

class RawAux(nn.Module):
    """Signals [N, T, 2M], A's marks and then B's, to the fold change and both expressions, [N] each."""

    def __init__(self, tensors: dict[str, torch.Tensor]) -> None:
        super().__init__()
        marks = sum(name.startswith("rnn_hms.") and name.endswith("context_vector") for name in tensors)
        hidden = tensors["rnn_hms.0.rnn.weight_hh_l0"].shape[1]
        half = tensors["hm_level_rnn_1.rnn.weight_hh_l0"].shape[1]
        self.rnn_hms, self.rnn_hms2, self.rnn_hms3 = (
            nn.ModuleList(Encoder(1, hidden) for _ in range(count)) for count in (marks, marks, 3 * marks)
        )
        self.hm_level_rnn_1, self.hm_level_rnn_2, self.hm_level_rnn_3 = (Encoder(2 * hidden, half) for _ in range(3))
        self.f1_1, self.f2_1, self.predictor_ = (nn.Linear(2 * half, 1) for _ in range(3))
        self.load_state_dict(tensors)

    @staticmethod
    def each(encoders: nn.ModuleList, x: torch.Tensor) -> torch.Tensor:
        """Embeddings [N, K, 2H] of columns [N, T, K]."""
        return torch.stack([encoder(x[:, :, at : at + 1])[0] for at, encoder in enumerate(encoders)], dim=1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        a, b = x.chunk(2, dim=2)
        raw = self.each(self.rnn_hms3, torch.cat([x, a - b], dim=2))
        of_a, of_b = self.each(self.rnn_hms, a), self.each(self.rnn_hms2, b)
        joint, _ = self.hm_level_rnn_3(torch.cat([raw, of_a, of_b], dim=1))
        in_a, in_b = self.f1_1(self.hm_level_rnn_1(of_a)[0]), self.f2_1(self.hm_level_rnn_2(of_b)[0])
        return self.predictor_(joint).squeeze(1), in_a.squeeze(1), in_b.squeeze(1)


class ChangeTorch(TorchSubject):
    """The module on a device."""

    names = ("log2_fold_change", "log2_count_A", "log2_count_B")
    learning_rate = 1e-4

    def __init__(self, model: str, values: np.ndarray, targets: np.ndarray, device: str, mode: str | None) -> None:
        self.targets = torch.from_numpy(targets)
        self.weights = {name: tensor.float() for name, tensor in load_file(model).items()}
        super().__init__(values, self.fresh(), device, mode)

    def fresh(self) -> RawAux:
        return RawAux(self.weights)

    def loss(self, x: torch.Tensor) -> torch.Tensor:
        wanted = self.targets[: len(x)].to(self.device)
        return sum(nn.functional.mse_loss(output, wanted[:, at]) for at, output in enumerate(self.learning(x)))


def values(model: str, signals: list[str]) -> np.ndarray:
    """[N, T, 2M], transformed as the card says.

    Raises SystemExit where that is something else than a logarithm.
    """
    with safe_open(model, "np") as file:
        card = json.loads(file.metadata()["regulens.card"])
    if card["variant"] != "raw-aux" or card["transform"] != {"kind": "log1p"}:
        raise SystemExit(f"{model}: expected raw-aux and log1p, found {card['variant']} and {card['transform']}")
    shape = (-1, card["bins"], len(card["marks"]))
    return np.log1p(np.concatenate([np.fromfile(signal, "<f4").reshape(shape) for signal in signals], axis=2))


def main() -> None:
    parser = flags()
    parser.add_argument("model", help="a model file of DeepDiff Raw+Aux")
    parser.add_argument("signals", nargs=2, help="[genes, bins, marks] in A and in B, float32, no header")
    parser.add_argument("targets", help="[genes, 3], float32, no header")
    arguments = parsed(parser)
    targets = np.fromfile(arguments.targets, "<f4").reshape(-1, 3)
    given = values(arguments.model, arguments.signals)
    serve(ChangeTorch(arguments.model, given, targets, arguments.device, arguments.compile))


if __name__ == "__main__":
    main()
