#!/usr/bin/env python3
"""Ships five seeds of a model of sequences in one file where they help, and intervals for every model of yeast:

    training/workflow/ensembles_of_sequences.py PREPARED GENOME [REGULENS] [MODELS] [KEPT] [NAME ...]

PREPARED has the folders `yeast-atac` and `yeast-two` that `cargo xtask models` prepares, GENOME is sacCer3.fa.gz. An
ensemble that has a lower loss on validation windows than the seed that ships is written to MODELS as
NAME-ensemble.safetensors. Distances for intervals are of validation windows, and the share that they hold of test
windows, which choose nothing, is printed. Only the models of NAME are trained; without one all. The name
`simulated` puts intervals into the simulated model alone. Files in KEPT are not
made again. benches/results/confidence-of-tracks-2026-11-30.md has the results.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
COVERAGES = (0.8, 0.9)
SIMULATED = "windows of simulated sequence that chose nothing (--records 24 --length 131072 --seed 2002, sim1 to sim12)"
# The settings of xtask/src/models/sequences.rs.
ATAC = ("yeast-atac", ())
TWO = ("yeast-two", ("--epochs", "35"))
MODELS = {
    "basenji-yeast-mnase-polii": ("basenji", TWO),
    "basenji-attention-variable-yeast-mnase-polii": ("attention-variable", TWO),
    "basenji-yeast-atac": ("basenji", ATAC),
    "basenji-attention-two-sided-yeast-atac": ("attention-two-sided", ATAC),
    "basenji-attention-variable-yeast-atac": ("attention-variable", ATAC),
    "basenji-attention-none-yeast-atac": ("attention-none", ATAC),
    "basenji-exp-variable-yeast-atac": ("exp-variable", ATAC),
    "basenji-exp-constant-yeast-atac": ("exp-constant", ATAC),
    "basenji-standard-yeast-atac": ("standard", ATAC),
}


class Sequences:
    def __init__(self, prepared: Path, genome: Path, program: Path, models: Path, kept: Path):
        self.prepared, self.genome, self.program, self.models, self.kept = prepared, genome, program, models, kept

    def run(self, *words: object) -> str:
        """Gives the output of the program, which does not write again what is there and resumes a training."""
        words = [str(word) for word in words]
        if "--out" in words and words[0] in ("train", "calibrate"):
            out = self.kept / words[words.index("--out") + 1]
            if out.exists():
                return ""
            if words[0] == "train" and any(self.kept.glob(f"{out.name}.seed-*.checkpoint")):
                words.append("--resume")
        quiet = {"text": True, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        return subprocess.run([self.program, *words], check=True, cwd=self.kept, **quiet).stdout

    def scores(self, model: Path, data: Path, split: str, *more: object) -> dict:
        folder = ("--input", data, "--split", split)
        return json.loads(self.run("evaluate", "--model", model, *folder, *more, "--json"))

    def train(self, name: str) -> Path | None:
        """Trains five seeds; the ensemble where it is better than the seed that ships."""
        variant, (data, settings) = MODELS[name]
        card = self.card(self.models / f"{name}.safetensors")
        words = ("--name", card["name"], "--source", card["training"]["data"], "--assembly", "sacCer3")
        training = ("train", "basenji", "--variant", variant, "--data", self.prepared / data, "--preset", "small")
        self.run(*training, "--seeds", 5, "--ensemble", "--keep-seeds", *settings, *words, "--out", f"{name}.five")
        windows = self.prepared / data
        found = self.scores(self.kept / f"{name}.five", windows, "valid")["loss"]
        before = self.scores(self.models / f"{name}.safetensors", windows, "valid")["loss"]
        print(f"{name}: validation loss {found:.2f}, of the seed that ships {before:.2f}", flush=True)
        if found >= before:
            return None
        null = ("--fasta", self.genome, "--count", 4000, "--seed", 1)
        self.run("calibrate", "variants", "--model", f"{name}.five", *null, "--out", f"{name}.null")
        return self.kept / f"{name}.null"

    def calibrate(self, data: Path, words: str, model: Path, out: Path) -> None:
        """Puts the distances of validation windows into a model, and tells what they hold of test windows."""
        split = ("--input", data, "--split", "valid")
        # A model that was trained again is calibrated again, not replaced by the one before.
        weights = hashlib.sha256(model.read_bytes()).hexdigest()[:12]
        made = self.kept / f"{out.name}.{weights}.sure"
        self.run("calibrate", "confidence", "--model", model, *split, "--data", words, "--out", made)
        test = self.scores(made, data, "test")
        print(f"{out.stem}: test r " + ", ".join(f"{each['name']} {each['pearson']:.3f}" for each in test["per_track"]))
        for coverage in COVERAGES:
            for track, found in self.scores(made, data, "test", "--coverage", coverage)["covered"].items():
                said = f"{found['share']:.3f} ({found['low']:.3f}-{found['high']:.3f}), width {found['width']:.1f}"
                print(f"{out.stem}: {track} at {coverage}: {said}", flush=True)
        shutil.copy(made, out)

    def simulated(self) -> None:
        """The same of the simulated model, on a genome that it did not see."""
        name, genome = "basenji-attention-two-sided-simulated", "simulated-2002"
        words = ("--records", 24, "--length", 131072, "--seed", 2002, "--variants", 0)
        if not (self.kept / f"{genome}.fa").exists():
            self.run("simulate", "sequence", *words, "--out", genome)
        data = self.kept / f"{genome}.windows"
        if not data.exists():
            tracks = [("--track", f"{name}={genome}.{name}.bedgraph,assay={name}") for name in ("ATAC", "MNase")]
            parts = [("--valid" if at < 13 else "--test", f"sim{at}") for at in range(1, 24)]
            flags = [word for pair in (*tracks, *parts) for word in pair]
            windows = ("--length", 16384, "--buffer", 2048)
            self.run("prepare", "tracks", "--fasta", f"{genome}.fa", *flags, *windows, "--out", data)
        model = self.models / f"{name}.safetensors"
        self.calibrate(data, SIMULATED, model, model)

    def card(self, model: Path) -> dict:
        return json.loads(self.run("inspect", "--json", model))["card"]


def words_of(data: str) -> str:
    place = {"yeast-atac": "chrVIII", "yeast-two": "chrII:609889-813184"}[data]
    return f"validation windows of sacCer3, {place}, which chose the epoch"


def main() -> None:
    given = sys.argv[1:]
    paths = [Path(word).resolve() for word in given[:5]]
    defaults = [ROOT / "target/release/regulens", ROOT / "models", Path("target/ensembles-of-sequences").resolve()]
    paths += defaults[len(paths) - 2 :]
    paths[4].mkdir(parents=True, exist_ok=True)
    sequences = Sequences(*paths)
    prepared, models = paths[0], paths[3]

    def calibrate(name: str, model: Path, out: Path) -> None:
        data = MODELS[name][1][0]
        sequences.calibrate(prepared / data, words_of(data), model, out)

    if given[5:] == ["simulated"]:
        return sequences.simulated()
    for name in given[5:] or MODELS:
        if ensemble := sequences.train(name):
            calibrate(name, ensemble, models / f"{name}-ensemble.safetensors")
    for name in MODELS:
        model = models / f"{name}.safetensors"
        calibrate(name, model, model)


if __name__ == "__main__":
    main()
