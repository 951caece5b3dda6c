#!/usr/bin/env python3
"""Ensembles, calibrated probabilities and conformal sets of AttentiveChrome on the genes of K562 and H1.

    python3 benches/confidence.py --cells FOLDER --keep FOLDER --out FILE.md [--variants V …] [--seeds 5] [--program FILE]

--cells is the sample of QData/DeepDiffChrome (Cell1 is K562, Cell2 is H1), with its own split. For each cell type and variant
the seeds are trained and joined (`train --seeds N --ensemble`), the same is trained in five folds of training and validation
genes together, and the genes that the folds left out calibrate the ensemble (`calibrate confidence --out-of-fold`). The test
genes are scored once and choose nothing. What is in the folder --keep is not made again. It needs Python 3.11 and nothing else.
"""

import argparse
import csv
import datetime
import gzip
import json
import os
import platform
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CELLS = {"K562": "Cell1", "H1": "Cell2"}
VARIANTS = ("lstm-alpha-beta", "lstm-alpha", "lstm-attn", "lstm", "cnn-alpha-beta", "cnn-attn", "deep-chrome")
BINS = ("--select-bins", "51-150")
FOLDS = 5
COVERAGE = 0.9


class Bench:
    def __init__(self, program: Path, cells: Path, kept: Path, seeds: int):
        self.program, self.cells, self.kept, self.seeds = program, cells, kept, seeds

    def run(self, *words: object) -> str:
        """What the program prints; what it is to write and is there is not made again."""
        words = [str(word) for word in words]
        if "--out" in words:
            out = self.kept / words[words.index("--out") + 1]
            if (out / "predictions.tsv").exists() if "--folds" in words else out.exists():
                return ""
        done = subprocess.run([self.program, *words], check=True, cwd=self.kept, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return done.stdout

    def table(self, cell: str, part: str) -> Path:
        return self.cells / f"{CELLS[cell]}.{part}.csv.gz"

    def together(self, cell: str) -> Path:
        """Training and validation genes in one table; theirs have no header."""
        path = self.kept / f"{cell}.together.csv"
        parts = [gzip.open(self.table(cell, part), "rt").read() for part in ("train", "valid")]
        path.write_text("".join(parts))
        return path

    def measure(self, cell: str, variant: str) -> dict:
        name = f"{cell}-{variant}"
        expression = ("--expression", self.table(cell, "expr"))
        training = ("train", "attentive-chrome", "--variant", variant, "--recipe", "small", "--choose", "loss", "--seeds", self.seeds)
        training = (*training, "--ensemble", "--no-baselines", "--threads", 1, *BINS, *expression)
        parts = [word for part in ("train", "valid", "test") for word in (f"--{part}", self.table(cell, part))]
        self.run(*training, *parts, "--out", f"{name}.safetensors")
        folds = ("--folds", FOLDS, "--split-by", "gene", "--train", self.together(cell))
        self.run(*training, *folds, "--out", f"{name}.folds")
        test = self.table(cell, "test")
        left_out = ("--out-of-fold", f"{name}.folds/predictions.tsv")
        calibrate = ("calibrate", "confidence", "--model", f"{name}.safetensors", *left_out, "--test", test, *expression, *BINS)
        self.run(*calibrate, "--out", f"{name}.sure.safetensors")
        predict = ("predict", "--model", f"{name}.sure.safetensors", "--input", test, *BINS, "--coverage", COVERAGE)
        self.run(*predict, "--out", f"{name}.tsv")
        scores = json.loads(self.run("evaluate", "--model", f"{name}.safetensors", "--input", test, *expression, *BINS, "--json"))
        card = json.loads(self.run("inspect", "--json", f"{name}.sure.safetensors"))["card"]
        return {"scores": scores, "calibration": card["calibration"], "sets": self.sets(cell, name)}

    def sets(self, cell: str, name: str) -> tuple[int, int, int]:
        """Test genes, those whose class is in their set, and those with a set of one class."""
        with gzip.open(self.table(cell, "expr"), "rt") as lines:
            counts = {gene: float(count) for gene, count in csv.reader(lines) if count.replace(".", "", 1).isdigit()}
        median = sorted(counts.values())[len(counts) // 2]
        with (self.kept / f"{name}.tsv").open() as lines:
            rows = list(csv.DictReader(lines, delimiter="\t"))
        held = sum(("on" if counts[row["gene"].split("_")[0]] >= median else "off") in row["set"].split("|") for row in rows)
        return len(rows), held, sum("|" not in row["set"] for row in rows)


def spread(members: list[dict], figure: str) -> str:
    values = [member[figure] for member in members]
    return f"{min(values):.3f}–{max(values):.3f}"


def row(variant: str, found: dict) -> str:
    scores, calibration, (n, held, one) = found["scores"], found["calibration"], found["sets"]
    members, test = scores["members"], calibration["test"]
    cells = [
        f"`{variant}`",
        spread(members, "auroc"),
        f"{scores['auroc']:.3f}",
        spread(members, "brier"),
        f"{scores['brier']:.3f}",
        calibration["method"],
        f"{test['brier']:.3f}",
        f"{test['calibration_error_raw']:.3f}",
        f"{test['calibration_error']:.3f}",
        f"{held / n:.3f}",
        f"{one / n:.3f}",
    ]
    return f"| {' | '.join(cells)} |"


HEAD = (
    "| variant | AUROC: seeds | ensemble | Brier score: seeds | ensemble | calibration | Brier score, calibrated | "
    "calibration error | calibrated | sets of 90 % hold | of one class |\n|---|---|--:|---|--:|---|--:|--:|--:|--:|--:|"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--variants", nargs="+", default=VARIANTS, choices=VARIANTS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/regulens")
    args = parser.parse_args()
    args.keep.mkdir(parents=True, exist_ok=True)
    bench = Bench(args.program.resolve(), args.cells.resolve(), args.keep.resolve(), args.seeds)
    lines = [
        f"# Ensembles and their confidence, {datetime.date.today()}\n",
        f"{os.cpu_count()} cores, {platform.machine()}; one thread a training.",
        f"`python3 benches/confidence.py --cells FOLDER --keep FOLDER --out FILE.md --variants {' '.join(args.variants)} --seeds {args.seeds}`\n",
        f"{args.seeds} seeds of each variant, lowest–highest, and the mean of their log-odds; calibrated on the genes that five folds of",
        "training and validation genes left out. Figures are of 200 test genes, 123 of them on, which chose nothing; the validation",
        "genes have a share of 0.47 and 0.44, which the calibrated probabilities assume about. The share that sets hold varies by 0.02",
        "over samples of 200 genes, and by another 0.015 over as many genes of calibration as there were. Their scores are of models of",
        "folds, which learned from fewer genes: the guarantee of split-conformal sets holds about.",
    ]
    for cell in CELLS:
        lines += [f"\n## {cell}\n", HEAD]
        for variant in args.variants:
            lines.append(row(variant, bench.measure(cell, variant)))
            args.out.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
