/** Filters and sorts the table of levels. Pure. */

import { knownIn, type ListingBy, listsOf, PEAK } from "../order";
import type { LevelRun } from "../result";

/** Sort key of a column of levels; `interval` sorts by the width of intervals. */
export type LevelKey =
  "gene" | "level" | "interval" | "moved" | "measured" | "error" | "shares" | "top" | `beta:${number}`;

/** Listing of levels, which are not classified as high or low. */
export type LevelListing = ListingBy<LevelKey, "all">;

/** Lists of genes, from the highest level to the lowest. */
export const LEVEL_LISTS = listsOf<LevelRun, { readonly values: Float32Array }>({
  first: "level",
  keys: {
    level: ["level", (run) => (gene) => run.level[gene]!],
    interval: [
      (descending) => `those with the ${descending ? "widest" : "narrowest"} intervals`,
      (_, { sets }) => {
        const { low, high } = sets?.intervals ?? {};
        return (gene) => (low && high ? high[gene]! - low[gene]! : Number.NaN);
      },
    ],
    measured: ["measured level", (_, { measured }) => knownIn(measured?.values)],
    error: [
      "error",
      (run, { measured }) =>
        (gene) =>
          Math.abs(run.level[gene]! - knownIn(measured?.values)(gene)),
    ],
    top: PEAK,
  },
});
