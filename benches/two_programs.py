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
import subprocess
from pathlib import Path

MODELS = Path(__file__).resolve().parent.parent / "models"
CASES = [
    ("attentive-chrome-k562", "predict 1024 6"),
    ("cnn-attn-k562", "predict 1024 10"),
    ("deep-chrome-k562", "predict 1024 8"),
    ("basenji-yeast-atac", "predict 1 200"),
    ("basenji-attention-two-sided-yeast-atac", "predict 1 200"),
    ("attentive-chrome-k562", "step 64 12"),
    ("basenji-yeast-atac", "step 1 40"),
    ("basenji-attention-two-sided-yeast-atac", "step 1 30"),
]


class Program:
    """A program that answers requests for times of one model."""

    def __init__(self, program: str, model: str):
        command = [program, "bench", "--serve", "--threads", "1", "--model", str(MODELS / f"{model}.safetensors")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def milliseconds(self, request: str) -> float:
        """The median of a request's calls."""
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer or answer.startswith("error"):
            raise SystemExit(f"{request}: {answer or 'the program ended'}")
        return statistics.median(map(float, answer.split()))

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def measured(old: str, new: str, model: str, request: str, rounds: int) -> tuple[list[float], list[float]]:
    programs = [Program(old, model), Program(new, model)]
    for program in programs:
        program.milliseconds(request)
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        for which in (0, 1) if number % 2 == 0 else (1, 0):
            times[which].append(programs[which].milliseconds(request))
    for program in programs:
        program.end()
    return times


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
    for model, request in CASES:
        old, new = measured(options.old, options.new, model, request, options.rounds)
        ratios = [b / a for a, b in zip(old, new)]
        times = " | ".join(f"{statistics.median(each):.3g}" for each in (old, new))
        ratio = f"{statistics.median(ratios):.3f} ({min(ratios):.2f} to {max(ratios):.2f})"
        lines.append(f"| {model} | {' '.join(request.split()[:2])} | {times} | {ratio} |")
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
