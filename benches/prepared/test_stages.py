"""Tests of adding up what perf reports."""

import unittest

from prepared.stages import SYSTEM, shares, stage_of

REPORT = """
# Overhead;Symbol
  41.50% ;[.] libdeflate_inflate_generic
  20.25% ;[.] regulens::prepare::signal::bigwig::Reader::section
   8.00% ;[.] miniz_oxide::deflate::core::compress_fast
  12.25% ;[.] regulens::prepare::signal::add
  10.00% ;[k] copy_user_generic
   8.00% ;[.] strange
"""


class Stages(unittest.TestCase):
    """A function belongs to one stage, and stages add up to the whole."""

    def test_what_perf_reports_adds_up_by_stage(self) -> None:
        found = shares(REPORT)
        for stage, share in [
            ("inflating the blocks of the bigWigs", 0.415),
            ("decoding blocks and adding up bins", 0.325),
            ("packing the table", 0.08),
            (SYSTEM, 0.1),
            ("other", 0.08),
        ]:
            self.assertAlmostEqual(found.pop(stage), share, msg=stage)
        self.assertEqual(found, {})

    def test_the_kernel_counts_apart_whatever_its_function_is_called(self) -> None:
        self.assertEqual(stage_of("[k] memcpy"), SYSTEM)

    def test_a_report_without_samples_is_refused(self) -> None:
        with self.assertRaises(SystemExit):
            shares("# no samples\n")


if __name__ == "__main__":
    unittest.main()
