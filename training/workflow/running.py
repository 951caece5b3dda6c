"""What the tests of the workflows share: a folder in which one of them runs. REGULENS names the program."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAM = os.environ["REGULENS"]


def regulens(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


class Workflow:
    """A folder with settings, in which `snakefile` runs."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name)

    def configure(self, **settings):
        # JSON is YAML.
        (self.path / "config.yaml").write_text(json.dumps({"regulens": PROGRAM, **settings}))

    def start(self, *flags):
        command = [sys.executable, "-m", "snakemake", "--snakefile", HERE / self.snakefile]
        return subprocess.Popen(
            [*command, "--configfile", "config.yaml", "--cores", "2", *flags],
            cwd=self.path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # A group of its own, so that all of it can be killed at once, as a machine that goes down does.
            start_new_session=True,
        )

    def run(self, *flags):
        process = self.start(*flags)
        output, _ = process.communicate(timeout=300)
        return process.returncode, output
