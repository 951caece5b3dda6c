import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { CancelledError } from "../../../pkg/src/errors";
import { OnOffModel } from "../../../pkg/src/models/on-off";
import { genesPerSecond, rateInWords } from "../../../pkg/src/engine/measure";
import {
  clock,
  compute,
  diligent,
  FakePlatform,
  type GpuBehaviour,
  HARDWARE,
  readFake,
  SOFTWARE,
} from "../fakes/engine";

beforeEach(() => Object.assign(clock, { now: 0, cpu: 1, gpu: 0.01 }));

async function open(platform: FakePlatform, workers = 1): Promise<OnOffModel> {
  return OnOffModel.open(platform, await platform.cpu("tables"), new Uint8Array([1]), "fake.safetensors", { workers });
}

test("auto takes the GPU where it is faster, and says so with both figures", async () => {
  const loaded = await open(new FakePlatform(HARDWARE));
  const report = await loaded.useDevice("auto");
  assert.deepEqual(report, {
    kind: "webgpu",
    adapter: "acme turbo",
    software: false,
    check: { maxDifference: 0 },
    measured: report.measured,
    reason:
      "Running on WebGPU: 100,000 genes a second, against 1,000 on the CPU. GPU and CPU agree in a self-test to 0e+0.",
  });
  assert.deepEqual([report.measured!.cpu, report.measured!.webgpu].map(Math.round), [1000, 100_000]);
  assert.equal((await loaded.predict(readFake(10))).genesOnGpu, 10);
});

test("auto takes the CPU if it is faster, whatever the adapter's name, and shows both rates", async () => {
  for (const survey of [HARDWARE, SOFTWARE]) {
    clock.gpu = 4;
    const loaded = await open(new FakePlatform(survey));
    const { kind, adapter, reason } = await loaded.useDevice("auto");
    assert.deepEqual([kind, adapter], ["cpu", survey.adapter!.name]);
    assert.equal(reason, `Running on the CPU: 1,000 genes a second, against 250 on WebGPU (${adapter}).`);
    assert.equal((await loaded.predict(readFake(10))).genesOnGpu, 0);
  }
});

test("a software adapter that is faster is taken like any other", async () => {
  assert.equal((await (await open(new FakePlatform(SOFTWARE))).useDevice("auto")).kind, "webgpu");
});

test("the CPU counts with its workers, at eight tenths", async () => {
  clock.gpu = 0.5; // 2,000 a second, between one thread and four
  const platform = new FakePlatform(HARDWARE);
  platform.workerBehaviours = [diligent];
  assert.equal((await (await open(platform)).useDevice("auto")).kind, "webgpu");
  const { kind, measured, workers } = await (await open(platform, 4)).useDevice("auto");
  assert.deepEqual([kind, Math.round(measured!.cpu), workers], ["cpu", 3200, 4]);
  assert.equal(platform.workers.length, 0, "none was started for that");
});

test("the CPU computes until it is decided, and the report says that it is not yet", async () => {
  const loaded = await open(new FakePlatform(HARDWARE));
  const decided = loaded.useDevice("auto");
  assert.equal(loaded.device.kind, "cpu");
  assert.match(loaded.device.reason, /until WebGPU has been timed/);
  assert.equal((await loaded.predict(readFake(100))).genesOnGpu, 0);
  assert.equal((await decided).kind, "webgpu");
});

test("nothing is loaded or measured while a run goes on", async () => {
  const platform = new FakePlatform(HARDWARE);
  const loaded = await open(platform);
  const decided = loaded.useDevice("auto");
  await loaded.predict(readFake(1000));
  assert.deepEqual([platform.gpuStarts, platform.calls], [0, 0]);
  await decided;
  assert.equal(platform.gpuStarts, 1);
});

test("a run that begins in the middle of measuring spoils it, and it is done again", async () => {
  let run: Promise<unknown> | undefined;
  let calls = 0;
  const slow: GpuBehaviour = async (call, values, genes) => {
    // The first call is the self-test, the second the first that is timed.
    if (call === 2) {
      run = loaded.predict(readFake(300));
      await run;
    }
    calls++;
    return compute(values, genes);
  };
  const loaded = await open(new FakePlatform(HARDWARE, slow));
  const undisturbed = await (await open(new FakePlatform(HARDWARE))).useDevice("auto");
  const { measured } = await loaded.useDevice("auto");
  assert(run);
  assert.equal(rateInWords(measured!.webgpu), rateInWords(undisturbed.measured!.webgpu));
  assert(calls > 8, `${calls} calls`);
});

test("where the user saves data, auto fetches nothing and says why; webgpu is fetched all the same", async () => {
  const platform = new FakePlatform(HARDWARE);
  platform.saving = true;
  const loaded = await open(platform);
  assert.match((await loaded.useDevice("auto")).reason, /set to save data/);
  assert.equal(platform.gpuStarts, 0);
  assert.equal((await loaded.useDevice("webgpu")).kind, "webgpu");
});

test("where there can be no WebGPU, auto says so without waiting", async () => {
  const platform = new FakePlatform(HARDWARE);
  platform.missing = "this browser offers no WebGPU";
  const loaded = await open(platform);
  void loaded.useDevice("auto");
  assert.equal(loaded.device.reason, "Computed on the CPU: this browser offers no WebGPU.");
});

test("a GPU that disagrees with the CPU is not measured", async () => {
  const zeros: GpuBehaviour = async (_, values, genes) => compute(new Float32Array(values.length), genes);
  const platform = new FakePlatform(HARDWARE, zeros);
  const report = await (await open(platform)).useDevice("auto");
  assert.deepEqual([report.kind, report.measured, platform.calls], ["cpu", undefined, 1]);
  assert.match(report.reason, /disagree on the self-test/);
});

test("a GPU that is lost while it is measured leaves the CPU, with the reason", async () => {
  const lost: GpuBehaviour = (call, values, genes, guard) => {
    if (call < 3) return Promise.resolve(compute(values, genes));
    queueMicrotask(() => guard.lose("unplugged"));
    return new Promise(() => {});
  };
  const report = await (await open(new FakePlatform(HARDWARE, lost))).useDevice("auto");
  assert.equal(report.kind, "cpu");
  assert.match(report.reason, /CPU took over: .*unplugged/);
});

test("a later choice ends an earlier one, which changes nothing any more", async () => {
  const loaded = await open(new FakePlatform(HARDWARE));
  const first = loaded.useDevice("auto");
  const second = loaded.useDevice("cpu");
  await assert.rejects(first, CancelledError);
  assert.equal((await second).reason, "The CPU was chosen.");
  assert.equal(loaded.device.reason, "The CPU was chosen.");
});

test("a choice that is cancelled leaves the CPU, and the report says so", async () => {
  for (const choice of ["auto", "webgpu"] as const) {
    const loaded = await open(new FakePlatform(HARDWARE));
    const controller = new AbortController();
    const cancelled = loaded.useDevice(choice, { signal: controller.signal });
    controller.abort();
    await assert.rejects(cancelled, CancelledError);
    assert.deepEqual(
      [loaded.device.kind, loaded.device.reason],
      ["cpu", "Running on the CPU: the WebGPU trial was cancelled."],
    );
  }
});

test("freeing the model ends the choice", async () => {
  const loaded = await open(new FakePlatform(HARDWARE));
  const choice = loaded.useDevice("auto");
  loaded.free();
  await assert.rejects(choice, CancelledError);
});

test("a batch grows until it takes long enough to tell, or the device takes no more", async () => {
  const sizes = async (millis: number, most: number) => {
    const seen: number[] = [];
    let now = 0;
    const predict = async (_: Float32Array, genes: number) => void (seen.push(genes), (now += genes * millis));
    const rate = await genesPerSecond(predict, { values: Float32Array.of(1, 2, 3, 4), genes: 2 }, most, () => now);
    return { seen, rate: Math.round(rate) };
  };
  assert.deepEqual(await sizes(5, 64), { seen: [2, 2], rate: 200 });
  assert.deepEqual(await sizes(0.25, 64), { seen: [2, 2, 8, 8, 32, 32, 64, 64], rate: 4000 });
  assert.deepEqual(await sizes(0.5, 64), { seen: [2, 2, 8, 8, 32, 32], rate: 2000 });
  assert.deepEqual(await sizes(0.001, 100), { seen: [2, 2, 8, 8, 32, 32, 100, 100], rate: 1_000_000 });
  assert.deepEqual(await sizes(1, 1), { seen: [1, 1], rate: 1000 });
});

test("the first run of a batch, which may wait for a compiler, does not count", async () => {
  const seen = new Set<number>();
  let now = 0;
  const predict = async (_: Float32Array, genes: number) =>
    void ((now += genes + (seen.has(genes) ? 0 : 1000)), seen.add(genes));
  assert.equal(await genesPerSecond(predict, { values: new Float32Array(2), genes: 2 }, 8, () => now), 1000);
});

test("a clock too coarse to see the computation gives a rate that can be compared", async () => {
  const rate = await genesPerSecond(
    async () => {},
    { values: new Float32Array(2), genes: 2 },
    8,
    () => 0,
  );
  assert(Number.isFinite(rate) && rate > 0);
});

test("the self-test is repeated gene by gene", async () => {
  let largest = new Float32Array();
  await genesPerSecond(
    async (values) => void (largest = values as Float32Array<ArrayBuffer>),
    { values: Float32Array.of(1, 2, 3, 4), genes: 2 },
    5,
    () => 0,
  );
  assert.deepEqual([...largest], [1, 2, 3, 4, 1, 2, 3, 4, 1, 2]);
});

test("rates are said to two digits", () => {
  assert.deepEqual([0.4, 26.4, 263, 2549, 123_456].map(rateInWords), ["0", "26", "260", "2,500", "120,000"]);
});
