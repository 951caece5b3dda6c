"""The program's commands, timed from begin to end: what it answers no requests for."""

import subprocess
import time
from collections.abc import Callable

from .budget import Spent
from .timed import Failed, Step, Watched


def seconds_of(step: Step, command: list[str]) -> float:
    """Seconds of one run."""
    step.deadline.check()
    begin = time.perf_counter()
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=step.deadline.left)
    except subprocess.TimeoutExpired as error:
        raise Spent from error
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise Failed(said[-1] if said else f"it ended with {done.returncode}")
    return time.perf_counter() - begin


def difference(step: Step, runtime: Watched, commands: tuple[list[str], list[str]], case: str, rounds: int) -> None:
    """What the second command takes longer than the first, a figure a round: loading and starting cancel out.

    Where noise is larger than that there is no figure, and the result says so.
    """
    for number in range(rounds):
        small, large = (seconds_of(step, command) for command in commands)
        if large > small:
            step.figure(runtime, case, number, 1e3 * (large - small))
        else:
            why = f"no difference in round {number + 1}: {small:.2f} s of the smaller, {large:.2f} s of the larger"
            step.failed(runtime, why, case)


def attempt(step: Step, runtime: Watched, work: Callable[[], None]) -> None:
    """Does it; what fails is said, and the others go on."""
    try:
        work()
    except (Failed, SystemExit) as error:
        step.failed(runtime, error)
