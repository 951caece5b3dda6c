import assert from "node:assert/strict";
import { test } from "node:test";
import { Leases, SharedCache } from "../../src/tasks/shared/view/shared-cache";

/** Lets what is settled be heard. */
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test("what two ask for is made once, and given back with the last of them", async () => {
  const cache = new SharedCache();
  let [made, freed] = [0, 0];
  const take = () =>
    cache.take(
      "model",
      () => ++made,
      () => freed++,
    );
  const [first, second] = [take(), take()];
  assert.equal(await first.value, 1);
  assert.equal(await second.value, 1);
  first.release();
  first.release();
  await soon();
  assert.equal(freed, 0);
  second.release();
  await soon();
  assert.equal(freed, 1);
  assert.equal(cache.size, 0);
  assert.equal(await take().value, 2);
});

test("what is still being made when the last goes is stopped, and freed if it comes all the same", async () => {
  const cache = new SharedCache();
  let finish = (_: string): void => {};
  let stopped = false;
  const freed: string[] = [];
  const lease = cache.take(
    "table",
    ({ signal }) =>
      new Promise<string>((resolve) => ((finish = resolve), signal.addEventListener("abort", () => (stopped = true)))),
    (table) => freed.push(table),
  );
  await soon();
  lease.release();
  assert.equal(stopped, true);
  finish("late");
  await soon();
  assert.deepEqual(freed, ["late"]);
});

test("what failed is made again by the next who asks", async () => {
  const cache = new SharedCache();
  let tries = 0;
  const take = () => cache.take("model", () => (++tries === 1 ? Promise.reject(new Error("not there")) : "there"));
  const first = take();
  await assert.rejects(first.value, /not there/);
  const second = take();
  assert.equal(await second.value, "there");
  first.release();
  assert.equal(cache.size, 1);
  second.release();
  assert.equal(cache.size, 0);
});

test("all who wait hear of progress", async () => {
  const cache = new SharedCache();
  const heard: string[] = [];
  const progress = { stage: "read", file: "genes.csv", done: 1, total: 2, unit: "bytes" } as const;
  let tell = (): void => {};
  const make = ({ onProgress }: { onProgress: (of: typeof progress) => void }) =>
    new Promise<void>((resolve) => (tell = () => (onProgress(progress), resolve())));
  const leases = ["a", "b"].map((name) => new Leases(cache, () => heard.push(name)));
  const lease = leases.map((each) => each.take("table", make as never));
  await soon();
  tell();
  await Promise.all(lease);
  assert.deepEqual(heard, ["a", "b"]);
});

test("who has let go takes nothing any more", async () => {
  const cache = new SharedCache();
  const leases = new Leases(cache, () => {});
  void leases.take("model", () => "model");
  leases.release();
  void leases.take("table", () => "table");
  await soon();
  assert.equal(cache.size, 0);
});

test("a view lets go of a run before its model", async () => {
  const cache = new SharedCache();
  const leases = new Leases(cache, () => {});
  const freed: string[] = [];
  for (const name of ["model", "run"])
    await leases.take(
      name,
      () => name,
      (each) => freed.push(each),
    );
  leases.release();
  await soon();
  assert.deepEqual(freed, ["run", "model"]);
});
