/** Predictions of genes as text, and sentences on the effect of an edited signal. */

import { html } from "lit";
import type { GenePrediction } from "../../explain/predict-gene";
import { formatProbability } from "../../plots/core/format";
import { isOn } from "./on-off/on";

/** A level: "5.21". */
export function formatLevel(value: number): string {
  const text = value.toFixed(2);
  return Number(text) === 0 ? "0.00" : text.replace("-", "−");
}

/** Effect on a level: "The predicted level changed from 5.21 to 3.02, by −2.19." */
export function levelInWords({ predicted: now }: GenePrediction, before: number) {
  return html`The predicted level changed from ${formatLevel(before)} to <strong>${formatLevel(now)}</strong>, by
    ${formatFold(now - before)}.`;
}

/** A log2 fold change: "+2.13". */
export function formatFold(value: number): string {
  const size = Math.abs(value).toFixed(2);
  return `${Number(size) === 0 ? "" : value > 0 ? "+" : "−"}${size}`;
}

/** |log2 fold change| of a twofold change. */
export const TWOFOLD = 1;

/** Effect on P(on): "P(on) changed from 0.81 to 0.12: the gene is now predicted off." */
export function probabilityInWords({ predicted: now }: GenePrediction, before: number) {
  const crossed = isOn(now) !== isOn(before);
  const verdict = crossed ? `: the gene is now predicted ${isOn(now) ? "on" : "off"}.` : ".";
  return html`P(on) changed from ${formatProbability(before)} to <strong>${formatProbability(now)}</strong>${verdict}`;
}

/**
 * Magnitude, in log2, from which the output for no change is reported: a tenth of the twofold change from which genes
 * are listed as changed. Less moves few of them across that line, however small their own prediction is.
 */
export const WORTH_TELLING = TWOFOLD / 10;

function shown(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}

/**
 * The confidence, and the output for no change if it is not small: "Predicted log2 fold change: +1.20 (confident
 * sign). With no change (both cell types at their midpoint) this model predicts +0.70."; undefined without either.
 */
export function predictionInWords(
  foldChange: number,
  noChange: number | undefined,
  confidence?: string,
): string | undefined {
  const isWorth = noChange !== undefined && Math.abs(noChange) >= WORTH_TELLING;
  if (!isWorth && confidence === undefined) return undefined;
  const said = `Predicted log2 fold change: ${shown(foldChange)}${confidence ? ` (${confidence})` : ""}.`;
  if (!isWorth) return said;
  return `${said} With no change (both cell types at their midpoint) this model predicts ${shown(noChange)}.`;
}

/** Effect on a change: "The predicted log2 fold change changed from +1.20 to −0.30, by −1.50." */
export function changeInWords({ predicted: now }: GenePrediction, before: number) {
  const was = `The predicted log2 fold change changed from ${shown(before)} to `;
  return html`${was}<strong>${shown(now)}</strong>, by ${shown(now - before)}.`;
}
