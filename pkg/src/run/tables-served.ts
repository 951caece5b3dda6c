/** Computations of a pool's worker with a model of tables. */

import type { FullEngine } from "../engine/engine.js";
import { explainBatch } from "./explain-batch.js";
import type { Compute, ExplainRequest, Kit } from "./worker-port.js";

/** Opens the model. */
export function servedTables(engine: FullEngine, { bytes, file, symmetric }: Kit): Compute {
  // Never a file: only models of tracks are read in slices.
  const model = new engine.Model(bytes as Uint8Array, file, symmetric);
  return async (request) =>
    request.kind === "batch"
      ? model.predict(request.values, request.genes)
      : explainBatch(model, request as ExplainRequest);
}
