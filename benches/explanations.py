#!/usr/bin/env python3
"""Explanations of models of tables: do they find what was planted, and does the prediction depend on what they mark?

    python3 benches/explanations.py --out FILE.md [--genes 600] [--cells FOLDER] [--program FILE]

Simulated: AttentiveChrome's seven variants are trained on 400 genes of seed 11 and explained on genes of seed 13, which they never saw;
DeepDiff's seven on pairs of the same seeds. In cells, where a FOLDER has the sample of QData/DeepDiffChrome (Cell1 and Cell2, .test.csv.gz): the
models that ship, on their 200 test genes. Every difference is gene by gene, with its standard error over genes.
It needs Python 3.11 and nothing else.
"""

import argparse
import csv
import datetime
import os
import platform
import subprocess
import tempfile
from math import sqrt
from pathlib import Path

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
TRUTHS = ("alpha", "absolute-saliency", "gradient-x-input", "integrated-gradients", "occlusion", "class-optimisation", "signal", "random")


class Bench:
    def __init__(self, program: Path, folder: Path):
        self.program, self.folder = program, folder

    def run(self, *words: object) -> None:
        subprocess.run([self.program, *map(str, words)], check=True, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def areas(self, name: str, model: object, tables: list[object]) -> dict[str, list[float]]:
        """The area under the deletion curve of each gene, by explanation."""
        inputs = [word for flag, table in zip(("--input", "--input-b"), tables) for word in (flag, table)]
        per_gene = self.folder / f"{name}.genes.tsv"
        self.run("interpret", "deletion", "--model", model, *inputs, "--out", f"{name}.tsv", "--per-gene", per_gene)
        with per_gene.open() as text:
            rows = list(csv.DictReader(text, delimiter="\t"))
        return {key: [float(row[f"area_{key}"]) for row in rows] for key in EXPLANATIONS if f"area_{key}" in rows[0]}


def mean(values: list[float]) -> tuple[float, float]:
    centre = sum(values) / len(values)
    spread = sum((value - centre) ** 2 for value in values) / (len(values) - 1)
    return centre, sqrt(spread / len(values))


def table(title: str, columns: dict[str, dict[str, list[float]]]) -> list[str]:
    lines = [f"## {title}", "", "| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for key in EXPLANATIONS:
        cells = [f"{mean(areas[key])[0]:.3f} ± {mean(areas[key])[1]:.3f}" if key in areas else "" for areas in columns.values()]
        lines.append(f"| {key} | " + " | ".join(cells) + " |")
    for key in ("gradient-x-input", "integrated-gradients", "occlusion"):
        cells = []
        for areas in columns.values():
            centre, error = mean([one - signal for one, signal in zip(areas[key], areas["signal"])])
            verdict = "**" if centre > 2 * error else ""
            cells.append(f"{verdict}{centre:+.3f} ± {error:.3f}{verdict}")
        lines.append(f"| {key} less signal | " + " | ".join(cells) + " |")
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
        areas[variant] = bench.areas(variant, f"{variant}.safetensors", ["test.csv"])
        print(variant, flush=True)
    models = [word for variant in ATTENTIVE_CHROME for word in ("--model", f"{variant}.safetensors")]
    methods = "gradient-x-input,integrated-gradients,occlusion"
    bench.run("interpret", "truth", *models, "--input", "test.csv", "--truth", "test.truth.tsv", "--attributions", methods, "--out", "truth.tsv")
    with (bench.folder / "truth.tsv").open() as text:
        rows = list(csv.DictReader(text, delimiter="\t"))
    lines = table(f"Deletion test, AttentiveChrome, {genes} simulated genes", areas)
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


def simulated_change(bench: Bench, genes: int) -> list[str]:
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
    for variant in DEEP_DIFF:
        bench.run(
            *f"train deep-diff --variant {variant} --train t.a.csv t.b.csv --valid v.a.csv v.b.csv --expression e.a.csv e.b.csv".split(),
            *f"--transform log1p --learning-rate 2e-3 --epochs 40 --no-baselines --out {variant}.safetensors".split(),
        )
        areas[variant] = bench.areas(variant, f"{variant}.safetensors", ["x.a.csv", "x.b.csv"])
        print(variant, flush=True)
    return table(f"Deletion test, DeepDiff, {genes} simulated genes: log2 fold change", areas)


def in_cells(bench: Bench, cells: Path) -> list[str]:
    lines = []
    tables = {}
    for name in ("Cell1", "Cell2"):
        tables[name] = cells / f"{name}.test.csv.gz"
    for cell, name in (("k562", "Cell1"), ("h1", "Cell2")):
        areas = {}
        for variant in ATTENTIVE_CHROME:
            file = "attentive-chrome" if variant == "lstm-alpha-beta" else variant
            model = ROOT / "models" / f"{file}-{cell}.safetensors"
            per_gene = bench.folder / "genes.tsv"
            bench.run(
                *("interpret", "deletion", "--model", model, "--input", tables[name], "--select-bins", "51-150"),
                *("--out", "cells.tsv", "--per-gene", per_gene),
            )
            with per_gene.open() as text:
                rows = list(csv.DictReader(text, delimiter="\t"))
            areas[variant] = {key: [float(row[f"area_{key}"]) for row in rows] for key in EXPLANATIONS if f"area_{key}" in rows[0]}
            print(cell, variant, flush=True)
        lines += table(f"Deletion test, AttentiveChrome, {cell.upper()}, {len(rows)} test genes", areas)
    return lines


def change_in_cells(bench: Bench, cells: Path) -> list[str]:
    tables = [cells / f"{name}.test.csv.gz" for name in ("Cell1", "Cell2")]
    areas = {}
    for variant in DEEP_DIFF:
        model = ROOT / "models" / f"deep-diff-{variant}-k562-h1.safetensors"
        areas[variant] = bench.areas(variant, model, tables)
        print("change", variant, flush=True)
    return table("Deletion test, DeepDiff, K562 to H1, test genes: log2 fold change", areas)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--genes", type=int, default=600)
    parser.add_argument("--cells", type=Path)
    parser.add_argument("--program", type=Path, default=ROOT / "target" / "tests" / "regulens")
    parser.add_argument("--only", default="simulated,simulated-change,cells,cells-change", help="parts of it, with commas between")
    given = parser.parse_args()
    today = datetime.date.today().isoformat()
    lines = [f"# Do explanations mark what a prediction depends on? {today}", ""]
    lines += [f"{os.cpu_count()} cores, {platform.system()}. `python3 benches/explanations.py --genes {given.genes} --cells FOLDER --only {given.only}`", ""]
    lines += [
        "Area under the fall of the predicted class's probability (of a change: of the log2 fold change) as bins are replaced by the gene's mean",
        "of each mark, most important first; mean over genes ± standard error. The lower rows are differences from signal, gene by gene; **bold**",
        "where they exceed two standard errors. Occlusion replaces each bin by itself, as the test's first step does, so the test favours it:",
        "planted truth does not. Attributions are against the gene's own means.",
        "",
    ]
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(given.program.resolve(), Path(folder))
        only = given.only.split(",")
        if "simulated" in only:
            lines += simulated(bench, given.genes)
        if "simulated-change" in only:
            lines += simulated_change(bench, given.genes)
        if given.cells and "cells" in only:
            lines += in_cells(bench, given.cells.resolve())
        if given.cells and "cells-change" in only:
            lines += change_in_cells(bench, given.cells.resolve())
    given.out.write_text("\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    main()
