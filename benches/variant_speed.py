#!/usr/bin/env python3
"""Single bases that Regulens scores per second and core, beside PyTorch with the same weights.

    python3 benches/variant_speed.py [--sizes small,attention,published] [--variants 192] [--rounds 5] [--batches 1,2,4,16,64]
                                     [--program FILE] [--out FILE.md]

Times are CPU time, which other programs hardly disturb. `regulens interpret variants --threads 1` is timed from start
to end, including reading and writing files. PyTorch runs in a process that already has the model, the genome and the
variants, and is timed from variants to scores: windows without and with each variant, on both strands, in batches of
variants; the fastest batch size counts. Scores must agree first, and rounds alternate; while one computes, the other
is stopped. There is one variant per position, or three. It installs PyTorch below .tools/bench-venv.
"""

import argparse
import csv
import datetime
import os
import random
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from native.environment import BENCHES, ROOT, build, enter_environment
from native.runtime import Case, Runtime
from peers import newest
from peers.newest import Peer

SEED = 1

WANTED = 3.0
"""How many times as many variants a second."""


@dataclass(frozen=True)
class Size:
    text: str
    file: str
    length: int
    """Bases of the simulated genome."""
    all_variants: int = 0
    """How many variants at most; 0 is as many as are asked for."""
    batches: tuple[int, ...] = ()
    """Other batches than those that are asked for."""
    agreement: float = 5e-6
    """How far a score may lie from PyTorch's, relative to what is predicted of its bins without the variant: float32 is that coarse."""


SIZES = {
    "small": Size(
        "a small model with dilated blocks that ships, windows of 16,384 bp", "basenji-yeast-atac", 1_000_000
    ),
    "attention": Size(
        "a small model with two-sided attention that ships, windows of 16,384 bp",
        "basenji-attention-two-sided-simulated",
        1_000_000,
    ),
    "published": Size(
        "Basenji at its published size, random weights, windows of 131,072 bp, 4,229 tracks",
        "",
        300_000,
        3,
        (1, 2),
        agreement=2e-5,
    ),
}


@dataclass
class Plan:
    """Variants that both score in turn."""

    title: str
    count: int
    command: list[str]
    table: Path
    peer: Runtime
    batches: list[int]
    off: float = 0.0
    """The largest difference of scores, relative to the largest score."""
    ours: list[float] = field(default_factory=list)
    """Seconds of one core, a figure a round."""
    peers: dict[int, list[float]] = field(default_factory=dict)
    """The same of each batch."""
    loads: list[float] = field(default_factory=list)

    def time_ours(self) -> float:
        begin = of_children()
        run(*self.command)
        return of_children() - begin

    def time_peer(self, batch: int) -> float:
        begin = float(self.peer.ask("cpu"))
        self.peer.call(Case("predict", self.count, batch), 1)
        return float(self.peer.ask("cpu")) - begin


def of_children() -> float:
    """Seconds that processes which have ended computed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(*words: object) -> None:
    done = subprocess.run(list(map(str, words)), cwd=BENCHES, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)


def published(program: Path, folder: Path, length: int = 131_072) -> Path:
    """The model of the published size, which reads windows of so many bases."""
    from safetensors.numpy import save_file

    from peers import published_sizes

    save_file(published_sizes.draw("basenji"), folder / "published.weights.safetensors")
    flags = "--variant basenji --dilations 2,4,8,16,32,64 --dtype f32 --buffer 4096 --pools 1,2,4,4,4,1 --link exp_linear"
    out = folder / "published.safetensors"
    words = ["--out", out, "--length", length, *flags.split()]
    run(program, "import", "basenji", folder / "published.weights.safetensors", *words)
    return out


def variants(genome: Path, half: int, count: int, each: int, out: Path) -> None:
    """Writes a VCF of single bases, `each` at a place, farther than `half` from the genome's ends."""
    head, *lines = genome.read_text().splitlines()
    sequence = "".join(lines)
    chance = random.Random(SEED)
    places = sorted(chance.sample(range(half, len(sequence) - half), count // each))
    rows = [
        f"{head[1:].split()[0]}\t{place + 1}\t.\t{sequence[place]}\t{base}\t.\t.\t."
        for place in places
        for base in chance.sample([base for base in "ACGT" if base != sequence[place]], each)
    ]
    out.write_text("\n".join(["##fileformat=VCFv4.3", "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO", *rows]) + "\n")


def plans(program: Path, folder: Path, name: str, asked: int, batches: list[int]) -> list[Plan]:
    size = SIZES[name]
    model = ROOT / f"models/{size.file}.safetensors" if size.file else published(program, folder)
    genome = folder / f"{name}.fa"
    run(program, "simulate", "sequence", "--length", size.length, "--seed", SEED, "--out", folder / name)
    found = []
    for each, where in [(1, "one at a place"), (3, "three at a place")]:
        count = min(asked, size.all_variants or asked) // each * each
        vcf, table = folder / f"{name}-{each}.vcf", folder / f"{name}-{each}.tsv"
        half = 16_384 // 2 if size.file else 131_072 // 2
        variants(genome, half, count, each, vcf)
        ours = [
            program,
            "interpret",
            "variants",
            "--model",
            model,
            "--fasta",
            genome,
            "--vcf",
            vcf,
            "--tsv",
            table,
            "--threads",
            1,
        ]
        peer = [sys.executable, "-m", "peers.variants_torch", model, genome, vcf, "--threads", 1]
        runtime = Runtime("PyTorch", list(map(str, peer)), [], size.agreement)
        title = f"{size.text}; {count} single bases, {where}"
        found.append(Plan(title, count, list(map(str, ours)), table, runtime, list(size.batches) or batches))
    return found


def compare(plan: Plan, folder: Path) -> None:
    """Notes how far the scores lie apart.

    Raises SystemExit where that is too far.
    """
    import numpy as np
    from safetensors.numpy import load_file

    plan.time_ours()
    plan.time_peer(plan.batches[0])
    plan.peer.ask(f"outputs {folder / 'answer.safetensors'}")
    expected = load_file(folder / "answer.safetensors")["sad"]
    with plan.table.open() as text:
        rows = [(float(row["sad"]), float(row["reference_sum"])) for row in csv.DictReader(text, delimiter="\t")]
    found, without = np.array(rows).T.reshape(2, *expected.shape)
    apart = np.abs(found - expected)
    plan.off = float(apart.max() / np.abs(expected).max())
    off = float((apart / np.maximum(1, np.abs(without))).max())
    # Put so that what is not a number is no agreement.
    if not off <= plan.peer.agreement:
        raise SystemExit(
            f"{plan.title}: scores are off by {off:.1e} of the prediction; expected at most {plan.peer.agreement:.0e}"
        )


def measure(plan: Plan, folder: Path, rounds: int) -> None:
    """Compares, and then times in alternating rounds."""
    plan.peer.start()
    try:
        compare(plan, folder)
        for turn in range(rounds):
            print(f"{plan.title}: round {turn + 1} of {rounds}", file=sys.stderr)
            plan.loads.append(os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan"))
            steps = [lambda: plan.ours.append(plan.time_ours())]
            steps += [
                lambda batch=batch: plan.peers.setdefault(batch, []).append(plan.time_peer(batch))
                for batch in plan.batches
            ]
            for step in steps if turn % 2 == 0 else reversed(steps):
                step()
    finally:
        plan.peer.end()


def markdown(found: list[Plan], machine: str, versions: str, rounds: int, peers: list[Peer]) -> str:
    from native.report import short, spread, table

    rows, verdicts = [], []
    for plan in found:
        ratios = {batch: [time / ours for time, ours in zip(times, plan.ours)] for batch, times in plan.peers.items()}
        fastest = [min(times) for times in zip(*ratios.values())]
        rows.append([plan.title, "Regulens", short(plan.count / statistics.median(plan.ours)), "", "", "", ""])
        for batch, times in plan.peers.items():
            a_second = short(plan.count / statistics.median(times))
            rows.append(["", f"PyTorch, batches of {batch}", a_second, *spread(ratios[batch]), f"{plan.off:.1e}"])
        median = statistics.median(fastest)
        target = "reached" if median >= WANTED else "**not reached**"
        verdicts.append(
            f"- {plan.title}: {median:.2f} (of rounds {min(fastest):.2f} to {max(fastest):.2f}); target of {WANTED:g}: "
            f"{target}."
        )
    loads = ", ".join(f"{load:.1f}" for plan in found for load in plan.loads)
    return "\n".join(
        [
            f"# Single bases scored per second and core, {datetime.date.today()}",
            "",
            f"{machine} {versions}",
            "",
            f"One thread each, {rounds} alternating rounds, CPU time; ratios are taken within each round, PyTorch's "
            "time over Regulens'. Regulens:",
            "`interpret variants --threads 1` from start to end. PyTorch: from variants to scores in a warm process. "
            "Scores of both",
            "strands, ±2 bins. Difference of scores: the largest, relative to the largest score; none exceeds 5e-6 of "
            "the prediction, 2e-5 at the published size.",
            f"`{shlex.join(['python3', 'benches/variant_speed.py', *sys.argv[1:]])}`",
            f"1-minute load at the rounds' starts: {loads}.",
            "",
            *newest.markdown(peers),
            *table(
                ["variants", "", "a second: median", "ratio: min", "median", "max", "difference of scores"],
                "llrrrrr",
                rows,
            ),
            "Against the fastest batch of each round, median:",
            "",
            *verdicts,
            "",
        ]
    )


def main() -> None:
    def numbers(text: str) -> list[int]:
        return [int(word) for word in text.split(",")]

    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--sizes", default=",".join(SIZES), help=f"of {', '.join(SIZES)}, separated by commas")
    flags.add_argument("--variants", type=int, default=192)
    flags.add_argument("--rounds", type=int, default=5)
    flags.add_argument("--batches", type=numbers, default="1,2,4,16,64", help="batch sizes of PyTorch")
    flags.add_argument("--program", type=Path, help="a `regulens` other than the one built here")
    flags.add_argument("--out", type=Path)
    options = flags.parse_args()
    enter_environment()
    program = (options.program or build()).resolve()

    from native import report

    peers = newest.check(["torch"])
    with tempfile.TemporaryDirectory(prefix="regulens-bench-") as folder:
        found = [
            plan
            for size in options.sizes.split(",")
            for plan in plans(program, Path(folder), size, options.variants, options.batches)
        ]
        for plan in found:
            measure(plan, Path(folder), options.rounds)
    text = markdown(found, report.machine(), report.versions(ROOT), options.rounds, peers)
    out = options.out or BENCHES / "results" / f"variant-speed-{datetime.date.today()}.md"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    print(text)
    print(f"written to {out}", file=sys.stderr)


if __name__ == "__main__":
    main()
