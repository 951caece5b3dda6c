import assert from "node:assert/strict";
import { test } from "node:test";
import { Table } from "../../../pkg/src/io/table";
import { ChangeModel } from "../../../pkg/src/models/change";
import { OnOffModel } from "../../../pkg/src/models/on-off";
import {
  BINS,
  changeCard,
  ensembleCard,
  type FakeCpu,
  fakeChangeCpu,
  fakeCalibratedCpu,
  fakeCpu,
  fakeEnsembleCpu,
  FakePlatform,
  fakeTable,
  MARKS,
  readFake,
} from "../fakes/engine";

const FILE = [new Uint8Array([7]), "fake.safetensors"] as const;

async function open(engine: FakeCpu = fakeCpu): Promise<OnOffModel> {
  const platform = new FakePlatform({ reason: "none" });
  platform.engine = engine;
  return OnOffModel.open(platform, await platform.cpu("tables"), ...FILE, {});
}

test("attention of the chosen genes spreads over the members of an ensemble, across batches", async () => {
  const model = await open(fakeEnsembleCpu);
  const genes = Array.from({ length: 200 }, (_, i) => 399 - i);
  const heard: number[] = [];
  const spread = await model.attentionSpread(readFake(400), { genes, onProgress: ({ done }) => heard.push(done) });
  assert(spread);
  assert.deepEqual(spread.genes, genes);
  const { alpha, beta } = spread;
  for (const part of ["sd", "low", "high"] as const)
    assert.deepEqual([alpha[part].length, beta[part].length], [200 * MARKS.length * BINS, 200 * MARKS.length]);
  // The fake's deviation is the gene's first value, 1 of the odd ones.
  assert.deepEqual(
    [...beta.sd.filter((_, i) => i % MARKS.length === 0)],
    genes.map((gene) => gene % 2),
  );
  assert.deepEqual([alpha.low[0], alpha.high[0]], [0.125, 0.375]);
  assert.equal(heard.at(-1), 200);
  assert(heard.length > 2, "progress is told batch by batch");
});

test("a single model has no spread, and a gene that is not there is an error", async () => {
  const single = await open();
  assert.equal(await single.attentionSpread(readFake(3)), undefined);
  assert.equal((await single.attributions(readFake(3))).spread, undefined);
  for (const engine of [fakeCpu, fakeEnsembleCpu])
    await assert.rejects((await open(engine)).attentionSpread(readFake(3), { genes: [3] }), { code: "no-such-gene" });
});

test("the spread of an ensemble of a change is of the genes that both tables have", async () => {
  const platform = new FakePlatform({ reason: "none" });
  const engine: FakeCpu = {
    ...fakeChangeCpu,
    Model: class extends fakeChangeCpu.Model {
      override readonly card = { ...changeCard, members: ensembleCard.members };
    },
  };
  platform.engine = engine;
  const [a, b] = [5, 4].map((genes) => new Table(engine, fakeTable(genes)));
  const model = ChangeModel.open(platform, await platform.cpu("full"), ...FILE, {});
  const spread = await model.attentionSpread(a!, b!, { genes: [3, 0] });
  assert.deepEqual(spread?.genes, [3, 0]);
  assert.equal(spread?.beta.low.length, 2 * 2 * MARKS.length);
});

test("attributions of an ensemble have the spread of their values, batch behind batch", async () => {
  const model = await open(fakeEnsembleCpu);
  for (const method of ["integrated-gradients", "shapley"] as const) {
    const { values, spread, sumSpread } = await model.attributions(readFake(9), { method });
    assert(spread);
    assert.deepEqual(
      spread.low,
      values.map((value) => value - 1),
    );
    assert.deepEqual(
      spread.high,
      values.map((value) => value + 1),
    );
    assert.equal(spread.sd.length, values.length);
    assert.equal(sumSpread === undefined, method === "shapley", "whole marks have no bins to add up");
    if (!sumSpread) continue;
    const columns = model.card.marks.length;
    const size = values.length / 9;
    const sums = Array.from({ length: 9 * columns }, (_, at) => {
      const gene = values.subarray(Math.floor(at / columns) * size, (Math.floor(at / columns) + 1) * size);
      return gene.filter((_, i) => i % columns === at % columns).reduce((sum, value) => sum + value, 0);
    });
    assert.deepEqual(
      [...sumSpread.low],
      Array.from(Float32Array.from(sums), (sum) => sum - 2),
    );
    assert.deepEqual(
      [...sumSpread.high],
      Array.from(Float32Array.from(sums), (sum) => sum + 2),
    );
  }
});

test("probabilities are compared with the labels that are known, where both classes are", async () => {
  const model = await open();
  const result = await model.predict(readFake(4));
  const found = await model.reliability(result, Uint8Array.of(1, 0, 255, 1));
  assert.deepEqual([found?.n, found?.bins[0]?.on], [3, 2 / 3]);
  assert.equal(await model.reliability(result, Uint8Array.of(1, 255, 255, 1)), undefined);
  await assert.rejects(model.reliability(result, Uint8Array.of(1, 0)), { code: "value-count" });
});

test("probabilities assume the share of on that is given, before a run and after it, and that of the calibration again", async () => {
  const model = await open(fakeCalibratedCpu);
  const table = readFake(40);
  const before = await model.predict(table);
  const shifted = (share: number): Float32Array =>
    before.logit.map((z) => 1 / (1 + Math.exp(-z - Math.log(share / (1 - share)))));
  const run = await model.predict(table, { shareOn: 0.1 });
  assert.deepEqual(run.probability, shifted(0.1));
  assert.deepEqual([run.shareOn, before.shareOn], [0.1, undefined]);
  assert.deepEqual([run.logit, run.probabilityRaw, run.members], [before.logit, before.probabilityRaw, before.members]);
  assert.deepEqual(
    [run.sd![0], run.low![0]],
    [Math.fround(0.1), run.probability[0]],
    "as the engine spreads the members",
  );
  // Averages are over genes that are predicted on then.
  const on = (of: typeof run): number => of.probability.filter((p) => p >= 0.5).length;
  assert(on(run) < on(before));
  assert.deepEqual([run.summary!.genesOn, before.summary!.genesOn], [on(run), on(before)]);

  const changed = await model.assuming(before, { shareOn: 0.1 });
  const { seconds, device, ...same } = run;
  assert.deepEqual({ ...changed, seconds, device }, { ...same, seconds, device }, "without running the model again");
  const back = await model.assuming(changed);
  assert.deepEqual([back.probability, back.shareOn], [shifted(0.5), undefined]);
  assert.equal(await model.assuming(before), before, "there is nothing to take back");

  await assert.rejects(model.sets(run), { code: "no-guarantee" });
  await model.sets(back);
  for (const shareOn of [0, 1, NaN]) {
    await assert.rejects(model.predict(table, { shareOn }), { code: "bad-share" });
    await assert.rejects(model.assuming(before, { shareOn }), { code: "bad-share" });
  }
  await assert.rejects(model.predict(table, { shareOn: "0.5" as unknown as number }), { code: "wrong-type" });
});

test("a batch of prepared values assumes a share, too", async () => {
  const model = await open(fakeCalibratedCpu);
  using prepared = model.prepare(readFake(2));
  const batch = await model.predictValues(prepared.values(0, 2), 2);
  const assumed = await model.assumed(batch, 0.1);
  assert.deepEqual(assumed.probability, (await model.predict(readFake(2), { shareOn: 0.1 })).probability);
  assert.deepEqual(assumed.logit, batch.logit);
});
