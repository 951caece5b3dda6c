#!/usr/bin/env python3
"""Scores of single bases in native yeast promoters against the expression that was measured of them.

    python3 benches/yeast_variants.py --variants native_promoter_snvs.tsv.gz --genome sacCer3.fa.gz
                                      [--models FOLDER] [--program FILE] [--out FILE.md]

The variants are those of Vaishnav et al. (2022), promoters that stand once in the genome; expression is of a reporter
on a plasmid, and its effect the value less the median of its promoter. For each model of ATAC and each way to score:
Pearson's correlation of score and effect, with the standard error over promoters (bootstrap), beside scores shuffled
within promoters and beside what the best match of a motif changes by. It needs Python 3.11 and nothing else.
"""

import argparse
import csv
import datetime
import gzip
import os
import platform
import random
import statistics
import subprocess
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from math import log2, nan, sqrt
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TRACK = "ATAC"
SEED = 2022
BOOTSTRAPS, SHUFFLES = 500, 200
MEDIA = ("defined", "complex")

# As in src/simulate/sequence/motif.rs, without its decoy.
MOTIFS = ("TTACCCG", "RTCRYNNNNNACG", "ACACCCRYACAYM", "A" * 16)
IUPAC = {"A": "A", "C": "C", "G": "G", "T": "T", "R": "AG", "Y": "CT", "M": "AC", "N": "ACGT"}
COMPLEMENT = str.maketrans("ACGT", "TGCA")


@dataclass(frozen=True)
class Way:
    """How a score is made: the flags, and the column of the table."""

    text: str
    flags: tuple[str, ...]
    column: str


WAYS = (
    Way("whole window, one strand", ("--strands", "forward"), "total"),
    Way("whole window, both strands", ("--around", "1"), "total"),
    Way("±1 bin, both strands", ("--around", "1"), "sad"),
    Way("±2 bins, both strands (the default)", (), "sad"),
    Way("±4 bins, both strands", ("--around", "4"), "sad"),
)


def read(path: Path) -> list[dict]:
    """Variants of promoters that stand once in the genome, with their effects in both media; NaN where one was not
    measured."""
    with gzip.open(path, "rt") as text:
        rows = [row for row in csv.DictReader(text, delimiter="\t") if row["n_genome_hits"] == "1"]
    for medium in MEDIA:
        of_promoter = defaultdict(list)
        for row in rows:
            value = row[f"expr_{medium}"]
            row[medium] = float(value) if value not in ("", "NA", "nan") else nan
            if row[medium] == row[medium]:
                of_promoter[row["promoter"]].append(row[medium])
        medians = {promoter: statistics.median(values) for promoter, values in of_promoter.items()}
        for row in rows:
            row[medium] -= medians.get(row["promoter"], nan)
    return rows


def genome_of(path: Path) -> dict[str, str]:
    """The sequences of a FASTA."""
    parts, name = defaultdict(list), ""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as text:
        for line in text:
            if line.startswith(">"):
                name = line[1:].split()[0]
            else:
                parts[name].append(line.strip().upper())
    return {name: "".join(lines) for name, lines in parts.items()}


def best_match(bases: str, motif: str) -> float:
    """The largest log-odds of a motif at any place of either strand; what it does not allow has a chance of 1 %."""
    best = -1e9
    for strand in (bases, bases.translate(COMPLEMENT)[::-1]):
        for start in range(len(strand) - len(motif) + 1):
            score = 0.0
            for letter, base in zip(motif, strand[start:]):
                allowed = IUPAC[letter]
                chance = (1 - 0.01 * (4 - len(allowed))) / len(allowed) if base in allowed else 0.01
                score += log2(chance / 0.25)
            best = max(best, score)
    return best


def motif_changes(rows: list[dict], genome: dict[str, str]) -> list[float]:
    """How the best match of any motif over a variant's base changes."""
    changes = []
    for row in rows:
        at, sequence = int(row["pos0"]), genome[row["chrom"]]
        assert sequence[at] == row["ref"], f"{row['orig_id']}: {row['ref']} is not the genome's {sequence[at]}"
        best = {"ref": -1e9, "alt": -1e9}
        for motif in MOTIFS:
            reach = len(motif) - 1
            before, behind = sequence[max(0, at - reach) : at], sequence[at + 1 : at + 1 + reach]
            for allele in best:
                best[allele] = max(best[allele], best_match(before + row[allele] + behind, motif))
        changes.append(best["alt"] - best["ref"])
    return changes


def scores(program: Path, model: Path, genome: Path, rows: list[dict], folder: Path) -> dict[Way, list[float]]:
    """The score of each variant, in each way."""
    vcf = folder / "variants.vcf"
    lines = ["##fileformat=VCFv4.3", "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"]
    lines += [
        f"{row['chrom']}\t{int(row['pos0']) + 1}\t{at}\t{row['ref']}\t{row['alt']}\t.\t.\t."
        for at, row in enumerate(rows)
    ]
    vcf.write_text("\n".join(lines) + "\n")
    tables: dict[tuple[str, ...], list[dict]] = {}
    for way in WAYS:
        if way.flags in tables:
            continue
        out = folder / "scores.tsv"
        files = ["--model", model, "--fasta", genome, "--vcf", vcf, "--tsv", out, "--track", TRACK]
        subprocess.run(
            [program, "interpret", "variants", *map(str, files), *way.flags], check=True, stderr=subprocess.DEVNULL
        )
        with out.open() as text:
            tables[way.flags] = list(csv.DictReader(text, delimiter="\t"))
        assert [row["id"] for row in tables[way.flags]] == [str(at) for at in range(len(rows))]
    return {way: [float(row[way.column]) for row in tables[way.flags]] for way in WAYS}


def pearson(pairs: list[tuple[float, float]]) -> float:
    """Pearson's correlation; 0 where a side has no spread."""
    count = len(pairs)
    mean_x, mean_y = (sum(pair[side] for pair in pairs) / count for side in (0, 1))
    xy = xx = yy = 0.0
    for x, y in pairs:
        xy += (x - mean_x) * (y - mean_y)
        xx += (x - mean_x) ** 2
        yy += (y - mean_y) ** 2
    return xy / sqrt(xx * yy) if xx > 0 and yy > 0 else 0.0


def by_promoter(rows: list[dict], values: list[float], medium: str) -> list[list[tuple[float, float]]]:
    """Score and effect of what was measured, a list a promoter."""
    lists = defaultdict(list)
    for row, value in zip(rows, values, strict=True):
        if row[medium] == row[medium]:
            lists[row["promoter"]].append((value, row[medium]))
    return list(lists.values())


def cell(rows: list[dict], values: list[float], medium: str) -> str:
    """ "0.152 ± 0.031"."""
    promoters = by_promoter(rows, values, medium)
    chance = random.Random(SEED)
    drawn = [
        pearson([pair for promoter in chance.choices(promoters, k=len(promoters)) for pair in promoter])
        for _ in range(BOOTSTRAPS)
    ]
    found = pearson([pair for promoter in promoters for pair in promoter])
    return f"{found:.3f} ± {statistics.stdev(drawn):.3f}"


def shuffled(rows: list[dict], values: list[float], medium: str) -> str:
    """The mean and the spread of the same with scores shuffled within their promoters."""
    chance = random.Random(SEED)
    promoters, drawn = by_promoter(rows, values, medium), []
    for _ in range(SHUFFLES):
        pairs = []
        for promoter in promoters:
            left = [score for score, _ in promoter]
            chance.shuffle(left)
            pairs += zip(left, (effect for _, effect in promoter), strict=True)
        drawn.append(pearson(pairs))
    return f"{statistics.mean(drawn):.3f} ± {statistics.stdev(drawn):.3f}"


def main() -> None:
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--variants", type=Path, required=True)
    flags.add_argument("--genome", type=Path, required=True)
    flags.add_argument("--models", type=Path, default=ROOT / "models")
    flags.add_argument("--program", type=Path, help="the program; without it, it is built")
    flags.add_argument("--out", type=Path)
    arguments = flags.parse_args()
    program = arguments.program
    if not program:
        subprocess.run(["cargo", "build", "--release"], cwd=ROOT, check=True)
        program = ROOT / "target/release/regulens"

    rows = read(arguments.variants)
    models = sorted(arguments.models.glob("basenji-*atac.safetensors"))
    today = datetime.date.today().isoformat()
    lines = [
        "# Scores of single bases in yeast promoters against measured expression",
        "",
        f"{today}, {os.cpu_count()} cores ({platform.machine()}). {len(rows)} variants in "
        f"{len({row['promoter'] for row in rows})} native",
        "promoters (Vaishnav et al. 2022), a reporter on a plasmid, defined (SC-Ura) and complex (YPD) medium: the "
        "value less the median of its",
        "promoter. Pearson's correlation with the score, with its standard error over promoters (bootstrap). "
        "Expression is not accessibility, and 80",
        "bases on a plasmid are not a locus: weak by nature. Both media agree at 0.755; nothing was chosen on these "
        "numbers.",
        "",
        "```sh",
        "python3 benches/yeast_variants.py --variants native_promoter_snvs.tsv.gz --genome sacCer3.fa.gz",
        "```",
        "",
        "| model | score | defined medium | complex medium |",
        "|---|---|--:|--:|",
    ]
    changes = motif_changes(rows, genome_of(arguments.genome))
    found = [cell(rows, changes, medium) for medium in MEDIA]
    lines.append(f"| none | change of the best match of Reb1, Abf1, Rap1 or poly(dA:dT) | {found[0]} | {found[1]} |")
    with tempfile.TemporaryDirectory() as folder:
        for model in models:
            name = model.stem
            of_ways = scores(program, model, arguments.genome, rows, Path(folder))
            for way, values in of_ways.items():
                found = [cell(rows, values, medium) for medium in MEDIA]
                lines.append(f"| {name} | {way.text} | {found[0]} | {found[1]} |")
            default = of_ways[WAYS[3]]
            found = [shuffled(rows, default, medium) for medium in MEDIA]
            lines.append(f"| {name} | the default, shuffled within promoters | {found[0]} | {found[1]} |")
            print("\n".join(lines[-len(WAYS) - 1 :]), flush=True)
    out = arguments.out or ROOT / f"benches/results/yeast-variants-{today}.md"
    out.write_text("\n".join(lines) + "\n")
    print(out)


if __name__ == "__main__":
    main()
