#!/usr/bin/env python3
"""A table of 20,000 genes from five bigWigs: `regulens prepare hm` against deepTools' computeMatrix and pyBigWig.

    python3 benches/prepare.py [--genes 20000] [--genome 1.0] [--interval 100] [--threads 1,all] [--rounds 3]

pyBigWig makes five tracks of human genome length from a seed, with genes as GTF and as BED. Every tool runs once before
anything is timed, and values must agree. Then rounds alternate: each tool runs in turn, as its own process from files
to its result. computeMatrix and Regulens write packed text; pyBigWig only reads the same bins into memory, since there
is no standard format to write. The table goes to the screen and to benches/results/.

The first run installs the peers into .tools/prepare-venv; the tracks take some minutes and 1.5 GB, and are kept with
--keep FOLDER. --stages samples Regulens alone with Linux' perf, on one thread, and reports the processor time of each
stage. --deeptools PATH uses the computeMatrix of another environment and asks it for its version:
deepTools 4 needs Python 3.12.
"""

import argparse
import datetime
import os
import shlex
import sys
import tempfile
from pathlib import Path

import own_environment
from native.environment import BENCHES, ROOT, build, thread_list

VENV = ROOT / ".tools" / "prepare-venv"
REQUIREMENTS = BENCHES / "requirements-prepare.txt"


def main() -> None:
    options = arguments()
    compute_matrix = options.deeptools.absolute() if options.deeptools else None
    own_environment.enter(VENV, REQUIREMENTS)
    program = options.program.resolve() if options.program else build()

    from prepared import made, ways
    from prepared.report import Measurement, write

    from native import report
    from peers import newest

    used = ways.peers(compute_matrix)
    peers = newest.check(used)
    with tempfile.TemporaryDirectory(prefix="regulens-bench-") as temporary:
        folder = options.keep.resolve() if options.keep else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        data = made.make(folder, options.genes, options.genome, options.interval)
        if options.stages:
            write_stages(options, ways.ways(program, data, Path(temporary), 1)[0].command, data.description)
            return
        runs = [
            way
            for threads in options.threads
            for way in ways.ways(program, data, Path(temporary), threads, compute_matrix)
        ]
        print("comparing values", file=sys.stderr)
        agreement = ways.compare(runs, data)
        loads = []
        for number in range(options.rounds):
            loads.append(os.getloadavg()[0])
            for way in runs if number % 2 == 0 else reversed(runs):
                print(f"round {number + 1}: {way.name}", file=sys.stderr)
                way.run()
    date = str(datetime.date.today())
    found = Measurement(
        date=date,
        command=shlex.join(["python3", "benches/prepare.py", *sys.argv[1:]]),
        machine=report.machine(),
        versions=f"{ways.versions(used)} Regulens at commit {report.commit(ROOT)}.",
        data=data.description,
        loads=loads,
        agreement=agreement,
        ways=runs,
        peers=peers,
    )
    out = options.out or BENCHES / "results" / f"prepare-{date}.md"
    write(found, out)
    print(f"written to {out}", file=sys.stderr)


def write_stages(options: argparse.Namespace, command: list[str], description: str) -> None:
    from prepared import stages

    from native import report

    date = str(datetime.date.today())
    lines = [
        f"# Stages of `regulens prepare hm`, {date}",
        "",
        f"{report.machine()} Regulens at commit {report.commit(ROOT)}.",
        "",
        f"{description}. The median of {options.rounds} runs, sampled 499 times a second of processor time.",
        f"`{shlex.join(['python3', 'benches/prepare.py', *sys.argv[1:]])}`",
        *stages.markdown(command, options.rounds),
    ]
    out = options.out or BENCHES / "results" / f"prepare-stages-{date}.md"
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(out.read_text(encoding="utf-8"))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time `regulens prepare hm` against computeMatrix and pyBigWig.")
    parser.add_argument("--genes", type=int, default=20_000)
    parser.add_argument(
        "--genome", type=float, default=1.0, help="length of the genome, as a fraction of the human one [1]"
    )
    parser.add_argument("--interval", type=int, default=100, help="mean bases of an interval with one value [100]")
    parser.add_argument("--threads", type=thread_list, default="1,all", help="numbers separated by commas [1,all]")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--keep", type=Path, help="folder for the tracks, reused by the next run with the same settings"
    )
    parser.add_argument(
        "--deeptools",
        type=Path,
        metavar="PATH",
        help="computeMatrix of another environment instead of the installed one: deepTools 4 needs Python 3.12",
    )
    parser.add_argument("--stages", action="store_true", help="sample Regulens alone with perf, by stage")
    parser.add_argument("--program", type=Path, help="a `regulens` other than the one built here")
    parser.add_argument("--out", type=Path, help="the result's file, FILE.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
