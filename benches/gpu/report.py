"""Lines of JSON as Markdown: the machine, every case on every runtime, and what was not timed.

    python3 -m gpu.report FILE.jsonl [FILE.jsonl …] > FILE.md

Several files are those of several calls, one for each part. No target is judged here: targets are set for GPUs, and a
run on the software adapter only shows that everything runs.
"""

import statistics
import sys
from collections import defaultdict
from pathlib import Path

from native.report import short, spread, table

from .record import read
from .sizes import ORDER

SOFTWARE = (
    "**On the software adapter**, which is a CPU, and PyTorch's CPU, with smaller sizes: this run shows that all of it "
    "runs, and judges no target."
)


def markdown(lines: list[dict]) -> str:
    """All that these lines tell."""
    heads = [line for line in lines if line["kind"] == "head"]
    machine = [head for head in heads if "command" in head]
    software = any(head["software"] for head in machine)
    where = "the software adapter" if software else "a GPU"
    text = [f"# Regulens and its peers on {where}, {machine[0]['date'] if machine else 'without a date'}", ""]
    for head in machine:
        text += [*_head(head), ""]
    for head in heads:
        if "adapter" in head:
            versions = ", ".join(f"{name} {version}" for name, version in head["versions"].items())
            text += [f"{head['step']}: {head['browser']}, WebGPU adapter `{head['adapter']}`, {versions}.", ""]
    if software:
        text += [SOFTWARE, ""]
    text += [
        "Rounds alternate; a round's figure is the median of its calls, and ratios are taken within a round. Above 1, "
        "Regulens is faster. Outputs were compared before timing: the last columns have the largest difference.",
        "`Regulens, commands` are whole commands: the difference of two sizes, including reading and writing files.",
        "",
    ]
    absent = [line for line in lines if line["kind"] == "absent"]
    if absent:
        text += ["## Missing", "", *(f"- {line['what']}: {line['why']}" for line in absent), ""]
    for step in ORDER:
        text += _step(step, [line for line in lines if line.get("step") == step])
    return "\n".join(text)


def _head(head: dict) -> list[str]:
    gpus = f" {'; '.join(head['gpus'])}." if head["gpus"] else " No NVIDIA GPU was requested or found."
    cudnn = f" with cuDNN {head['cudnn']}" if head["cudnn"] else ""
    return [
        f"{head['machine']}{gpus} PyTorch {head['torch']}{cudnn}, Python {head['python']}. Regulens at commit "
        f"{head['commit']}, its program built at {head['program'] or 'none'}.",
        f"`{head['command']}`",
    ]


def _step(step: str, lines: list[dict]) -> list[str]:
    if not lines:
        return []
    text = [f"## {step}", ""]
    figures: dict[str, dict[tuple, dict[int, float]]] = defaultdict(dict)
    loads = [line["load"] for line in lines if line["kind"] == "figure"]
    for line in lines:
        if line["kind"] == "figure":
            figures[line["case"]].setdefault(_who(line), {})[line["round"]] = line["ms"]
    off = {}
    for line in lines:
        if line["kind"] == "agreement":
            known = off.setdefault(_who(line), {})
            for name in ("outputs", "learning"):
                if name in line:
                    known[name] = max(known.get(name, 0.0), line[name])
    if figures:
        rows = [row for case, found in figures.items() for row in _rows(case, found, off)]
        head = ["case", "runtime", "device", "precision", "ms: min", "median", "max", "rounds"]
        head += ["best peer, float32, over it", "best peer over it", "outputs", "learning"]
        text += table(head, "llllrrrrrrrr", rows)
        text += [f"1-minute load during timing: {min(loads)} to {max(loads)}.", ""]
    notes = [f"- {' '.join(filter(None, _failure(line)))}" for line in lines if line["kind"] == "failed"]
    notes += [f"- Left out: {line['what']}." for line in lines if line["kind"] == "omitted"]
    for line in lines:
        if line["kind"] == "step" and line["state"] not in ("begins", "ends"):
            notes.append(f"- This step was {line['state']} after {line['at']:.0f} s of the run: {line['why']}.")
    return [*text, *notes, ""] if notes else text


def _who(line: dict) -> tuple[str, str, str, bool]:
    return line["runtime"], line["device"], line["precision"], line["peer"]


def _failure(line: dict) -> list[str]:
    case = f", {line['case']}" if line["case"] else ""
    return [f"{line['runtime']} ({line['device']}, {line['precision']}){case}: {line['why']}"]


def _rows(case: str, found: dict[tuple, dict[int, float]], off: dict[tuple, dict[str, float]]) -> list[list[str]]:
    peers = {who: rounds for who, rounds in found.items() if who[3]}
    exact = {who: rounds for who, rounds in peers.items() if who[2] == "float32"}
    rows = []
    for who, rounds in sorted(found.items(), key=lambda item: item[0][3]):
        known = off.get(who, {})
        agreement = [f"{known[name]:.1e}" if name in known else "" for name in ("outputs", "learning")]
        faster = ["", ""] if who[3] else [_ratio(rounds, exact), _ratio(rounds, peers)]
        rows.append([case, *who[:3], *spread(list(rounds.values())), str(len(rounds)), *faster, *agreement])
    return rows


def _ratio(ours: dict[int, float], peers: dict[tuple, dict[int, float]]) -> str:
    """The median over rounds of the fastest peer of each, over ours; empty where no round has both."""
    ratios = []
    for number, own in ours.items():
        others = [rounds[number] for rounds in peers.values() if number in rounds]
        if others:
            ratios.append(min(others) / own)
    return short(statistics.median(ratios)) if ratios else ""


if __name__ == "__main__":
    print(markdown(read([Path(name) for name in sys.argv[1:]])))
