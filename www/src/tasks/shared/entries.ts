/** Functions for entries of the catalogue that tasks share. */

import type { CatalogueModel, TrainingRecord } from "../../../../pkg/src/index";
import { counted } from "../../ui/words";
import type { Group, TestedFile, TestScore } from "./facts";

/** The cell type that a model learned from; models without one are a group of their own. */
export function groupByCellType({ cell_type: type, simulated }: CatalogueModel): Group {
  if (type) return { id: type.id, name: `${type.name} (${type.id})` };
  return simulated ? { id: "simulated", name: "Simulated" } : { id: "other", name: "Other" };
}

/** Pearson's r of a model on data that it never saw. */
export function pearsonOf({ test_pearson: value }: TestedFile): TestScore | undefined {
  return value == null ? undefined : { name: "Pearson’s r", value };
}

/** The model with the highest Pearson's r on validation data, since test data choose nothing. */
export function bestByValidation(models: readonly CatalogueModel[]): CatalogueModel | undefined {
  const score = ({ validation_pearson: value }: CatalogueModel): number => value ?? -Infinity;
  return [...models].sort((a, b) => (score(b) > score(a) ? 1 : score(b) < score(a) ? -1 : 0))[0];
}

/** ", trained on 200 genes": few genes make an uncertain model, and that stands beside its score. */
export function trainedOn(training: TrainingRecord | null | undefined): string {
  return training?.genes ? `, trained on ${counted(training.genes, "gene")}` : "";
}
