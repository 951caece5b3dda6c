"""Processor time of `regulens prepare hm` by stage, sampled by Linux' perf.

A function belongs to the first stage whose pattern its name matches. Inflating by itself is the least that a reader of
these files can take: it sets the limit.
"""

import os
import re
import subprocess
import tempfile
from pathlib import Path

SYSTEM = "the system: reading, writing, pages"

STAGES = {
    "inflating the blocks of the bigWigs": r"inflate|adler32|zlib_rs",
    "packing the table": r"miniz_oxide|deflate|crc32",
    "printing numbers": r"core::fmt|fmt::Write|dragon|grisu|flt2dec|ryu|zmij|dtoa|::write\b|prepare::write",
    "decoding blocks and adding up bins": r"prepare::signal|add_signal|bigwig|prepare::plan",
    "annotation": r"noodles|gtf|gff|annotation|memchr",
    "memory": r"memcpy|memmove|memset|malloc|free|realloc|alloc::",
}
"""Patterns of names by stage, in the order in which they are tried."""


def stage_of(name: str) -> str:
    """Gives the stage of a function, or "other". perf writes `[k] name` in the kernel, `[.] name` elsewhere."""
    if name.startswith("[k]"):
        return SYSTEM
    return next((stage for stage, pattern in STAGES.items() if re.search(pattern, name)), "other")


def sampled(command: list[str], folder: Path) -> tuple[float, dict[str, float]]:
    """Runs a command under perf: its processor seconds, and the share of each stage in its samples."""
    data = folder / "perf.data"
    before = os.times()
    record = ["perf", "record", "--quiet", "--freq", "499", "--event", "cpu-clock", "--output", data, "--", *command]
    subprocess.run(record, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    seconds = after.children_user - before.children_user + after.children_system - before.children_system
    report = subprocess.run(
        ["perf", "report", "--stdio", "--input", data, "--sort", "symbol", "--field-separator", ";"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return seconds, shares(report.stdout)


def shares(report: str) -> dict[str, float]:
    """Adds up what perf reports of functions, `12.34% ;[.] name`, by stage."""
    found: dict[str, float] = {}
    for line in report.splitlines():
        if match := re.match(r"\s*([\d.]+)%\s*;(\[.\] [^;]*)", line):
            percent, name = match.groups()
            stage = stage_of(name)
            found[stage] = found.get(stage, 0) + float(percent) / 100
    if not found:
        raise SystemExit(f"perf reports no samples: {report}")
    return found


def markdown(command: list[str], rounds: int) -> list[str]:
    """A table of stages, from the median run of several by its processor seconds."""
    with tempfile.TemporaryDirectory(prefix="regulens-stages-") as folder:
        runs = sorted((sampled(command, Path(folder)) for _ in range(rounds)), key=lambda run: run[0])
    seconds, found = runs[len(runs) // 2]
    lines = ["", "| stage, one thread | processor seconds | share |", "| --- | --: | --: |"]
    for stage, share in sorted(found.items(), key=lambda pair: -pair[1]):
        lines.append(f"| {stage} | {share * seconds:.2f} | {share:.0%} |")
    return [*lines, f"| all | {seconds:.2f} | |"]
