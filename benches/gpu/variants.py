"""Single bases scored per second: `regulens interpret variants` by the difference of two numbers of them, PyTorch from
variants to scores in a process that has the model and the genome."""

import csv
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

import variant_speed
from native.environment import ROOT
from native.runtime import Case

from .agreement import apart
from .commands import attempt, difference, seconds_of
from .tables import Setting
from .timed import Step, Watched, measure

AGREEMENT = {"float32": 2e-5, "TF32": 1e-2}
"""How far a score may lie from that of the program's CPU, relative to what is predicted of its bins, or to 1."""


def run(step: Step, setting: Setting, name: str) -> None:
    folder, size = setting.folder / f"variants-{name}", variant_speed.SIZES[name]
    folder.mkdir(exist_ok=True)
    small, large = setting.sizes.variants if name == "small" else setting.sizes.published_variants
    if size.file:
        model, length = ROOT / f"models/{size.file}.safetensors", 16_384
    else:
        length = setting.sizes.length
        model = variant_speed.published(setting.program, folder, length)
    simulate = ["simulate", "sequence", "--length", size.length, "--seed", variant_speed.SEED]
    setting.regulens(*simulate, "--out", folder / "s")
    files = {count: folder / f"{count}.vcf" for count in (small, large)}
    variant_speed.variants(folder / "s.fa", length // 2, large, 1, files[large])
    first(files[large], small, files[small])

    def command(device: str, count: int, out: str = "timed.tsv") -> list[str]:
        words = ["interpret", "variants", "--model", model, "--fasta", folder / "s.fa", "--vcf", files[count]]
        words += ["--tsv", folder / out, "--device", device, "--threads", setting.threads]
        return [str(setting.program), *map(str, words)]

    seconds_of(step, command("cpu", small, "cpu.tsv"))
    expected = scores(folder / "cpu.tsv", small)
    given = [model, folder / "s.fa", files[large]]
    # Ours is the difference of two numbers of variants: a peer is given as many.
    count = large - small
    peers = peers_of(setting, name, count, *given)

    def compare(runtime: Watched, _: list[Watched], __: str) -> dict[str, object]:
        runtime.call(Case("predict", small, small), 1)
        runtime.ask(f"outputs {folder / 'answer.safetensors'}")
        found = load_file(folder / "answer.safetensors")["sad"]
        return {"outputs": apart(runtime, found, *expected, AGREEMENT), "bases": length}

    rounds = setting.sizes.rounds if name == "small" else setting.sizes.published_rounds
    measure(step, peers, rounds, compare)
    for device in setting.devices:
        ours = Watched("Regulens, commands", [], [], 0.0, is_peer=False, device=device)

        def work() -> None:
            seconds_of(step, command(device, small, f"{device}.tsv"))
            found, _ = scores(folder / f"{device}.tsv", small)
            step.agreement(ours, outputs=apart(ours, found, *expected, AGREEMENT), bases=length)
            pair = (command(device, small), command(device, large))
            difference(step, ours, pair, case_name(count), rounds)

        attempt(step, ours, work)


def case_name(count: int) -> str:
    return "one variant" if count == 1 else f"{count:,} variants"


def peers_of(setting: Setting, name: str, count: int, *given: Path) -> list[Watched]:
    """PyTorch with each number of variants at once, a runtime each, so that all have the case of ours."""
    found = []
    # More at once than there are would be the largest again.
    for batch in sorted({min(batch, count) for batch in setting.sizes.batches}):
        case = Case("predict", count, batch)
        # Its windows have no fixed number of places, which compiling would take for a new shape each.
        for peer in setting.pytorch(f"variants-{name}", "variants_torch", [case], (0.0, 0.0), *given):
            if peer.name == "PyTorch, eager":
                peer.name, peer.shown = f"PyTorch, eager, {batch} at a time", {case: case_name(count)}
                found.append(peer)
    return found


def scores(table: Path, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores [variants, tracks], and what is predicted without the variants."""
    with table.open(encoding="utf-8") as text:
        rows = [(float(row["sad"]), float(row["reference_sum"])) for row in csv.DictReader(text, delimiter="\t")]
    found, without = np.array(rows).T.reshape(2, count, -1)
    return found, without


def first(variants: Path, count: int, out: Path) -> None:
    """The first variants of a file."""
    lines = variants.read_text(encoding="utf-8").splitlines(keepends=True)
    heads = sum(line.startswith("#") for line in lines)
    out.write_text("".join(lines[: heads + count]), encoding="utf-8")
