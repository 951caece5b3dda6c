"""Where the native benches run: their virtual environment, the program, and the cores that there are."""

import argparse
import os
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

BENCHES = Path(__file__).resolve().parent.parent
ROOT = BENCHES.parent
VENV = ROOT / ".tools" / "bench-venv"
REQUIREMENTS = [BENCHES / "requirements.txt", BENCHES / "requirements-native.txt"]


def thread_list(text: str) -> list[int]:
    try:
        threads = sorted({cores() if word == "all" else int(word) for word in text.split(",")})
    except ValueError:
        threads = []
    if not threads or threads[0] < 1:
        raise argparse.ArgumentTypeError(f"found {text}; expected numbers above zero, or all")
    return threads


def device_list(known: list[str]) -> Callable[[str], list[str]]:
    """Reads devices separated by commas, each once."""

    def read(text: str) -> list[str]:
        devices = list(dict.fromkeys(text.split(",")))
        if unknown := [device for device in devices if device not in known]:
            raise argparse.ArgumentTypeError(
                f"found {', '.join(unknown)}; expected {', '.join(known[:-1])} or {known[-1]}"
            )
        return devices

    return read


def cuda_name() -> str | None:
    """The GPU that PyTorch finds; none where there is none, or where its wheel has no CUDA."""
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else None


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def enter_environment(cuda: bool) -> None:
    """Goes on in the virtual environment of the benches, made and filled where that is not done yet."""
    if Path(sys.prefix).resolve() == VENV.resolve():
        return
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(VENV, with_pip=True)
    wanted = "".join(path.read_text(encoding="utf-8") for path in REQUIREMENTS) + f"cuda: {cuda}\n"
    stamp = VENV / "native.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        if cuda:
            # A wheel without CUDA has the same version, and would stay.
            subprocess.run([*pip, "uninstall", "--yes", "torch"], check=True)
        subprocess.run([*pip, "install", "--requirement", REQUIREMENTS[-1]], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    if os.name == "nt":
        raise SystemExit(subprocess.call([python, *sys.argv]))
    os.execv(python, [python, *sys.argv])


def build(cuda: bool) -> Path:
    """Builds the program; a second where it is up to date."""
    features = ["--features", "regulens-training/cuda"] if cuda else []
    subprocess.run(["cargo", "build", "--quiet", "--release", "--workspace", *features], cwd=ROOT, check=True)
    return ROOT / "target" / "release" / "regulens"
