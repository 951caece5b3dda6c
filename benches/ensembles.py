#!/usr/bin/env python3
"""The shipped ensembles of models of tables beside their single seeds, and the probabilities of every such model:

    python3 benches/ensembles.py DEEPDIFF_DATA [--program FILE] [--genes 200] [--seeds 5] [--keep FOLDER] [--out FILE]
      [--plot FILE]

DEEPDIFF_DATA has the sample of QData/DeepDiffChrome (Cell1 is K562, Cell2 is H1), with held-out test genes. Scores are
from `regulens evaluate`, calibration errors from `calibrate transfer`. Explanations of each ensemble and of each member
are compared with what is planted in simulated genes, and by the deletion test; the shipped models never saw such genes,
the `--seeds` models trained here did. The previous models are those of the commit BEFORE. It needs the standard
library, git and the program.
"""

import argparse
import csv
import datetime
import gzip
import json
import math
import re
import shlex
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "models"
CELLS = {"k562": ("Cell1", "K562"), "h1": ("Cell2", "H1")}
BINS = ("--select-bins", "51-150")
CARD = "regulens.card"

BEFORE = "5244e338~1"
"""The last commit whose models of genes were chosen by AUROC, and whose Brier scores ensembles were asked to mend."""

EXPLAINED = ("cnn-attn-h1", "lstm-alpha-k562")
"""The models that the page recommends."""

TRAINED = ("cnn-attn",)
"""Variants that learn simulated genes, of which a convolution is soon trained."""

SHOWN = ("alpha", "absolute-saliency", "gradient-x-input", "integrated-gradients", "signal", "random")
TESTED = ("integrated-gradients", "gradient-x-input", "attention", "saliency", "signal", "random")


COVERAGES = (0.8, 0.85, 0.9, 0.95, 0.99)
"""Less than the share of calls that are right takes no set of both classes."""

TESTED_ON, CALIBRATED_ON = 200, 400
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#000000", "#e69f00", "#999999")


class Bench:
    def __init__(self, data: Path, program: Path, kept: Path, genes: int, seeds: int):
        self.data, self.program, self.kept, self.genes, self.seeds = data, program, kept, genes, seeds

    def run(self, *words: object) -> str:
        done = subprocess.run([self.program, *map(str, words)], cwd=self.kept, text=True, capture_output=True)
        if done.returncode != 0:
            raise SystemExit(f"{shlex.join(map(str, words))}: {done.stderr}")
        return done.stdout

    def test(self, stem: str) -> tuple[object, ...]:
        """The test genes of a model's cell type, by the end of its name."""
        table, _ = CELLS[stem.rsplit("-", 1)[1]]
        expression = ("--expression", self.data / f"{table}.expr.csv.gz")
        return ("--input", self.data / f"{table}.test.csv.gz", *expression, *BINS)

    def evaluate(self, model: Path, stem: str) -> dict:
        return json.loads(self.run("evaluate", "--model", model, *self.test(stem), "--json"))

    def brier_and_error(self, model: Path, stem: str) -> tuple[float, float]:
        """Brier score and expected calibration error of ten bins, of the probabilities that the model gives."""
        _, cell = CELLS[stem.rsplit("-", 1)[1]]
        out = self.kept / "transfer.safetensors"
        self.run("calibrate", "transfer", "--model", model, *self.test(stem), "--cell-type", cell, "--out", out)
        of = json.loads(self.run("inspect", "--json", out))["card"]["transfer"]
        found = next(each for each in of if each["cell_type"] == cell)
        return found["brier"], found["calibration_error"]

    def before(self, stem: str) -> Path:
        """The model as it shipped before."""
        path = self.kept / f"before-{stem}.safetensors"
        shown = subprocess.run(
            ["git", "show", f"{BEFORE}:models/{stem}.safetensors"], cwd=ROOT, check=True, capture_output=True
        )
        path.write_bytes(shown.stdout)
        return path

    def scores(self) -> list[str]:
        lines = []
        for ensemble in self.of_genes():
            stem = ensemble.name.removesuffix("-ensemble.safetensors")
            found = self.evaluate(ensemble, stem)
            alone = self.evaluate(MODELS / f"{stem}.safetensors", stem)
            cells = [f"`{stem}`"]
            for score in ("auroc", "auprc", "brier", "log_loss"):
                members = sorted(member[score] for member in found["members"])
                middle = members[len(members) // 2]
                cells += [f"{members[0]:.3f}–**{middle:.3f}**–{members[-1]:.3f}", f"{alone[score]:.3f}"]
                cells.append(f"{found[score]:.3f}")
            lines.append(f"| {' | '.join(cells)} |")
        return lines

    def probabilities(self) -> tuple[list[str], list[str]]:
        """A row for each model of genes on and off, and the names of those that were better before."""
        lines, worse = [], []
        stems = [path.stem for cell in CELLS for path in sorted(MODELS.glob(f"*-{cell}.safetensors"))]
        for stem in stems:
            if stem.startswith("deep-diff"):
                continue
            one, ensemble = MODELS / f"{stem}.safetensors", MODELS / f"{stem}-ensemble.safetensors"
            before = self.brier_and_error(self.before(stem), stem)
            seed = self.brier_and_error(one, stem)
            ships = self.brier_and_error(ensemble, stem) if ensemble.exists() else None
            now = min(seed[0], ships[0]) if ships else seed[0]
            if round(now, 3) > round(before[0], 3):
                worse.append(stem)
            figures = [*before, *seed, *(ships or (None, None))]
            mark = "**" if stem in worse else ""
            lines.append(f"| {mark}`{stem}`{mark} | {' | '.join(texts(*figures))} |")
        return lines, worse

    def measured(self, ensemble: Path) -> tuple[tuple[object, ...], dict[str, bool]]:
        """Flags of the test genes' signal, and which genes of their cell type are on."""
        table, _ = CELLS[ensemble.name.removesuffix("-ensemble.safetensors").rsplit("-", 1)[1]]
        with gzip.open(self.data / f"{table}.expr.csv.gz", "rt") as file:
            counts = {gene: float(count) for gene, count in csv.reader(file)}
        label = card(ensemble)["training"]["recipe"]["label"]
        threshold = float(re.match(r"count at or above ([\d.]+)", label)[1])
        signal = ("--input", self.data / f"{table}.test.csv.gz", *BINS)
        return signal, {gene: count >= threshold for gene, count in counts.items()}

    def told(self) -> list[str]:
        """Probabilities that assume the share of test genes that is on, beside those of the calibration's share."""
        lines = []
        for ensemble in self.of_genes():
            signal, on = self.measured(ensemble)
            self.run("predict", "--model", ensemble, *signal, "--out", "calibrated.tsv")
            found = rows(self.kept / "calibrated.tsv")
            genes = [on[row["gene"].split("_")[0]] for row in found]
            share = sum(genes) / len(genes)
            self.run("predict", "--model", ensemble, *signal, "--on", share, "--out", "told.tsv")
            cells = []
            for each in (found, rows(self.kept / "told.tsv")):
                cells += texts(*scored([float(row["probability"]) for row in each], genes))
            assumed = card(ensemble)["calibration"]["on"]
            cells = [*texts(assumed), *cells[:2], *texts(share), *cells[2:]]
            lines.append(f"| `{ensemble.name.removesuffix('-ensemble.safetensors')}` | {' | '.join(cells)} |")
        return lines

    def coverage(self) -> dict[str, list[tuple[float, float]]]:
        """By ensemble, for each coverage the share of test genes that sets hold, and the share of sets of one class."""
        shares = {}
        for ensemble in self.of_genes():
            stem = ensemble.name.removesuffix("-ensemble.safetensors")
            signal, on = self.measured(ensemble)
            found = []
            for coverage in COVERAGES:
                self.run("predict", "--model", ensemble, *signal, "--coverage", coverage, "--out", "sets.tsv")
                sets = [(row["gene"].split("_")[0], row["set"].split("|")) for row in rows(self.kept / "sets.tsv")]
                held = sum(("on" if on[gene] else "off") in classes for gene, classes in sets)
                found.append((held / len(sets), sum(len(classes) == 1 for _, classes in sets) / len(sets)))
            shares[stem] = found
        return shares

    def of_genes(self) -> list[Path]:
        """The ensembles of models of genes."""
        return [path for path in sorted(MODELS.glob("*-ensemble.safetensors")) if not path.name.startswith("basenji")]

    def variants(self) -> list[str]:
        """The mean over the variants that ship, a seed each, as it is and calibrated on validation genes."""
        lines = []
        for cell, (table, name) in CELLS.items():
            models = [path for path in sorted(MODELS.glob(f"*-{cell}.safetensors")) if "deep-diff" not in path.name]
            joined, sure = self.kept / f"joined-{cell}.safetensors", self.kept / f"sure-{cell}.safetensors"
            self.run("export", *models, "--dtype", "f16", "--out", joined)
            expression = ("--expression", self.data / f"{table}.expr.csv.gz", *BINS)
            valid = ("--input", self.data / f"{table}.valid.csv.gz", *expression)
            known = json.loads(self.run("evaluate", "--model", joined, *valid, "--json"))
            self.run(
                *("calibrate", "confidence", "--model", joined, *valid, "--out", sure),
                *("--test", self.data / f"{table}.test.csv.gz"),
            )
            method = card(sure)["calibration"]["method"]
            (before, error), (after, after_error) = (self.brier_and_error(of, f"x-{cell}") for of in (joined, sure))
            cells = [*texts(known["log_loss"], before, error), method, *texts(after, after_error)]
            lines.append(f"| {name}, {len(models)} variants | {' | '.join(cells)} |")
        return lines

    def members(self, ensemble: Path) -> list[Path]:
        """A file of each member by itself, with its weights as they are stored."""
        return [write_member(ensemble, at, self.kept) for at in range(len(card(ensemble)["members"]))]

    def train(self, variant: str) -> Path:
        """An ensemble that learned simulated genes."""
        out = self.kept / f"simulated-{variant}.safetensors"
        if out.exists():
            return out
        for part, seed, genes in (("train", 11, 1000), ("valid", 12, 300)):
            self.run("simulate", "hm", "--genes", genes, "--bins", 100, "--seed", seed, "--out", f"{part}.csv")
            path = self.kept / f"{part}.csv"
            # Genes of different seeds have the same names, and a training refuses those that it validates on.
            path.write_text(path.read_text().replace("SIM", part.upper()))
        of = ("--variant", variant, "--recipe", "small", "--choose", "loss", "--no-baselines", "--simulated")
        tables = ("--train", "train.csv", "--valid", "valid.csv")
        self.run("train", "attentive-chrome", *of, "--seeds", self.seeds, "--ensemble", *tables, "--out", out)
        return out

    def explanations(self) -> tuple[list[str], list[str]]:
        """What is planted and the deletion test, of ensembles and of their members."""
        self.run("simulate", "hm", "--genes", self.genes, "--bins", 100, "--seed", 7, "--out", "planted.csv")
        ensembles = [self.train(variant) for variant in TRAINED]
        ensembles += [MODELS / f"{stem}-ensemble.safetensors" for stem in EXPLAINED]
        planted, deletion = [], []
        for ensemble in ensembles:
            models = [ensemble, *self.members(ensemble)]
            name = ensemble.stem.removesuffix("-ensemble")
            found = [self.planted(model) for model in models]
            for explanation in SHOWN:
                cells = [of_members([each.get(explanation, {}).get(level) for each in found]) for level in LEVELS]
                if any(cells):
                    planted.append(f"| `{name}` | {explanation} | {' | '.join(cells)} |")
            areas = [self.areas(model) for model in models]
            for explanation in TESTED:
                cell = of_members([each.get(explanation) for each in areas])
                if cell:
                    deletion.append(f"| `{name}` | {explanation} | {cell} |")
            print(f"{name}: explained", file=sys.stderr, flush=True)
        return planted, deletion

    def planted(self, model: Path) -> dict[str, dict[tuple[str, str], tuple[float, float]]]:
        """By explanation and by level, what is correlated and recovered, each with its standard error."""
        truth = ("--input", "planted.csv", "--truth", "planted.truth.tsv", "--baseline", "zero", "--steps", 1)
        out = self.kept / f"{model.stem}.{self.genes}.truth-found.tsv"
        if not out.exists():
            self.run("interpret", "truth", "--model", model, *truth, "--out", out)
        found: dict[str, dict[tuple[str, str], tuple[float, float]]] = {}
        for row in rows(out):
            for score in ("r", "recovery"):
                number, error = row[score], row[f"{score}_standard_error"]
                if number and error:
                    found.setdefault(row["explanation"], {})[row["level"], score] = (float(number), float(error))
        return found

    def areas(self, model: Path) -> dict[str, tuple[float, float]]:
        tested = ("--explanations", ",".join(TESTED), "--replacement", "gene-mean", "--steps", 1)
        if "attention" not in self.attends(model):
            tested = ("--explanations", ",".join(each for each in TESTED if each != "attention"), *tested[2:])
        out = self.kept / f"{model.stem}.{self.genes}.areas.tsv"
        if not out.exists():
            self.run("interpret", "deletion", "--model", model, "--input", "planted.csv", *tested, "--out", out)
        every = [row for row in rows(out) if row["group"] == "all"]
        return {row["explanation"]: (float(row["area"]), float(row["standard_error"])) for row in every}

    def attends(self, model: Path) -> str:
        return "" if card(model)["variant"] in ("lstm", "deep-chrome") else "attention"


LEVELS = [(level, score) for level in ("marks x bins", "bins") for score in ("r", "recovery")]


def texts(*figures: float | None) -> list[str]:
    return ["" if figure is None else f"{figure:.3f}" for figure in figures]


def scored(probabilities: list[float], on: list[bool]) -> tuple[float, float]:
    """Brier score, and expected calibration error of ten bins."""
    pairs = list(zip(probabilities, on, strict=True))
    brier = sum((probability - is_on) ** 2 for probability, is_on in pairs) / len(pairs)
    apart = [0.0] * 10
    for probability, is_on in pairs:
        apart[min(9, int(10 * probability))] += probability - is_on
    return brier, sum(map(abs, apart)) / len(pairs)


def table(columns: list[str], lines: list[str], text_columns: int = 1) -> str:
    """A table whose first columns are text."""
    kinds = ["---"] * text_columns + ["--:"] * (len(columns) - text_columns)
    return "\n".join([f"| {' | '.join(columns)} |", f"|{'|'.join(kinds)}|", *lines])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file, delimiter="\t"))


def of_members(found: list[tuple[float, float] | None]) -> str:
    """A figure of the ensemble, the first, with its standard error, and those of its members; nothing without one."""
    numbers = [each for each in found if each is not None and not math.isnan(each[0])]
    if len(numbers) != len(found):
        return ""
    (mean, error), *members = numbers
    alone = sorted(number for number, _ in members)
    middle = alone[len(alone) // 2]
    return f"{mean:.3f} ± {error:.3f} ({alone[0]:.3f}–**{middle:.3f}**–{alone[-1]:.3f})"


def header(path: Path) -> tuple[dict, bytes]:
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def card(path: Path) -> dict:
    return json.loads(header(path)[0]["__metadata__"][CARD])


def write_member(ensemble: Path, at: int, folder: Path) -> Path:
    """One model of several as a file of its own: its tensors as they are, and the card without what was measured."""
    tensors, data = header(ensemble)
    own = card(ensemble)
    member = own.pop("members")[at]
    own.update(variant=member["variant"], hyperparameters=member["hyperparameters"], name=f"member {at + 1}")
    for measured in ("parameters", "metrics", "calibration", "conformal", "transfer", "missing_marks", "notes"):
        own.pop(measured, None)
    of_member, parts, length = {}, [], 0
    named = ((name, entry) for name, entry in tensors.items() if name.startswith(f"{at}."))
    for name, entry in sorted(named, key=lambda each: each[1]["data_offsets"]):
        start, end = entry["data_offsets"]
        parts.append(data[start:end])
        of_member[name.split(".", 1)[1]] = entry | {"data_offsets": [length, length + end - start]}
        length += end - start
    text = json.dumps({"__metadata__": {CARD: json.dumps(own)}} | of_member).encode()
    path = folder / f"{ensemble.stem}-{at + 1}.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))
    return path


def allowed(coverage: float) -> float:
    """Half of the 95 % interval of the share held, which both numbers of genes allow."""
    return 1.96 * math.sqrt(coverage * (1 - coverage) * (1 / TESTED_ON + 1 / CALIBRATED_ON))


def plot(shares: dict[str, list[tuple[float, float]]]) -> str:
    """The share held over the share asked for, a line for each ensemble, in SVG."""
    width, height, left, top, size = 560, 330, 50, 15, 270
    place = lambda asked, held: f"{left + (asked - 0.78) / 0.22 * size:.1f},{top + (1 - held) / 0.26 * size:.1f}"
    line = lambda points: " ".join(place(*point) for point in points)
    band = [(each, min(1, each + allowed(each))) for each in COVERAGES]
    band += [(each, each - allowed(each)) for each in reversed(COVERAGES)]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<polygon points="{line(band)}" fill="#ddd"/>',
        f'<polyline points="{line(zip(COVERAGES, COVERAGES, strict=True))}" fill="none" stroke="#888" '
        'stroke-dasharray="4 3"/>',
    ]
    for asked in COVERAGES:
        x, y = place(asked, 0.74).split(",")
        parts.append(f'<text x="{x}" y="{float(y) + 16}" text-anchor="middle">{asked:g}</text>')
        x, y = place(0.78, asked).split(",")
        parts.append(f'<text x="{float(x) - 6}" y="{float(y) + 4}" text-anchor="end">{asked:g}</text>')
    for at, ((stem, found), colour) in enumerate(zip(shares.items(), COLOURS, strict=False)):
        points = line(zip(COVERAGES, (held for held, _ in found), strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        y = top + 18 * at + 10
        parts.append(f'<path d="M{left + size + 20} {y}h18" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{left + size + 44}" y="{y + 4}">{stem}</text>')
    parts.append(f'<text x="{left + size / 2}" y="{height - 10}" text-anchor="middle">share asked for</text>')
    middle = f'x="14" y="{top + size / 2}" text-anchor="middle"'
    parts.append(f'<text transform="rotate(-90 14 {top + size / 2})" {middle}>share held</text>')
    return "\n".join([*parts, "</svg>\n"])


def report(bench: Bench, command: str, picture: Path | None) -> str:
    scores = bench.scores()
    probabilities, worse = bench.probabilities()
    told = bench.told()
    shares = bench.coverage()
    variants = bench.variants()
    planted, deletion = bench.explanations()
    if picture:
        picture.write_text(plot(shares))
    each = "AUROC", "AUPRC", "Brier score", "log loss"
    of_scores = [text for score in each for text in (f"{score}: members", "ships", "mean")]
    pair = ["Brier score", "calibration error"]
    of_probabilities = [f"{when}{text}" for when in ("before: ", "one seed: ", "five seeds: ") for text in pair]
    asked = [f"{share:.0%}".replace("%", " %") + f" (±{allowed(share):.3f})" for share in COVERAGES]
    held = [
        f"| `{stem}` | {' | '.join(f'{share:.3f}, {one:.2f}' for share, one in found)} |"
        for stem, found in shares.items()
    ]
    of_variants = ["log loss on validation genes", *pair, "calibration", *pair]
    levels = [f"{score}, {level}" for level in ("marks and bins", "bins") for score in ("r", "recovered")]
    return f"""\
# Ensembles and their single seeds, {datetime.date.today()}

`{command}`, on two cores.

## Scores on test genes

200 held-out test genes of each cell type, 123 on. *Members*: the five models of the ensemble,
lowest–**median**–highest; *ships*: the single seed that ships, trained separately and chosen on validation genes;
*mean*: the ensemble.

{table(["", *of_scores], scores)}

## Probabilities of every shipped model, before and after

The same test genes; calibration error with ten bins of equal width. *Before*: the models of commit {BEFORE}, chosen by
AUROC, raw probabilities. *One seed*: the single seed that ships today and predicts first. *Five seeds*: the ensemble
behind it, with the probabilities of the mean log-odds, since cross-validation chose no calibration. **Bold**: the
better Brier score of the shipped models is worse than before.

{table(["", *of_probabilities], probabilities)}

Worse than before: {", ".join(f"`{stem}`" for stem in worse) or "none"}.

## With the share of genes on given

The ensembles assume the share of genes on among their calibration genes. Here `predict --on` uses the share of the test
genes instead; nothing else of the test labels is used.

{table(["", "assumed", *pair, "given", *pair], told)}

## Coverage of prediction sets

The share of the 200 test genes whose class is in the set (`predict --coverage`), and the share of one-class sets. In
brackets, the 95 % sampling range for {TESTED_ON} test and {CALIBRATED_ON} calibration genes.
docs/coverage.svg draws it.

{table(["nominal", *asked], held)}

## The mean over variants

The single seeds that ship, of all variants of a cell type, joined by `export` and calibrated by `calibrate confidence`
on the 200 validation genes that also chose their epochs and seeds. The columns after *calibration* are calibrated.

{table(["", *of_variants], variants)}

## Recovery of planted marks in simulated genes

{bench.genes} simulated genes of 100 bins (`simulate hm --bins 100 --seed 7`), contributions against no signal
(`interpret truth --baseline zero`): Pearson's correlation r with what is planted, and the share of planted places
among the same number of top-ranked ones. The ensemble ± standard error over genes, and in brackets its members,
lowest–**median**–highest. `simulated-…` was trained on 1,000 other simulated genes (`--recipe small`, {bench.seeds}
seeds); the others have seen none.

{table(["", "explanation", *levels], planted, 2)}

## The deletion test

The same genes: mean area under the deletion curve, with each bin replaced by the gene's mean of its mark
(`interpret deletion --replacement gene-mean`). Each explanation is of the model that it is tested on.

{table(["", "explanation", "area"], deletion, 2)}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DEEPDIFF_DATA")
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/regulens")
    parser.add_argument("--genes", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--keep", type=Path, help="folder that keeps slow intermediate results for reuse")
    parser.add_argument("--plot", type=Path, help="also draw the coverage of prediction sets, as SVG")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kept = given.keep.resolve() if given.keep else Path(folder)
        kept.mkdir(parents=True, exist_ok=True)
        bench = Bench(given.data.resolve(), given.program.resolve(), kept, given.genes, given.seeds)
        asked = f"--genes {given.genes} --seeds {given.seeds}"
        text = report(bench, f"python3 benches/ensembles.py DEEPDIFF_DATA {asked}", given.plot)
    if given.out:
        given.out.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
