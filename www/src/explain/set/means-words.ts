/** Sentences on mean explanations over genes. */

import type { MeanMethod } from "../../../../pkg/src/index";
import { formatCount, formatGenes } from "../../plots";
import { remaining } from "../../ui/words";
import type { Sample, SetMeans } from "../result";
import type { ExplainedSet } from "./set";
import type { Paced, SetState } from "./explanations";

/** Name of each method. */
export const METHODS: Readonly<Record<MeanMethod, string>> = {
  "integrated-gradients": "integrated gradients",
  "gradient-x-input": "gradient × input, to first order",
  saliency: "saliency, the gradient alone",
  "occlusion-of-bins": "occlusion of bins, all marks together",
  occlusion: "occlusion of each value",
};

/**
 * Selection of genes in words: "All 60 genes", "50 of 60 genes, drawn at random (seed 1)"; for a `part` of a run "All
 * 60 genes of a part (60 of 400 genes, those with the highest P(on))".
 */
export function drawnInWords({ genes, of, seed }: Sample, part?: string): string {
  const drawn =
    seed === undefined
      ? `All ${formatGenes(genes)}`
      : `${formatCount(genes)} of ${formatGenes(of)}, drawn at random (seed ${seed})`;
  return part ? `${drawn}${seed === undefined ? "" : ","} of a part of the run (${part})` : drawn;
}

/** Names the averaged quantity, for a picture. */
export function meansSubtitle({ score, baseline }: ExplainedSet, method: MeanMethod): string {
  return method === "saliency"
    ? `How the ${score} answers to one more unit of signal in a bin (gradient), on average over genes.`
    : `What each bin adds to the ${score}, compared with ${baseline} (${METHODS[method]}), on average over genes.`;
}

/** States the number of genes averaged in each class, the method, and the error of the sums. */
export function meansSentence(means: SetMeans, set: ExplainedSet): string {
  const { method, high, low } = means;
  const [ofHigh, ofLow] = set.classes;
  const classes = `${formatCount(high.genes)} ${ofHigh.called}, ${formatCount(low.genes)} ${ofLow.called}`;
  const against = method === "saliency" ? "" : `, against ${set.baseline}`;
  return (
    `${drawnInWords(means, set.part)}: ${classes}. Method: ${METHODS[method]}${atOnce(means)}${against}. ` +
    `${addsUp(means, set)}`
  );
}

/** Window of occlusion in words: ", 4 bins at once". */
function atOnce({ window }: SetMeans): string {
  return window > 1 ? `, ${window} bins at once` : "";
}

function addsUp({ method, genes, completeness }: SetMeans, set: ExplainedSet): string {
  if (!completeness) return "A gradient shares nothing out: it does not add up to a score.";
  if (method === "occlusion-of-bins") return "Single-bin occlusions need not sum to the score.";
  const { largest, gene, incomplete } = completeness;
  const of = gene === undefined ? "" : ` (${set.genes[gene]})`;
  const misses = `the bins of a gene miss the difference of its scores by ${largest.toPrecision(2)} at most${of}`;
  if (method !== "integrated-gradients") return `It need not add up: ${misses}.`;
  return `Completeness: ${misses}; ${formatCount(incomplete)} of ${formatGenes(genes)} did not converge.`;
}

/** Estimates the time for a number of genes. */
export function expectation({ pace }: SetState, of: Paced, genes: number): string {
  const seconds = pace[of];
  return seconds === undefined
    ? "How long it takes is measured from the first genes on, and stands beside the progress. It can be cancelled."
    : `About ${remaining(seconds * genes)}, as measured on this run: ${inTime(seconds)}.`;
}

/** Speed in words: "0.8 s a gene", "120 genes a second". */
function inTime(seconds: number): string {
  return seconds > 0.5 ? `${seconds.toFixed(1)} s a gene` : `${formatCount(Math.round(1 / seconds))} genes a second`;
}
