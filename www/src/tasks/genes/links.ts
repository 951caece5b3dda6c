/** Links to results of models of genes and their views. */

import type { Address, View } from "../../session/address";
import type { Cell } from "../shared/cells";
import type { TablesState } from "../shared/tables/tables";
import type { CurrentView, Link, Place } from "../shared/task";
import type { Outcome } from "./outcome";
import type { Along } from "./result";
import type { GenesWork } from "./session";

/** The views of an outcome: the set, a gene, and the explanations along it. */
export function placesOf(
  results: string,
  explanations: Outcome["explanations"],
): Readonly<Partial<Record<View, Place>>> {
  const ofGene = { element: results, part: "regulens-gene" };
  const shown = Object.fromEntries(explanations.flatMap((each) => (each === "alpha" ? [] : [[each, ofGene]])));
  return { set: { element: results }, gene: ofGene, ...shown };
}

/** Parts of the work that make up a link. */
interface Linked {
  readonly cells: readonly Cell[];
  readonly tables: { readonly state: Pick<TablesState, Cell> };
  readonly state: {
    readonly run?: { readonly genes: readonly string[] } | undefined;
    readonly selected?: number | undefined;
    readonly sets?: { readonly coverage: number } | undefined;
  };
  readonly own: { along(): Along };
}

/** Current view: the gene, its explanation and the run. */
export function looked({ state: { run, selected, sets }, own }: Pick<Linked, "state" | "own">): CurrentView {
  const along = own.along();
  const gene = selected === undefined ? undefined : run?.genes[selected];
  return {
    address: { view: gene === undefined ? undefined : along === "alpha" ? "gene" : along, gene },
    coverage: sets?.coverage,
    entry: gene,
    run,
  };
}

/** A link to the current view, which opens the example if the tables are one. */
export function link(work: Linked, start: Address): Link {
  const slots = work.cells.map((cell) => work.tables.state[cell]);
  const given = slots.flatMap(({ table }) => (table ? [table] : []));
  const own = given.find(({ example }) => example === undefined);
  if (own) return { reason: `A link opens examples of this site; ${own.file} is your own. Save a workspace instead.` };
  const [first] = given;
  if (!first) return { address: start };
  if (given.length < slots.length || given.some(({ example }) => example !== first.example))
    return { reason: "A link opens one example as a whole; these tables are not one." };
  if (slots.some(({ accepted: { selectBins, rescale } }) => selectBins || rescale.size > 0))
    return { reason: "The table is prepared as you chose, which a link cannot say. Save a workspace instead." };
  return { address: { ...start, example: first.example, ...looked(work).address } };
}

/** Shows the view of an address or a workspace; returns the parts that cannot be shown. */
export async function show(
  work: Pick<Linked, "state"> & {
    readonly outcome: Pick<Outcome, "explanations">;
    readonly own: Pick<GenesWork["own"], "showAlong">;
  } & Pick<GenesWork, "selectGene" | "cover">,
  { gene, coverage }: Address,
  view: View | undefined,
  who = "address",
): Promise<string[]> {
  if (coverage !== undefined) await work.cover(coverage);
  const genes = work.state.run?.genes;
  const index = gene === undefined ? -1 : (genes?.indexOf(gene) ?? -1);
  if (index >= 0) await work.selectGene(index);
  // "gene" stands for attention, which all genes showed first when the earliest links were made.
  const shown = view === "gene" ? "alpha" : work.outcome.explanations.find((each) => each === view);
  if (shown) work.own.showAlong(shown);
  if (gene === undefined || index >= 0) return [];
  const missing = genes
    ? `the ${who === "address" ? "example" : "table"} does not have`
    : "these results are not about";
  return [`The ${who} asks for the gene “${gene}”, which ${missing}.`];
}
