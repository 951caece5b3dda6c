#!/usr/bin/env python3
"""Attributions of tables, computed with Captum and PyTorch in double precision from the weight file alone, beside Regulens'.

    python3 benches/golden_table_attributions.py [--models FILE,…] [--genes N] [--program FILE] [--out FILE.md]
    python3 benches/golden_table_attributions.py --store tests/golden_attributions

Each model is built anew from its equations, with PyTorch's own LSTM and convolution and autograd for the gradient, and explained on simulated genes:
integrated gradients by Captum's IntegratedGradients with as many Gauss-Legendre steps as Regulens is told to take; Shapley values by Captum's
ShapleyValues over all orders of the marks, and of the ten columns of a change by their dividends; gradients times input by autograd; occlusion by
scoring every changed gene. `--store` writes inputs and maps for `tests/attributions_golden.rs`. It needs Python 3.11, and in the environment that
runs it `pip install numpy torch captum safetensors`.
"""

import argparse
import csv
import datetime
import json
import os
import platform
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import captum
import numpy as np
import torch
from captum.attr import IntegratedGradients, ShapleyValues
from safetensors import safe_open
from safetensors.numpy import save

ROOT = Path(__file__).resolve().parent.parent
DOUBLE = torch.float64
ALLOWED = 1e-5
STEPS = 50
ROWS = 256

MODELS = (
    *(f"{name}-k562" for name in ("attentive-chrome", "lstm-alpha", "lstm-attn", "lstm", "cnn-alpha-beta", "cnn-attn", "deep-chrome")),
    *(f"{name}-h1" for name in ("attentive-chrome", "cnn-alpha-beta", "deep-chrome")),
    *(f"deep-diff-{name}-k562-h1" for name in ("raw-d", "raw-c", "raw", "aux", "aux-siamese", "raw-aux", "raw-aux-siamese")),
)


@dataclass(frozen=True)
class Case:
    """A way to explain, as the program is told it."""

    name: str
    method: str
    baseline: str
    window: int = 1
    together: bool = False

    def flags(self) -> list[str]:
        words = ["--method", self.method, "--baseline", self.baseline]
        if self.method == "integrated-gradients":
            words += ["--steps", str(STEPS)]
        if self.method == "occlusion":
            words += ["--window", str(self.window), *(["--together"] if self.together else [])]
        return words

    def settings(self) -> dict[str, object]:
        return {"name": self.name, "method": self.method, "baseline": self.baseline} | (
            {"steps": STEPS} if self.method == "integrated-gradients" else {"window": self.window, "together": self.together} if self.method == "occlusion" else {}
        )


ON_OFF = (
    Case("gradient", "gradient-x-input", "gene-mean"),
    Case("integrated", "integrated-gradients", "gene-mean"),
    Case("integrated-zero", "integrated-gradients", "zero"),
    Case("occlusion", "occlusion", "training-mean"),
    Case("windows", "occlusion", "gene-mean", 7, True),
    Case("shapley", "shapley", "gene-mean"),
)
CHANGE = (
    Case("gradient", "gradient-x-input", "other"),
    Case("integrated", "integrated-gradients", "gene-mean"),
    Case("integrated-other", "integrated-gradients", "other"),
    Case("occlusion", "occlusion", "training-mean"),
    Case("windows", "occlusion", "zero", 7, True),
    Case("shapley", "shapley", "gene-mean"),
)
# What is stored: genes, and cases of each model.
STORED = {
    "attentive-chrome-k562": (2, ("gradient", "integrated", "occlusion", "shapley")),
    "attentive-chrome-h1": (2, ("integrated-zero", "windows")),
    "lstm-alpha-k562": (2, ("integrated", "windows", "shapley")),
    "lstm-attn-k562": (2, ("gradient", "integrated-zero")),
    "lstm-k562": (2, ("integrated", "shapley")),
    "cnn-alpha-beta-k562": (2, ("integrated-zero", "windows")),
    "cnn-attn-k562": (2, ("gradient", "integrated", "shapley")),
    "deep-chrome-k562": (2, ("integrated", "shapley")),
    "deep-diff-raw-k562-h1": (1, ("integrated-other", "shapley")),
    "deep-diff-aux-siamese-k562-h1": (1, ("integrated", "windows")),
    "deep-diff-raw-aux-k562-h1": (1, ("gradient", "shapley")),
    "deep-diff-raw-aux-siamese-k562-h1": (1, ("integrated-other", "windows", "shapley")),
}


class Model:
    """A model of tables as it scores: values [N, T, columns] as tables have them -> log-odds of on, or log2 fold change, [N]."""

    def __init__(self, path: Path, numbers: torch.dtype = DOUBLE):
        with safe_open(path, "pt") as file:
            self.card = json.loads(file.metadata()["regulens.card"])
            self.tensors = {name: file.get_tensor(name).to(numbers) for name in file.keys()}
        self.name, self.variant, self.marks, self.bins = path.stem, self.card["variant"], self.card["marks"], self.card["bins"]
        self.change = self.card["family"] == "deep-diff"
        assert self.card["transform"].get("scale") is None, "models that ship scale nothing"
        self.recurrences: dict[str, torch.nn.LSTM] = {}

    def means(self) -> list[float]:
        """The training data's mean of each column."""
        cell_types = ["input_distribution", "input_distribution_b"][: 1 + self.change]
        recorded = [{one["mark"]: one["mean"] for one in self.card[key]} for key in cell_types]
        return [means[mark] for means in recorded for mark in self.marks]

    def recurrence(self, name: str, x: torch.Tensor) -> torch.Tensor:
        """x [N, T, I] -> states [N, T, 2H], forward and reverse."""
        if name not in self.recurrences:
            weights = {key.removeprefix(f"{name}."): value for key, value in self.tensors.items() if key.startswith(f"{name}.")}
            gates, inputs = weights["weight_ih_l0"].shape
            lstm = torch.nn.LSTM(inputs, gates // 4, batch_first=True, bidirectional=True, dtype=weights["weight_ih_l0"].dtype)
            lstm.load_state_dict(weights)
            self.recurrences[name] = lstm.requires_grad_(False)
        return self.recurrences[name](x)[0]

    def attend(self, name: str, states: torch.Tensor) -> torch.Tensor:
        """The attended sum [N, C] of states [N, T, C]."""
        weights = torch.softmax(states @ self.tensors[f"{name}.bin_context_vector"], 1)
        return (weights * states).sum(1)

    def encode(self, name: str, x: torch.Tensor) -> torch.Tensor:
        return self.attend(f"{name}.bin_attention", self.recurrence(f"{name}.rnn", x))

    def each(self, name: str, x: torch.Tensor) -> torch.Tensor:
        """Columns [N, T, K] -> their embeddings [N, K, 2H]."""
        return torch.stack([self.encode(f"{name}.{column}", x[:, :, column : column + 1]) for column in range(x.shape[2])], 1)

    def linear(self, name: str, x: torch.Tensor) -> torch.Tensor:
        return x @ self.tensors[f"{name}.weight"].T + self.tensors[f"{name}.bias"]

    def perceptron(self, x: torch.Tensor) -> torch.Tensor:
        return self.linear("linear_3", torch.relu(self.linear("linear_2", torch.relu(self.linear("linear_1", x)))))

    def frames(self, name: str, x: torch.Tensor, padded: bool) -> torch.Tensor:
        """x [N, T, C] -> rectified frames [N, frames, F]."""
        weight = self.tensors[f"{name}.weight"]
        around = weight.shape[2] - 1 if padded else 0
        x = torch.nn.functional.pad(x.transpose(1, 2), (around // 2, around - around // 2))
        return torch.relu(torch.nn.functional.conv1d(x, weight, self.tensors[f"{name}.bias"])).transpose(1, 2)

    def scores(self, values: torch.Tensor) -> torch.Tensor:
        x = torch.log1p(values) if self.card["transform"]["kind"] == "log1p" else values
        y = self.change_of(x) if self.change else self.on(x)
        return y[:, 0] - y[:, 1] if y.shape[1] == 2 else y[:, 0]

    def on(self, x: torch.Tensor) -> torch.Tensor:
        match self.variant:
            case "lstm-alpha-beta":
                return self.linear("fdiff1_1", self.encode("hm_level_rnn_1", self.each("rnn_hms", x)))
            case "lstm-alpha":
                return self.linear("fdiff1_2", torch.relu(self.linear("fdiff1_1", self.each("rnn_hms", x).flatten(1))))
            case "lstm-attn":
                return self.linear("fdiff1_1", self.attend("bin_attention", self.recurrence("rnn", x)))
            case "lstm":
                states = self.recurrence("rnn", x)
                hidden = states.shape[2] // 2
                return self.linear("fdiff1_1", torch.cat([states[:, -1, :hidden], states[:, 0, hidden:]], 1))
            case "cnn-alpha-beta":
                columns = range(x.shape[2])
                frames = [self.frames(f"cnn_hms.{column}.conv", x[:, :, column : column + 1], True) for column in columns]
                embeddings = torch.stack([self.attend(f"cnn_hms.{column}.bin_attention", of) for column, of in zip(columns, frames)], 1)
                return self.linear("fdiff1_1", self.attend("hm_level_cnn_1.bin_attention", self.frames("hm_level_cnn_1.conv", embeddings, True)))
            case "cnn-attn":
                return self.perceptron(self.attend("bin_attention", self.frames("conv", x, True)))
            case "deep-chrome":
                pooled = torch.nn.functional.max_pool1d(self.frames("conv", x, False).transpose(1, 2), 5)
                return self.perceptron(pooled.transpose(1, 2).flatten(1))
        raise ValueError(self.variant)

    def change_of(self, x: torch.Tensor) -> torch.Tensor:
        a, b = x.chunk(2, 2)
        columns = {"raw-d": a - b, "raw-c": x}.get(self.variant, torch.cat([x, a - b], 2))
        if self.variant in ("raw-d", "raw-c", "raw"):
            return self.linear("fdiff1_1", self.encode("hm_level_rnn_1", self.each("rnn_hms", columns)))
        siamese = self.variant.endswith("siamese")
        of_a, of_b = self.each("rnn_hms", a), self.each("rnn_hms" if siamese else "rnn_hms2", b)
        if self.variant.startswith("aux"):
            vectors = torch.cat([self.encode("hm_level_rnn_1", of_a), self.encode("hm_level_rnn_2", of_b)], 1)
            return self.linear("predictor_", torch.relu(self.linear("predictor_1", vectors)))
        raw, joint = ("rnn_hmsx", "hm_level_rnn_1x") if siamese else ("rnn_hms3", "hm_level_rnn_3")
        return self.linear("predictor_", self.encode(joint, torch.cat([self.each(raw, columns), of_a, of_b], 1)))

    def score(self, values: torch.Tensor) -> torch.Tensor:
        """Without gradients, some rows at a time."""
        with torch.no_grad():
            return torch.cat([self.scores(rows) for rows in values.split(ROWS)])


class Explained:
    """Genes and their baseline, [N, T, columns], and their attributions."""

    def __init__(self, model: Model, values: torch.Tensor, baseline: str):
        self.model, self.values = model, values
        means = torch.tensor(model.means(), dtype=DOUBLE)
        self.baseline = {
            "zero": torch.zeros_like(values),
            "gene-mean": values.mean(1, keepdim=True).expand_as(values),
            "training-mean": means.expand_as(values),
            "other": torch.cat(values.chunk(2, 2)[::-1], 2) if model.change else values,
        }[baseline]

    def attributions(self, case: Case) -> torch.Tensor:
        """[N, T, columns]; of windows of marks together [N, T, cell types]; by Shapley [N, columns]."""
        match case.method:
            case "gradient-x-input":
                return self.gradient(self.values) * (self.values - self.baseline)
            case "integrated-gradients":
                return self.integrated()
            case "occlusion":
                return self.occlusion(case)
            case "shapley":
                return self.shapley()
        raise ValueError(case.method)

    def gradient(self, at: torch.Tensor) -> torch.Tensor:
        leaf = at.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(self.model.scores(leaf).sum(), leaf)
        return gradient

    def integrated(self) -> torch.Tensor:
        nodes, weights = np.polynomial.legendre.leggauss(STEPS)
        total = torch.zeros_like(self.values)
        for node, weight in zip(nodes, weights):
            total += weight / 2 * self.gradient(self.baseline + (1 + node) / 2 * (self.values - self.baseline))
        return total * (self.values - self.baseline)

    def occlusion(self, case: Case) -> torch.Tensor:
        genes, bins, columns = self.values.shape
        width = len(self.model.marks) if case.together else 1
        whole = self.model.score(self.values)
        lost = torch.zeros(genes, bins, columns // width, dtype=DOUBLE)
        covering = torch.zeros(bins, 1, dtype=DOUBLE)
        for first in range(bins - case.window + 1):
            end = first + case.window
            changed = self.values[:, None].repeat(1, columns // width, 1, 1)
            for group in range(columns // width):
                of_group = slice(group * width, (group + 1) * width)
                changed[:, group, first:end, of_group] = self.baseline[:, first:end, of_group]
            scores = self.model.score(changed.flatten(0, 1)).reshape(genes, 1, -1)
            lost[:, first:end] += whole[:, None, None] - scores
            covering[first:end] += 1
        return lost / covering

    def shapley(self) -> torch.Tensor:
        """The dividend of each subset of columns, shared out equally among them (Harsanyi 1963)."""
        genes, _, players = self.values.shape
        subsets = torch.tensor([[subset >> player & 1 for player in range(players)] for subset in range(2**players)], dtype=DOUBLE)
        values = torch.zeros(genes, 2**players, dtype=DOUBLE)
        for gene in range(genes):
            x, from_ = self.values[gene], self.baseline[gene]
            values[gene] = torch.cat([self.model.score(from_ + some[:, None] * (x - from_)) for some in subsets.split(ROWS)])
        dividends = values.reshape(genes, *[2] * players)
        for axis in range(1, players + 1):
            without, with_it = dividends.chunk(2, axis)
            dividends = torch.cat([without, with_it - without], axis)
        # A subset's number has the first player in its lowest place.
        return dividends.reshape(genes, -1) @ (subsets / subsets.sum(1, keepdim=True).clamp(min=1))

    def by_captum(self, case: Case) -> torch.Tensor | None:
        """The same by Captum, which adds up in single precision; none where it has no such method or takes too many orders."""
        if case.method == "integrated-gradients":
            explainer = IntegratedGradients(self.model.scores)
            return explainer.attribute(self.values, self.baseline, n_steps=STEPS, method="gausslegendre", internal_batch_size=ROWS).detach()
        if case.method == "shapley" and not self.model.change:
            column = torch.arange(self.values.shape[2]).expand(1, *self.values.shape[1:])
            explainer = ShapleyValues(self.model.score)
            return explainer.attribute(self.values, self.baseline, feature_mask=column, perturbations_per_eval=16)[:, 0]
        return None


def table(path: Path, marks: list[str]) -> torch.Tensor:
    """Counts [N, T, marks] of a table with a header, marks by their names."""
    genes: dict[str, list[list[float]]] = {}
    with path.open() as text:
        for row in csv.DictReader(text):
            genes.setdefault(row["gene"], []).append([float(row[mark]) for mark in marks])
    return torch.tensor(list(genes.values()), dtype=DOUBLE)


class Bench:
    def __init__(self, program: Path, folder: Path, genes: int, genes_of_change: int):
        self.program, self.folder = program, folder
        self.run("simulate", "hm", "--genes", genes, "--seed", 23, "--out", "one.csv")
        self.run("simulate", "hm-pair", "--genes", genes_of_change, "--seed", 23, "--out", "two")

    def run(self, *words: object) -> None:
        subprocess.run([self.program, *map(str, words)], check=True, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def tables(self, model: Model) -> list[str]:
        return ["two.a.csv", "two.b.csv"] if model.change else ["one.csv"]

    def values(self, model: Model) -> torch.Tensor:
        return torch.cat([table(self.folder / name, model.marks) for name in self.tables(model)], 2)

    def found(self, model: Model, path: Path, words: list[str]) -> dict[str, torch.Tensor]:
        """What the program writes: its map, both cell types side by side, and its scores."""
        tables = [word for pair in zip(("--input", "--input-b"), self.tables(model)) for word in pair]
        self.run("interpret", "attribute", "--model", path.resolve(), *tables, *words, "--out", "a.safetensors")
        with safe_open(self.folder / "a.safetensors", "pt") as file:
            tensors = {name: file.get_tensor(name).to(DOUBLE) for name in file.keys()}
        parts = [tensors[name] for name in ("attributions", "attributions_b", "shapley", "shapley_b") if name in tensors]
        return tensors | {"map": torch.cat(parts, -1)}


@dataclass
class Difference:
    """The largest of all genes."""

    absolute: float
    of_score: float
    of_map: float
    scores: float

    @staticmethod
    def of(found: dict[str, torch.Tensor], expected: torch.Tensor, score: torch.Tensor, baseline_score: torch.Tensor) -> "Difference":
        apart = (found["map"] - expected).abs().flatten(1).amax(1)
        largest = expected.abs().flatten(1).amax(1)
        said = torch.maximum((found["score"] - score).abs() / score.abs(), (found["baseline_score"] - baseline_score).abs() / baseline_score.abs())
        return Difference(*(float(each.max()) for each in (apart, apart / score.abs(), apart / largest, said)))


def compared(bench: Bench, paths: list[Path]) -> dict[str, dict[str, Difference]]:
    all_found: dict[str, dict[str, Difference]] = {}
    for path in paths:
        model = Model(path)
        values = bench.values(model)
        for case in CHANGE if model.change else ON_OFF:
            explained = Explained(model, values, case.baseline)
            found = bench.found(model, path, case.flags())
            score, baseline_score = model.score(values), model.score(explained.baseline)
            difference = Difference.of(found, explained.attributions(case), score, baseline_score)
            all_found.setdefault(model.name, {})[case.name] = difference
            print(f"{model.name} {case.name}: {difference}", flush=True)
    return all_found
