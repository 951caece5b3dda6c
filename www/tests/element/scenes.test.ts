/** The task that a view probably has, before its model is there, and how many models it takes. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RegulensEngine } from "../../../pkg/src/element";
import type { Request } from "../../src/tasks/shared/view/request";
import { likelyTask, makeScene } from "../../src/element/scenes";
import { Leases, SharedCache } from "../../src/tasks/shared/view/shared-cache";

const of = (asked: Partial<Request>) => likelyTask({ ...({} as Request), ...asked });

test("a view's attributes tell the task that its engine is loaded for", () => {
  assert.equal(of({}), "on-off");
  assert.equal(of({ view: "set" }), "on-off");
  assert.equal(of({ dataB: new Uint8Array(1) }), "change");
  assert.equal(of({ view: "attention" }), "tracks");
  assert.equal(of({ region: "chr1:1-10" }), "tracks");
  assert.equal(of({ measured: new Uint8Array(1) }), "tracks");
  assert.equal(of({ data: new File([], "genome.fa.gz") }), "tracks");
  assert.equal(of({ data: new File([], "genes.family.csv") }), "on-off");
  assert.equal(of({ view: "attention", task: "change" }), "change");
});

test("another gene that is asked for while the engine loads shares its download", async () => {
  // Its build puts the version of the package here.
  Object.assign(globalThis, { OWN_VERSION: "1.0.0" });
  const signals: AbortSignal[] = [];
  const never = new Promise<never>(() => {});
  const engine = {
    VERSION: "1.0.0",
    Regulens: {
      preload({ signal }: { signal: AbortSignal }) {
        signals.push(signal);
        return never;
      },
      load: () => never,
      readTable: () => never,
    },
  } as unknown as RegulensEngine;
  const cache = new SharedCache();
  const model = new Uint8Array(1);
  const begin = (gene: string) => {
    const [leases, making] = [new Leases(cache, () => {}), new AbortController()];
    const request = { models: [model], hashes: [], dataB: model, gene } as unknown as Request;
    void makeScene({ request, leases, signal: making.signal }, engine).catch(() => {});
    return { leases, making };
  };
  const first = begin("G1");
  await new Promise((resolve) => setTimeout(resolve));
  first.making.abort();
  const second = begin("G2");
  await new Promise((resolve) => setTimeout(resolve));
  first.leases.release();
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false],
  );
  second.leases.release();
  assert.equal(signals[0]!.aborted, true, "it ends where nobody waits for it any more");
});

test("what a view asked for ahead is asked for once, a failure too", async () => {
  let made = 0;
  const leases = new Leases(new SharedCache(), () => {});
  const make = async () => {
    made++;
    throw new Error("is not there");
  };
  await assert.rejects(leases.once("table", make), /is not there/);
  await assert.rejects(leases.once("table", make), /is not there/);
  assert.equal(made, 1);
});
