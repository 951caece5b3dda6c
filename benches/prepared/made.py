"""Tracks and genes, the same each time."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyBigWig

CHROMOSOMES = {
    "chr1": 248_956_422,
    "chr2": 242_193_529,
    "chr3": 198_295_559,
    "chr4": 190_214_555,
    "chr5": 181_538_259,
    "chr6": 170_805_979,
    "chr7": 159_345_973,
    "chr8": 145_138_636,
    "chr9": 138_394_717,
    "chr10": 133_797_422,
    "chr11": 135_086_622,
    "chr12": 133_275_309,
    "chr13": 114_364_328,
    "chr14": 107_043_718,
    "chr15": 101_991_189,
    "chr16": 90_338_345,
    "chr17": 83_257_441,
    "chr18": 80_373_285,
    "chr19": 58_617_616,
    "chr20": 64_444_167,
    "chr21": 46_709_983,
    "chr22": 50_818_468,
    "chrX": 156_040_895,
    "chrY": 57_227_415,
}
"""Lengths in GRCh38."""

MARKS = ["H3K27me3", "H3K36me3", "H3K4me1", "H3K4me3", "H3K9me3"]
PIECE = 1 << 20
"""Intervals written at a time."""
SIDE = 5_000
BINS = 100


@dataclass
class Data:
    """Files of one measurement."""

    tracks: dict[str, Path]
    gtf: Path
    bed: Path
    genes: list[tuple[str, str, int]]
    """Id, chromosome, and the base that the window's middle lies before, counted from 0."""
    description: str


def make(folder: Path, genes: int, genome: float, interval: int) -> Data:
    """Makes what is not there yet."""
    settings = {"genes": genes, "genome": genome, "interval": interval}
    lengths = {name: max(int(length * genome), 4 * SIDE) for name, length in CHROMOSOMES.items()}
    stamp = folder / "settings.json"
    tracks = {mark: folder / f"{mark}.bw" for mark in MARKS}
    if not stamp.exists() or json.loads(stamp.read_text()) != settings:
        for number, (mark, path) in enumerate(tracks.items()):
            print(f"making {path.name}", file=sys.stderr)
            track(path, lengths, interval, number)
    placed = place(lengths, genes)
    gtf, bed = folder / "genes.gtf", folder / "genes.bed"
    write_genes(placed, gtf, bed)
    stamp.write_text(json.dumps(settings))
    size = sum(path.stat().st_size for path in tracks.values()) / 2**20
    bases = sum(lengths.values()) / 1e6
    return Data(
        tracks,
        gtf,
        bed,
        [(name, chromosome, middle) for name, chromosome, middle, _ in placed],
        f"{genes:,} genes of {BINS} bins of {2 * SIDE // BINS} bp; five bigWigs of {bases:,.0f} million bases,"
        f" intervals of {interval} bases in the mean, {size:,.0f} MiB",
    )


def track(path: Path, lengths: dict[str, int], interval: int, seed: int) -> None:
    """Signal to two digits, as pileups have it, with gaps between some of the intervals."""
    random = np.random.default_rng(seed)
    file = pyBigWig.open(str(path), "w")
    file.addHeader(list(lengths.items()))
    for chromosome, length in lengths.items():
        at = 0
        while at < length:
            widths = random.integers(1, 2 * interval, PIECE)
            gaps = np.where(random.random(PIECE) < 0.2, random.integers(1, 2 * interval, PIECE), 0)
            ends = at + np.cumsum(widths + gaps)
            starts = ends - widths
            inside = ends <= length
            if inside.any():
                values = np.round(random.gamma(0.7, 3.0, PIECE), 2)
                names = np.full(int(inside.sum()), chromosome)
                file.addEntries(names, starts[inside], ends=ends[inside], values=values[inside])
            at = int(ends[-1])
    file.close()


def place(lengths: dict[str, int], genes: int) -> list[tuple[str, str, int, str]]:
    """Genes anywhere on the genome with their windows inside, in its order."""
    random = np.random.default_rng(99)
    names = list(lengths)
    shares = np.array([lengths[name] - 2 * SIDE for name in names], dtype=float)
    chosen = np.sort(random.choice(len(names), genes, p=shares / shares.sum()))
    placed = []
    for number, at in enumerate(chosen):
        name = names[at]
        middle = int(random.integers(SIDE + 1, lengths[name] - SIDE))
        placed.append((f"G{number:06}", name, middle, "+-"[int(random.integers(2))]))
    return placed


def write_genes(placed: list[tuple[str, str, int, str]], gtf: Path, bed: Path) -> None:
    """As GTF for Regulens; as BED for computeMatrix, of one base at the window's middle and without a strand, as it
    would turn windows."""
    with gtf.open("w") as text:
        for name, chromosome, middle, strand in placed:
            start, end = (middle, middle + 1_000) if strand == "+" else (max(middle - 1_000, 1), middle)
            text.write(f'{chromosome}\tmade\tgene\t{start}\t{end}\t.\t{strand}\t.\tgene_id "{name}";\n')
    with bed.open("w") as text:
        for name, chromosome, middle, _ in placed:
            text.write(f"{chromosome}\t{middle}\t{middle + 1}\t{name}\t0\t.\n")
