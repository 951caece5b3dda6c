import assert from "node:assert/strict";
import { test } from "node:test";
import { CHANGE_LISTS } from "../../src/tasks/genes/change/table";
import { geneTitle } from "../../src/tasks/genes/gene-cell";
import { geneNames, withSymbols } from "../../src/tasks/shared/genes/names";

const genes = ["ENSG00000102145_GATA1", "ENSG00000000003.15", "GENE7", "ENSMUSG00000059552.3_Trp53"];
const symbols = new Map([
  ["ENSG00000000003", "TSPAN6"],
  ["GENE7", "GENE7"],
]);

test("a gene has the symbol that stands behind its id, or that an annotation gives its id without version", () => {
  const titles = (given?: ReadonlyMap<string, string>) => genes.map((_, i) => geneTitle(geneNames(genes, given), i));
  assert.deepEqual(titles(), [
    ...["GATA1 ENSG00000102145", "ENSG00000000003.15", "GENE7", "Trp53 ENSMUSG00000059552.3"],
  ]);
  assert.deepEqual(titles(symbols), [
    ...["GATA1 ENSG00000102145", "TSPAN6 ENSG00000000003.15", "GENE7", "Trp53 ENSMUSG00000059552.3"],
  ]);
});

test("what stands behind an id and is no symbol stays where it is", () => {
  const others = ["ENSG00000102145_12", `ENSG00000102145_${"long-".repeat(6)}`, "ENSG00000102145_two words", "b_GATA1"];
  others.forEach((gene, i) => assert.equal(geneTitle(geneNames(others), i), gene));
});

test("a saved table has the symbols that are known as its last column", () => {
  const table = "gene\tprobability\nENSG00000102145_GATA1\t0.5\nENSG00000000003.15\t0.25\n";
  const two = genes.slice(0, 2);
  assert.equal(
    withSymbols(table, two, symbols),
    "gene\tprobability\tsymbol\nENSG00000102145_GATA1\t0.5\tGATA1\nENSG00000000003.15\t0.25\tTSPAN6\n",
  );
  assert.equal(withSymbols("gene\nA\n", ["A"], undefined), "gene\nA\n");
});

test("a list is searched by symbol and by id, and sorted by symbol", () => {
  const run = {
    ...{ genes, foldChange: new Float32Array(4), expression: new Float32Array(0) },
    ...{ beta: new Float32Array(0), columns: [] },
  };
  const list = (search: string) =>
    [
      ...CHANGE_LISTS.list(
        run,
        { ...CHANGE_LISTS.first, search, sort: { key: "gene", descending: false } },
        {},
        geneNames(genes, symbols),
      ),
    ].map((gene) => genes[gene]!.slice(0, 15));
  assert.deepEqual(list(""), ["ENSG00000102145", "GENE7", "ENSMUSG00000059", "ENSG00000000003"]);
  assert.deepEqual(list("tspan"), ["ENSG00000000003"]);
  assert.deepEqual(list("gata1"), ["ENSG00000102145"]);
  assert.deepEqual(list("ensg00000102145_gata"), ["ENSG00000102145"], "as the table has it");
  assert.deepEqual(list("G00000059552"), ["ENSMUSG00000059"]);
  // A list that is pasted: symbols and ids, with versions or without, each in full.
  assert.deepEqual(list("tspan6, trp53"), ["ENSMUSG00000059", "ENSG00000000003"]);
  assert.deepEqual(list("ENSG00000000003;GATA1 \t NONE"), ["ENSG00000102145", "ENSG00000000003"]);
  assert.deepEqual(list("gata tspan"), []);
});
