/** What the page says of the catalogue's models before any is fetched. */

import type { Weights } from "./weights";
import type { Catalogue, CatalogueInt8, CatalogueModel } from "../../../pkg/src/index";
import type { CurrentModel } from "../session/state";
import type { Group, Simple, TestedFile, TestScore } from "../tasks/facts";
import { factsOf } from "../tasks/index";
import { variantRank } from "./variants";

/** What a model learned from, by which the catalogue is grouped. */
export function cellOf(model: CatalogueModel): Group {
  return factsOf(model)?.group(model) ?? { id: "other", name: "Other" };
}

/** The cell types of a catalogue, in its order. */
export function cellsOf(models: readonly CatalogueModel[]): Group[] {
  const cells = new Map(models.map((model) => [cellOf(model).id, cellOf(model)]));
  return [...cells.values()];
}

/** The models of a cell type, by variant. */
export function modelsOf(models: readonly CatalogueModel[], cell: string): CatalogueModel[] {
  // Not as a difference: that of two that are not known is not a number.
  const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
  return models
    .filter((model) => cellOf(model).id === cell)
    .sort((a, b) => compare(variantRank(a.variant), variantRank(b.variant)));
}

/** The catalogue's entry of an open model; undefined for the user's own file. */
export function entryOf(catalogue: Catalogue | undefined, { id }: CurrentModel): CatalogueModel | undefined {
  return id === undefined ? undefined : catalogue?.models.find((each) => each.id === id);
}

/** A file of a model, and which weights it has. */
type ModelFile = CatalogueInt8 & { readonly weights: Weights };

/** The file of a model that is fetched where these weights are wished for; its test score is its own. */
export function fileOf(model: CatalogueModel, wished: Weights): ModelFile {
  return wished === "int8" && model.int8 ? { ...model.int8, weights: "int8" } : { ...model, weights: "float16" };
}

/** The score of a model with the weights of one of its files. */
export function scoreOf(model: CatalogueModel, file: TestedFile = model): TestScore | undefined {
  return factsOf(model)?.score(file);
}

/** The simple predictor that does best on the data that a model was tested on. */
export function simpleOf(model: CatalogueModel): Simple | undefined {
  return factsOf(model)?.simple(model);
}

/** Whether a model does better than the best simple predictor on the same data. */
export function verdictOf(
  model: CatalogueModel,
  file: TestedFile = model,
): { readonly better: boolean; readonly text: string } | undefined {
  const [score, simple] = [scoreOf(model, file), simpleOf(model)];
  if (!score || !simple) return undefined;
  const better = score.value > simple.value;
  return {
    better,
    text: `${better ? "beats" : "does not beat"} ${simple.name} (${simple.value.toFixed(3)}), the best simple predictor`,
  };
}

/** The best simple predictor of several models, where it is the same for all of them: they share their test genes. */
export function commonSimple(models: readonly CatalogueModel[]): ReturnType<typeof simpleOf> {
  const first = models[0] && simpleOf(models[0]);
  const isSame = (model: CatalogueModel): boolean =>
    simpleOf(model)?.name === first?.name && simpleOf(model)?.value === first?.value;
  return first && models.every(isSame) ? first : undefined;
}
