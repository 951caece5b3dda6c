/** Samples of an outcome: the displayed value, its unit and colours, and its texts. */

import { formatProbability } from "../../../plots";
import { isOn } from "../on-off/on";
import { formatFold, formatLevel, TWOFOLD } from "../what-if";
import type { Call } from "./matrix";

/** Values at the ends of the colour scale; the middle is pale. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  /** The ends in words. */
  readonly ends: readonly [low: string, high: string];
}

/** Parts specific to an outcome. */
export interface Sampled {
  /** The predicted value: "P(on)". */
  readonly value: string;
  /** Call of a value, and names of high and low values: "on", "off"; without names if none are called. */
  readonly call: Call;
  readonly high?: string | undefined;
  readonly low?: string | undefined;
  format(value: number): string;
  scale(values: Float32Array): Scale;
  /** Length of a bar in a cell of a table, 0 to 1. */
  share(value: number, scale: Scale): number;
  /** The score from which differences are computed: "log-odds". */
  readonly score: string;
  /** A difference in a sentence. */
  difference(from: string, to: string, isCalibrated: boolean): string;
  /** Column of the difference in a saved table, and a note on it. */
  readonly column: { readonly name: string; readonly note: string };
}

/** Fraction of values within the colour scale: a few extreme ones would make the others pale. */
const TOLD = 0.99;

/** Samples of each outcome. */
export const SAMPLED = {
  "on-off": {
    value: "P(on)",
    call: (value) => (isOn(value) ? 1 : -1),
    ...{ high: "on", low: "off" },
    format: formatProbability,
    scale: () => ({ low: 0, high: 1, ends: ["0", "1"] }),
    share: (value) => value,
    score: "log-odds",
    difference: (from, to, isCalibrated) =>
      `Δ is the log-odds of “on” in ${to} less that in ${from}${isCalibrated ? ", before the calibration" : ""}: a ` +
      "difference of two predictions of one model, not a prediction by a model of a change.",
    column: {
      name: "log_odds_difference",
      note: "is of two predictions of this model, before a calibration; it is no model of a change",
    },
  },
  level: {
    value: "level",
    // Levels are not classified as high or low.
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
  },
  change: {
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
  },
} satisfies Record<string, Sampled>;
