"""What was built elsewhere, compressed and in pieces of a size that can be carried.

A group of files becomes `GROUP-HASH.1of2.xz`, `GROUP-HASH.2of2.xz`. Pieces may arrive one after another: each is kept
in a store, and a group is unpacked there once all of its pieces are.
"""

import hashlib
import io
import lzma
import re
import shutil
import tarfile
from pathlib import Path

PIECE = 35 * 2**20
"""Bytes of a piece at most."""

NAME = re.compile(r"(?P<group>[a-z]+)-(?P<hash>[0-9a-f]{12})\.(?P<number>\d+)of(?P<count>\d+)\.xz")


def pack(group: str, files: dict[str, Path], out: Path, piece: int = PIECE, preset: int = 9) -> list[Path]:
    """Writes files under their names in the archive, and gives the pieces. Links are followed."""
    out.mkdir(parents=True, exist_ok=True)
    # Programs are most of it: the filter turns addresses of calls into ones that repeat.
    filters = [{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "preset": preset}]
    whole = io.BytesIO()
    with (
        lzma.open(whole, "wb", filters=filters) as packed,
        tarfile.open(fileobj=packed, mode="w|", dereference=True) as archive,
    ):
        for name, path in sorted(files.items()):
            archive.add(path, name, recursive=False)
    data = whole.getvalue()
    digest = hashlib.sha256(data).hexdigest()[:12]
    count = max(1, -(-len(data) // piece))
    size = -(-len(data) // count)
    for old in out.glob(f"{group}-*.xz"):
        old.unlink()
    paths = [out / f"{group}-{digest}.{number + 1}of{count}.xz" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(data[number * size : (number + 1) * size])
    return paths


def keep(folder: Path, store: Path) -> None:
    """Copies pieces that have arrived into the store."""
    store.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir() if folder.is_dir() else []:
        if NAME.fullmatch(path.name) and not (store / path.name).exists():
            shutil.copyfile(path, store / path.name)


def missing(store: Path, group: str) -> list[str]:
    """Pieces of the group that are not there yet; the group's own name where there is none at all."""
    newest = _newest(store, group)
    if newest is None:
        return [group]
    digest, count = newest
    names = [f"{group}-{digest}.{number}of{count}.xz" for number in range(1, count + 1)]
    return [name for name in names if not (store / name).exists()]


def unpack(store: Path, group: str) -> Path | None:
    """The folder of the group's files, unpacked where that is not done yet; none where pieces are missing.

    Raises ValueError where the pieces are damaged.
    """
    if missing(store, group):
        return None
    digest, count = _newest(store, group)
    folder = store / f"{group}-{digest}"
    if folder.is_dir():
        return folder
    data = b"".join((store / f"{group}-{digest}.{number}of{count}.xz").read_bytes() for number in range(1, count + 1))
    found = hashlib.sha256(data).hexdigest()[:12]
    if found != digest:
        raise ValueError(f"pieces of {group}: the hash is {found}; expected {digest}")
    unfinished = store / f"{group}-{digest}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    with lzma.open(io.BytesIO(data)) as packed, tarfile.open(fileobj=packed, mode="r|") as archive:
        archive.extractall(unfinished, filter="data")
    unfinished.rename(folder)
    return folder


def _newest(store: Path, group: str) -> tuple[str, int] | None:
    """Hash and number of pieces of the pack that came last."""
    paths = [path for path in store.glob(f"{group}-*.xz") if NAME.fullmatch(path.name)]
    if not paths:
        return None
    found = NAME.fullmatch(max(paths, key=lambda path: path.stat().st_mtime).name)
    return found["hash"], int(found["count"])
