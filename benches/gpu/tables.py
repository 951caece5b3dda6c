"""AttentiveChrome LSTM-α,β: inference and steps of training, against PyTorch with cuDNN's LSTM."""

import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from native import comparison
from native.runtime import Case
from peers import BINS, MARKS, reference, weights
from peers import signal as genes

from .sizes import Sizes
from .timed import Step, Watched, measure

AGREEMENT = 1e-5
"""How far outputs on a GPU may lie from float64, as native.py has it."""

TF32_AGREEMENT = 5e-3
SEED = 3


@dataclass
class Setting:
    """What all steps of the native program are given."""

    program: Path
    folder: Path
    devices: list[str]
    """Of the program: cuda, wgpu."""
    peers: str
    """PyTorch's device."""
    threads: int
    sizes: Sizes

    def regulens(self, *words: object, seconds: float | None = None) -> None:
        done = subprocess.run(
            [self.program, *map(str, words)], capture_output=True, text=True, check=False, timeout=seconds
        )
        if done.returncode:
            raise RuntimeError(f"{words[0]} {words[1]}: {done.stderr.strip().splitlines()[-1]}")

    def ours(self, name: str, cases: list[Case], agreement: float, device: str, *words: object) -> Watched:
        precision = "TF32" if "tf32" in words else "float32"
        command = [self.program, "bench", "--serve", "--device", device, "--threads", self.threads, *words]
        return Watched(
            name, list(map(str, command)), list(cases), agreement, is_peer=False, device=device, precision=precision
        )

    def pytorch(
        self, step: str, module: str, cases: list[Case], agreements: tuple[float, float], *words: object
    ) -> list[Watched]:
        """As it is, compiled, and compiled into graphs of CUDA, the first two also in TF32 where that is offered."""
        ways = [("eager", ())]
        if step in self.sizes.compiled:
            ways.append(("compiled", ("--compile", "default")))
        if step in self.sizes.compiled and self.peers == "cuda":
            ways.append(("compiled, CUDA graphs", ("--compile", "reduce-overhead")))
        found = []
        for precision, flags in (("float32", ()), ("TF32", ("--tf32",))):
            if flags and self.peers != "cuda":
                continue
            for way, more in ways:
                command = [sys.executable, "-m", f"peers.{module}", *words, "--threads", self.threads]
                command += ["--device", self.peers, *flags, *more]
                # Gradients lie in the graph's own memory, which the next call overwrites.
                own = [case for case in cases if case.request == "predict" or "graphs" not in way]
                agreement = agreements[bool(flags)]
                runtime = Watched(f"PyTorch, {way}", list(map(str, command)), own, agreement)
                runtime.device, runtime.precision = self.peers, precision
                found.append(runtime)
        return found


def model(setting: Setting) -> Path:
    """The model file, which also tells whether the program computes on a device."""
    folder = setting.folder
    save_file(weights.draw(), folder / "weights.safetensors")
    flags = ["--variant", "lstm-alpha-beta", "--dtype", "f32", "--marks", ",".join(MARKS), "--bins", BINS]
    out = folder / "tables.safetensors"
    setting.regulens("import", "attentive-chrome", folder / "weights.safetensors", *flags, "--out", out)
    return out


def inputs(setting: Setting) -> dict[str, np.ndarray]:
    """Genes, and the outputs in float64."""
    folder, count = setting.folder, max(setting.sizes.genes + setting.sizes.steps)
    setting.regulens("simulate", "hm", "--genes", count, "--seed", SEED, "--out", folder / "genes.csv")
    values = genes.read(folder / "genes.csv")
    values.astype("<f4").tofile(folder / "signal.f32")
    genes.read_labels(folder / "genes.csv").astype("<f4").tofile(folder / "labels.f32")
    drawn = weights.draw()
    parts = [(drawn, part) for part in np.array_split(values, max(1, count // 64))]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        exact = list(pool.map(_forward, parts))
    return {name: np.concatenate([part[name] for part in exact]) for name in ("logit", "alpha", "beta")}


def _forward(given: tuple[dict[str, np.ndarray], np.ndarray]) -> dict[str, np.ndarray]:
    return reference.forward(*given)


def run(step: Step, setting: Setting) -> None:
    exact, folder = inputs(setting), setting.folder
    predict = [Case("predict", count) for count in setting.sizes.genes]
    training = [Case("step", count) for count in setting.sizes.steps]
    files = ["--model", folder / "tables.safetensors", "--input", folder / "genes.csv"]
    runtimes = [
        setting.ours("Regulens", predict + training, AGREEMENT, device, *files) for device in setting.devices
    ]
    if "cuda" in setting.devices:
        tf32 = [*files, "--precision", "tf32"]
        runtimes.append(setting.ours("Regulens, TF32 in training", training, TF32_AGREEMENT, "cuda", *tf32))
    given = [folder / file for file in ("weights.safetensors", "signal.f32", "labels.f32")]
    peers = setting.pytorch("tables", "torch_model", predict + training, (AGREEMENT, TF32_AGREEMENT), *given)
    learned: dict[str, np.ndarray] = {}

    def compare(runtime: Watched, _: list[Watched], request: str) -> dict[str, object]:
        if request == "predict":
            comparison.compare_outputs(runtime, exact, folder)
            return {"outputs": runtime.error}
        if runtime.name == "PyTorch, eager" and runtime.precision == "float32":
            learned.update(comparison.learn(runtime, training[0], folder))
        elif learned and not runtime.is_peer and runtime.precision == "float32":
            own = comparison.learn(runtime, training[0], folder)
            comparison.compare_learning(runtime, own, learned, comparison.ON_GPUS)
            return {"learning": runtime.learning_error}
        return {}

    # The peer that learning is compared with is compared first.
    measure(step, [*peers[:1], *runtimes, *peers[1:]], setting.sizes.rounds, compare)


