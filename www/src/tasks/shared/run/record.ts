/** Model and device in the record of a run, whichever the task. */

import type { DeviceReport } from "../../../../../pkg/src/index";
import type { OpenedModel } from "../../../session/opened";

export function modelRecord({ card, file, sha256, verified }: OpenedModel) {
  const { name, family, variant, dtype } = card;
  return { name, file, sha256, verified, family, variant, weights: dtype };
}

export function deviceRecord({ kind, simd, workers, adapter, software, reason, check }: DeviceReport) {
  return {
    kind,
    simd: simd ?? null,
    workers: workers ?? null,
    adapter: adapter ?? null,
    software,
    reason,
    check: check ?? null,
  };
}
