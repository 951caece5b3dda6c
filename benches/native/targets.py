"""What Regulens sets out to reach, and what a measurement says of it."""

import statistics
from dataclasses import dataclass

from peers import BINS, MARKS
from peers.weights import BIN_HIDDEN, MARK_HIDDEN

from .runtime import Case, Runtime, Section


def _level(encoders: int, steps: int, inputs: int, hidden: int) -> int:
    """Two directions of four gates, then scores and weighted sums of the attention."""
    return encoders * steps * (2 * 4 * hidden * (inputs + hidden) + 2 * 2 * hidden)


MULTIPLY_ADDS = (
    _level(len(MARKS), BINS, 1, BIN_HIDDEN) + _level(1, len(MARKS), 2 * BIN_HIDDEN, MARK_HIDDEN) + 2 * MARK_HIDDEN
)
"""Of one gene, from the model's sizes."""


@dataclass
class Target:
    """One row: where, against what, what is wanted, and what the rounds found."""

    where: str
    against: str
    wanted: float | None
    """None for what stands beside a target without being one."""
    found: list[float]
    unit: str = "x"

    @property
    def reached(self) -> bool | None:
        """The median is judged."""
        return None if self.wanted is None else statistics.median(self.found) >= self.wanted


def targets(sections: list[Section]) -> list[Target]:
    """All that these sections can tell."""
    return [target for section in sections for target in (*_ratios(section), *_shares(section))]


def shares(section: Section, runtime: Runtime, case: Case) -> list[float]:
    """Per cent of the multiply-adds that one core could have done in that time, round by round."""
    work = 100 * MULTIPLY_ADDS * case.genes * 1e3
    return [work / time / limit for time, limit in zip(runtime.times[case], section.limits)]


def _ratios(section: Section) -> list[Target]:
    alone = section.threads == 1
    found = []
    for case in section.cases():
        ratios = section.ratios(case)
        if not ratios:
            continue
        predicts, largest = case.request == "predict", case.genes > 1000
        against = "best of PyTorch and ONNX Runtime" if predicts else "PyTorch"
        if largest:
            against += f", {case.at_once} at a time" if case.at_once else ", in one call"
        if case.at_once:
            wanted = None
        elif alone and predicts:
            wanted = 2.0 if largest else 2.6 if case.genes > 1 else 1.0
        else:
            wanted = None if predicts else 2.0
        found.append(Target(f"{section.title}: {case.whole.name}", against, wanted, ratios))
    return found


def _shares(section: Section) -> list[Target]:
    cases = [case for case in section.ours.times if case.request == "predict"] if section.limits else []
    against = "the arithmetic limit of its SIMD, measured"
    return [
        Target(f"one core: {case.name}", against, 40.0, shares(section, section.ours, case), "%")
        for case in sorted(cases)
    ]
