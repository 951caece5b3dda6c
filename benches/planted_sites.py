#!/usr/bin/env python3
"""Which explanations of a track point at the sites that are planted in a sequence, what the track loses without the
bases that they name, and which names the sites get.

    python3 benches/planted_sites.py [--length 49152] [--seeds 91,92,93] [--explanations NAME,…] [--model FILE] [--program FILE] [--out FILE.md]

`interpret deletion --truth` says what is lost, and counts planted sites among as many of the most important places,
`interpret motifs` names; all settings are as they are by default, motifs the simulator's own. Mutagenesis takes minutes
a window, and is compared where it is named. It needs Python 3.11 and nothing else.
"""

import argparse
import csv
import datetime
import os
import platform
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models/basenji-attention-two-sided-simulated.safetensors"
# As columns have them, and in words.
LEVELS = {"bases": "bases", "bins": "bins of 128 bp"}
EXPLANATIONS = "gradient,integrated-gradients,attention,motifs,random"


class Bench:
    def __init__(self, program: Path, model: Path, folder: Path):
        self.program, self.model, self.folder = program, model, folder

    def run(self, *words: object) -> None:
        subprocess.run(
            [self.program, *map(str, words)],
            check=True,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def interpret(self, analysis: str, *words: object) -> list[dict[str, str]]:
        common = (
            "--model",
            self.model,
            "--input",
            "s.fa",
            "--track",
            "ATAC",
            "--motifs",
            "s.motifs.meme",
            "--out",
            "o.tsv",
        )
        self.run("interpret", analysis, *common, *words)
        return self.rows("o.tsv")

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open() as text:
            return list(csv.DictReader((line for line in text if not line.startswith("#")), delimiter="\t"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--length", type=int, default=49_152)
    parser.add_argument("--seeds", default="91,92,93")
    parser.add_argument("--explanations", default=EXPLANATIONS)
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--program", type=Path, default=ROOT / "target" / "tests" / "regulens")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    seeds = [int(seed) for seed in given.seeds.split(",")]
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    areas: dict[str, list[float]] = defaultdict(list)
    ahead: dict[str, list[float]] = defaultdict(list)
    named = {
        "named": 0,
        "right": 0,
        "at other sites": 0,
        "at no site": 0,
        "decoys": 0,
        "seqlets on sites": 0,
        "of these named right": 0,
    }
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(given.program.resolve(), given.model.resolve(), Path(folder))
            bench.run("simulate", "sequence", "--length", given.length, "--variants", 0, "--seed", seed, "--out", "s")
            asked = ("--truth", "s.sites.tsv", "--explanations", given.explanations, "--per-gene", "w.tsv")
            for row in bench.interpret("deletion", *asked):
                for level in LEVELS:
                    for at, column in enumerate(("sites", "found", "decoys", "decoys_found")):
                        # Attention tells no bases apart.
                        counts[row["explanation"], level][at] += int(row[f"{column}_{level}"] or 0)
            for row in bench.rows("w.tsv"):
                for name in given.explanations.split(","):
                    areas[name].append(float(row[f"area_{name}"]))
                    ahead[name].append(float(row[f"area_{name}"]) - float(row["area_random"]))
            print(seed, "deletion", flush=True)
            sites = [
                (int(row["start"]), int(row["end"]), row["motif"].replace(" ", "_"), float(row["effect"]) > 0)
                for row in bench.rows("s.sites.tsv")
            ]
            sure = bench.interpret("motifs")
            for row in sure:
                here = {site[2] for site in sites if site[0] <= int(row["end"]) and int(row["start"]) <= site[1]}
                named["named"] += 1
                named["decoys"] += row["motif"].startswith("decoy")
                named["right" if row["motif"] in here else "at other sites" if here else "at no site"] += 1
            # With every name, however unsure: which seqlets lie on sites, and whether the sure name there is right.
            names = {(row["start"], row["motif"]) for row in sure}
            for row in bench.interpret("motifs", "--q", 1):
                here = {
                    site[2] for site in sites if site[3] and site[0] <= int(row["end"]) and int(row["start"]) <= site[1]
                }
                if here:
                    named["seqlets on sites"] += 1
                    named["of these named right"] += (row["start"], row["motif"]) in names and row["motif"] in here
            print(seed, "motifs", flush=True)
    lines = [f"# Which explanations of a track point at planted sites, {datetime.date.today().isoformat()}", ""]
    lines += [
        f"{os.cpu_count()} cores, {platform.system()}. `python3 benches/planted_sites.py --length {given.length} "
        f"--seeds {given.seeds} "
        f"--explanations {given.explanations}`",
        "",
        f"`{given.model.name}`, track ATAC, {len(seeds)} simulated sequences of {given.length:,} bp. As many places as "
        "there are sites that open",
        "chromatin, so that recall is precision; the area is the share of the track's sum that is lost without the "
        "bases that an explanation ranks",
        "first, the mean over up to a fifth of them, and its standard error over windows.",
        "",
        f"| explanation | {' | '.join(f'sites found, of {level} | decoys found' for level in LEVELS.values())} | area | less "
        "that of random |",
        f"|---|{'--:|' * (2 * len(LEVELS) + 2)}",
    ]

    def with_error(values: list[float]) -> str:
        mean = sum(values) / len(values)
        variance = sum((value - mean) ** 2 for value in values) / max(1, len(values) - 1)
        return f"{mean:.3f} ± {(variance / len(values)) ** 0.5:.3f}"

    for name in given.explanations.split(","):
        cells = []
        for level in LEVELS:
            sites, found, decoys, decoys_found = counts.get((name, level), (0, 0, 0, 0))
            cells.append(f"{found / sites:.2f} ({found} of {sites}) | {decoys_found} of {decoys}" if sites else "– | –")
        less = "–" if name == "random" else with_error(ahead[name])
        lines.append(f"| {name} | {' | '.join(cells)} | {with_error(areas[name])} | {less} |")
    lines += [
        "",
        "Names by `regulens interpret motifs` with the simulator's matrices, all settings as they are by default:",
        "",
        *(f"- {what}: {count}" for what, count in named.items()),
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    if given.out:
        given.out.write_text(text)


if __name__ == "__main__":
    main()
