#!/usr/bin/env python3
"""Which crates the bytes of a WebAssembly engine are.

    python3 benches/engine-bytes.py [webgpu|cpu]

Takes what `cargo xtask build` left in target/, runs wasm-bindgen and wasm-opt as that does but keeps the functions'
names, and asks of every bit of the gzipped file which function it stands for. Generic code counts for the crate that
defines it, not for the one that asks for it. The table goes to the screen and to benches/results/.
"""

import datetime
import pathlib
import re
import subprocess
import sys
import tempfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
# As in xtask/src/engines.rs.
PASSES = ["-O1", "--shrink-level=1", "--low-memory-unused", "--reorder-functions-by-name", "--strip-producers"]
# Code of the standard library takes the name of the first other crate in its symbol: `drop_in_place<cubecl_ir::…>`.
STANDARD = {"core", "alloc", "std", "hashbrown", "compiler_builtins", "dlmalloc", "rustc_demangle", "__rustc"}
ROWS = 24


def main():
    engine = sys.argv[1] if len(sys.argv) > 1 else "webgpu"
    wasm = named_engine(engine)
    stripped, regions = parse(wasm)
    costs, total = gzip_bits(stripped, regions)

    crates = {}
    for (start, end, owner), bits in zip(regions, costs):
        row = crates.setdefault(owner, [0, 0, 0.0])
        row[0] += 1
        row[1] += end - start
        row[2] += bits / 8
    rows = sorted(crates.items(), key=lambda row: -row[1][2])
    rest = [sum(column) for column in zip(*(row for _, row in rows[ROWS:]))]
    rows = rows[:ROWS] + ([(f"{len(rows) - ROWS} others", rest)] if rest else [])

    date = datetime.date.today().isoformat()
    commit = said("git", "rev-parse", "--short", "HEAD")
    lines = [
        f"# The bytes of the {engine} engine, {date}",
        "",
        f"{len(stripped):,} bytes of WebAssembly, {total:,} after `gzip -9`; commit {commit}, "
        f"{said('rustc', '--version').split(' (')[0]}.",
        f"`cargo xtask build && python3 benches/engine-bytes.py {engine}`.",
        "",
        "Every bit of the compressed file counts for the function that it stands for. Generic code counts for the "
        "crate that defines it.",
        "",
        "| crate | functions | bytes | gzipped | share |",
        "|---|--:|--:|--:|--:|",
    ]
    for owner, (functions, size, compressed) in rows:
        lines.append(f"| {owner} | {functions:,} | {size:,} | {compressed:,.0f} | {100 * compressed / total:.1f} % |")
    lines.append("")
    print("\n".join(lines))
    (ROOT / f"benches/results/{engine}-engine-bytes-{date}.md").write_text("\n".join(lines))


def said(*command):
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def named_engine(engine):
    """The engine as it ships, with the names of its functions."""
    built = ROOT / f"target/wasm32-unknown-unknown/wasm-{engine}/regulens.wasm"
    if not built.exists():
        sys.exit(f"{built} is not there: run `cargo xtask build` first")
    with tempfile.TemporaryDirectory() as folder:
        bound, named = pathlib.Path(folder, "regulens_bg.wasm"), pathlib.Path(folder, "named.wasm")
        said(ROOT / ".tools/bin/wasm-bindgen", "--target", "web", "--out-dir", folder, built)
        said("node", ROOT / ".tools/node_modules/binaryen/bin/wasm-opt", *PASSES, "-g", bound, "-o", named)
        return named.read_bytes()


def parse(wasm):
    """The file without custom sections, and its regions (start, end, owner) in order."""
    TYPE_TO_ELEMENT = "types, imports, tables"
    OWNERS = {10: None, 11: "static data"}
    sections, names, imported = [], {}, 0
    at = 8
    while at < len(wasm):
        kind, (size, body) = wasm[at], leb(wasm, at + 1)
        if kind == 0:
            names.update(name_section(wasm, body, body + size))
        else:
            sections.append((kind, at, body, body + size))
        if kind == 2:
            imported = imported_functions(wasm, body)
        at = body + size

    stripped, regions = bytearray(wasm[:8]), [(0, 8, TYPE_TO_ELEMENT)]
    for kind, start, body, end in sections:
        shift = len(stripped) - start
        stripped += wasm[start:end]
        if kind != 10:
            regions.append((start + shift, end + shift, OWNERS.get(kind, TYPE_TO_ELEMENT)))
            continue
        count, at = leb(wasm, body)
        regions.append((start + shift, at + shift, TYPE_TO_ELEMENT))
        for index in range(imported, imported + count):
            size, first = leb(wasm, at)
            regions.append((at + shift, first + size + shift, crate(names.get(index, ""))))
            at = first + size
    return bytes(stripped), regions


def leb(data, at):
    """An unsigned number, and where the next begins."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def name_section(wasm, at, end):
    """The functions' names by index, if this custom section holds them."""
    length, at = leb(wasm, at)
    if wasm[at : at + length] != b"name":
        return {}
    at, names = at + length, {}
    while at < end:
        kind, (size, at) = wasm[at], leb(wasm, at + 1)
        following = at + size
        if kind == 1:
            count, at = leb(wasm, at)
            for _ in range(count):
                index, at = leb(wasm, at)
                length, at = leb(wasm, at)
                names[index] = wasm[at : at + length].decode()
                at += length
        at = following
    return names


def imported_functions(wasm, at):
    """How many imports are functions: they come first in the numbering. wasm-bindgen imports nothing else."""
    count, at = leb(wasm, at)
    for _ in range(count):
        for _ in range(2):
            length, at = leb(wasm, at)
            at += length
        assert wasm[at] == 0, "an import that is no function"
        _, at = leb(wasm, at + 1)
    return count


def crate(name):
    """The crate that a symbol belongs to."""
    name = re.sub(r"::h[0-9a-f]{16}$", "", name)
    crates = re.findall(r"(?<![\w:])([a-z_][a-z0-9_]*)::", name)
    return next((crate for crate in crates if crate not in STANDARD), "standard library, unattributed")


def gzip_bits(data, regions):
    """What each region costs in bits after `gzip -9`, and the size of the whole in bytes: a match counts for the region
    that it begins in, a table of codes for the one that it stands before."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = compressor.compress(data) + compressor.flush()
    stream = packed[10:-8]
    costs, region, written = [0] * len(regions), 0, 0
    end_of_region = regions[0][1]
    # The next `held` bits of the stream, lowest first.
    bits, held, at, used = 0, 0, 0, 0

    def take(count):
        nonlocal bits, held, at, used
        while held < count:
            bits |= stream[at] << held
            at += 1
            held += 8
        value = bits & ((1 << count) - 1)
        bits >>= count
        held -= count
        used += count
        return value

    LENGTHS = [
        3,
        4,
        5,
        6,
        7,
        8,
        9,
        10,
        11,
        13,
        15,
        17,
        19,
        23,
        27,
        31,
        35,
        43,
        51,
        59,
        67,
        83,
        99,
        115,
        131,
        163,
        195,
        227,
        258,
    ]
    LENGTH_BITS = [0] * 8 + [bits for bits in range(1, 6) for _ in range(4)] + [0]
    DISTANCE_BITS = [0, 0] + [bits for bits in range(14) for _ in range(2)]
    ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    last = False
    while not last:
        last, kind = take(1), take(2)
        assert kind != 0, "code does not come uncompressed"
        if kind == 1:
            lengths = [8] * 144 + [9] * 112 + [7] * 24 + [8] * 8 + [5] * 30
            literals = 288
        else:
            literals, distances, count = take(5) + 257, take(5) + 1, take(4) + 4
            of_lengths = [0] * 19
            for symbol in ORDER[:count]:
                of_lengths[symbol] = take(3)
            codes, width = table(of_lengths)
            lengths = []
            while len(lengths) < literals + distances:
                while held < width and at < len(stream):
                    bits |= stream[at] << held
                    at += 1
                    held += 8
                symbol, size = codes[bits & ((1 << width) - 1)]
                take(size)
                if symbol < 16:
                    lengths.append(symbol)
                elif symbol == 16:
                    lengths += [lengths[-1]] * (3 + take(2))
                else:
                    lengths += [0] * (3 + take(3) if symbol == 17 else 11 + take(7))
        codes, width = table(lengths[:literals])
        far, far_width = table(lengths[literals:])
        mask, far_mask = (1 << width) - 1, (1 << far_width) - 1
        while True:
            # A length and a distance with all their bits take 48 at most.
            while held < 48 and at < len(stream):
                bits |= stream[at] << held
                at += 1
                held += 8
            symbol, size = codes[bits & mask]
            bits >>= size
            length = 1
            if symbol > 256:
                more = LENGTH_BITS[symbol - 257]
                length = LENGTHS[symbol - 257] + (bits & ((1 << more) - 1))
                bits >>= more
                distance, far_size = far[bits & far_mask]
                bits >>= far_size + DISTANCE_BITS[distance]
                size += more + far_size + DISTANCE_BITS[distance]
            held -= size
            used += size
            while written >= end_of_region and region + 1 < len(regions):
                region += 1
                end_of_region = regions[region][1]
            costs[region] += used
            used = 0
            if symbol == 256:
                break
            written += length
    assert written == len(data), "all of the file is accounted for"
    return costs, len(packed)


def table(lengths):
    """For every window of so many bits the symbol that it begins with, and its length."""
    width = max(max(lengths), 1)
    codes, code = [(0, 0)] * (1 << width), 0
    for length in range(1, width + 1):
        for symbol, own in enumerate(lengths):
            if own == length:
                # Codes stand in the stream highest bit first.
                low = int(f"{code:0{length}b}"[::-1], 2)
                for high in range(1 << (width - length)):
                    codes[high << length | low] = (symbol, length)
                code += 1
        code <<= 1
    return codes, width


if __name__ == "__main__":
    main()
