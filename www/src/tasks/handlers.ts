/** Calls that the page's worker answers for each task; loaded with the worker. */

import { exportHandlers } from "../standalone/calls";
import type { Open } from "../worker/open";
import { atWork as atWorkOnChange } from "./change/worker";
import { atWork as atWorkOnOff } from "./on-off/worker";
import { Keeper } from "./shared/compare/keeper";
import { atWork as atWorkOnTracks } from "./tracks/worker";

/** Calls of all tasks. */
export function taskHandlers(open: Open) {
  const keeper = new Keeper();
  const onOff = atWorkOnOff(open, keeper);
  const change = atWorkOnChange(open, keeper);
  const tracks = atWorkOnTracks(open);
  return {
    ...keeper,
    ...onOff.calls,
    ...change.calls,
    ...tracks.calls,
    ...exportHandlers({ "on-off": onOff.pack, change: change.pack, tracks: tracks.pack }),
  };
}
