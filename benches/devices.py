#!/usr/bin/env python3
"""Agreement of GPUs with the CPU: predictions of every shipped model, and training of every variant.

    python3 benches/devices.py --out FILE.md [--devices wgpu,cuda] [--jobs N] [--models NAME,…] [--program FILE]

Predictions are of the shipped examples. Learning is one epoch from the same seed on simulated data, compared by the
total update of all weights. The program must be built for the devices (`cargo xtask cuda`). It needs only Python 3.11.
"""

import argparse
import csv
import datetime
import gzip
import json
import os
import platform
import shlex
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "models/examples"
ON_OFF = ("lstm-alpha-beta", "lstm-alpha", "lstm-attn", "lstm", "cnn-alpha-beta", "cnn-attn", "deep-chrome")
CHANGE = ("raw-d", "raw-c", "raw", "aux", "aux-siamese", "raw-aux", "raw-aux-siamese")
TRACKS = ("basenji", "standard", "exp-constant", "exp-variable", "attention-none", "attention-variable", "attention-two-sided")
GENES = 200
"""Of an example, at most."""
LEARNED_FROM, BASES = 64, 131_072
"""Genes that are learned from, and bases."""
PREDICTED = {"tables": 1e-5, "sequences": 1e-4}
"""How far a prediction may lie from the CPU's, relative to the larger of 1 and its size: a deep stack of convolutions rounds more often."""
LEARNED = {"tables": 1e-3, "sequences": 2e-2}
"""How far the way of all weights may lie from the CPU's, relative to its length: along a sequence, rectifiers and maxima turn where two values differ
by rounding."""
SETTINGS = ("--epochs", 1, "--seed", 7, "--epsilon", 1, "--dtype", "f32", "--no-baselines")
"""With Adam's usual epsilon a weight whose gradient is but rounding moves by a whole step to either side; with this one all move by about their
gradients."""


def header(file: Path) -> tuple[dict, int]:
    with file.open("rb") as bytes_of:
        (length,) = struct.unpack("<Q", bytes_of.read(8))
        return json.loads(bytes_of.read(length)), 8 + length


def numbers(file: Path, name: str) -> list[float]:
    """A tensor of float32."""
    names, start = header(file)
    first, last = names[name]["data_offsets"]
    data = file.read_bytes()[start + first : start + last]
    return list(struct.unpack(f"<{len(data) // 4}f", data))


def first_genes(table: Path, count: int, out: Path) -> Path:
    """The header and the rows of the first genes."""
    with gzip.open(table, "rt") as text:
        lines = text.readlines()
    genes, few = [], [lines[0]]
    for line in lines[1:]:
        gene = line.split(",", 1)[0]
        if gene not in genes:
            genes.append(gene)
        if len(genes) > count:
            break
        few.append(line)
    out.write_text("".join(few))
    return out


@dataclass
class Task:
    """Something that a device computes."""

    name: str
    most: float
    run: Callable[[str, Path], Path]
    """Of a device and a folder of its own: where the result lies."""
    read: Callable[[Path], dict[str, list[float]]]
    distance: Callable[[dict[str, list[float]], dict[str, list[float]]], float]


class Bench:
    def __init__(self, program: Path, folder: Path):
        self.program, self.folder = program.resolve(), folder

    def regulens(self, *words: object) -> None:
        done = subprocess.run([self.program, *map(str, words)], capture_output=True, text=True, cwd=self.folder, check=False)
        if done.returncode:
            raise RuntimeError(f"{shlex.join(map(str, words))}: {done.stderr.strip()}")

    def prediction(self, entry: dict) -> Task:
        model = ROOT / "models" / entry["file"]
        task = entry["description"]["task"]
        tracks = task == "tracks"
        tables = {"on-off": ["simulated"], "change": ["change.a", "change.b"]}
        inputs = [EXAMPLES / "sequence.fa.gz"] if tracks else [self.folder / f"{name}.csv" for name in tables[task]]
        flags = [word for flag, file in zip(("--input", "--input-b"), inputs) for word in (flag, file)]

        def run(device: str, own: Path) -> Path:
            out = own / ("tracks" if tracks else "genes.tsv")
            self.regulens("predict", "--model", model, *flags, "--device", device, "--out", out)
            return out

        most = PREDICTED["sequences" if tracks else "tables"]
        return Task(entry["file"].removesuffix(".safetensors"), most, run, arrays if tracks else columns, farthest)

    def training(self, family: str, variant: str, *data: object) -> Task:
        def run(device: str, own: Path) -> Path:
            out = own / "model.safetensors"
            self.regulens("train", family, "--variant", variant, *data, *SETTINGS, "--learning-rate", 0.1, "--device", device, "--out", out)
            return out

        most = LEARNED["sequences" if family == "basenji" else "tables"]
        return Task(f"{family} {variant}", most, run, weights, self.way(family, variant, data))

    def way(self, family: str, variant: str, data: tuple[object, ...]) -> Callable[[dict, dict], float]:
        """How differently two trainings moved all weights together from where the seed puts them."""

        @cache
        def start() -> dict[str, list[float]]:
            out = Path(tempfile.mkdtemp(dir=self.folder)) / "start.safetensors"
            self.regulens("train", family, "--variant", variant, *data, *SETTINGS, "--learning-rate", 1e-30, "--out", out)
            return weights(out)

        def distance(found: dict[str, list[float]], expected: dict[str, list[float]]) -> float:
            # Batch norm's running statistics are no weights.
            names = [name for name in expected if "moving_" not in name and "running_" not in name]
            apart, moved = (sqrt(sum(squared(one[name], other[name]) for name in names)) for one, other in ((found, expected), (expected, start())))
            return apart / moved

        return distance


def squared(one: list[float], other: list[float]) -> float:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def farthest(found: dict[str, list[float]], expected: dict[str, list[float]]) -> float:
    """The largest distance of any value, relative to the larger of 1 and the value."""
    assert found.keys() == expected.keys(), (sorted(found), sorted(expected))
    pairs = (pair for name in expected for pair in zip(found[name], expected[name], strict=True))
    distances = [abs(a - b) / max(1.0, abs(b)) for a, b in pairs]
    # Put so that what is not a number is no agreement.
    return max(distance if distance == distance else float("inf") for distance in distances)


def split(table: Path, count: int) -> None:
    """The first genes to learn from, and the others to choose the epoch."""
    lines = table.read_text().splitlines(keepends=True)
    rows = [line for line in lines if not line.startswith("#")]
    of = [line.split(",", 1)[0].rsplit("_", 1)[0] for line in rows[1:]]
    first = set(list(dict.fromkeys(of))[:count])
    for part, wanted in (("train", True), ("valid", False)):
        kept = [line for gene, line in zip(of, rows[1:]) if (gene in first) == wanted]
        table.with_suffix(f".{part}.csv").write_text("".join([rows[0], *kept]))


def columns(file: Path) -> dict[str, list[float]]:
    """The numbers of a table, by column."""
    with file.open() as text:
        rows = list(csv.DictReader(text, delimiter="\t"))
    return {name: [float(row[name]) for row in rows] for name in rows[0] if name != "gene"}


def arrays(folder: Path) -> dict[str, list[float]]:
    """NumPy's arrays of float32, by file."""
    found = {}
    for file in sorted(folder.glob("*.npy")):
        data = file.read_bytes()
        start = 10 + int.from_bytes(data[8:10], "little")
        found[file.name] = list(memoryview(data[start:]).cast("f"))
    return found


def weights(file: Path) -> dict[str, list[float]]:
    return {name: numbers(file, name) for name in header(file)[0] if name != "__metadata__"}


def tasks(bench: Bench, only: set[str] | None) -> Iterable[Task]:
    for name in ("simulated", "change.a", "change.b"):
        first_genes(EXAMPLES / f"{name}.csv.gz", GENES, bench.folder / f"{name}.csv")
    for seed, name in ((21, "train"), (22, "valid")):
        bench.regulens("simulate", "hm", "--genes", LEARNED_FROM, "--seed", seed, "--out", f"{name}.csv")
    bench.regulens("simulate", "hm-pair", "--genes", LEARNED_FROM + 16, "--seed", 21, "--out", "pair")
    for cell in "ab":
        split(bench.folder / f"pair.{cell}.csv", LEARNED_FROM)
    bench.regulens("simulate", "sequence", "--length", BASES, "--records", 2, "--seed", 23, "--out", "dna")
    track = f"ATAC={bench.folder / 'dna.ATAC.bedgraph'}"
    windows = ["--length", 16384, "--bin-size", 128, "--valid", "sim2", "--out", "windows"]
    bench.regulens("prepare", "tracks", "--fasta", "dna.fa", "--track", track, *windows)
    entries = json.loads((ROOT / "models/catalogue.json").read_text())["models"]
    found = [bench.prediction(entry) for entry in entries]
    pair = [word for part in ("train", "valid") for word in (f"--{part}", f"pair.a.{part}.csv", f"pair.b.{part}.csv")]
    pair += ["--expression", "pair.a.expression.csv", "pair.b.expression.csv"]
    found += [bench.training("attentive-chrome", name, "--train", "train.csv", "--valid", "valid.csv") for name in ON_OFF]
    found += [bench.training("deep-diff", name, *pair) for name in CHANGE]
    found += [bench.training("basenji", name, "--data", "windows", "--preset", "small") for name in TRACKS]
    return [task for task in found if only is None or task.name in only]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--devices", default="wgpu,cuda")
    parser.add_argument("--jobs", type=int, default=max(1, (os.cpu_count() or 2) // 2))
    parser.add_argument("--models", help="only these, by the names in the table, separated by commas")
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/regulens")
    options = parser.parse_args()
    devices = options.devices.split(",")
    with tempfile.TemporaryDirectory(prefix="regulens-devices-") as name, ThreadPoolExecutor(options.jobs) as pool:
        bench = Bench(options.program, Path(name))
        chosen = list(tasks(bench, set(options.models.split(",")) if options.models else None))

        def compute(task: Task) -> dict[str, float | str]:
            read, found = {}, {}
            for device in ("cpu", *devices):
                own = Path(tempfile.mkdtemp(dir=bench.folder))
                try:
                    read[device] = task.read(task.run(device, own))
                    if device != "cpu":
                        found[device] = task.distance(read[device], read["cpu"])
                except (RuntimeError, AssertionError, ValueError) as error:
                    found[device] = str(error).splitlines()[-1]
            print(task.name, found, file=sys.stderr, flush=True)
            return found

        rows = list(zip(chosen, pool.map(compute, chosen)))
    options.out.write_text("\n".join(markdown(rows, devices)), encoding="utf-8")
    worse = [task.name for task, found in rows if not all(within(task, found.get(device)) for device in devices)]
    print(f"{len(rows) - len(worse)} of {len(rows)} agree{'; not: ' + ', '.join(worse) if worse else ''}")
    sys.exit(1 if worse else 0)


def within(task: Task, found: float | str | None) -> bool:
    return isinstance(found, float) and found <= task.most


def markdown(rows: list[tuple[Task, dict[str, float | str]]], devices: list[str]) -> list[str]:
    lines = [
        f"# Agreement between devices, {datetime.date.today()}",
        "",
        f"{hardware()}",
        f"`{shlex.join(['python3', 'benches/devices.py', *sys.argv[1:]])}`",
        "",
        "Differences from the CPU. Predictions: the largest difference of any value that `regulens predict` writes for "
        f"the example (tables: {GENES} genes), relative to the larger of 1 and the value. Learning: one epoch from the "
        f"same seed on {LEARNED_FROM} simulated genes, or {BASES:,} simulated bases; the difference of the total "
        "update of all weights, relative to its length on the CPU.",
        "",
        f"| | at most | {' | '.join(devices)} |",
        f"|---|--:|{'--:|' * len(devices)}",
    ]
    for task, found in rows:
        cells = [f"{value:.1e}" if isinstance(value := found.get(device), float) else f"**{value or found.get('cpu')}**" for device in devices]
        lines.append(f"| {task.name} | {task.most:g} | {' | '.join(cells)} |")
    return [*lines, ""]


def hardware() -> str:
    """The processor, and the GPUs that NVIDIA's driver names."""
    names = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    parts = [f"{os.cpu_count()} cores ({names[0] if names else platform.machine()})"]
    query = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        parts += subprocess.run(query, capture_output=True, text=True, check=True).stdout.strip().splitlines()
    except (OSError, subprocess.CalledProcessError):
        parts.append("no NVIDIA GPU")
    return f"{', '.join(parts)}, {platform.system()}."


if __name__ == "__main__":
    main()
