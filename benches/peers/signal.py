"""The values of a table that `regulens simulate hm` wrote, as every runtime gets them.

python -m peers.signal TABLE.csv OUT.f32
"""

import argparse

import numpy as np

from . import BINS, MARKS


def read(table: str) -> np.ndarray:
    """Raw counts, float32 [N, T, M], marks in the model's order."""
    with open(table, encoding="utf-8") as lines:
        header = next(lines).strip().split(",")
        missing = [mark for mark in MARKS if mark not in header]
        if missing:
            raise SystemExit(
                f"{table}: found no column {', '.join(missing)} in its header; expected a table of `regulens simulate "
                "hm`"
            )
        columns = [header.index(mark) for mark in MARKS]
        values = np.loadtxt(lines, dtype=np.float32, delimiter=",", usecols=columns, ndmin=2)
    if len(values) % BINS:
        raise SystemExit(f"{table}: found {len(values)} rows; expected {BINS} for each gene")
    return values.reshape(-1, BINS, len(MARKS))


def read_labels(table: str) -> np.ndarray:
    """Labels, float32 [N], 1 for a gene that is on: the last column."""
    with open(table, encoding="utf-8") as lines:
        next(lines)
        rows = [line.rstrip().rsplit(",", 1)[1] for line in lines]
    return np.array(rows[::BINS], np.float32)


def load(path: str) -> np.ndarray:
    """A signal as `main` writes it."""
    return np.fromfile(path, "<f4").reshape(-1, BINS, len(MARKS))


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a table's values as raw little-endian float32.")
    parser.add_argument("table", help="a table of `regulens simulate hm`")
    parser.add_argument("out", help="the file to write: [genes, bins, marks], float32, no header")
    arguments = parser.parse_args()
    read(arguments.table).astype("<f4").tofile(arguments.out)


if __name__ == "__main__":
    main()
