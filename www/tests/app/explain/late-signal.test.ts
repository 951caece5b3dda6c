import assert from "node:assert/strict";
import { test } from "node:test";
import { Shared } from "../../../../pkg/src/engine/shared";
import { lateSignal } from "../../../src/tasks/genes/answered";

/** A download that several wait for. */
function started() {
  const begun: AbortSignal[] = [];
  const ends: (() => void)[] = [];
  const engine = new Shared<string>(({ signal }) => {
    begun.push(signal!);
    return new Promise((resolve) => ends.push(() => resolve("engine")));
  }, "Loading the engine");
  return { engine, begun, ends };
}

test("a gene that is chosen while the engine loads shares the download of the gene before", async () => {
  const { engine, begun, ends } = started();
  const [first, second] = [new AbortController(), new AbortController()];
  const left = engine.get({ signal: lateSignal(first.signal, 20) });
  left.catch(() => {});
  first.abort();
  await new Promise((resolve) => setTimeout(resolve));
  const found = engine.get({ signal: lateSignal(second.signal, 20) });
  await assert.rejects(left, /cancelled/);
  ends[0]!();
  assert.equal(await found, "engine");
  assert.equal(begun.length, 1);
});

test("a download that nobody waits for any more ends a while later", async () => {
  const { engine, begun } = started();
  const only = new AbortController();
  const left = engine.get({ signal: lateSignal(only.signal, 20) });
  only.abort();
  assert.equal(begun[0]!.aborted, false);
  await assert.rejects(left, /cancelled/);
  assert(begun[0]!.aborted);
});
