"""Regulens beside its peers on a GPU, in one run that ends by itself. `gpu.sh` starts it; see benches/README.md.

From `benches/`: `python3 -m gpu [--parts DIR] [--out DIR] [--seconds 470] [--only STEP,…] [--software]
[--program FILE]`.
"""

import argparse
import datetime
import os
import shlex
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from native.environment import ROOT

from . import machine, parts, report, sizes
from .budget import Budget, Deadline, Spent
from .record import Record, read
from .timed import Step

PROBE = 60.0
"""Seconds in which a device of the program must answer for the first time."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time Regulens beside its peers on a GPU.")
    parser.add_argument("--parts", type=Path, default=ROOT / ".tools/gpu", help="the pieces that `gpu.pack` made")
    store = Path(tempfile.gettempdir()) / "regulens-gpu"
    parser.add_argument("--store", type=Path, default=store, help="folder that keeps pieces between calls")
    parser.add_argument("--out", type=Path, default=Path(os.environ.get("OUT", ".")), help="the results' folder")
    parser.add_argument("--seconds", type=float, default=470.0, help="time limit of the run")
    parser.add_argument("--only", help=f"steps to run, separated by commas: {', '.join(sizes.ORDER)}")
    parser.add_argument("--program", type=Path, help="a `regulens` other than the packed one")
    parser.add_argument("--software", action="store_true", help="software adapter and PyTorch's CPU, smaller sizes")
    options = parser.parse_args()
    options.steps = options.only.split(",") if options.only else list(sizes.ORDER)
    options.sizes = sizes.SOFTWARE if options.software else sizes.HARDWARE
    if unknown := [name for name in options.steps if name not in sizes.ORDER]:
        parser.error(f"--only names {', '.join(unknown)}; there are {', '.join(sizes.ORDER)}")
    return options


def main() -> None:
    options = arguments()
    # Kept until the end: what was built is read from there.
    budget = Budget(options.seconds)
    # A call on the same day may bring the other half of the figures.
    name = time.strftime("gpu-%Y-%m-%d-%H%M%S")
    record = Record(options.out.resolve() / f"{name}.jsonl")
    folders = received(options, record)
    with tempfile.TemporaryDirectory(prefix="regulens-gpu-") as work:
        folder = Path(work)
        native = folders.get("native")
        program = options.program.resolve() if options.program else native and native / "regulens"
        set_up = machine.prepare(folder, native and native / "lib", options.software)
        command = shlex.join(["benches/gpu.sh", *sys.argv[1:]])
        date = str(datetime.date.today())
        packed = native and (native / "commit").read_text(encoding="utf-8").strip()
        built = f"unknown, {program.name}" if options.program else packed
        head = {"date": date, "command": command, **machine.describe(options.software), "program": built}
        record.add("head", **head, set=set_up)
        steps = plan(options, program, folders, folder, record, budget)
        for at, (step, run) in enumerate(steps):
            later = sum(options.sizes.seconds[name].most for name, _ in steps[at + 1 :])
            perform(step, run, options.sizes, later, budget, record)
    lines = read([record.path])
    text = report.markdown(lines)
    record.path.with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


def received(options: argparse.Namespace, record: Record) -> dict[str, Path]:
    """Folders of the groups whose pieces are all there."""
    parts.keep(options.parts, options.store)
    found = {}
    for group in ("native", "browser"):
        try:
            folder = parts.unpack(options.store, group)
        except (ValueError, OSError) as error:
            record.add("absent", what=group, why=str(error))
            continue
        if folder:
            found[group] = folder
        else:
            record.add("absent", what=group, why=f"missing: {', '.join(parts.missing(options.store, group))}")
    return found


Work = Callable[[Step], None]


def plan(
    options: argparse.Namespace,
    program: Path | None,
    folders: dict[str, Path],
    folder: Path,
    record: Record,
    budget: Budget,
) -> list[tuple[str, Work]]:
    """Steps for which everything is there, in their order."""
    found: dict[str, Work] = {}
    # Inputs and devices are looked for before the first step has a deadline.
    if budget.left == 0:
        record.add("absent", what="all steps", why="unpacking took all of the time")
        return []
    if program and any(not name.startswith("page-") for name in options.steps):
        try:
            found |= native_steps(options, program, folder, record, budget)
        # Whatever the machine lacks, its browser may still be timed.
        except Exception as error:
            record.add("absent", what="native", why=f"{type(error).__name__}: {error}")
    if "browser" in folders:
        from . import pages

        browser = pages.Pages(folders["browser"], folder, options.software)
        found |= {name: browser.step(name) for name in ("page-tables", "page-sequence")}
    return [(name, found[name]) for name in sizes.ORDER if name in options.steps and name in found]


def native_steps(
    options: argparse.Namespace, program: Path, folder: Path, record: Record, budget: Budget
) -> dict[str, Work]:
    from native.environment import cores

    from . import changes, sequences, tables, variants

    torch = machine.torch_versions()
    peers = "cuda" if torch["cuda"] and not options.software else "cpu"
    if peers == "cpu" and not options.software:
        record.add("absent", what="PyTorch on CUDA", why=f"PyTorch {torch['torch']} finds no device")
    setting = tables.Setting(program, folder, [], peers, cores(), options.sizes)
    model = tables.model(setting)
    for device in ("cuda", "wgpu"):
        why = machine.problem(setting.program, model, device, min(PROBE, budget.left))
        if why is None:
            setting.devices.append(device)
        else:
            record.add("absent", what=f"Regulens on {device}", why=why)
    return {
        "tables": lambda step: tables.run(step, setting),
        "sequence-published": lambda step: sequences.run(step, setting, "published"),
        "sequence-small": lambda step: sequences.run(step, setting, "small"),
        "changes": lambda step: changes.run(step, setting),
        "variants-small": lambda step: variants.run(step, setting, "small"),
        "variants-published": lambda step: variants.run(step, setting, "published"),
    }


def perform(name: str, run: Work, wanted: sizes.Sizes, later: float, budget: Budget, record: Record) -> None:
    """Runs a step within its share of the time; what it fails with is said, and the next one runs."""
    share = wanted.seconds[name]
    deadline: Deadline | None = budget.step(share.most, share.least, later)
    if deadline is None:
        record.add("step", step=name, state="left out", why=f"{budget.left:.0f} s were left; it needs {share.least}")
        return
    seconds = round(deadline.left)
    record.add("step", step=name, state="begins", seconds=seconds)
    for what in wanted.omitted(name):
        record.add("omitted", step=name, what=what)
    try:
        run(Step(name, deadline, record))
        record.add("step", step=name, state="ends")
    except Spent:
        record.add("step", step=name, state="cut", why=f"its {seconds} s were over")
    # A step must not take the others with it, whatever it met on a machine that nobody has tried before.
    except (Exception, SystemExit) as error:
        record.add("step", step=name, state="failed", why=f"{type(error).__name__}: {error}"[:500])


if __name__ == "__main__":
    main()
