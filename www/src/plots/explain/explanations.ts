/**
 * The ways to explain a prediction: what they are called and how plots distinguish them, the same in every plot and
 * sentence.
 */

import type { Theme } from "../core/theme";

/**
 * A way to say which bins a prediction depends on. `signal` and `random` explain nothing: an explanation that means
 * something must do better than the size of the signal itself, and than chance.
 */
export type Explanation = "alpha" | "saliency" | "class-optimisation" | "signal" | "random";

/** In the order of plots and tables. */
export const EXPLANATIONS: readonly Explanation[] = ["alpha", "saliency", "class-optimisation", "signal", "random"];

/** How an explanation is written. */
interface Names {
  /** At a curve or a bar. */
  readonly short: string;
  /** Which bins go first: "the bins with …". */
  readonly highest: string;
}

const NAMES: Readonly<Record<Explanation, Names>> = {
  alpha: { short: "attention α", highest: "the highest α" },
  saliency: { short: "saliency", highest: "the largest saliency" },
  "class-optimisation": { short: "class optimisation", highest: "the highest values of class optimisation" },
  signal: { short: "signal's own size", highest: "the most signal" },
  random: { short: "random bins", highest: "no property at all" },
};

/** What an explanation is called at its curve. */
export function explanationName(explanation: Explanation): string {
  return NAMES[explanation].short;
}

/** What distinguishes the bins that an explanation puts first: "the highest α". */
export function highestBy(explanation: Explanation): string {
  return NAMES[explanation].highest;
}

const COLOURS: Readonly<
  Record<Exclude<Explanation, "alpha" | "random">, { readonly light: string; readonly dark: string }>
> = {
  saliency: { light: "#3a4cc0", dark: "#a3b0ff" },
  "class-optimisation": { light: "#0a7a68", dark: "#57cdb6" },
  signal: { light: "#b25a00", dark: "#f2a553" },
};

/** The colour of an explanation's curve. α is ink, as along the gene; random is grey. */
export function explanationColour(explanation: Explanation, theme: Theme): string {
  if (explanation === "alpha") return theme.ink;
  return explanation === "random" ? theme.lineStrong : COLOURS[explanation][theme.name];
}

/** How an explanation's curve is dashed, so that colour is not all that tells curves apart. */
export function explanationDashes(explanation: Explanation): string | undefined {
  return { alpha: undefined, saliency: undefined, "class-optimisation": "7 3", signal: "2 2.5", random: "4 3" }[
    explanation
  ];
}
