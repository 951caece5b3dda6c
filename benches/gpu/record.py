"""Figures as lines of JSON, each written when it is there: a run that is cut off leaves what it has."""

import json
import os
import threading
import time
from pathlib import Path


class Record:
    """A file that lines are added to. Kinds of lines:

        head       the machine, the command, versions
        absent     a device that is not there, and why
        step       a step that began, ended, was cut or was left out, and after how many seconds of the run
        omitted    what a step leaves out of what a GPU is asked for
        agreement  how far a runtime's outputs lie from the reference, and how far what it learned from a peer's
        figure     milliseconds of a case on a runtime in a round
        failed     a runtime, or one of its cases, that could not be timed, and why
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.begin = time.monotonic()
        self.lock = threading.Lock()

    def add(self, kind: str, **fields: object) -> None:
        line = json.dumps({"kind": kind, "at": round(time.monotonic() - self.begin, 1), **fields}, ensure_ascii=False)
        with self.lock, self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
        print(line, flush=True)


def read(paths: list[Path]) -> list[dict]:
    """All lines of these files; a last line that was cut off is left out."""
    found = []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError:
                continue
    return found
