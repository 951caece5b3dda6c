// A table that lacks a mark: the value that may stand in for it, and the copy of the table that has it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { shortest, withStandIns } from "../../../src/prepare/with-stand-ins";
import { standInsIn } from "../../../src/tasks/shared/stand-ins";

const STAND_INS = [{ mark: "H3K27me3", value: Math.fround(1.105), what: "its mean" }];
const NOTE = "# H3K27me3: not measured; 1.105 stands in for it in all bins: its mean\n";

test("a copy has the value in each bin, and a note of it before the header", async () => {
  const text = (given: string): Promise<string> =>
    withStandIns(new Blob([given]), STAND_INS).then((copy) => copy.text());
  const expected = `# made by hand\n${NOTE}gene,bin,H3K4me3,H3K27me3\nA,1,2,1.105\nA,2,0,1.105\n`;
  const given = "# made by hand\ngene,bin,H3K4me3\nA,1,2\nA,2,0";
  assert.equal(await text(given), expected);
  assert.equal(await text(`${given}\n\n`), `${expected}\n`, "a line that is empty stays so");
  assert.equal(await text(given.replaceAll("\n", "\r\n")), expected);
  assert.equal(await text(given.replaceAll(",", "\t")), expected.replaceAll(",", "\t"));
  const semicolons = "gene;bin;H3K4me3\nA;1;2,5\n";
  assert.equal(await text(semicolons), `${NOTE}gene;bin;H3K4me3;H3K27me3\nA;1;2,5;1,105\n`);
  assert.equal(await (await withStandIns(new Blob([gzipSync(given)]), STAND_INS)).text(), expected);
  const wide = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(given, "utf16le")]);
  assert.equal(await (await withStandIns(new Blob([wide]), STAND_INS)).text(), expected);
});

test("rows that lie in two pieces of a long file stay whole", async () => {
  const rows = Array.from({ length: 200_000 }, (_, i) => `GENE${i},1,${i}`);
  const copy = await withStandIns(new Blob([`gene,bin,H3K4me3\n${rows.join("\n")}`]), STAND_INS);
  const [, , ...read] = (await copy.text()).trimEnd().split("\n");
  assert.deepEqual(
    read,
    rows.map((row) => `${row},1.105`),
  );
});

test("the note is read as that of a table that was made of signal files", () => {
  assert.deepEqual(
    standInsIn([NOTE.slice(2, -1)]).map(({ mark, value }) => [mark, value]),
    [["H3K27me3", "1.105"]],
  );
  assert.deepEqual([shortest(Math.fround(0.1)), shortest(Math.fround(1 / 3)), shortest(2)], ["0.1", "0.33333334", "2"]);
});
