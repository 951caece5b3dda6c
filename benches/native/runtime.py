"""A process that answers requests, and what it was timed on."""

import signal
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

VISIT = 0.4
"""Seconds that a visit lasts, unless a single call takes longer."""


@dataclass(frozen=True, order=True)
class Case:
    """What is timed: `predict` or `step` on so many genes. `at_once` divides a prediction into calls; 0 leaves that to
    the runtime."""

    request: str
    genes: int
    at_once: int = 0

    @property
    def name(self) -> str:
        genes = "one gene" if self.genes == 1 else f"{self.genes:,} genes"
        parts = f", {self.at_once} at a time" if self.at_once else ""
        return f"{'inference' if self.request == 'predict' else 'training step'}, {genes}{parts}"

    @property
    def whole(self) -> "Case":
        """The same genes, however they are divided."""
        return Case(self.request, self.genes)


@dataclass
class Runtime:
    """A process that answers requests; it is stopped while it is not asked, as threads that wait by spinning slow the
    others."""

    name: str
    command: list[str]
    cases: list[Case]
    agreement: float
    """How far its outputs may lie from the float64 reference."""
    is_peer: bool = True
    times: dict[Case, list[float]] = field(default_factory=dict)
    """A figure a round, in milliseconds."""
    error: float = 0.0
    """How far its outputs lie from the float64 reference."""
    learning_error: float | None = None
    """How far what it learns lies from what the first peer learns."""
    memory: float = 0.0
    """The most it has held, in MiB."""

    def start(self) -> None:
        folder = Path(__file__).resolve().parent.parent
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, text=True, bufsize=1
        )

    def ask(self, request: str) -> str:
        """The answer, while this process runs alone."""
        self._send("SIGCONT")
        self.process.stdin.write(request + "\n")
        answer = self.process.stdout.readline().strip()
        self._send("SIGSTOP")
        if not answer or answer.startswith("error:"):
            raise SystemExit(f"{self.name}, `{request}`: {answer or 'it ended without an answer'}")
        return answer

    def call(self, case: Case, times: int) -> list[float]:
        """Milliseconds of each call."""
        # Ours divides a prediction by itself; a peer takes it as it is given.
        divided = f" {case.at_once or case.genes}" if case.request == "predict" and self.is_peer else ""
        return [float(word) for word in self.ask(f"{case.request} {case.genes} {times}{divided}").split()]

    def visit(self, case: Case) -> None:
        """Adds a round's figure: the median of as many calls as the time allows, after one that brings everything back
        into caches."""
        figures = self.times.setdefault(case, [])
        expected = min(figures or self.call(case, 1)) / 1e3
        if expected > VISIT:
            figures.append(self.call(case, 1)[0])
        else:
            figures.append(statistics.median(self.call(case, 1 + max(3, round(VISIT / expected)))[1:]))

    def end(self) -> None:
        self._send("SIGCONT")
        self.process.stdin.close()
        self.process.wait()

    def _send(self, name: str) -> None:
        # Windows has no such signals.
        if hasattr(signal, name):
            self.process.send_signal(getattr(signal, name))


@dataclass
class Section:
    """Runtimes that were timed in turn; the first is ours."""

    title: str
    device: str
    threads: int
    runtimes: list[Runtime]
    limits: list[float] = field(default_factory=list)
    """Multiply-adds a second that one core reaches in registers, a figure a round; only where one thread computes."""
    loads: list[float] = field(default_factory=list)
    """The system's load of the last minute, when each round began."""

    @property
    def ours(self) -> Runtime:
        return self.runtimes[0]

    @property
    def peers(self) -> list[Runtime]:
        return self.runtimes[1:]

    def cases(self) -> list[Case]:
        """All that was timed, in order of kind and size."""
        return sorted({case for runtime in self.runtimes for case in runtime.times})

    def ratios(self, case: Case) -> list[float]:
        """How many times faster ours is than the fastest peer, round by round; empty where no peer was timed."""
        peers = [peer.times[case] for peer in self.peers if case in peer.times]
        return [min(figures) / ours for *figures, ours in zip(*peers, self.ours.times[case.whole])] if peers else []
