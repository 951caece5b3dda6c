"""From `benches/`: `python -m unittest peers.test_sequence`."""

import unittest
from dataclasses import replace

import numpy as np
from onnx.reference import ReferenceEvaluator

from . import published_sizes
from .sequence_graph import build
from .sequence_model import SMALL, TRACKS, UNKNOWN, draw, folded, multiply_adds, one_hot, predict, sequence, targets

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
        self.assertEqual(multiply_adds(self.weights), 1_049_133_056)

    def test_targets_count_the_bases_of_bins_that_are_not_cropped(self) -> None:
        codes = np.zeros(4 * 16, np.uint8)
        codes[16:24] = [1, 1, 2, 3, 3, 3, UNKNOWN, UNKNOWN]
        self.assertEqual(targets(codes, 16, 5, 1).tolist(), [[1, 0.25, 0.125, 0.375, 1], [2, 0, 0, 0, 2]])

    def test_cropped_bins_are_those_at_the_ends(self) -> None:
        cropped = predict(self.weights, self.codes, replace(SMALL, crop=3))
        self.assertEqual(cropped.shape, self.exact[3:-3].shape)
        # Products of other sizes are summed in another order.
        self.assertLess(np.abs(cropped - self.exact[3:-3]).max(), 1e-12)

    def test_published_sizes_have_the_published_number_of_parameters(self) -> None:
        for variant, expected in [("basenji", 15_190_636), ("attention-two-sided", 19_853_657)]:
            trained = {name: shape for name, shape in published_sizes.shapes(variant).items() if "moving" not in name}
            self.assertEqual(sum(int(np.prod(shape)) for shape in trained.values()), expected)


if __name__ == "__main__":
    unittest.main()
