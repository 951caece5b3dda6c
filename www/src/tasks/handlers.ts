/** Calls that the page's worker answers for each task; loaded with the worker. */

import { exportHandlers } from "../standalone/calls";
import type { Open } from "./shared/open";
import { atWork as atWorkOnGenes } from "./genes/worker/handlers";
import { Keeper } from "./genes/compare/keeper";
import { atWork as atWorkOnTracks } from "./tracks/worker";

/** Calls of all tasks. */
export function taskHandlers(open: Open) {
  const keeper = new Keeper();
  const genes = atWorkOnGenes(open, keeper);
  const tracks = atWorkOnTracks(open);
  return {
    ...keeper,
    ...genes.calls,
    ...tracks.calls,
    ...exportHandlers({ "on-off": genes.pack, level: genes.pack, change: genes.pack, tracks: tracks.pack }),
  };
}
