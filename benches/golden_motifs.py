#!/usr/bin/env python3
"""P-values of motif matches by memelite, beside which `tests/interpret/motifs_golden.rs` holds Regulens'.

    python3 benches/golden_motifs.py --jaspar FILE.meme --store tests/golden_motifs

Motifs are read, pseudocounts added and scores rounded to 1/1024 bit here; the distribution of scores of random sites is
memelite's own dynamic program. In that all letters are alike likely; where three A stand beside two C, they are ten
letters, some of which score the same. Written are made.meme, motifs drawn at random, and a table for each file of
motifs: of each motif some sites drawn from it, with their scores in bits and their p-values. The file of JASPAR is read
in place. It needs Python 3.11, and in the environment that runs it `pip install numpy memelite`.
"""

import argparse
import re
from pathlib import Path

import numpy as np
from memelite.fimo import _pwm_to_mapping

from peers import newest

UNITS, PSEUDOCOUNT = 1024, 0.1
# Counts of letters that are equally likely.
EVEN, STATED = (1, 1, 1, 1), (3, 2, 2, 3)
WIDTHS = (1, 3, 5, 6, 8, 9, 11, 13, 16, 20, 24, 30)


def made(random: np.random.Generator) -> str:
    """Motifs from sharp to nearly even, in MEME's minimal format."""
    stated = " ".join(f"{letter} {count / sum(STATED)}" for letter, count in zip("ACGT", STATED))
    blocks = [f"MEME version 4\n\nALPHABET= ACGT\n\nBackground letter frequencies\n{stated}\n"]
    for number, width in enumerate(WIDTHS):
        rows = random.dirichlet([0.1 + 0.25 * number] * 4, width)
        lines = [" ".join(f"{share:.6f}" for share in row) for row in rows]
        head = f"letter-probability matrix: alength= 4 w= {width} nsites= {7 * (number + 1)} E= 0"
        blocks.append("\n".join([f"MOTIF made-{number + 1}", head, *lines]) + "\n")
    return "\n".join(blocks)


def motifs(text: str) -> list[tuple[str, float, np.ndarray]]:
    """Names, numbers of sites and rows [width, 4] of a file in MEME's minimal format."""
    found = []
    for block in text.split("MOTIF ")[1:]:
        lines = block.splitlines()
        head = next(number for number, line in enumerate(lines) if line.startswith("letter-probability"))
        width = int(re.search(r"w= *(\d+)", lines[head])[1])
        sites = float(re.search(r"nsites= *([\d.]+)", lines[head])[1])
        rows = np.array([line.split() for line in lines[head + 1 : head + 1 + width]], dtype=float)
        found.append((lines[0].split()[0], sites, rows / rows.sum(1, keepdims=True)))
    return found


def p_values(scores: np.ndarray, counts: tuple[int, ...]) -> tuple[int, np.ndarray]:
    """The score of the first, in units, and the p-value of each score from there on; `scores` are [width, 4]."""
    letters = np.repeat(scores.T, counts, axis=0)
    smallest, logarithms = _pwm_to_mapping(np.ascontiguousarray(letters), 1 / UNITS)
    # memelite takes each letter to be a quarter.
    return smallest, 2.0 ** (logarithms + len(scores) * np.log2(4 / len(letters)))


def table(text: str, random: np.random.Generator, sites: int, backgrounds: dict[str, tuple[int, ...]]) -> str:
    lines = ["motif\tbackground\tsite\tscore\tp"]
    for name, count, rows in motifs(text):
        drawn = [rows.argmax(1)]
        for _ in range(50 * sites):
            # Half-way between the motif and chance, so that weak matches are among them.
            drawn.append(np.array([random.choice(4, p=0.5 * row + 0.125) for row in rows]))
        for background, counts in backgrounds.items():
            b = np.array(counts) / sum(counts)
            scores = np.log2((count * rows + PSEUDOCOUNT * b) / (count + PSEUDOCOUNT) / b)
            units = np.round(scores * UNITS).astype(int)
            first, p = p_values(scores, counts)
            seen = set()
            for letters in drawn:
                site, total = "".join("ACGT"[letter] for letter in letters), units[np.arange(len(rows)), letters].sum()
                if total >= 0 and site not in seen and len(seen) < sites:
                    seen.add(site)
                    lines.append(f"{name}\t{background}\t{site}\t{total / UNITS:.10g}\t{p[total - first]:.10e}")
    return "\n".join(lines) + "\n"


def main() -> None:
    flags = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    flags.add_argument("--jaspar", type=Path, required=True)
    flags.add_argument("--store", type=Path, required=True)
    given = flags.parse_args()
    newest.check(["memelite"])
    given.store.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    own = made(random)
    (given.store / "made.meme").write_text(own)
    (given.store / "made.tsv").write_text(table(own, random, 8, {"even": EVEN, "stated": STATED}))
    (given.store / "jaspar.tsv").write_text(table(given.jaspar.read_text(), random, 3, {"even": EVEN}))


if __name__ == "__main__":
    main()
