"""From `benches/`: `python -m unittest peers.test_sequence`."""

import unittest

import numpy as np
from onnx.reference import ReferenceEvaluator

from . import published_sizes
from .sequence_graph import build
from .sequence_model import TRACKS, draw, folded, multiply_adds, one_hot, predict, sequence

LENGTH = 128 * 40


class Sequence(unittest.TestCase):
    def setUp(self) -> None:
        self.weights = draw()
        self.codes = sequence(length=LENGTH)
        self.exact = predict(self.weights, self.codes)

    def test_the_graph_computes_the_same(self) -> None:
        parts = {}
        for index, (kernel, bias) in enumerate(folded(self.weights)):
            parts[f"{index}.kernel"], parts[f"{index}.bias"] = kernel.astype(np.float32), bias.astype(np.float32)
        graph = ReferenceEvaluator(build(parts, LENGTH))
        channels = one_hot(self.codes).T[None].astype(np.float32)
        (prediction,) = graph.run(["prediction"], {"sequence": channels})
        self.assertLess(np.abs(prediction[0] - self.exact).max(), 1e-5)

    def test_bins_differ_far_more_than_runtimes_may(self) -> None:
        self.assertEqual(self.exact.shape, (LENGTH // 128, TRACKS))
        self.assertGreater(self.exact.std(axis=0).min(), 0.01)

    def test_a_model_with_any_one_tensor_forgotten_differs(self) -> None:
        for name, tensor in self.weights.items():
            broken = predict({**self.weights, name: np.zeros_like(tensor)}, self.codes)
            self.assertGreater(np.abs(broken - self.exact).max(), 1e-3, name)

    def test_the_work_is_that_of_the_published_timings(self) -> None:
        self.assertEqual(multiply_adds(), 1_049_133_056)

    def test_published_sizes_have_the_published_number_of_parameters(self) -> None:
        for variant, expected in [("basenji", 15_190_636), ("attention-two-sided", 19_853_657)]:
            trained = {name: shape for name, shape in published_sizes.shapes(variant).items() if "moving" not in name}
            self.assertEqual(sum(int(np.prod(shape)) for shape in trained.values()), expected)


if __name__ == "__main__":
    unittest.main()
