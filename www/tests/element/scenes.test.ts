/** The task that a view probably has, before its model is there, and how many models it takes. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Request } from "../../src/element/request";
import { likelyTask } from "../../src/element/scenes";
import { Leases, SharedCache } from "../../src/element/shared-cache";

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
