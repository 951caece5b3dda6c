"""Packs what `gpu.sh` needs on a machine with a GPU that has no network and no build.

    cargo xtask cuda && cargo xtask build
    cd benches && python3 -m gpu.pack [--only native,browser] [--program FILE] [--shell FILE] [--out DIR] [--preset 9]

Two groups: `native` has the program and the loader of Vulkan; `browser` has Chromium's headless shell with its
libraries, the page, the peers and their inputs. Each is compressed and cut into pieces of 35 MiB at most: a call can
carry one beside the checkout, and `gpu.sh` keeps those that came before. It needs what `browser.mjs` needs.
"""

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

from native.environment import BENCHES, ROOT
from native.report import commit

from . import parts

SHELL = Path("/usr/lib/chromium/chromium-headless-shell")
LEFT = ("chromium", "resources.pak", "chrome_crashpad_handler", "chrome_100_percent.pak", "chrome_200_percent.pak")
"""Beside the shell, and not needed by it."""

SYSTEM = ("ld-linux", "libc.so", "libm.so", "libdl.so", "libpthread.so", "librt.so", "libstdc++", "libgcc_s")
"""Libraries that must be the machine's own."""

VULKAN = ("libvulkan.so.1", "libX11.so.6", "libXext.so.6", "libxcb.so.1", "libXau.so.6", "libXdmcp.so.6")
"""The loader, and what NVIDIA's driver for it is linked with."""

PEERS = {
    "ort": (
        "onnxruntime-web/dist",
        (
            "ort.jspi.bundle.min.mjs",
            "ort.bundle.min.mjs",
            "ort-wasm-simd-threaded.jspi.*",
            "ort-wasm-simd-threaded.jsep.*",
        ),
    ),
    "tf": ("@tensorflow", ("tfjs-core/dist/tf-core.es2017.min.js", "tfjs-backend-webgpu/dist/*.es2017.min.js")),
}
"""Files of each peer that its pages load on WebGPU."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the pieces that gpu.sh takes.")
    parser.add_argument("--only", default="native,browser", help="groups to pack, separated by commas")
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/regulens", help="built for CUDA")
    parser.add_argument("--shell", type=Path, default=SHELL, help="Chromium's headless shell, in its own folder")
    parser.add_argument("--genes", type=int, default=6600, help="maximum genes of a call in the page")
    parser.add_argument("--out", type=Path, default=ROOT / ".tools/gpu")
    parser.add_argument("--preset", type=int, default=9, help="xz preset; 1 is quick")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="regulens-pack-") as folder:
        work = Path(folder)
        groups = {"native": lambda: native(options.program, work), "browser": lambda: browser(options, work)}
        for group in options.only.split(","):
            for path in parts.pack(group, groups[group](), options.out, preset=options.preset):
                print(f"{path}  {path.stat().st_size / 2**20:.1f} MiB")


def native(program: Path, work: Path) -> dict[str, Path]:
    """The program without its symbols, and libraries under lib/."""
    stripped = work / "regulens"
    if subprocess.run(["strip", "-o", stripped, program], check=False).returncode:
        shutil.copy(program, stripped)
    (work / "commit").write_text(commit(ROOT) + "\n", encoding="utf-8")
    libraries = {f"lib/{name}": path for name, path in system_libraries().items() if name in VULKAN}
    return {"regulens": stripped, "commit": work / "commit", **libraries}


def browser(options: argparse.Namespace, work: Path) -> dict[str, Path]:
    """Shell, libraries, page, peers, inputs."""
    given = work / "browser"
    command = ["node", BENCHES / "gpu/prepare.mjs", given, str(options.genes), options.program.resolve()]
    subprocess.run(command, check=True)
    files = below(given)
    beside = options.shell.resolve().parent
    for path in beside.iterdir():
        if path.is_file() and path.name not in LEFT and not path.name.startswith(("libVk", "README")):
            if not path.name.endswith(".TOC"):
                files[f"shell/{path.name}"] = path
    files |= {f"lib/{name}": path for name, path in libraries_of(options.shell).items()}
    files |= {f"site/regulens/{name}": path for name, path in below(ROOT / "www/dist/regulens").items()}
    for short, (package, patterns) in PEERS.items():
        folder = BENCHES / "node_modules" / package
        for pattern in patterns:
            found = [path for path in folder.glob(pattern) if path.suffix in (".mjs", ".js", ".wasm")]
            if not found:
                raise SystemExit(f"{folder} has no {pattern}: the peer's files have other names now")
            files |= {f"site/{short}/{path.relative_to(folder)}": path for path in found}
    return files


def below(folder: Path) -> dict[str, Path]:
    """All files of a folder by their names in it; maps of sources are left out."""
    return {
        str(path.relative_to(folder)): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in (".map", ".ts")
    }


def libraries_of(program: Path) -> dict[str, Path]:
    """Libraries that a program is linked with, but for those of the system itself."""
    done = subprocess.run(["ldd", program], capture_output=True, text=True, check=True)
    return parsed(done.stdout)


def parsed(said: str) -> dict[str, Path]:
    """Names and places in the answer of `ldd`.

    Raises SystemExit where a library was not found.
    """
    found = {}
    for line in said.splitlines():
        name, arrow, rest = line.strip().partition(" => ")
        if not arrow or name.startswith(SYSTEM):
            continue
        place = rest.rsplit(" (", 1)[0]
        if not place.startswith("/"):
            raise SystemExit(f"{name} is not installed here: {rest}")
        found[name] = Path(place)
    return found


def system_libraries() -> dict[str, Path]:
    """Libraries that the loader knows, by name."""
    done = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=False)
    lines = [line.strip().partition(" (") for line in done.stdout.splitlines() if "x86-64" in line and " => " in line]
    return {name: Path(rest.rsplit(" => ", 1)[1]) for name, _, rest in reversed(lines)}


if __name__ == "__main__":
    main()
