"""What is there: the machine, its drivers, PyTorch, and the devices of the program."""

import ctypes
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from native import report
from native.environment import ROOT

TOOLKITS = ("/usr/local/cuda", "/opt/cuda", "/usr/lib/cuda")
LIBDEVICE = "nvvm/libdevice/libdevice.10.bc"
DRIVERS = ("/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json", "/usr/share/vulkan/icd.d/nvidia_icd.json")
LAVAPIPE = "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json"


def prepare(work: Path, libraries: Path | None, software: bool) -> dict[str, str]:
    """Sets the environment that programs need, and gives what was set."""
    found = {}
    if software:
        found["VK_DRIVER_FILES"] = os.environ.get("VK_DRIVER_FILES", LAVAPIPE)
    else:
        driver = next((path for path in DRIVERS if Path(path).exists()), None)
        if driver and "VK_DRIVER_FILES" not in os.environ:
            found["VK_DRIVER_FILES"] = driver
        if not _has_library("libvulkan.so.1") and libraries and libraries.is_dir():
            before = os.environ.get("LD_LIBRARY_PATH")
            found["LD_LIBRARY_PATH"] = f"{before}:{libraries}" if before else str(libraries)
    # Programs that look for a window system say so at each start.
    if "XDG_RUNTIME_DIR" not in os.environ:
        found["XDG_RUNTIME_DIR"] = str(work)
    # PyTorch would take a folder that has nothing else for a whole toolkit: only where the program needs it.
    if not software and (toolkit := _toolkit(work)):
        found["CUDA_PATH"] = toolkit
    os.environ.update(found)
    return found


def _has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _toolkit(work: Path) -> str | None:
    """A folder with libdevice, which the program's kernels are linked with; Triton brings the file along."""
    for place in (os.environ.get("CUDA_PATH"), *TOOLKITS):
        if place and (Path(place) / LIBDEVICE).exists():
            return place
    # `import triton` would take seconds; where it lies does not need that.
    for folder in sys.path:
        file = Path(folder) / "triton/backends/nvidia/lib/libdevice.10.bc"
        if file.exists():
            link = work / "toolkit" / LIBDEVICE
            link.parent.mkdir(parents=True, exist_ok=True)
            if not link.exists():
                shutil.copyfile(file, link)
            return str(work / "toolkit")
    return None


def describe(software: bool) -> dict[str, object]:
    """The head of a result."""
    query = ["nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"]
    gpus = [] if software else _lines(query)
    return {
        "machine": report.machine(),
        "commit": commit(),
        "gpus": gpus,
        "software": software,
        "python": platform.python_version(),
        **torch_versions(),
    }


def commit() -> str:
    """That of the checkout; a machine may lack git, and a copy its history."""
    try:
        return report.commit(ROOT)
    except OSError:
        return "unknown"


def torch_versions() -> dict[str, object]:
    """PyTorch's, asked of a process of its own, as this one needs none."""
    code = (
        "import torch, json; c = torch.cuda.is_available(); print(json.dumps({'torch': torch.__version__, "
        "'cuda': torch.cuda.get_device_name() if c else None, 'cudnn': torch.backends.cudnn.version() if c else None}))"
    )
    lines = _lines([sys.executable, "-c", code])
    return json.loads(lines[-1]) if lines else {"torch": None, "cuda": None, "cudnn": None}


def _lines(command: list[str]) -> list[str]:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return []
    return done.stdout.strip().splitlines()


def problem(program: Path, model: Path, device: str, seconds: float) -> str | None:
    """Why the program does not compute on a device; none where it does."""
    command = [str(program), "bench", "--serve", "--model", str(model), "--device", device]
    try:
        done = subprocess.run(
            command, input="predict 1 1\nquit\n", capture_output=True, text=True, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        return f"no answer in {seconds:.0f} s"
    except OSError as error:
        return str(error)
    answer = done.stdout.strip()
    if done.returncode or not answer or answer.startswith("error"):
        said = [line for line in f"{done.stderr}\n{answer}".splitlines() if line.strip()]
        return said[-1].strip() if said else f"it ended with {done.returncode}"
    return None
