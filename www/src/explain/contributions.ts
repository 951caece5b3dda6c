/** Contributions to a score, in words. */

import { formatSigned } from "../plots/explaining";
import { scoredWith } from "./contrasts";
import type { Contributions } from "./result";

/** Marks that are named; the rest follow from the picture. */
const NAMED = 5;

/** What the values add up to, and how well they do. */
export function completenessSentence(
  { baseline, score, baselineScore, error, isComplete }: Contributions,
  what = "Log-odds of on",
): string {
  const difference = score - baselineScore;
  const adds =
    `${what}: ${formatSigned(score)}; ${scoredWith(baseline)} ${formatSigned(baselineScore)}. ` +
    `The bins of the figure share the difference, ${formatSigned(difference)}, among them`;
  return isComplete
    ? `${adds}: their sum misses it by ${Math.abs(error).toPrecision(1)}.`
    : `${adds}, but their sum misses it by ${Math.abs(error).toPrecision(2)}: not converged. The model jumps ` +
        "somewhere on the way, so that single bins are uncertain by as much.";
}

/** How much each whole mark adds, the largest first. */
export function marksSentence({ marks: values }: Contributions, marks: readonly string[]): string {
  if (!values) return "";
  const order = marks.map((mark, i) => ({ mark, value: values[i] ?? 0 }));
  order.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const named = order.slice(0, NAMED).map(({ mark, value }) => `${mark} ${formatSigned(value)}`);
  const rest = order.length > NAMED ? `, ${order.length - NAMED} more less` : "";
  return `By whole marks (Shapley values over all ${2 ** marks.length} subsets): ${named.join(", ")}${rest}.`;
}
