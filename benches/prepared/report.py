"""A measurement as Markdown, and as JSON beside it."""

import json
import statistics
from dataclasses import dataclass
from pathlib import Path

from peers import newest

from .ways import AGREEMENT, Way


@dataclass
class Measurement:
    """All that one run found, and where."""

    date: str
    command: str
    machine: str
    versions: str
    data: str
    loads: list[float]
    agreement: dict[str, float]
    ways: list[Way]
    peers: list[newest.Peer]


def write(measurement: Measurement, path: Path) -> None:
    """Writes a `.md` file, and every round to a `.json` file beside it; shows the former."""
    text = markdown(measurement)
    print(text)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    heading = {
        name: getattr(measurement, name)
        for name in ("date", "command", "machine", "versions", "data", "loads", "agreement")
    }
    rounds = [{"way": way.name, "seconds": way.seconds, "memory, MiB": way.memory} for way in measurement.ways]
    path.with_suffix(".json").write_text(
        json.dumps({**heading, "peers": newest.as_json(measurement.peers), "rounds": rounds}, indent=1, ensure_ascii=False)
        + "\n",
        encoding="utf-8",
    )


def markdown(measurement: Measurement) -> str:
    loads = ", ".join(f"{load:.1f}" for load in measurement.loads)
    rounds = "1 round" if len(measurement.loads) == 1 else f"{len(measurement.loads)} rounds"
    lines = [
        f"# A table from five bigWigs, {measurement.date}",
        "",
        f"{measurement.machine} {measurement.versions}",
        "",
        f"{measurement.data}. {rounds}; 1-minute load at their start: {loads}.",
        f"`{measurement.command}`",
        "",
        *newest.markdown(measurement.peers),
        "From files to the result, each tool in its own process; medians over rounds. Ratios are taken within each "
        "round, the peer's time",
        "over Regulens' with the same number of threads; above 1, Regulens is faster. Regulens and computeMatrix write "
        "packed text; pyBigWig",
        "keeps values in memory. Memory: peak of the largest process. Difference: from pyBigWig's values, relative to "
        "them or to 1,",
        f"at most {AGREEMENT:g}.",
        "",
        "| | seconds | ratio: min | median | max | memory, MiB | difference |",
        "| --- | --: | --: | --: | --: | --: | --: |",
    ]
    for way in measurement.ways:
        ours = next(other for other in measurement.ways if other.program == "Regulens" and other.threads == way.threads)
        ratios = [theirs / own for theirs, own in zip(way.seconds, ours.seconds)]
        shown = (
            ["", "", ""]
            if way is ours
            else [f"{ratio:.3g}" for ratio in (min(ratios), statistics.median(ratios), max(ratios))]
        )
        cells = [
            way.name,
            f"{statistics.median(way.seconds):.2f}",
            *shown,
            f"{statistics.median(way.memory):.0f}",
            f"{measurement.agreement[way.name]:.1e}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
