/** Links to results of models that say whether genes are on. */

import { SHOWN } from "../../../explain/explanations";
import type { Address, View } from "../../../session/address";
import { exampleLink, geneOf } from "../../shared/tables/links";
import type { Link, Looked, Place } from "../../view";
import type { OnOffWork } from "./session";

export const PLACES = {
  set: { element: "regulens-results" },
  gene: { element: "regulens-results", part: "regulens-gene" },
  "integrated-gradients": { element: "regulens-results", part: "regulens-gene" },
  saliency: { element: "regulens-results", part: "regulens-gene" },
  "class-optimisation": { element: "regulens-results", part: "regulens-gene" },
} as const satisfies Partial<Record<View, Place>>;

/** Parts of the work that a link is made of. */
type Linked = {
  readonly tables: { readonly state: Pick<OnOffWork["tables"]["state"], "a" | "b"> };
  readonly state: Pick<OnOffWork["state"], "run" | "selected">;
  readonly explanations: { readonly state: Pick<OnOffWork["explanations"]["state"], "shown"> };
};

/** Current view: the gene, its explanation and the run. */
export function looked({ state: { run, selected }, explanations }: Omit<Linked, "tables">): Looked {
  const gene = selected === undefined ? undefined : run?.genes[selected];
  const { shown } = explanations.state;
  return {
    address: { view: gene === undefined ? undefined : shown === "alpha" ? "gene" : shown, gene },
    entry: gene,
    run,
  };
}

/** A link to what is shown. */
export function link(work: Linked, start: Address): Link {
  return exampleLink(start, work.tables.state, ["a"], looked(work).address);
}

/** Shows what an address asks for. */
export async function show(
  work: Pick<OnOffWork, "selectGene"> & {
    readonly state: Pick<OnOffWork["state"], "run">;
    readonly explanations: Pick<OnOffWork["explanations"], "show">;
  },
  address: Address,
  view: View | undefined,
): Promise<string[]> {
  const gene = geneOf(address, work.state.run?.genes);
  if (gene && "index" in gene) await work.selectGene(gene.index);
  // "gene" names attention, which all genes opened with when the first links were made.
  const shown = view === "gene" ? "alpha" : SHOWN.find((each) => each === view);
  if (shown) work.explanations.show(shown);
  return gene && "missing" in gene ? [gene.missing] : [];
}
