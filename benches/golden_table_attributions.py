#!/usr/bin/env python3
"""Attributions of tables, computed with PyTorch and Captum in double precision from the weight file alone.

    python3 benches/golden_table_attributions.py --store tests/golden_attributions

Each model is built anew here from its equations, with autograd for the gradient, and explained on simulated genes:
gradients times input; integrated gradients at the nodes of NumPy's Gauss-Legendre rule, as many as Regulens is told to
take; occlusion by scoring every changed gene; Shapley values by the dividends of all subsets. Captum's
IntegratedGradients and ShapleyValues (over all orders of five marks) must give the same, to the single precision in
which they add up. Inputs and maps are for `tests/interpret/attributions_golden.rs`. A recurrent model may switch between
two states within what float32 tells apart, and of two equal positions of a pool either passes the gradient back: only
genes are stored whose maps hardly change when values, sums and gates are off by 2e-7, the error of Regulens' gates. It
needs Python 3.11, and in the environment that runs it `pip install numpy torch captum safetensors`.
"""

import argparse
import csv
import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from captum.attr import IntegratedGradients, ShapleyValues
from safetensors import safe_open
from safetensors.numpy import save

from peers import newest

ROOT = Path(__file__).resolve().parent.parent
DOUBLE = torch.float64
# Tolerance, relative to the score, or to 1 where the score is smaller.
ALLOWED = 1e-5
STEPS = 50
# Simulated genes of one cell type, and of two, among which those that are stored are looked for.
GENES, CHANGES = 8, 2
# Stated error of the gates of Regulens, by which values are moved, relative to themselves, and draws.
OFF_BY, DRAWS = 2e-7, 12
ROWS, ROWS_OF_GRADIENTS = 256, 32

@dataclass(frozen=True)
class Case:
    """A way to explain, as the program is told it."""

    name: str
    method: str
    baseline: str
    window: int = 1
    together: bool = False
    symmetric: bool = False
    """Of the symmetric form of a change, (f(A, B) - f(B, A)) / 2."""

    def settings(self) -> dict[str, object]:
        """The flags of its method, with their values."""
        if self.method == "integrated-gradients":
            return {"steps": STEPS}
        return {"window": self.window, "together": self.together} if self.method == "occlusion" else {}

ON_OFF = (
    Case("gradient", "gradient-x-input", "gene-mean"),
    Case("integrated", "integrated-gradients", "gene-mean"),
    Case("integrated-zero", "integrated-gradients", "zero"),
    Case("occlusion", "occlusion", "training-mean"),
    Case("windows", "occlusion", "gene-mean", 7, True),
    Case("shapley", "shapley", "gene-mean"),
    Case("integrated-class", "integrated-gradients", "class-mean"),
    Case("shapley-zero", "shapley", "zero"),
    Case("shapley-class", "shapley", "class-mean"),
)
CHANGE = (
    Case("gradient", "gradient-x-input", "other"),
    Case("integrated", "integrated-gradients", "gene-mean"),
    Case("integrated-other", "integrated-gradients", "other"),
    Case("occlusion", "occlusion", "training-mean"),
    Case("windows", "occlusion", "zero", 7, True),
    Case("shapley", "shapley", "gene-mean"),
    Case("integrated-midpoint", "integrated-gradients", "midpoint"),
    Case("integrated-symmetric", "integrated-gradients", "midpoint", symmetric=True),
    Case("shapley-midpoint", "shapley", "midpoint"),
)
# Stored cases: genes, and cases of each model.
STORED = {
    "attentive-chrome-k562": (2, ("gradient", "integrated", "occlusion", "shapley", "integrated-class")),
    "attentive-chrome-h1": (2, ("integrated-zero", "windows", "shapley-zero")),
    "lstm-alpha-k562": (2, ("integrated", "windows", "shapley")),
    "lstm-attn-k562": (2, ("gradient", "integrated-zero")),
    "lstm-k562": (2, ("integrated", "shapley")),
    "cnn-alpha-beta-k562": (2, ("integrated-zero", "windows")),
    "cnn-attn-k562": (2, ("gradient", "integrated", "shapley", "shapley-class")),
    "deep-chrome-k562": (2, ("integrated", "shapley")),
    "deep-diff-raw-k562-h1": (1, ("integrated-other", "shapley")),
    "deep-diff-aux-siamese-k562-h1": (1, ("integrated", "windows", "integrated-midpoint", "integrated-symmetric")),
    "deep-diff-raw-aux-k562-h1": (1, ("gradient", "shapley", "shapley-midpoint")),
}


class Model:
    """A model of tables as it scores: values [N, T, columns] as tables have them -> log-odds of on, or log2 fold
    change, [N]."""

    def __init__(self, path: Path):
        with safe_open(path, "pt") as file:
            self.card = json.loads(file.metadata()["regulens.card"])
            self.tensors = {name: file.get_tensor(name).to(DOUBLE) for name in file.keys()}
        self.name, self.variant, self.marks, self.bins = (
            path.stem,
            self.card["variant"],
            self.card["marks"],
            self.card["bins"],
        )
        self.change = self.card["family"] == "deep-diff"
        assert self.card["transform"].get("scale") is None, "models that ship scale nothing"
        self.off_by = 0.0
        self.symmetric = False

    def means(self) -> list[float]:
        """The training data's mean of each column."""
        cell_types = ["input_distribution", "input_distribution_b"][: 1 + self.change]
        recorded = [{one["mark"]: one["mean"] for one in self.card[key]} for key in cell_types]
        return [means[mark] for means in recorded for mark in self.marks]

    def single(self, y: torch.Tensor) -> torch.Tensor:
        """A sum or a gate as a calculation in single precision has it."""
        return y + self.off_by * y.abs().clamp(min=1) * (2 * torch.rand_like(y) - 1) if self.off_by else y

    def recurrences(self, names: list[str], x: torch.Tensor) -> torch.Tensor:
        """LSTMs side by side: x [E, N, T, I] -> states [E, N, T, 2H], forward and reverse."""
        weights = {}
        for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            weights[part] = torch.stack(
                [self.tensors[f"{name}.{part}_l0{way}"] for way in ("", "_reverse") for name in names]
            )
        into, onto = weights["weight_ih"].transpose(1, 2), weights["weight_hh"].transpose(1, 2)
        bias = (weights["bias_ih"] + weights["bias_hh"])[:, None]
        both = torch.cat([x, x.flip(2)])
        state = cell = both.new_zeros(*both.shape[:2], onto.shape[1])
        states = []
        for step in range(both.shape[2]):
            i, f, g, o = self.single(both[:, :, step] @ into + state @ onto + bias).chunk(4, 2)
            i, f, g, o = (
                self.single(gate) for gate in (torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o))
            )
            cell = self.single(f * cell + i * g)
            state = o * self.single(torch.tanh(cell))
            states.append(state)
        forward, reverse = torch.stack(states, 2).chunk(2)
        return torch.cat([forward, reverse.flip(2)], 3)

    def attend(self, names: list[str], states: torch.Tensor) -> torch.Tensor:
        """The attended sums [E, N, C] of states [E, N, T, C]."""
        contexts = torch.stack([self.tensors[f"{name}bin_attention.bin_context_vector"] for name in names])[:, None]
        return (torch.softmax(states @ contexts, 2) * states).sum(2)

    def encode(self, name: str, x: torch.Tensor) -> torch.Tensor:
        """[N, T, I] -> [N, 2H]."""
        return self.attend([f"{name}."], self.recurrences([f"{name}.rnn"], x[None]))[0]

    def each(self, name: str, x: torch.Tensor) -> torch.Tensor:
        """Columns [N, T, K] -> their embeddings [N, K, 2H]."""
        names = [f"{name}.{column}." for column in range(x.shape[2])]
        states = self.recurrences([f"{name}rnn" for name in names], x.permute(2, 0, 1)[..., None])
        return self.attend(names, states).transpose(0, 1)

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

    def profiles(self) -> list[torch.Tensor]:
        """The mean profiles [T, M] of the training genes that are off, and of those that are on."""
        texts = [self.card["class_means"][key] for key in ("off", "on")]
        halves = [np.frombuffer(bytes.fromhex(text), "<f2").astype(np.float64) for text in texts]
        return [torch.tensor(each).reshape(self.bins, len(self.marks)) for each in halves]

    def scores(self, values: torch.Tensor) -> torch.Tensor:
        if not self.symmetric:
            return self.one_order(values)
        return (self.one_order(values) - self.one_order(torch.cat(values.chunk(2, 2)[::-1], 2))) / 2

    def one_order(self, values: torch.Tensor) -> torch.Tensor:
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
                return self.linear("fdiff1_1", self.attend([""], self.recurrences(["rnn"], x[None]))[0])
            case "lstm":
                states = self.recurrences(["rnn"], x[None])[0]
                hidden = states.shape[2] // 2
                return self.linear("fdiff1_1", torch.cat([states[:, -1, :hidden], states[:, 0, hidden:]], 1))
            case "cnn-alpha-beta":
                names = [f"cnn_hms.{column}." for column in range(x.shape[2])]
                frames = torch.stack(
                    [
                        self.frames(f"{name}conv", x[:, :, column : column + 1], True)
                        for column, name in enumerate(names)
                    ]
                )
                marks = self.frames("hm_level_cnn_1.conv", self.attend(names, frames).transpose(0, 1), True)
                return self.linear("fdiff1_1", self.attend(["hm_level_cnn_1."], marks[None])[0])
            case "cnn-attn":
                return self.perceptron(self.attend([""], self.frames("conv", x, True)[None])[0])
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
        self.baseline = self.compared_with(baseline)

    def compared_with(self, baseline: str) -> torch.Tensor:
        values, model = self.values, self.model
        match baseline:
            case "zero":
                return torch.zeros_like(values)
            case "gene-mean":
                return values.mean(1, keepdim=True).expand_as(values)
            case "training-mean":
                return torch.tensor(model.means(), dtype=values.dtype).expand_as(values)
            case "other" | "midpoint":
                turned = torch.cat(values.chunk(2, 2)[::-1], 2)
                return turned if baseline == "other" else (values + turned) / 2
            case "class-mean":
                off, on = (profile.to(values.dtype) for profile in model.profiles())
                return torch.stack([off if score >= 0 else on for score in model.score(values)])
        raise ValueError(baseline)

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
        gradients = []
        for rows in at.split(ROWS_OF_GRADIENTS):
            leaf = rows.clone().requires_grad_()
            gradients += torch.autograd.grad(self.model.scores(leaf).sum(), leaf)
        return torch.cat(gradients)

    def integrated(self) -> torch.Tensor:
        places, weights = (torch.tensor(numbers) for numbers in np.polynomial.legendre.leggauss(STEPS))
        gradients = self.gradient(self.between((places + 1) / 2).flatten(0, 1)).unflatten(0, (-1, STEPS))
        return (weights[:, None, None] / 2 * gradients).sum(1) * (self.values - self.baseline)

    def between(self, shares: torch.Tensor) -> torch.Tensor:
        """[N, …, T, columns] of shares […]."""
        x, start = (
            each.reshape(len(each), *[1] * shares.dim(), *each.shape[1:]) for each in (self.values, self.baseline)
        )
        return start + shares[..., None, None] * (x - start)

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
        subsets = torch.tensor(
            [[subset >> player & 1 for player in range(players)] for subset in range(2**players)], dtype=DOUBLE
        )
        values = torch.zeros(genes, 2**players, dtype=DOUBLE)
        for gene in range(genes):
            x, from_ = self.values[gene], self.baseline[gene]
            values[gene] = torch.cat(
                [self.model.score(from_ + some[:, None] * (x - from_)) for some in subsets.split(ROWS)]
            )
        dividends = values.reshape(genes, *[2] * players)
        for axis in range(1, players + 1):
            without, with_it = dividends.chunk(2, axis)
            dividends = torch.cat([without, with_it - without], axis)
        # A subset's number has the first player in its lowest place.
        return dividends.reshape(genes, -1) @ (subsets / subsets.sum(1, keepdim=True).clamp(min=1))

    def by_captum(self, case: Case) -> torch.Tensor | None:
        """The same by Captum, which adds up in single precision; none where it has no such method or takes too many
        orders."""
        if case.method == "integrated-gradients":
            explainer, rule = IntegratedGradients(self.model.scores), "gausslegendre"
            return explainer.attribute(
                self.values, self.baseline, n_steps=STEPS, method=rule, internal_batch_size=ROWS_OF_GRADIENTS
            ).detach()
        if case.method == "shapley" and not self.model.change:
            column = torch.arange(self.values.shape[2]).repeat(1, self.model.bins, 1)
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
    def __init__(self, program: Path, folder: Path):
        self.program, self.folder = program, folder
        self.run("simulate", "hm", "--genes", GENES, "--seed", 23, "--out", "one.csv")
        self.run("simulate", "hm-pair", "--genes", CHANGES, "--seed", 23, "--out", "two")

    def run(self, *words: object) -> None:
        subprocess.run(
            [self.program, *map(str, words)],
            check=True,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def tables(self, model: Model) -> list[str]:
        return ["two.a.csv", "two.b.csv"] if model.change else ["one.csv"]

    def values(self, model: Model) -> torch.Tensor:
        return torch.cat([table(self.folder / name, model.marks) for name in self.tables(model)], 2)

def span(model: Model, values: torch.Tensor, case: Case, expected: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Between which maps those lie whose values, sums and gates are off."""
    least = most = expected
    model.off_by = OFF_BY
    for _ in range(DRAWS):
        moved = values * (1 + OFF_BY * (2 * torch.rand_like(values) - 1))
        near = Explained(model, moved, case.baseline).attributions(case)
        least, most = torch.minimum(least, near), torch.maximum(most, near)
    model.off_by = 0.0
    return least, most


def store(bench: Bench, folder: Path) -> None:
    """Writes, for each model in STORED, the first genes that a calculation in single precision hardly changes, and their
    maps."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (genes, names) in STORED.items():
        model = Model(ROOT / "models" / f"{name}.safetensors")
        cases = [case for case in (CHANGE if model.change else ON_OFF) if case.name in names]
        values, steady = bench.values(model), []
        for gene in range(len(values)):
            own = values[gene : gene + 1]
            spans = []
            for case in cases:
                model.symmetric = case.symmetric
                if "gradient" in case.method:
                    spans.append(span(model, own, case, Explained(model, own, case.baseline).attributions(case)))
            if all(float((most - least).max()) < ALLOWED / 10 for least, most in spans):
                steady.append(gene)
            if len(steady) == genes:
                break
        values = values[steady]
        tensors = {"values": values.to(torch.float32)}
        for case in cases:
            model.symmetric = case.symmetric
            explained = Explained(model, values, case.baseline)
            expected = explained.attributions(case)
            by_captum = explained.by_captum(case)
            assert by_captum is None or float((by_captum - expected).abs().max()) < ALLOWED / 2
            tensors |= {
                f"{case.name}.attributions": expected,
                f"{case.name}.baseline_score": model.score(explained.baseline),
                f"{case.name}.score": model.score(values),
            }
        model.symmetric = False
        tensors["score"] = model.score(values)
        settings = [
            {"name": case.name, "method": case.method, "baseline": case.baseline, "symmetric": case.symmetric}
            | case.settings()
            for case in cases
        ]
        data = save(
            {name: value.contiguous().numpy() for name, value in tensors.items()}, {"cases": json.dumps(settings)}
        )
        (folder / f"{model.name}.safetensors").write_bytes(data)
        print(f"{model.name}: genes {[gene + 1 for gene in steady]}, {', '.join(names)}, {len(data)} bytes", flush=True)


def main() -> None:
    flags = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    flags.add_argument("--program", type=Path, default=ROOT / "target" / "tests" / "regulens")
    flags.add_argument("--store", type=Path, required=True)
    given = flags.parse_args()
    newest.check(["torch", "captum"])
    torch.manual_seed(1)
    with tempfile.TemporaryDirectory() as folder:
        store(Bench(given.program.resolve(), Path(folder)), given.store)


if __name__ == "__main__":
    main()
