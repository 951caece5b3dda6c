"""DeepDiff Raw+Aux: inference and steps of training.

`regulens bench` times no models of a change, so whole commands are timed: a prediction by the difference of two numbers
of genes, including reading and writing files; a training step by the seconds of an epoch in the training's history.
"""

import csv
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from devices import split
from native.environment import ROOT
from native.runtime import Case

from .agreement import apart
from .commands import attempt, difference, seconds_of
from .tables import Setting
from .timed import Step, Watched, measure

MODEL = ROOT / "models/deep-diff-raw-aux-k562-h1.safetensors"
BINS = 200
SEED = 21
AGREEMENT = {"float32": 5e-5, "TF32": 2e-2}
"""How far a fold change may lie from the program's on the CPU, relative to the larger of 1 and its size."""
VALIDATED = 16
"""Genes of the validation after each epoch, which the program needs."""


def run(step: Step, setting: Setting) -> None:
    folder, sizes = setting.folder / "changes", setting.sizes
    folder.mkdir(exist_ok=True)
    small, large = sizes.changes
    count = max(large, sizes.learned + VALIDATED)
    setting.regulens("simulate", "hm-pair", "--genes", count, "--seed", SEED, "--out", folder / "pair")
    tables = {genes: [first(folder / f"pair.{cell}.csv", genes) for cell in "ab"] for genes in (small, large)}
    reference = predicted(step, setting, "cpu", tables[small], folder)
    given = peer_inputs(folder, count)
    predict = Case("predict", large - small)
    training = [Case("step", genes) for genes in sizes.change_steps]
    peers = setting.pytorch("changes", "change_torch", [predict, *training], (0.0, 0.0), MODEL, *given)

    def compare(runtime: Watched, _: list[Watched], request: str) -> dict[str, object]:
        if request == "step":
            return {}
        runtime.call(Case("predict", small), 1)
        runtime.ask(f"outputs {folder / 'answer.safetensors'}")
        found = load_file(folder / "answer.safetensors")["log2_fold_change"]
        return {"outputs": apart(runtime, found, reference, reference, AGREEMENT)}

    measure(step, peers, sizes.rounds, compare)
    for device in setting.devices:
        ours = Watched("Regulens, commands", [], [], 0.0, is_peer=False, device=device)
        attempt(step, ours, lambda: inference(step, setting, ours, tables, reference, folder))
        for batch in sizes.change_steps:
            attempt(step, ours, lambda: training_steps(step, setting, ours, batch, folder))


def inference(
    step: Step, setting: Setting, ours: Watched, tables: dict[int, list[Path]], reference: np.ndarray, folder: Path
) -> None:
    small, large = setting.sizes.changes
    found = predicted(step, setting, ours.device, tables[small], folder)
    step.agreement(ours, outputs=apart(ours, found, reference, reference, AGREEMENT))
    commands = [command(setting, ours.device, tables[genes], folder / "timed.tsv") for genes in (small, large)]
    difference(step, ours, tuple(commands), Case("predict", large - small).name, setting.sizes.rounds)


def training_steps(step: Step, setting: Setting, ours: Watched, batch: int, folder: Path) -> None:
    for cell in "ab":
        first(folder / f"pair.{cell}.csv", setting.sizes.learned + VALIDATED, folder / f"learned.{cell}.csv")
        split(folder / f"learned.{cell}.csv", setting.sizes.learned)
    out = folder / "learned.safetensors"
    words = ["train", "deep-diff", "--variant", "raw-aux", "--seed", 7, "--no-baselines", "--batch-size", batch]
    for part in ("train", "valid"):
        words += [f"--{part}", *(folder / f"learned.{cell}.{part}.csv" for cell in "ab")]
    words += ["--expression", *(folder / f"pair.{cell}.expression.csv" for cell in "ab")]
    words += ["--epochs", setting.sizes.epochs, "--device", ours.device, "--out", out]
    seconds_of(step, [str(setting.program), *map(str, words)])
    steps = -(-setting.sizes.learned // batch)
    # The first epoch compiles what the device needs.
    for number, seconds in enumerate(epochs(Path(f"{out}.history.tsv"))[1:]):
        step.figure(ours, Case("step", batch).name, number, 1e3 * seconds / steps)


def epochs(history: Path) -> list[float]:
    """Seconds of each epoch."""
    with history.open(encoding="utf-8") as text:
        return [float(row["seconds"]) for row in csv.DictReader(text, delimiter="\t")]


def command(setting: Setting, device: str, tables: list[Path], out: Path) -> list[str]:
    words = ["predict", "--model", MODEL, "--input", tables[0], "--input-b", tables[1]]
    words += ["--device", device, "--out", out]
    return [str(setting.program), *map(str, words)]


def predicted(step: Step, setting: Setting, device: str, tables: list[Path], folder: Path) -> np.ndarray:
    out = folder / f"{device}.tsv"
    seconds_of(step, command(setting, device, tables, out))
    with out.open(encoding="utf-8") as text:
        return np.array([float(row["log2_fold_change"]) for row in csv.DictReader(text, delimiter="\t")])


def first(table: Path, genes: int, out: Path | None = None) -> Path:
    """A table of the first genes, its header kept."""
    out = out or table.with_name(f"{table.stem}.{genes}.csv")
    with table.open(encoding="utf-8") as lines, out.open("w", encoding="utf-8") as kept:
        rows = 0
        for line in lines:
            kept.write(line)
            rows += not line.startswith("#")
            if rows == 1 + genes * BINS:
                break
    return out


def peer_inputs(folder: Path, genes: int) -> list[Path]:
    """Signals of A and B, [genes, bins, marks], and targets [genes, 3]."""
    counts = []
    for cell in "ab":
        rows = (folder / f"pair.{cell}.csv").read_text(encoding="utf-8").splitlines()
        values = np.loadtxt(rows[1:], np.float32, delimiter=",", usecols=range(2, 2 + len(rows[0].split(",")) - 2))
        values[: genes * BINS].astype("<f4").tofile(folder / f"{cell}.f32")
        with (folder / f"pair.{cell}.expression.csv").open(encoding="utf-8") as text:
            counts.append(np.array([float(line.rsplit(",", 1)[1]) for line in list(text) if line[:3] == "SIM"]))
    in_a, in_b = (np.log2(count + 1) for count in counts)
    np.stack([in_b - in_a, in_a, in_b], axis=1).astype("<f4").tofile(folder / "targets.f32")
    return [folder / "a.f32", folder / "b.f32", folder / "targets.f32"]
