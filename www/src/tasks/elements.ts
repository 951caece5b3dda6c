/** The elements that the templates of each task name. Those of the first are what the page begins with. */

import type { Task } from "../../../pkg/src/card";
import "./on-off/elements";

export const ELEMENTS: Readonly<Record<Task, () => Promise<unknown>>> = {
  "on-off": async () => {},
  change: () => import("./change/elements"),
  tracks: () => import("./tracks/elements"),
};
