/** Scenes of `<regulens-view>` for a model of each task; loaded with the first model of it. */

import type { Task } from "../../../pkg/src/card";
import type { Scenes } from "../element/job";
import * as level from "./genes/level/scene";

export const SCENES: Readonly<Record<Task, () => Promise<Scenes>>> = {
  "on-off": () => import("./genes/on-off/scene"),
  // All that it does is refuse.
  level: async () => level,
  change: () => import("./genes/change/scene"),
  tracks: () => import("./tracks/scene"),
};
