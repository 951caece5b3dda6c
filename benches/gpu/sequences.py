"""A window along DNA through a model with Basenji's dilated blocks: inference and a step of training."""

import native_sequences
from native import comparison
from native.runtime import Section

from .tables import Setting
from .timed import Step, Watched, measure

PREDICT, TRAIN = native_sequences.PREDICT, native_sequences.STEP


def run(step: Step, setting: Setting, name: str) -> None:
    size = native_sequences.SIZES[name]
    length = setting.sizes.length
    folder = setting.folder / f"sequence-{name}"
    folder.mkdir(exist_ok=True)
    native_sequences.inputs(setting.program, folder, name, length, graph=False)
    trains = name != "published" or setting.sizes.published_trains
    both = [PREDICT, TRAIN] if trains else [PREDICT]
    files = ["--model", folder / "model.safetensors", "--input", folder / "sequence.fa"]
    runtimes = [setting.ours("Regulens", both, size.agreement, device, *files) for device in setting.devices]
    if trains and "cuda" in setting.devices:
        tf32 = [*files, "--precision", "tf32"]
        own = setting.ours("Regulens, TF32 in training", [TRAIN], native_sequences.TF32_AGREEMENT, "cuda", *tf32)
        runtimes.append(own)
    agreements = (size.agreement, native_sequences.TF32_AGREEMENT)
    peers = setting.pytorch(f"sequence-{name}", "sequence_torch", both, agreements, folder, name)

    everyone = [*peers[:1], *runtimes, *peers[1:]]
    for runtime in everyone:
        runtime.shown = {PREDICT: "inference, one sequence", TRAIN: "training step, one sequence"}

    def compare(runtime: Watched, agreeing: list[Watched], request: str) -> dict[str, object]:
        found: dict[str, object] = {"bases": length}
        if request == "predict":
            native_sequences.compare(runtime, folder)
            found["outputs"] = runtime.error
            return found
        first = [peer for peer in agreeing[:1] if peer.is_peer]
        if not runtime.is_peer and runtime.precision == "float32" and first:
            section = Section("", runtime.device, 0, [runtime, *first])
            native_sequences.compare_learning(section, folder, max(size.learning_agreement, comparison.ON_GPUS))
            found["learning"] = runtime.learning_error
        return found

    measure(step, everyone, setting.sizes.rounds, compare)
