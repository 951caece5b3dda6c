#!/usr/bin/env python3
"""Ensembles, calibrated probabilities and conformal sets of AttentiveChrome on the genes of K562 and H1.

    python3 benches/confidence.py --cells FOLDER --keep FOLDER --out FILE.md [--variants V …] [--seeds 5] [--jobs 2]
        [--program FILE] [--ship FOLDER]

--cells is the sample of QData/DeepDiffChrome (Cell1 is K562, Cell2 is H1), with its own split. For each cell type and variant
the seeds are trained and joined (`train --seeds N --ensemble`), the same is trained in five folds of training and validation
genes together, and the genes that the folds left out calibrate the ensemble (`calibrate confidence --out-of-fold`). The test
genes are scored once and choose nothing. What is in the folder --keep is not made again. It needs Python 3.11 and nothing else.

With --ship, the folder `models`, each ensemble that has a lower log loss on validation genes than the seed that ships, or is
of the recommended model, is written there in int8, with its calibration, as NAME-ensemble.safetensors.
"""

import argparse
import concurrent.futures
import csv
import datetime
import gzip
import json
import math
import os
import platform
import statistics
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CELLS = {"K562": "Cell1", "H1": "Cell2"}
CARD = ("--assembly", "hg19", "--data", "QData/DeepDiffChrome (Apache 2.0), Roadmap Epigenomics read counts in 100-bp bins")
CELL_TYPES = {"K562": "E123=K562", "H1": "E003=H1"}
FLAGSHIP = "lstm-alpha-beta"
# Five seeds of DeepChrome are 3.3 MB in int8, more than a page should fetch for a model without attention.
LARGE = "deep-chrome"
# The models that the page recommends (xtask/src/catalogue.rs) say how sure they are in any case.
RECOMMENDED = {"K562": "lstm-alpha-beta", "H1": "cnn-attn"}
VARIANTS = ("lstm-alpha-beta", "lstm-alpha", "lstm-attn", "lstm", "cnn-alpha-beta", "cnn-attn", "deep-chrome")
BINS = ("--select-bins", "51-150")
FOLDS = 5
COVERAGE = 0.9
LEFT_OUT = "training and validation genes, each left out by the models of one of five folds"


class Bench:
    def __init__(self, program: Path, cells: Path, kept: Path, seeds: int):
        self.program, self.cells, self.kept, self.seeds = program, cells, kept, seeds

    def run(self, *words: object) -> str:
        """What the program prints. What it is to write and is there is not made again; a training that was cut off goes on."""
        words = [str(word) for word in words]
        if "--out" in words:
            out = self.kept / words[words.index("--out") + 1]
            if (out / "predictions.tsv").exists() if "--folds" in words else out.exists():
                return ""
            if words[0] == "train" and any(self.kept.glob(f"{out.name}.seed-*.checkpoint")):
                words.append("--resume")
        done = subprocess.run([self.program, *words], check=True, cwd=self.kept, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return done.stdout

    def table(self, cell: str, part: str) -> Path:
        return self.cells / f"{CELLS[cell]}.{part}.csv.gz"

    def together(self, cell: str) -> Path:
        """Training and validation genes in one table; theirs have no header."""
        path = self.kept / f"{cell}.together.csv"
        if path.exists():
            return path
        parts = [gzip.open(self.table(cell, part), "rt").read() for part in ("train", "valid")]
        path.write_text("".join(parts))
        return path

    def measure(self, cell: str, variant: str) -> dict:
        name = f"{cell}-{variant}"
        expression = ("--expression", self.table(cell, "expr"))
        training = ("train", "attentive-chrome", "--variant", variant, "--recipe", "small", "--choose", "loss", "--seeds", self.seeds)
        training = (*training, "--ensemble", "--threads", 1, *BINS, *expression, *CARD, "--cell-type", CELL_TYPES[cell])
        parts = [word for part in ("train", "valid", "test") for word in (f"--{part}", self.table(cell, part))]
        self.run(*training, *parts, "--keep-seeds", "--out", f"{name}.safetensors")
        folds = ("--no-baselines", "--folds", FOLDS, "--split-by", "gene", "--train", self.together(cell))
        self.run(*training, *folds, "--out", f"{name}.folds")
        test = self.table(cell, "test")
        left_out = ("--out-of-fold", f"{name}.folds/predictions.tsv", "--data", LEFT_OUT)
        calibrate = ("calibrate", "confidence", "--model", f"{name}.safetensors", *left_out, "--test", test, *expression, *BINS)
        self.run(*calibrate, "--out", f"{name}.sure.safetensors")
        predict = ("predict", "--model", f"{name}.sure.safetensors", "--input", test, *BINS, "--coverage", COVERAGE)
        self.run(*predict, "--out", f"{name}.tsv")

        def scores(part: str, of: str = cell) -> dict:
            known = ("--input", self.table(of, part), "--expression", self.table(of, "expr"), *BINS)
            return json.loads(self.run("evaluate", "--model", f"{name}.safetensors", *known, "--json"))

        card = json.loads(self.run("inspect", "--json", f"{name}.sure.safetensors"))["card"]
        found = {"scores": scores("test"), "validation": scores("valid"), "calibration": card["calibration"]}
        [other] = [each for each in CELLS if each != cell]
        found["other"] = scores("test", other)
        predict = [*predict]
        predict[predict.index(test)] = self.table(other, "test")
        self.run(*predict, "--out", f"{name}.on-{other}.tsv")
        found["sets_of_other"] = self.sets(other, f"{name}.on-{other}")
        shipped = self.run("inspect", "--json", ROOT / "models" / f"{stem(cell, variant)}.safetensors")
        return {**found, "sets": self.sets(cell, name), "shipped": json.loads(shipped)["card"]["metrics"]["validation"]}

    def ship(self, cell: str, variant: str, folder: Path) -> None:
        """Writes the calibrated ensemble in int8."""
        out = folder.resolve() / f"{stem(cell, variant)}-ensemble.safetensors"
        test = ("--test", self.table(cell, "test"), "--expression", self.table(cell, "expr"), *BINS)
        words = ("export", self.kept / f"{cell}-{variant}.sure.safetensors", "--dtype", "i8", *test, "--out", out)
        subprocess.run([self.program, *map(str, words)], check=True)

    def on(self, cell: str) -> dict[str, bool]:
        """Genes that are on: with at least the median of the counts of all genes."""
        with gzip.open(self.table(cell, "expr"), "rt") as lines:
            counts = {gene: float(count) for gene, count in csv.reader(lines) if count.replace(".", "", 1).isdigit()}
        median = sorted(counts.values())[len(counts) // 2]
        return {gene: count >= median for gene, count in counts.items()}

    def sets(self, cell: str, name: str) -> tuple[int, int, int]:
        """Test genes, those whose class is in their set, and those with a set of one class."""
        on = self.on(cell)
        rows = read(self.kept / f"{name}.tsv")
        held = sum(("on" if on[row["gene"].split("_")[0]] else "off") in row["set"].split("|") for row in rows)
        return len(rows), held, sum("|" not in row["set"] for row in rows)

    def losses(self, cell: str, variant: str) -> dict[str, float]:
        """The log loss of each gene that folds left out, before the calibration."""
        on = self.on(cell)
        rows = read(self.kept / f"{cell}-{variant}.folds/predictions.tsv")
        sign = {row["gene"]: -1 if on[row["gene"].split("_")[0]] else 1 for row in rows}
        return {row["gene"]: math.log1p(math.exp(sign[row["gene"]] * float(row["logit"]))) for row in rows}

    def behind(self, cell: str, variant: str, best: str) -> str:
        """The loss of a variant less that of the best, with its standard error over genes."""
        theirs, least = self.losses(cell, variant), self.losses(cell, best)
        more = [theirs[gene] - least[gene] for gene in least]
        return f"`{variant}` {statistics.mean(more):+.3f} ± {statistics.stdev(more) / math.sqrt(len(more)):.3f}"

    def all_variants(self, cell: str, variants: list[str]) -> dict[str, float]:
        """Figures of the mean log-odds of all variants, on genes that folds left out and on test genes."""

        def figures(files: list[Path], raw: str) -> tuple[float, float]:
            on = self.on(cell)
            tables = [{row["gene"].split("_")[0]: float(row[raw]) for row in read(file)} for file in files]
            means = {gene: sum(table[gene] for table in tables) / len(tables) for gene in tables[0]}
            probabilities = {gene: 1 / (1 + math.exp(-mean)) for gene, mean in means.items()}
            losses = [-math.log(p if on[gene] else 1 - p) for gene, p in probabilities.items()]
            squares = [(p - on[gene]) ** 2 for gene, p in probabilities.items()]
            return sum(losses) / len(losses), sum(squares) / len(squares)

        names = [f"{cell}-{variant}" for variant in variants]
        left_out, _ = figures([self.kept / f"{name}.folds/predictions.tsv" for name in names], "logit")
        _, brier = figures([self.kept / f"{name}.tsv" for name in names], "logit")
        return {"left_out": left_out, "brier": brier}


def stem(cell: str, variant: str) -> str:
    """The name of a shipped model's file, without its ending."""
    return f"{'attentive-chrome' if variant == FLAGSHIP else variant}-{cell.lower()}"


def read(path: Path) -> list[dict[str, str]]:
    with path.open() as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def spread(members: list[dict], figure: str) -> str:
    values = [member[figure] for member in members]
    return f"{min(values):.3f}–{max(values):.3f}"


def left_out(found: dict) -> float:
    """The log loss of the calibrated ensemble on genes that neither weights nor calibration were fitted to."""
    calibration = found["calibration"]
    return next(each["log_loss"] for each in calibration["compared"] if each["method"] == calibration["method"])


def helps(found: dict) -> bool:
    """True if the ensemble predicts validation genes better than the seed that ships, which they chose."""
    return found["validation"]["log_loss"] < found["shipped"]["log_loss"]


def ships(cell: str, variant: str, found: dict) -> bool:
    return variant == RECOMMENDED[cell] or (helps(found) and variant != LARGE)


def row(variant: str, found: dict) -> str:
    scores, calibration, (n, held, one) = found["scores"], found["calibration"], found["sets"]
    members, test = scores["members"], calibration["test"]
    cells = [
        f"`{variant}`",
        spread(found["validation"]["members"], "log_loss"),
        f"{found['shipped']['log_loss']:.3f}",
        f"{found['validation']['log_loss']:.3f}",
        f"{left_out(found):.3f}",
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
    "| variant | log loss on validation genes: seeds | seed that ships | ensemble | on genes left out, calibrated | AUROC: seeds | ensemble | "
    "Brier score: seeds | ensemble | calibration | Brier score, calibrated | calibration error | calibrated | "
    "sets of 90 % hold | of one class |\n|---|---|--:|--:|--:|---|--:|---|--:|---|--:|--:|--:|--:|--:|"
)


HEAD_OF_OTHER = (
    "| variant | AUROC | of its own model | called on | Brier score | of its own model | sets of 90 % hold |\n"
    "|---|--:|--:|--:|--:|--:|--:|"
)


def row_of_other(variant: str, found: dict, own: dict) -> str:
    other, (n, held, _) = found["other"], found["sets_of_other"]
    scores = own["scores"]
    return (
        f"| `{variant}` | {other['auroc']:.3f} | {scores['auroc']:.3f} | {other['called_on']} | {other['brier']:.3f} | "
        f"{scores['brier']:.3f} | {held / n:.3f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--variants", nargs="+", default=VARIANTS, choices=VARIANTS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--ship", type=Path)
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/regulens")
    args = parser.parse_args()
    args.keep.mkdir(parents=True, exist_ok=True)
    bench = Bench(args.program.resolve(), args.cells.resolve(), args.keep.resolve(), args.seeds)
    for cell in CELLS:
        bench.together(cell)
    asked = [(cell, variant) for variant in args.variants for cell in CELLS]
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as jobs:
        measured = dict(zip(asked, jobs.map(lambda each: bench.measure(*each), asked), strict=True))
    lines = [
        f"# Ensembles and their confidence, {datetime.date.today()}\n",
        f"{os.cpu_count()} cores, {platform.machine()}; one thread a training.",
        f"`python3 benches/confidence.py --cells FOLDER --keep FOLDER --out FILE.md --variants {' '.join(args.variants)} --seeds {args.seeds}`\n",
        f"{args.seeds} seeds of each variant, lowest–highest, and the mean of their log-odds; calibrated on the genes that five folds of",
        "training and validation genes left out. AUROC and what stands behind it are of 200 test genes, 123 of them on, which chose",
        "nothing; of the 400 genes of the calibration 0.52 are on, which the calibrated probabilities assume. The share that",
        "sets hold varies by 0.02 over samples of 200 genes, and by another 0.015 over as many genes of calibration as there were.",
        "Their scores are of models of folds, which learned from fewer genes: the guarantee of split-conformal sets holds about.",
        "Bold: ensembles that ship. Their log loss on validation genes is lower than that of the seed that ships by itself, which these",
        "genes chose, or they are of the model that the page recommends. DeepChrome's five seeds are 3.3 MB, and do not ship.",
    ]
    for cell in CELLS:
        lines += [f"\n## {cell}\n", HEAD]
        for variant in args.variants:
            found = measured[cell, variant]
            line = row(variant, found)
            lines.append(line.replace(f"`{variant}`", f"**`{variant}`**") if ships(cell, variant, found) else line)
            if args.ship and ships(cell, variant, found):
                bench.ship(cell, variant, args.ship)
        best = min(args.variants, key=lambda variant: left_out(measured[cell, variant]))
        behind = ", ".join(bench.behind(cell, variant, best) for variant in args.variants if variant != best)
        every = bench.all_variants(cell, args.variants)
        [other] = [each for each in CELLS if each != cell]
        lines += [f"\nThe same ensembles on test genes of {other}, 123 of which are on there:\n", HEAD_OF_OTHER]
        lines += [row_of_other(variant, measured[cell, variant], measured[other, variant]) for variant in args.variants]
        lines.append(
            f"\nLowest on genes left out: `{best}`; the others less it, ± standard error of the pairs: {behind}. The mean log-odds of all {len(args.variants)} variants, as they are: log loss on "
            f"genes left out {every['left_out']:.3f}, Brier score on test genes {every['brier']:.3f}; it has no attention of its own."
        )
    args.out.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
