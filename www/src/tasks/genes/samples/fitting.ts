/** Checks that two samples' tables fit a model of a change that is not open. Pure. */

import type { CatalogueModel } from "../../../../../pkg/src/index";

/** Marks and bins of a table. */
export interface TableShape {
  readonly marks: readonly string[];
  readonly bins: number;
}

/** Marks and bins of a table. */
export function shapeOf({ marks, bins }: TableShape): TableShape {
  return { marks: [...marks], bins };
}

/** True if a model reads a table: it has all marks, and as many bins, or extra bins on both sides. */
function reads({ marks, bins }: TableShape, model: TableShape): boolean {
  const there = new Set(marks.map((mark) => mark.toLowerCase()));
  const surplus = bins - model.bins;
  return surplus >= 0 && surplus % 2 === 0 && model.marks.every((mark) => there.has(mark.toLowerCase()));
}

/** True if a model of a change reads the tables of two single-table samples. */
export function fitsPair(
  { marks, bins }: Pick<CatalogueModel, "marks" | "bins">,
  pair: readonly { readonly shapes?: readonly TableShape[] | undefined }[],
): boolean {
  if (!marks || bins == null || pair.length !== 2) return false;
  return pair.every(({ shapes = [] }) => shapes.length === 1 && reads(shapes[0]!, { marks, bins }));
}
