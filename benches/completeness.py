#!/usr/bin/env python3
"""Do attributions add up to the score? Integrated gradients with default steps, of each model that ships, on the example that ships for its task.

    python3 benches/completeness.py --out FILE.md [--genes 40] [--changes 10] [--shuffles 2] [--threads N] [--program FILE]

Of tables the first genes of the example, against their own means; of sequences the first window of the example, against shuffles. It needs Python
3.11 and nothing else.
"""

import argparse
import datetime
import gzip
import json
import os
import platform
import struct
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "models/examples"
MOST = 1e-3
"""The largest error that is wanted, relative to the score, or to its difference from the baseline's where that is larger."""

ROUNDING = 2e-5
"""What float32 leaves of a score near 0, which is no error: `ROUNDING` of src/interpret/attribution."""


@dataclass
class Found:
    model: str
    explained: str
    error: float
    """The largest error, relative to the larger of score and difference."""
    of_score: float
    """The same relative to the score alone, of scores of 0.1 and more."""
    shared: float | None
    """Of sequences, the remainder that was shared among bases, relative to the sum of the sizes of contributions."""


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


def relative(error: float, score: float, baseline: float) -> float:
    return 0.0 if abs(error) <= ROUNDING else abs(error) / max(abs(score), abs(score - baseline))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--genes", type=int, default=40)
    parser.add_argument("--changes", type=int, default=10, help="genes of a change")
    parser.add_argument("--shuffles", type=int, default=2, help="of a sequence")
    parser.add_argument("--threads", type=int, help="of the CPU [all]")
    parser.add_argument("--program", type=Path, default=ROOT / "target" / "tests" / "regulens")
    given = parser.parse_args()
    environment = dict(os.environ) if given.threads is None else {**os.environ, "RAYON_NUM_THREADS": str(given.threads)}
    found: list[Found] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = {1: [first_genes(EXAMPLES / "simulated.csv.gz", given.genes, folder / "genes.csv")]}
        tables[2] = [first_genes(EXAMPLES / f"change.{cell}.csv.gz", given.changes, folder / f"change.{cell}.csv") for cell in "ab"]
        with gzip.open(EXAMPLES / "sequence.fa.gz", "rt") as text:
            title, *lines = text.read().splitlines()
        bases = "".join(lines)
        for model in sorted((ROOT / "models").glob("*.safetensors")):
            card = json.loads(header(model)[0]["__metadata__"]["regulens.card"])
            out = folder / "attributions.safetensors"
            words = [given.program.resolve(), "interpret", "attribute", "--model", model, "--out", out]
            if card["task"] == "tracks":
                (folder / "window.fa").write_text(f"{title}\n{bases[: card['sequence']['length']]}\n")
                words += ["--input", folder / "window.fa", "--track", card["tracks"][0]["name"], "--shuffles", str(given.shuffles)]
                explained = f"{card['sequence']['length']:,} bp, {given.shuffles} shuffles"
            else:
                inputs = tables[2 if card["task"] == "change" else 1]
                words += [word for flag, table in zip(("--input", "--input-b"), inputs) for word in (flag, table)]
                explained = f"{given.changes if len(inputs) == 2 else given.genes} genes"
            subprocess.run(list(map(str, words)), check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            rows = list(zip(*(numbers(out, each) for each in ("completeness", "score", "baseline_score"))))
            found.append(
                Found(
                    model.stem,
                    explained,
                    max(relative(*row) for row in rows),
                    max((abs(error) / abs(score) for error, score, _ in rows if abs(score) >= 0.1), default=0.0),
                    max(numbers(out, "remainder")) if card["task"] == "tracks" else None,
                )
            )
            print(found[-1], flush=True)
    above = [each.model for each in found if not each.error <= MOST]
    lines = [
        f"# Do attributions add up? {datetime.date.today().isoformat()}",
        "",
        f"{os.cpu_count()} cores, {platform.system()}. `python3 benches/completeness.py --out FILE --genes "
        f"{given.genes} --changes {given.changes} "
        f"--shuffles {given.shuffles}`",
        "",
        "Integrated gradients with default steps, of each model that ships, on the first genes, or the first window, "
        "of the example that ships for",
        "its task. The error is by how much the sum of all attributions misses the score less the baseline's: the "
        "largest, relative to the score, or",
        "to that difference where it is larger; and relative to the score alone, of scores of 0.1 and more. Of "
        "sequences, whose gradients leave a",
        "remainder that is shared among the bases, that remainder relative to the sum of the sizes of contributions. "
        f"What is at most {ROUNDING:g} by itself is",
        "rounding, and counts as none.",
        "",
        f"At most {MOST:g}: {'all ' + str(len(found)) + ' models' if not above else '**not** ' + ', '.join(above)}.",
        "",
        "| model | explained | error | of the score alone | remainder shared |",
        "|---|---|--:|--:|--:|",
    ]
    for each in found:
        shared = "" if each.shared is None else f"{each.shared:.1e}"
        lines.append(f"| `{each.model}` | {each.explained} | {each.error:.1e} | {each.of_score:.1e} | {shared} |")
    text = "\n".join(lines) + "\n"
    print(text)
    given.out.write_text(text)


if __name__ == "__main__":
    main()
