#!/usr/bin/env python3
"""Ships five seeds of AttentiveChrome in one calibrated file, for each variant and cell type where they help:

    training/workflow/ensembles.py DEEPDIFF_DATA [REGULENS] [MODELS] [KEPT]

DEEPDIFF_DATA has the sample of QData/DeepDiffChrome (Cell1 is K562, Cell2 is H1). The seeds are trained and joined, the
same is trained in five folds of training and validation genes together, and the genes that the folds left out
calibrate the ensemble. One that has a lower log loss on validation genes than the seed that ships, or is of the
recommended model, is written to MODELS in int8, as NAME-ensemble.safetensors. Test genes choose nothing. Files in KEPT
are not made again. benches/results/confidence-of-other-variants-2026-11-30.md has the results.
"""

import concurrent.futures
import gzip
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CELLS = {"K562": ("Cell1", "E123=K562"), "H1": ("Cell2", "E003=H1")}
SOURCE = "QData/DeepDiffChrome (Apache 2.0), Roadmap Epigenomics read counts in 100-bp bins"
CARD = ("--assembly", "hg19", "--data", SOURCE)
# The models that the page recommends (xtask/src/catalogue.rs) say how sure they are in any case.
RECOMMENDED = {"K562": "lstm-alpha", "H1": "cnn-attn"}
# Not DeepChrome: its five seeds are 3.3 MB in int8, more than a page should fetch for a model without attention.
VARIANTS = ("lstm-alpha-beta", "lstm-alpha", "lstm-attn", "lstm", "cnn-alpha-beta", "cnn-attn")
BINS = ("--select-bins", "51-150")
LEFT_OUT = "training and validation genes, each left out by the models of one of five folds"
JOBS = 2


class Ensembles:
    def __init__(self, data: Path, program: Path, models: Path, kept: Path):
        self.data, self.program, self.models, self.kept = data, program, models, kept

    def run(self, *words: object) -> str:
        """Gives the output of the program, which does not write again what is there and resumes a training."""
        words = [str(word) for word in words]
        if "--out" in words:
            out = self.kept / words[words.index("--out") + 1]
            if (out / "predictions.tsv").exists() if "--folds" in words else out.exists():
                return ""
            if words[0] == "train" and any(self.kept.glob(f"{out.name}.seed-*.checkpoint")):
                words.append("--resume")
        quiet = {"text": True, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        return subprocess.run([self.program, *words], check=True, cwd=self.kept, **quiet).stdout

    def table(self, cell: str, part: str) -> Path:
        return self.data / f"{CELLS[cell][0]}.{part}.csv.gz"

    def together(self, cell: str) -> Path:
        """Training and validation genes in one table; theirs have no header."""
        path = self.kept / f"{cell}.together.csv"
        if not path.exists():
            parts = [gzip.open(self.table(cell, part), "rt").read() for part in ("train", "valid")]
            path.write_text("".join(parts))
        return path

    def make(self, cell: str, variant: str) -> bool:
        """Trains and calibrates; true if the ensemble ships."""
        name, expression = f"{cell}-{variant}", ("--expression", self.table(cell, "expr"))
        training = ("train", "attentive-chrome", "--variant", variant, "--recipe", "small", "--choose", "loss")
        training = (*training, "--seeds", 5, "--ensemble", "--threads", 1, "--cell-type", CELLS[cell][1])
        training = (*training, *BINS, *expression, *CARD)
        parts = [word for part in ("train", "valid", "test") for word in (f"--{part}", self.table(cell, part))]
        self.run(*training, *parts, "--keep-seeds", "--out", f"{name}.safetensors")
        folds = ("--no-baselines", "--folds", 5, "--split-by", "gene", "--train", self.together(cell))
        self.run(*training, *folds, "--out", f"{name}.folds")
        test = ("--test", self.table(cell, "test"), *expression, *BINS)
        left_out = ("--out-of-fold", f"{name}.folds/predictions.tsv", "--data", LEFT_OUT)
        calibrate = ("calibrate", "confidence", "--model", f"{name}.safetensors", *left_out, *test)
        self.run(*calibrate, "--out", f"{name}.sure.safetensors")
        known = ("--input", self.table(cell, "valid"), *expression, *BINS)
        found = json.loads(self.run("evaluate", "--model", f"{name}.safetensors", *known, "--json"))
        stem = f"{'attentive-chrome' if variant == 'lstm-alpha-beta' else variant}-{cell.lower()}"
        shipped = json.loads(self.run("inspect", "--json", self.models / f"{stem}.safetensors"))
        before = shipped["card"]["metrics"]["validation"]["log_loss"]
        ships = variant == RECOMMENDED[cell] or found["log_loss"] < before
        print(f"{stem}: log loss {found['log_loss']:.3f}, of the seed that ships {before:.3f}")
        if ships:
            out = self.models / f"{stem}-ensemble.safetensors"
            words = ("export", self.kept / f"{name}.sure.safetensors", "--dtype", "i8", *test, "--out", out)
            subprocess.run([self.program, *map(str, words)], check=True)
        return ships


def main() -> None:
    defaults = (None, "regulens", ROOT / "models", ROOT / "target/models/confidence")
    given = [*sys.argv[1:], *defaults[len(sys.argv) - 1 :]]
    if given[0] is None or len(given) != len(defaults):
        raise SystemExit(__doc__)
    data, program, models, kept = given
    kept = Path(kept).resolve()
    kept.mkdir(parents=True, exist_ok=True)
    # A name without a folder is looked for in PATH.
    program = Path(program).resolve() if "/" in str(program) else program
    ensembles = Ensembles(Path(data).resolve(), program, Path(models).resolve(), kept)
    for cell in CELLS:
        ensembles.together(cell)
    asked = [(cell, variant) for variant in VARIANTS for cell in CELLS]
    with concurrent.futures.ThreadPoolExecutor(JOBS) as jobs:
        shipped = sum(jobs.map(lambda each: ensembles.make(*each), asked))
    print(f"{shipped} of {len(asked)} ensembles ship")


if __name__ == "__main__":
    main()
