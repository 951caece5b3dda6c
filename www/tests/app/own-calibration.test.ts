// A calibration of one's own: what it is fitted to, the model that comes of it, and the way back.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { OnOffModel } from "../../../pkg/src/models/on-off";
import { InputError } from "../../../pkg/src/errors";
import type { Reliability } from "../../../pkg/src/index";
import { type ForeignCalls, type ForeignEngine, ForeignHandlers } from "../../src/prepare/foreign/calls";
import type { Page } from "../../src/session/page";
import { OwnCalibration, calibratedName } from "../../src/tasks/genes/on-off/measured/own-calibration";
import { reliabilityDrawing } from "../../src/tasks/genes/on-off/measured/reliability-drawing";
import { renamed } from "../../src/tasks/genes/on-off/measured/renamed";
import type { CurrentRun } from "../../src/tasks/genes/on-off/outcome";
import { CalibrationHandlers } from "../../src/tasks/genes/worker/calibration";
import { type Declared, local } from "../../src/rpc/rpc";
import { light } from "../../src/plots";
import { FakePlatform, readFake } from "../fakes/engine";

const WEIGHTS = new Uint8Array(readFileSync("../models/attentive-chrome-k562.safetensors"));
const GENES = 120;

/** Header and tensors of a model file. */
function parts(file: Uint8Array) {
  const end = 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const { __metadata__: metadata, ...tensors } = JSON.parse(new TextDecoder().decode(file.subarray(8, end))) as {
    __metadata__: Record<string, string>;
  };
  const { name, ...card } = JSON.parse(metadata["regulens.card"]!) as { name: string };
  return { name, card, tensors, end, data: file.subarray(end) };
}

/** Calibrates on the first half of the genes; the weights stay as they are. */
const ENGINE = {
  recalibrated(name: string, weights: Uint8Array, logit: Float32Array, labels: Uint8Array, of: string, seed: number) {
    assert.deepEqual([name, labels.length, seed], ["Fake", logit.length, 1]);
    if (logit.length < 100) throw new InputError(`${of}: found ${logit.length} genes`, { code: "bad-calibration" });
    const [fitted, half] = [logit.length / 2, { n: logit.length / 2 } as Reliability];
    return { weights, fitted, tested: fitted, on: 0.5, method: "temperature", before: half, after: half };
  },
} as unknown as ForeignEngine;
const MAKER = local<ForeignCalls>({ ...new ForeignHandlers(async () => ENGINE) });

/** A page whose run is of a table with labels, and what the worker answers there. */
async function page(labels = Uint8Array.from({ length: GENES }, (_, gene) => gene % 2)) {
  const platform = new FakePlatform({ reason: "none" });
  const runner = OnOffModel.open(platform, await platform.cpu("tables"), WEIGHTS, "k562.safetensors", {});
  const table = readFake(labels.length, { labels });
  const { logit, genes, probability: predicted } = await runner.predict(table);
  const explained = { runner, tables: [table] as const, preparations: [{}] as const, genes, predicted };
  const handlers = new CalibrationHandlers(
    () => explained,
    () => ({ logit }),
  );
  const worker = local<Declared<CalibrationHandlers>>({ ...handlers });
  const model = { sha256: "before", file: "k562.safetensors", card: { name: "LSTM" } };
  const run = { model, tables: [table] } as unknown as CurrentRun;
  const heard: string[] = [];
  const state = { model };
  const opened: Page = {
    state,
    worker,
    openFiles: async ([file]: readonly File[]) => {
      heard.push(`open ${file!.name}`);
      state.model = { ...model, sha256: "after" };
    },
    reopen: async (sha256: string) => {
      heard.push(`reopen ${sha256}`);
      state.model = model;
    },
  } as unknown as Page;
  const work = { page: opened, whyNot: undefined, isCurrent: false, run: async () => void heard.push("run") };
  return { own: new OwnCalibration(work, () => MAKER), run, worker, heard, state, work };
}

test("a model file under another name has the same tensors and the rest of its card", () => {
  const before = parts(WEIGHTS);
  for (const name of ["α, calibrated on my.csv", "a", before.name]) {
    const { name: now, end, ...after } = parts(renamed(WEIGHTS, name));
    assert.equal(now, name);
    assert.deepEqual(after, { card: before.card, tensors: before.tensors, data: before.data });
    assert.equal(end % 8, 0, "tensors are aligned");
  }
});

test("a second calibration takes the place of the first in the name", () => {
  assert.equal(calibratedName("LSTM, K562", "a.csv"), "LSTM, K562, calibrated on a.csv");
  assert.equal(calibratedName("LSTM, K562, calibrated on a.csv", "b.csv"), "LSTM, K562, calibrated on b.csv");
  assert.equal(calibratedName("mine.safetensors", "a.csv"), "mine, calibrated on a.csv");
});

test("the model is calibrated on half of the table's labels, opened, run, and brought back", async () => {
  const { own, run, heard, state } = await page();
  await own.fit(run, "my.csv", undefined);
  const { found } = own.state;
  assert.deepEqual([found?.fitted, found?.tested, found?.of], [60, 60, "my.csv"]);
  assert.equal(found?.model.name, "LSTM, calibrated on my.csv.safetensors");
  assert.equal(parts(new Uint8Array(await found!.model.arrayBuffer())).name, "LSTM, calibrated on my.csv");
  await own.use();
  assert.deepEqual(heard, ["open LSTM, calibrated on my.csv.safetensors", "run"]);
  assert.deepEqual(own.state.before, { sha256: "before", name: "LSTM", by: "after" });
  await own.takeBack();
  assert.deepEqual(heard.slice(2), ["reopen before", "run"]);
  assert.equal(state.model.sha256, "before");
});

test("measured labels go before those of the table, and unknown ones are left out", async () => {
  const { worker } = await page();
  const measured = Uint8Array.from({ length: GENES }, (_, gene) => (gene < 2 ? gene : 255));
  assert.equal((await worker.call("reliability", { labels: measured }))?.n, 2);
  assert.equal((await worker.call("reliability", {}))?.n, GENES);
  assert.equal(await worker.call("reliability", { labels: measured.fill(255, 1) }), undefined, "one class");
});

test("too few genes are an error that is shown, and a model that does not open changes nothing", async () => {
  const few = await page(Uint8Array.from({ length: 20 }, (_, gene) => gene % 2));
  await few.own.fit(few.run, "few.csv", undefined);
  assert.equal(few.own.state.found, undefined);
  assert.match(few.own.state.problems.work?.message ?? "", /^few\.csv: found 20 genes/);
  const { own, run, heard, work } = await page();
  work.page.openFiles = async () => void heard.push("refused");
  await own.fit(run, "my.csv", undefined);
  await own.use();
  assert.deepEqual([heard, own.state.before], [["refused"], undefined]);
});

test("the reliability diagram is of the labelled genes, and its numbers can be saved", async () => {
  const { worker } = await page();
  const drawing = reliabilityDrawing((await worker.call("reliability", {}))!);
  assert.match(drawing.draw({ width: 400, theme: light }), /P\(on\) and measured share, 120 labelled genes/);
  assert.equal(
    drawing.tsv!(),
    "mean_probability\tshare_on\tshare_on_low\tshare_on_high\tgenes\n0.5\t0.5\t0.25\t0.75\t120\n",
  );
});
