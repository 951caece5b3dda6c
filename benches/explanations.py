#!/usr/bin/env python3
"""Explanations of models of tables: do they find what was planted, and does the prediction depend on what they mark?

    python3 benches/explanations.py --out FILE.md [--genes 600] [--changes 60] [--cells FOLDER] [--variants NAME,…]
                                    [--only PART,…] [--threads N] [--program FILE] [--keep FOLDER]

Simulated: AttentiveChrome's seven variants are trained on 400 genes of seed 11 and explained on genes of seed 13, which
they never saw; DeepDiff's seven on pairs of the same seeds. What the page shows first of each is chosen on validation
genes of seed 12. In cells, where a FOLDER has the sample of QData/DeepDiffChrome (Cell1 and Cell2, .test.csv.gz): the
models that ship, on their 200 test genes. Genes of a change, which take ten times as long, are drawn. A run that was cut off goes on where it ended, if
it keeps its files in a FOLDER. Every difference
is gene by gene, with its standard error over genes. It needs Python 3.11 and nothing else.
"""

import argparse
import csv
import datetime
import gzip
import json
import os
import platform
import random
import subprocess
import tempfile
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from completeness import header, numbers

ROOT = Path(__file__).resolve().parent.parent
ATTENTIVE_CHROME = ("lstm-alpha-beta", "lstm-alpha", "lstm-attn", "lstm", "cnn-alpha-beta", "cnn-attn", "deep-chrome")
DEEP_DIFF = ("raw-d", "raw-c", "raw", "aux", "aux-siamese", "raw-aux", "raw-aux-siamese")
EXPLANATIONS = (
    "attention",
    "saliency",
    "gradient-x-input",
    "integrated-gradients",
    "occlusion",
    "class-optimisation",
    "signal",
    "random",
)
ON_OFF, UP_DOWN = ("on", "off"), ("up", "down")
# Genes of a change that choose what the page shows first, as of the models that ship.
CHOSEN = 60
# Genes of a change whose contributions are held against the prediction, at most.
WEIGHED = 60
TRUTHS = ("alpha", "absolute-saliency", "gradient-x-input", "integrated-gradients", "occlusion", "class-optimisation", "signal", "random")


@dataclass
class Tested:
    """What a deletion test found of a model."""

    default: str
    """The explanation that the page opens with: that of the model's card, which won on validation genes."""
    areas: dict[str, list[float]]
    """The area of each gene, by explanation."""
    high: list[bool]
    """Whether a gene is predicted on, or to rise."""
    against: float
    """Of the sizes of all contributions by integrated gradients, the share that counts against what is predicted, mean over genes; of a change
    over the first WEIGHED."""


class Bench:
    def __init__(self, program: Path, folder: Path, threads: int | None):
        self.program, self.folder = program, folder
        self.environment = dict(os.environ) if threads is None else {**os.environ, "RAYON_NUM_THREADS": str(threads)}

    def run(self, *words: object) -> None:
        """Runs the program, if the file that it is to write is not there: what it writes is whole, or is not there."""
        words = [self.program, *map(str, words)]
        out = self.folder / words[words.index("--out") + 1]
        if out.exists() or (out.parent / f"{out.name}.a.csv").exists():
            return
        subprocess.run(words, check=True, cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def test(self, name: str, model: object, tables: list[object], *further: object) -> Tested:
        inputs = flagged(tables)
        per_gene = self.folder / f"{name}.genes.tsv"
        self.run("interpret", "deletion", "--model", model, *inputs, *further, "--out", f"{name}.tsv", "--per-gene", per_gene)
        with per_gene.open() as text:
            rows = list(csv.DictReader(text, delimiter="\t"))
        areas = {key: [float(row[f"area_{key}"]) for row in rows] for key in EXPLANATIONS if f"area_{key}" in rows[0]}
        predicted, threshold = ("probability", 0.5) if "probability" in rows[0] else ("log2_fold_change", 0.0)
        high = [float(row[predicted]) >= threshold for row in rows]
        weighed = rows[:WEIGHED] if len(tables) == 2 else rows
        if len(weighed) < len(rows):
            first = {row["gene"] for row in weighed}
            tables = [drawn(self.folder / table, first, self.folder / f"first.{Path(table).name}") for table in tables]
            inputs = flagged(tables)
        against = self.against(name, model, [*inputs, *further], high[: len(weighed)])
        tested = Tested(default_of(self.folder / str(model)), areas, high, against)
        print(name, flush=True)
        return tested

    def calibrated(self, name: str, tables: list[str], *further: object) -> str:
        """The file of a model whose card says which explanation won on validation genes."""
        inputs = flagged(tables)
        out = f"{name}.calibrated.safetensors"
        words = ("--model", f"{name}.safetensors", *inputs, "--data", "simulated validation genes", *further)
        self.run("calibrate", "explanations", *words, "--out", out)
        return out

    def against(self, name: str, model: object, words: list[object], high: list[bool]) -> float:
        out = self.folder / f"{name}.attributions.safetensors"
        self.run("interpret", "attribute", "--model", model, *words, "--out", out)
        parts = [numbers(out, name) for name in header(out)[0] if name.startswith("attributions")]
        size = len(parts[0]) // len(high)
        shares = []
        for gene, is_high in enumerate(high):
            values = [value if is_high else -value for part in parts for value in part[gene * size : (gene + 1) * size]]
            sizes = sum(map(abs, values))
            if sizes > 0:
                shares.append(sum(-value for value in values if value < 0) / sizes)
        return mean(shares)[0]


def default_of(model: Path) -> str:
    card = json.loads(header(model)[0]["__metadata__"]["regulens.card"])
    return card["explanation"]["best"]


def flagged(tables: list[object]) -> list[object]:
    """Tables of one cell type, or of both, as the program takes them."""
    return [word for flag, table in zip(("--input", "--input-b"), tables) for word in (flag, table)]


def drawn(table: Path, genes: set[str], out: Path) -> Path:
    """The rows of some genes, and what stands above all rows."""
    opened = gzip.open(table, "rt") if table.suffix == ".gz" else table.open()
    with opened as text, out.open("w") as few:
        few.writelines(line for number, line in enumerate(text) if is_of(line, genes) or (number == 0 and is_header(line)))
    return out


def gene_of(line: str) -> str:
    """Of a row whose key is GENE_BIN."""
    return line.split(",", 1)[0].rsplit("_", 1)[0]


def is_of(line: str, genes: set[str]) -> bool:
    """Of ENSG00000000003_TSPAN6 the program says ENSG00000000003."""
    gene = gene_of(line)
    return gene in genes or gene.split("_", 1)[0] in genes


def is_header(line: str) -> bool:
    return not line.split(",", 1)[0].rsplit("_", 1)[-1].isdigit()


def mean(values: list[float]) -> tuple[float, float]:
    centre = sum(values) / len(values)
    spread = sum((value - centre) ** 2 for value in values) / (len(values) - 1)
    return centre, sqrt(spread / len(values))


def ahead(tested: Tested, key: str, only: bool | None = None) -> tuple[float, float]:
    """By how much an explanation's areas are larger than those of the signal, of all genes or of one class."""
    pairs = zip(tested.areas[key], tested.areas["signal"], tested.high)
    return mean([one - signal for one, signal, high in pairs if only is None or high == only])


def signed(value: tuple[float, float], is_ahead: bool = False) -> str:
    bold = "**" if is_ahead and value[0] > 2 * value[1] else ""
    return f"{bold}{value[0]:+.3f} ± {value[1]:.3f}{bold}"


def table(title: str, columns: dict[str, Tested], classes: tuple[str, str]) -> list[str]:
    lines = [f"## {title}", "", "| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]

    def row(name: str, cell) -> None:
        lines.append(f"| {name} | " + " | ".join(map(cell, columns.values())) + " |")

    for key in EXPLANATIONS:
        row(key, lambda of: f"{mean(of.areas[key])[0]:.3f} ± {mean(of.areas[key])[1]:.3f}" if key in of.areas else "")
    for key in ("gradient-x-input", "integrated-gradients", "occlusion"):
        row(f"{key} less signal", lambda of: signed(ahead(of, key), True))
    row("the page's default", lambda of: of.default)
    row("the default less signal", lambda of: signed(ahead(of, of.default), True))
    row("counts against the prediction", lambda of: f"{of.against:.2f}")
    lines.append("")
    for variant, of in columns.items():
        centre, error = ahead(of, of.default)
        if centre > 2 * error:
            continue
        groups = [(name, high) for name, high in zip(classes, (True, False)) if of.high.count(high) > 1]
        parts = [f"genes predicted {name} {signed(ahead(of, of.default, high))} ({of.high.count(high)})" for name, high in groups]
        others = [other.against for name, other in columns.items() if name != variant]
        lines += [
            f"{variant}: {of.default} is not ahead of the signal: {', '.join(parts)}. What an attribution has before "
            "the signal's size is its sign: that",
            f"some signal counts against what is predicted. Here that is {of.against:.2f} of all contributions; in the "
            f"other variants {min(others):.2f} to "
            f"{max(others):.2f}.",
        ]
    return lines + [""]


def simulated(bench: Bench, genes: int) -> list[str]:
    for name, seed, count in (("train", 11, 400), ("valid", 12, 300), ("test", 13, genes)):
        bench.run("simulate", "hm", "--genes", count, "--seed", seed, "--out", f"{name}.csv")
    areas = {}
    for variant in ATTENTIVE_CHROME:
        bench.run(
            *f"train attentive-chrome --variant {variant} --train train.csv --valid valid.csv --seed 1 --transform log1p".split(),
            *f"--initialisation pytorch --learning-rate 2e-3 --batch-size 64 --epochs 40 --no-baselines --out {variant}.safetensors".split(),
        )
        areas[variant] = bench.test(variant, bench.calibrated(variant, ["valid.csv"]), ["test.csv"])
    models = [word for variant in ATTENTIVE_CHROME for word in ("--model", f"{variant}.safetensors")]
    methods = "gradient-x-input,integrated-gradients,occlusion"
    bench.run("interpret", "truth", *models, "--input", "test.csv", "--truth", "test.truth.tsv", "--attributions", methods, "--out", "truth.tsv")
    with (bench.folder / "truth.tsv").open() as text:
        rows = list(csv.DictReader(text, delimiter="\t"))
    lines = table(f"Deletion test, AttentiveChrome, {genes} simulated genes", areas, ON_OFF)
    for level, what in (("marks x bins", "marks and bins"), ("bins", "bins, all marks together")):
        chance = next(row["chance"] for row in rows if row["level"] == level)
        lines += [f"## What was planted: {what}", ""]
        lines += [f"Pearson correlation, mean over genes / share of the planted places among as many most important ones (chance {float(chance):.3f}).", ""]
        lines += ["| | " + " | ".join(ATTENTIVE_CHROME) + " |", "|---" * (len(ATTENTIVE_CHROME) + 1) + "|"]
        for key in TRUTHS:
            cells = []
            for variant in ATTENTIVE_CHROME:
                found = [row for row in rows if (row["variant"], row["explanation"], row["level"]) == (variant, key, level)]
                cells.append(f"{float(found[0]['r']):.3f} / {float(found[0]['recovery']):.3f}" if found and found[0]["r"] else "")
            lines.append(f"| {key} | " + " | ".join(cells) + " |")
        lines.append("")
    return lines


def simulated_change(bench: Bench, genes: int, variants: list[str]) -> list[str]:
    for name, seed, count in (("t", 11, 400), ("v", 12, 300), ("x", 13, genes)):
        bench.run("simulate", "hm-pair", "--genes", count, "--seed", seed, "--out", name)
    for cell in "ab":
        # Genes of different seeds have the same ids: those of validation are renamed.
        for name in (f"v.{cell}.csv", f"v.{cell}.expression.csv"):
            path = bench.folder / name
            path.write_text(path.read_text().replace("SIM", "VAL"))
        both = [(bench.folder / f"{name}.{cell}.expression.csv").read_text() for name in "tv"]
        (bench.folder / f"e.{cell}.csv").write_text("".join(both))
    areas = {}
    for variant in variants:
        bench.run(
            *f"train deep-diff --variant {variant} --train t.a.csv t.b.csv --valid v.a.csv v.b.csv --expression e.a.csv e.b.csv".split(),
            # As those that ship: from other starting weights `aux` learns nothing.
            *"--transform log1p --initialisation pytorch --output-bias mean --learning-rate 2e-3 --batch-size 20".split(),
            *f"--epochs 120 --patience 40 --seed 1 --no-baselines --out {variant}.safetensors".split(),
        )
        chosen = bench.calibrated(variant, ["v.a.csv", "v.b.csv"], "--genes", CHOSEN)
        areas[variant] = bench.test(variant, chosen, ["x.a.csv", "x.b.csv"])
    return table(f"Deletion test, DeepDiff, {genes} simulated genes: log2 fold change", areas, UP_DOWN)


def in_cells(bench: Bench, cells: Path) -> list[str]:
    lines = []
    for cell, name in (("k562", "Cell1"), ("h1", "Cell2")):
        tested = {}
        for variant in ATTENTIVE_CHROME:
            file = "attentive-chrome" if variant == "lstm-alpha-beta" else variant
            model = ROOT / "models" / f"{file}-{cell}.safetensors"
            tested[variant] = bench.test(f"{cell}-{variant}", model, [cells / f"{name}.test.csv.gz"], "--select-bins", "51-150")
        genes = len(tested[variant].high)
        lines += table(f"Deletion test, AttentiveChrome, {cell.upper()}, {genes} test genes", tested, ON_OFF)
    return lines


def change_in_cells(bench: Bench, cells: Path, count: int, variants: list[str]) -> list[str]:
    files = [cells / f"{name}.test.csv.gz" for name in ("Cell1", "Cell2")]
    with gzip.open(files[0], "rt") as text:
        genes = sorted({gene_of(line) for line in text})
    chosen = set(random.Random(1).sample(genes, min(count, len(genes))))
    tables = [drawn(file, chosen, bench.folder / f"few.{file.name.removesuffix('.gz')}") for file in files]
    tested = {}
    for variant in variants:
        model = ROOT / "models" / f"deep-diff-{variant}-k562-h1.safetensors"
        tested[variant] = bench.test(f"change-{variant}", model, tables)
    of = f"all {len(genes)} test genes" if len(chosen) == len(genes) else f"{len(chosen)} of {len(genes)} test genes, drawn at random (seed 1)"
    title = f"Deletion test, DeepDiff, K562 to H1, {of}: log2 fold change"
    return table(title, tested, UP_DOWN)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--genes", type=int, default=600)
    parser.add_argument("--changes", type=int, default=60, help="genes of a change")
    parser.add_argument("--cells", type=Path)
    parser.add_argument("--variants", default=",".join(DEEP_DIFF), help="of a change")
    parser.add_argument("--threads", type=int, help="of the CPU [all]")
    parser.add_argument("--program", type=Path, default=ROOT / "target" / "tests" / "regulens")
    parser.add_argument("--keep", type=Path, help="where its files stay, for a run that goes on")
    parser.add_argument("--only", default="simulated,simulated-change,cells,cells-change", help="parts of it, with commas between")
    given = parser.parse_args()
    today = datetime.date.today().isoformat()
    lines = [f"# Do explanations mark what a prediction depends on? {today}", ""]
    flags = f"--genes {given.genes} --changes {given.changes} --cells FOLDER --only {given.only}"
    flags += "" if given.variants == ",".join(DEEP_DIFF) else f" --variants {given.variants}"
    lines += [f"{os.cpu_count()} cores, {platform.system()}. `python3 benches/explanations.py --out FILE {flags}`", ""]
    lines += [
        "Area under the fall of the predicted class's probability (of a change: of the log2 fold change) as bins are "
        "replaced by the gene's mean",
        "of each mark, most important first; mean over genes ± standard error. The lower rows are differences from "
        "signal, gene by gene; **bold**",
        "where they exceed two standard errors. Occlusion replaces each bin by itself, as the test's first step does, "
        "so the test favours it:",
        "planted truth does not. Attributions are against the gene's own means. The default is what the page opens a "
        "gene with: the explanation",
        "that won on validation genes, as the model's card says. Below it stands the share of the sizes of all "
        "contributions, by integrated",
        "gradients, that counts against what is predicted.",
        "",
    ]
    with tempfile.TemporaryDirectory() as folder:
        if given.keep:
            given.keep.mkdir(parents=True, exist_ok=True)
        bench = Bench(given.program.resolve(), (given.keep or Path(folder)).resolve(), given.threads)
        only = given.only.split(",")
        if "simulated" in only:
            lines += simulated(bench, given.genes)
        if "simulated-change" in only:
            lines += simulated_change(bench, given.changes, given.variants.split(","))
        if given.cells and "cells" in only:
            lines += in_cells(bench, given.cells.resolve())
        if given.cells and "cells-change" in only:
            lines += change_in_cells(bench, given.cells.resolve(), given.changes, given.variants.split(","))
    given.out.write_text("\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    main()
