"""Tests of the benches that need the standard library alone; they compute no figure, and are quick."""

import sys
import unittest
from pathlib import Path

BENCHES = Path(__file__).resolve().parent.parent.parent / "benches"


def load_tests(loader: unittest.TestLoader, _tests: unittest.TestSuite, _pattern: str | None) -> unittest.TestSuite:
    """Takes them by the names that they have in their own folder."""
    sys.path.append(str(BENCHES))
    return loader.loadTestsFromNames(["peers.test_newest", "prepared.test_stages"])
