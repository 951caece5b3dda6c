#!/usr/bin/env python3
"""Gradients of tracks with respect to bases, computed with PyTorch in double precision from the weight file alone,
beside Regulens'.

    python3 benches/golden_sequence_gradients.py [--models FILE,…] [--program FILE] [--out FILE.md]

Each model is built anew here from its equations (batch normalisation unfolded, attention written out, autograd for the
gradient), read a window of simulated sequence, and asked for the gradient of the sum of each track over some bins, on
one strand and on both. Where two positions of a pool have the same value to within rounding, either passes the gradient
back: a map is held to lie between those of inputs that are moved by a millionth. It needs Python 3.11, and PyTorch in
the environment that runs it (`pip install torch numpy`).
"""

import argparse
import datetime
import json
import struct
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch

ROOT = Path(__file__).resolve().parent.parent
DOUBLE = torch.float64
ALLOWED = 1e-4


def read(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """Tensors in double precision, and the metadata, of a safetensors file."""
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    metadata = header.pop("__metadata__", {})
    kinds = {"F32": np.float32, "F16": np.float16, "F64": np.float64}
    tensors = {}
    for name, info in header.items():
        start, end = info["data_offsets"]
        values = np.frombuffer(data[8 + size + start : 8 + size + end], dtype=kinds[info["dtype"]])
        tensors[name] = torch.tensor(values.astype(np.float64)).reshape(info["shape"])
    return tensors, metadata


class Model:
    """Basenji or attention-Basenji as it predicts: x [L, 4] -> tracks [bins, tracks]."""

    def __init__(self, path: Path):
        self.tensors, metadata = read(path)
        card = json.loads(next(value for key, value in metadata.items() if value.startswith("{")))
        self.variant, self.set = card["variant"], card["hyperparameters"]
        self.tracks = [track["name"] for track in card["tracks"]]
        self.length = self.set["length"]
        bin_size = int(np.prod(self.set["pools"]))
        self.bins, self.crop = self.length // bin_size, self.set["buffer"] // bin_size

    def block(self, x: torch.Tensor, name: str, pool: int, dilation: int, rectify: bool) -> torch.Tensor:
        kernel = self.tensors[f"{name}/conv1d/kernel"]
        part = {
            key: self.tensors[f"{name}/batch_normalization/{key}"]
            for key in ("gamma", "beta", "moving_mean", "moving_variance")
        }
        r = torch.relu(x) if rectify else x
        padding = (kernel.shape[0] - 1) * dilation
        r = torch.nn.functional.pad(r.T, (padding // 2, padding - padding // 2))
        z = torch.nn.functional.conv1d(r[None], kernel.permute(2, 1, 0), dilation=dilation)[0].T
        scale = part["gamma"] / torch.sqrt(part["moving_variance"] + self.set["batch_norm_epsilon"])
        y = (z - part["moving_mean"]) * scale + part["beta"]
        if pool > 1:
            y = torch.nn.functional.max_pool1d(y.T[None], pool)[0].T
        return y

    def position(self, name: str) -> torch.Tensor | None:
        offset = torch.arange(self.bins)[None, :] - torch.arange(self.bins)[:, None]
        decays = [
            float(self.tensors[key].reshape(-1)[0])
            for key in sorted(self.tensors)
            if key.startswith(f"{name}/") and "dense" not in key
        ]
        if self.variant == "attention-none":
            return None
        if self.variant == "attention-variable":
            f = torch.exp(-decays[0] * offset.abs().to(DOUBLE))
            if self.set.get("zero_far", False):
                f = torch.where(offset.abs() > 103, torch.zeros_like(f), f)
        else:
            half = self.bins // 2
            left, right = decays
            f = torch.exp(
                torch.minimum(
                    -0.01 * left * torch.clamp(offset + half, min=0).to(DOUBLE),
                    -0.01 * right * torch.clamp(half - offset, min=0).to(DOUBLE),
                )
            )
        return torch.where(offset == 0, torch.zeros_like(f), f)

    def stage(self, h: torch.Tensor) -> torch.Tensor:
        distance = (torch.arange(self.bins)[None, :] - torch.arange(self.bins)[:, None]).abs().to(DOUBLE)
        if self.variant == "exp-constant":
            e = [
                torch.where(distance == 0, 0.0, torch.exp(-decay * distance)).to(DOUBLE) for decay in self.set["decays"]
            ]
            return torch.cat([h] + [matrix @ h for matrix in e], 1)
        if self.variant == "exp-variable":
            decays = [
                self.tensors[key].reshape(-1)[0]
                for key in sorted(
                    key for key in self.tensors if "exp" in key and "cnn" not in key and "final" not in key
                )
            ]
            e = [
                torch.softmax(torch.where(distance == 0, 0.0, torch.exp(-decay * distance)).to(DOUBLE), 0)
                for decay in decays
            ]
            return torch.cat([h] + [matrix @ h for matrix in e], 1)
        if not self.variant.startswith("attention"):
            return h
        names = sorted(
            {key.rsplit("/dense/", 1)[0] for key in self.tensors if "/dense/" in key and not key.startswith("final")}
        )
        assert self.set["layers"] == 1, "models that ship have one layer"
        contexts = []
        for name in names:
            query = torch.tanh(h @ self.tensors[f"{name}/dense/kernel"] + self.tensors[f"{name}/dense/bias"])
            scores = query @ h.T
            if self.set["score_relu"]:
                scores = torch.relu(scores)
            f = self.position(name)
            contexts.append(torch.softmax(scores if f is None else scores * f, 1) @ h)
        return torch.cat([h] + contexts, 1)

    def predict(self, x: torch.Tensor) -> torch.Tensor:
        h, number = x, 0
        for number, pool in enumerate(self.set["pools"]):
            h = self.block(h, f"cnn{number}", pool, 1, number > 0)
        for dilation in self.set.get("dilations") or []:
            number += 1
            h = torch.cat([h, self.block(h, f"cnn{number}", 1, dilation, True)], 1)
        last = next(
            name for name in (f"cnn{number + 1}", f"cnn_final{number + 1}") if f"{name}/conv1d/kernel" in self.tensors
        )
        h = self.block(self.stage(h), last, 1, 1, True)[self.crop : self.bins - self.crop]
        y = torch.relu(h) @ self.tensors["final/dense/kernel"] + self.tensors["final/dense/bias"]
        link = self.set["link"]
        if link == "exp_linear":
            return torch.relu(y) + torch.exp(torch.clamp(y, -50, 0))
        return torch.nn.functional.softplus(y) if link == "softplus" else torch.exp(torch.clamp(y, -50, 50))

    def maps(
        self, x: torch.Tensor, track: int, bins: tuple[int, int], both: bool, moved: float
    ) -> tuple[float, torch.Tensor]:
        """The sum and its hypothetical contributions [window, 4], of an input that is moved by as much at most."""
        x = x + moved * (2 * torch.rand_like(x) - 1)
        score, gradient = self.gradient(x, track, *bins)
        if both:
            cropped = self.bins - 2 * self.crop
            other, turned = self.gradient(x.flip(0, 1), track, cropped - bins[1], cropped - bins[0])
            score, gradient = (score + other) / 2, (gradient + turned.flip(0, 1)) / 2
        return score, gradient - gradient.mean(1, keepdim=True)

    def gradient(self, x: torch.Tensor, track: int, first: int, end: int) -> tuple[float, torch.Tensor]:
        leaf = x.clone().requires_grad_()
        total = self.predict(leaf)[first:end, track].sum()
        total.backward()
        return total.item(), leaf.grad


def sequence(path: Path) -> str:
    return "".join(line.strip() for line in path.read_text().splitlines() if not line.startswith(">"))


def main() -> None:
    flags = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    flags.add_argument(
        "--models", default=",".join(str(path) for path in sorted((ROOT / "models").glob("basenji-*.safetensors")))
    )
    flags.add_argument("--program", type=Path, default=ROOT / "target" / "tests" / "regulens")
    flags.add_argument("--out", type=Path)
    given = flags.parse_args()
    lines = [
        "# Gradients of tracks with respect to bases, beside PyTorch in double precision, "
        f"{datetime.date.today().isoformat()}",
        "",
        f"PyTorch {torch.__version__}. `python3 benches/golden_sequence_gradients.py`. Differences are relative to the "
        "largest value of a map: hypothetical",
        "contributions [window, 4] of the sum over eight bins; scores relative to themselves. Where two positions of a "
        "pool are equal to within",
        "rounding, either may pass the gradient back.",
        "",
        "| model | track | strands | score | largest difference of maps | from those of inputs moved by 1e-6 | of "
        "scores |",
        "|---|---|---|--:|--:|--:|--:|",
    ]
    worst = 0.0
    torch.manual_seed(1)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        subprocess.run(
            [given.program, *"simulate sequence --length 60000 --seed 2 --out seq".split()],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        letters = sequence(folder / "seq.fa")
        for path in given.models.split(","):
            model = Model(Path(path))
            begin, end = 30_001, 31_024
            for track, name in enumerate(model.tracks):
                for strands in ("forward", "both"):
                    words = [
                        *"interpret attribute --method gradient --input seq.fa --out g.safetensors --strands".split(),
                        strands,
                        "--model",
                        Path(path).resolve(),
                        "--track",
                        name,
                    ]
                    subprocess.run(
                        [given.program, *words, "--region", f"sim1:{begin}-{end}"],
                        cwd=folder,
                        check=True,
                        stderr=subprocess.DEVNULL,
                    )
                    found, metadata = read(folder / "g.safetensors")
                    start = int(json.loads(metadata["windows"])[0].split(":")[1].split("-")[0]) - 1
                    window = letters[start : start + model.length]
                    x = torch.tensor([[float(letter == base) for base in "ACGT"] for letter in window], dtype=DOUBLE)
                    origin, size = start + model.crop * (model.length // model.bins), model.length // model.bins
                    first, last = (begin - 1 - origin) // size, (end - 1 - origin) // size + 1
                    both = strands == "both"
                    score, expected = model.maps(x, track, (first, last), both, 0.0)
                    hypothetical, largest = found["hypothetical"][0], expected.abs().max()
                    least, most = expected, expected
                    as_is = float((hypothetical - expected).abs().max() / largest)
                    if as_is > ALLOWED / 10:
                        near = torch.stack([model.maps(x, track, (first, last), both, 1e-6)[1] for _ in range(12)])
                        least, most = torch.minimum(expected, near.amin(0)), torch.maximum(expected, near.amax(0))
                    apart = float((hypothetical - torch.clamp(hypothetical, least, most)).abs().max() / largest)
                    of_score = abs(float(found["score"][0]) - score) / abs(score)
                    worst = max(worst, apart)
                    lines.append(
                        f"| {Path(path).stem} | {name} | {strands} | {score:.2f} | {as_is:.1e} | {apart:.1e} | "
                        f"{of_score:.1e} |"
                    )
                    print(lines[-1], flush=True)
    lines += ["", f"Largest difference of maps: {worst:.1e}; allowed: {ALLOWED}."]
    if given.out:
        given.out.write_text("\n".join(lines) + "\n")
    assert worst < ALLOWED, worst


if __name__ == "__main__":
    main()
