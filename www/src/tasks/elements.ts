/** The elements that the templates of each task name. Those of the first are what the page begins with. */

import type { Task } from "../../../pkg/src/card";
import "./genes/on-off/data-step";
import "./genes/on-off/first-gene";
import "./genes/on-off/results";
import "./genes/run-bar";

export const ELEMENTS: Readonly<Record<Task, () => Promise<unknown>>> = {
  "on-off": async () => {},
  level: () => import("./genes/level/elements"),
  change: () => import("./genes/change/elements"),
  tracks: () => import("./tracks/elements"),
};
