#!/usr/bin/env python3
"""Contributions of bases to tracks, computed with PyTorch in double precision from the weight file alone.

    python3 benches/golden_sequence_gradients.py --store tests/golden_sequences

Each model is built anew here from its equations (batch normalisation unfolded, attention written out, autograd for the
gradient). It writes random sequence, and what PyTorch and tangermeme (saliency, saturation mutagenesis) make of it, for
`tests/interpret/sequences_golden.rs`: of each model in STORED the first sequence whose maps single precision hardly
changes, as where two positions of a pool have the same value to within rounding, either passes the gradient back. It
needs Python 3.11, and in the environment that runs it `pip install torch numpy safetensors tangermeme`.
"""

import argparse
import copy
import json
import struct
from pathlib import Path

import numpy as np
import torch

from peers import newest

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


# Stored cases of each model: track, strands, and way to explain.
STORED = {
    "basenji-attention-none-yeast-atac": (("ATAC", "both", "gradient"),),
    "basenji-attention-two-sided-simulated": (
        ("MNase", "both", "gradient"),
        ("ATAC", "both", "integrated-gradients"),
        ("ATAC", "both", "mutagenesis"),
    ),
    "basenji-attention-variable-yeast-mnase-polii": (
        ("PolII", "forward", "gradient"),
        ("MNase", "forward", "integrated-gradients"),
    ),
    "basenji-exp-constant-yeast-atac": (("ATAC", "both", "gradient"),),
    "basenji-exp-variable-yeast-atac": (("ATAC", "both", "integrated-gradients"),),
    "basenji-standard-yeast-atac": (("ATAC", "forward", "gradient"), ("ATAC", "forward", "mutagenesis")),
    "basenji-yeast-mnase-polii": (("PolII", "both", "gradient"), ("PolII", "both", "integrated-gradients")),
}
# Bins that are summed; gradients on the way from each of the shuffles.
BINS, STEPS, SHUFFLES, SEED = (44, 52), 6, 2, 3
# Rows of a map that are stored: all around the middle, and some of everywhere else.
AROUND, EVERY, EXCHANGED, MOVES = 128, 61, 12, 24


class SplitMix64:
    """Steele, Lea and Flood's generator."""

    def __init__(self, seed: int):
        self.state = seed

    def below(self, count: int) -> int:
        self.state = (self.state + 0x9E3779B97F4A7C15) % 2**64
        z = self.state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
        return ((z ^ (z >> 31)) * count) >> 64


def shuffled(codes: list[int], random: SplitMix64) -> list[int]:
    """Known bases in an order with the same pairs of neighbours, drawn as Regulens draws it (Altschul and Erickson)."""
    following: list[list[int]] = [[], [], [], []]
    for a, b in zip(codes, codes[1:]):
        following[a].append(b)
    end = codes[-1]
    while True:
        last = [random.below(len(next_)) if next_ and base != end else None for base, next_ in enumerate(following)]

        def leads_on(base: int) -> bool:
            for _ in range(4):
                if last[base] is None:
                    break
                base = following[base][last[base]]
            return base == end

        if all(leads_on(base) for base in range(4) if following[base]):
            break
    for base, next_ in enumerate(following):
        count = len(next_)
        if last[base] is not None:
            count -= 1
            next_[last[base]], next_[count] = next_[count], next_[last[base]]
        for place in range(count - 1, 0, -1):
            other = random.below(place + 1)
            next_[place], next_[other] = next_[other], next_[place]
    walk = [codes[0]]
    for _ in codes[1:]:
        walk.append(following[walk[-1]].pop(0))
    return walk


def one_hot(codes: np.ndarray) -> torch.Tensor:
    return torch.eye(4, dtype=DOUBLE)[torch.tensor(codes.astype(np.int64))]


def moved(tensor: torch.Tensor) -> torch.Tensor:
    """The same, off by what single precision rounds: positions of a pool that have one value come apart."""
    return tensor * (1 + 3e-7 * (2 * torch.rand_like(tensor) - 1))


class Sum(torch.nn.Module):
    """The sum of a track over some bins, of sequences [N, 4, L] as tangermeme has them: [N, 1]."""

    def __init__(self, model: Model, track: int, bins: tuple[int, int], both: bool):
        super().__init__()
        self.model, self.track, self.bins, self.both = model, track, bins, both

    def of(self, x: torch.Tensor) -> torch.Tensor:
        first, end = self.bins
        total = self.model.predict(x)[first:end, self.track].sum()
        if not self.both:
            return total
        cropped = self.model.bins - 2 * self.model.crop
        other = self.model.predict(x.flip(0, 1))[cropped - end : cropped - first, self.track].sum()
        return (total + other) / 2

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.stack([self.of(each.T) for each in x])[:, None]

    def moved(self) -> "Sum":
        """The same of weights that are off by what single precision rounds."""
        model = copy.copy(self.model)
        model.tensors = {name: moved(tensor) for name, tensor in model.tensors.items()}
        return Sum(model, self.track, self.bins, self.both)


def integrated(total: Sum, x: torch.Tensor, baselines: list[torch.Tensor]) -> torch.Tensor:
    """Hypothetical contributions, the mean over baselines."""
    nodes, weights = np.polynomial.legendre.leggauss(STEPS)
    maps = []
    for baseline in baselines:
        mean = torch.zeros_like(x)
        for node, weight in zip((nodes + 1) / 2, weights / 2):
            leaf = (baseline + node * (x - baseline)).requires_grad_()
            total.of(leaf).backward()
            mean += weight * leaf.grad
        maps.append(mean - (mean * baseline).sum(1, keepdim=True))
    return sum(maps) / len(maps)


def explained(total: Sum, x: torch.Tensor, baselines: list[torch.Tensor], method: str) -> torch.Tensor:
    if method == "integrated-gradients":
        return integrated(total, x, baselines)
    leaf = x.clone().requires_grad_()
    total.of(leaf).backward()
    return leaf.grad - leaf.grad.mean(1, keepdim=True)


class Unsteady(Exception):
    """A map that single precision may change."""


def cases_of(model: Model, codes: np.ndarray, rows: np.ndarray, cases: tuple) -> tuple[dict, list[dict]]:
    """What is stored of a model, tensors and settings."""
    from tangermeme.saliency import saliency
    from tangermeme.saturation_mutagenesis import saturation_mutagenesis

    random = SplitMix64(SEED)
    x, baselines = one_hot(codes), [one_hot(np.array(shuffled(codes.tolist(), random))) for _ in range(SHUFFLES)]
    double = {"dtype": torch.float64, "device": "cpu"}
    tensors, settings = {}, []
    for track, strands, method in cases:
        total = Sum(model, model.tracks.index(track), BINS, strands == "both")
        key = f"{track}.{strands}.{method}"
        case = {"track": track, "strands": strands, "method": method, "bins": BINS, "score": total.of(x).item()}
        if method == "mutagenesis":
            start = model.length // 2 - EXCHANGED // 2
            end = start + EXCHANGED
            before, after = saturation_mutagenesis(total, x.T[None], start=start, end=end, raw_outputs=True, **double)
            change = after[0, :, :, 0].T - before[0, 0]
            tensors[key] = -(change.sum(1) / 3)
            case |= {"start": start, "largest": float(tensors[key].abs().max())}
        else:
            if method == "gradient":
                expected = saliency(total, x.T[None], hypothetical=True, **double)[0].T
            else:
                expected = integrated(total, x, baselines)
                from_shuffles = [total.of(each).item() for each in baselines]
                case |= {"steps": STEPS, "shuffles": SHUFFLES, "seed": SEED}
                case |= {"baseline_score": sum(from_shuffles) / SHUFFLES}
            largest = expected.abs().max()
            for _ in range(MOVES):
                near = explained(total.moved(), moved(x), [moved(each) for each in baselines], method)
                apart = float((near - expected).abs().max() / largest)
                if apart > ALLOWED / 5:
                    raise Unsteady(f"{key}: {apart:.1e}")
            tensors[key] = expected[torch.tensor(rows)]
            case |= {"largest": float(largest)}
        settings.append(case)
    return tensors, settings


def store(folder: Path) -> None:
    """Writes random sequence and its maps, for each model in STORED: of the first seed whose maps are steady."""
    from safetensors.numpy import save

    folder.mkdir(parents=True, exist_ok=True)
    for name, cases in STORED.items():
        model = Model(ROOT / "models" / f"{name}.safetensors")
        middle = model.length // 2
        rows = np.array([at for at in range(model.length) if abs(at - middle) < AROUND or at % EVERY == 0])
        for seed in range(1, 100):
            codes = np.random.default_rng(seed).choice(4, model.length, p=[0.31, 0.19, 0.19, 0.31]).astype(np.uint8)
            try:
                tensors, settings = cases_of(model, codes, rows, cases)
            except Unsteady as why:
                print(f"{name}, sequence {seed}: {why}", flush=True)
                continue
            break
        else:
            raise SystemExit(f"{name}: no sequence is steady")
        # The maps' digits are more than single precision has.
        arrays = {key: value.to(torch.float32).contiguous().numpy() for key, value in tensors.items()}
        arrays |= {"codes": codes, "rows": rows.astype(np.int32)}
        (folder / f"{name}.safetensors").write_bytes(save(arrays, {"cases": json.dumps(settings)}))
        print(name, f"sequence {seed}", *settings, sep="\n  ", flush=True)


def main() -> None:
    flags = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    flags.add_argument("--store", type=Path, required=True)
    given = flags.parse_args()
    newest.check(["torch", "tangermeme"])
    torch.manual_seed(1)
    store(given.store)


if __name__ == "__main__":
    main()
