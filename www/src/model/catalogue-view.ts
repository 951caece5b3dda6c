/** Texts on the catalogue's models before any is fetched. */

import { fileWith } from "./weights";
import type { Catalogue, CatalogueModel } from "../../../pkg/src/index";
import { type Task, taskOf } from "../../../pkg/src/card";
import type { CurrentModel, State } from "../session/state";
import type { Group, TestedFile, TestScore } from "../tasks/shared/facts";
import { factsOf, recommended } from "../tasks/index";

/** Training data of a model, by which the catalogue is grouped. */
export function cellOf(model: CatalogueModel): Group {
  return factsOf(model.description)?.group(model) ?? { id: "other", name: "Other" };
}

/** The cell types of a catalogue, in its order. */
export function cellsOf(models: readonly CatalogueModel[]): Group[] {
  const cells = new Map(models.map((model) => [cellOf(model).id, cellOf(model)]));
  return [...cells.values()];
}

/** The models of a cell type, by variant. */
export function modelsOf(models: readonly CatalogueModel[], cell: string): CatalogueModel[] {
  return models.filter((model) => cellOf(model).id === cell).sort((a, b) => a.description.rank - b.description.rank);
}

/** The catalogue's entry of an open model; undefined for the user's own file. */
function entryOf(catalogue: Catalogue | undefined, { id }: CurrentModel): CatalogueModel | undefined {
  return id === undefined ? undefined : catalogue?.models.find((each) => each.id === id);
}

/** The score of a model, measured with the weights of one of its files. */
export function scoreOf(model: CatalogueModel, file: TestedFile = model): TestScore | undefined {
  return factsOf(model.description)?.score(file);
}

/** A score in words: "AUROC 0.945". */
export function scoreInWords({ name, value }: TestScore): string {
  return `${name} ${value.toFixed(3)}`;
}

/** The best simple predictor on the model's test data, by the same score. */
export function simplestOf({
  best_simple: auroc,
  best_simple_pearson: pearson,
}: CatalogueModel): { readonly name: string; readonly value: number } | undefined {
  if (auroc) return { name: auroc.name, value: auroc.auroc };
  return pearson ? { name: pearson.name, value: pearson.pearson } : undefined;
}

/**
 * The tasks of a catalogue, in its order, with their models; tasks unknown to this page are omitted.
 */
export function tasksOf(
  models: readonly CatalogueModel[],
): { readonly task: Task; readonly models: CatalogueModel[] }[] {
  const tasks = new Map<Task, CatalogueModel[]>();
  for (const model of models) {
    const task = taskOf(model.description);
    if (task) tasks.set(task, [...(tasks.get(task) ?? []), model]);
  }
  return [...tasks].map(([task, models]) => ({ task, models }));
}

/** The recommended model among several of one task; undefined if all were trained on simulated data. */
export function recommendedOf(models: readonly CatalogueModel[]): CatalogueModel | undefined {
  const task = models[0] && taskOf(models[0].description);
  return task && recommended(models, task);
}

/** Returns true if a model is named by its variant, which distinguishes it from others of its group. */
export function isNamedByVariant(model: CatalogueModel): boolean {
  return factsOf(model.description)?.namedByVariant === true;
}

/** The catalogue's model that is open, or being opened. */
export function wantedModel({ catalogue, model, doing }: State): CatalogueModel | undefined {
  const opening = doing.model;
  const byFile = opening && fileWith(catalogue?.models ?? [], ({ file }) => file === opening.name);
  return byFile?.model ?? (model && entryOf(catalogue, model));
}
