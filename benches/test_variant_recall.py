"""From `benches/`: `python -m unittest test_variant_recall`."""

import unittest

from variant_recall import KINDS, Planted, best, discovered


def variants(*pairs: tuple[float, bool]) -> list[Planted]:
    return [Planted(KINDS[0], breaks, 1 - p, p) for p, breaks in pairs]


class Recall(unittest.TestCase):
    def test_the_largest_rank_below_its_line_is_taken_even_where_one_before_it_is_above(self) -> None:
        # The lines at 5 % of four: 0.0125, 0.025, 0.0375, 0.05.
        found = discovered(variants((0.02, True), (0.9, False), (0.03, True), (0.036, False)), 0.05)
        self.assertEqual([variant.p for variant in found], [0.02, 0.03, 0.036])

    def test_a_null_that_is_too_small_for_the_rate_finds_nothing(self) -> None:
        # 99 random variants give no p below 0.01; of a hundred variants ten would need 0.001 at 1 %.
        found = discovered(variants(*[(0.01, True)] * 10, *[(0.5, False)] * 90), 0.01)
        self.assertEqual(found, [])

    def test_a_known_threshold_takes_equal_ones_together(self) -> None:
        three = variants((0.1, True), (0.2, False), (0.2, True), (0.3, True))
        by_p = lambda variant: -variant.p
        self.assertEqual((best(three, 0.05, by_p).found, best(three, 0.05, by_p).of), (1, 3))
        self.assertEqual(best(three, 0.25, by_p).found, 3)


if __name__ == "__main__":
    unittest.main()
