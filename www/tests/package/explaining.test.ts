import assert from "node:assert/strict";
import { test } from "node:test";
import type { CpuModel, CpuName, FullEngine, TablesEngine } from "../../../pkg/src/engine/engine";
import type { RunningCpu } from "../../../pkg/src/engine/platform";
import { DownloadError } from "../../../pkg/src/errors";
import { ChangeModel } from "../../../pkg/src/models/change";
import { OnOffModel } from "../../../pkg/src/models/on-off";
import type { Progress, WorkOptions } from "../../../pkg/src/progress";
import { changeCard, diligent, fakeChangeCpu, fakeCpu, fakeFull, FakePlatform, readFake } from "../fakes/engine";

const FILE = [new Uint8Array([1]), "fake.safetensors"] as const;

/** A model that predicts and does nothing else, as the engine that answers first has them. */
class FirstModel implements CpuModel {
  static made = 0;
  static freed = 0;
  readonly #whole = new fakeCpu.Model(...FILE);
  readonly card = this.#whole.card;
  readonly sha256 = this.#whole.sha256;

  constructor() {
    FirstModel.made++;
  }

  describe = () => this.#whole.describe();
  predict = (values: Float32Array, genes: number) => this.#whole.predict(values, genes);
  selfTest = () => this.#whole.selfTest();
  free(): void {
    FirstModel.freed++;
  }
}

const first: TablesEngine = { ...fakeCpu, Model: FirstModel };

/** A machine that has both engines, of which the full one comes when it is let. */
class TwoEngines extends FakePlatform {
  readonly asked: CpuName[] = [];
  readonly started: CpuName[] = [];
  /** Errors that come in the place of the full engine, once each. */
  failures: Error[] = [];
  full: FullEngine = fakeFull(fakeCpu);

  constructor() {
    super({ reason: "none" });
    this.workerBehaviours = [diligent];
  }

  override async cpu<Name extends CpuName>(name: Name, _: unknown, options?: WorkOptions): Promise<RunningCpu<Name>> {
    this.asked.push(name);
    if (name === "full") {
      await new Promise((resolve) => setImmediate(resolve));
      options?.onProgress?.({ stage: "engine", file: "full CPU engine", done: 1, total: 2, unit: "bytes" });
      const failure = this.failures.shift();
      if (failure) throw failure;
    }
    const engines = { tables: first, full: this.full };
    return { engine: engines[name], name, simd: "plain", module: {} as WebAssembly.Module } as RunningCpu<Name>;
  }

  override startWorker(name?: CpuName) {
    this.started.push(name!);
    return super.startWorker();
  }
}

async function open(platform: TwoEngines, workers = 1): Promise<OnOffModel> {
  return OnOffModel.open(platform, await platform.cpu("tables", "auto"), ...FILE, { workers });
}

test("a prediction asks for no engine but the first; what it rests on, for the full one, once", async () => {
  const platform = new TwoEngines();
  const model = await open(platform);
  const table = readFake(3);
  await model.predict(table);
  await model.predictValues(table.values(0, 1));
  assert.deepEqual(platform.asked, ["tables"]);

  const heard: Progress[] = [];
  const [saliency, attributions] = await Promise.all([
    model.saliency(table, { onProgress: (progress) => heard.push(progress) }),
    model.attributions(table),
    model.classOptimisation({ steps: 2 }),
  ]);
  const deletion = await model.deletion(table);
  const onOff = { mark: "H3K4me3", on: [0, 1], track: { table, column: "H3K27me3" } };
  const { genes } = await model.heldOut(table, onOff);
  const sizes = [saliency.values.length, attributions.score.length, deletion.probability.length, genes];
  assert.deepEqual(sizes, [24, 3, 3, 2]);
  assert.deepEqual(platform.asked, ["tables", "full"]);
  assert.deepEqual([heard[0]?.stage, heard[0]?.file], ["engine", "full CPU engine"], "that it comes is told");
});

test("what is explained in the full engine is what one engine with both gives", async () => {
  const table = readFake(5);
  const split = await open(new TwoEngines());
  const platform = new FakePlatform({ reason: "none" });
  const whole = OnOffModel.open(platform, await platform.cpu("tables"), ...FILE, {});
  const options = { predicted: Float32Array.of(0, 1, 0, 1, 1) };
  assert.deepEqual(await split.explanationMeans(table, options), await whole.explanationMeans(table, options));
  assert.deepEqual(await split.deletion(table), await whole.deletion(table));
});

test("a cut network is an error of the explanation alone, and the next one asks again", async () => {
  const platform = new TwoEngines();
  const cut = new DownloadError("full CPU engine could not be loaded: there is no network.", {
    code: "download-failed",
    remedy: "Try again.",
  });
  platform.failures = [cut];
  const model = await open(platform);
  const table = readFake(2);
  const before = await model.predict(table);
  await assert.rejects(model.saliency(table), { name: "DownloadError", code: "download-failed", remedy: "Try again." });
  const after = await model.predict(table);
  assert.deepEqual(after.logit, before.logit);
  assert.equal((await model.saliency(table)).values.length, 16);
  assert.deepEqual(platform.asked, ["tables", "full", "full"]);
});

test("the wait for the engine can be cancelled, and the engine still comes for others", async () => {
  const platform = new TwoEngines();
  const model = await open(platform);
  const stop = new AbortController();
  const cancelled = model.saliency(readFake(2), { signal: stop.signal });
  const other = model.saliency(readFake(2));
  stop.abort();
  await assert.rejects(cancelled, { name: "AbortError", code: "cancelled" });
  assert.equal((await other).values.length, 16);
  assert.deepEqual(platform.asked, ["tables", "full"]);
});

test("sets are explained by workers of the full engine, genes predicted by those of the first", async () => {
  const platform = new TwoEngines();
  const model = await open(platform, 2);
  await model.predict(readFake(1000));
  assert.deepEqual([...new Set(platform.started)], ["tables"]);
  platform.started.length = 0;
  await model.attributions(readFake(1000));
  assert.deepEqual([...new Set(platform.started)], ["full"]);
});

test("the memory of both engines is given back, also of one that was still on its way", async () => {
  let freed = 0;
  const platform = new TwoEngines();
  platform.full = {
    ...fakeFull(fakeCpu),
    Model: class extends fakeCpu.Model {
      override free(): void {
        freed++;
      }
    },
  };
  const before = FirstModel.freed;
  const model = await open(platform);
  const explained = model.saliency(readFake(1)).catch(() => {});
  model.free();
  await explained;
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([FirstModel.freed - before, freed], [1, 1]);
});

test("tables of a change are read by the engine that reads tables, and counts beside them", async () => {
  const platform = new TwoEngines();
  platform.full = fakeFull(fakeChangeCpu);
  const model = ChangeModel.open(platform, await platform.cpu("full", "auto"), ...FILE, { workers: 1 });
  platform.asked.length = 0;
  const table = await model.readTable("gene,bin,H3K4me3,H3K27me3\n");
  assert.equal(table.engine, first);
  await model.readCounts("gene,count\n");
  assert.deepEqual(platform.asked, ["tables", "tables"]);
  assert.equal(model.card, changeCard);
});

test("an explanation that is no number names its gene by its id, wherever it is computed", async () => {
  const platform = new TwoEngines();
  // As an engine says it, of the place in the batch.
  class Failing extends fakeCpu.Model {
    override attribute = async (values: Float32Array, genes: number): Promise<never> => {
      const place = values.length > 0 ? 1 : 0;
      throw Object.assign(new Error(`gene ${place + 1} of these ${genes}: its logit is NaN.`), { place });
    };
  }
  platform.full = fakeFull({ ...fakeCpu, Model: Failing });
  const model = await open(platform);
  const table = readFake(3);
  const expected = new RegExp(`(^|: )${table.genes[2]}: its logit is NaN`);
  await assert.rejects(model.attributions(table, { genes: [0, 2] }), { message: expected });
});
