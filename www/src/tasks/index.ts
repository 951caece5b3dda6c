/**
 * The tasks. Nothing else lists them but the files beside this one: what is known of them (`known.ts`), and what is
 * loaded of them where, in the page (`elements.ts`), in a page of one file (`results.ts`) and in `<regulens-view>`
 * (`scenes.ts`), each a bundle of its own.
 */

import type { Task } from "../../../pkg/src/card";
import type { TaskView } from "./shared/task";

export * from "./known";

/** View of each task in the page; loaded with the first model of it. */
export const TASKS: Readonly<Record<Task, () => Promise<TaskView>>> = {
  "on-off": async () => (await import("./genes/on-off/session")).view,
  level: async () => (await import("./genes/level/session")).view,
  change: async () => (await import("./genes/change/session")).view,
  tracks: async () => (await import("./tracks/view")).view,
};
