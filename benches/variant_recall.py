#!/usr/bin/env python3
"""How many planted variants are found at 1 and 5 % false discovery, when the null in a model's card says how unusual a
score is.

    python3 benches/variant_recall.py MODEL … [--track ATAC] [--length 1000000] [--variants 1000] [--seeds 78,79,80]
                                      [--program FILE] [--out FILE.md]

A sequence is simulated for each seed, with variants of which half break a site, a quarter a decoy and a quarter
nothing. A variant's p is 1 - percentile / 100, which is 1 / (n + 1) where its score is beyond all n random variants of
its kind at places of like activity. Benjamini and Hochberg's procedure over all variants of a seed says which are
discovered. Found is a variant that breaks a site; a discovery is false where it breaks a decoy or nothing. It needs
Python 3.11 and nothing else.
"""

import argparse
import csv
import datetime
import json
import os
import platform
import shlex
import statistics
import struct
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RATES = (0.01, 0.05)
KINDS = ("single bases", "deletions", "both")


@dataclass(frozen=True)
class Planted:
    """A variant, with what is true of it and what the model says."""

    kind: str
    breaks: bool
    score: float
    p: float


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    found: int
    of: int

    def __str__(self) -> str:
        return f"{100 * self.found / self.of:.1f} % ({self.found} of {self.of})" if self.of else "– (0 of 0)"


def run(*words: object) -> None:
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)


def planted(program: Path, model: Path, track: str, start: Path) -> list[Planted]:
    """The variants of the simulation whose files begin with `start`."""
    vcf, table = start.with_suffix(".vcf"), start.with_suffix(".tsv")
    files = ["--model", model, "--fasta", start.with_suffix(".fa"), "--vcf", vcf, "--tsv", table]
    run(program, "interpret", "variants", *files, "--track", track)
    rows = [line.split("\t") for line in vcf.read_text().splitlines() if not line.startswith("#")]
    truth = {row[2]: row[7].split(";")[0].removeprefix("TRUTH=") for row in rows}
    with table.open() as text:
        scored = list(csv.DictReader(text, delimiter="\t"))
    if "percentile" not in scored[0]:
        raise SystemExit(f"{model} has no null; `regulens calibrate variants` makes one")
    return [
        Planted(
            KINDS[len(row["reference"]) != len(row["alternative"])],
            truth[row["id"]] == "breaks",
            abs(float(row["sad"])),
            1 - float(row["percentile"]) / 100,
        )
        for row in scored
    ]


def discovered(variants: list[Planted], rate: float) -> list[Planted]:
    """Those that Benjamini and Hochberg's procedure takes."""
    ordered = sorted(variants, key=lambda variant: variant.p)
    taken = [rank for rank, variant in enumerate(ordered, 1) if variant.p <= rate * rank / len(ordered)]
    return ordered[: max(taken, default=0)]


def best(variants: list[Planted], rate: float, key) -> Share:
    """The most that a threshold on `key` finds with no more than `rate` of its discoveries false, were the truth known.
    """
    of = sum(variant.breaks for variant in variants)
    found = right = most = 0
    ordered = sorted(variants, key=key, reverse=True)
    for at, variant in enumerate(ordered):
        found, right = found + 1, right + variant.breaks
        is_last_of_equals = at + 1 == len(ordered) or key(ordered[at + 1]) != key(variant)
        if is_last_of_equals and found - right <= rate * found:
            most = max(most, right)
    return Share(most, of)


def of_kind(variants: list[Planted], kind: str) -> list[Planted]:
    return [variant for variant in variants if kind in ("both", variant.kind)]


def report(name: str, seed: str, variants: list[Planted]) -> list[str]:
    """Rows of the table: a kind and a rate each."""
    lines = []
    for rate in RATES:
        taken = discovered(variants, rate)
        for kind in KINDS:
            all_of_kind, found = of_kind(variants, kind), of_kind(taken, kind)
            right = sum(variant.breaks for variant in found)
            cells = [
                Share(right, sum(variant.breaks for variant in all_of_kind)),
                Share(len(found) - right, len(found)),
                best(all_of_kind, rate, lambda variant: -variant.p),
                best(all_of_kind, rate, lambda variant: variant.score),
            ]
            lines.append(f"| {name} | {seed} | {100 * rate:.0f} % | {kind} | " + " | ".join(map(str, cells)) + " |")
    return lines


def uniform(variants: list[Planted]) -> str:
    """Of variants that do nothing: how many have a p below 1 and 5 %."""
    ps = [variant.p for variant in variants if not variant.breaks]
    return ", ".join(
        f"{100 * sum(p <= level for p in ps) / len(ps):.1f} % below {level:g}" for level in (0.01, 0.05, 0.5)
    )


def null_of(model: Path) -> str:
    """The sizes of the card's null, in words."""
    with model.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        card = json.loads(json.loads(file.read(length))["__metadata__"]["regulens.card"])
    null = card["variant_null"]
    sizes = {kind: [stratum["count"] for stratum in null["tracks"][0][kind]] for kind in ("bases", "indels")}
    parts = [f"{sum(counts):,} {kind} in strata of {', '.join(map(str, counts))}" for kind, counts in sizes.items()]
    return f"`{model.stem}`: {'; '.join(parts)}, drawn from {null['genome']} with seed {null['seed']}"


def main() -> None:
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("models", type=Path, nargs="+", help="calibrated models of simulated sequence")
    flags.add_argument("--track", default="ATAC")
    flags.add_argument("--length", type=int, default=1_000_000)
    flags.add_argument("--variants", type=int, default=1000)
    flags.add_argument("--seeds", default="78,79,80")
    flags.add_argument("--program", type=Path, help="the program; without it, it is built")
    flags.add_argument("--out", type=Path)
    arguments = flags.parse_args()
    program = arguments.program
    if not program:
        subprocess.run(["cargo", "build", "--release"], cwd=ROOT, check=True)
        program = ROOT / "target/release/regulens"

    today = datetime.date.today().isoformat()
    lines = [
        "# Planted variants that are found at 1 and 5 % false discovery",
        "",
        f"{today}, {os.cpu_count()} cores ({platform.machine()}). {arguments.variants} variants in "
        f"{arguments.length:,} simulated bases a seed, track",
        f"{arguments.track}. p = 1 − percentile / 100 from the null in the card, Benjamini and Hochberg over all "
        "variants of a seed.",
        "",
        "```sh",
        shlex.join(["python3", "benches/variant_recall.py", *sys.argv[1:]]),
        "```",
        "",
        "Nulls:",
        "",
        *(f"- {null_of(model)}" for model in arguments.models),
        "",
        "| model | seed | q | variants | recall | false among discoveries | recall by p, were the threshold known | "
        "recall by the score, were it known |",
        "|---|--:|--:|---|--:|--:|--:|--:|",
    ]
    notes = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in arguments.seeds.split(","):
            sizes = ["--length", arguments.length, "--variants", arguments.variants, "--seed", seed]
            run(program, "simulate", "sequence", *sizes, "--out", Path(folder) / seed)
        for model in arguments.models:
            of_seeds = []
            for seed in arguments.seeds.split(","):
                variants = planted(program, model, arguments.track, Path(folder) / seed)
                lines += report(model.stem, seed, variants)
                of_seeds.append(variants)
                print("\n".join(lines[-len(RATES) * len(KINDS) :]), flush=True)
            smallest = min(variant.p for variants in of_seeds for variant in variants)
            beyond = statistics.mean(sum(variant.p < 1e-3 for variant in variants) for variants in of_seeds)
            notes.append(
                f"- `{model.stem}`: p of variants that do nothing: "
                f"{uniform([variant for variants in of_seeds for variant in variants])}; smallest p"
                f" {smallest:.1e}; {beyond:.0f} variants a seed have a p below 0.001"
            )
    lines += ["", *notes]
    out = arguments.out or ROOT / f"benches/results/variant-recall-{today}.md"
    out.write_text("\n".join(lines) + "\n")
    print(out)


if __name__ == "__main__":
    main()
