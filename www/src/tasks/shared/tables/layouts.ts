/** The layouts of tables. */

import type { TableLayout } from "../../../../../pkg/src/index";

/** Facts about a table, by its layout. */
export interface LayoutFacts {
  /** Naming of its columns. */
  readonly columns: string;
  /** True if its values are counts of reads. */
  readonly counts: boolean;
}

/** Each layout. */
export const LAYOUTS: Readonly<Record<TableLayout, LayoutFacts>> = {
  "attentive-chrome": { columns: "no header: AttentiveChrome's published columns", counts: true },
  "deep-diff": { columns: "no header: DeepDiff's published columns", counts: true },
  headed: { columns: "a header that names the marks", counts: false },
  "compute-matrix": { columns: "deepTools computeMatrix: samples are marks", counts: false },
};
