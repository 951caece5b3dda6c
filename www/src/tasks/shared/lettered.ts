/** Provenance of figures of several runs. Apart from other facts: the first figure does not load it. */

import type { Provenance } from "../../export";

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
