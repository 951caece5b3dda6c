"""From `benches/`, where NumPy and safetensors are: `python -m unittest gpu.test_gpu`."""

import argparse
import json
import unittest
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory

from native.runtime import Case

from . import parts, sizes, variants
from .__main__ import plan
from .budget import Budget, Deadline, Spent
from .pages import Server, cases_of, page_of
from .record import Record, read
from .report import markdown
from .tables import Setting
from .timed import Step, Watched, measure


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Budgets(unittest.TestCase):
    def test_a_step_gets_its_share_or_what_is_left_before_the_reserve(self) -> None:
        clock = Clock()
        budget = Budget(100, reserve=10, clock=clock)
        self.assertEqual(budget.step(60, later=30).left, 60)
        clock.now += 70
        self.assertEqual(budget.step(60).left, 20)

    def test_a_step_also_gets_what_earlier_ones_left(self) -> None:
        clock = Clock()
        budget = Budget(110, reserve=10, clock=clock)
        clock.now += 10
        self.assertEqual(budget.step(40, later=20).left, 70)
        self.assertEqual(budget.step(40, later=60).left, 40)

    def test_shares_of_a_whole_run_fit_into_a_call_and_name_every_step(self) -> None:
        for wanted in (sizes.HARDWARE, sizes.SOFTWARE):
            self.assertEqual(tuple(wanted.seconds), sizes.ORDER)
            self.assertLessEqual(sum(share.most for share in wanted.seconds.values()), 450)
            self.assertTrue(all(share.least <= share.most for share in wanted.seconds.values()))

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


class Fake(Watched):
    """Answers at once, but for what it is told to die of."""

    dies_of = ""
    dead = False
    ended = property(lambda self: self.dead)

    def start(self) -> None:
        pass

    def end(self) -> None:
        pass

    def ask(self, request: str) -> str:
        if self.dies_of and request.startswith(self.dies_of):
            self.dead = True
            raise Spent
        return " ".join(["1"] * int(request.split()[2]))


class Measured(unittest.TestCase):
    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.record = Record(Path(folder.name) / "lines.jsonl")
        self.step = Step("tables", Deadline(100, Clock()), self.record)

    def measured(self, *runtimes: Watched, compare=lambda *_: {"outputs": 0.0}) -> list[tuple[str, str, int]]:
        measure(self.step, list(runtimes), 2, compare)
        lines = read([self.record.path])
        return [(line["runtime"], line["case"], line["round"]) for line in lines if line["kind"] == "figure"]

    @staticmethod
    def fake(name: str, dies_of: str = "") -> Fake:
        runtime = Fake(name, [], [Case("predict", 1), Case("step", 16)], 0.0)
        runtime.dies_of = dies_of
        return runtime

    def test_a_runtime_that_is_killed_in_training_keeps_its_inference_and_others_go_on(self) -> None:
        found = self.measured(self.fake("slow", dies_of="step"), self.fake("quick"))
        self.assertIn(("slow", "inference, one gene", 0), found)
        self.assertNotIn("training step, 16 genes", [case for name, case, _ in found if name == "slow"])
        self.assertIn(("quick", "training step, 16 genes", 1), found)
        failed = [line["case"] for line in read([self.record.path]) if line["kind"] == "failed"]
        self.assertEqual(failed, ["training step, 16 genes"])

    def test_a_runtime_that_is_killed_while_its_learning_is_compared_keeps_its_inference(self) -> None:
        def compare(runtime: Watched, _: list[Watched], request: str) -> dict[str, object]:
            if runtime.name == "slow" and request == "step":
                raise Spent
            return {}

        found = self.measured(self.fake("slow"), self.fake("quick"), compare=compare)
        self.assertIn(("slow", "inference, one gene", 1), found)
        self.assertIn(("quick", "training step, 16 genes", 1), found)

    def test_one_whose_outputs_are_wrong_is_not_trained(self) -> None:
        def compare(runtime: Watched, _: list[Watched], request: str) -> dict[str, object]:
            if request == "predict":
                raise SystemExit("off")
            return {}

        self.assertEqual(self.measured(self.fake("wrong"), compare=compare), [])

    def test_all_begins_with_a_round_of_inference(self) -> None:
        found = self.measured(self.fake("one"), self.fake("other"))
        self.assertEqual([case for _, case, _ in found[:3]], [*["inference, one gene"] * 2, "training step, 16 genes"])


class Counts(unittest.TestCase):
    @staticmethod
    def setting(wanted: sizes.Sizes, peers: str) -> Setting:
        return Setting(Path("regulens"), Path(), [], peers, 2, wanted)

    def test_peers_score_as_many_variants_as_the_difference_of_ours_under_its_name(self) -> None:
        for wanted, peers in ((sizes.HARDWARE, "cuda"), (sizes.SOFTWARE, "cpu")):
            for name, (small, large) in (("small", wanted.variants), ("published", wanted.published_variants)):
                found = variants.peers_of(self.setting(wanted, peers), name, large - small)
                cases = [(case.genes, peer.named(case)) for peer in found for case in peer.cases]
                self.assertEqual(set(cases), {(large - small, variants.case_name(large - small))})
                who = [(peer.name, peer.precision) for peer in found]
                self.assertEqual(len(who), len(set(who)))

    def test_ours_and_a_peer_s_variants_give_a_ratio(self) -> None:
        lines = []
        for runtime, peer, ms in (("Regulens, commands", False, 2.0), ("PyTorch, eager, 4 at a time", True, 6.0)):
            who = {"runtime": runtime, "device": "cuda", "precision": "float32", "peer": peer}
            line = {"kind": "figure", "step": "variants-small", "round": 0, "ms": ms, "load": 1, **who}
            lines.append({**line, "case": variants.case_name(4032)})
        row = "| 4,032 variants | Regulens, commands | cuda | float32 | 2 | 2 | 2 | 1 | 3 | 3 |"
        self.assertIn(row, markdown(lines))

    def test_what_the_software_run_leaves_out_is_said_and_a_gpu_leaves_out_nothing(self) -> None:
        self.assertEqual([step for step in sizes.ORDER if sizes.HARDWARE.omitted(step)], [])
        found = sizes.SOFTWARE.omitted("sequence-published")
        self.assertTrue(any("training step" in what for what in found))
        text = markdown([{"kind": "omitted", "step": "sequence-published", "what": what} for what in found])
        self.assertIn("- Left out: the training step", text)

    def test_the_software_run_compiles_only_where_that_fits(self) -> None:
        setting = self.setting(sizes.SOFTWARE, "cpu")
        names = [[peer.name for peer in setting.pytorch(step, "m", [], (0, 0))] for step in ("tables", "changes")]
        self.assertEqual(names, [["PyTorch, eager", "PyTorch, compiled"], ["PyTorch, eager"]])

    def test_every_step_has_a_window_or_gene_of_its_own_on_the_software_adapter(self) -> None:
        small, large = sizes.SOFTWARE.published_variants
        self.assertEqual(large - small, 1)
        self.assertEqual(sizes.SOFTWARE.length, 16_384)
        self.assertEqual((sizes.SOFTWARE.genes, sizes.SOFTWARE.steps), ((1, 16), (16,)))


class Plan(unittest.TestCase):
    def test_nothing_begins_where_unpacking_took_all_of_the_time(self) -> None:
        with TemporaryDirectory() as folder:
            record = Record(Path(folder) / "lines.jsonl")
            options = argparse.Namespace(steps=list(sizes.ORDER), sizes=sizes.SOFTWARE, software=True)
            work = Path(folder)
            self.assertEqual(plan(options, work / "program", {"browser": work}, work, record, Budget(0)), [])
            self.assertIn("- all steps: unpacking took all of the time", markdown(read([record.path])))


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
