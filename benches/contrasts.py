#!/usr/bin/env python3
"""Contrasts of the models of tables that ship, on genes that chose nothing: signs and places of what was planted, by every
method; and the deletion test, in which each contrast takes the place of bins.

    python3 benches/contrasts.py --cells FOLDER --out FILE.md [--genes 60] [--changes 8] [--only NAME,…] [--keep FOLDER] [--program FILE]

FOLDER has the sample of QData/DeepDiffChrome: test genes, drawn at random. Simulated genes are of seeds that neither
calibration nor a test has. A run that was cut off goes on where it ended, if it keeps its files in a FOLDER. It needs
Python 3.11 and nothing else.
"""

import argparse
import csv
import datetime
import gzip
import json
import os
import platform
import random
import statistics
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path

from completeness import header, numbers
from explanations import drawn, flagged, gene_of, is_header, mean

ROOT = Path(__file__).resolve().parent.parent
SEED = 907
ON_OFF, CHANGE = ("zero", "class-mean", "gene-mean", "training-mean"), ("midpoint", "other", "zero", "gene-mean")
METHODS = {
    "gradient × input": ["gradient-x-input"],
    "integrated gradients": ["integrated-gradients", "--steps", "32"],
    "occlusion": ["occlusion", "--window", "5", "--side-by-side"],
    "Shapley": ["shapley"],
}
TESTED = "attention,integrated-gradients,signal"
# The curve of the deletion test is asked at these shares of the bins.
SHARES = (0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)
# Contributions of a mark in a gene that add up to less have no sign.
SMALLEST = 0.1
# A change that is smaller is mostly the answer to no change.
CHANGED = 1.0


class Bench:
    def __init__(self, program: Path, folder: Path):
        self.program, self.folder = program, folder

    def run(self, out: str, *words: object) -> Path:
        """Runs the program unless its file is there: what it writes is whole, or is not there."""
        path = self.folder / out
        if not path.exists() and not path.with_name(f"{path.name}.a.csv").exists():
            command = [self.program, *map(str, words), "--out", path]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        return path


def card(model: Path) -> dict:
    return json.loads(header(model)[0]["__metadata__"]["regulens.card"])


class Planted:
    """What was planted in simulated genes."""

    def __init__(self, path: Path):
        self.signs: dict[tuple[str, str], float] = {}
        self.places: dict[str, set[tuple[str, int]]] = defaultdict(set)
        with path.open() as text:
            for row in csv.DictReader((line for line in text if not line.startswith("#")), delimiter="\t"):
                if not row["mark"]:
                    continue
                if "direction" in row:
                    up = row["direction"] == "up"
                else:
                    up = (float(row["effect"]) > 1) == (row["on"] == "1")
                self.signs[row["gene"], row["mark"]] = 1 if up else -1
                bins = range(int(row["first_bin"]) - 1, int(row["last_bin"]))
                self.places[row["gene"]] |= {(row["mark"], at) for at in bins}


def attributed(path: Path) -> tuple[list[str], list[float], list[float], list[list[float]], list[str]]:
    """Genes, scores, scores of baselines, the map of each gene [T, M] summed over cell types, and marks."""
    metadata = header(path)[0]["__metadata__"]
    genes, marks = json.loads(metadata["genes"]), json.loads(metadata["marks"])
    names = [name for name in header(path)[0] if name.startswith(("attributions", "shapley"))]
    parts = [numbers(path, name) for name in names]
    size = len(parts[0]) // len(genes)
    maps = [
        [sum(values) for values in zip(*(part[gene * size : (gene + 1) * size] for part in parts))]
        for gene in range(len(genes))
    ]
    return genes, numbers(path, "score"), numbers(path, "baseline_score"), maps, marks


def of_planted(found, planted: Planted) -> tuple[float, int, float | None]:
    """The share of planted marks whose sums have their signs, of how many, and that of planted places among as many."""
    genes, scores, _, maps, marks = found
    right = all_ = 0
    shares = []
    for gene, score, values in zip(genes, scores, maps):
        for i, mark in enumerate(marks):
            sign = planted.signs.get((gene, mark))
            total = sum(values[i :: len(marks)])
            if sign is not None and abs(total) > SMALLEST:
                all_ += 1
                right += total * sign > 0
        places = planted.places.get(gene)
        if places and len(values) > len(marks):
            # The values that count for the prediction go first.
            adds = [value if score >= 0 else -value for value in values]
            first = sorted(range(len(adds)), key=lambda at: -adds[at])[: len(places)]
            shares.append(sum((marks[at % len(marks)], at // len(marks)) in places for at in first) / len(places))
    return right / max(all_, 1), all_, statistics.fmean(shares) if shares else None


def answers(found, change: bool) -> float:
    """The share of genes predicted on whose baseline is off; of a change the median share that is explained."""
    _, scores, baselines, _, _ = found
    pairs = list(zip(scores, baselines))
    if change:
        shares = [(score - baseline) / score for score, baseline in pairs if abs(score) >= CHANGED]
        return statistics.median(shares) if shares else float("nan")
    on = [baseline < 0 for score, baseline in pairs if score >= 0]
    return sum(on) / max(len(on), 1)


def margins(path: Path) -> dict[str, tuple[float, float]]:
    """By how much each area is larger than that of the signal, with its standard error over genes."""
    with path.open() as text:
        rows = list(csv.DictReader(text, delimiter="\t"))
    keys = [name.removeprefix("area_") for name in rows[0] if name.startswith("area_")]
    return {key: mean([float(row[f"area_{key}"]) - float(row["area_signal"]) for row in rows]) for key in keys if key != "signal"}


def few(table: Path, genes: set[str], out: Path) -> Path:
    return out if out.exists() else drawn(table, genes, out)


def model_report(bench: Bench, model: Path, cells: Path, planted, simulated, count: int) -> list[str]:
    about = card(model)
    change = about["task"] == "change"
    tables = [Path(name) for name in (("Cell1", "Cell2") if change else ("Cell1",) if about["cell_type"]["name"] == "K562" else ("Cell2",))]
    files = [cells / f"{name}.test.csv.gz" for name in tables]
    with gzip.open(files[0], "rt") as text:
        genes = sorted({gene_of(line) for line in text if not is_header(line)})
    chosen = set(random.Random(1).sample(genes, min(count, len(genes))))
    real = [few(file, chosen, bench.folder / f"{count}.{file.name.removesuffix('.gz')}") for file in files]
    bins = about["bins"]
    chosen_bins = [] if change else ["--select-bins", about["training"]["recipe"].get("select_bins", "51-150")]
    replaced = ",".join(str(number) for number in sorted({round(share * bins) for share in SHARES}))
    name, one = model.stem, ["--model", model, "--threads", "1"]
    lines = [
        f"## `{name}`{', symmetric form' if (about.get('symmetric') or {}).get('default') else ''}",
        "",
        "| contrast | answers, test genes | signs by " + ", ".join(METHODS) + " | places by these | margin, simulated genes | margin, test genes | attention, test genes |",
        "|---|--:|---|---|--:|--:|--:|",
    ]
    for contrast in CHANGE if change else ON_OFF:
        signs, places = [], []
        for method, words in METHODS.items():
            # Ten columns have 1,024 subsets.
            if change and method == "Shapley":
                continue
            out = bench.run(
                f"{name}.{contrast}.{words[0]}.safetensors",
                *("interpret", "attribute", *one, *flagged(simulated), "--method", *words, "--baseline", contrast),
            )
            right, of, found = of_planted(attributed(out), planted)
            signs.append(f"{right:.2f} of {of}")
            places += [] if found is None else [f"{found:.2f}"]
        # Answers cost a gradient each: all test genes have one.
        on_real = bench.run(
            f"{name}.{contrast}.all.safetensors",
            *("interpret", "attribute", *one, *flagged(files), *chosen_bins, "--method", "gradient-x-input", "--baseline", contrast),
        )
        tested = []
        for kind, inputs in (("simulated", flagged(simulated)), ("real", [*flagged(real), *chosen_bins])):
            per_gene = bench.folder / f"{name}.{contrast}.{kind}.genes.tsv"
            bench.run(
                f"{name}.{contrast}.{kind}.tsv",
                *("interpret", "deletion", *one, *inputs, "--explanations", TESTED, "--replacement", contrast),
                *("--replaced", replaced, "--per-gene", per_gene),
            )
            tested.append(margins(per_gene))
        text = lambda pair: f"{pair[0]:+.3f} ± {1.96 * pair[1]:.3f}"
        attention = tested[1].get("attention")
        cells_ = [
            contrast + (" (default)" if contrast == (about.get("explanation") or {}).get("contrast") else ""),
            f"{answers(attributed(on_real), change):.2f}",
            ", ".join(signs),
            ", ".join(places),
            *(text(each["integrated-gradients"]) for each in tested),
            text(attention) if attention else "",
        ]
        lines.append("| " + " | ".join(cells_) + " |")
    print(name, flush=True)
    return lines + [""]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--genes", type=int, default=60, help="simulated genes, and test genes of each model")
    parser.add_argument("--changes", type=int, default=8, help="the same of a change, which takes ten times as long")
    parser.add_argument("--only", help="models by their names, with commas between")
    parser.add_argument("--models", type=Path, default=ROOT / "models")
    parser.add_argument("--keep", type=Path, help="where its files stay, for a run that goes on")
    parser.add_argument("--program", type=Path, default=ROOT / "target" / "tests" / "regulens")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.keep or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(given.program.resolve(), folder)
        bench.run("one.csv", "simulate", "hm", "--genes", given.genes, "--bins", 100, "--seed", SEED)
        bench.run("pair", "simulate", "hm-pair", "--genes", given.changes, "--seed", SEED)
        one = (Planted(folder / "one.truth.tsv"), [folder / "one.csv"])
        pair = (Planted(folder / "pair.truth.tsv"), [folder / "pair.a.csv", folder / "pair.b.csv"])
        lines = [
            f"# Contrasts on genes that chose nothing, {datetime.date.today().isoformat()}",
            "",
            f"{os.cpu_count()} cores, {platform.system()}. `python3 benches/contrasts.py --cells FOLDER --out FILE --genes {given.genes} --changes {given.changes}`",
            "",
            f"Shipped models of tables. Simulated genes: {given.genes} of whether a gene is on, {given.changes} of a change, seed {SEED}; test genes: as many, drawn at random, and for what is answered all.",
            "**Answers**: of genes predicted on, the share whose baseline is predicted off; of a change the median share of a change of twofold or more that contributions",
            "add up to. **Signs**: of planted marks whose contributions add up to more than 0.1, the share with the planted sign, and of how many marks, by each method.",
            "**Places**: planted marks in bins among as many that contribute most. Occlusion takes five bins of a mark at a time; Shapley values are of whole marks, and of a",
            "change there are too many subsets. **Margin**: by how much the area of integrated gradients in the deletion test exceeds that of the signal's own size, where the",
            "contrast takes the place of bins, ± 95 % interval; of attention beside it.",
            "",
        ]
        for model in sorted(given.models.glob("*.safetensors")):
            about = card(model)
            if not about["marks"] or (given.only and model.stem not in given.only.split(",")):
                continue
            change = about["task"] == "change"
            planted, simulated = pair if change else one
            lines += model_report(bench, model, given.cells.resolve(), planted, simulated, given.changes if change else given.genes)
        given.out.write_text("\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    main()
