/** Effect of changed signal on a gene that is on or off, in words. */

import { html } from "lit";
import type { GenePrediction } from "../../../explain/predict-gene";
import { formatProbability } from "../../../plots/core/format";
import { isOn } from "./on";

/** "P(on) was 0.81, is 0.12: the gene is now predicted off." */
export function outcomeInWords({ predicted: now }: GenePrediction, before: number) {
  const crossed = isOn(now) !== isOn(before);
  const verdict = crossed ? `: the gene is now predicted ${isOn(now) ? "on" : "off"}.` : ".";
  return html`P(on) was ${formatProbability(before)}, is <strong>${formatProbability(now)}</strong>${verdict}`;
}
