"""From `benches/`, where NumPy and safetensors are: `python -m unittest gpu.test_gpu`."""

import json
import unittest
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory

from . import parts
from .budget import Budget, Deadline, Spent
from .pages import Server, cases_of, page_of
from .record import Record, read
from .report import markdown


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Budgets(unittest.TestCase):
    def test_a_step_gets_its_share_or_what_is_left_before_the_reserve(self) -> None:
        clock = Clock()
        budget = Budget(100, reserve=10, clock=clock)
        self.assertEqual(budget.step(60).left, 60)
        clock.now += 70
        self.assertEqual(budget.step(60).left, 20)

    def test_a_step_that_needs_more_than_is_left_does_not_begin(self) -> None:
        clock = Clock()
        budget = Budget(100, reserve=10, clock=clock)
        clock.now += 70
        self.assertIsNone(budget.step(60, least=21))
        self.assertIsNotNone(budget.step(60, least=20))

    def test_a_deadline_is_over_when_its_moment_comes(self) -> None:
        clock = Clock()
        deadline = Deadline(5, clock)
        deadline.check()
        clock.now += 5
        self.assertTrue(deadline.over)
        with self.assertRaises(Spent):
            deadline.check()


class Pieces(unittest.TestCase):
    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.store = self.folder / "store"
        source = self.folder / "source"
        source.write_bytes(bytes(range(256)) * 64)
        self.pieces = parts.pack("native", {"bin/program": source}, self.folder / "out", piece=200, preset=1)

    def test_no_piece_is_larger_than_is_carried(self) -> None:
        self.assertGreater(len(self.pieces), 1)
        self.assertTrue(all(path.stat().st_size <= 200 for path in self.pieces))

    def test_pieces_that_come_one_after_another_are_put_together(self) -> None:
        for number, path in enumerate(self.pieces):
            arrived = self.folder / f"call-{number}"
            arrived.mkdir()
            path.rename(arrived / path.name)
            self.assertIsNone(parts.unpack(self.store, "native"))
            parts.keep(arrived, self.store)
        folder = parts.unpack(self.store, "native")
        self.assertEqual((folder / "bin/program").read_bytes(), bytes(range(256)) * 64)

    def test_what_is_missing_is_named(self) -> None:
        self.assertEqual(parts.missing(self.store, "native"), ["native"])
        parts.keep(self.folder / "out", self.store)
        (self.store / self.pieces[0].name).unlink()
        self.assertEqual(parts.missing(self.store, "native"), [self.pieces[0].name])

    def test_a_damaged_piece_is_an_error(self) -> None:
        parts.keep(self.folder / "out", self.store)
        (self.store / self.pieces[0].name).write_bytes(b"damaged")
        with self.assertRaises(ValueError):
            parts.unpack(self.store, "native")


class Lines(unittest.TestCase):
    def test_each_line_is_in_the_file_at_once_and_one_that_was_cut_off_is_left_out(self) -> None:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "lines.jsonl"
            record = Record(path)
            record.add("absent", what="Regulens on cuda", why="no driver")
            self.assertEqual(read([path])[0]["why"], "no driver")
            with path.open("a", encoding="utf-8") as file:
                file.write('{"kind": "fig')
            self.assertEqual(len(read([path])), 1)

    def test_ours_is_set_beside_the_fastest_peer_of_each_round_in_its_precision_and_in_all(self) -> None:
        def figure(runtime: str, precision: str, number: int, ms: float, peer: bool = True) -> dict:
            who = {"runtime": runtime, "device": "cuda", "precision": precision, "peer": peer}
            return {"kind": "figure", "step": "tables", "case": "one gene", "round": number, "ms": ms, "load": 1, **who}

        lines = [figure("Regulens", "float32", number, 2.0, peer=False) for number in range(2)]
        lines += [figure("PyTorch", "float32", 0, 6.0), figure("PyTorch", "float32", 1, 6.0)]
        lines += [figure("PyTorch", "TF32", 0, 4.0), figure("PyTorch", "TF32", 1, 4.0)]
        lines.append({"kind": "step", "step": "changes", "state": "cut", "at": 9.0, "why": "over"})
        text = markdown(lines)
        self.assertIn("| one gene | Regulens | cuda | float32 | 2 | 2 | 2 | 2 | 3 | 2 |  |  |", text)
        self.assertIn("This step was cut", text)


class Pages(unittest.TestCase):
    def test_large_calls_are_given_in_each_way_that_a_runtime_takes(self) -> None:
        found = cases_of({"pieces": [None, 64]}, (1, 1024))
        self.assertEqual(found, [{"genes": 1}, {"genes": 1024}, {"genes": 1024, "piece": 64}])

    def test_a_page_carries_its_plan_and_the_server_its_lines(self) -> None:
        page = page_of({"id": "ours", "scripts": ["tf/a.js"]}, {"page": "</script>"})
        self.assertNotIn('"</script>"', page)
        with TemporaryDirectory() as folder:
            (Path(folder) / "inside").mkdir()
            (Path(folder) / "inside/a.mjs").write_text("1")
            (Path(folder) / "outside").write_text("2")
            server = Server({"pages": Path(folder) / "inside"})
            self.addCleanup(server.http.server_close)
            self.addCleanup(server.stop)
            url, lines = server.visit(page)
            with urllib.request.urlopen(f"{url}pages/a.mjs") as answer:
                self.assertEqual(answer.read(), b"1")
            self.assertIsNone(server.body("1", "pages/../outside"))
            request = urllib.request.Request(f"{url}report", json.dumps({"ms": 1}).encode(), method="POST")
            urllib.request.urlopen(request).close()
            self.assertEqual(lines.get(timeout=10), {"ms": 1})


if __name__ == "__main__":
    unittest.main()
