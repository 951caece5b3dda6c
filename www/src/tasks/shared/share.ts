/** The share of genes that calibrated probabilities assume to be on, in words. */

import type { ModelCard } from "../../../../pkg/src/index";

/** "0.615": a share with three digits at most. */
export function formatShare(share: number): string {
  return `${Number(share.toPrecision(3))}`;
}

/**
 * "Probabilities assume that a share of 0.615 of the genes is on, where the calibration’s is 0.522": of a run whose
 * probabilities assume a share that the user stated.
 */
export function shareInWords(card: Pick<ModelCard, "calibration">, shareOn: number | undefined): string | undefined {
  const { calibration } = card;
  if (!calibration || shareOn === undefined) return undefined;
  return (
    `Probabilities assume that a share of ${formatShare(shareOn)} of the genes is on, where the calibration’s is ` +
    formatShare(calibration.on)
  );
}
