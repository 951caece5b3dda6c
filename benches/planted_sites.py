#!/usr/bin/env python3
"""Which explanations of a track point at the sites that are planted in a sequence, and which names those sites get.

    python3 benches/planted_sites.py [--length 65536] [--seeds 91,92] [--model FILE] [--program FILE] [--out FILE.md]

Bases: the sites that open chromatin, and as many peaks of each explanation, a peak being 13 bases whose sum is the largest that overlaps no
larger one. A site is found where a peak covers most of it; recall is precision, since there are as many of both. Bins of 128 bp: the bins with a
site, and as many bins of each explanation, attention among them (the mean over heads, layers and rows of what a bin receives, but from itself). A
decoy is found where a peak or a bin is at it and at no other site. Names: of `interpret motifs` with the simulator's own matrices. It needs Python
3.11 and nothing else.
"""

import argparse
import csv
import datetime
import json
import os
import platform
import struct
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models/basenji-attention-two-sided-simulated.safetensors"
WINDOW, BIN, PEAK = 16_384, 128, 13
METHODS = ("gradient", "integrated-gradients", "mutagenesis")


class Bench:
    def __init__(self, program: Path, model: Path, folder: Path):
        self.program, self.model, self.folder = program, model, folder

    def run(self, *words: object) -> None:
        subprocess.run([self.program, *map(str, words)], check=True, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open() as text:
            return list(csv.DictReader((line for line in text if not line.startswith("#")), delimiter="\t"))

    def by_base(self, method: str, length: int) -> list[float]:
        """What each base contributes, summed over the windows that have it."""
        region = ("--region", f"sim1:1-{length}") if method == "mutagenesis" else ()
        self.run(
            *("interpret", "attribute", "--model", self.model, "--input", "s.fa", "--track", "ATAC", "--method", method, *region),
            *("--out", "a.safetensors", "--tsv", "a.tsv"),
        )
        sums = [0.0] * length
        for row in self.rows("a.tsv"):
            at = int(row["position"]) - 1
            if 0 <= at < length and row["attribution"]:
                sums[at] += float(row["attribution"])
        return sums

    def attention(self, letters: str) -> list[float]:
        """What each bin receives from other bins, in windows beside each other."""
        received = []
        for start in range(0, len(letters) - WINDOW + 1, WINDOW):
            (self.folder / "w.fa").write_text(f">w\n{letters[start:start + WINDOW]}\n")
            self.run("predict", "--model", self.model, "--input", "w.fa", "--out", "w.npy", "--attention", "w.safetensors")
            layers = list(tensors(self.folder / "w.safetensors"))
            bins = WINDOW // BIN
            sums = [0.0] * bins
            for values in layers:
                for at, value in enumerate(values):
                    row, column = at // bins % bins, at % bins
                    if row != column:
                        sums[column] += value
            received += sums
        return received


def tensors(path: Path) -> Iterable[tuple[float, ...]]:
    content = path.read_bytes()
    (size,) = struct.unpack("<Q", content[:8])
    for name, entry in json.loads(content[8 : 8 + size]).items():
        if name.startswith("attention"):
            first, end = entry["data_offsets"]
            yield struct.unpack(f"<{(end - first) // 4}f", content[8 + size + first : 8 + size + end])


def peaks(values: list[float], count: int) -> list[int]:
    """The first bases of the largest stretches that do not overlap."""
    sums, total = [], sum(values[:PEAK])
    for start in range(len(values) - PEAK + 1):
        sums.append(abs(total))
        if start + PEAK < len(values):
            total += values[start + PEAK] - values[start]
    taken, found = [False] * len(values), []
    for start in sorted(range(len(sums)), key=lambda at: -sums[at]):
        if len(found) == count:
            break
        if not any(taken[start : start + PEAK]):
            taken[start : start + PEAK] = [True] * PEAK
            found.append(start)
    return found


def covers(start: int, site: tuple[int, int]) -> bool:
    """Whether a peak covers most of a site, or of itself."""
    common = min(start + PEAK, site[1]) - max(start, site[0])
    return 2 * common > min(PEAK, site[1] - site[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--length", type=int, default=65_536)
    parser.add_argument("--seeds", default="91,92")
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--program", type=Path, default=ROOT / "target" / "tests" / "regulens")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    seeds = [int(seed) for seed in given.seeds.split(",")]
    found = {method: [0, 0] for method in METHODS}
    binned = {method: [0, 0] for method in (*METHODS, "attention")}
    sites_in_all = bins_in_all = decoys_in_all = decoy_bins_in_all = 0
    named = {"named": 0, "right": 0, "at other sites": 0, "at no site": 0, "decoys": 0, "seqlets on sites": 0, "of these named right": 0}
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(given.program.resolve(), given.model.resolve(), Path(folder))
            bench.run("simulate", "sequence", "--length", given.length, "--variants", 0, "--seed", seed, "--out", "s")
            letters = "".join((Path(folder) / "s.fa").read_text().split("\n")[1:])
            planted = [
                (int(row["start"]) - 1, int(row["end"]), row["motif"].replace(" ", "_"), float(row["effect"]) > 0)
                for row in bench.rows("s.sites.tsv")
            ]
            # Bins at either end are cropped: nothing is predicted there.
            edge = 16 * BIN
            planted = [site for site in planted if edge <= site[0] and site[1] <= given.length - edge]
            sites = [site for site in planted if site[3]]
            decoys = [site for site in planted if not site[3]]
            site_bins = {base // BIN for first, end, *_ in sites for base in (first, end - 1)}
            decoy_bins = {base // BIN for first, end, *_ in decoys for base in (first, end - 1)} - site_bins
            sites_in_all, bins_in_all = sites_in_all + len(sites), bins_in_all + len(site_bins)
            decoys_in_all, decoy_bins_in_all = decoys_in_all + len(decoys), decoy_bins_in_all + len(decoy_bins)
            scores = {}
            for method in METHODS:
                values = bench.by_base(method, given.length)
                starts = peaks(values, len(sites))
                found[method][0] += sum(any(covers(start, site[:2]) for start in starts) for site in sites)
                found[method][1] += sum(any(covers(start, site[:2]) for start in starts) for site in decoys)
                scores[method] = [abs(sum(values[at : at + BIN])) for at in range(0, given.length, BIN)]
                print(seed, method, flush=True)
            scores["attention"] = bench.attention(letters)
            for method, of_bins in scores.items():
                inner = range(edge // BIN, (given.length - edge) // BIN)
                first = sorted((at for at in inner if at < len(of_bins)), key=lambda at: -of_bins[at])[: len(site_bins)]
                binned[method][0] += len(site_bins & set(first))
                binned[method][1] += len(decoy_bins & set(first))
            motifs = ("interpret", "motifs", "--model", bench.model, "--input", "s.fa", "--track", "ATAC", "--motifs", "s.motifs.meme")
            bench.run(*motifs, "--out", "m.tsv")
            for row in bench.rows("m.tsv"):
                here = {site[2] for site in planted if site[0] < int(row["end"]) and int(row["start"]) - 1 < site[1]}
                named["named"] += 1
                named["decoys"] += row["motif"].startswith("decoy")
                named["right" if row["motif"] in here else "at other sites" if here else "at no site"] += 1
            # With every name, however unsure: which seqlets lie on sites, and whether the sure name there is right.
            sure = {(row["start"], row["motif"]) for row in bench.rows("m.tsv")}
            bench.run(*motifs, "--q", 1, "--out", "all.tsv")
            for row in bench.rows("all.tsv"):
                here = {site[2] for site in sites if site[0] < int(row["end"]) and int(row["start"]) - 1 < site[1]}
                if here:
                    named["seqlets on sites"] += 1
                    named["of these named right"] += (row["start"], row["motif"]) in sure and row["motif"] in here
            print(seed, "motifs", flush=True)
    lines = [f"# Which explanations of a track point at planted sites, {datetime.date.today().isoformat()}", ""]
    lines += [
        f"{os.cpu_count()} cores, {platform.system()}. `python3 benches/planted_sites.py --length {given.length} --seeds {given.seeds}`",
        "",
        f"`{given.model.name}`, track ATAC, {len(seeds)} simulated sequences of {given.length:,} bp with {sites_in_all} sites that open chromatin and",
        f"{decoys_in_all} decoys. As many peaks of 13 bases as there are sites, and as many bins of 128 bp as have a site, so that recall is precision.",
        "",
        "| explanation | sites found, of bases | decoys found | bins with a site found | bins with a decoy alone found |",
        "|---|--:|--:|--:|--:|",
    ]
    for method, (of_bins, of_decoys) in binned.items():
        bases = f"{found[method][0] / sites_in_all:.2f} | {found[method][1]} of {decoys_in_all}" if method in found else "– | –"
        lines.append(f"| {method} | {bases} | {of_bins / bins_in_all:.2f} | {of_decoys} of {decoy_bins_in_all} |")
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
