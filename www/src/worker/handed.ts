/** What goes between the package and the page's protocol. */

import type { Table } from "../../../pkg/src/index";
import type { Preparation, ReadTable } from "./protocol";

/** What the page gets of a table. */
export function asRead({ file, layout, genes, marks, bins, notes, labels }: Table): ReadTable {
  return { file, layout, genes, marks, bins, notes, labels };
}

/** A preparation as the package takes it. */
export function mutable({ selectBins, scale }: Preparation): {
  selectBins?: [number, number];
  scale?: Record<string, number>;
} {
  return {
    ...(selectBins ? { selectBins: [...selectBins] as [number, number] } : {}),
    ...(scale ? { scale: { ...scale } } : {}),
  };
}
