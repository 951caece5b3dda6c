import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError } from "../../../pkg/src/errors";
import type { Progress, WorkOptions } from "../../../pkg/src/progress";
import { Shared } from "../../../pkg/src/engine/shared";

/** Work that a test ends by hand. */
function work() {
  const starts: { options: WorkOptions; resolve(value: number): void; reject(error: Error): void }[] = [];
  const shared = new Shared<number>(
    (options) =>
      new Promise((resolve, reject) => {
        starts.push({ options, resolve, reject });
        options.signal!.addEventListener("abort", () => reject(new CancelledError("The work")));
      }),
    "The work",
  );
  return { shared, starts };
}

test("what several wait for is started once, and all hear its progress", async () => {
  const { shared, starts } = work();
  const heard: Progress[][] = [[], []];
  const waits = heard.map((list) => shared.get({ onProgress: (progress) => list.push(progress) }));
  starts[0]!.options.onProgress!({ stage: "engine", done: 1, total: 2, unit: "bytes" });
  starts[0]!.resolve(7);
  assert.deepEqual(await Promise.all(waits), [7, 7]);
  assert.deepEqual(
    heard.map(({ length }) => length),
    [1, 1],
  );
  assert.equal(await shared.get({}), 7);
  assert.equal(starts.length, 1);
});

test("one that cancels does not end the others' wait", async () => {
  const { shared, starts } = work();
  const controller = new AbortController();
  const [cancelled, other] = [shared.get({ signal: controller.signal }), shared.get({})];
  controller.abort();
  await assert.rejects(cancelled, CancelledError);
  starts[0]!.resolve(7);
  assert.equal(await other, 7);
});

test("when all have cancelled the work is stopped, and the next one starts it again", async () => {
  const { shared, starts } = work();
  const controller = new AbortController();
  const cancelled = shared.get({ signal: controller.signal });
  controller.abort();
  await assert.rejects(cancelled, CancelledError);
  assert.equal(starts[0]!.options.signal!.aborted, true);
  const next = shared.get({});
  await new Promise(setImmediate);
  assert.equal(starts.length, 2);
  starts[1]!.resolve(7);
  assert.equal(await next, 7);
});

test("after a failure the next one starts the work again", async () => {
  const { shared, starts } = work();
  const failed = shared.get({});
  starts[0]!.reject(new Error("offline"));
  await assert.rejects(failed, /offline/);
  const next = shared.get({});
  starts[1]!.resolve(7);
  assert.equal(await next, 7);
});
