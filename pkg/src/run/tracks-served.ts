/** Computations of a pool's worker with a model of tracks. */

import type { SequencesEngine } from "../engine/engine.js";
import { partByPart, reading, SlicedFile } from "../io/model-bytes.js";
import { release } from "../io/release.js";
import { pacing } from "../progress.js";
import { byName } from "./tracks.js";
import type { Compute, Kit, WindowRequest } from "./worker-port.js";

/** Opens the model. */
export function servedTracks(engine: SequencesEngine, { bytes, file, sums }: Kit): Compute {
  const source = bytes instanceof Blob ? new SlicedFile(bytes, file, sums) : bytes;
  const model = reading(source, () => new engine.TrackModel(partByPart(source), file, false, true));
  // Its weights are in the engine by now.
  if (!(bytes instanceof Blob)) (bytes.buffer as ArrayBuffer & { resize?(length: number): void }).resize?.(0);
  return async (request, wanted) => {
    const asked = request as WindowRequest;
    switch (asked.kind) {
      case "window": {
        const batch = await model.predict(asked.codes, asked.attention, pacing(wanted));
        return byName(asked.alone ? { ...batch, prediction: without(batch.prediction) } : batch);
      }
      case "member":
        return byName(await model.member(asked.member, asked.codes, asked.attention, pacing(wanted)));
      case "tower":
        return { tower: await model.tower(asked.codes, asked.first, asked.end) };
      case "rows": {
        const { values, layer, first, end, attention, alone } = asked;
        const found = await model.contextRows(layer, values, first, end, attention);
        return { attention: found.attention, rows: alone ? without(found.rows) : found.rows };
      }
      case "tracks":
        return { tracks: await model.tracks(asked.values, asked.bins) };
    }
  };
}

/** Empty arrays in place of values that are not needed. */
function without(values: Float32Array): Float32Array {
  release(values);
  return new Float32Array(0);
}
