/**
 * Explanation methods: their names, colours and dashes, the same in every plot and sentence.
 */

import type { Theme } from "../core/colour";

/**
 * A method that ranks bins by importance for a prediction. `signal` and `random` are baselines: a meaningful
 * explanation outperforms both the magnitude of the signal and chance.
 */
export type Explanation =
  | "alpha"
  | "attention"
  | "gradient"
  | "motifs"
  | "random-bases"
  | "saliency"
  | "gradient-x-input"
  | "integrated-gradients"
  | "occlusion"
  | "class-optimisation"
  | "signal"
  | "random";

/** Names and style of an explanation. */
type Look = readonly [
  /** Name at a curve or a bar. */
  short: string,
  /** Property of the top-ranked bins: "the bins with …". */
  highest: string,
  /** Dash pattern, so that curves differ in more than colour. */
  dashes?: string | undefined,
  /** Colours in the light and dark themes; by default ink, like α along the gene. */
  light?: string,
  dark?: string,
];

const LOOKS: Readonly<Record<Explanation, Look>> = {
  alpha: ["attention α", "the highest α"],
  attention: ["attention", "the most attention from other bins"],
  gradient: ["one gradient", "the largest gradient", "9 2 2 2", "#7a3fb5", "#cfa2f5"],
  motifs: ["known motifs", "the best match of a known motif", "2 2.5", "#b25a00", "#f2a553"],
  saliency: ["saliency", "the largest saliency", undefined, "#3a4cc0", "#a3b0ff"],
  "gradient-x-input": ["gradient × input", "the largest gradient × input", "9 2 2 2", "#7a3fb5", "#cfa2f5"],
  "integrated-gradients": ["integrated gradients", "the largest integrated gradients", undefined, "#b3175f", "#ff8fbd"],
  occlusion: ["occlusion", "the largest effect when they alone are removed", "5 2", "#5f6d00", "#c3d24f"],
  "class-optimisation": ["class optimisation", "the highest values of class optimisation", "7 3", "#0a7a68", "#57cdb6"],
  signal: ["signal's own size", "the most signal", "2 2.5", "#b25a00", "#f2a553"],
  random: ["random bins", "no property at all", "4 3"],
  "random-bases": ["random bases", "no property at all", "4 3"],
};

/** Name of an explanation at its curve. */
export function explanationName(explanation: Explanation): string {
  return LOOKS[explanation][0];
}

/** Property of the bins that an explanation ranks first: "the highest α". */
export function highestBy(explanation: Explanation): string {
  return LOOKS[explanation][1];
}

/** Returns true if the explanation is a random order. */
export function isChance(explanation: Explanation): explanation is "random" | "random-bases" {
  return explanation === "random" || explanation === "random-bases";
}

/** The colour of an explanation's curve; random is grey. */
export function explanationColour(explanation: Explanation, theme: Theme): string {
  if (isChance(explanation)) return theme.lineStrong;
  const [, , , light, dark] = LOOKS[explanation];
  return (theme.name === "light" ? light : dark) ?? theme.ink;
}

/** Name of an explanation's curve, its colour, and its dash pattern, if any. */
export function lookOf(explanation: Explanation, theme: Theme) {
  const [name, , dashes] = LOOKS[explanation];
  return { name, colour: explanationColour(explanation, theme), dashes };
}
