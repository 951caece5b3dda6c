"""Scoring in shards, killed and resumed, beside one run over the same rows."""

import os
import shlex
import signal
import subprocess
import threading
import unittest
from pathlib import Path

import shards
from running import HERE, PROGRAM, Workflow, regulens

MODEL = HERE.parent.parent / "models/basenji-attention-two-sided-simulated.safetensors"
SHARDS = 5
# In both ways of scoring, so that flags reach the program.
VARIANT_FLAGS = ["--around", 1, "--shifts", "0,-1", "--track", "ATAC"]
REGION_FLAGS = ["--ensemble"]
# While there is a pipe `rows`, the third shard waits for rows that never come.
HELD = """#!/bin/sh
for argument; do
  shift
  case $argument in
    */3-of-5/rows.vcf.gz) [ -p rows ] && argument=rows ;;
  esac
  set -- "$@" "$argument"
done
exec {program} "$@"
"""


class Scoring(Workflow):
    """A folder with a simulated sequence, variants and regions on it."""

    snakefile = "score.smk"

    def __init__(self):
        super().__init__()
        regulens("simulate", "sequence", "--length", 60000, "--seed", 2, "--out", self.path / "genome")
        # Each row twice, and rows without scores among them: shards also end between variants of one place.
        vcf = (self.path / "genome.vcf").read_text().splitlines(keepends=True)
        rows = [line for line in vcf if not line.startswith("#")]
        first = (self.path / "genome.fa").read_text().splitlines()[1][0]
        other = f"sim1\t1\t.\t{first}\t<DEL>\t.\tPASS\t.\r\n\n"
        doubled = [line + line.replace("\tv", "\tagain") + other * (at % 7 == 3) for at, line in enumerate(rows)]
        (self.path / "mine.vcf").write_text("".join(vcf[: -len(rows)] + doubled).rstrip("\n"), newline="")
        places = [(at, at + 1 + 700 * (at % 3)) for at in range(5, 52000, 7001)]
        names = ["", "\tnamed, and one of the next has no name"]
        regions = [f"sim1\t{start}\t{end}{names[at % 2]}\n" for at, (start, end) in enumerate(places)]
        (self.path / "mine.bed").write_text("# places\n" + "".join(regions))

    def configure(self, **settings):
        super().configure(**{"model": str(MODEL), "genome": "genome.fa", "shards": SHARDS, **settings})

    def shard(self, number):
        return self.path / f"scores/shards/{number}-of-{SHARDS}"

    def times(self, name):
        """When the file of each shard was written."""
        return {number: (self.shard(number) / name).stat().st_mtime_ns for number in range(1, SHARDS + 1)}


class ScoringInShards(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scoring = Scoring()

    def same_bytes(self, found, expected):
        found, expected = ((self.scoring.path / name).read_bytes() for name in (found, expected))
        self.assertGreater(expected.count(b"\n"), SHARDS)
        self.assertEqual(found, expected)

    def test_a_killed_run_goes_on_and_its_files_are_those_of_one_run(self):
        scoring = self.scoring
        program = scoring.path / "held"
        program.write_text(HELD.format(program=shlex.quote(PROGRAM)))
        program.chmod(0o755)
        scoring.configure(regulens="./held", vcf="mine.vcf", options=VARIANT_FLAGS)
        os.mkfifo(scoring.path / "rows")
        process = self.enterContext(scoring.start())
        kill = threading.Timer(120, os.killpg, (process.pid, signal.SIGKILL))
        kill.start()
        self.addCleanup(kill.cancel)
        # All are done but the one that waits, and the two files that are put together.
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("5 of 9 steps"):
                break
        else:
            self.fail("".join(said))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        partial = list(scoring.shard(3).glob(".regulens-*.partial"))
        self.assertEqual(len(partial), 2, "both files of the shard had been begun")
        self.assertEqual(list(scoring.path.glob("scores/variants.*")), [])
        (scoring.path / "rows").unlink()

        (scoring.shard(2) / "variants.vcf").unlink()
        before = {number: (scoring.shard(number) / "variants.tsv").stat().st_mtime_ns for number in (1, 2, 4, 5)}
        code, said = scoring.run("--unlock")
        self.assertEqual(code, 0, said)
        code, said = scoring.run("--rerun-incomplete")
        self.assertEqual(code, 0, said)
        after = scoring.times("variants.tsv")
        done_again = [number for number, time in before.items() if after[number] != time]
        self.assertEqual(done_again, [2], "only the shard that lost a file")
        self.assertEqual(list(scoring.path.glob("scores/**/*.partial")), [])
        self.assertEqual(list(scoring.path.glob("scores/**/.*.partial")), [])

        regulens(
            "interpret",
            "variants",
            "--model",
            MODEL,
            "--fasta",
            scoring.path / "genome.fa",
            *VARIANT_FLAGS,
            "--vcf",
            scoring.path / "mine.vcf",
            "--tsv",
            scoring.path / "one.tsv",
            "--out",
            scoring.path / "one.vcf",
        )
        self.same_bytes("scores/variants.tsv", "one.tsv")
        self.same_bytes("scores/variants.vcf", "one.vcf")

    def test_regions_of_a_bed_are_those_of_one_run(self):
        scoring = self.scoring
        # More shards than regions.
        scoring.configure(bed="mine.bed", options=REGION_FLAGS, shards=9)
        code, said = scoring.run()
        self.assertEqual(code, 0, said)
        made = [path.stat().st_size for path in scoring.path.glob("scores/shards/*-of-9/regions.tsv")]
        self.assertEqual((len(made), made.count(0)), (9, 1))
        regulens(
            "predict",
            "--model",
            MODEL,
            "--input",
            scoring.path / "genome.fa",
            *REGION_FLAGS,
            "--regions",
            scoring.path / "mine.bed",
            "--out",
            scoring.path / "one-of-regions.tsv",
        )
        self.same_bytes("scores/regions.tsv", "one-of-regions.tsv")

    def test_a_wrong_row_is_said_by_its_line_of_the_whole_file(self):
        scoring = self.scoring
        lines = (scoring.path / "mine.vcf").read_text().split("\n")
        at = next(number for number, line in enumerate(lines) if "\tagain20\t" in line)
        lines[at] = lines[at].replace("\tagain20\t", "\tagain20\tA")
        (scoring.path / "wrong.vcf").write_text("\n".join(lines))
        cut = [str(scoring.path / f"wrong-{number}.vcf.gz") for number in range(SHARDS)]
        shards.split("vcf", str(scoring.path / "wrong.vcf"), cut)
        command = [
            PROGRAM,
            "interpret",
            "variants",
            "--model",
            MODEL,
            "--fasta",
            "genome.fa",
            "--tsv",
            "no.tsv",
            "--vcf",
        ]
        runs = [subprocess.run([*command, path], capture_output=True, text=True, cwd=scoring.path) for path in cut]
        said = [run.stderr for run in runs]
        wrong = [text for text in said if f"line {at + 1}, column REF" in text]
        self.assertEqual(len(wrong), 1, said)

    def test_of_a_vcf_and_a_bed_one_is_scored_at_a_time(self):
        self.scoring.configure(vcf="mine.vcf", bed="mine.bed")
        code, said = self.scoring.run("--dry-run")
        self.assertNotEqual(code, 0)
        self.assertIn("expected `vcf` or `bed`, one of the two", said)
