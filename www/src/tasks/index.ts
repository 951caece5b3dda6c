/** The tasks of the page. Nothing else lists them. */

import { type Task, type TaskOfCard, taskOf } from "../../../pkg/src/card";
import type { CatalogueExample } from "../../../pkg/src/index";
import type { MakeScene } from "../element/job";
import { facts as change } from "./change/facts";
import type { TaskFacts } from "./facts";
import { facts as onOff } from "./on-off/facts";
import { facts as tracks } from "./tracks/facts";

const FACTS: Readonly<Record<Task, TaskFacts>> = { "on-off": onOff, change, tracks };

/** What `<regulens-view>` shows of a model of each task. */
export const SCENES: Readonly<Record<Task, () => Promise<MakeScene>>> = {
  "on-off": async () => (await import("./on-off/scene")).scene,
  change: async () => (await import("./change/scene")).scene,
  tracks: async () => (await import("./tracks/scene")).scene,
};

/** What the page is for until a model is open. */
export const FIRST: Task = "on-off";

/** What is known of the task of a card, or of an entry of the catalogue; undefined for a task that this page has not. */
export function factsOf(card: TaskOfCard): TaskFacts | undefined {
  const task = taskOf(card);
  return task && FACTS[task];
}

/** The same of the open model; before one is, of the first task. */
export function factsOfOpen(model: { readonly card: TaskOfCard } | undefined): TaskFacts {
  return (model && factsOf(model.card)) ?? FACTS[FIRST];
}

/**
 * The task of the models that read an example. One that names none is of tables, one or two as its models read.
 */
export function taskOfExample({ task, family, b }: CatalogueExample): Task | undefined {
  if (task != null || family != null) return taskOf({ task, family: family ?? "" });
  const tables = b ? 2 : 1;
  return (Object.keys(FACTS) as Task[]).find((each) => FACTS[each].cells.length === tables);
}
