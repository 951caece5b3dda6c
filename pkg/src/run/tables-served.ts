/** Computations of a worker of the pool with a model of tables. */

import type { FullEngine } from "../engine/engine.js";
import { explainBatch } from "./explain-batch.js";
import type { Compute, ExplainRequest, Kit } from "./worker-port.js";

/** Opens the model. */
export function servedTables(engine: FullEngine, { bytes, file, symmetric }: Kit): Compute {
  // No file: only models of tracks are read so.
  const model = new engine.Model(bytes as Uint8Array, file, symmetric);
  return async (request) =>
    request.kind === "batch"
      ? model.predict(request.values, request.genes)
      : explainBatch(model, request as ExplainRequest);
}
