"""Requests on stdin, answers on stdout, a line each, as `regulens bench --serve` has them; `regulens bench --help`
lists them.

One differs: `predict GENES TIMES AT_ONCE` gives the genes to the runtime in calls of AT_ONCE. `cpu` is asked of peers
alone: the seconds that the process has computed.
"""

import resource
import sys
import time
from collections.abc import Callable

import numpy as np
from safetensors.numpy import save_file


class Subject:
    """A runtime with the model and genes [N, T, M], or sequences."""

    names: tuple[str, ...] = ("logit", "alpha", "beta")
    """What a prediction gives."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values
        self.outputs: list[tuple[np.ndarray, ...]] = []

    def predict(self, values: np.ndarray) -> tuple[np.ndarray, ...]:
        """What the model gives, in the machine's memory."""
        raise NotImplementedError

    def step(self, genes: int) -> None:
        """One step of training on the first genes, its result ready."""
        raise NotImplementedError

    def reset(self) -> None:
        """Training begins anew from the given weights."""
        raise NotImplementedError

    def save_trained(self, path: str) -> None:
        """Writes the weights after the last step, and `loss` of every step."""
        raise NotImplementedError

    def predict_all(self, genes: int, at_once: int) -> None:
        """Predicts for the first genes, and keeps what comes out."""
        self.outputs = []
        for start in range(0, genes, at_once):
            self.outputs.append(self.predict(self.values[start : min(genes, start + at_once)]))

    def save_outputs(self, path: str) -> None:
        """Writes what the last prediction gave."""
        parts = [np.ascontiguousarray(np.concatenate(part)) for part in zip(*self.outputs)]
        save_file(dict(zip(self.names, parts)), path)


def serve(subject: Subject) -> None:
    """Answers until `quit` or the end."""
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word == "quit":
            break
        try:
            answer = _answer(subject, word, rest)
        except Exception as error:  # Whatever a runtime raises is the answer; the next request may go well.
            answer = f"error: {type(error).__name__}: {error}".replace("\n", " ")
        print(answer, flush=True)


def _answer(subject: Subject, word: str, rest: str) -> str:
    if word == "predict":
        genes, times, at_once = map(int, rest.split())
        return _timings(times, lambda: subject.predict_all(genes, at_once))
    if word == "step":
        genes, times = map(int, rest.split())
        return _timings(times, lambda: subject.step(genes))
    if word == "memory":
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return f"{peak / 1024 / (1024 if sys.platform == 'darwin' else 1):.1f}"
    if word == "cpu":
        return f"{time.process_time():.6f}"
    actions: dict[str, Callable[[], None]] = {
        "outputs": lambda: subject.save_outputs(rest),
        "trained": lambda: subject.save_trained(rest),
        "reset": subject.reset,
    }
    actions[word]()
    return "ok"


def _timings(times: int, call: Callable[[], None]) -> str:
    milliseconds = []
    for _ in range(times):
        begin = time.perf_counter()
        call()
        milliseconds.append(f"{(time.perf_counter() - begin) * 1e3:.4f}")
    return " ".join(milliseconds)
