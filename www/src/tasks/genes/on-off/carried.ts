/** Identifies the marks that carry a gene's prediction, from predictions without each of them. Pure. */

import { formatProbability } from "../../../plots/core/format";
import { comparedWith } from "../../../explain/contrasts";
import { differ } from "../../../explain/contributions";
import type { Contributions } from "../../../explain/result";
import { listed } from "../../../session/preparation";
import { isOn } from "./on";

/** Prediction without one mark. */
export interface Removal {
  readonly mark: string;
  readonly probability: number;
}

/** A short sentence, and its basis. */
export interface Story {
  readonly heading: string;
  readonly text: string;
}

/** Log-odds. */
function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

/**
 * A sentence that relates removals to contributions: if the contrasts differ, that removals leave no signal; otherwise
 * that marks act together, if removing a mark moves the score against its contribution.
 */
export function besideContributions(
  predicted: number,
  without: readonly Removal[],
  contributions: Contributions,
  marks: readonly string[],
): string {
  const { baseline, marks: whole } = contributions;
  if (baseline !== "zero")
    return `Here a mark is taken away: no signal takes its place. The figure compares with ${comparedWith(baseline)}.`;
  const named = without.flatMap(({ mark, probability }) => {
    const [removed, adds] = [logit(predicted) - logit(probability), whole?.[marks.indexOf(mark)] ?? 0];
    return differ(removed, adds, contributions) ? [mark] : [];
  });
  return named.length === 0
    ? ""
    : `Marks act together: taken away from all the others, ${listed(named)} ${named.length > 1 ? "move" : "moves"} the ` +
        "score the other way than the share of whole marks says, which is an average over all subsets of marks.";
}

/** A bound in words: "at 0.712 or more", "above 0.999". */
function bounded(on: boolean, others: readonly Removal[]): string {
  const values = others.map(({ probability }) => probability);
  const bound = formatProbability(on ? Math.min(...values) : Math.max(...values));
  const word = { ">": "above", "<": "below" }[bound[0]!];
  return word ? `${word} ${bound.slice(2)}` : `at ${bound} or ${on ? "more" : "less"}`;
}

/**
 * Names the marks that carry a prediction: without any one of them a gene predicted on is predicted off, or vice versa.
 * Undefined if nothing is known.
 */
export function carriedBy(predicted: number, without: readonly Removal[]): Story | undefined {
  if (without.length === 0 || ![predicted, ...without.map(({ probability }) => probability)].every(Number.isFinite))
    return undefined;
  const on = isOn(predicted);
  const carry = without.filter(({ probability }) => isOn(probability) !== on);
  const others = without.filter((each) => !carry.includes(each));
  const before = formatProbability(predicted);
  if (carry.length === 0) {
    const moved = ({ probability }: Removal): number => Math.abs(probability - predicted);
    const most = without.reduce((most, each) => (moved(each) > moved(most) ? each : most));
    return {
      heading: "No single mark carries this prediction.",
      text:
        `P(on) is ${before}; without ${most.mark}, which moves it most, it is ` +
        `${formatProbability(most.probability)}, still ${on ? "on" : "off"}.`,
    };
  }
  const [first, ...more] = carry;
  const goes = `P(on) ${on ? "falls" : "rises"} from ${before} to ${formatProbability(first!.probability)}`;
  const how =
    more.length === 0
      ? `Without it ${goes}`
      : `Without ${first!.mark} ${goes}, ` +
        `${more.map(({ mark, probability }) => `without ${mark} to ${formatProbability(probability)}`).join(", ")}`;
  return {
    heading: `${listed(carry.map(({ mark }) => mark))} ${more.length === 0 ? "carries" : "each carry"} this prediction.`,
    text: `${how}${others.length > 0 ? `; without any other mark it stays ${bounded(on, others)}` : ""}.`,
  };
}
