/** Contributions to a score, in words. */

import { formatSigned } from "../plots/core/format";
import { scoredWith } from "./contrasts";
import type { Contributions } from "./result";

/** A mark's mean over the gene is lower or higher than in any training gene, which the model was not trained for. */
const OUTSIDE = " (outside the range of the training genes)";

/** Number of marks named; the picture shows the rest. */
const NAMED = 5;

/** States the difference of scores that the contributions sum to, and the error of their sum. */
export function completenessSentence(
  { baseline, score, baselineScore, error, isComplete, isOutside, isBaselineOutside }: Contributions,
  what = "Log-odds of on",
): string {
  const difference = score - baselineScore;
  const adds =
    `${what}: ${formatSigned(score)}${isOutside ? OUTSIDE : ""}; ` +
    `${scoredWith(baseline)} ${formatSigned(baselineScore)}${isBaselineOutside ? OUTSIDE : ""}. ` +
    `The bins of the figure share the difference, ${formatSigned(difference)}, among them`;
  return isComplete
    ? `${adds}: their sum misses it by ${Math.abs(error).toPrecision(1)}.`
    : `${adds}, but their sum misses it by ${Math.abs(error).toPrecision(2)}: not converged. The model jumps ` +
        "somewhere on the way, so that single bins are uncertain by as much.";
}

/** Fraction of score − baseline from which the sign of a mark's sum counts. */
const SIGNED = 0.05;

/** True if two statements about one mark differ in sign, each beyond {@link SIGNED} of the difference of scores. */
export function differ(one: number, other: number, { score, baselineScore }: Contributions): boolean {
  const least = SIGNED * Math.abs(score - baselineScore);
  return Math.abs(one) > least && Math.abs(other) > least && one < 0 !== other < 0;
}

/**
 * Names the marks whose bins sum to the opposite sign of the whole mark: their contributions depend on the other marks.
 * Empty if there are none.
 */
export function togetherSentence(contributions: Contributions, marks: readonly string[]): string {
  const { marks: whole, values } = contributions;
  if (!whole) return "";
  const sums = marks.map((_, mark) =>
    values.reduce((sum, value, i) => (i % marks.length === mark ? sum + value : sum), 0),
  );
  const named = marks.flatMap((mark, i) =>
    differ(sums[i]!, whole[i]!, contributions)
      ? [`${mark} adds ${formatSigned(sums[i]!)} bin by bin and ${formatSigned(whole[i]!)} as a whole mark`]
      : [],
  );
  return named.length === 0 ? "" : `Marks act together: ${named.join("; ")}. Its share depends on the other marks.`;
}

/** Lists the contributions of whole marks, the largest first. */
export function marksSentence({ marks: values }: Contributions, marks: readonly string[]): string {
  if (!values) return "";
  const order = marks.map((mark, i) => ({ mark, value: values[i] ?? 0 }));
  order.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const named = order.slice(0, NAMED).map(({ mark, value }) => `${mark} ${formatSigned(value)}`);
  const rest = order.length > NAMED ? `, ${order.length - NAMED} more less` : "";
  return `By whole marks (Shapley values over all ${2 ** marks.length} subsets): ${named.join(", ")}${rest}.`;
}
