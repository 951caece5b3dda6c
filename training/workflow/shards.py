"""Cuts a VCF or a BED into shards of rows in the file's order, and puts together what was made of them.

shards.py split vcf|bed FILE SHARD.gz…     FILE plain or gzipped
shards.py merge vcf|tsv OUT PART…
"""

import gzip
import os
import sys
import zlib
from contextlib import contextmanager
from itertools import chain


class Problem(Exception):
    """What is wrong with a file, and what to do."""


@contextmanager
def whole(path):
    """A file to write, which gets its name when it is complete."""
    partial = f"{path}.partial"
    try:
        with open(partial, "wb") as file:
            yield file
        os.replace(partial, path)
    except BaseException:
        os.remove(partial)
        raise


@contextmanager
def unpacked(path):
    """The lines of a file, plain or gzipped (bgzip too), with their line breaks."""
    with open(path, "rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        try:
            with gzip.open(file) if packed else file as lines:
                yield lines
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            found = f"found damaged gzip data ({error})"
            raise Problem(f"{path}: {found}; expected the whole file. Copy it again.") from None


def ends_header(line):
    """Whether a line of a VCF names the columns, behind which all lines are rows."""
    return line.startswith(b"#") and not line.startswith(b"##")


def header_of(kind, lines):
    """The lines before the first row, which are taken from `lines`; None if a VCF or table does not have them."""
    header = []
    if kind == "bed":
        return header
    for line in lines:
        header.append(line)
        if kind == "tsv" or ends_header(line):
            return header
        if line.strip() and not line.startswith(b"#"):
            return None
    return None


def is_row(kind, line):
    """Whether `regulens` reads a row from a line behind the header."""
    words = line.split(maxsplit=1)
    comments = kind == "bed" and (line.startswith(b"#") or words[:1] in ([b"track"], [b"browser"]))
    return bool(words) and not comments


def split(kind, path, shards):
    with unpacked(path) as file:
        lines = iter(file)
        header = header_of(kind, lines)
        if header is None:
            raise Problem(f"{path}: found no line #CHROM before the first row; expected a VCF. Choose another file.")
        rows = sum(is_row(kind, line) for line in lines)
    if kind == "bed" and rows == 0:
        raise Problem(f"{path}: found no row; expected a BED with sequence, start and end. Choose another file.")
    with unpacked(path) as file:
        lines = iter(file)
        header_of(kind, lines)
        # Lines behind the header: the number written, and the row that was read for the next shard.
        written, waiting = 0, []
        for number, shard in enumerate(shards, 1):
            left = rows * number // len(shards) - rows * (number - 1) // len(shards)
            with whole(shard) as packed:
                # No regions are an error of `regulens`: an empty file says that there is nothing to do.
                if kind == "bed" and left == 0:
                    continue
                # Without the time, the same rows are the same bytes.
                with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as out:
                    out.writelines(header)
                    # Blank lines in place of the rows before: messages then name lines of the whole file.
                    out.write(b"\n" * written)
                    before, waiting = waiting, []
                    for line in chain(before, lines):
                        if is_row(kind, line):
                            if left == 0:
                                waiting = [line]
                                break
                            left -= 1
                        out.write(line)
                        written += 1


def merge(kind, path, parts):
    first = None
    with whole(path) as out:
        for part in parts:
            # An empty shard made an empty part.
            if os.path.getsize(part) == 0:
                continue
            with open(part, "rb") as lines:
                header = header_of(kind, lines)
                if header is None:
                    raise Problem(f"{part}: found no header; expected what regulens writes. Delete it and run again.")
                if first is None:
                    first = part, header
                    out.writelines(header)
                elif header != first[1]:
                    raise Problem(
                        f"{part}: found another header than in {first[0]}; expected one model and one version of "
                        "regulens for all shards. Delete the folder of the shards and run again."
                    )
                while chunk := lines.read(1 << 20):
                    out.write(chunk)


def main(what, kind, *paths):
    try:
        {"split": split, "merge": merge}[what](kind, paths[0], paths[1:])
    except (Problem, OSError) as problem:
        sys.exit(f"shards.py: {problem}")


if __name__ == "__main__":
    main(*sys.argv[1:])
