// A GPU that is lost, lies, hangs or has no memory, from any point of a run on: the CPU takes over, and every number is
// right. One that is only slow is waited for.

import { dice, PATIENCE, trials } from "../support/faults.ts";
import { expect, test } from "../support/fixtures.ts";
import { ENTRY, openBarePage, type Package, QUICK_MODEL } from "../support/package.ts";
import { table } from "../support/tables.ts";

/** Several batches of a software adapter. */
const GENES = 48;
const TABLE = table({ genes: GENES });

/**
 * From its call `after` on, a GPU that does so. Long waits for it are then a twentieth as long: what counts as hung
 * after a minute does so in seconds.
 */
const FAULTS = `
  const fault = (globalThis.fault = { kind: "none", after: Infinity, calls: 0, begun: 0 });
  const due = (kind) => fault.kind === kind && ++fault.calls > fault.after && ++fault.begun;
  const request = GPUAdapter.prototype.requestDevice;
  let device;
  GPUAdapter.prototype.requestDevice = async function (...given) { return (device = await request.apply(this, given)); };
  const dispatch = GPUComputePassEncoder.prototype.dispatchWorkgroups;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...size) {
    if (due("lost")) device.destroy();
    if (!due("lying")) dispatch.apply(this, size);
  };
  const wait = setTimeout;
  const map = GPUBuffer.prototype.mapAsync;
  GPUBuffer.prototype.mapAsync = function (...given) {
    if (due("slow")) return new Promise((go) => wait(go, 400)).then(() => map.apply(this, given));
    return due("hanging") ? new Promise(() => {}) : map.apply(this, given);
  };
  const create = GPUDevice.prototype.createBuffer;
  GPUDevice.prototype.createBuffer = function (wanted) {
    // The buffer that this gives, and the error reported of it, are those of a device without memory.
    return create.call(this, due("full") ? { ...wanted, size: 2 ** 48, mappedAtCreation: false } : wanted);
  };
  globalThis.setTimeout = (work, time, ...given) =>
    wait(work, fault.after < Infinity && time > 30_000 ? time / 20 : time, ...given);
`;

interface Faulty {
  fault: { kind: string; after: number; calls: number; begun: number };
}

for (const kind of ["lost", "lying", "hanging", "full", "slow"])
  test(`${kind} from any point of a run on`, async ({ page, watched }) => {
    test.setTimeout(PATIENCE);
    watched.expectError(/./);
    let begun = 0;
    for (const seed of trials(1)) {
      await openBarePage(page, FAULTS);
      const outcome = await page.evaluate(
        async ([entry, model, text, kind, share]) => {
          const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
          const { fault } = globalThis as unknown as Faulty;
          const cpu = await Regulens.load(model, { device: "cpu", workers: 1 });
          const table = await cpu.readTable(text);
          const wanted = await cpu.predict(table);
          const gpu = await Regulens.load(model, { device: "webgpu", workers: 1 });
          if (gpu.device.kind !== "webgpu") return { unfit: gpu.device.reason };
          // Counts the calls of an undisturbed run on other genes: what lies in its memory afterwards is none of these.
          // Memory it asks for in its first run alone.
          Object.assign(fault, { kind, after: Infinity, calls: 10 });
          if (kind !== "full") {
            fault.calls = 0;
            await gpu.predict(await cpu.readTable(text.replaceAll(",0", ",9")));
          }
          Object.assign(fault, { after: Math.floor(fault.calls * share), calls: 0 });
          const found = await gpu.predict(table);
          Object.assign(fault, { kind: "none" });
          let furthest = 0;
          for (const of of ["logit", "probability", "alpha", "beta"] as const)
            found[of].forEach((value, i) => {
              const far = Math.abs(value - wanted[of][i]!);
              furthest = Number.isNaN(far) ? NaN : Math.max(furthest, far);
            });
          return {
            furthest,
            begun: fault.begun,
            after: fault.after,
            device: found.device.kind,
            reason: found.device.reason,
          };
        },
        [ENTRY, QUICK_MODEL, TABLE, kind, dice(seed)(1000) / 1000] as const,
      );
      const what = `trial ${seed}: ${JSON.stringify(outcome)}`;
      expect(outcome.unfit, what).toBeUndefined();
      expect(outcome.furthest, what).toBeLessThan(1e-4);
      if (outcome.begun === 0) continue;
      begun++;
      expect(outcome.device, what).toBe(kind === "slow" ? "webgpu" : "cpu");
      if (kind !== "slow") expect(outcome.reason, what).toMatch(/^The CPU took over from gene \d+ on: /);
    }
    console.log(`${kind}: it came to the fault in ${begun} trials`);
    expect(begun, "trials in which it came to the fault").toBeGreaterThan(0);
  });
