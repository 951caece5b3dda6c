import assert from "node:assert/strict";
import { test } from "node:test";
import { type CorrelationCalls, correlationHandlers, Correlations } from "../../src/session/correlations";
import { local } from "../../src/rpc/rpc";
import { FakeWorker } from "../fakes/worker";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const [x, y] = [Float32Array.of(0, 1, 2, 3), Float32Array.of(0, 2, 1, 3, 9)];

/** Calls that wait until a test answers them, in order. */
function asking() {
  const asked: { readonly x: Float32Array; readonly y: Float32Array }[] = [];
  const waiting: { resolve(r: number | undefined): void; reject(error: Error): void }[] = [];
  const worker = new FakeWorker<CorrelationCalls>({
    correlation: (request) => {
      asked.push(request);
      return new Promise<number | undefined>((resolve, reject) => void waiting.push({ resolve, reject }));
    },
  });
  const correlations = new Correlations(worker);
  let told = 0;
  const end = correlations.subscribe(() => told++);
  return {
    ...{ correlations, asked, end },
    told: () => told,
    answer: (r: number | undefined) => (waiting.shift()!.resolve(r), turn()),
    fail: (message: string) => (waiting.shift()!.reject(new Error(message)), turn()),
  };
}

test("a correlation is asked for once, and known once it is answered, of which listeners are told", async () => {
  const { correlations, asked, told, answer } = asking();
  assert.equal(correlations.of(x, y), undefined);
  assert.equal(correlations.of(x, y), undefined);
  assert.deepEqual([asked.length, told()], [1, 0]);
  assert.deepEqual([asked[0]!.x, asked[0]!.y], [x, y.subarray(0, 4)], "of as many as both have");
  await answer(0.8);
  assert.deepEqual([correlations.of(x, y), told()], [0.8, 1]);
  assert.equal(correlations.of(y, x), undefined, "the other way round is another question");
  assert.equal(asked.length, 2);
});

test("of a stretch only what is in view is sent, as a copy", () => {
  const { correlations, asked } = asking();
  correlations.of(x, y, 1, 3);
  const [sent] = asked;
  assert.deepEqual([...sent!.x, ...sent!.y], [1, 2, 2, 1]);
  assert.deepEqual([sent!.x.buffer.byteLength, sent!.y.buffer.byteLength], [8, 8]);
});

test("a view that comes while another is asked for shows no r but its own, and is asked for next", async () => {
  const { correlations, asked, told, answer } = asking();
  correlations.of(x, y, 0, 2);
  for (const from of [1, 2]) assert.equal(correlations.of(x, y, from, 4), undefined);
  assert.equal(asked.length, 1, "not every view on the way");
  await answer(0.5);
  assert.equal(told(), 1);
  assert.equal(correlations.of(x, y, 2, 4), undefined);
  assert.deepEqual([...asked[1]!.x], [2, 3]);
  await answer(-1);
  assert.deepEqual([correlations.of(x, y, 2, 4), correlations.of(x, y, 0, 2), asked.length], [-1, 0.5, 2]);
});

test("where there is none, and where the call fails, it is not asked for again", async () => {
  const { correlations, asked, told, answer, fail } = asking();
  correlations.of(x, y);
  await fail("the worker stopped");
  assert.deepEqual([correlations.of(x, y), told()], [undefined, 1]);
  correlations.of(x, y, 0, 2);
  await answer(undefined);
  assert.deepEqual([correlations.of(x, y, 0, 2), correlations.of(x, y), asked.length], [Number.NaN, undefined, 2]);
});

test("who has gone is not told, and finds the answer on coming back", async () => {
  const { correlations, told, answer, end } = asking();
  correlations.of(x, y);
  end();
  await answer(0.3);
  assert.deepEqual([told(), correlations.of(x, y)], [0, 0.3]);
});

test("the open model answers, and before there is one there is no r", async () => {
  const open: { pearson(x: Float32Array, y: Float32Array): number | undefined }[] = [];
  const handlers = correlationHandlers(() => {
    if (!open[0]) throw new Error("no model");
    return open[0];
  });
  const correlations = new Correlations(local<CorrelationCalls>(handlers));
  correlations.of(x, y);
  await turn();
  open.push({ pearson: (x, y) => x.length + y.length });
  correlations.of(x, y, 0, 3);
  await turn();
  assert.deepEqual([correlations.of(x, y, 0, 3), correlations.of(x, y)], [6, undefined]);
});
