#!/usr/bin/env python3
"""One sequence of 131,072 bp natively: Regulens against PyTorch and ONNX Runtime, for inference and for a step of
training.

    python3 benches/native_sequences.py [--size small|published] [--threads 1,all] [--rounds 5]
                                        [--program FILE] [--out FILE.md]

A model with Basenji's dilated blocks, small or of the published size, with the same weights for all; as
in benches/native.py: every runtime is a process that answers requests, predictions are first compared with float64
and learning with PyTorch, and rounds alternate. Peers get ready-made channels, Regulens the bases. `gpu.sh` times GPUs.
"""

import argparse
import datetime
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from native.environment import BENCHES, ROOT, build, enter_environment, thread_list
from native.runtime import Case, Runtime, Section
from peers import newest
from peers.newest import Peer

PREDICT, STEP = Case("predict", 1), Case("step", 1)
CASES = {PREDICT: "Inference", STEP: "A training step"}


@dataclass(frozen=True)
class Size:
    """A model, by the flags of what no tensor tells of it."""

    text: str
    flags: str
    agreement: float
    """How far a prediction may lie from float64, or its runtime is not timed."""
    learning_agreement: float
    """How far a tensor of weights may lie from PyTorch's after some steps, relative. Where a gradient is but rounding, its weight moves by a whole
    step to either side, and among the published size's millions there are such; three steps move a tensor by some 2e-2."""
    has_graph: bool
    """Whether it is written for ONNX Runtime."""


SIZES = {
    "small": Size("A small model", "--buffer 0 --pools 8,4,4 --link softplus", 1e-5, 1e-5, has_graph=True),
    "published": Size(
        "Basenji at its published size",
        "--buffer 4096 --pools 1,2,4,4,4,1 --link exp_linear",
        1e-4,
        3e-3,
        has_graph=False,
    ),
}

TF32_AGREEMENT = 5e-2
"""The same where factors are rounded to 10 bits."""

LOSS_AGREEMENT = 1e-5
"""The same of the losses on the way."""

ON_GPUS = 1e-4
"""The same on GPUs, which add up in another order."""

WANTED = {
    ("small", PREDICT): 2.5,
    ("published", PREDICT): 2.2,
    ("published", STEP): 1.8,
}
"""How many times faster than the fastest peer Regulens is to be, on one thread."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Time Regulens against PyTorch and ONNX Runtime on one sequence.")
    parser.add_argument("--size", choices=list(SIZES), default="small")
    parser.add_argument(
        "--threads", type=thread_list, default="1,all", help="CPU threads, separated by commas [1,all]"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--program", type=Path, help="a `regulens` other than the one built here")
    parser.add_argument("--out", type=Path, help="the result's file, FILE.md")
    options = parser.parse_args()
    enter_environment()
    program = (options.program or build()).resolve()

    from native import report

    size = SIZES[options.size]
    peers = newest.check(["torch", "onnxruntime"] if size.has_graph else ["torch"])
    name = "native-sequences" if options.size == "small" else f"native-sequences-{options.size}"
    out = options.out or BENCHES / "results" / f"{name}-{datetime.date.today()}.md"
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="regulens-bench-") as folder:
        work = inputs(program, Path(folder), options.size)
        plans = sections(program, Path(folder), options.size, options.threads)
        machine, versions = report.machine(), report.versions(ROOT)
        for count, section in enumerate(plans, 1):
            measure(section, Path(folder), size, options.rounds)
            # A run that is cut off leaves what it has.
            text = markdown(plans[:count], size, work, options.rounds, machine, versions, peers)
            out.write_text(text, encoding="utf-8")
    print(text)
    print(f"written to {out}", file=sys.stderr)


def inputs(program: Path, folder: Path, size: str, length: int | None = None, graph: bool = True) -> int:
    """The model in each runtime's form, the sequence, and the prediction in float64; gives the multiply-adds of a
    prediction. Without `graph` nothing is written for ONNX Runtime."""
    import numpy as np

    from peers import published_sizes, sequence_model

    length = length or sequence_model.LENGTH

    def run(*words: object) -> None:
        done = subprocess.run(list(map(str, words)), cwd=BENCHES, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)

    print(f"{SIZES[size].text} in float64", file=sys.stderr)
    weights, sizes = (
        (sequence_model.draw(), sequence_model.SMALL)
        if size == "small"
        else (published_sizes.draw("basenji"), published_sizes.BASENJI)
    )
    sequence_model.write(folder, weights, sequence_model.sequence(length=length), sizes)
    if SIZES[size].has_graph and graph:
        words = ["-m", "peers.sequence_graph", folder / "folded.safetensors", folder / "model.onnx", "--length", length]
        run(sys.executable, *words)
    flags = [
        "--variant",
        "basenji",
        "--length",
        length,
        "--dilations",
        "2,4,8,16,32,64",
        "--dtype",
        "f32",
        *SIZES[size].flags.split(),
    ]
    run(program, "import", "basenji", folder / "sequence.safetensors", "--out", folder / "model.safetensors", *flags)
    letters = np.frombuffer(b"ACGTN", np.uint8)[np.fromfile(folder / "codes.u8", np.uint8)]
    (folder / "sequence.fa").write_bytes(b">sequence\n" + letters.tobytes() + b"\n")
    return sequence_model.multiply_adds(weights, sizes, length)


def sections(program: Path, folder: Path, size: str, threads: list[int]) -> list[Section]:
    """What is timed in turn on each number of threads."""

    def runtime(name: str, cases: list[Case], count: int, *command: object, is_peer: bool = True) -> Runtime:
        words = list(map(str, [*command, "--threads", count]))
        return Runtime(name, words, cases, SIZES[size].agreement, is_peer)

    both = [PREDICT, STEP]
    ours = [program, "bench", "--serve", "--model", folder / "model.safetensors", "--input", folder / "sequence.fa"]
    pytorch = [sys.executable, "-m", "peers.sequence_torch", folder, size]
    onnx = [sys.executable, "-m", "peers.onnx_session", folder / "model.onnx", folder / "codes.u8"]
    found = []
    for count in threads:
        runtimes = [
            runtime("Regulens", both, count, *ours, is_peer=False),
            runtime("PyTorch", both, count, *pytorch),
            *([runtime("ONNX Runtime", [PREDICT], count, *onnx)] if SIZES[size].has_graph else []),
        ]
        found.append(Section(f"{count} thread{'s' if count > 1 else ''}", "cpu", count, runtimes))
    return found


def measure(section: Section, folder: Path, size: Size, rounds: int) -> None:
    """Compares, and then times in alternating rounds."""
    started: list[Runtime] = []
    try:
        for runtime in section.runtimes:
            runtime.start()
            started.append(runtime)
            compare(runtime, folder)
        compare_learning(section, folder, size.learning_agreement)
        for turn in range(rounds):
            print(f"{section.title}: round {turn + 1} of {rounds}", file=sys.stderr)
            section.loads.append(os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan"))
            first = turn % len(section.runtimes)
            for case in CASES:
                for runtime in section.runtimes[first:] + section.runtimes[:first]:
                    if case in runtime.cases:
                        runtime.visit(case)
        for runtime in section.runtimes:
            runtime.memory = float(runtime.ask("memory"))
    finally:
        for runtime in started:
            runtime.end()


def compare(runtime: Runtime, folder: Path) -> None:
    """Notes how far the prediction lies from float64.

    Raises SystemExit where that is too far.
    """
    import numpy as np
    from safetensors.numpy import load_file

    runtime.call(PREDICT, 1)
    runtime.ask(f"outputs {folder / 'answer.safetensors'}")
    found = load_file(folder / "answer.safetensors")["prediction"].ravel()
    exact = np.fromfile(folder / "exact.f32", "<f4")
    if found.shape != exact.shape:
        raise SystemExit(f"{runtime.name} gives {found.size} values; expected {exact.size}")
    runtime.error = float((np.abs(found - exact) / np.maximum(1, np.abs(exact))).max())
    # Put so that what is not a number is no agreement.
    if not runtime.error <= runtime.agreement:
        raise SystemExit(
            f"{runtime.name}: the prediction is off by {runtime.error:.1e}; expected at most {runtime.agreement:.0e}"
        )


def compare_learning(section: Section, folder: Path, agreement: float) -> None:
    """Notes how far our losses and weights after some steps lie from the first peer's.

    Raises SystemExit where that is too far.
    """
    from native import comparison

    expected = comparison.learn(section.peers[0], STEP, folder)
    found = comparison.learn(section.ours, STEP, folder)
    # PyTorch's moving variance is that of a sample, TensorFlow's that of the population; the peer keeps none.
    found = {name: tensor for name, tensor in found.items() if "/moving_" not in name}
    losses = [{"loss": learned.pop("loss")} for learned in (found, expected)]
    if section.device != "cpu":
        agreement = max(agreement, comparison.ON_GPUS)
    comparison.compare_learning(section.ours, *losses, LOSS_AGREEMENT if section.device == "cpu" else ON_GPUS)
    comparison.compare_learning(section.ours, found, expected, agreement)


def markdown(
    found: list[Section], size: Size, work: int, rounds: int, machine: str, versions: str, peers: list[Peer]
) -> str:
    from native.report import spread, table

    lines = [
        f"# A sequence of 131,072 bp natively, {datetime.date.today()}",
        "",
        f"{machine} {versions}",
        "",
        f"{size.text} with dilated blocks, {work / 1e9:.2f} × 10⁹ multiply-adds per prediction; the same weights and "
        "sequence for all."
        f" {rounds} rounds; ratios are taken within each round, the peer's time over Regulens'. Inference: from the "
        "sequence to the prediction."
        " A training step: one sequence, forward, backward, clipping by the global norm, Adam.",
        f"`{shlex.join(['python3', 'benches/native_sequences.py', *sys.argv[1:]])}`",
        "",
        *newest.markdown(peers),
    ]
    for section in found:
        loads = ", ".join(f"{load:.1f}" for load in section.loads)
        lines += [f"## {section.title}", "", f"1-minute load at the rounds' starts: {loads}.", ""]
        for case, title in CASES.items():
            runtimes = [runtime for runtime in section.runtimes if case in runtime.times]
            if not runtimes:
                continue
            rows = []
            for runtime in runtimes:
                times = runtime.times[case]
                ratios = (
                    spread([time / our for time, our in zip(times, section.ours.times[case])])
                    if runtime.is_peer
                    else ["", "", ""]
                )
                off = runtime.error if case == PREDICT else runtime.learning_error
                rows.append([runtime.name, *spread(times), *ratios, f"{off:.1e}" if off is not None else ""])
            against = "float64" if case == PREDICT else "PyTorch"
            head = [title, "ms: min", "median", "max", "ratio: min", "median", "max", f"difference from {against}"]
            lines += [*table(head, "lrrrrrrr", rows), verdict(size, section, case), ""]
        rows = [[runtime.name, f"{runtime.memory:,.0f}"] for runtime in section.runtimes]
        lines += table(["peak memory of the process, both cases", "MiB"], "lr", rows)
    return "\n".join(lines)


def verdict(size: Size, section: Section, case: Case) -> str:
    """The ratio that is judged, and what was wanted of it."""
    best = statistics.median(section.ratios(case))
    (name,) = [name for name, known in SIZES.items() if known == size]
    wanted = WANTED.get((name, case)) if section.threads <= 1 else None
    target = "" if wanted is None else f" Target of {wanted:g}x: {'reached' if best >= wanted else '**not reached**'}."
    return f"Against the fastest peer of each round, median: {best:.2f}x.{target}"


if __name__ == "__main__":
    main()
