"""The steps in Chromium: WebGPU of Regulens, onnxruntime-web and TensorFlow.js.

There is neither Node nor Playwright here. A page drives itself (drive.mjs) and sends each figure to the server that it
came from; every visit has a browser of its own.
"""

import html
import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from native.environment import BENCHES

from . import sizes
from .budget import Deadline
from .timed import Failed, Step, Watched

AGREEMENT = {"tables": 1e-5, "sequence": 1e-4}
"""How far outputs on a GPU may lie from Regulens' CPU engine, and from float64."""

EXACT = 64
"""Genes whose outputs are there in float64."""

WARM, BLOCK, LONG = 600, 300, 3000
"""Milliseconds for which a case is called before it is timed, and each of three times that it is; and above which a
call counts alone."""

VISIT = 60.0
"""Seconds in which a page must send its next line."""

TYPES = {
    "": "text/html; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".wasm": "application/wasm",
}


class Server:
    """Files below `/visit/ID/`, as browser/server.mjs has them, and what pages send to `report` and `expected`."""

    def __init__(self, folders: dict[str, Path]) -> None:
        self.folders = folders
        self.visits: dict[str, tuple[str, queue.Queue]] = {}
        self.expected = b""
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:  # noqa: N802  the name that http.server asks for
                _, _, visit, path = self.path.split("?")[0].split("/", 3) if self.path.count("/") > 2 else ("",) * 4
                body = server.body(visit, path)
                self.answer(404 if body is None else 200, body or b"", Path(path).suffix)

            def do_POST(self) -> None:  # noqa: N802
                _, _, visit, path = self.path.split("/", 3)
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if path == "expected":
                    server.expected = body
                else:
                    server.visits[visit][1].put(json.loads(body))
                self.answer(204, b"", "")

            do_PUT = do_POST  # noqa: N815

            def answer(self, status: int, body: bytes, suffix: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", TYPES.get(suffix, "application/octet-stream"))
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                # WebAssembly has threads only where pages are isolated so.
                self.send_header("Cross-Origin-Opener-Policy", "same-origin")
                self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
                self.send_header("Cross-Origin-Resource-Policy", "same-origin")
                self.end_headers()
                self.wfile.write(body)

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # A browser that is ended breaks off its connections.
        self.http.handle_error = lambda *_: None
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def visit(self, page: str) -> tuple[str, queue.Queue]:
        """The address of a page, and the lines that it sends."""
        name = str(len(self.visits) + 1)
        self.visits[name] = (page, queue.Queue())
        return f"http://127.0.0.1:{self.http.server_port}/visit/{name}/", self.visits[name][1]

    def body(self, visit: str, path: str) -> bytes | None:
        if visit not in self.visits:
            return None
        if path == "":
            return self.visits[visit][0].encode()
        if path == "expected":
            return self.expected
        first, _, rest = path.partition("/")
        folder = self.folders.get(first)
        file = folder and (folder / rest).resolve()
        return file.read_bytes() if file and file.is_relative_to(folder.resolve()) and file.is_file() else None

    def stop(self) -> None:
        self.http.shutdown()


def page_of(runtime: dict, plan: dict) -> str:
    """The page of a runtime, as browser/visit.mjs writes it, with its plan."""
    scripts = "".join(f'<script src="{source}"></script>' for source in runtime.get("scripts", []))
    driver = runtime.get("driver", "pages/driver.mjs")
    text = json.dumps(plan).replace("<", "\\u003c")
    return (
        f"<!doctype html><title>{html.escape(runtime['id'])}</title>{scripts}"
        f'<script type="application/json" id="plan">{text}</script>'
        f'<script type="module" src="{driver}"></script><script type="module" src="gpu/drive.mjs"></script>'
    )


def cases_of(runtime: dict, genes: tuple[int, ...]) -> list[dict[str, int]]:
    """One call for each size, and large ones in each way that the runtime takes them."""
    found = []
    for count in genes:
        pieces = [None] if count <= EXACT else runtime.get("pieces", [None])
        for piece in pieces:
            found.append({"genes": count, **({"piece": piece} if piece and piece < count else {})})
    return found


class Pages:
    """What was unpacked, and the browser in it."""

    def __init__(self, folder: Path, work: Path, software: bool) -> None:
        self.folder, self.work, self.software = folder, work, software
        self.given = json.loads((folder / "pages.json").read_text(encoding="utf-8"))
        self.sizes = sizes.SOFTWARE if software else sizes.HARDWARE
        self.adapter = ""

    def step(self, name: str) -> Callable[[Step], None]:
        return lambda step: self.run(step, name.removeprefix("page-"))

    def run(self, step: Step, kind: str) -> None:
        site = self.folder / "site"
        folders = {part: site / part for part in ("regulens", "ort", "tf")}
        folders |= {part: self.folder / kind / part for part in ("models", "data")}
        server = Server({**folders, "pages": BENCHES / "browser/pages", "gpu": BENCHES / "gpu"})
        try:
            if not self.has_adapter(step, server):
                return
            runtimes = self.given[kind]
            if kind == "tables":
                store = max(self.sizes.page_genes)
                plan = {"store": store, "cases": []}
                for line in self.visit(step.deadline, server, runtimes[0], plan):
                    if "failed" in line:
                        raise Failed(f"{runtimes[0]['name']}: {line['failed']}")
                runtimes = runtimes[1:]
            if kind == "sequence":
                runtimes = runtimes[: self.sizes.page_sequence_runtimes]
            agreeing = {runtime["id"]: runtime for runtime in runtimes}
            for number in range(self.sizes.page_rounds):
                order = list(agreeing.values())
                for runtime in order if number % 2 == 0 else reversed(order):
                    if not self.timed(step, server, kind, runtime, number):
                        del agreeing[runtime["id"]]
        finally:
            server.stop()

    def has_adapter(self, step: Step, server: Server) -> bool:
        """Notes the adapter's name; one in software is not timed where a GPU was asked for."""
        lines = list(self.visit(step.deadline, server, {"id": "adapter", "driver": "gpu/drive.mjs"}, {}))
        self.adapter = next((line["adapter"] for line in lines if "adapter" in line), "none")
        is_software = any(word in self.adapter.lower() for word in ("swiftshader", "llvmpipe", "lavapipe"))
        shown = {"adapter": self.adapter, "versions": self.given["versions"], "browser": self.version()}
        step.record.add("head", step=step.name, **shown)
        if self.adapter == "none" or is_software and not self.software:
            step.record.add("absent", what="WebGPU on the GPU", why=f"Chromium's adapter: {self.adapter}")
            return False
        return True

    def timed(self, step: Step, server: Server, kind: str, runtime: dict, number: int) -> bool:
        """Visits a runtime once; the first time it is compared. Whether it goes on."""
        plan = {
            "page": runtime["page"],
            "options": runtime["options"],
            "sequence": kind == "sequence",
            "cases": cases_of(runtime, self.sizes.page_genes) if kind == "tables" else [],
            "compare": max(self.sizes.page_genes) if number == 0 else 0,
            "exact": min(EXACT, self.given["genes"]),
        }
        shown = Watched(runtime["name"], [], [], AGREEMENT[kind], is_peer=runtime["peer"], device="WebGPU")
        wrong: set[str] = set()
        try:
            for line in self.visit(step.deadline, server, runtime, plan):
                case = line.get("case", "")
                if "failed" in line:
                    step.failed(shown, line["failed"], case)
                    if not case:
                        return False
                elif "off" in line:
                    # NaN arrives as null.
                    off = line["off"]
                    if off is None or not off <= AGREEMENT[kind]:
                        step.failed(shown, f"its outputs are off by {off}", case)
                        wrong.add(case)
                    else:
                        step.agreement(shown, outputs=off, case=case)
                elif "ms" in line and not wrong:
                    step.figure(shown, case, number, line["ms"])
        except Failed as error:
            step.failed(shown, error)
            return False
        return not wrong

    def visit(self, deadline: Deadline, server: Server, runtime: dict, plan: dict):
        """Lines that a page sends, until it is done; its browser ends with it."""
        first = {"page": runtime.get("page"), "options": runtime.get("options"), "cases": []}
        given = {**first, "warm": WARM, "block": BLOCK, "long": LONG, **plan}
        url, lines = server.visit(page_of(runtime, given))
        with tempfile.TemporaryDirectory(dir=self.work, ignore_cleanup_errors=True) as profile:
            process = self.launch(url, profile)
            try:
                while True:
                    line = next_line(process, lines, deadline)
                    yield line
                    if line.get("done"):
                        return
            finally:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def launch(self, url: str, profile: str) -> subprocess.Popen:
        more = self.given["software"] if self.software else self.given["vulkan"]
        places = ["--disable-dev-shm-usage", f"--user-data-dir={profile}", "--remote-debugging-port=0"]
        command = [self.folder / "shell/chromium-headless-shell", *self.given["arguments"], *more, *places, url]
        before = os.environ.get("LD_LIBRARY_PATH")
        libraries = str(self.folder / "lib")
        set_up = {**os.environ, "LD_LIBRARY_PATH": f"{libraries}:{before}" if before else libraries}
        if self.software:
            # Its own software adapter, whatever drivers were set for others.
            set_up.pop("VK_DRIVER_FILES", None)
        log = (self.work / "chromium.log").open("ab")
        return subprocess.Popen(
            list(map(str, command)), stdout=log, stderr=log, env=set_up, start_new_session=True
        )

    def version(self) -> str:
        libraries = {**os.environ, "LD_LIBRARY_PATH": str(self.folder / "lib")}
        shell = self.folder / "shell/chromium-headless-shell"
        try:
            done = subprocess.run([shell, "--version"], env=libraries, capture_output=True, text=True, timeout=20)
        except (OSError, subprocess.SubprocessError) as error:
            return str(error)
        return done.stdout.strip()


def next_line(process: subprocess.Popen, lines: queue.Queue, deadline: Deadline) -> dict:
    """The next line; Failed where the browser ends or says nothing, Spent where the time is over."""
    until = time.monotonic() + VISIT
    while True:
        deadline.check()
        try:
            return lines.get(timeout=0.2)
        except queue.Empty:
            if process.poll() is not None:
                raise Failed(f"the browser ended with {process.returncode}") from None
            if time.monotonic() > until:
                raise Failed(f"the page sent nothing for {VISIT:.0f} s") from None


