"""A measurement as Markdown, and as JSON beside it."""

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from peers import newest

from .runtime import Section
from .targets import MULTIPLY_ADDS, Target, shares, targets


@dataclass
class Measurement:
    """All that one run found, and where."""

    date: str
    command: str
    rounds: int
    machine: str
    versions: str
    sections: list[Section]
    vectors: str = ""
    """The instructions that reach the limit of one core."""
    peers: Sequence[newest.Peer] = ()
    """What was measured against, with its newest release."""


def write(measurement: Measurement, path: Path) -> None:
    """Writes a `.md` file, and every round to a `.json` file beside it; shows the former."""
    text = markdown(measurement)
    print(text)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.with_suffix(".json").write_text(
        json.dumps(rounds(measurement), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def rounds(measurement: Measurement) -> dict:
    """Every figure of every round."""
    sections = [
        {
            "title": section.title,
            "loads": section.loads,
            "multiply-adds a second": section.limits,
            "milliseconds": {
                runtime.name: {case.name: runtime.times[case] for case in sorted(runtime.times)}
                for runtime in section.runtimes
            },
            "memory, MiB": {runtime.name: runtime.memory for runtime in section.runtimes},
        }
        for section in measurement.sections
    ]
    heading = {name: getattr(measurement, name) for name in ("date", "command", "machine", "versions")}
    return {**heading, "peers": newest.as_json(measurement.peers), "sections": sections}


def markdown(measurement: Measurement) -> str:
    loads = [f"{load:.1f}" for section in measurement.sections for load in section.loads]
    lines = [
        f"# Regulens and its peers natively, {measurement.date}",
        "",
        f"{measurement.machine} {measurement.versions}",
        "",
        "AttentiveChrome LSTM-α,β, 55,681 float32 weights, the same for all; simulated genes, raw counts. "
        f"{measurement.rounds} rounds."
        f" 1-minute load at the start of the rounds: {', '.join(loads)}.",
        f"`{measurement.command}`",
        "",
        *newest.markdown(measurement.peers),
        "Inference: values in, logit, α and β out. A training step: forward, backward, clipping by the global norm, "
        "Adam. Ratios are",
        "taken within each round; minimum, median and maximum are over rounds. Above 1, Regulens is faster.",
        "",
        "## Targets",
        "",
        *table(
            ["where", "against", "target", "min", "median", "max", "reached"],
            "llrrrrl",
            map(target_row, targets(measurement.sections)),
        ),
        "## Agreement, checked before timing",
        "",
        "Outputs: the largest absolute difference of logit, α and β from the same equations in float64, over every "
        "timed case. Learning:",
        "the relative difference of losses and weights after the first training steps from the first peer's, in the L2 "
        "norm of a tensor.",
        "",
        *table(["", "runtime", "outputs", "at most", "learning"], "llrrr", agreement_rows(measurement.sections)),
    ]
    for section in measurement.sections:
        lines += section_lines(section, measurement.vectors)
    return "\n".join(lines)


def target_row(target: Target) -> list[str]:
    wanted = "–" if target.wanted is None else f"≥ {target.wanted:g}{'' if target.unit == 'x' else ' '}{target.unit}"
    reached = {None: "", True: "yes", False: "**no**"}[target.reached]
    return [target.where, target.against, wanted, *spread(target.found), reached]


def agreement_rows(sections: list[Section]) -> list[list[str]]:
    return [
        [
            section.title,
            runtime.name,
            f"{runtime.error:.1e}",
            f"{runtime.agreement:.0e}",
            "" if runtime.learning_error is None else f"{runtime.learning_error:.1e}",
        ]
        for section in sections
        for runtime in section.runtimes
    ]


def section_lines(section: Section, vectors: str) -> list[str]:
    """Every case on every runtime."""
    head = ["case", "runtime", "ms: min", "median", "max", "genes per second", "ratio: min", "median", "max"]
    align = "llrrrrrrr"
    if section.limits:
        head.append("% of a core's peak")
        align += "r"
    rows = []
    for case in section.cases():
        for runtime in section.runtimes:
            if case not in runtime.times:
                continue
            times, ours = runtime.times[case], section.ours.times[case.whole]
            ratios = spread([time / our for time, our in zip(times, ours)]) if runtime.is_peer else ["", "", ""]
            row = [
                case.name,
                runtime.name,
                *spread(times),
                f"{case.genes / statistics.median(times) * 1e3:,.0f}",
                *ratios,
            ]
            if section.limits:
                row.append(
                    f"{statistics.median(shares(section, runtime, case)):.0f}" if case.request == "predict" else ""
                )
            rows.append(row)
    memory = ", ".join(f"{runtime.name} {runtime.memory:,.0f}" for runtime in section.runtimes)
    lines = [
        f"## {section.title}",
        "",
        *table(head, align, rows),
        f"Peak memory of a process over all cases, MiB: {memory}.",
    ]
    if section.limits:
        low, median, high = (
            f"{limit / 1e9:.1f}"
            for limit in (min(section.limits), statistics.median(section.limits), max(section.limits))
        )
        lines.append(
            f"Peak of one core: {low} / {median} / {high} billion multiply-adds per second in registers ({vectors}; "
            "minimum, median and maximum"
            f" over rounds); a gene takes {MULTIPLY_ADDS / 1e6:.2f} million."
        )
    return [*lines, ""]


def spread(figures: list[float]) -> list[str]:
    """Minimum, median and maximum, with three digits or to the millisecond."""
    return [short(figure) for figure in (min(figures), statistics.median(figures), max(figures))]


def short(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 1000 else f"{figure:.3g}" if figure < 100 else f"{figure:.0f}"


def table(head: list[str], align: str, rows: object) -> list[str]:
    lines = [head, ["--:" if side == "r" else "---" for side in align], *rows]
    return [*(f"| {' | '.join(line)} |" for line in lines), ""]


def machine() -> str:
    """The hardware and the system, in a sentence."""
    processor = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
        ]
        processor = names[0] if names else processor
    parts = [f"{os.cpu_count()} cores ({processor})"]
    if hasattr(os, "sysconf"):
        parts.append(f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB")
    return f"{', '.join(parts)}, {platform.system()}."


def versions(root: Path) -> str:
    """What was measured, in sentences."""
    import torch

    peers = f"PyTorch {torch.__version__}, ONNX Runtime {version('onnxruntime')}, Python {platform.python_version()}"
    return f"{peers}. Regulens at commit {commit(root)}."


def commit(root: Path) -> str:
    """The commit, and whether the files are its own."""

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False).stdout.strip()

    changed = " with changes" if git("status", "--porcelain", "--untracked-files=no") else ""
    return (git("rev-parse", "--short", "HEAD") or "unknown") + changed
