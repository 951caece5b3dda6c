/** What changed signal makes of a predicted change, in words. */

import { html } from "lit";
import type { GenePrediction } from "../../explain/predict-gene";

/** "The predicted log2 fold change was +1.20, is −0.30: it moved by −1.50." */
export function outcomeInWords({ predicted: now }: GenePrediction, before: number) {
  const shown = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
  const was = `The predicted log2 fold change was ${shown(before)}, is `;
  return html`${was}<strong>${shown(now)}</strong>: it moved by ${shown(now - before)}.`;
}
