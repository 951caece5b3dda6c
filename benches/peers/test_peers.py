"""From `benches/`: `python -m unittest peers.test_peers`."""

import unittest

import numpy as np
from onnx.reference import ReferenceEvaluator

from . import BINS, MARKS
from .onnx_graph import OUTPUTS, build
from .reference import forward
from .weights import draw, shapes

AGREEMENT = 1e-6
"""Within which all runtimes have to agree before they are timed."""


def counts(genes: int) -> np.ndarray:
    """Read counts as a table has them: mostly small, some peaks."""
    random = np.random.RandomState(2)
    rate = random.gamma(0.3, 8.0, (genes, 1, len(MARKS))) * random.gamma(0.5, 2.0, (1, BINS, len(MARKS)))
    return random.poisson(rate).astype(np.float32)


def difference(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> float:
    return max(float(np.abs(a[name] - b[name]).max()) for name in OUTPUTS)


class Peers(unittest.TestCase):
    def setUp(self) -> None:
        self.weights = draw()
        self.signal = counts(24)
        self.exact = forward(self.weights, self.signal)

    def test_the_weights_are_the_published_number_of_parameters(self) -> None:
        self.assertEqual(len(shapes()), 56)
        self.assertEqual(sum(tensor.size for tensor in self.weights.values()), 55_681)

    def test_the_graph_computes_the_published_equations(self) -> None:
        graph = ReferenceEvaluator(build(self.weights))
        outputs = dict(zip(OUTPUTS, graph.run(list(OUTPUTS), {"signal": self.signal})))
        self.assertLess(difference(outputs, self.exact), AGREEMENT)

    def test_rounding_to_float32_stays_well_below_what_runtimes_must_agree_to(self) -> None:
        rounded = forward(self.weights, self.signal, np.float32)
        self.assertLess(difference(rounded, self.exact), AGREEMENT / 3)

    def test_genes_differ_far_more_than_runtimes_may(self) -> None:
        for name in OUTPUTS:
            spread = self.exact[name].std(axis=0).min()
            self.assertGreater(spread, 20 * AGREEMENT, name)

    def test_a_model_with_any_one_tensor_forgotten_differs(self) -> None:
        for name in shapes():
            broken = forward({**self.weights, name: np.zeros_like(self.weights[name])}, self.signal)
            self.assertGreater(difference(broken, self.exact), 1000 * AGREEMENT, name)

    def test_a_model_with_directions_or_gates_mixed_up_differs(self) -> None:
        swapped = {}
        turned = {}
        for name, tensor in self.weights.items():
            other = name.removesuffix("_reverse") if name.endswith("_reverse") else f"{name}_reverse"
            swapped[name] = self.weights.get(other, tensor)
            is_gates = ".rnn.weight" in name or ".rnn.bias" in name
            turned[name] = np.roll(tensor, len(tensor) // 4, axis=0) if is_gates else tensor
        for broken in (swapped, turned):
            self.assertGreater(difference(forward(broken, self.signal), self.exact), 1000 * AGREEMENT)


if __name__ == "__main__":
    unittest.main()
