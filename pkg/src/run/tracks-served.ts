/** Computations of a worker of the pool with a model of tracks. */

import type { SequencesEngine } from "../engine/engine.js";
import { pacing } from "../progress.js";
import { byName } from "./tracks.js";
import type { Compute, Kit, WindowRequest } from "./worker-port.js";

/** Opens the model. */
export function servedTracks(engine: SequencesEngine, { bytes, file }: Kit): Compute {
  const model = new engine.TrackModel(bytes, file, false, true);
  // Its weights are placed.
  (bytes.buffer as ArrayBuffer & { resize?(length: number): void }).resize?.(0);
  return async (request, wanted) => {
    const asked = request as WindowRequest;
    switch (asked.kind) {
      case "window":
        return byName(await model.predict(asked.codes, asked.attention, pacing(wanted)));
      case "tower":
        return { tower: await model.tower(asked.codes, asked.first, asked.end) };
      case "rows": {
        const { values, layer, first, end, attention } = asked;
        return { ...(await model.contextRows(layer, values, first, end, attention)) };
      }
      case "tracks":
        return { tracks: await model.tracks(asked.values, asked.bins) };
    }
  };
}
