#!/usr/bin/env python3
"""Levels of expression, log2(count + 1): AttentiveChrome beside simple predictors, on K562, H1, rat heart and lung.

    python3 benches/level.py --data FOLDER --out FILE.md [--variant lstm-alpha-beta] [--seeds 5] [--program FILE] [--keep FOLDER]

FOLDER has the data sets that are there, each with its SOURCE.md: `deepdiff` (the sample of QData/DeepDiffChrome, with its own
split), `rat_lv_chr12` (reads in bins of 500 bp) and `lung_chr21` (coverage and methylation), of which tables are made by
`regulens prepare hm`: 40 bins of 500 bp around the TSS, bin 1 upstream. Their genes are dealt by blocks of 200 kb, three to
training, one to validation and one to test. Both recipes are trained from each seed; validation loss alone chooses epochs and
settings, and the test genes are scored once. A run that was cut off goes on where it ended, if it keeps its files in a FOLDER.
It needs Python 3.11 and nothing else.
"""

import argparse
import csv
import datetime
import gzip
import json
import os
import platform
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECIPES = ("published", "small")
BLOCK = 200_000
# Roles of five blocks in turn.
ROLES = ("train", "train", "train", "valid", "test")
METRICS = ("spearman", "pearson", "r2", "mse")


class Bench:
    def __init__(self, program: Path, folder: Path):
        self.program, self.folder = program, folder

    def run(self, *words: object) -> str:
        """What the program prints; a file that it is to write and that is there is not made again."""
        words = [str(word) for word in words]
        if "--out" in words and (self.folder / words[words.index("--out") + 1]).exists():
            return ""
        done = subprocess.run([self.program, *words], check=True, cwd=self.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return done.stdout

    def write(self, name: str, lines) -> Path:
        path = self.folder / name
        path.write_text("".join(f"{line}\n" for line in lines))
        return path

    def prepared(self, name: str, marks: dict[str, Path], genes: list[tuple[str, str, int, str, float]]) -> dict[str, Path]:
        """Tables of genes (id, chromosome, TSS from 0, strand, count), split by blocks, and their counts."""
        self.write(f"{name}.bed", (f"{chrom}\t{tss}\t{tss + 1}\t{gene}\t0\t{strand}" for gene, chrom, tss, strand, _ in genes))
        self.write(f"{name}.counts.csv", (f"{gene},{count}" for gene, *_, count in genes))
        tracks = [word for mark, path in marks.items() for word in ("--mark", f"{mark}={path}")]
        self.run("prepare", "hm", *tracks, "--annotation", f"{name}.bed", "--bins", 40, "--bin-size", 500, "--strand-flip", "--out", f"{name}.csv")
        role = {gene: ROLES[tss // BLOCK % len(ROLES)] for gene, _, tss, *_ in genes}
        head, rows = [], {"train": [], "valid": [], "test": []}
        for line in (self.folder / f"{name}.csv").read_text().splitlines():
            if line.startswith(("#", "gene,")):
                head.append(line)
            else:
                rows[role[line.split(",", 1)[0]]].append(line)
        tables = {role: self.write(f"{name}.{role}.csv", head + rows[role]) for role in rows}
        return {**tables, "expression": self.folder / f"{name}.counts.csv"}


def open_text(path: Path):
    return gzip.open(path, "rt") if path.suffix == ".gz" else path.open()


def cells(data: Path) -> dict[str, dict]:
    """K562 and H1, with the split of their authors."""
    folder = data / "deepdiff/data"
    named = {"K562": "Cell1", "H1": "Cell2"}
    sets = ("train", "valid", "test")
    return {
        name: {**{each: folder / f"{cell}.{each}.csv.gz" for each in sets}, "expression": folder / f"{cell}.expr.csv.gz", "bins": "51-150"}
        for name, cell in named.items()
        if folder.exists()
    }


def rat(bench: Bench, data: Path) -> dict[str, dict]:
    """Rat left ventricle, strain BN: both replicates together."""
    folder = data / "rat_lv_chr12"
    if not folder.exists():
        return {}
    marks = {}
    for mark in ("H3K4me3", "H3K27me3"):
        marks[mark] = bench.folder / f"rat.{mark}.bedGraph"
        if marks[mark].exists():
            continue
        with open_text(folder / "chr12_counts_500bp.tsv.gz") as lines:
            rows = csv.DictReader(lines, delimiter="\t")
            counts = ((int(row["start0"]), sum(int(row[f"{mark}-BN-rep{rep}"]) for rep in (1, 2))) for row in rows)
            bench.write(marks[mark].name, (f"chr12\t{start}\t{start + 500}\t{count}" for start, count in counts))
    with (folder / "genes_chr12.tsv").open() as lines:
        genes = [
            (row["ensembl_gene_id"], "chr12", int(row["tss1"]) - 1, "+" if row["strand"] == "1" else "-", float(row["expression_BN"]))
            for row in csv.DictReader(lines, delimiter="\t")
        ]
    return {"rat heart": bench.prepared("rat", marks, genes)}


def lung(bench: Bench, data: Path) -> dict[str, dict]:
    """Human lung: coverage of H3K4me3, and methylation as a second mark."""
    folder = data / "lung_chr21"
    if not folder.exists():
        return {}
    marks = {"H3K4me3": folder / "H3K4me3_coverage.bedGraph.gz", "methylation": folder / "methylation.bedGraph.gz"}
    with (folder / "genes.tsv").open() as lines:
        genes = [
            (row["gene_id"], "chr21", int(row["tss0"]), row["strand"], float(row["rpkm"])) for row in csv.DictReader(lines, delimiter="\t")
        ]
    return {"lung": bench.prepared("lung", marks, genes)}


def trained(bench: Bench, name: str, tables: dict, recipe: str, variant: str, seeds: int) -> dict:
    """The card of a model."""
    out = f"{name.replace(' ', '-')}.{recipe}.safetensors"
    words = ["train", "attentive-chrome", "--outcome", "level", "--variant", variant, "--recipe", recipe, "--seeds", seeds, "--threads", 1]
    for flag in ("train", "valid", "test", "expression"):
        words += [f"--{flag}", tables[flag]]
    if "bins" in tables:
        words += ["--select-bins", tables["bins"]]
    if recipe != RECIPES[0]:
        # They are the same of both.
        words.append("--no-baselines")
    if any(bench.folder.glob(f"{out}.seed-*.checkpoint")):
        words.append("--resume")
    bench.run(*words, "--out", out)
    return json.loads(bench.run("inspect", "--json", out))["card"]


def figures(score: dict) -> str:
    return " | ".join(f"{score[metric]:.3f}" for metric in METRICS)


def over_seeds(seeds: list[dict]) -> str:
    cells = []
    for metric in METRICS:
        values = [seed["test"][metric] for seed in seeds if seed.get("test")]
        mean = sum(values) / len(values)
        cells.append(f"{mean:.3f} ({min(values):.3f} to {max(values):.3f})")
    return " | ".join(cells)


def section(name: str, cards: dict[str, dict]) -> list[str]:
    first = cards[RECIPES[0]]
    lines = [
        f"### {name}",
        "",
        f"{first['training']['split']}; {first['bins']} bins of {first['bin_size']} bp of {', '.join(first['marks'])}.",
        "",
        "| predictor | Spearman | Pearson | R² | MSE |",
        "|---|---|---|---|---|",
    ]
    for recipe, card in cards.items():
        seeds = card["level_metrics"]["seeds"]
        lines.append(f"| {card['variant']}, `--recipe {recipe}`, {len(seeds)} seeds | {over_seeds(seeds)} |")
    chosen = min(cards.values(), key=lambda card: min(seed["validation_loss"] for seed in card["level_metrics"]["seeds"]))
    lines.append(f"| *the seed and recipe of the least validation loss* | {figures(chosen['level_metrics']['test'])} |")
    lines += [f"| {one['name']} | {figures(one)} |" for one in first["level_metrics"]["baselines"]]
    return [*lines, ""]


def machine() -> str:
    models = [line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return f"{models[0] if models else platform.machine()}, {os.cpu_count()} cores, one thread a training"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--variant", default="lstm-alpha-beta")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/regulens")
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = (args.keep or Path(made)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        bench, data = Bench(args.program.resolve(), folder), args.data.resolve()
        lines = [f"{datetime.date.today()}, {machine()}.", ""]
        for name, tables in {**rat(bench, data), **lung(bench, data), **cells(data)}.items():
            cards = {recipe: trained(bench, name, tables, recipe, args.variant, args.seeds) for recipe in RECIPES}
            lines += section(name, cards)
            args.out.write_text("\n".join(lines))


if __name__ == "__main__":
    main()
