#!/usr/bin/env python3
"""Small files of signal, reads, variants and genes, with what independent tools read from them.

    python3 benches/independent.py [--out tests/files/independent]

The files are drawn from seeds; nothing in them was measured. pyBigWig takes the means of bins, pysam counts reads in
them, bcftools normalises variants, and pyranges finds where genes begin. `training/tests/cli/prepare/independent.rs`
holds the program to what they say.

The first run installs the Python packages into .tools/independent-venv; bcftools must be in PATH. The same versions
write the same bytes.
"""

import argparse
import math
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import own_environment
from peers import newest

BENCHES = Path(__file__).resolve().parent
ROOT = BENCHES.parent
VENV = ROOT / ".tools" / "independent-venv"
REQUIREMENTS = BENCHES / "requirements-independent.txt"
CHROMOSOMES = {"chr1": 60_000, "chr2": 32_000}
BINS, BIN_SIZE, SIDE = 100, 100, 5_000
NEVER_COUNTED = 0x4 | 0x100 | 0x200 | 0x800
DUPLICATE = 0x400
LIMIT = 200_000
"""Bytes of all files together."""


@dataclass(frozen=True)
class Gene:
    """A gene of `genes.bed`: its bases counted from 0, the end not included."""

    name: str
    chromosome: str
    start: int
    end: int
    strand: str

    def bins(self) -> list[tuple[int, int]]:
        """Bases of each bin, counted from 0, where the chromosome has some; others are empty. As published, the TSS
        counted from 1 is the window's middle counted from 0."""
        middle = self.start + 1 if self.strand == "+" else self.end
        within = CHROMOSOMES[self.chromosome]
        starts = range(middle - SIDE, middle + SIDE, BIN_SIZE)
        return [(min(max(at, 0), within), min(max(at + BIN_SIZE, 0), within)) for at in starts]


def main() -> None:
    parser = argparse.ArgumentParser(description="Write small files and what independent tools read from them.")
    parser.add_argument("--out", type=Path, default=ROOT / "tests" / "files" / "independent")
    out = parser.parse_args().out
    bcftools = shutil.which("bcftools")
    if bcftools is None:
        raise SystemExit("bcftools is not in PATH; install it (Debian: bcftools)")
    own_environment.enter(VENV, REQUIREMENTS)
    newest.check(["pyBigWig", "pysam", "pyranges"])
    out.mkdir(parents=True, exist_ok=True)

    genes = write_genes(out / "genes.bed")
    write_signal(out / "signal.bw")
    write_means(out / "signal.bw", genes, out / "bins.tsv")
    write_reads(out / "reads.bam")
    write_counts(out / "reads.bam", genes, out / "counts.tsv")
    write_variants(out / "genome.fa", out / "variants.vcf")
    normalise(bcftools, out)
    write_annotation(out / "annotation.gtf")
    write_starts(out / "annotation.gtf", out / "starts.tsv")

    size = sum(path.stat().st_size for path in out.iterdir())
    print(f"{size:,} bytes in {out}", file=sys.stderr)
    if size > LIMIT:
        raise SystemExit(f"the files have more than {LIMIT:,} bytes together")


def write_rows(path: Path, rows: list[tuple[object, ...]]) -> None:
    text = "".join("\t".join(map(str, row)) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8", newline="\n")


def write_genes(path: Path) -> list[Gene]:
    """Genes of both strands, of which the windows of four reach beyond their chromosome."""
    drawn = random.Random(1)
    starts = {"chr1": [2_011, *(drawn.randrange(6_000, 54_000) for _ in range(6)), 58_777], "chr2": [987]}
    starts["chr2"] += [drawn.randrange(6_000, 26_000) for _ in range(2)] + [31_949]
    genes = []
    for chromosome, places in starts.items():
        for tss in places:
            strand = "+-"[len(genes) % 2]
            length = min(drawn.randrange(300, 3_000), CHROMOSOMES[chromosome] - tss if strand == "+" else tss)
            start, end = (tss, tss + length) if strand == "+" else (tss - length, tss)
            genes.append(Gene(f"G{len(genes) + 1}", chromosome, start, end, strand))
    write_rows(path, [(gene.chromosome, gene.start, gene.end, gene.name, 0, gene.strand) for gene in genes])
    return genes


def write_signal(path: Path) -> None:
    """All three kinds of sections of a bigWig, with gaps."""
    import pyBigWig

    drawn = random.Random(2)
    file = pyBigWig.open(str(path), "w")
    file.addHeader(list(CHROMOSOMES.items()))

    def value() -> float:
        return round(drawn.expovariate(0.2), 3)

    for chromosome, length in CHROMOSOMES.items():
        at, kind = drawn.randrange(200), 0
        while at < length - 3_000:
            count = drawn.randrange(10, 60)
            if kind % 3 == 0:
                starts, ends = [], []
                for _ in range(count):
                    starts.append(at)
                    at += drawn.randrange(1, 90)
                    ends.append(at)
                    at += drawn.choice([0, 0, 0, drawn.randrange(1, 150)])
                file.addEntries([chromosome] * count, starts, ends=ends, values=[value() for _ in starts])
            elif kind % 3 == 1:
                span, starts = drawn.randrange(1, 40), []
                for _ in range(count):
                    starts.append(at)
                    at += span + drawn.choice([0, drawn.randrange(1, 60)])
                file.addEntries(chromosome, starts, values=[value() for _ in starts], span=span)
            else:
                span = drawn.randrange(1, 40)
                step = span + drawn.choice([0, drawn.randrange(1, 30)])
                file.addEntries(chromosome, at, values=[value() for _ in range(count)], span=span, step=step)
                at += step * count
            at += drawn.choice([1, drawn.randrange(1, 700)])
            kind += 1
        # The chromosome's last base has a value.
        file.addEntries([chromosome], [length - 77], ends=[length], values=[value()])
    file.close()


def write_means(track: Path, genes: list[Gene], path: Path) -> None:
    """The mean of each bin's bases; those without a value, and those beyond the chromosome, are 0."""
    import pyBigWig

    file = pyBigWig.open(str(track))
    rows: list[tuple[object, ...]] = [("gene", "bin", "mean")]
    for gene in genes:
        for number, (start, end) in enumerate(gene.bins(), 1):
            values = file.values(gene.chromosome, start, end) if start < end else []
            total = math.fsum(value for value in values if not math.isnan(value))
            rows.append((gene.name, number, f"{total / BIN_SIZE:.9g}"))
    write_rows(path, rows)


def write_reads(path: Path) -> None:
    """Reads with all operations and flags, of which the last have no place. They have no bases, which nothing reads."""
    import pysam

    drawn = random.Random(3)
    names = list(CHROMOSOMES)
    header = {
        "HD": {"VN": "1.6", "SO": "coordinate"},
        "SQ": [{"SN": name, "LN": length} for name, length in CHROMOSOMES.items()],
    }
    shapes = [
        lambda: f"{drawn.randrange(20, 150)}M",
        lambda: f"{drawn.randrange(5, 40)}M{drawn.randrange(60, 1_500)}N{drawn.randrange(5, 40)}M",
        lambda: f"{drawn.randrange(5, 40)}M{drawn.randrange(1, 120)}D{drawn.randrange(5, 40)}M",
        lambda: f"{drawn.randrange(5, 40)}M{drawn.randrange(1, 120)}I{drawn.randrange(5, 40)}M",
        lambda: f"{drawn.randrange(1, 99)}S{drawn.randrange(20, 60)}M{drawn.randrange(1, 99)}S",
        lambda: f"{drawn.randrange(1, 99)}H{drawn.randrange(20, 60)}={drawn.randrange(1, 9)}X9P7=",
    ]
    flags = [0] * 10 + [0x4, 0x100, 0x200, DUPLICATE, 0x800, DUPLICATE | 0x100]
    placed = []
    for chromosome, length in enumerate(CHROMOSOMES.values()):
        placed += [(chromosome, drawn.randrange(length - 1_800)) for _ in range(length // 50)]
        # One from each base of two bins, so that some begin and end where bins do.
        placed += [(chromosome, start) for start in range(20_000, 20_200)]
    with pysam.AlignmentFile(str(path), "wb", header=header) as file:
        for number, (chromosome, start) in enumerate(sorted(placed)):
            read = pysam.AlignedSegment(file.header)
            read.query_name = f"r{number}"
            read.flag = drawn.choice(flags) | drawn.choice([0, 0x10])
            read.reference_name, read.reference_start = names[chromosome], start
            read.mapping_quality = drawn.choice([0, 7, 19, 20, 21, 60])
            # An unmapped read beside its mate has a place and no operations.
            read.cigarstring = None if read.is_unmapped else drawn.choice(shapes)()
            file.write(read)
        for number in range(20):
            read = pysam.AlignedSegment(file.header)
            read.query_name, read.flag = f"u{number}", 0x4
            file.write(read)
    pysam.index(str(path))


def write_counts(reads: Path, genes: list[Gene], path: Path) -> None:
    """Reads that overlap each bin, an intron's bases included: all that count, and with `--min-mapq 20
    --keep-duplicates`."""
    import pysam

    def plain(read: pysam.AlignedSegment) -> bool:
        return not read.flag & (NEVER_COUNTED | DUPLICATE)

    def strict(read: pysam.AlignedSegment) -> bool:
        return not read.flag & NEVER_COUNTED and read.mapping_quality >= 20

    rows: list[tuple[object, ...]] = [("gene", "bin", "reads", "mapq_20_with_duplicates")]
    with pysam.AlignmentFile(str(reads)) as file:
        for gene in genes:
            for number, (start, end) in enumerate(gene.bins(), 1):
                counts = [0, 0]
                if start < end:
                    counts = [file.count(gene.chromosome, start, end, read_callback=kept) for kept in (plain, strict)]
                rows.append((gene.name, number, *counts))
    write_rows(path, rows)


def write_variants(fasta: Path, vcf: Path) -> None:
    """A sequence with repeats, one at its first base and some in small letters, and variants written in odd ways."""
    drawn = random.Random(4)

    def letters(count: int) -> str:
        return "".join(drawn.choice("ACGT") for _ in range(count))

    units = ["A", "CA", "T", "GAA", "C", "ATTT", "AC", letters(17), "T", "GATA", letters(31), "AG"]
    sequence, repeats = "", []
    for number, unit in enumerate(units):
        copies = drawn.randrange(9, 25)
        repeats.append((len(sequence), unit, copies))
        sequence += unit * copies + letters(1_600 - len(unit) * copies)
    bases = sequence
    for start, unit, copies in repeats[::3]:
        end = start + len(unit) * copies
        sequence = sequence[:start] + sequence[start:end].lower() + sequence[end:]
    lines = [sequence[at : at + 80] for at in range(0, len(sequence), 80)]
    write_rows(fasta, [(">chr1",), *((line,) for line in lines)])

    rows: list[tuple[int, str, str]] = []

    def written(start: int, end: int, replacement: str) -> None:
        """Bases of `start..end` are replaced; on both sides stand some that both alleles share."""
        before = min(drawn.choice([1, 1, 1, 3, 6]), start)
        after = drawn.choice([0, 0, 2, 5]) if before else 1
        left, right = bases[start - before : start], bases[end : end + after]
        rows.append((start - before + 1, left + bases[start:end] + right, left + replacement + right))

    for start, unit, copies in repeats:
        length = len(unit)
        # The last copies go, and a copy comes that begins within a copy.
        gone = drawn.randrange(1, 4)
        written(start + length * (copies - gone), start + length * copies, "")
        turn = drawn.randrange(length)
        at = start + length * drawn.randrange(copies // 2, copies) + turn
        written(at, at, unit[turn:] + unit[:turn])
    # Outside of repeats: a single base, several, and an exchange for another number of bases.
    for number in range(4):
        at = 1_600 * drawn.randrange(1, len(units)) - drawn.randrange(50, 500)
        replaced = bases[at : at + [1, 3, 4, 2][number]]
        other = replaced.translate(str.maketrans("ACGT", "CGTA"))
        written(at, at + len(replaced), other + "ACGT"[: [0, 0, 2, 0][number]])
    head: list[tuple[object, ...]] = [
        ("##fileformat=VCFv4.2",),
        (f"##contig=<ID=chr1,length={len(bases)}>",),
        ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"),
    ]
    rows.sort()
    write_rows(vcf, head + [("chr1", at, f"v{n}", ref, alt, ".", ".", ".") for n, (at, ref, alt) in enumerate(rows, 1)])


def normalise(bcftools: str, out: Path) -> None:
    """Writes `normalised.vcf`."""
    with tempfile.TemporaryDirectory(prefix="regulens-independent-") as temporary:
        # bcftools writes an index beside the sequence.
        fasta = Path(shutil.copy(out / "genome.fa", temporary))
        words = [bcftools, "norm", "--no-version", "--check-ref", "e", "--fasta-ref", fasta, out / "variants.vcf"]
        subprocess.run([*words, "--output", out / "normalised.vcf"], check=True)


def write_annotation(path: Path) -> None:
    """Exons alone: several transcripts of each gene, which overlap, in any order; those of the minus strand from the
    last exon on the genome to the first, as Ensembl has them."""
    drawn = random.Random(5)
    rows: list[tuple[object, ...]] = []
    for number in range(14):
        gene, chromosome, strand = f"E{number + 1}", ["chr1", "chr2"][number % 2], drawn.choice("+-")
        middle = 6_000 + 3_500 * number + drawn.randrange(900)
        for transcript in range(drawn.randrange(1, 5)):
            first, last = middle - drawn.randrange(50, 2_500), middle + drawn.randrange(50, 2_500)
            cuts = sorted(drawn.sample(range(first + 1, last), 2 * drawn.randrange(0, 4)))
            ends = [first, *cuts, last]
            exons = list(zip(ends[::2], ends[1::2], strict=True))
            for exon, (start, end) in enumerate(exons if strand == "+" else exons[::-1], 1):
                attributes = f'gene_id "{gene}"; transcript_id "{gene}.{transcript + 1}"; exon_number "{exon}";'
                rows.append((chromosome, "made", "exon", start, end, ".", strand, ".", attributes))
    write_rows(path, rows)


def write_starts(annotation: Path, path: Path) -> None:
    """The first base of each gene along its strand, counted from 1."""
    import pyranges

    genes = pyranges.read_gtf(str(annotation)).boundaries("gene_id").five_end().df
    starts = sorted(zip(genes["gene_id"], genes["Start"], strict=True), key=lambda row: int(row[0][1:]))
    write_rows(path, [("gene", "tss"), *((gene, int(start) + 1) for gene, start in starts)])


if __name__ == "__main__":
    main()
