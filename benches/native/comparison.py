"""Whether runtimes compute the same: outputs against the equations in float64, learning against a peer's."""

from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from .runtime import Case, Runtime

STEPS = 3
"""Steps of training that are compared."""

LEARNING_AGREEMENT = 1e-5
"""The largest difference of the losses, or of a tensor of weights, in the L2 norm and relative to the peer's. A step of Adam moves
weights by about 1e-3 in that measure, so that a wrong direction shows. Element by element they cannot be compared: where a gradient
is but rounding, its weight moves by a whole step to either side."""

ON_GPUS = 1e-3
"""The same of sequences on GPUs, which add up in another order: more of the gradients are but rounding. Three steps move a tensor by some 3e-3."""


def compare_outputs(runtime: Runtime, exact: dict[str, np.ndarray], folder: Path) -> None:
    """Notes the largest difference over all cases.

    Raises SystemExit where it is too large.
    """
    for case in runtime.cases:
        if case.request != "predict":
            continue
        runtime.call(case, 1)
        found = _ask_file(runtime, "outputs", folder)
        for name in exact:
            expected = exact[name][: case.genes]
            if found[name].shape != expected.shape:
                raise SystemExit(
                    f"{runtime.name}, {case.name}: {name} has the shape {found[name].shape}; expected {expected.shape}"
                )
            difference = float(np.abs(found[name] - expected).max())
            # Put so that what is not a number is no agreement.
            if not difference <= runtime.agreement:
                raise SystemExit(
                    f"{runtime.name}, {case.name}: {name} is off by {difference:.1e}; expected at most "
                    f"{runtime.agreement:.0e}"
                )
            runtime.error = max(runtime.error, difference)


def learn(runtime: Runtime, case: Case, folder: Path) -> dict[str, np.ndarray]:
    """Weights after some steps, and the loss before each."""
    runtime.ask("reset")
    runtime.call(case, STEPS)
    learned = _ask_file(runtime, "trained", folder)
    runtime.ask("reset")
    return learned


def compare_learning(
    runtime: Runtime,
    found: dict[str, np.ndarray],
    expected: dict[str, np.ndarray],
    agreement: float = LEARNING_AGREEMENT,
) -> None:
    """Notes the largest relative difference of a tensor.

    Raises SystemExit where it is too large.
    """
    if {name: tensor.shape for name, tensor in found.items()} != {
        name: tensor.shape for name, tensor in expected.items()
    }:
        raise SystemExit(f"{runtime.name} trains other tensors than its peer")
    runtime.learning_error = 0.0
    for name, tensor in expected.items():
        difference = float(np.linalg.norm(found[name] - tensor) / np.linalg.norm(tensor))
        if not difference <= agreement:
            raise SystemExit(
                f"{runtime.name}: after {STEPS} steps {name} is {difference:.1e} from the peer's; expected at most "
                f"{agreement:.0e}"
            )
        runtime.learning_error = max(runtime.learning_error, difference)


def _ask_file(runtime: Runtime, what: str, folder: Path) -> dict[str, np.ndarray]:
    path = folder / "answer.safetensors"
    runtime.ask(f"{what} {path}")
    return load_file(path)
