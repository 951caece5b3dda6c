import assert from "node:assert/strict";
import { test } from "node:test";
import { Guard } from "../../../pkg/src/engine/guard";

const never = () => new Promise<never>(() => {});

test("work that ends in time is passed on", async () => {
  assert.equal(await new Guard().wait(async () => 7, 1000), 7);
});

test("work that does not end in time is given up, and the device with it", async () => {
  const guard = new Guard();
  await assert.rejects(guard.wait(never, 10), { code: "device-hung" });
  await assert.rejects(
    guard.wait(async () => 7, 1000),
    { code: "device-lost" },
  );
});

test("a lost device ends every wait", async () => {
  const guard = new Guard();
  const waits = [guard.wait(never, 1000), guard.wait(never, 1000)];
  guard.lose("unplugged");
  for (const wait of waits) await assert.rejects(wait, { code: "device-lost", message: /unplugged/ });
});

test("a cancel ends the wait and not the device", async () => {
  const guard = new Guard();
  const controller = new AbortController();
  const wait = guard.wait(never, 1000, controller.signal);
  controller.abort();
  await assert.rejects(wait, { code: "cancelled" });
  assert.equal(guard.lost, undefined);
});
