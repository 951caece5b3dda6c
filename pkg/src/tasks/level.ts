/** Expression levels of genes in one cell type: predictions from a table of histone marks. */

import type { TableResult } from "./on-off.js";

/** Predictions of a model of level for a table. N genes; arrays are row-major. */
export interface LevelResult extends TableResult {
  /** Predicted log2(count + 1), [N]. */
  level: Float32Array;
}
