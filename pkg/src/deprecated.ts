/** Names of version 0.1 that will be removed. Each is an alias of the name beside it. */

import type { ModelCard } from "./card.js";
import type { ChangeModel } from "./models/change.js";
import type { OnOffModel } from "./models/on-off.js";
import { TableModel } from "./models/table-model.js";
import { TracksModel } from "./models/tracks.js";
import type { OnOffResult } from "./tasks/on-off.js";
import type { TracksResult } from "./tasks/tracks.js";

/** @deprecated Ask `card.task`. */
export function isOfChange(card: ModelCard): boolean {
  return card.task === "change";
}

/** @deprecated Ask `card.task`. */
export function isOfTracks(card: ModelCard): boolean {
  return card.task === "tracks";
}

/** @deprecated Ask `model.task`, or use {@link TableModel}. */
export const Lens = TableModel;

/** @deprecated Use {@link OnOffModel} or {@link ChangeModel}. */
export type Lens = OnOffModel | ChangeModel;

/** @deprecated Use {@link TracksModel}. */
export const TrackLens = TracksModel;

/** @deprecated Use {@link TracksModel}. */
export type TrackLens = TracksModel;

/** @deprecated Use {@link OnOffResult}. */
export type Result = OnOffResult;

/** @deprecated Use {@link TracksResult}. */
export type Tracks = TracksResult;
