"""Runtimes that answer requests, compared and then timed in turn until a step's time is over."""

import os
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass

from native.runtime import Case, Runtime

from .budget import Deadline, Spent
from .record import Record


WARMING = 0.6
"""Share of a step's time in which a runtime must have answered each of its cases once."""


class Failed(Exception):
    """A request that was answered by an error, or not at all."""


@dataclass
class Watched(Runtime):
    """A runtime that is ended where it does not answer until the deadline."""

    device: str = ""
    precision: str = "float32"
    deadline: Deadline | None = None

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


def measure(
    step: Step, runtimes: list[Watched], rounds: int, compare: Callable[[Watched, list[Watched]], dict[str, object]]
) -> None:
    """Warms all up at once, compares each, and times those that agree in alternating rounds.

    `compare` gives how well a runtime agrees, and raises SystemExit where that is too little.
    """
    started: list[Watched] = []
    try:
        for runtime in runtimes:
            runtime.deadline = step.deadline
            runtime.start()
            started.append(runtime)
        warmed = _warm(step, started, Deadline(WARMING * step.deadline.left, step.deadline.clock))
        agreeing: list[Watched] = []
        for runtime in warmed:
            try:
                step.agreement(runtime, **compare(runtime, agreeing))
                agreeing.append(runtime)
            except (Failed, SystemExit, KeyError) as error:
                step.failed(runtime, error)
        for number in range(rounds):
            first = number % max(1, len(agreeing))
            cases = sorted({case for runtime in agreeing for case in runtime.cases})
            for case in cases:
                for runtime in agreeing[first:] + agreeing[:first]:
                    if case in runtime.cases and not runtime.ended:
                        _visit(step, runtime, case, number)
    finally:
        for runtime in started:
            runtime.end()


def _warm(step: Step, runtimes: list[Watched], deadline: Deadline) -> list[Watched]:
    """Calls every case once, on all runtimes at the same time: they compile what they need. Gives those left."""

    def work(runtime: Watched) -> None:
        runtime.deadline = deadline
        for case in list(runtime.cases):
            try:
                runtime.call(case, 1)
            except Failed as error:
                step.failed(runtime, error, case.name)
                runtime.cases.remove(case)
                if runtime.ended:
                    runtime.cases.clear()
            except Spent:
                step.failed(runtime, "its first calls took longer than there was time", case.name)
                runtime.cases.clear()
        runtime.deadline = step.deadline

    threads = [threading.Thread(target=work, args=[runtime]) for runtime in runtimes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    step.deadline.check()
    return [runtime for runtime in runtimes if runtime.cases]


def _visit(step: Step, runtime: Watched, case: Case, number: int) -> None:
    try:
        runtime.visit(case)
        step.figure(runtime, case.name, number, runtime.times[case][-1])
    except Failed as error:
        step.failed(runtime, error, case.name)
        runtime.cases.remove(case)
