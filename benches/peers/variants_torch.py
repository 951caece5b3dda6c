"""Scores of single bases by a model of the Basenji family in PyTorch, timed by requests on stdin.

    python -m peers.variants_torch MODEL.safetensors GENOME.fa VARIANTS.vcf --threads 1

The weights are those of a Regulens model file. For each variant the window without it and the one with it are predicted
on both strands, in batches of so many variants; variants of one place that stand in one batch share the windows without
them. The score is the difference of the two, summed over ±2 bins, averaged over strands. Batch norm is folded into the
convolutions, as PyTorch's own tools fold it.
"""

import json
import struct
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from .sequence_torch import same
from .serve import Subject, serve
from .torch_subject import flags, parsed

AROUND = 2
"""Bins on either side of the variant's own."""

BASES = "ACGT"


class Model(nn.Module):
    """Channels [N, 4, L] to tracks [N, cropped bins, tracks]: `basenji` and `attention-two-sided`."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            card = json.loads(json.loads(file.read(length))["__metadata__"]["regulens.card"])
        tensors = {name: tensor.float() for name, tensor in load_file(path).items()}
        sizes = card["hyperparameters"]
        if card["variant"] not in ("basenji", "attention-two-sided"):
            raise ValueError(f"{path} is a model of {card['variant']}; expected basenji or attention-two-sided")
        self.variant, self.length, self.link = card["variant"], sizes["length"], sizes["link"]
        self.pools, self.dilations = sizes["pools"], sizes.get("dilations", [])
        self.bin = int(np.prod(self.pools))
        self.crop = sizes["buffer"] // self.bin
        self.rectify = sizes.get("score_relu", False)
        self.names = [track["name"] for track in card["tracks"]]
        plain = len(self.pools)
        last = f"cnn{plain + len(self.dilations)}" if self.dilations else f"cnn_final{plain}"
        blocks = [*(f"cnn{index}" for index in range(plain + len(self.dilations))), last]
        folded = [self.folded(tensors, name, sizes["batch_norm_epsilon"]) for name in blocks]
        folded.append((tensors["final/dense/kernel"].T[:, :, None], tensors["final/dense/bias"]))
        self.kernels = nn.ParameterList(kernel.contiguous() for kernel, _ in folded)
        self.biases = nn.ParameterList(bias for _, bias in folded)
        heads = [f"multi_head0/multi_attention{head}" for head in range(sizes.get("heads", 0))]
        self.queries = nn.ParameterList(tensors[f"{head}/dense/kernel"] for head in heads)
        self.query_biases = nn.ParameterList(tensors[f"{head}/dense/bias"] for head in heads)
        decays = [[float(tensors[f"{head}/{side}_decay_factor"]) for side in ("left", "right")] for head in heads]
        self.positions = nn.ParameterList(self.position(left, right) for left, right in decays)

    @staticmethod
    def folded(tensors: dict[str, torch.Tensor], name: str, epsilon: float) -> tuple[torch.Tensor, torch.Tensor]:
        """Kernel [F, C, K] and bias [F] of a block with its normalisation."""
        norm = {
            part: tensors[f"{name}/batch_normalization/{part}"].double()
            for part in ("gamma", "beta", "moving_mean", "moving_variance")
        }
        scale = norm["gamma"] / (norm["moving_variance"] + epsilon).sqrt()
        kernel = (tensors[f"{name}/conv1d/kernel"].double() * scale).permute(2, 1, 0)
        return kernel.float(), (norm["beta"] - norm["moving_mean"] * scale).float()

    def position(self, left: float, right: float) -> torch.Tensor:
        """The two-sided function f [L, L] of bins i that ask and t that answer."""
        bins = self.length // self.bin
        offset = torch.arange(bins)[None] - torch.arange(bins)[:, None]
        sides = [-0.01 * left * (offset + bins / 2).clamp_min(0), -0.01 * right * (bins / 2 - offset).clamp_min(0)]
        return torch.minimum(*sides).exp() * (offset != 0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        # Everything rectifies what it reads but the heads of attention, and ReLU commutes with maxima and
        # concatenation.
        *convolutions, last, dense = zip(self.kernels, self.biases)
        plain = len(self.pools)
        for index, ((kernel, bias), pool) in enumerate(zip(convolutions, self.pools), 1):
            x = same(x, kernel, bias)
            x = functional.max_pool1d(x, pool) if pool > 1 else x
            x = x if index == plain and len(self.queries) else x.relu_()
        for (kernel, bias), dilation in zip(convolutions[plain:], self.dilations):
            x = torch.cat([x, same(x, kernel, bias, dilation).relu_()], dim=1)
        if len(self.queries):
            h = x.transpose(1, 2)
            parts = [h]
            for query, bias, position in zip(self.queries, self.query_biases, self.positions):
                scores = torch.tanh(h @ query + bias) @ x
                scores = (scores.relu_() if self.rectify else scores) * position
                parts.append(scores.softmax(2) @ h)
            x = torch.cat(parts, dim=2).transpose(1, 2).relu()
        x = x[:, :, self.crop : x.shape[2] - self.crop]
        x = same(x, *last).relu_()
        y = same(x, *dense).transpose(1, 2)
        if self.link == "exp":
            return y.clamp(-50, 50).exp()
        return functional.softplus(y) if self.link == "softplus" else torch.where(y > 0, y + 1, y.clamp(-50, 0).exp())


class Variants(Subject):
    """Variants of a genome, and the model."""

    names = ("sad",)

    def __init__(self, model: Path, genome: Path, variants: Path, device: str = "cpu") -> None:
        self.device = torch.device(device)
        self.model = Model(model).eval().to(self.device)
        codes = np.full(256, 4, np.uint8)
        codes[[ord(base) for base in BASES]] = range(4)
        sequence = "".join(line.strip() for line in genome.read_text().splitlines() if not line.startswith(">"))
        self.codes = codes[np.frombuffer(sequence.encode(), np.uint8)]
        rows = [line.split("\t") for line in variants.read_text().splitlines() if not line.startswith("#")]
        self.places = np.array([int(row[1]) - 1 for row in rows])
        self.alternatives = np.array([BASES.index(row[4]) for row in rows], np.uint8)
        self.channels = torch.cat([torch.eye(4), torch.full((1, 4), 0.25)]).to(self.device)
        super().__init__(np.arange(len(rows)))

    def windows(self, places: np.ndarray) -> np.ndarray:
        """Codes [N, L] around places, which are at base L / 2; every place is that far from the sequence's ends."""
        half = self.model.length // 2
        return np.stack([self.codes[place - half : place + half] for place in places])

    def around(self, codes: np.ndarray) -> torch.Tensor:
        """The mean of both strands' predictions [N, bins, tracks] of the bins around the middle."""
        x = self.channels[torch.from_numpy(codes).to(self.device).long()].transpose(1, 2).contiguous()
        # A turned sequence has its channels turned, too: A is T, and C is G.
        forward, reverse = self.model(x), self.model(x.flip(1, 2)).flip(1)
        bin = self.model.length // 2 // self.model.bin - self.model.crop
        bins = slice(max(0, bin - AROUND), bin + AROUND + 1)
        return (forward[:, bins] + reverse[:, bins]) / 2

    def predict(self, values: np.ndarray) -> tuple[np.ndarray, ...]:
        with torch.inference_mode():
            places, which = np.unique(self.places[values], return_inverse=True)
            without = self.windows(places)
            with_them = without[which]
            with_them[:, self.model.length // 2] = self.alternatives[values]
            # Sums of the two would be rounded by more than they differ.
            return ((self.around(with_them) - self.around(without)[which]).sum(1).cpu().numpy(),)


def main() -> None:
    parser = flags(compiles=False)
    parser.add_argument("model", type=Path)
    parser.add_argument("genome", type=Path, help="one sequence, in capitals")
    parser.add_argument("variants", type=Path, help="single bases of it")
    arguments = parsed(parser)
    serve(Variants(arguments.model, arguments.genome, arguments.variants, arguments.device))


if __name__ == "__main__":
    main()
