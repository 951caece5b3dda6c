"""Agreement of a runtime with what the program computes on the CPU."""

import numpy as np

from .timed import Watched


def apart(
    runtime: Watched, found: np.ndarray, expected: np.ndarray, size: np.ndarray, allowed: dict[str, float]
) -> float:
    """The largest distance, relative to `size` or to 1; `allowed` has the most that it may be, by the precision.

    Raises SystemExit where it is too large.
    """
    if found.shape != expected.shape:
        raise SystemExit(f"{runtime.name} gives {found.shape} values; expected {expected.shape}")
    off = float((np.abs(found - expected) / np.maximum(1, np.abs(size))).max())
    most = allowed[runtime.precision]
    # Put so that what is not a number is no agreement.
    if not off <= most:
        raise SystemExit(f"{runtime.name} is off by {off:.1e}; expected at most {most:.0e}")
    return off
