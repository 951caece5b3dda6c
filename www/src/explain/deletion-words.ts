/** Sentences on the deletion test of a gene, and of a set of genes. */

import { formatChange } from "../plots/core/format";
import { finite } from "../plots/core/scale";
import { type DeletionCurve, type DeletionOptions, probabilityName, tenthStep } from "../plots/explain/deletion";
import { type Explanation, explanationName, highestBy } from "../plots/explain/explanations";

/** A smaller decrease counts as none: it is within the last digit shown. */
const NEGLIGIBLE = 0.01;

/** An area that exceeds chance by less counts as a little. */
const LITTLE = 0.05;

/** Effect on a quantity: "lowers P(on) by 0.02", "raises P(on) by 0.01". */
function effect(fall: number, what: string): string {
  const size = Math.abs(fall).toFixed(Math.abs(fall) < 0.1 ? 3 : 2);
  return Number(size) === 0 ? `leaves ${what} as it is` : `${fall > 0 ? "lowers" : "raises"} ${what} by ${size}`;
}

/** Verdict of a gene's curve on an explanation. */
type Verdict = "points" | "a little" | "hardly" | "not";

/**
 * Judges the whole curve, as drawn: its area, and if most of its points exceed every random order. A decrease at a
 * single point means little if the probability is near 0 or 1.
 */
function verdictOf(
  curve: DeletionCurve,
  random: DeletionCurve,
  steps: ArrayLike<number>,
  bins: number,
  tenth: number,
): Verdict {
  const most = Array.from(random.greatest ?? random.change, finite);
  const inner = Array.from(steps, (step, i) => ({ step, i })).filter(({ step }) => step > 0 && step < bins);
  const above = inner.filter(({ i }) => finite(curve.change[i]) > Math.max(0, most[i])).length;
  const isAhead = curve.area > random.area && 2 * above > inner.length;
  if (isAhead && curve.area - random.area >= LITTLE) return "points";
  const fall = finite(curve.change[tenth]);
  if (isAhead || (curve.area > random.area && fall > Math.max(0, most[tenth]) + NEGLIGIBLE)) return "a little";
  const falls = [curve.area, random.area, fall, finite(random.change[tenth])];
  return falls.every((each) => Math.abs(each) < NEGLIGIBLE) ? "hardly" : "not";
}

const VERDICTS: Readonly<Record<Verdict, (subject: string) => string>> = {
  points: (subject) => `here ${subject} points at bins that the prediction depends on`,
  "a little": (subject) => `here ${subject} points a little at what the prediction depends on`,
  hardly: () => "here the prediction hardly depends on single bins, whichever they are",
  not: (subject) => `here ${subject} does not point at what decides`,
};

/**
 * Result of the test for one explanation: "Removing the 10 bins with the highest α lowers P(on) by 0.010; 10 bins at
 * random: 0.001 (from −0.001 to 0.003). Area under the curve 0.023, at random 0.001: here attention points a little at
 * what the prediction depends on."
 */
export function deletionSentence(
  options: Omit<DeletionOptions, "width" | "theme" | "subject" | "replacement">,
  explanation: Explanation,
): string {
  const { curves, steps, bins, genes } = options;
  const curve = curves.find((each) => each.explanation === explanation);
  const random = curves.find((each) => each.explanation === "random");
  if (!curve || !random) return "";
  const tenth = tenthStep(steps, bins);
  const [fall, chance] = [finite(curve.change[tenth]), finite(random.change[tenth])];
  const count = `${steps[tenth]} ${steps[tenth] === 1 ? "bin" : "bins"}`;
  const what = probabilityName(options);
  const range =
    random.least && random.greatest
      ? ` (from ${formatChange(finite(random.least[tenth]))} to ${formatChange(finite(random.greatest[tenth]))})`
      : "";
  const subject = explanation === "alpha" ? "attention" : explanationName(explanation);
  const removed = `Removing the ${count} with ${highestBy(explanation)} ${effect(fall, what)}`;
  if (genes !== undefined)
    return `${removed} on average; ${count} at random: ${formatChange(chance)}. ${overGenes(subject, curve)}`.trim();
  const signal = curves.find((each) => each.explanation === "signal");
  const ofSignal = signal ? `, by the signal’s own size ${formatChange(signal.area)}` : "";
  const areas = `Area under the curve ${formatChange(curve.area)}${ofSignal}, at random ${formatChange(random.area)}`;
  const found = verdictOf(curve, random, steps, bins, tenth);
  const isPointed = found === "points" || found === "a little";
  const beside =
    isPointed && signal && curve.area <= signal.area ? ", but no more than the signal’s own size does" : "";
  return `${removed}; ${count} at random: ${formatChange(chance)}${range}. ${areas}: ${VERDICTS[found](subject)}${beside}.`;
}

/** Areas of all explanations: "attention α 0.023; integrated gradients 0.31; random bins 0.004". */
export function areasInWords(
  { curves }: Pick<DeletionOptions, "curves">,
  explanations: readonly Explanation[],
): string {
  const areas = explanations.flatMap((explanation) => {
    const curve = curves.find((each) => each.explanation === explanation);
    return curve ? [`${explanationName(explanation)} ${formatChange(curve.area)}`] : [];
  });
  return areas.join("; ");
}

/** The engine's verdict over genes in words: against ranking by signal first, then against chance. */
function overGenes(subject: string, { againstSignal, againstChance, verdict }: DeletionCurve): string {
  if (!verdict || !againstChance) return "";
  const differs = ({ mean, error }: { mean: number; error: number }): string =>
    `${formatChange(mean)} ± ${error.toFixed(3)}`;
  const signal = againstSignal ? `${differs(againstSignal)} against the signal’s own size, ` : "";
  const what = {
    "ahead-of-signal": "points at bins that predictions depend on, more than the signal’s own size does",
    "ahead-of-chance": againstSignal
      ? "points at bins that predictions depend on, but no more than the signal’s own size does"
      : "points at bins that predictions depend on",
    "like-chance": "points no better than chance at what decides",
    "behind-chance": "points away from what decides",
  }[verdict];
  return (
    `Over these genes ${subject} ${what}. Area: ${signal}${differs(againstChance)} against chance (mean over genes ± ` +
    "half the 95 % interval)."
  );
}
