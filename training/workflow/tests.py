"""All tests of the workflows, of bigWig files, and of the benches what needs no packages: `cargo xtask test --only
workflow`; behind `--`, `-k PATTERN` chooses some.

REGULENS names the program. Needs the packages of requirements.txt and requirements-tests.txt.
"""

import sys
import unittest
from pathlib import Path

if __name__ == "__main__":
    unittest.main(
        module=None,
        argv=[sys.argv[0], "discover", "--start-directory", str(Path(__file__).resolve().parent), *sys.argv[1:]],
        # To standard output, where the counts at the end are read.
        testRunner=unittest.TextTestRunner(stream=sys.stdout, verbosity=2),
    )
