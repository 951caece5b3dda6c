"""From `benches/`: `python -m unittest peers.test_newest`. Nothing is asked of a network."""

import contextlib
import io
import subprocess
import unittest
from pathlib import Path

from . import newest
from .newest import Peer, as_json, ask_pip, check, markdown, told, warnings


def pip(answers: dict[bool, str], code: int = 0):
    """Answers as pip does, by whether it is asked for a newer Python."""

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess:
        assert "--ignore-requires-python" in command, command
        return subprocess.CompletedProcess(command, code, answers["--python-version" in command], "")

    return run


class Asking(unittest.TestCase):
    def test_pips_first_line_has_the_newest_release(self) -> None:
        said = "deepTools (4.0.0)\nAvailable versions: 4.0.0, 3.5.6\n  INSTALLED: 3.5.6\n"
        self.assertEqual(ask_pip("deepTools", pip({False: said, True: said})), "4.0.0")

    def test_a_release_for_newer_pythons_alone_counts(self) -> None:
        self.assertEqual(ask_pip("peer", pip({False: "peer (1.9.2)\n", True: "peer (1.10.0)\n"})), "1.10.0")

    def test_a_python_that_is_not_out_yet_hides_no_release(self) -> None:
        self.assertEqual(ask_pip("peer", pip({False: "peer (1.9.2)\n", True: ""})), "1.9.2")

    def test_without_an_answer_there_is_no_release(self) -> None:
        self.assertIsNone(ask_pip("peer", pip({False: "", True: ""}, code=1)))

        def slow(command: list[str], timeout: float, **_: object) -> subprocess.CompletedProcess:
            raise subprocess.TimeoutExpired(command, timeout)

        self.assertIsNone(ask_pip("peer", slow))

        def absent(*_: object, **__: object) -> subprocess.CompletedProcess:
            raise FileNotFoundError

        self.assertIsNone(ask_pip("peer", absent))


class Telling(unittest.TestCase):
    def told(self, said: str, code: int = 0) -> str:
        def run(command: list, **_: object) -> subprocess.CompletedProcess:
            self.assertEqual(command, [Path("other/computeMatrix"), "--version"])
            return subprocess.CompletedProcess(command, code, said, "")

        return told(Path("other/computeMatrix"), run)

    def test_a_program_of_another_environment_tells_its_version(self) -> None:
        self.assertEqual(self.told("computeMatrix 4.0.0\n"), "4.0.0")
        self.assertEqual(self.told("computeMatrix 4.1.0.dev2\n"), "4.1.0.dev2")

    def test_a_program_that_tells_none_ends_the_bench(self) -> None:
        for said, code in [("", 0), ("usage: computeMatrix [-h]\n", 0), ("computeMatrix 4.0.0\n", 1)]:
            with self.subTest(said=said, code=code), self.assertRaisesRegex(SystemExit, "--version: expected"):
                self.told(said, code)
        with self.assertRaisesRegex(SystemExit, "absent --version"):
            told(Path("/absent"))


class Checking(unittest.TestCase):
    def check(self, used: dict[str, str], registry: dict[str, str]) -> tuple[list[Peer], str]:
        with contextlib.redirect_stderr(io.StringIO()) as said:
            return check(used, registry.get), said.getvalue()

    def test_an_older_peer_is_warned_of_in_terminal_and_result(self) -> None:
        found, said = self.check({"deepTools": "3.5.6", "numpy": "2.4.6"}, {"deepTools": "4.0.0", "numpy": "2.4.6"})
        self.assertEqual(said, "warning: deepTools 3.5.6 is measured; the newest release is 4.0.0\n")
        text = "\n".join(markdown(found))
        self.assertIn("| deepTools | 3.5.6 | 4.0.0 | **differs** |", text)
        self.assertIn("| numpy | 2.4.6 | 2.4.6 |  |", text)

    def test_the_build_of_a_wheel_is_no_difference(self) -> None:
        found, said = self.check({"torch": "2.15.0+cu132"}, {"torch": "2.15.0"})
        self.assertEqual((found[0].differs, said), (False, ""))

    def test_without_a_registry_it_says_not_checked_and_not_that_they_are_the_same(self) -> None:
        found, said = self.check({"torch": "2.15.0"}, {})
        self.assertIn("| torch | 2.15.0 | not checked |  |", markdown(found))
        self.assertIn("not checked", said)
        self.assertEqual(as_json(found), [{"name": "torch", "used": "2.15.0", "newest": None}])

    def test_names_alone_are_the_installed_packages(self) -> None:
        found = check(["pip"], lambda name: newest.version(name))
        self.assertEqual([(peer.name, peer.differs) for peer in found], [("pip", False)])
        self.assertEqual(warnings(found), [])


if __name__ == "__main__":
    unittest.main()
