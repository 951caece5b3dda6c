/** Weights of marks in the genes that go up and down, as a page of one file has them. */

import type { WeightsByDirection } from "../../../../../pkg/src/index";
import type { DirectionWeights } from "../../../standalone/format";
import { together } from "../together";
import type { ChangeRun, Grouping } from "./result";

/** Weights of the whole run, and by which change its genes were grouped; undefined where they do not fit the run. */
export function weightsOfWhole(
  run: ChangeRun,
): { readonly found: WeightsByDirection; readonly by: Grouping } | undefined {
  const weights = together(run).whole?.said.weights;
  if (weights?.columns.length !== run.columns.length) return undefined;
  const { by_measured, threshold, up, down, columns } = weights;
  const found = { threshold, up, down, columns: columns.map((column) => ({ ...column })) };
  return { found, by: by_measured ? "measured" : "predicted" };
}

/** As a page of one file has them. */
export function storedWeights({ threshold, up, down, columns }: WeightsByDirection, by: Grouping): DirectionWeights {
  return { by_measured: by === "measured", threshold, up, down, columns };
}
