/** P(on) of genes in samples. */

import { formatProbability } from "../../../plots";
import type { Sampled } from "../samples/sampled";
import { isOn } from "./on";

export const SAMPLED: Sampled = {
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
};
