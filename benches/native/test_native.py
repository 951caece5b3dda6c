"""From `benches/`, where NumPy, safetensors and pyBigWig are: `python -m unittest native.test_native`."""

import io
import unittest
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import numpy as np
from safetensors.numpy import load_file

import native_sequences
import variant_speed
from peers import serve
from peers.newest import Peer
from prepared import report as prepared_report
from prepared import ways
from prepared.made import Data

from .comparison import compare_learning
from .report import Measurement, markdown, rounds, short
from .runtime import Case, Runtime, Section
from .targets import MULTIPLY_ADDS, targets

FOLD, DIVIDED, STEP = Case("predict", 6600), Case("predict", 6600, 64), Case("step", 16)


def runtime(name: str, times: dict[Case, list[float]]) -> Runtime:
    return Runtime(name, [], list(times), 1e-6, times=times, is_peer=name != "Regulens cpu")


def section() -> Section:
    ours = runtime("Regulens cpu", {FOLD: [10.0, 20.0, 10.0], STEP: [1.0, 1.0, 1.0]})
    pytorch = runtime("PyTorch", {FOLD: [40.0, 40.0, 40.0], DIVIDED: [15.0, 15.0, 15.0], STEP: [1.5, 1.9, 2.5]})
    onnx = runtime("ONNX Runtime", {FOLD: [30.0, 50.0, 30.0]})
    limits = [MULTIPLY_ADDS * 6600 / 8e-3] * 3
    return Section("native CPU, 1 thread", "cpu", 1, [ours, pytorch, onnx], limits, [0.1, 0.2, 0.3])


class Targets(unittest.TestCase):
    def test_a_gene_takes_the_multiply_adds_that_are_published(self) -> None:
        self.assertEqual(MULTIPLY_ADDS, 4_339_552)

    def test_in_each_round_the_fastest_peer_counts(self) -> None:
        self.assertEqual(section().ratios(FOLD), [3.0, 2.0, 3.0])

    def test_genes_in_parts_are_set_beside_ours_as_it_is(self) -> None:
        self.assertEqual(section().ratios(DIVIDED), [1.5, 0.75, 1.5])

    def test_the_median_is_judged_and_what_is_no_target_is_not(self) -> None:
        judged = {(target.where, target.against): target.reached for target in targets([section()])}
        self.assertEqual(
            judged,
            {
                ("native CPU, 1 thread: inference, 6,600 genes", "best of PyTorch and ONNX Runtime, in one call"): True,
                (
                    "native CPU, 1 thread: inference, 6,600 genes",
                    "best of PyTorch and ONNX Runtime, 64 at a time",
                ): None,
                ("native CPU, 1 thread: training step, 16 genes", "PyTorch"): False,
                ("one core: inference, 6,600 genes", "the arithmetic limit of its SIMD, measured"): True,
            },
        )

    def test_a_share_is_of_the_limit_of_its_round(self) -> None:
        share = next(target for target in targets([section()]) if target.unit == "%")
        np.testing.assert_allclose(share.found, [80.0, 40.0, 80.0])

    def test_two_threads_have_no_target_for_inference_and_one_for_training(self) -> None:
        two = section()
        two.title, two.threads, two.limits = "native CPU, 2 threads", 2, []
        self.assertEqual([target.wanted for target in targets([two])], [None, None, 2.0])


class Report(unittest.TestCase):
    measurement = Measurement(
        "2026-11-20", "python3 benches/native.py", 3, "A machine.", "Versions.", [section()], "AVX2"
    )

    def test_every_target_and_every_runtime_has_a_row(self) -> None:
        text = markdown(self.measurement)
        for row in (
            "| native CPU, 1 thread: inference, 6,600 genes | best of PyTorch and ONNX Runtime, in one call | ≥ 2x | 2 "
            "| 3 | 3 | yes |",
            "| native CPU, 1 thread: training step, 16 genes | PyTorch | ≥ 2x | 1.5 | 1.9 | 2.5 | **no** |",
            "| inference, 6,600 genes | Regulens cpu | 10 | 10 | 20 | 660,000 |  |  |  | 80 |",
            "| inference, 6,600 genes, 64 at a time | PyTorch | 15 | 15 | 15 | 440,000 | 0.75 | 1.5 | 1.5 | 53 |",
        ):
            self.assertIn(row, text.splitlines())
        self.assertIn("0.1, 0.2, 0.3", text)

    def test_every_round_is_kept(self) -> None:
        kept = rounds(self.measurement)["sections"][0]
        self.assertEqual(kept["milliseconds"]["ONNX Runtime"], {"inference, 6,600 genes": [30.0, 50.0, 30.0]})
        self.assertEqual(kept["loads"], [0.1, 0.2, 0.3])

    def test_figures_have_three_digits_or_all_before_the_point(self) -> None:
        self.assertEqual(
            [short(figure) for figure in (0.12345, 12.345, 345.67, 3456.7)], ["0.123", "12.3", "346", "3,457"]
        )


class Peers(unittest.TestCase):
    peers = [Peer("deepTools", "3.5.6", "4.0.0")]
    row = "| deepTools | 3.5.6 | 4.0.0 | **differs** |"

    def test_every_result_names_the_newest_release_of_its_peers(self) -> None:
        of_tables = Measurement("2026-11-20", "command", 3, "A machine.", "Versions.", [section()], peers=self.peers)
        self.assertIn(self.row, markdown(of_tables).splitlines())
        self.assertEqual(rounds(of_tables)["peers"], [{"name": "deepTools", "used": "3.5.6", "newest": "4.0.0"}])
        size = native_sequences.SIZES["small"]
        self.assertIn(self.row, native_sequences.markdown([], size, 1, 3, "", "", self.peers).splitlines())
        self.assertIn(self.row, variant_speed.markdown([], "", "", 3, self.peers).splitlines())

    def test_a_prepared_table_names_them_in_both_files(self) -> None:
        found = prepared_report.Measurement("2026-11-20", "command", "", "", "", [0.1], {}, [], self.peers)
        with TemporaryDirectory() as folder, redirect_stdout(io.StringIO()):
            path = Path(folder, "prepare.md")
            prepared_report.write(found, path)
            self.assertIn(self.row, path.read_text(encoding="utf-8").splitlines())
            self.assertIn('"newest": "4.0.0"', path.with_suffix(".json").read_text(encoding="utf-8"))


class OtherEnvironment(unittest.TestCase):
    def test_its_compute_matrix_is_run_and_asked_for_its_version(self) -> None:
        with mock.patch.object(ways.newest, "told", lambda program: f"4.0.0 of {program}"):
            used = ways.peers(Path("other/computeMatrix"))
        self.assertEqual(used["deepTools"], "4.0.0 of other/computeMatrix")
        self.assertIn("deepTools 4.0.0 of other/computeMatrix; pyBigWig", ways.versions(used))
        data = Data({"H3K4me3": Path("a.bw")}, Path("genes.gtf"), Path("genes.bed"), [], "")
        programs = [way.command[0] for way in ways.ways(Path("regulens"), data, Path(), 1, Path("other/computeMatrix"))]
        self.assertEqual(programs[:2], ["regulens", str(Path("other/computeMatrix"))])

    def test_compute_matrix_gets_no_option_that_deeptools_4_has_not(self) -> None:
        data = Data({"H3K4me3": Path("a.bw")}, Path("genes.gtf"), Path("genes.bed"), [], "")
        command = ways.ways(Path("regulens"), data, Path(), 1)[1].command
        known = {"--referencePoint", "-b", "-a", "-bs", "--missingDataAsZero", "--sortRegions", "-p", "-R", "-S", "-o"}
        self.assertEqual({word for word in command if word.startswith("-")}, known | {"--samplesLabel"})


class Learning(unittest.TestCase):
    expected = {"weight": np.array([3.0, 4.0]), "loss": np.array([0.7])}

    def test_a_tensor_as_near_as_rounding_is_the_same(self) -> None:
        ours = runtime("Regulens cpu", {})
        compare_learning(ours, {**self.expected, "weight": np.array([3.0, 4.00002])}, self.expected)
        self.assertAlmostEqual(ours.learning_error, 4e-6)

    def test_a_tensor_that_went_elsewhere_ends_the_bench(self) -> None:
        for weight in (np.array([3.0, 4.001]), np.array([3.0, np.nan]), np.array([3.0])):
            with self.assertRaises(SystemExit):
                compare_learning(runtime("Regulens cpu", {}), {**self.expected, "weight": weight}, self.expected)


class Doubling(serve.Subject):
    """A model whose outputs are known."""

    calls: list[int] = []

    def predict(self, values: np.ndarray) -> tuple[np.ndarray, ...]:
        self.calls.append(len(values))
        return tuple(values[:, 0] * factor for factor in (2, 3, 4))


class Serve(unittest.TestCase):
    def answers(self, subject: serve.Subject, *requests: str) -> list[str]:
        with mock.patch("sys.stdin", io.StringIO("\n".join(requests))), mock.patch("sys.stdout", io.StringIO()) as out:
            serve.serve(subject)
            return out.getvalue().splitlines()

    def test_genes_are_given_in_parts_and_outputs_are_put_together(self) -> None:
        subject = Doubling(np.arange(12, dtype=np.float32).reshape(6, 2))
        with TemporaryDirectory() as folder:
            path = Path(folder) / "outputs"
            answers = self.answers(subject, "predict 5 1 2", f"outputs {path}")
            self.assertEqual(subject.calls, [2, 2, 1])
            self.assertGreater(float(answers[0]), 0)
            self.assertEqual(answers[1], "ok")
            np.testing.assert_array_equal(load_file(path)["alpha"], [0, 6, 12, 18, 24])

    def test_a_request_that_fails_does_not_end_the_others(self) -> None:
        answers = self.answers(Doubling(np.zeros((2, 2))), "dance", "step 1 1", "memory", "quit", "memory")
        self.assertEqual([answer.startswith("error: ") for answer in answers], [True, True, False])


if __name__ == "__main__":
    unittest.main()
