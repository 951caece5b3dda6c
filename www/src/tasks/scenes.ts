/** Scenes of `<regulens-view>` for a model of each task; loaded with the first model of it. */

import type { Task } from "../../../pkg/src/card";
import type { Scenes } from "./shared/view/job";

export const SCENES: Readonly<Record<Task, () => Promise<Scenes>>> = {
  "on-off": () => import("./genes/on-off/scene"),
  level: () => import("./genes/level/scene"),
  change: () => import("./genes/change/scene"),
  tracks: () => import("./tracks/scene"),
};
