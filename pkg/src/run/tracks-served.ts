/** What a worker of the pool computes with a model of tracks. */

import type { SequencesEngine } from "../engine/engine.js";
import { pacing } from "../progress.js";
import { byName } from "./tracks.js";
import type { CodedWindow, Compute, FromTower, TowerRequest } from "./worker-port.js";

/** Opens the model. */
export function servedTracks(engine: SequencesEngine, bytes: Uint8Array, file: string): Compute {
  const model = new engine.TrackModel(bytes, file);
  return async (request, wanted) => {
    const asked = request as CodedWindow | TowerRequest | FromTower;
    switch (asked.kind) {
      case "window":
        return byName(await model.predict(asked.codes, asked.attention, pacing(wanted)));
      case "tower":
        return { tower: await model.tower(asked.codes, asked.first, asked.end) };
      case "from-tower":
        return byName(await model.predictFrom(asked.values, asked.attention, pacing(wanted)));
    }
  };
}
