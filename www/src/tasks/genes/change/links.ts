/** Links to results of models that predict the change between two cell types. */

import type { Address, View } from "../../../session/address";
import { exampleLink, geneOf } from "../../shared/tables/links";
import type { Link, Looked, Place } from "../../view";
import type { ChangeWork } from "./session";
import { SHOWN, shownOf } from "./genes/shown";

export const PLACES = {
  set: { element: "regulens-change" },
  gene: { element: "regulens-change", part: "regulens-changed-gene" },
  "integrated-gradients": { element: "regulens-change", part: "regulens-changed-gene" },
} as const satisfies Partial<Record<View, Place>>;

/** The parts of the work that a link is made of. */
type Linked = {
  readonly tables: { readonly state: Pick<ChangeWork["tables"]["state"], "a" | "b"> };
  readonly state: Pick<ChangeWork["state"], "run" | "selected" | "shown">;
};

/** Returns the gene that is looked at, with its address. */
export function looked({ state: { run, selected, shown } }: Pick<Linked, "state">): Looked {
  const gene = selected === undefined ? undefined : run?.genes[selected];
  if (!run || gene === undefined) return { address: { view: undefined, gene }, entry: gene, run };
  const along = shownOf(run, shown);
  return { address: { view: along === "alpha" ? "gene" : along, gene }, entry: gene, run };
}

/** A link to what is shown. */
export function link({ tables, state }: Linked, start: Address): Link {
  return exampleLink(start, tables.state, ["a", "b"], looked({ state }).address);
}

/** Shows what an address asks for. */
export function show(
  work: Pick<ChangeWork, "selectGene" | "view"> & { readonly state: Pick<ChangeWork["state"], "run"> },
  address: Address,
): string[] {
  const gene = geneOf(address, work.state.run?.genes);
  if (gene && "index" in gene) work.selectGene(gene.index);
  // "gene" names attention, which all genes opened with when the first links were made.
  const shown = address.view === "gene" ? "alpha" : SHOWN.find((each) => each === address.view);
  if (shown) work.view({ shown });
  return gene && "missing" in gene ? [gene.missing] : [];
}
