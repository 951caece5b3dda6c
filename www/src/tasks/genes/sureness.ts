/** Sets of the classes that cannot be excluded, at a coverage, and what withdraws them. */

import type { ClassSet, ModelCard } from "../../../../pkg/src/index";
import { formatCount } from "../../plots";
import { standInsIn } from "../../prepare/stand-ins";
import type { ReadTable } from "../../session/opened";
import { mixesUnits } from "../shared/tables/signal";

/** Classes of each gene of a run that cannot be excluded. */
export interface Sets {
  /** Share of genes whose set holds the class that would be measured. */
  readonly coverage: number;
  readonly of: readonly ClassSet[];
}

/**
 * Coverages that can be chosen. At less, a model that is right more often has empty sets, which are no surer than
 * those of two classes.
 */
export const COVERAGES: readonly number[] = [0.9, 0.95, 0.99];
export const FIRST_COVERAGE = 0.9;

/** The set of a gene whose class cannot be said. */
export const UNSURE: ClassSet = "on|off";

/** The user's word on the cell type of the data: the model's, another, or nothing. */
export type SaidCell = "same" | "another" | undefined;

/** A run whose genes may be like those of the calibration. */
interface Judged {
  readonly model: { readonly card: Pick<ModelCard, "conformal" | "simulated" | "cell_type"> };
  readonly tables: readonly [Pick<ReadTable, "notes"> & { readonly simulated?: boolean | undefined }, ...unknown[]];
  readonly offScale?: readonly (readonly string[])[] | undefined;
}

/** True if a model's card has what sets are made of. */
export function hasSets({ conformal }: Pick<ModelCard, "conformal">): boolean {
  return (conformal?.scores.length ?? 0) > 0;
}

/** The first reason, as a clause, why sets would not hold what they promise; undefined where none is known. */
export function whyWithdrawn({ model, tables, offScale = [] }: Judged, cell?: SaidCell): string | undefined {
  const [table] = tables;
  const absent = standInsIn(table.notes).map(({ mark }) => mark);
  if (absent.length > 0) return `${absent.join(" and ")} ${absent.length === 1 ? "was" : "were"} not measured`;
  if (offScale.some((each) => each.length > 0)) return "the values are unlike those the model was trained on";
  if (mixesUnits(table)) return "the marks are not in one unit";
  if (table.simulated && !model.card.simulated)
    return "the genes are simulated, and the model learned from measured ones";
  if (cell === "another")
    return `the model learned from ${cellOf(model.card)}, and your genes are of another cell type`;
  return undefined;
}

function cellOf({ cell_type: cell }: Pick<ModelCard, "cell_type">): string {
  return cell?.name ?? "other cells";
}

/** The condition under which the sets hold what they promise. */
export function conditionInWords(card: Pick<ModelCard, "conformal" | "cell_type">, cell?: SaidCell): string {
  const genes = formatCount(card.conformal?.genes ?? 0);
  const other = cell === "same" ? "" : ", not for another cell type";
  return `It holds about for genes of ${cellOf(card)} like the ${genes} of the calibration${other}.`;
}

/** Number of genes that have one class left. */
export function numberSure({ of }: Sets): number {
  return of.filter((set) => set !== UNSURE).length;
}

/** "sure", "cannot say": the set of a gene in a word. */
export function sureInWords(set: ClassSet): string {
  return set === UNSURE ? "cannot say" : "sure";
}
