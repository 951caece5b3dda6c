// A calibration of one's own: what it is fitted to, the model that comes of it, and the way back.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type PropertyValues, ReactiveElement } from "lit";
import { OnOffModel } from "../../../pkg/src/models/on-off";
import { InputError } from "../../../pkg/src/errors";
import type { Reliability } from "../../../pkg/src/index";
import { type ForeignCalls, type ForeignEngine, ForeignHandlers } from "../../src/prepare/foreign/calls";
import type { Page } from "../../src/session/page";
import { CalibrationPanel, reliabilityDrawing } from "../../src/tasks/genes/on-off/measured/calibration-panel";
import { OwnCalibration, ownCalibrationOf } from "../../src/tasks/genes/on-off/measured/own-calibration";
import type { CurrentRun } from "../../src/tasks/genes/on-off/outcome";
import { CalibrationHandlers } from "../../src/tasks/genes/worker/measured";
import { type Declared, local } from "../../src/rpc/rpc";
import { light } from "../../src/plots";
import { FakePlatform, readFake } from "../fakes/engine";

const WEIGHTS = new Uint8Array(readFileSync("../models/attentive-chrome-k562.safetensors"));
const GENES = 120;

/** Calibrates on the first half of the genes; the weights stay as they are. */
const ENGINE = {
  recalibrated(name: string, weights: Uint8Array, logit: Float32Array, labels: Uint8Array, of: string, seed: number) {
    assert.deepEqual([name, labels.length, seed], ["Fake", logit.length, 1]);
    if (logit.length < 100) throw new InputError(`${of}: found ${logit.length} genes`, { code: "bad-calibration" });
    const [fitted, half] = [logit.length / 2, { n: logit.length / 2 } as Reliability];
    return {
      weights,
      name: `${name}, calibrated on ${of}`,
      fitted,
      tested: fitted,
      on: 0.5,
      method: "temperature",
      before: half,
      after: half,
    };
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
  const maker = { call: MAKER.call, end: () => void heard.push("end") };
  return { own: new OwnCalibration(work, () => maker), run, worker, heard, state, work };
}

test("the model is calibrated on half of the table's labels, opened, run, and brought back", async () => {
  const { own, run, heard, state } = await page();
  await own.fit(run, "my.csv", undefined);
  const { found } = own.state;
  assert.deepEqual([found?.fitted, found?.tested, found?.of], [60, 60, "my.csv"]);
  assert.equal(found?.model.name, "Fake, calibrated on my.csv.safetensors");
  await own.use();
  assert.deepEqual(heard, ["end", "open Fake, calibrated on my.csv.safetensors", "run"], "its worker is ended first");
  assert.deepEqual(own.state.before, { sha256: "before", name: "LSTM", by: "after" });
  await own.takeBack();
  assert.deepEqual(heard.slice(3), ["reopen before", "run"]);
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
  assert.deepEqual([heard, own.state.before], [["end", "refused"], undefined]);
});

test("an error or a calibration of one run or of one file of labels is not shown of another", async () => {
  const few = await page(Uint8Array.from({ length: 20 }, (_, gene) => gene % 2));
  await few.own.fit(few.run, "few.csv", undefined);
  few.own.look(few.run, "few.csv");
  assert(few.own.state.problems.work, "of the same run it stays");
  few.own.look({ ...few.run }, "few.csv");
  assert.equal(few.own.state.problems.work, undefined);
  assert.deepEqual(few.heard, ["end"], "the worker is ended after an error too");
  const { own, run } = await page();
  await own.fit(run, "my.csv", undefined);
  assert(own.state.found);
  own.look(run, "other.csv");
  assert.equal(own.state.found, undefined);
  const fitting = own.fit(run, "my.csv", undefined);
  own.look({ ...run }, "my.csv");
  await fitting;
  assert.deepEqual([own.state.found, own.state.problems.work, own.state.doing.work], [undefined, undefined, undefined]);
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

/** A panel that is drawn without a document. */
class Drawn extends CalibrationPanel {
  protected override createRenderRoot(): ShadowRoot {
    return {} as ShadowRoot;
  }

  protected override update(changed: PropertyValues): void {
    const { update } = ReactiveElement.prototype as unknown as { update(changed: PropertyValues): void };
    update.call(this, changed);
  }
}

test("the panel hears of the calibration while it is on the page: not after that, and again once it is back", async () => {
  const { run, work, worker } = await page();
  let listeners = 0;
  ownCalibrationOf(work).subscribe = () => {
    listeners++;
    return () => void listeners--;
  };
  const panel = Object.assign(new Drawn(), {
    work,
    run,
    of: "my.csv",
    reliability: await worker.call("reliability", {}),
  });
  const now: number[] = [];
  for (const change of [
    () => panel.connectedCallback(),
    () => (panel.disconnectedCallback(), panel.requestUpdate()),
    () => panel.connectedCallback(),
  ]) {
    change();
    await panel.updateComplete;
    now.push(listeners);
  }
  assert.deepEqual(now, [1, 0, 1]);
});
