import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError } from "../../../pkg/src/errors";
import { OnOffModel } from "../../../pkg/src/models/on-off";
import type { ToWorker } from "../../../pkg/src/run/worker-port";
import { FakeLocks } from "../fakes/locks";
import { clock, diligent, FakePlatform, type FakeWorker, readFake, type WorkerBehaviour } from "../fakes/engine";

const GENES = 1000;

/** A loaded on the CPU with a worker for each behaviour. */
async function open(...behaviours: WorkerBehaviour[]) {
  const platform = new FakePlatform({ reason: "none" });
  platform.workerBehaviours = behaviours;
  const loaded = OnOffModel.open(platform, await platform.cpu("tables"), new Uint8Array([1]), "fake.safetensors", {
    workers: behaviours.length,
  });
  return { loaded, platform };
}

/** Predictions of one thread. */
async function alone(genes = GENES) {
  return (await open(diligent)).loaded.predict(readFake(genes));
}

/** Gets ready, and never answers a batch. */
const silent: WorkerBehaviour = (message, worker) => message.kind === "start" && diligent(message, worker);

/** Waits until the calling thread has nothing left to do. */
async function settle(): Promise<void> {
  for (let i = 0; i < 100; i++) await new Promise(setImmediate);
}

/** Runs all genes and compares with what one thread gives. */
async function runAndCompare(loaded: OnOffModel, genes = GENES): Promise<void> {
  const [got, wanted] = [await loaded.predict(readFake(genes)), await alone(genes)];
  for (const output of ["probability", "logit", "alpha", "beta", "summary"] as const)
    assert.deepEqual(got[output], wanted[output], output);
}

const batches = (heard: ToWorker[]) => heard.filter(({ kind }) => kind === "batch").length;

test("workers share the genes, and the result is that of one thread", async () => {
  const { loaded, platform } = await open(diligent, diligent, diligent);
  await runAndCompare(loaded);
  assert.equal(platform.workers.length, 3);
  for (const { heard } of platform.workers) {
    assert.equal(heard[0]!.kind, "start");
    assert(batches(heard) > 1 && batches(heard) < 16, `${batches(heard)} of 16 batches`);
  }
  assert.equal(loaded.workers, 3);
  assert.equal(loaded.device.workers, 3);
  assert.equal((await loaded.useDevice("cpu")).workers, 3);
});

test("the calling thread computes until the workers are ready, and then is free", async () => {
  const { loaded, platform } = await open(diligent, diligent);
  const computed = async (): Promise<number> => {
    const before = clock.now;
    await loaded.predict(readFake(GENES));
    return (clock.now - before) / clock.cpu;
  };
  const first = await computed();
  assert(first >= 64 && first < GENES, `${first} genes by the calling thread`);
  assert.equal(await computed(), 0);
  assert.equal(platform.workers.length, 2);
});

test("progress goes up in the genes' order, whichever worker is done first", async () => {
  /** Answers its first batch only after its second. */
  let late = (): void => {};
  const hasty: WorkerBehaviour = (message, worker) => {
    if (message.kind === "batch" && message.id === 0) return void (late = () => diligent(message, worker));
    diligent(message, worker);
    if (message.kind === "batch" && message.id === 1) late();
  };
  const { loaded } = await open(hasty, diligent);
  const steps: number[] = [];
  const result = await loaded.predict(readFake(GENES), { onProgress: ({ done }) => steps.push(done) });
  assert.deepEqual(
    steps,
    [...steps].sort((a, b) => a - b),
  );
  assert.deepEqual([steps[0], steps.at(-1)], [0, GENES]);
  assert.deepEqual(result.logit, (await alone()).logit);
});

test("a worker holds two batches at most, however slow it is", async () => {
  let most = 0;
  const holds = new Map<FakeWorker, number>();
  const slow: WorkerBehaviour = (message, worker) => {
    if (message.kind === "start") return diligent(message, worker);
    const now = (holds.get(worker) ?? 0) + 1;
    holds.set(worker, now);
    most = Math.max(most, now);
    setTimeout(() => (holds.set(worker, holds.get(worker)! - 1), diligent(message, worker)), 5);
  };
  const { loaded } = await open(slow, slow);
  await runAndCompare(loaded);
  assert.equal(most, 2);
});

test("a table of two batches starts no worker", async () => {
  const { loaded, platform } = await open(diligent, diligent);
  await runAndCompare(loaded, 128);
  assert.equal(platform.workers.length, 0);
  await runAndCompare(loaded, 129);
  assert.equal(platform.workers.length, 2);
  await runAndCompare(loaded);
  assert.equal(platform.workers.length, 2, "the same ones again");
});

test("a table starts no more workers than it has batches for", async () => {
  const { loaded, platform } = await open(diligent, diligent, diligent, diligent);
  await runAndCompare(loaded, 129);
  assert.equal(platform.workers.length, 2);
  await runAndCompare(loaded);
  assert.equal(platform.workers.length, 4);
});

test("a run that waits for workers does not wait for ever when the model is freed", async () => {
  const { loaded } = await open(silent, silent);
  const run = loaded.predict(readFake(GENES));
  await settle();
  loaded.free();
  await assert.rejects(run, { name: "AbortError", code: "cancelled" });
});

/** Each way in which a worker can fail. */
const failures: Record<string, WorkerBehaviour> = {
  "has no script": (_, worker) => worker.fail(""),
  "has no engine": (_, worker) => worker.say({ kind: "failed", message: "404" }),
  "stops at its first batch": (message, worker) =>
    message.kind === "start" ? diligent(message, worker) : worker.fail("out of memory"),
  "stops at its third batch": (message, worker) =>
    message.kind === "batch" && message.id === 2 ? worker.fail("out of memory") : diligent(message, worker),
  "cannot read a message": (message, worker) =>
    message.kind === "start" ? diligent(message, worker) : worker.onmessageerror?.({} as MessageEvent),
};

for (const [name, failing] of Object.entries(failures)) {
  test(`when a worker ${name}, the others do its batches, and the report says so once`, async () => {
    const { loaded, platform } = await open(failing, diligent);
    await runAndCompare(loaded);
    assert.equal(loaded.workers, 2, "the calling thread stands in");
    const { reason } = loaded.device;
    assert.match(reason, /1 of 2 workers could not be used \(.+\)\./);
    assert.equal(platform.workers[0]!.terminated, true);
    await runAndCompare(loaded);
    assert.equal(loaded.device.reason, reason);
  });
}

test("where no worker can be had, the calling thread computes alone, and the report says why", async () => {
  const platform = new FakePlatform({ reason: "none" });
  const loaded = OnOffModel.open(platform, await platform.cpu("tables"), new Uint8Array([1]), "fake.safetensors", {
    workers: 4,
  });
  await runAndCompare(loaded);
  assert.equal(loaded.workers, 1);
  assert.match(loaded.device.reason, / The workers could not be used \(no workers on this machine\)\.$/);
});

test("a worker that never gets ready holds nothing up", async () => {
  const { loaded } = await open(
    () => {},
    () => {},
  );
  await runAndCompare(loaded);
});

test("a worker that stops answering in the middle is given up, and its batches are done by others", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { loaded } = await open(silent, diligent);
  const run = runAndCompare(loaded);
  await settle();
  t.mock.timers.tick(10 * 60_000);
  t.mock.timers.tick(10_000);
  await run;
  assert.match(loaded.device.reason, /it stopped answering/);
});

test("a worker that is killed is heard of by its lock, and its batches are done by others at once", async () => {
  const locks = new FakeLocks();
  const takeAway = locks.install();
  try {
    void locks.request("of it", {}, () => new Promise(() => {}));
    const killed: WorkerBehaviour = (message, worker) => {
      if (message.kind !== "start") return locks.end("of it");
      worker.say({ kind: "alive", lock: "of it" });
      diligent(message, worker);
    };
    const { loaded, platform } = await open(killed, diligent);
    await runAndCompare(loaded);
    assert.match(loaded.device.reason, /1 of 2 workers could not be used \(the browser ended it\)\.$/);
    assert.equal(platform.workers[0]!.terminated, true);
  } finally {
    takeAway();
  }
});

test("an answer that was there before the time limit was noticed still counts, as after a machine's sleep", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const answers: (() => void)[] = [];
  const late: WorkerBehaviour = (message, worker) =>
    message.kind === "start" ? diligent(message, worker) : void answers.push(() => diligent(message, worker));
  const { loaded } = await open(late, late);
  const run = runAndCompare(loaded);
  for (let i = 0; i < 20; i++) {
    await settle();
    t.mock.timers.tick(10 * 60_000);
    for (const answer of answers.splice(0)) answer();
  }
  await run;
  assert.equal(loaded.device.reason, "Computed on the CPU.");
});

test("a cancel ends the wait for workers at once", async () => {
  const { loaded } = await open(silent, silent);
  const controller = new AbortController();
  const run = loaded.predict(readFake(GENES), { signal: controller.signal });
  await settle();
  controller.abort();
  await assert.rejects(run, CancelledError);
  loaded.free();
});

test("after a cancelled run the next one is whole", async () => {
  const { loaded } = await open(diligent, diligent);
  const controller = new AbortController();
  const run = loaded.predict(readFake(GENES), {
    signal: controller.signal,
    onProgress: ({ done }) => done > 200 && controller.abort(),
  });
  await assert.rejects(run, CancelledError);
  await runAndCompare(loaded, 700);
});

test("two runs at once share the workers", async () => {
  const { loaded } = await open(diligent, diligent);
  await Promise.all([runAndCompare(loaded), runAndCompare(loaded, 555)]);
});

test("freeing the model ends its workers", async () => {
  const { loaded, platform } = await open(diligent, diligent);
  await loaded.predict(readFake(GENES));
  loaded.free();
  assert.deepEqual(
    platform.workers.map(({ terminated }) => terminated),
    [true, true],
  );
});

test("a gene whose prediction is no number is told by its name, and costs no worker", async () => {
  const refusing: WorkerBehaviour = (message, worker) => {
    if (message.kind !== "batch" || message.id !== 1) return diligent(message, worker);
    const details = { code: "prediction", place: 2 };
    worker.say({ kind: "refused", id: message.id, message: "gene 3 of these 64: its signal is NaN", details });
  };
  const { loaded, platform } = await open(refusing, diligent);
  const table = readFake(GENES);
  const error = await loaded.predict(table).then(
    () => assert.fail("it is refused"),
    (thrown: unknown) => thrown as { message: string; code: string },
  );
  assert.equal(error.code, "prediction");
  const [name] = error.message.split(": ");
  assert.equal(error.message, `${name}: its signal is NaN`);
  assert.equal(table.genes.indexOf(name!) % 64, 2, name);
  assert.deepEqual(
    platform.workers.map(({ terminated }) => terminated),
    [false, false],
  );
  assert.equal(loaded.workers, 2);
});
