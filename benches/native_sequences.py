#!/usr/bin/env python3
"""One sequence of 131,072 bp natively on the CPU: Regulens against PyTorch and ONNX Runtime.

    python3 benches/native_sequences.py [--threads 1,all] [--rounds 5] [--program FILE] [--out FILE.md]

A small model of the Basenji family with the same weights for all, batch norm folded; as benches/native.py does it for tables: every
runtime is a process that answers requests, outputs are compared with float64 first, and rounds alternate. Peers get channels that were
made beforehand, Regulens the bases.
"""

import argparse
import datetime
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from native.environment import BENCHES, ROOT, build, enter_environment, thread_list
from native.runtime import Case, Runtime, Section

SMALL = "--variant basenji --length 131072 --buffer 0 --pools 8,4,4 --dilations 2,4,8,16,32,64 --link softplus --dtype f32".split()
"""What no tensor tells of the model."""

AGREEMENT = 1e-5
"""How far a prediction may lie from float64, or its runtime is not timed."""

WANTED = 1.2
"""How many times faster than the fastest peer Regulens is to be, on one thread."""

CASE = Case("predict", 1)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time Regulens against PyTorch and ONNX Runtime on one sequence.")
    parser.add_argument("--threads", type=thread_list, default="1,all", help="numbers separated by commas [1,all]")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--program", type=Path, help="another `regulens` than the one built here")
    parser.add_argument("--out", type=Path, help="another place for the result, FILE.md")
    options = parser.parse_args()
    enter_environment(cuda=False)
    program = (options.program or build(cuda=False)).resolve()

    from native import report

    with tempfile.TemporaryDirectory(prefix="regulens-bench-") as folder:
        inputs(program, Path(folder))
        sections = [measure(program, Path(folder), threads, options.rounds) for threads in options.threads]
    text = markdown(sections, options.rounds, report.machine(None), report.versions(ROOT))
    out = options.out or BENCHES / "results" / f"native-sequences-{datetime.date.today()}.md"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    print(text)
    print(f"written to {out}", file=sys.stderr)


def inputs(program: Path, folder: Path) -> None:
    """The model in each runtime's form, the sequence, and the prediction in float64."""
    import numpy as np

    def run(*words: object) -> None:
        done = subprocess.run(list(map(str, words)), cwd=BENCHES, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)

    run(sys.executable, "-m", "peers.sequence_model", folder)
    run(sys.executable, "-m", "peers.sequence_graph", folder / "folded.safetensors", folder / "model.onnx")
    run(program, "import", "basenji", folder / "sequence.safetensors", "--out", folder / "model.safetensors", *SMALL)
    letters = np.frombuffer(b"ACGTN", np.uint8)[np.fromfile(folder / "codes.u8", np.uint8)]
    (folder / "sequence.fa").write_bytes(b">sequence\n" + letters.tobytes() + b"\n")


def measure(program: Path, folder: Path, threads: int, rounds: int) -> Section:
    """Compares, and then times in alternating rounds."""
    title = f"{threads} thread{'s' if threads > 1 else ''}"
    ours = [program, "bench", "--serve", "--model", folder / "model.safetensors", "--input", folder / "sequence.fa", "--threads", threads]
    peer = [sys.executable, "-m"]
    runtimes = [
        Runtime("Regulens", list(map(str, ours)), [CASE], AGREEMENT, is_peer=False),
        Runtime("ONNX Runtime", [*peer, "peers.sequence_onnx", *arguments(folder, "model.onnx", threads)], [CASE], AGREEMENT),
        Runtime("PyTorch", [*peer, "peers.sequence_torch", *arguments(folder, "folded.safetensors", threads)], [CASE], AGREEMENT),
    ]
    section = Section(title, "cpu", threads, runtimes)
    started: list[Runtime] = []
    try:
        for runtime in runtimes:
            runtime.start()
            started.append(runtime)
            compare(runtime, folder)
        for turn in range(rounds):
            print(f"{title}: round {turn + 1} of {rounds}", file=sys.stderr)
            section.loads.append(os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan"))
            first = turn % len(runtimes)
            for runtime in runtimes[first:] + runtimes[:first]:
                runtime.visit(CASE)
        for runtime in runtimes:
            runtime.memory = float(runtime.ask("memory"))
    finally:
        for runtime in started:
            runtime.end()
    return section


def arguments(folder: Path, model: str, threads: int) -> list[str]:
    return [str(folder / model), str(folder / "codes.u8"), "--threads", str(threads)]


def compare(runtime: Runtime, folder: Path) -> None:
    """Notes how far the prediction lies from float64.

    Raises SystemExit where that is too far.
    """
    import numpy as np
    from safetensors.numpy import load_file

    runtime.call(CASE, 1)
    runtime.ask(f"outputs {folder / 'answer.safetensors'}")
    found = load_file(folder / "answer.safetensors")["prediction"].ravel()
    exact = np.fromfile(folder / "exact.f32", "<f4")
    if found.shape != exact.shape:
        raise SystemExit(f"{runtime.name} gives {found.size} values; expected {exact.size}")
    runtime.error = float(np.abs(found - exact).max())
    # Put so that what is not a number is no agreement.
    if not runtime.error <= runtime.agreement:
        raise SystemExit(f"{runtime.name}: the prediction is off by {runtime.error:.1e}; expected at most {runtime.agreement:.0e}")


def markdown(sections: list[Section], rounds: int, machine: str, versions: str) -> str:
    from native.report import spread, table
    from peers.sequence_model import multiply_adds

    lines = [
        f"# A sequence of 131,072 bp natively, {datetime.date.today()}",
        "",
        f"{machine} {versions}",
        "",
        f"A small model of the Basenji family (peers/sequence_model.py), {multiply_adds() / 1e9:.2f} × 10⁹ multiply-adds; the same weights and"
        f" sequence for all. {rounds} rounds; ratios are taken in each round, the peer over Regulens.",
        f"`{shlex.join(['python3', 'benches/native_sequences.py', *sys.argv[1:]])}`",
        "",
    ]
    for section in sections:
        ours = section.ours.times[CASE]
        rows = []
        for runtime in section.runtimes:
            times = runtime.times[CASE]
            ratios = spread([time / our for time, our in zip(times, ours)]) if runtime.is_peer else ["", "", ""]
            rate = f"{multiply_adds() / statistics.median(times) / 1e6:.0f}"
            rows.append([runtime.name, *spread(times), rate, *ratios, f"{runtime.error:.1e}", f"{runtime.memory:.0f}"])
        head = ["runtime", "ms: min", "median", "max", "10⁹ multiply-adds a second", "ratio: min", "median", "max", "difference", "MiB"]
        best = statistics.median(section.ratios(CASE))
        target = f" Target of {WANTED}x: {'reached' if best >= WANTED else '**not reached**'}." if section.threads == 1 else ""
        loads = ", ".join(f"{load:.1f}" for load in section.loads)
        lines += [
            f"## {section.title}", "", *table(head, "lrrrrrrrrr", rows),
            f"Against the fastest peer of each round, median: {best:.2f}x.{target} 1-minute load at the rounds' starts: {loads}.", "",
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
