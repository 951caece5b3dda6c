/** Levels of genes in samples. */

import type { Sampled } from "../samples/sampled";
import { formatLevel } from "../what-if";

/** Share of the values that the colours tell apart: a few extreme ones would leave the others pale. */
const TOLD = 0.99;

export const SAMPLED: Sampled = {
  value: "level",
  // No level is called high or low.
  call: () => 0,
  format: formatLevel,
  scale(values) {
    const known = values.filter((value) => !Number.isNaN(value)).sort();
    const low = Math.min(0, Math.floor(known[0] ?? 0));
    const high = Math.max(low + 1, Math.ceil(known[Math.round(TOLD * (known.length - 1))] ?? 1));
    return { low, high, ends: [formatLevel(low), `≥ ${formatLevel(high)}`] };
  },
  share: (value, { low, high }) => Math.max(0, Math.min(1, (value - low) / (high - low))),
  score: "level",
  difference: (from, to) =>
    `Δ is the predicted level in ${to} less that in ${from}: a difference of two predictions of one model, not a ` +
    "prediction by a model of a change.",
  column: { name: "level_difference", note: "is of two predictions of this model; it is no model of a change" },
};
