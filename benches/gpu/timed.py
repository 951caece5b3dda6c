"""Runtimes that answer requests, compared and then timed in turn until a step's time is over."""

import os
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from native.runtime import Case, Runtime

from .budget import Deadline, Spent
from .record import Record


WARMING = {"predict": 0.45, "step": 0.6}
"""Shares of what is left of a step in which a runtime must have answered each of its cases once."""


class Failed(Exception):
    """A request that was answered by an error, or not at all."""


@dataclass
class Watched(Runtime):
    """A runtime that is ended where it does not answer until the deadline."""

    device: str = ""
    precision: str = "float32"
    deadline: Deadline | None = None
    shown: dict[Case, str] = field(default_factory=dict)
    """Names of cases that are not of genes."""

    def named(self, case: Case) -> str:
        return self.shown.get(case, case.name)

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def ask(self, request: str) -> str:
        self.deadline.check()
        timer = threading.Timer(self.deadline.left, self.process.kill)
        timer.start()
        try:
            return super().ask(request)
        except (SystemExit, OSError) as error:
            if self.deadline.over:
                raise Spent from error
            raise Failed(str(error).splitlines()[0]) from error
        finally:
            timer.cancel()

    def end(self) -> None:
        """Ends it, also where it hangs: the result is there."""
        try:
            self._send("SIGCONT")
            self.process.stdin.close()
            self.process.wait(timeout=2)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


@dataclass
class Step:
    """A step as it runs."""

    name: str
    deadline: Deadline
    record: Record

    def agreement(self, runtime: Watched, **found: object) -> None:
        self.record.add("agreement", step=self.name, **_named(runtime), **found)

    def figure(self, runtime: Watched, case: str, number: int, milliseconds: float) -> None:
        fields = {"case": case, "round": number, "ms": round(milliseconds, 4), "load": round(os.getloadavg()[0], 1)}
        self.record.add("figure", step=self.name, **_named(runtime), **fields)

    def failed(self, runtime: Watched, why: object, case: str = "") -> None:
        text = " ".join(str(why).split())[:300] or type(why).__name__
        self.record.add("failed", step=self.name, **_named(runtime), case=case, why=text)


def _named(runtime: Watched) -> dict[str, object]:
    return {
        "device": runtime.device,
        "runtime": runtime.name,
        "precision": runtime.precision,
        "peer": runtime.is_peer,
    }


Compare = Callable[[Watched, list[Watched], str], dict[str, object]]


def measure(step: Step, runtimes: list[Watched], rounds: int, compare: Compare) -> None:
    """Warms up, compares, and times those that agree in alternating rounds.

    Inference has its first round before training is tried, so that a runtime which does not come to the end of its
    first training step has its figures. `compare` is given the request, `predict` or `step`; it tells how well a
    runtime agrees, and raises SystemExit where that is too little.
    """
    started: list[Watched] = []
    try:
        for runtime in runtimes:
            runtime.deadline = step.deadline
            runtime.start()
            started.append(runtime)
        ready: dict[str, list[Watched]] = {}
        left = started
        for request in WARMING:
            asked = [runtime for runtime in left if _cases(runtime, request)]
            ready[request] = _agreeing(step, asked, request, compare)
            # Wrong or unanswered predictions make steps of training worthless, too.
            left = [runtime for runtime in left if runtime not in asked or runtime in ready[request]]
            _round(step, ready[request], request, 0)
        for number in range(1, rounds):
            for request, agreeing in ready.items():
                _round(step, agreeing, request, number)
    finally:
        for runtime in started:
            runtime.end()


def _cases(runtime: Watched, request: str) -> list[Case]:
    return sorted(case for case in runtime.cases if case.request == request)


def _agreeing(step: Step, runtimes: list[Watched], request: str, compare: Compare) -> list[Watched]:
    """Those that answer and agree."""
    limit = Deadline(WARMING[request] * step.deadline.left, step.deadline.clock)
    found: list[Watched] = []
    for runtime in _warm(step, runtimes, request, limit):
        # One that hangs must leave time for those after it.
        runtime.deadline = Deadline(step.deadline.left / 2, step.deadline.clock)
        try:
            if agreement := compare(runtime, found, request):
                step.agreement(runtime, **agreement)
            found.append(runtime)
        except (Failed, SystemExit, KeyError) as error:
            step.failed(runtime, error)
        except Spent:
            step.failed(runtime, "comparing it took longer than there was time")
        runtime.deadline = step.deadline
    return found


def _warm(step: Step, runtimes: list[Watched], request: str, deadline: Deadline) -> list[Watched]:
    """Calls every case once, on all runtimes at the same time: they compile what they need. Gives those left."""

    def work(runtime: Watched) -> None:
        runtime.deadline = deadline
        for case in _cases(runtime, request):
            try:
                runtime.call(case, 1)
                continue
            except Failed as error:
                step.failed(runtime, error, runtime.named(case))
            except Spent:
                step.failed(runtime, "its first calls took longer than there was time", runtime.named(case))
            runtime.cases.remove(case)
            if runtime.ended:
                break
        runtime.deadline = step.deadline

    threads = [threading.Thread(target=work, args=[runtime]) for runtime in runtimes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    step.deadline.check()
    return [runtime for runtime in runtimes if _cases(runtime, request) and not runtime.ended]


def _round(step: Step, runtimes: list[Watched], request: str, number: int) -> None:
    first = number % max(1, len(runtimes))
    for case in sorted({case for runtime in runtimes for case in _cases(runtime, request)}):
        for runtime in runtimes[first:] + runtimes[:first]:
            if case in runtime.cases and not runtime.ended:
                _visit(step, runtime, case, number)


def _visit(step: Step, runtime: Watched, case: Case, number: int) -> None:
    try:
        runtime.visit(case)
        step.figure(runtime, runtime.named(case), number, runtime.times[case][-1])
    except Failed as error:
        step.failed(runtime, error, runtime.named(case))
        runtime.cases.remove(case)
