#!/usr/bin/env python3
"""The share of genes that is on, estimated without labels, and what probabilities gain where they assume it:

    python3 benches/share_of_on.py DEEPDIFF_DATA [--program FILE] [--genes 200] [--draws 200] [--keep FOLDER] [--out FILE]

The estimate is the maximum of the likelihood of a share, given calibrated probabilities, with the 95 % interval of the
likelihood ratio (Saerens, Latinne and Decaestecker, 2002). It is tried on the test genes of the sample of
QData/DeepDiffChrome (Cell1 is K562, Cell2 is H1), on as many of them drawn anew with a planted share, and on simulated
genes with a planted share, of a model that learned and was calibrated on other simulated genes. It needs the standard
library and the program.
"""

import argparse
import csv
import datetime
import gzip
import json
import math
import random
import re
import shlex
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "models"
CELLS = {"k562": ("Cell1", "K562"), "h1": ("Cell2", "H1")}
BINS = ("--select-bins", "51-150")
SHARES = (0.2, 0.4, 0.6, 0.8)
RECOMMENDED = {"k562": "lstm-alpha-k562", "h1": "cnn-attn-h1"}

CHI_SQUARED = 3.841459
"""The 95 % quantile with one degree of freedom."""

HALVINGS = 50


class Genes(NamedTuple):
    """Calibrated log-odds of genes, which of them are on, and the share of on that the log-odds assume."""

    log_odds: list[float]
    on: list[bool]
    assumed: float

    @property
    def share(self) -> float:
        return sum(self.on) / len(self.on)

    def at(self, places: list[int]) -> "Genes":
        return Genes([self.log_odds[at] for at in places], [self.on[at] for at in places], self.assumed)

    def drawn(self, share: float, genes: int, rng: random.Random) -> "Genes":
        """Genes drawn with replacement, each of those that are on with the probability `share`."""
        of = [[at for at, is_on in enumerate(self.on) if is_on == wanted] for wanted in (False, True)]
        return self.at([rng.choice(of[rng.random() < share]) for _ in range(genes)])

    def scores(self, share: float) -> tuple[float, float]:
        """Brier score and log loss of probabilities that assume a share."""
        shift = logit(share) - logit(self.assumed)
        pairs = [(sigmoid(z + shift), is_on) for z, is_on in zip(self.log_odds, self.on, strict=True)]
        brier = sum((p - is_on) ** 2 for p, is_on in pairs)
        loss = -sum(math.log(max(1e-12, p if is_on else 1 - p)) for p, is_on in pairs)
        return brier / len(pairs), loss / len(pairs)

    def estimate(self) -> tuple[float, float, float]:
        """The likeliest share, and the ends of its interval."""
        evidence = [z - logit(self.assumed) for z in self.log_odds]

        def slope(share: float) -> float:
            return sum(
                -math.expm1(-x) / (share + (1 - share) * math.exp(-x))
                if x > 0
                else math.expm1(x) / (share * math.exp(x) + 1 - share)
                for x in evidence
            )

        def likelihood(share: float) -> float:
            return sum(
                math.log(share + (1 - share) * math.exp(-x)) if x > 0 else math.log(share * math.exp(x) + 1 - share)
                for x in evidence
            )

        least = 1 / (len(evidence) + 1)
        share = crossing(slope, least, 1 - least)
        end = likelihood(share) - CHI_SQUARED / 2
        low = crossing(lambda at: likelihood(at) - end, share, 1e-9)
        return share, low, crossing(lambda at: likelihood(at) - end, share, 1 - 1e-9)


def crossing(of: Callable[[float], float], start: float, end: float) -> float:
    """The place between two where a function that falls crosses 0; the nearer end where it does not."""
    if of(start) <= 0:
        return start
    if of(end) >= 0:
        return end
    for _ in range(HALVINGS):
        middle = (start + end) / 2
        start, end = (middle, end) if of(middle) > 0 else (start, middle)
    return (start + end) / 2


def logit(share: float) -> float:
    share = min(max(share, 1e-7), 1 - 1e-7)
    return math.log(share / (1 - share))


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))


class Bench:
    def __init__(self, data: Path, program: Path, kept: Path, genes: int, draws: int):
        self.data, self.program, self.kept, self.genes, self.draws = data, program, kept, genes, draws

    def run(self, *words: object) -> str:
        done = subprocess.run([self.program, *map(str, words)], cwd=self.kept, text=True, capture_output=True)
        if done.returncode != 0:
            raise SystemExit(f"{shlex.join(map(str, words))}: {done.stderr}")
        return done.stdout

    def predicted(self, model: Path, on: Callable[[str], bool], *signal: object) -> Genes:
        self.run("predict", "--model", model, *signal, "--out", "predicted.tsv")
        with (self.kept / "predicted.tsv").open() as text:
            rows = list(csv.DictReader(text, delimiter="\t"))
        log_odds = [logit(float(row["probability"])) for row in rows]
        return Genes(log_odds, [on(row["gene"]) for row in rows], self.card(model)["calibration"]["on"])

    def card(self, model: Path) -> dict:
        return json.loads(self.run("inspect", "--json", model))["card"]

    def test(self, model: Path, cell: str) -> Genes:
        """Test genes of a cell type; on are those at or above the count from which on training genes of it were."""
        table, _ = CELLS[cell]
        label = self.card(MODELS / f"{RECOMMENDED[cell]}.safetensors")["training"]["recipe"]["label"]
        threshold = float(re.match(r"count at or above ([\d.]+)", label)[1])
        with gzip.open(self.data / f"{table}.expr.csv.gz", "rt") as file:
            counts = {gene: float(count) for gene, count in csv.reader(file)}
        signal = ("--input", self.data / f"{table}.test.csv.gz", *BINS)
        return self.predicted(model, lambda gene: counts[gene.split("_")[0]] >= threshold, *signal)

    def on_test_genes(self) -> list[str]:
        lines = []
        for path in sorted(MODELS.glob("*-ensemble.safetensors")):
            stem = path.name.removesuffix("-ensemble.safetensors")
            own = stem.rsplit("-", 1)[1]
            if own not in CELLS:
                continue
            for cell in (own, *(other for other in CELLS if other != own)):
                genes = self.test(path, cell)
                name = f"`{stem}`" if cell == own else f"`{stem}` on {CELLS[cell][1]}"
                lines.append(row(name, genes, *interval(genes.estimate())))
        return lines

    def simulated(self) -> Genes:
        """Simulated genes of either class, by a model that was calibrated on others."""
        model = self.kept / "calibrated.safetensors"
        parts = {"train": 1000, "valid": 300, "calibration": 2000, "test": 6000}
        for seed, (part, genes) in enumerate(parts.items(), 21):
            table = self.kept / f"{part}.csv"
            if not table.exists():
                self.run("simulate", "hm", "--genes", genes, "--seed", seed, "--out", table)
                # Genes of different seeds have the same names, and a training refuses those that it validates on.
                table.write_text(table.read_text().replace("SIM", part.upper()))
        if not model.exists():
            of = ("--variant", "cnn-attn", "--recipe", "small", "--choose", "loss", "--no-baselines", "--simulated")
            tables = ("--train", "train.csv", "--valid", "valid.csv", "--out", "trained.safetensors")
            self.run("train", "attentive-chrome", *of, *tables)
            trained = ("--model", "trained.safetensors", "--input", "calibration.csv")
            self.run("calibrate", "confidence", *trained, "--out", model)
        with (self.kept / "test.csv").open() as text:
            on = {line["gene"]: line["label"] == "1" for line in csv.DictReader(text)}
        return self.predicted(model, lambda gene: on[gene], "--input", "test.csv")

    def planted(self, name: str, genes: Genes) -> list[str]:
        """Many tables of genes with a planted share, and with that which the calibration assumes."""
        lines = []
        for share in sorted({*SHARES, round(genes.assumed, 3)}):
            rng = random.Random(1)
            tables = [genes.drawn(share, self.genes, rng) for _ in range(self.draws)]
            found = [table.estimate() for table in tables]
            held = sum(low <= share <= high for _, low, high in found) / len(found)
            spread = f"{statistics.mean(e for e, *_ in found):.3f} ± {statistics.stdev(e for e, *_ in found):.3f}"
            assumed = (lambda at: genes.assumed, lambda at: found[at][0], lambda at: share)
            scores = [[table.scores(of(at)) for at, table in enumerate(tables)] for of in assumed]
            means = [statistics.mean(each[i] for each in of) for of in scores for i in (0, 1)]
            is_none = abs(share - genes.assumed) < 1e-3
            cells = [f"{share:.2f}{' (none)' if is_none else ''}", spread, f"{held:.2f}", *map("{:.3f}".format, means)]
            lines.append(f"| {name} | {' | '.join(cells)} |")
        return lines


def interval(found: tuple[float, float, float]) -> tuple[float, str]:
    share, low, high = found
    return share, f"{share:.3f} ({low:.3f}–{high:.3f})"


def row(name: str, genes: Genes, estimate: float, said: str) -> str:
    scores = [score for share in (genes.assumed, estimate, genes.share) for score in genes.scores(share)]
    return f"| {name} | {genes.share:.3f} | {said} | {' | '.join(map('{:.3f}'.format, scores))} |"


SCORES = " | ".join(f"{of}: Brier score | log loss" for of in ("calibration's share", "estimate", "true share"))


def report(bench: Bench, command: str) -> str:
    own = {cell: bench.test(MODELS / f"{stem}-ensemble.safetensors", cell) for cell, stem in RECOMMENDED.items()}
    simulated = bench.simulated()
    planted = bench.planted("simulated genes", simulated)
    for cell, genes in own.items():
        planted += bench.planted(f"`{RECOMMENDED[cell]}`, {CELLS[cell][1]}", genes)
    on_test_genes = "\n".join(bench.on_test_genes())
    return f"""# The share of genes on, estimated without labels, {datetime.date.today().isoformat()}

`{command}`

## Test genes

The 200 test genes of K562 and of H1, by the five seeds of either cell type, whose calibration has a share of on of
{own["k562"].assumed:.3f}.

|  | share of on | estimate (95 % interval) | {SCORES} |
|---|--:|--:|{"--:|" * 6}
{on_test_genes}

## A planted share

{bench.draws} tables of {bench.genes} genes, drawn with replacement from genes that are on with the planted probability and
from genes that are off: of 6,000 simulated genes, by CNN-Attn (one seed, 1,000 genes) calibrated on 2,000 others
({simulated.assumed:.3f} of them on), and of the 200 test genes. *None* is the calibration's own share. *Held* is the share of
tables whose interval holds the planted one.

| genes | planted share | estimate | held | {SCORES} |
|---|--:|--:|--:|{"--:|" * 6}
{chr(10).join(planted)}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DEEPDIFF_DATA")
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/regulens")
    parser.add_argument("--genes", type=int, default=200)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--keep", type=Path, help="keep in this folder what takes long, and do not make it again")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kept = given.keep.resolve() if given.keep else Path(folder)
        kept.mkdir(parents=True, exist_ok=True)
        bench = Bench(given.data.resolve(), given.program.resolve(), kept, given.genes, given.draws)
        command = f"python3 benches/share_of_on.py DEEPDIFF_DATA --genes {given.genes} --draws {given.draws}"
        text = report(bench, command)
    if given.out:
        given.out.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
