/** Facts in the small print of a figure besides the model and its data. */

import type { ModelCard } from "../../../../pkg/src/index";
import type { ReadTable } from "../../session/opened";
import type { Provenance } from "../../export";

/** Bin size, and what a reader of the figure must not overlook. */
export function factsOf(
  { bin_size, simulated }: Pick<ModelCard, "bin_size" | "simulated">,
  data: readonly Pick<ReadTable, "simulated">[],
  offScale: readonly string[] = [],
): string[] {
  return [
    ...(bin_size > 0 ? [`bins of ${bin_size} bp`] : []),
    ...(data.some((each) => each.simulated) ? ["simulated data"] : []),
    ...(simulated ? ["model trained on simulated data"] : []),
    ...(offScale.length > 0 ? ["values unlike the training data"] : []),
  ];
}

/** Joins the provenance of each run's figures, with the run's letter. */
export function lettered(kept: readonly { readonly letter: string }[], made: readonly Provenance[]): Provenance {
  const all = (part: (each: Provenance) => string): string =>
    kept.map(({ letter }, i) => `${letter}: ${part(made[i])}`).join("; ");
  return {
    table: all(({ table }) => table),
    model: all(({ model }) => model),
    sha256: all(({ sha256 }) => sha256),
    program: made[0].program,
    date: made.at(-1)?.date ?? "",
    facts: [...new Set(made.flatMap(({ facts = [] }) => facts))].map((fact) => {
      const of = kept.filter((_, i) => made[i]!.facts?.includes(fact)).map(({ letter }) => letter);
      return of.length === made.length ? fact : `${of.join(", ")}: ${fact}`;
    }),
  };
}
