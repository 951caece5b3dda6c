"""bigWig files that the program writes, read by a library that is not its own: values, and the zoom levels above them."""

import shutil
import struct
import unittest

import numpy
import pyBigWig
from running import HERE, Workflow, regulens

MODEL = HERE.parent.parent / "models/basenji-attention-two-sided-simulated.safetensors"
# Bases of the simulated sequence that the second record has.
SHORTER = 23456


def values_of(wig, name):
    """A value a base; NaN where there is none."""
    values = numpy.full(wig.chroms(name), numpy.nan)
    for start, end, value in wig.intervals(name) or []:
        values[start:end] = value
    return values


def without_values(path):
    """A copy in which only the zoom levels can be read: of the blocks of values nothing is left."""
    copy = path.with_suffix(".zooms.bw")
    shutil.copy(path, copy)
    with copy.open("r+b") as file:
        data, index = struct.unpack("<QQ", file.read(32)[16:])
        file.seek(data + 8)
        file.write(bytes(index - data - 8))
    return copy


class BigWigs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Workflow()
        path = cls.folder.path
        regulens("simulate", "sequence", "--length", 60000, "--seed", 2, "--out", path / "genome")
        head, *lines = (path / "genome.fa").read_text().splitlines()
        letters = "".join(lines)
        (path / "two.fa").write_text(f"{head}\n{letters}\n>shorter\n{letters[:SHORTER]}\n")
        predict = ["predict", "--model", MODEL, "--input", path / "two.fa", "--format", "bigwig", "--out"]
        for out in ("tracks", "again"):
            regulens(*predict, path / out)
        attribute = ["interpret", "attribute", "--model", MODEL, "--input", path / "genome.fa", "--track", "ATAC"]
        regions = ["--region", "sim1:9001-9200", "sim1:41001-41200"]
        regulens(*attribute, "--method", "gradient", *regions, "--out", path / "bases.bw")
        cls.tracks = sorted((path / "tracks").glob("*.bw"))
        cls.files = [*cls.tracks, path / "bases.bw"]

    def test_two_runs_write_the_same_bytes(self):
        self.assertGreater(len(self.tracks), 1)
        for path in self.tracks:
            self.assertEqual(path.read_bytes(), (self.folder.path / "again" / path.name).read_bytes(), path.name)

    def test_the_whole_is_summarised_in_the_header_and_in_zoom_levels(self):
        for path in self.files:
            with self.subTest(path.name), pyBigWig.open(str(path)) as wig:
                every = numpy.concatenate([values_of(wig, name) for name in wig.chroms()])
                known = every[~numpy.isnan(every)]
                header = wig.header()
                self.assertGreaterEqual(header["nLevels"], 3)
                self.assertEqual(header["nBasesCovered"], len(known))
                # pyBigWig gives whole numbers of these.
                self.assertLessEqual(abs(header["sumData"] - known.sum()), 1)
                self.assertLessEqual(abs(header["sumSquared"] - (known**2).sum()), 1)

    def test_zoom_levels_give_what_all_values_give(self):
        for path in self.files:
            with (
                pyBigWig.open(str(path)) as wig,
                pyBigWig.open(str(without_values(path))) as zooms,
            ):
                for name, length in wig.chroms().items():
                    values = values_of(wig, name)
                    known = numpy.flatnonzero(~numpy.isnan(values))
                    if len(known) == 0:
                        continue
                    # Parts that begin and end with summaries: 8,192 bases are four of 2,048, 10,240 are 1,024 of 10.
                    size = 10240 if path.name == "bases.bw" else 8192
                    first = 0 if path.name == "bases.bw" else known[0]
                    count = (known[-1] + 1 - first) // size
                    places = [(0, length, 1), (first, first + count * size, count)]
                    for start, end, count in places if count else places[:1]:
                        with self.subTest(f"{path.name}, {name}:{start}-{end} in {count}"):
                            self.compare(zooms, name, values[start:end].reshape(count, -1), start, end)
                    self.assertEqual(zooms.stats(name, 0, length, exact=True), [None], "only zoom levels are there")

    def compare(self, zooms, name, parts, start, end):
        def found(what):
            values = zooms.stats(name, int(start), int(end), type=what, nBins=len(parts))
            return numpy.array([numpy.nan if value is None else value for value in values])

        is_known = ~numpy.isnan(parts)
        covered = is_known.mean(1)
        numpy.testing.assert_allclose(numpy.nan_to_num(found("coverage")), covered, rtol=1e-6)
        some = covered > 0
        self.assertTrue(some.any())
        for what, of_part in {
            "mean": numpy.nanmean,
            "min": numpy.nanmin,
            "max": numpy.nanmax,
            "std": lambda part: numpy.nanstd(part, ddof=1),
        }.items():
            expected = [of_part(part) for part in parts[some]]
            scale = numpy.abs(expected).max()
            numpy.testing.assert_allclose(found(what)[some], expected, rtol=1e-3, atol=1e-5 * scale, err_msg=what)


if __name__ == "__main__":
    unittest.main()
