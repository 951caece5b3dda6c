/** Facts about the tasks before a model is open: of one, of a model that is described, of files. */

import { type Task, taskOf } from "../../../pkg/src/card";
import type { CatalogueExample, CatalogueModel, Description } from "../../../pkg/src/index";
import { change, level, onOff } from "./genes/facts";
import type { TaskFacts } from "./shared/facts";
import { facts as tracks } from "./tracks/facts";

/** Facts about each task. */
export const FACTS: Readonly<Record<Task, TaskFacts>> = { "on-off": onOff, level, change, tracks };

/** Task of the page until a model is open. */
export const FIRST: Task = "on-off";

/** Returns the facts about the task of a described model; undefined for a task that this page does not have. */
export function factsOf(description: { readonly task: string }): TaskFacts | undefined {
  const task = taskOf(description);
  return task && FACTS[task];
}

/** The same of the open model; before one is, of the first task. */
export function factsOfOpen(model: { readonly description: Pick<Description, "task"> } | undefined): TaskFacts {
  return FACTS[model?.description.task ?? FIRST];
}

/**
 * The task of the models that read an example. One that names none is of tables, one or two as its models read.
 */
export function taskOfExample({ task, b }: CatalogueExample): Task | undefined {
  if (task != null) return taskOf({ task });
  const tables = b ? 2 : 1;
  return (Object.keys(FACTS) as Task[]).find((each) => FACTS[each].cells.length === tables);
}

/** Returns the facts about a task. */
export function factsOfTask(task: Task): TaskFacts {
  return FACTS[task];
}

/** The default model of a task: one that was trained on measurements. */
export function recommended(models: readonly CatalogueModel[], task: Task): CatalogueModel | undefined {
  return FACTS[task].recommended(models.filter((each) => taskOf(each.description) === task && !each.simulated));
}

/** The model that an example is for: of a simulated one that of simulated data, where there is one. */
export function modelOfExample(
  models: readonly CatalogueModel[],
  example: CatalogueExample,
): CatalogueModel | undefined {
  const task = taskOfExample(example);
  const fitting = models.filter((each) => taskOf(each.description) === task);
  const alike = fitting.find(({ simulated }) => (simulated ?? false) && example.simulated);
  return alike ?? (task && recommended(models, task)) ?? fitting[0];
}

/** The roles of files in workspaces, and what they are called. */
export function storedRoles(): Readonly<Record<string, string>> {
  return Object.assign({}, ...Object.values(FACTS).map(({ stored }) => stored.roles));
}

/** The roles of what the page makes of other files. */
export function madeRoles(): string[] {
  return Object.values(FACTS).flatMap(({ stored }) => stored.made);
}
