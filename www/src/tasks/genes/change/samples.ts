/** Changes of genes in samples, each of two tables. */

import type { Sampled } from "../samples/sampled";
import { TWOFOLD } from "../what-if";
import { formatFold } from "./drawings";

/** Share of the values that the colours tell apart: a few extreme ones would leave the others pale. */
const TOLD = 0.99;

export const SAMPLED: Sampled = {
  value: "log2 fold change",
  call: (value) => (value > TWOFOLD ? 1 : value < -TWOFOLD ? -1 : 0),
  ...{ high: "up", low: "down" },
  format: formatFold,
  scale(values) {
    const sizes = values
      .filter((value) => !Number.isNaN(value))
      .map(Math.abs)
      .sort();
    const high = Math.max(TWOFOLD, Math.ceil(sizes[Math.floor(TOLD * (sizes.length - 1))] ?? 0));
    return { low: -high, high, ends: [`≤ −${high}`, `≥ +${high}`] };
  },
  share: (value, { high }) => Math.min(1, Math.abs(value) / high),
  score: "log2 fold change",
  difference: (from, to) =>
    `Δ is the predicted log2 fold change in ${to} less that in ${from}. Each is from A to B of its sample; up and ` +
    "down are changes of more than twofold.",
  column: { name: "log2_fold_change_difference", note: "is of two predictions of this model" },
};
