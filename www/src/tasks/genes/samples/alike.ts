/** Applies the choices accepted for the first sample's tables to those of every sample. Pure. */

import type { CatalogueModel, Understanding } from "../../../../../pkg/src/index";
import type { Accepted } from "../../../session/preparation";
import type { Alike } from "../../../session/workspace-types";

export type { Alike };

const named = ({ code, mark }: Understanding["deviations"][number]): string => `${code} ${mark ?? ""}`;

/** Properties accepted for a table with this understanding. */
export function alikeOf({ deviations }: Pick<Understanding, "deviations">, { selectBins, rescale }: Accepted): Alike {
  return { selectBins, rescale: deviations.filter((_, i) => rescale.has(i)).map(named) };
}

/** The same choices for another table: for the same deviations, if it has them. */
export function acceptAlike({ deviations }: Pick<Understanding, "deviations">, alike: Alike): Accepted {
  const rescale = deviations.flatMap((each, i) => (alike.rescale.includes(named(each)) ? [i] : []));
  return { selectBins: alike.selectBins, rescale: new Set(rescale) };
}

/** True if two choices accept the same for a table. */
export function isAlike(a: Accepted, b: Accepted): boolean {
  const { rescale } = b;
  const isSame = a.rescale.size === rescale.size && [...a.rescale].every((each) => rescale.has(each));
  return a.selectBins === b.selectBins && isSame;
}

/** Marks and bins of a table. */
export interface TableShape {
  readonly marks: readonly string[];
  readonly bins: number;
}

/** Marks and bins of a table that was read. */
export function shapeOf({ marks, bins }: TableShape): TableShape {
  return { marks: [...marks], bins };
}

/** True if a model reads a table: it has all marks, and as many bins, or more on both sides of as many. */
function reads({ marks, bins }: TableShape, model: TableShape): boolean {
  const there = new Set(marks.map((mark) => mark.toLowerCase()));
  const surplus = bins - model.bins;
  return surplus >= 0 && surplus % 2 === 0 && model.marks.every((mark) => there.has(mark.toLowerCase()));
}

/** True if a model of a change reads the tables of two samples that have one each. */
export function fitsPair(
  { marks, bins }: Pick<CatalogueModel, "marks" | "bins">,
  pair: readonly { readonly shapes?: readonly TableShape[] | undefined }[],
): boolean {
  if (!marks || bins == null || pair.length !== 2) return false;
  return pair.every(({ shapes = [] }) => shapes.length === 1 && reads(shapes[0]!, { marks, bins }));
}
