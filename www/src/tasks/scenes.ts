/** Scenes of `<regulens-view>` for a model of each task; loaded with the first model of it. */

import type { Task } from "../../../pkg/src/card";
import type { MakeScene } from "../element/job";

export const SCENES: Readonly<Record<Task, () => Promise<MakeScene>>> = {
  "on-off": async () => (await import("./on-off/scene")).scene,
  change: async () => (await import("./change/scene")).scene,
  tracks: async () => (await import("./tracks/scene")).scene,
};
