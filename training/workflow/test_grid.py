"""The grid on two simulated cell types, small enough for a minute."""

import csv
import json
import os
import signal
import statistics
import time
import unittest

from running import Workflow, regulens

CELLS = ("A", "B")
VARIANTS = ("deep-chrome", "lstm-attn")
SEEDS = (1, 2)


def simulate(folder, part, seed):
    folder.mkdir(parents=True, exist_ok=True)
    # The names are the published ones, and so are columns and their order.
    regulens(
        "simulate",
        "hm",
        "--layout",
        "attentive-chrome",
        "--genes",
        60,
        "--bins",
        30,
        "--seed",
        seed,
        "--out",
        folder / f"{part}.csv",
    )


class Grid(Workflow):
    """A folder with data and settings, in which the grid runs."""

    snakefile = "Snakefile"

    def __init__(self, **settings):
        super().__init__()
        for at, cell in enumerate(CELLS):
            for part_at, part in enumerate(("train", "valid", "test")):
                simulate(self.path / "data" / cell / "classification", part, 10 * at + part_at)
        self.configure(**settings)

    def configure(self, **settings):
        super().configure(**{"variants": VARIANTS, "seeds": SEEDS, **settings})

    def run_of(self, cell, variant, seed):
        return self.path / "results" / cell / variant / f"seed-{seed}"

    def table(self, name):
        with open(self.path / "results" / name, newline="") as file:
            return list(csv.DictReader(file, delimiter="\t"))


class TheGrid(unittest.TestCase):
    def test_a_killed_grid_goes_on_and_ends_in_table_2(self):
        # Epochs enough for the kill to come between the first and the last of a run.
        slow = ["--epochs", 150, "--bin-rnn-size", 8, "--hidden-1", 16, "--hidden-2", 8]
        grid = Grid(data="data", options=slow)

        process = self.enterContext(grid.start())
        checkpoint = None
        deadline = time.monotonic() + 120
        while checkpoint is None:
            self.assertIsNone(process.poll(), "the grid ended before it could be killed")
            self.assertLess(time.monotonic(), deadline, "no checkpoint came")
            time.sleep(0.02)
            checkpoint = next(grid.path.glob("results/*/*/*/*.checkpoint"), None)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.assertTrue(checkpoint.exists(), "the run ended before it could be killed")
        self.assertFalse((grid.path / "results/table2.tsv").exists())

        code, said = grid.run("--unlock")
        self.assertEqual(code, 0, said)
        code, said = grid.run()
        self.assertEqual(code, 0, said)
        log = (checkpoint.parent / "log.txt").read_text()
        self.assertIn("resuming after epoch", log)
        self.assertEqual(list(grid.path.glob("results/**/*.checkpoint")), [])
        self.assertEqual(list(grid.path.glob("results/**/*.partial")), [])

        self.every_run_is_in_its_cell_types_table(grid)
        self.table_2_holds_the_mean_over_seeds_then_cell_types(grid)

        code, said = grid.run()
        self.assertEqual(code, 0, said)
        self.assertIn("Nothing to be done", said)

    def every_run_is_in_its_cell_types_table(self, grid):
        for cell in CELLS:
            rows = grid.table(f"{cell}/table.tsv")
            networks = {(row["predictor"], int(row["seed"])): row for row in rows if row["seed"]}
            self.assertEqual(set(networks), {(variant, seed) for variant in VARIANTS for seed in SEEDS})
            self.assertIn("random forest on counts", {row["predictor"] for row in rows if not row["seed"]})
            for (variant, seed), row in networks.items():
                self.assertEqual(row["cell_type"], cell)
                # The model that lies there scores what the table says.
                scores = json.loads(
                    regulens(
                        "evaluate",
                        "--json",
                        "--model",
                        grid.run_of(cell, variant, seed) / "model.safetensors",
                        "--input",
                        grid.path / "data" / cell / "classification/test.csv",
                    )
                )
                self.assertAlmostEqual(float(row["test_auroc"]), scores["auroc"], places=12)

    def table_2_holds_the_mean_over_seeds_then_cell_types(self, grid):
        of_cell = {}
        for cell in CELLS:
            for row in grid.table(f"{cell}/table.tsv"):
                of_cell.setdefault(row["predictor"], {}).setdefault(cell, []).append(float(row["test_auroc"]))
        means = {
            predictor: {cell: statistics.mean(areas) for cell, areas in cells.items()}
            for predictor, cells in of_cell.items()
        }

        rows = {row["predictor"]: row for row in grid.table("table2.tsv")}
        self.assertEqual(set(rows), set(means))
        self.assertEqual(list(rows)[:2], ["deep-chrome", "lstm-attn"])
        for predictor, row in rows.items():
            areas = list(means[predictor].values())
            self.assertEqual(int(row["cell_types"]), len(CELLS))
            for name, expected in [("mean", statistics.mean(areas)), ("max", max(areas)), ("min", min(areas))]:
                self.assertAlmostEqual(float(row[name]), expected, places=5, msg=f"{predictor}, {name}")
        wins = sum(means["lstm-attn"][cell] > means["deep-chrome"][cell] for cell in CELLS)
        self.assertEqual(rows["lstm-attn"]["better_than_deep_chrome"], str(wins))
        self.assertEqual(rows["deep-chrome"]["better_than_deep_chrome"], "")
        self.assertNotIn("Missing", (grid.path / "results/table2.md").read_text())


class TheSettings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.grid = Grid()

    def planned(self, **settings):
        self.grid.configure(**settings)
        return self.grid.run("--dry-run", "--printshellcmds")

    def test_a_setting_that_there_is_not_is_refused_by_its_name(self):
        code, said = self.planned(data="data", epochs=3)
        self.assertNotEqual(code, 0)
        self.assertIn("'epochs' was unexpected", said)

    def test_left_out_cell_types_are_all_that_the_folder_has(self):
        code, said = self.planned(data="data")
        self.assertEqual(code, 0, said)
        self.assertEqual(said.count(" train attentive-chrome "), 8, said)

    def test_a_cell_type_can_be_tables_with_expression_and_bins(self):
        published = "data/A/classification/"
        table = {part: f"{published}{part}.csv" for part in ("train", "valid", "test")}
        cell = {**table, "expression": f"{published}train.expression.csv", "select_bins": "6-25"}
        code, said = self.planned(cell_types={"K562": cell}, seeds=[1], variants=["lstm"])
        self.assertEqual(code, 0, said)
        flags = f"--expression {published}train.expression.csv --select-bins 6-25"
        # Training, evaluation and baselines.
        self.assertEqual(said.count(flags), 3, said)
