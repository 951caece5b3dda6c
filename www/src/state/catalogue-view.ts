/** What the page says of the catalogue's models before any is fetched. */

import type { Catalogue, CatalogueInt8, CatalogueModel } from "../../../pkg/src/index";
import type { CurrentModel, Weights } from "./state";
import { variantRank } from "./variants";

/** A cell type that models learned from. */
export interface Cell {
  readonly id: string;
  readonly name: string;
}

/** The cell type of a model; models without one are a group of their own. */
export function cellOf({ cell_type, simulated }: CatalogueModel): Cell {
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
  return models.filter((model) => cellOf(model).id === cell).sort((a, b) => compare(variantRank(a.variant), variantRank(b.variant)));
}

/** The catalogue's entry of an open model; undefined for the user's own file. */
export function entryOf(catalogue: Catalogue | undefined, { id }: CurrentModel): CatalogueModel | undefined {
  return id === undefined ? undefined : catalogue?.models.find((each) => each.id === id);
}

/** A file of a model, and which weights it has. */
type ModelFile = CatalogueInt8 & { readonly weights: Weights };

/** The file of a model that is fetched where these weights are wished for; its test score is its own. */
export function fileOf({ file, bytes, sha256, test_auroc, int8 }: CatalogueModel, wished: Weights): ModelFile {
  return wished === "int8" && int8 ? { ...int8, weights: "int8" } : { file, bytes, sha256, test_auroc, weights: "float16" };
}

/** Whether a model does better than the best simple predictor on the same test genes. */
export function verdictOf({ test_auroc, best_simple }: Pick<CatalogueModel, "test_auroc" | "best_simple">): { readonly better: boolean; readonly text: string } | undefined {
  if (test_auroc == null || !best_simple) return undefined;
  const better = test_auroc > best_simple.auroc;
  return { better, text: `${better ? "beats" : "does not beat"} ${best_simple.name} (${best_simple.auroc.toFixed(3)}), the best simple predictor` };
}

/** The best simple predictor of several models, where it is the same for all of them: they share their test genes. */
export function commonSimple(models: readonly CatalogueModel[]): CatalogueModel["best_simple"] | undefined {
  const [first] = models;
  const isSame = ({ best_simple }: CatalogueModel): boolean => best_simple?.name === first.best_simple?.name && best_simple?.auroc === first.best_simple?.auroc;
  return first?.best_simple && models.every(isSame) ? first.best_simple : undefined;
}
