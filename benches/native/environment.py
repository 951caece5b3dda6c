"""Where the native benches run: their virtual environment, the program, and the cores that there are."""

import argparse
import os
import subprocess
from pathlib import Path

import own_environment

BENCHES = Path(__file__).resolve().parent.parent
ROOT = BENCHES.parent
VENV = ROOT / ".tools" / "bench-venv"


def thread_list(text: str) -> list[int]:
    try:
        threads = sorted({cores() if word == "all" else int(word) for word in text.split(",")})
    except ValueError:
        threads = []
    if not threads or threads[0] < 1:
        raise argparse.ArgumentTypeError(f"found {text}; expected numbers above zero, or all")
    return threads


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def enter_environment() -> None:
    """Goes on in the virtual environment of the benches."""
    own_environment.enter(VENV, BENCHES / "requirements-native.txt")


def build() -> Path:
    """Builds the program; a second where it is up to date."""
    subprocess.run(["cargo", "build", "--quiet", "--release", "--workspace"], cwd=ROOT, check=True)
    return ROOT / "target" / "release" / "regulens"
