/** What the page says of the catalogue's models before any is fetched. */

import type { Weights } from "./weights";
import type { Catalogue, CatalogueInt8, CatalogueModel } from "../../../pkg/src/index";
import type { CurrentModel } from "../session/state";
import { isOfTracks } from "../../../pkg/src/card";
import { variantRank } from "./variants";

/** A cell type that models learned from. */
export interface Cell {
  readonly id: string;
  readonly name: string;
}

/**
 * The cell type of a model, or the two between which it predicts a change; models without one are a group of their own.
 */
export function cellOf({ family, cell_type, cell_type_b, simulated }: CatalogueModel): Cell {
  if (isOfTracks({ family }))
    return {
      id: `sequence-${cell_type?.id ?? ""}`,
      name: `${cell_type ? `${cell_type.name}: t` : "T"}racks from a sequence`,
    };
  if (cell_type && cell_type_b)
    return { id: `${cell_type.id}-${cell_type_b.id}`, name: `${cell_type.name} → ${cell_type_b.name}, change` };
  if (cell_type) return { id: cell_type.id, name: `${cell_type.name} (${cell_type.id})` };
  return simulated ? { id: "simulated", name: "Simulated" } : { id: "other", name: "Other" };
}

/** The cell types of a catalogue, in its order. */
export function cellsOf(models: readonly CatalogueModel[]): Cell[] {
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
export function fileOf(
  { file, bytes, sha256, test_auroc, test_pearson, int8 }: CatalogueModel,
  wished: Weights,
): ModelFile {
  return wished === "int8" && int8
    ? { ...int8, weights: "int8" }
    : { file, bytes, sha256, test_auroc, test_pearson, weights: "float16" };
}

/** A score on test genes, and what it is. */
export interface TestScore {
  readonly name: "AUROC" | "Pearson’s r";
  readonly value: number;
}

/**
 * The score of a model on its test genes: Pearson's r for a model of a change, the area under the ROC curve for any
 * other.
 */
export function scoreOf({
  test_auroc,
  test_pearson,
}: Pick<CatalogueModel, "test_auroc" | "test_pearson">): TestScore | undefined {
  if (test_pearson != null) return { name: "Pearson’s r", value: test_pearson };
  return test_auroc != null ? { name: "AUROC", value: test_auroc } : undefined;
}

/** The simple predictor that does best on a model's test genes. */
export function simpleOf({
  best_simple,
  best_simple_change,
}: Pick<CatalogueModel, "best_simple" | "best_simple_change">):
  { readonly name: string; readonly value: number } | undefined {
  if (best_simple_change) return { name: best_simple_change.name, value: best_simple_change.pearson };
  return best_simple ? { name: best_simple.name, value: best_simple.auroc } : undefined;
}

/** Whether a model does better than the best simple predictor on the same test genes. */
export function verdictOf(
  model: Pick<CatalogueModel, "test_auroc" | "best_simple" | "test_pearson" | "best_simple_change">,
): { readonly better: boolean; readonly text: string } | undefined {
  const [score, simple] = [scoreOf(model), simpleOf(model)];
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
