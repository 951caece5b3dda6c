import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError, HashMismatchError } from "../../../pkg/src/errors";
import type { Batch } from "../../../pkg/src/engine/engine";
import type { OpenOptions } from "../../../pkg/src/models/model";
import { OnOffModel } from "../../../pkg/src/models/on-off";
import type { Progress } from "../../../pkg/src/progress";
import {
  BINS,
  compute,
  diligentOf,
  fakeCpu,
  fakeCpuOf,
  FakePlatform,
  type GpuBehaviour,
  HARDWARE,
  MARKS,
  readFake,
  SHA256,
  SOFTWARE,
} from "../fakes/engine";

const BYTES = new Uint8Array([1]);
const honest: GpuBehaviour = async (_, values, genes) => compute(values, genes);

async function open(platform: FakePlatform, options: OpenOptions = {}): Promise<OnOffModel> {
  return OnOffModel.open(platform, await platform.cpu("tables"), BYTES, "fake.safetensors", options);
}

/** Predictions of the CPU alone for a table. */
async function onCpu(genes: number) {
  return (await open(new FakePlatform({ reason: "none" }))).predict(readFake(genes));
}

test("a model with another hash than asked for is refused by name", async () => {
  const expected = "00".repeat(32);
  await assert.rejects(open(new FakePlatform(HARDWARE), { sha256: expected }), (error) => {
    assert(error instanceof HashMismatchError);
    assert.equal(error.code, "hash-mismatch");
    assert.deepEqual([error.expected, error.found], [expected, SHA256]);
    assert.match(error.message, /fake\.safetensors/);
    return true;
  });
});

test("a model is verified only if its hash was asked for", async () => {
  assert.equal((await open(new FakePlatform(HARDWARE))).verified, false);
  const loaded = await open(new FakePlatform(HARDWARE), { sha256: SHA256.toUpperCase() });
  assert.equal(loaded.verified, true);
});

test("results have an AUROC where the table has labels", async () => {
  const loaded = await open(new FakePlatform({ reason: "none" }));
  const labelled = await loaded.predict(readFake(2, { labels: Uint8Array.of(1, 0) }));
  assert.equal(labelled.auroc, 0.75, "the engine's");
  assert.equal((await onCpu(2)).auroc, undefined);
});

test("each variant gives the attention that it has, and no mean of what it has not", async () => {
  const variants = [
    { attends: { bins: "each-mark", marks: true }, rows: MARKS },
    { attends: { bins: "each-mark", marks: false }, rows: MARKS },
    { attends: { bins: "all-marks", marks: false }, rows: ["all marks"] },
    { attends: { bins: "none", marks: false }, rows: [] },
  ] as const;
  for (const { attends, rows } of variants) {
    const honest: GpuBehaviour = async (_, values, genes) => compute(values, genes, attends);
    const platform = new FakePlatform(HARDWARE, honest);
    platform.engine = fakeCpuOf(attends);
    platform.workerBehaviours = [diligentOf(attends)];
    for (const device of ["cpu", "webgpu"] as const) {
      const loaded = await open(platform, { workers: 2 });
      await loaded.useDevice(device);
      const result = await loaded.predict(readFake(300));
      assert.equal(loaded.device.kind, device);
      assert.deepEqual([loaded.attends, result.rows], [attends, rows]);
      assert.deepEqual(
        [result.alpha.length, result.beta.length],
        [300 * rows.length * BINS, attends.marks ? 300 * MARKS.length : 0],
      );
      assert.equal(result.summary === undefined, rows.length === 0);
      loaded.free();
    }
  }
});

test("webgpu takes a software adapter too, and says that it is one", async () => {
  const report = await (await open(new FakePlatform(SOFTWARE))).useDevice("webgpu");
  assert.deepEqual([report.kind, report.software], ["webgpu", true]);
});

test("without an adapter the CPU computes, and the reason is given", async () => {
  const report = await (await open(new FakePlatform({ reason: "this browser offers no WebGPU" }))).useDevice("webgpu");
  assert.equal(report.kind, "cpu");
  assert.match(report.reason, /no WebGPU/);
});

test("a GPU that gives zeros for the self-test is not used", async () => {
  const zeros: GpuBehaviour = async (_, values, genes) => compute(new Float32Array(values.length), genes);
  const loaded = await open(new FakePlatform(HARDWARE, zeros));
  assert.equal((await loaded.useDevice("webgpu")).kind, "cpu");
  assert.match(loaded.device.reason, /disagree on the self-test/);
});

test("a GPU whose answer is not a number is not used", async () => {
  const notANumber: GpuBehaviour = async (_, values, genes) => {
    const batch = compute(values, genes);
    batch.alpha[3] = NaN;
    return batch;
  };
  const loaded = await open(new FakePlatform(HARDWARE, notANumber));
  assert.equal((await loaded.useDevice("webgpu")).kind, "cpu");
});

/** Each way in which a GPU can fail at its third batch (call 4, after the self-test). */
const failures: Record<string, GpuBehaviour> = {
  throws: async () => Promise.reject(new Error("out of memory")),
  "loses its device and never answers": (_, __, ___, guard) => {
    queueMicrotask(() => guard.lose("destroyed"));
    return new Promise(() => {});
  },
  "gives zeros": async (_, values, genes) => {
    const { probability, logit, alpha, beta } = compute(values, genes);
    return {
      ...compute(values, genes),
      probability: probability.fill(0),
      logit: logit.fill(0),
      alpha: alpha.fill(0),
      beta: beta.fill(0),
    };
  },
  "gives a NaN": async (_, values, genes) => {
    const batch = compute(values, genes);
    batch.logit[0] = NaN;
    return batch;
  },
  "gives what any other input has": async (_, values, genes) => compute(new Float32Array(values.length), genes),
  "gives too few values": async (_, values, genes) => compute(values.subarray(0, values.length / genes), 1),
};

for (const [name, failing] of Object.entries(failures)) {
  test(`when a GPU ${name} in the middle of a run, the CPU finishes it and no result is lost`, async () => {
    const genes = 1000;
    const loaded = await open(
      new FakePlatform(HARDWARE, (call, ...rest) => (call === 4 ? failing : honest)(call, ...rest)),
    );
    await loaded.useDevice("webgpu");
    const result = await loaded.predict(readFake(genes));
    assert.deepEqual(result.logit, (await onCpu(genes)).logit);
    assert.deepEqual(result.alpha, (await onCpu(genes)).alpha);
    assert.equal(result.genesOnGpu, 512);
    assert.equal(result.device.kind, "cpu");
    assert.match(result.device.reason, /CPU took over from gene 513 on/);
    assert.equal(loaded.device.kind, "cpu");
    assert.equal(loaded.device.adapter, "acme turbo");
  });
}

test("a GPU that is right on the self-test but wrong on a batch of another size is found out", async () => {
  const stale: GpuBehaviour = async (call, values, genes) =>
    compute(call === 1 ? values : new Float32Array(values.length), genes);
  const loaded = await open(new FakePlatform(HARDWARE, stale));
  assert.equal((await loaded.useDevice("webgpu")).kind, "webgpu");
  const result = await loaded.predict(readFake(300));
  assert.equal(result.genesOnGpu, 0);
  assert.deepEqual(result.logit, (await onCpu(300)).logit);
});

test("progress counts genes up to their number", async () => {
  const loaded = await open(new FakePlatform({ reason: "none" }));
  const steps: Progress[] = [];
  await loaded.predict(readFake(150), { onProgress: (progress) => steps.push(progress) });
  assert.deepEqual(
    steps.map(({ done }) => done),
    [0, 64, 128, 150],
  );
  assert(steps.every(({ stage, total, unit }) => stage === "predict" && total === 150 && unit === "genes"));
});

test("a cancelled run rejects with an AbortError of code `cancelled`", async () => {
  const loaded = await open(new FakePlatform({ reason: "none" }));
  const controller = new AbortController();
  const run = loaded.predict(readFake(1000), {
    signal: controller.signal,
    onProgress: ({ done }) => done >= 128 && controller.abort(),
  });
  await assert.rejects(
    run,
    (error) => error instanceof CancelledError && error.code === "cancelled" && error.name === "AbortError",
  );
});

test("a cancel ends a wait on a GPU that never answers", async () => {
  const loaded = await open(
    new FakePlatform(HARDWARE, (call, ...rest) => (call === 1 ? honest(call, ...rest) : new Promise(() => {}))),
  );
  await loaded.useDevice("webgpu");
  const controller = new AbortController();
  const run = loaded.predict(readFake(10), { signal: controller.signal });
  setTimeout(() => controller.abort(), 10);
  await assert.rejects(run, CancelledError);
  assert.equal(loaded.device.kind, "webgpu", "a cancel is no failure of the GPU");
});

test("a table without genes gives an empty result", async () => {
  const result = await (await open(new FakePlatform({ reason: "none" }))).predict(readFake(0));
  assert.equal(result.probability.length, 0);
  assert.equal(result.summary?.genesOn, 0);
});

test("an ensemble's spread comes from all batches, of the calling thread, workers and a GPU", async () => {
  const several = (values: Float32Array, genes: number): Batch => {
    const batch = compute(values, genes);
    return {
      ...batch,
      probability: batch.probability.map((p) => p / 2),
      probabilityRaw: batch.probability,
      members: Float32Array.from({ length: 2 * genes }, (_, i) => batch.logit[i >> 1]! + (i % 2 ? 1 : -1)),
      sd: batch.logit.map((logit) => logit / 10),
      low: batch.probability.map((p) => p / 4),
      high: batch.probability.slice(),
    };
  };
  const platform = new FakePlatform(HARDWARE, async (_, values, genes) => several(values, genes));
  platform.engine = {
    ...fakeCpu,
    Model: class extends fakeCpu.Model {
      override async predict(values: Float32Array, genes: number): Promise<Batch> {
        return several(values, genes);
      }
    },
  };
  platform.workerBehaviours = [
    (message, worker) => {
      if (message.kind === "start") worker.say({ kind: "ready" });
      if (message.kind === "batch")
        worker.say({ kind: "done", id: message.id, outputs: several(message.values, message.genes) });
    },
  ];
  const table = readFake(300);
  const all = several(table.engineTable.values(0, 300), 300);
  for (const device of ["cpu", "webgpu"] as const) {
    const loaded = await open(platform, { workers: 2 });
    await loaded.useDevice(device);
    const result = await loaded.predict(table);
    assert.equal(loaded.device.kind, device);
    for (const name of ["probability", "probabilityRaw", "members", "sd", "low", "high"] as const)
      assert.deepEqual(result[name], all[name], name);
    const view = loaded.gene(table, result, 7);
    assert.deepEqual(view.members, all.members!.slice(14, 16));
    assert.deepEqual(
      [view.probabilityRaw, view.sd, view.low, view.high],
      [all.probabilityRaw![7], all.sd![7], all.low![7], all.high![7]],
    );
    loaded.free();
  }
  const single = await onCpu(3);
  assert.deepEqual(
    ["probabilityRaw", "members", "sd", "low", "high"].filter((name) => name in single),
    [],
  );
});
