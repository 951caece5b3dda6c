/** What changed signal makes of a gene that is on or off, in words. */

import { html } from "lit";
import type { GenePrediction } from "../../explain/predict-gene";
import { formatProbability } from "../../plots/core/format";

/** "P(on) was 0.81, is 0.12: the gene is now predicted off." */
export function outcomeInWords({ predicted: now }: GenePrediction, before: number) {
  const crossed = now >= 0.5 !== before >= 0.5;
  const verdict = crossed ? `: the gene is now predicted ${now >= 0.5 ? "on" : "off"}.` : ".";
  return html`P(on) was ${formatProbability(before)}, is <strong>${formatProbability(now)}</strong>${verdict}`;
}
