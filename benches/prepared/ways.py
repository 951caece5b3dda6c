"""Ways of doing the job, each a command that runs by itself."""

import gzip
import json
import platform
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import numpy as np

from peers import newest

from .made import BINS, MARKS, SIDE, Data

BENCHES = Path(__file__).resolve().parent.parent

AGREEMENT = 1e-5
"""How far a value may lie from pyBigWig's, relative to it or to 1: computeMatrix writes six digits behind the point."""


@dataclass
class Way:
    """One program with one number of threads."""

    program: str
    threads: int
    command: list[str]
    result: Path
    seconds: list[float] = field(default_factory=list)
    """Wall time of each round."""
    memory: list[float] = field(default_factory=list)
    """The most its largest process held in each round, in MiB."""

    @property
    def name(self) -> str:
        return f"{self.program}, {self.threads} thread{'' if self.threads == 1 else 's'}"

    def run(self, counts: bool = True) -> None:
        """Runs it to its end."""
        command = [sys.executable, "-S", "-E", BENCHES / "prepared" / "timed.py", *self.command]
        ended = subprocess.run(command, cwd=BENCHES, capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            raise SystemExit(f"{self.name}: {ended.stderr}")
        seconds, memory = map(float, ended.stdout.split())
        if counts:
            self.seconds.append(seconds)
            self.memory.append(memory / 1024)


def peers(compute_matrix: Path | None) -> dict[str, str]:
    """Versions of what is measured against; `compute_matrix` is a program of another environment."""
    deeptools = newest.told(compute_matrix) if compute_matrix else version("deepTools")
    return {"deepTools": deeptools, "pyBigWig": version("pyBigWig")}


def ways(program: Path, data: Data, folder: Path, threads: int, other: Path | None = None) -> list[Way]:
    """Every way with so many threads; `other` is a computeMatrix in place of the one in this environment."""
    table, matrix, values = (folder / f"{threads}.{ending}" for ending in ("table.csv.gz", "matrix.gz", "npy"))
    marks = [word for mark, path in data.tracks.items() for word in ("--mark", f"{mark}={path}")]
    regulens = [program, "prepare", "hm", *marks, "--annotation", data.gtf, "--out", table, "--threads", threads]
    # Options that deepTools 3 and 4 both have.
    compute_matrix = [
        other or Path(sys.prefix) / "bin" / "computeMatrix", "reference-point", "--referencePoint", "TSS", "-b", SIDE, "-a", SIDE,
        "-bs", 2 * SIDE // BINS, "--missingDataAsZero", "--sortRegions", "keep", "-p", threads, "-R", data.bed, "-S", *data.tracks.values(),
        "--samplesLabel", *data.tracks, "-o", matrix,
    ]  # fmt: skip
    reader = [sys.executable, "-m", "prepared.reader", data.bed, values, threads, *data.tracks.values()]
    return [
        Way("Regulens", threads, list(map(str, regulens)), table),
        Way("deepTools computeMatrix", threads, list(map(str, compute_matrix)), matrix),
        Way("pyBigWig, values in memory only", threads, list(map(str, reader)), values),
    ]


def compare(runs: list[Way], data: Data) -> dict[str, float]:
    """Runs every way once: the largest difference of each from pyBigWig's values. Ends where one is beyond what may be.
    """
    for way in runs:
        way.run(counts=False)
    expected = np.load(next(way for way in runs if way.program.startswith("pyBigWig")).result)
    found = {}
    for way in runs:
        values = read(way, data)
        difference = np.abs(values - expected) / np.maximum(np.abs(expected), 1)
        found[way.name] = float(difference.max())
        if not difference.max() <= AGREEMENT:
            raise SystemExit(f"{way.name}: values differ by {difference.max()}")
    return found


def read(way: Way, data: Data) -> np.ndarray:
    """Values as [genes, bins, marks], in the order of the genes."""
    if way.program == "Regulens":
        return read_table(way.result, data)
    if way.program.startswith("pyBigWig"):
        return np.load(way.result)
    with gzip.open(way.result, "rt") as text:
        header = json.loads(text.readline()[1:])
        assert header["sample_labels"] == MARKS
        rows = {
            cells[3]: np.array(cells[6:], dtype=float) for cells in (line.rstrip("\n").split("\t") for line in text)
        }
    values = np.stack([rows[name] for name, _, _ in data.genes])
    return values.reshape(len(data.genes), len(MARKS), BINS).transpose(0, 2, 1)


def read_table(path: Path, data: Data) -> np.ndarray:
    with gzip.open(path, "rt") as text:
        said = text.readline()
        assert said.startswith("# ") and "mean signal" in said, said
        assert text.readline().rstrip("\n") == f"gene,bin,{','.join(MARKS)}"
        values = np.empty((len(data.genes), BINS, len(MARKS)))
        for index, (name, _, _) in enumerate(data.genes):
            for bin in range(BINS):
                gene, number, *cells = text.readline().split(",")
                assert (gene, int(number)) == (name, bin + 1)
                values[index, bin] = cells
        assert not text.readline()
    return values


def versions(used: dict[str, str]) -> str:
    """What was measured against, in a sentence."""
    deeptools, reader = (f"{name} {number}" for name, number in used.items())
    return f"{deeptools}; {reader} and numpy {version('numpy')} on Python {platform.python_version()}."
