"""What is cut into shards, and what is put together of them."""

import gzip
import tempfile
import unittest
from pathlib import Path

import shards

HEADER = b"##fileformat=VCFv4.3\n##source=test\n\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


def row(number, end=b"\n"):
    return b"chrI\t%d\tv%d\tA\tG\t.\t.\t." % (number, number) + end


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def split(self, kind, content, count, name="rows"):
        """The content of each shard; an empty file is none."""
        paths = [str(self.folder / f"{number}.gz") for number in range(count)]
        shards.split(kind, self.file(name, content), paths)
        packed = [Path(path).read_bytes() for path in paths]
        return [gzip.decompress(bytes) if bytes else None for bytes in packed]

    def merge(self, kind, *parts):
        out = self.folder / "merged"
        shards.merge(kind, str(out), [self.file(f"part-{number}", part) for number, part in enumerate(parts)])
        return out.read_bytes()

    def refused(self, expected, run, *arguments):
        with self.assertRaises(shards.Problem) as caught:
            run(*arguments)
        self.assertIn(expected, str(caught.exception))


class Splitting(Folder):
    def test_each_shard_of_a_vcf_has_the_header_and_the_next_rows(self):
        found = self.split("vcf", HEADER + b"".join(map(row, range(1, 12))), 3)
        rows = [content.removeprefix(HEADER).split() for content in found]
        ids = [[int(cell[1:]) for cell in cells if cell.startswith(b"v")] for cells in rows]
        self.assertEqual(ids, [[1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]])
        self.assertTrue(all(content.startswith(HEADER) for content in found))

    def test_a_row_has_the_number_of_its_line_in_the_whole_file(self):
        text = HEADER + row(1) + b"\n" + row(2, b"\r\n") + row(3) + b" \n" + row(4, b"")
        lines = text.split(b"\n")
        found = self.split("vcf", text, 4)
        for number, content in enumerate(found, 1):
            own = content.split(b"\n")
            at = lines.index(row(number, b"\r" if number == 2 else b""))
            self.assertEqual(own[at], lines[at])
            self.assertEqual([line for line in own[4:] if line.strip()], [lines[at]])

    def test_gzipped_and_bgzipped_files_are_cut_as_plain_ones(self):
        text = HEADER + b"".join(map(row, range(1, 8)))
        # Blocks end within lines, as those of bgzip do.
        blocks = b"".join(gzip.compress(text[at : at + 50]) for at in range(0, len(text), 50))
        self.assertEqual(self.split("vcf", blocks, 3), self.split("vcf", text, 3))

    def test_the_same_rows_make_the_same_bytes(self):
        text = HEADER + row(1)
        self.split("vcf", text, 1)
        first = (self.folder / "0.gz").read_bytes()
        self.split("vcf", text, 1, name="another name")
        self.assertEqual((self.folder / "0.gz").read_bytes(), first)

    def test_without_rows_for_all_shards_of_a_vcf_some_have_the_header_alone(self):
        found = self.split("vcf", HEADER + row(1) + row(2), 5)
        rows = [content.count(b"chrI") for content in found]
        self.assertEqual(sum(rows), 2)
        self.assertEqual(found[rows.index(0)].rstrip(b"\n"), HEADER.rstrip(b"\n"))
        self.assertEqual(self.split("vcf", HEADER, 2), [HEADER, HEADER])

    def test_lines_of_a_bed_that_are_no_regions_do_not_count(self):
        text = b"browser position chrI\ntrack name=x\n# more\nchrI\t1\t2\n\n#\ntrackless\t3\t4\nchrI\t5\t6\n"
        found = self.split("bed", text, 3)
        regions = [[line for line in content.split(b"\n") if shards.is_row("bed", line)] for content in found]
        self.assertEqual(regions, [[b"chrI\t1\t2"], [b"trackless\t3\t4"], [b"chrI\t5\t6"]])

    def test_without_regions_for_all_shards_of_a_bed_some_are_empty_files(self):
        found = self.split("bed", b"chrI\t1\t2\nchrI\t3\t4\n", 5)
        self.assertEqual([content.strip() for content in found if content], [b"chrI\t1\t2", b"chrI\t3\t4"])
        self.assertEqual(found.count(None), 3)

    def test_what_cannot_be_cut_is_said_with_its_name(self):
        for kind, content, expected in [
            ("vcf", b"chrI\t1\t2\n" + HEADER, "rows: found no line #CHROM"),
            ("vcf", b"##fileformat=VCFv4.3\n", "rows: found no line #CHROM"),
            ("vcf", b"", "rows: found no line #CHROM"),
            ("bed", b"# nothing\n", "rows: found no row"),
            ("vcf", gzip.compress(HEADER + row(1))[:-9], "rows: found damaged gzip data"),
            ("bed", b"\x1f\x8bnothing of the kind", "rows: found damaged gzip data"),
        ]:
            self.refused(expected, self.split, kind, content, 2)


class Merging(Folder):
    def test_of_tables_the_header_comes_once(self):
        self.assertEqual(self.merge("tsv", b"a\tb\n1\t2\n", b"a\tb\n", b"a\tb\n#3\t4\n"), b"a\tb\n1\t2\n#3\t4\n")

    def test_of_vcfs_the_header_ends_with_the_line_that_names_the_columns(self):
        parts = [HEADER + row(1), HEADER, HEADER + b"#odd\t1\n" + row(2)]
        self.assertEqual(self.merge("vcf", *parts), HEADER + row(1) + b"#odd\t1\n" + row(2))

    def test_what_an_empty_shard_made_adds_nothing(self):
        self.assertEqual(self.merge("tsv", b"", b"a\n1\n", b"", b"a\n2\n"), b"a\n1\n2\n")

    def test_shards_of_two_models_or_versions_are_refused(self):
        other = HEADER.replace(b"source", b"regulens_model")
        self.refused("part-1: found another header than in", self.merge, "vcf", HEADER + row(1), other + row(2))
        self.assertEqual(list(self.folder.glob("merged*")), [])

    def test_a_shard_without_a_header_is_refused(self):
        self.refused("part-1: found no header", self.merge, "vcf", HEADER, row(1))
