"""Times two builds of the native program in turn, on one thread.

    python3 benches/two_programs.py OLD NEW [--rounds 13] [--out FILE.md]

Build both for release, in the same way: `cargo build --release -p regulens-training --bin regulens
--no-default-features`, and copy each away. Both answer `bench --serve`; a round asks one and then the other, the next
round in the other order. A ratio is taken in each round, and its median counts.
"""

import argparse
import datetime
import os
import platform
import statistics
from pathlib import Path

from native.runtime import Case, Runtime

MODELS = Path(__file__).resolve().parent.parent / "models"
CASES = [
    ("attentive-chrome-k562", Case("predict", 1024), 6),
    ("cnn-attn-k562", Case("predict", 1024), 10),
    ("deep-chrome-k562", Case("predict", 1024), 8),
    ("basenji-yeast-atac", Case("predict", 1), 200),
    ("basenji-attention-two-sided-yeast-atac", Case("predict", 1), 200),
    ("attentive-chrome-k562", Case("step", 64), 12),
    ("basenji-yeast-atac", Case("step", 1), 40),
    ("basenji-attention-two-sided-yeast-atac", Case("step", 1), 30),
]
"""Models, what is asked of them, and calls in a round."""


def measured(programs: list[str], model: str, case: Case, calls: int, rounds: int) -> list[list[float]]:
    """Milliseconds of each program, a figure a round: the median of its calls."""
    file = str(MODELS / f"{model}.safetensors")
    bench = ["bench", "--serve", "--threads", "1", "--model", file]
    runtimes = [Runtime(program, [program, *bench], [case], agreement=0.0, is_peer=False) for program in programs]
    for runtime in runtimes:
        runtime.start()
        runtime.call(case, calls)
    for number in range(rounds):
        for runtime in runtimes if number % 2 == 0 else reversed(runtimes):
            runtime.times.setdefault(case, []).append(statistics.median(runtime.call(case, calls)))
    for runtime in runtimes:
        runtime.end()
    return [runtime.times[case] for runtime in runtimes]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--rounds", type=int, default=13)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    lines = [
        "| model | request | old, ms | new, ms | new / old (range) |",
        "|---|---|--:|--:|--:|",
    ]
    programs = [str(Path(program).resolve()) for program in (options.old, options.new)]
    for model, case, calls in CASES:
        old, new = measured(programs, model, case, calls, options.rounds)
        ratios = [b / a for a, b in zip(old, new)]
        times = " | ".join(f"{statistics.median(each):.3g}" for each in (old, new))
        ratio = f"{statistics.median(ratios):.3f} ({min(ratios):.2f} to {max(ratios):.2f})"
        lines.append(f"| {model} | {case.request} {case.genes} | {times} | {ratio} |")
        print(lines[-1], flush=True)
    head = (
        f"# Two native programs in turn\n\n{datetime.date.today()}, `python3 benches/two_programs.py OLD NEW --rounds "
        f"{options.rounds}`; {platform.machine()}, {os.cpu_count()} cores, one thread. Load average {load:.1f} before. "
        "Medians of rounds;\nratios are taken in each round.\n"
    )
    if options.out:
        options.out.write_text(head + "\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
