// Contributions of the marks of many genes: found in the order of the list, and the same numbers as beside a gene.

import assert from "node:assert/strict";
import { test } from "node:test";
import { answerInWords, mostOf, rangesInWords, type Share, sharesOf } from "../../../src/explain/answer-words";
import { MarkShares } from "../../../src/explain/mark-shares";
import { formatSigned } from "../../../src/plots/core/format";

const ROWS = ["H3K4me3", "H3K36me3", "H3K9me3"];
const valuesOf = (gene: number): number[] => [gene + 0.125, 2.5, -0.01];
const foundOf = (gene: number): Share[] => valuesOf(gene).map((value) => ({ value, range: [value - 1, value + 1] }));

/** A worker that answers at once, and what it was asked. */
function asked(answer = (genes: readonly number[]) => genes.map(foundOf)) {
  const requests: { genes: readonly number[]; baseline: string }[] = [];
  const worker = {
    call: async (_: string, request: { genes: readonly number[]; baseline: string }) => {
      requests.push(request);
      return answer(request.genes);
    },
  };
  return { requests, shares: new MarkShares(worker as never) };
}

test("contributions of listed genes come in their order, but for those that are known", async () => {
  const { requests, shares } = asked();
  const run = {};
  shares.follow(run, ROWS, "zero");
  const [known] = [sharesOf(ROWS, { marks: Float32Array.of(9, 1, 0), values: new Float32Array() })];
  shares.learn(2, known!, "zero");
  assert.equal(shares.state.isAsked, false, "a gene that was looked at asks for no column");
  await shares.find(Uint32Array.from({ length: 10 }, (_, i) => 9 - i));
  assert.deepEqual(
    requests.map(({ genes }) => genes),
    [[9, 8, 7, 6], [5, 4, 3, 1], [0]],
  );
  assert.equal(shares.state.isAsked, true);
  assert.equal(shares.state.known.size, 10);
  assert.equal(shares.state.known.get(2), known, "it stands beside the gene, and stays");
  assert.equal(shares.state.doing.shares, undefined);
});

test("the genes in view are found one by one once a gene was explained, until that is ended or fails", async () => {
  const { requests, shares } = asked();
  const genesOf = () => requests.splice(0).map(({ genes }) => genes);
  const run = {};
  shares.follow(run, ROWS, "zero");
  await shares.see([0, 1]);
  assert.deepEqual(genesOf(), [], "before a gene is explained nothing is asked for");
  assert.equal(shares.state.isAsked, false);
  const known = sharesOf(ROWS, { marks: Float32Array.of(9, 1, 0), values: new Float32Array() });
  shares.learn(1, known, "zero");
  await shares.see([0, 1, 2]);
  assert.deepEqual(genesOf(), [[0], [2]]);
  assert.equal(shares.state.isAsked, true);
  // Others that come into view take their place, and one call ends at most.
  await Promise.all([shares.see([3, 4, 5]), shares.see([6])]);
  assert.deepEqual(genesOf(), [[3], [6]]);
  const isSeeing = shares.see([7, 8]);
  shares.endSeeing();
  await isSeeing;
  await shares.see([9]);
  assert.deepEqual(genesOf(), [[7]]);
  shares.follow({}, ROWS, "zero");
  shares.learn(1, known, "zero");
  await shares.see([9]);
  assert.deepEqual(genesOf(), [[9]], "of another run it begins again");

  const failing = asked(() => {
    throw new Error("no such gene");
  });
  failing.shares.follow(run, ROWS, "zero");
  failing.shares.learn(1, known, "zero");
  await failing.shares.see([0]);
  await failing.shares.see([0]);
  assert.equal(failing.requests.length, 1);
  assert.equal(failing.shares.state.problems.shares, undefined, "nobody asked for it");
});

test("the numbers of a row are those of the gene's answer", async () => {
  const { shares } = asked();
  shares.follow({}, ROWS, "zero");
  await shares.find(Uint32Array.of(3));
  const row = shares.state.known.get(3)!;
  const beside = sharesOf(ROWS, { marks: Float32Array.from(valuesOf(3)), values: new Float32Array() });
  const line = answerInWords("On", [], beside, "zero");
  assert.deepEqual(
    mostOf(row).map(({ mark }) => mark),
    ["H3K4me3", "H3K36me3"],
  );
  assert.equal(
    rangesInWords(mostOf(row)),
    "H3K4me3 +3.13 (+2.13 to +4.13), H3K36me3 +2.5 (+1.5 to +3.5)",
    "with the range of the members",
  );
  assert.equal(rangesInWords(beside), undefined, "of one model there is none");
  for (const { mark, value } of mostOf(row)) assert(line.includes(`${mark} ${formatSigned(value)}`), line);
});

test("another run or another question forgets them, and late contributions against the question before are dropped", async () => {
  const { shares } = asked();
  const run = {};
  shares.follow(run, ROWS, "zero");
  await shares.find(Uint32Array.of(0, 1));
  shares.follow(run, ROWS, "zero");
  assert.equal(shares.state.known.size, 2);
  shares.follow(run, ROWS, "class-mean");
  assert.deepEqual([shares.state.known.size, shares.state.isAsked], [0, false]);
  shares.learn(0, [], "zero");
  assert.equal(shares.state.known.size, 0);
  shares.follow({}, ROWS, "class-mean");
  assert.equal(shares.state.known.size, 0);
});

test("a failure is shown, and what came before it stays", async () => {
  let calls = 0;
  const { shares } = asked((genes) => {
    if (++calls > 1) throw new Error("the engine is gone");
    return genes.map(foundOf);
  });
  shares.follow({}, ROWS, "zero");
  await shares.find(Uint32Array.from({ length: 30 }, (_, i) => i));
  assert.equal(shares.state.known.size, 4);
  assert.match(shares.state.problems.shares!.message, /the engine is gone/);
  shares.dismiss("shares");
  assert.equal(shares.state.problems.shares, undefined);
});
