/** Levels of expression in words. */

import { html } from "lit";
import type { GenePrediction } from "../../../explain/predict-gene";

/** "5.21": a level. */
export function formatLevel(value: number): string {
  const text = value.toFixed(2);
  return Number(text) === 0 ? "0.00" : text.replace("-", "−");
}

/** "The level was 5.21, is 3.02: it moved by −2.19." */
export function levelInWords({ predicted: now }: GenePrediction, before: number) {
  const moved = now - before;
  const size = Math.abs(moved).toFixed(2);
  const by = `${Number(size) === 0 ? "" : moved < 0 ? "−" : "+"}${size}`;
  return html`The predicted level was ${formatLevel(before)}, is <strong>${formatLevel(now)}</strong>: it moved by
    ${by}.`;
}
