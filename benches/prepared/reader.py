"""What pyBigWig alone takes: means of bins, into one array.

python -m prepared.reader GENES.bed VALUES.npy PROCESSES TRACK.bw …
"""

import sys
from multiprocessing import Pool

import numpy as np
import pyBigWig

from .made import BINS, SIDE


def means(job: tuple[list[str], list[tuple[str, int]]]) -> np.ndarray:
    """Means of some genes, [genes, bins, tracks]; bases without a value are 0."""
    paths, genes = job
    files = [pyBigWig.open(path) for path in paths]
    found = np.empty((len(genes), BINS, len(files)), dtype=np.float32)
    for index, (chromosome, middle) in enumerate(genes):
        for track, file in enumerate(files):
            values = file.values(chromosome, middle - SIDE, middle + SIDE, numpy=True)
            bins = np.nan_to_num(values).reshape(BINS, -1)
            found[index, :, track] = bins.mean(axis=1, dtype=np.float64)
    return found


def main() -> None:
    bed, out, processes, *paths = sys.argv[1:]
    with open(bed) as text:
        genes = [(cells[0], int(cells[1])) for cells in map(str.split, text)]
    parts = [genes[first : first + 256] for first in range(0, len(genes), 256)]
    jobs = [(paths, part) for part in parts]
    if processes == "1":
        found = [means(job) for job in jobs]
    else:
        with Pool(int(processes)) as pool:
            found = pool.map(means, jobs, chunksize=1)
    np.save(out, np.concatenate(found))


if __name__ == "__main__":
    main()
