#!/usr/bin/env python3
"""AttentiveChrome LSTM-α,β natively: Regulens against PyTorch and ONNX Runtime, for inference and for a step of
training, on the CPU; `gpu.sh` times GPUs.

    python3 benches/native.py [--threads 1,2] [--rounds 5]

Every runtime is a process of its own that answers requests (`regulens bench --serve`, `peers/serve.py`), with the same
weights and genes. Their outputs and learning are compared first; if they differ, nothing is timed. Then rounds
alternate: each case visits every runtime, in an order that rotates from round to round, while the others are stopped.
A round's figure is the median of its calls, and a ratio is taken within one round. The table goes to the
screen and to benches/results/.

The first run installs the peers into .tools/bench-venv, which takes minutes; the program is built if it is out of
date. PyTorch's usual wheels bring CUDA along, some gigabytes; with PIP_EXTRA_INDEX_URL set to the address of its wheels
without, as PyTorch's own installation page gives it, pip may take those.
"""

import argparse
import datetime
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from native.environment import BENCHES, ROOT, build, enter_environment, thread_list
from native.runtime import Case, Runtime, Section

GENES = 6600
"""A test fold of AttentiveChrome's published data."""

SEED = 3

AT_ONCE = 64
"""A second way of giving a fold to a peer, whose caches hold the states of so many genes, but not of all."""

INFERENCE = [Case("predict", 1), Case("predict", 64), Case("predict", GENES)]
DIVIDED = [Case("predict", GENES, AT_ONCE)]
TRAINING = [Case("step", 16), Case("step", 256)]

AGREEMENT = 1e-6
"""How far outputs may lie from the float64 reference."""


def main() -> None:
    options = arguments()
    # So that the runtimes, which may be stopped just then, end with this program.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    enter_environment()
    program = options.program or build()

    from native import report
    from native.report import Measurement
    from peers import newest

    peers = newest.check(["torch", "onnxruntime"])

    date = str(datetime.date.today())
    command = shlex.join(["python3", "benches/native.py", *sys.argv[1:]])
    out = options.out or BENCHES / "results" / f"native-{date}.md"
    machine, versions = report.machine(), report.versions(ROOT)
    with tempfile.TemporaryDirectory(prefix="regulens-bench-") as folder:
        bench = Bench(program, Path(folder), options.rounds)
        for threads in options.threads:
            bench.measure(threads)
            # A run that is cut off leaves what it has.
            found = Measurement(date, command, options.rounds, machine, versions, bench.sections, bench.vectors, peers)
            report.write(found, out)
    print(f"written to {out}", file=sys.stderr)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time Regulens against PyTorch and ONNX Runtime.")
    parser.add_argument(
        "--threads", type=thread_list, default="1,all", help="CPU threads, separated by commas [1,all]"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--program", type=Path, help="a `regulens` other than the one built here")
    parser.add_argument("--out", type=Path, help="the result's file, FILE.md")
    return parser.parse_args()


class Bench:
    """One run: the same weights and genes for all, and what came of it."""

    def __init__(self, program: Path, folder: Path, rounds: int) -> None:
        import numpy as np
        from safetensors.numpy import save_file

        from peers import BINS, MARKS, onnx_graph, reference, weights
        from peers import signal as genes

        self.program, self.folder, self.rounds = program.resolve(), folder, rounds
        self.sections: list[Section] = []
        self.vectors = ""

        drawn = weights.draw()
        save_file(drawn, folder / "weights.safetensors")
        onnx_graph.onnx.save(onnx_graph.build(drawn), folder / "model.onnx")
        self.regulens(
            "import",
            "attentive-chrome",
            "--variant",
            "lstm-alpha-beta",
            folder / "weights.safetensors",
            "--dtype",
            "f32",
            "--marks",
            ",".join(MARKS),
            "--bins",
            BINS,
            "--out",
            folder / "model.safetensors",
        )
        self.regulens("simulate", "hm", "--genes", GENES, "--seed", SEED, "--out", folder / "genes.csv")
        values = genes.read(folder / "genes.csv")
        values.astype("<f4").tofile(folder / "signal.f32")
        genes.read_labels(folder / "genes.csv").astype("<f4").tofile(folder / "labels.f32")
        print(f"the reference: {GENES} genes in float64, about a minute", file=sys.stderr)
        # In parts, as all states of all genes in float64 take gigabytes.
        parts = [reference.forward(drawn, part) for part in np.array_split(values, 16)]
        self.exact = {name: np.concatenate([part[name] for part in parts]) for name in ("logit", "alpha", "beta")}

    def regulens(self, *arguments: object) -> None:
        """Runs a command of the program; what it says is shown only where it fails."""
        done = subprocess.run([self.program, *map(str, arguments)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)

    def runtimes(self, threads: int) -> list[Runtime]:
        """Ours, and the peers."""

        def files(*names: str) -> list[Path]:
            return [self.folder / name for name in names]

        def runtime(name: str, command: list[object], cases: list[Case], is_peer: bool = True) -> Runtime:
            return Runtime(name, list(map(str, [*command, "--threads", threads])), cases, AGREEMENT, is_peer)

        model, table, weights, values, labels, graph = files(
            "model.safetensors", "genes.csv", "weights.safetensors", "signal.f32", "labels.f32", "model.onnx"
        )
        ours = [self.program, "bench", "--serve", "--model", model, "--input", table]
        pytorch = [sys.executable, "-m", "peers.torch_model", weights, values, labels]
        onnx = [sys.executable, "-m", "peers.onnx_session", graph, values]
        return [
            runtime("Regulens", ours, INFERENCE + TRAINING, is_peer=False),
            runtime("PyTorch", pytorch, INFERENCE + DIVIDED + TRAINING),
            runtime("ONNX Runtime", onnx, INFERENCE + DIVIDED),
        ]

    def measure(self, threads: int) -> None:
        """Compares, and then times in alternating rounds."""
        title = f"native CPU, {threads} thread{'s' if threads > 1 else ''}"
        section = Section(title, "cpu", threads, self.runtimes(threads))
        started: list[Runtime] = []
        try:
            for runtime in section.runtimes:
                runtime.start()
                started.append(runtime)
            self.compare(section)
            for turn in range(self.rounds):
                print(f"{title}: round {turn + 1} of {self.rounds}", file=sys.stderr)
                self.round(section, turn)
            for runtime in section.runtimes:
                runtime.memory = float(runtime.ask("memory"))
        finally:
            for runtime in started:
                runtime.end()
        self.sections.append(section)

    def compare(self, section: Section) -> None:
        """Outputs with the equations, learning with the first peer's."""
        from native import comparison

        print(f"{section.title}: comparing", file=sys.stderr)
        for runtime in section.runtimes:
            comparison.compare_outputs(runtime, self.exact, self.folder)
        expected = comparison.learn(section.peers[0], TRAINING[0], self.folder)
        found = comparison.learn(section.ours, TRAINING[0], self.folder)
        comparison.compare_learning(section.ours, found, expected)

    def round(self, section: Section, turn: int) -> None:
        """Every case on every runtime once; each round another one begins."""
        section.loads.append(os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan"))
        if section.threads == 1:
            rate, self.vectors = section.ours.ask("limit").split(maxsplit=1)
            section.limits.append(float(rate) * 1e9)
        first = turn % len(section.runtimes)
        order = section.runtimes[first:] + section.runtimes[:first]
        for case in INFERENCE + DIVIDED + TRAINING:
            for runtime in order:
                if case in runtime.cases:
                    runtime.visit(case)


if __name__ == "__main__":
    main()
