"""The time that there is, and a step's share of it."""

import time
from collections.abc import Callable


class Spent(Exception):
    """The time of a step is over."""


class Deadline:
    """A moment that a step may not pass."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.at = clock() + seconds

    @property
    def left(self) -> float:
        """Seconds until then, and 0 after it."""
        return max(0.0, self.at - self.clock())

    @property
    def over(self) -> bool:
        return self.left == 0.0

    def check(self) -> None:
        """Raises Spent once the moment has come."""
        if self.over:
            raise Spent


class Budget:
    """Seconds of a whole run, of which the last few are kept to write its result."""

    def __init__(self, seconds: float, reserve: float = 10.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.whole = Deadline(seconds - reserve, clock)

    @property
    def left(self) -> float:
        return self.whole.left

    def step(self, share: float, least: float = 0.0, later: float = 0.0) -> Deadline | None:
        """A step's deadline: its share, and what earlier ones left beside the shares of `later` ones.

        None where fewer than `least` seconds are left.
        """
        seconds = min(self.left, max(share, self.left - later))
        return None if seconds < max(least, 1.0) else Deadline(seconds, self.clock)
