"""The virtual environments of benches."""

import os
import subprocess
import sys
import venv
from pathlib import Path


def enter(environment: Path, requirements: Path) -> None:
    """Starts the program again in `environment`, made and filled with `requirements` where that is not done yet."""
    if Path(sys.prefix).resolve() == environment.resolve():
        return
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(environment, with_pip=True)
    wanted = requirements.read_text(encoding="utf-8")
    stamp = environment / "installed.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--requirement", requirements], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    if os.name == "nt":
        raise SystemExit(subprocess.call([python, *sys.argv]))
    os.execv(python, [python, *sys.argv])
