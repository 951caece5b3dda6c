#!/usr/bin/env python3
"""AttentiveChrome LSTM-α,β natively: Regulens against PyTorch and ONNX Runtime, for inference and for a step of
training.

    python3 benches/native.py [--devices cpu,wgpu,cuda] [--threads 1,2] [--rounds 5] [--cuda]

Every runtime is a process of its own that answers requests (`regulens bench --serve`, `peers/serve.py`), with the same
weights and genes. First their outputs, and what they learn, are compared; where they differ, nothing is timed. Then
rounds alternate: each case visits every runtime, in an order that turns from round to round, while the others are
stopped. A round's figure is the median of its calls, and a ratio is taken within one round. The table goes to the
screen and to benches/results/.

The first run installs the peers into .tools/bench-venv, which takes minutes; the program is built where it is not up to
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

from native.environment import BENCHES, ROOT, build, cores, cuda_name, device_list, enter_environment, thread_list
from native.runtime import Case, Runtime, Section

GENES = 6600
"""A test fold of AttentiveChrome's published data."""

SEED = 3

AT_ONCE = 64
"""A second way of giving a fold to a peer, whose caches hold the states of so many genes, but not of all."""

INFERENCE = [Case("predict", 1), Case("predict", 64), Case("predict", GENES)]
DIVIDED = [Case("predict", GENES, AT_ONCE)]
TRAINING = [Case("step", 16), Case("step", 256)]

AGREEMENT = {"cpu": 1e-6, "wgpu": 1e-5, "cuda": 1e-5}
"""How far outputs may lie from the float64 reference: a GPU's exponentials are coarser than a CPU's."""

TF32_AGREEMENT = 5e-3
"""The same where factors are rounded to 10 bits."""


def main() -> None:
    options = arguments()
    # So that the runtimes, which may be stopped just then, end with this program.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    enter_environment(options.cuda)
    program = options.program or build("cuda" in options.devices)

    from native import report
    from native.report import Measurement
    from peers import newest

    peers = newest.check(["torch", "onnxruntime"])

    date = str(datetime.date.today())
    command = shlex.join(["python3", "benches/native.py", *sys.argv[1:]])
    out = options.out or BENCHES / "results" / f"native-{date}.md"
    machine, versions = report.machine(cuda_name()), report.versions(ROOT)
    with tempfile.TemporaryDirectory(prefix="regulens-bench-") as folder:
        bench = Bench(program, Path(folder), options.rounds)
        for device in options.devices:
            # A GPU does not ask how many threads the CPU has.
            for threads in options.threads if device == "cpu" else [cores()]:
                bench.measure(device, threads)
                # A run that is cut off leaves what it has.
                left_out = tuple(bench.left_out)
                found = Measurement(
                    date, command, options.rounds, machine, versions, bench.sections, bench.vectors, left_out, peers
                )
                report.write(found, out)
    print(f"written to {out}", file=sys.stderr)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time Regulens against PyTorch and ONNX Runtime.")
    parser.add_argument(
        "--devices",
        type=device_list(list(AGREEMENT)),
        default=["cpu"],
        help="of Regulens: cpu, wgpu, cuda, separated by commas [cpu]",
    )
    parser.add_argument(
        "--threads", type=thread_list, default="1,all", help="of the CPU, numbers separated by commas [1,all]"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cuda", action="store_true", help="install PyTorch with CUDA, to time --devices cuda against")
    parser.add_argument("--program", type=Path, help="another `regulens` than the one built here")
    parser.add_argument("--out", type=Path, help="another place for the result, FILE.md")
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
        self.left_out: list[str] = []
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

    def ours(self, device: str, threads: int) -> Runtime:
        files = ["--model", self.folder / "model.safetensors", "--input", self.folder / "genes.csv"]
        command = [self.program, "bench", "--serve", *files, "--device", device, "--threads", threads]
        return Runtime(
            f"Regulens {device}", list(map(str, command)), INFERENCE + TRAINING, AGREEMENT[device], is_peer=False
        )

    def pytorch(self, name: str, device: str, threads: int, agreement: float, *flags: str) -> Runtime:
        files = [self.folder / file for file in ("weights.safetensors", "signal.f32", "labels.f32")]
        command = [sys.executable, "-m", "peers.torch_model", *files, "--device", device, "--threads", threads, *flags]
        return Runtime(name, list(map(str, command)), INFERENCE + DIVIDED + TRAINING, agreement)

    def onnx_runtime(self, threads: int) -> Runtime:
        files = [self.folder / file for file in ("model.onnx", "signal.f32")]
        command = [sys.executable, "-m", "peers.onnx_session", *files, "--threads", threads]
        return Runtime("ONNX Runtime", list(map(str, command)), INFERENCE + DIVIDED, AGREEMENT["cpu"])

    def peers(self, device: str, threads: int) -> list[Runtime]:
        if device == "cpu":
            return [self.pytorch("PyTorch", "cpu", threads, AGREEMENT["cpu"]), self.onnx_runtime(threads)]
        if not cuda_name():
            self.left_out.append(f"a peer of {device}: PyTorch finds no CUDA device")
            return []
        return [
            self.pytorch("PyTorch, float32", "cuda", threads, AGREEMENT["cuda"]),
            self.pytorch("PyTorch, TF32", "cuda", threads, TF32_AGREEMENT, "--tf32"),
        ]

    def measure(self, device: str, threads: int) -> None:
        """Compares, and then times in alternating rounds."""
        title = f"native CPU, {threads} thread{'s' if threads > 1 else ''}" if device == "cpu" else f"native {device}"
        section = Section(title, device, threads, [self.ours(device, threads), *self.peers(device, threads)])
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
        if section.peers:
            expected = comparison.learn(section.peers[0], TRAINING[0], self.folder)
            found = comparison.learn(section.ours, TRAINING[0], self.folder)
            comparison.compare_learning(section.ours, found, expected)

    def round(self, section: Section, turn: int) -> None:
        """Every case on every runtime once; each round another one begins."""
        section.loads.append(os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan"))
        if section.device == "cpu" and section.threads == 1:
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
