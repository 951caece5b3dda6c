/** Links to examples of tables, and genes that an address asks for. */

import type { Address } from "../../../session/address";
import type { Link } from "../../view";
import type { Cell } from "../cells";
import type { TablesState } from "./tables";

/** A link that opens the example that these tables are, if they are one, and one gene of it in a view. */
export function exampleLink(
  start: Address,
  tables: Pick<TablesState, Cell>,
  cells: readonly Cell[],
  shown: Pick<Address, "view" | "gene">,
): Link {
  const slots = cells.map((cell) => tables[cell]);
  const given = slots.flatMap(({ table }) => (table ? [table] : []));
  const own = given.find(({ example }) => example === undefined);
  if (own) return { reason: `A link opens examples of this site; ${own.file} is your own. Save a workspace instead.` };
  const [first] = given;
  if (!first) return { address: start };
  if (given.length < cells.length || given.some(({ example }) => example !== first.example))
    return { reason: "A link opens one example as a whole; these tables are not one." };
  if (slots.some(({ accepted: { selectBins, rescale } }) => selectBins || rescale.size > 0))
    return { reason: "The table is prepared as you chose, which a link cannot say. Save a workspace instead." };
  return { address: { ...start, example: first.example, ...shown } };
}

/** The position of the gene that an address asks for, or why it cannot be shown; undefined where it asks for none. */
export function geneOf(
  { gene }: Address,
  genes: readonly string[] | undefined,
): { readonly index: number } | { readonly missing: string } | undefined {
  if (gene === undefined) return undefined;
  const index = genes?.indexOf(gene) ?? -1;
  if (index >= 0) return { index };
  return {
    missing:
      `The address asks for the gene “${gene}”, which ` +
      `${genes ? "the example does not have" : "these results are not about"}.`,
  };
}
