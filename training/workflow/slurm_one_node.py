"""The small grid on a SLURM of one node, with two kills in it. Debian's packages are enough:

    apt-get install slurm-wlm munge
    pip install --requirement training/workflow/requirements.txt snakemake-executor-plugin-slurm==2.8.0
    REGULENS=target/release/regulens python training/workflow/slurm_one_node.py

Run it as root on a machine where no SLURM is in use. Keys, settings and logs lie in a folder of its own; what it starts
it ends. It takes some five minutes, and its last line says what held.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAM = Path(os.environ.get("REGULENS", "regulens"))
VARIANTS = ("deep-chrome", "lstm-attn")
USUAL = Path("/etc/slurm/slurm.conf")

SETTINGS = """\
ClusterName=one
SlurmctldHost={host}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MinJobAge=600
NodeName={host} CPUs={cores} RealMemory={memory} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def stop(because):
    sys.exit(f"slurm_one_node.py: {because}")


def free_ports(number):
    with contextlib.ExitStack() as held:
        taken = [held.enter_context(socket.socket()) for _ in range(number)]
        for each in taken:
            each.bind(("", 0))
        return [each.getsockname()[1] for each in taken]


def wait(what, seconds, holds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = holds()
        if found:
            return found
        time.sleep(0.2)
    stop(f"{what}: not within {seconds} s")


class Slurm:
    """A controller and a node, as long as the `with` lasts."""

    def __init__(self, folder):
        self.folder = folder
        self.started = []

    def __enter__(self):
        try:
            self.begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def begin(self):
        # Within a job no variable says where the settings are: they lie at their usual place while this lasts.
        if os.path.lexists(USUAL):
            stop(f"{USUAL} is there: a SLURM is in use on this machine")
        for name in ("munge", "state", "spool"):
            (self.folder / name).mkdir(mode=0o700)
        key = self.folder / "munge/key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        settings = self.folder / "slurm.conf"
        settings.write_text(
            SETTINGS.format(
                host=socket.gethostname().split(".")[0],
                folder=self.folder,
                ports=free_ports(2),
                cores=os.cpu_count(),
                memory=int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20 * 0.9),
            )
        )
        USUAL.parent.mkdir(parents=True, exist_ok=True)
        USUAL.symlink_to(settings)
        munge = self.folder / "munge"
        self.start(
            "munged",
            *("--foreground", "--force", f"--key-file={key}", f"--socket={self.folder}/munge.socket"),
            *(f"--pid-file={munge}/pid", f"--log-file={munge}/log", f"--seed-file={munge}/seed"),
        )
        wait("munged", 10, (self.folder / "munge.socket").exists)
        self.start("slurmctld", "-D", "-i")
        self.start("slurmd", "-D")
        wait("an idle node", 60, lambda: "idle" in self.ask("sinfo", "--noheader", "--format=%T"))

    def start(self, name, *arguments):
        program = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
        if program is None:
            stop(f"there is no {name}: apt-get install slurm-wlm munge")
        log = open(self.folder / f"{name}.log", "wb")
        self.started.append(subprocess.Popen([program, *arguments], stdout=log, stderr=log))

    def ask(self, *command):
        return subprocess.run(command, capture_output=True, text=True).stdout

    def __exit__(self, *_):
        self.ask("scancel", "--user=root")
        # Another's is left alone.
        if os.path.islink(USUAL) and Path(os.readlink(USUAL)).parent == self.folder:
            USUAL.unlink()
        for process in reversed(self.started):
            process.terminate()
        for process in self.started:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


class Grid:
    """One cell type, two variants, a seed."""

    def __init__(self, folder):
        self.folder = folder
        data = folder / "data/A/classification"
        data.mkdir(parents=True)
        for seed, part in enumerate(("train", "valid", "test"), start=1):
            size = ["--genes", "60", "--bins", "30", "--seed", str(seed)]
            layout = ["--layout", "attentive-chrome", "--out", str(data / f"{part}.csv")]
            subprocess.run([PROGRAM, "simulate", "hm", *size, *layout], check=True, capture_output=True)
        slow = ["--epochs", 400, "--bin-rnn-size", 8, "--hidden-1", 16, "--hidden-2", 8]
        config = {"regulens": str(PROGRAM), "data": "data", "variants": VARIANTS, "seeds": [1], "options": slow}
        # JSON is YAML.
        (folder / "config.yaml").write_text(json.dumps(config))

    def start(self, *flags):
        log = open(self.folder / "snakemake.log", "ab")
        return subprocess.Popen(
            [sys.executable, "-m", "snakemake", "--snakefile", HERE / "Snakefile", "--configfile", "config.yaml"]
            + ["--workflow-profile", HERE / "profiles/slurm", "--latency-wait", "10"]
            # This cluster keeps no accounts, and finished jobs for ten minutes.
            + ["--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "2", *flags],
            cwd=self.folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def ends(self, *flags):
        if self.start(*flags).wait(timeout=1200) != 0:
            print((self.folder / "snakemake.log").read_text()[-4000:])
            stop("the grid failed")

    def checkpoint(self):
        return next(self.folder.glob("results/*/*/*/*.checkpoint"), None)

    def said(self, run):
        return (run / "log.txt").read_text()


def training_of(run):
    """The process that trains into this folder: the program itself, not what started it."""
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            words = (entry / "cmdline").read_bytes().split(b"\0")
            if words[0] == bytes(PROGRAM) and any(str(run.name).encode() in word for word in words) and b"train" in words:
                if os.path.realpath(entry / "cwd") == str(run.parents[3]) and str(run.parent.name).encode() in b" ".join(words):
                    return int(entry.name)
    return None


def main():
    global PROGRAM
    found = shutil.which(PROGRAM)
    if found is None:
        stop("REGULENS names no program")
    PROGRAM = Path(found).resolve()
    if os.geteuid() != 0:
        stop("it starts SLURM's own programs: run it as root, in a container or on a machine of your own")
    with tempfile.TemporaryDirectory(prefix="regulens-slurm-") as name, Slurm(Path(name).resolve()) as slurm:
        sys.stdout.reconfigure(line_buffering=True)
        (slurm.folder / "grid").mkdir()
        grid = Grid(slurm.folder / "grid")

        first = grid.start()
        checkpoint = wait("a checkpoint", 180, grid.checkpoint)
        run = checkpoint.parent
        os.kill(wait("the training", 20, lambda: training_of(run)), signal.SIGKILL)
        print(f"killed a training of {run.parent.name}, as a lost node does")
        wait("a second try", 180, lambda: "resuming after epoch" in grid.said(run))
        print("its second try goes on from the checkpoint")

        if first.poll() is None:
            os.killpg(first.pid, signal.SIGKILL)
            first.wait()
            slurm.ask("scancel", "--user=root")
            wait("an empty queue", 60, lambda: not slurm.ask("squeue", "--noheader").strip())
            print("killed Snakemake and its jobs")
            grid.ends("--unlock")
        grid.ends()
        rows = (grid.folder / "results/table2.tsv").read_text().splitlines()
        if len(rows) < 1 + len(VARIANTS):
            stop(f"table 2 has {len(rows)} lines")
        if left := [*grid.folder.glob("results/**/*.checkpoint")]:
            stop(f"a checkpoint is left: {left[0]}")
        jobs = slurm.ask("squeue", "--noheader", "--states=all", "--format=%T").split()
        counts = ", ".join(f"{jobs.count(state)} {state.lower()}" for state in sorted(set(jobs)))
        print(f"SLURM {slurm.ask('sinfo', '--version').split()[-1]}: the grid ended in table 2; jobs: {counts}")


if __name__ == "__main__":
    main()
