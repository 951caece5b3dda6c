/** What entries of the catalogue have in common across tasks. */

import type { CatalogueModel } from "../../../../pkg/src/index";
import type { Group, Simple, TestedFile, TestScore } from "../facts";

/** The cell type that a model learned from; models without one are a group of their own. */
export function groupByCellType({ cell_type: type, simulated }: CatalogueModel): Group {
  if (type) return { id: type.id, name: `${type.name} (${type.id})` };
  return simulated ? { id: "simulated", name: "Simulated" } : { id: "other", name: "Other" };
}

/** Pearson's r of a model on data that it never saw. */
export function pearsonOf({ test_pearson: value }: TestedFile): TestScore | undefined {
  return value == null ? undefined : { name: "Pearson’s r", value };
}

/** Pearson's r of the simple method that does best on the same data. */
export function simplePearsonOf({ best_simple_pearson: best }: CatalogueModel): Simple | undefined {
  return best ? { name: best.name, value: best.pearson } : undefined;
}
