"""The newest release of each peer beside the one that a bench uses, so that no figure is against an old one unnoticed.

pip is asked, as its settings say which registry there is; standard library only.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

NOT_CHECKED = "not checked"
"""Stands for the newest release where the registry did not answer."""

PATIENCE = 20
"""Seconds until a question to the registry counts as not answered."""

NEWER_PYTHON = 3
"""Minor versions above this Python's for which pip is asked too: wheels of a new release may be for those alone."""


@dataclass(frozen=True)
class Peer:
    """A package that a bench measures against."""

    name: str
    used: str
    newest: str | None
    """As the registry has it; none where it did not answer."""

    @property
    def differs(self) -> bool:
        # Wheels of PyTorch name the CUDA that they were built for behind a plus.
        return self.newest is not None and self.used.partition("+")[0] != self.newest


def check(peers: Iterable[str] | Mapping[str, str], ask: Callable[[str], str | None] | None = None) -> list[Peer]:
    """Asks the registry for every one of `peers`, and warns of each that is not the newest.

    `peers` are names of installed packages, or names with the versions used where those are installed elsewhere.
    """
    used = peers if isinstance(peers, Mapping) else {name: version(name) for name in peers}
    with ThreadPoolExecutor() as threads:
        newest = list(threads.map(ask or ask_pip, used))
    found = [Peer(name, used[name], new) for name, new in zip(used, newest)]
    for line in warnings(found):
        print(line, file=sys.stderr)
    return found


def warnings(peers: Sequence[Peer]) -> list[str]:
    """A line for each peer that is not the newest, and one for all that were not checked."""
    found = [
        f"warning: {peer.name} {peer.used} is measured; the newest release is {peer.newest}"
        for peer in peers
        if peer.differs
    ]
    unknown = [peer.name for peer in peers if peer.newest is None]
    if unknown:
        found.append(f"warning: {NOT_CHECKED} for newer releases, the registry did not answer: {', '.join(unknown)}")
    return found


def markdown(peers: Sequence[Peer]) -> list[str]:
    """The table in the head of a result; nothing where there are no peers."""
    if not peers:
        return []
    rows = [
        f"| {peer.name} | {peer.used} | {peer.newest or NOT_CHECKED} | {'**differs**' if peer.differs else ''} |"
        for peer in peers
    ]
    return ["| peer | used | newest release | |", "| --- | --- | --- | --- |", *rows, ""]


def as_json(peers: Sequence[Peer]) -> list[dict[str, str | None]]:
    """The same beside the figures of every round."""
    return [{"name": peer.name, "used": peer.used, "newest": peer.newest} for peer in peers]


def ask_pip(name: str, run: Callable[..., subprocess.CompletedProcess] = subprocess.run) -> str | None:
    """The newest stable release of a package, for whichever Python it is; none where no registry answers."""
    newer = f"{sys.version_info.major}.{sys.version_info.minor + NEWER_PYTHON}"
    found = [read(name, run, flags) for flags in ([], ["--python-version", newer])]
    return max((release for release in found if release), key=order, default=None)


def read(name: str, run: Callable[..., subprocess.CompletedProcess], flags: list[str]) -> str | None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--timeout", "5", "--retries", "0"]
    # Without this, deepTools 4 is not there for a Python that it does not run on, and 3.5.6 seems the newest.
    command = [*pip, "index", "versions", "--ignore-requires-python", *flags, name]
    try:
        done = run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        return None
    first = re.match(r"\S+ \((\S+)\)", done.stdout)
    return first[1] if done.returncode == 0 and first else None


def told(program: Path, run: Callable[..., subprocess.CompletedProcess] = subprocess.run) -> str:
    """The version of a program of another environment, which answers `--version` with its name and that."""
    try:
        said = run([program, "--version"], capture_output=True, text=True, check=False, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SystemExit(f"{program} --version: {error}") from None
    found = re.search(r"^\S+ (\d+(?:\.\w+)+)$", said.stdout.strip())
    if said.returncode != 0 or not found:
        raise SystemExit(f"{program} --version: expected a name and a version, found {said.stdout + said.stderr!r}")
    return found[1]


def order(release: str) -> list[int]:
    """Sorts releases: 3.10 is above 3.9."""
    return [int(digits) for digits in re.findall(r"\d+", release)]


if __name__ == "__main__":
    print("\n".join(markdown(check(sys.argv[1:]))))
