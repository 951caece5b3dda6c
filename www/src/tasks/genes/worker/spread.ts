/** Spread of a run's attention over the members of an ensemble. */

import type { AttentionSpread, MembersSpread, WorkOptions } from "../../../../../pkg/src/index";
import type { ExplainedRun } from "../../../explain/calls";
import type { NamedArray } from "../../../export/arrays";
import { SPREAD, type SpreadToWrite } from "../sure/spread";

/** The spread of some genes, or of all; undefined for a single model. */
export function attentionSpreadOf(
  run: ExplainedRun,
  options: WorkOptions & { readonly genes?: readonly number[] },
): Promise<AttentionSpread | undefined> {
  if (!("prepared" in run)) return run.runner.attentionSpread(run.tables[0], { ...options, ...run.preparations[0] });
  return run.runner.attentionSpread(...run.tables, { ...options, prepared: run.prepared });
}

/** `alpha_sd`, `alpha_low` and `alpha_high` of the array `alpha`, of its shape; none where there is no spread. */
export function spreadArrays(
  { name, shape }: Pick<NamedArray, "name" | "shape">,
  spread: MembersSpread | SpreadToWrite | undefined,
): NamedArray[] {
  return SPREAD.flatMap((end) => {
    const values = spread?.[end] as Float32Array | undefined;
    return values && values.length > 0 ? [{ name: `${name}_${end}`, shape, values }] : [];
  });
}
