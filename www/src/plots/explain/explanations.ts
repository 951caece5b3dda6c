/**
 * The ways to explain a prediction: what they are called and how plots distinguish them, the same in every plot and
 * sentence.
 */

import type { Theme } from "../core/colour";

/**
 * A way to say which bins a prediction depends on. `signal` and `random` explain nothing: an explanation that means
 * something must do better than the size of the signal itself, and than chance.
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

/** In the order of plots and tables. */
export const EXPLANATIONS: readonly Explanation[] = [
  ...(["alpha", "saliency", "gradient-x-input", "integrated-gradients", "occlusion"] as const),
  ...(["class-optimisation", "signal", "random"] as const),
];

/** Names of an explanation. */
interface Names {
  /** At a curve or a bar. */
  readonly short: string;
  /** Which bins go first: "the bins with …". */
  readonly highest: string;
}

const NAMES: Readonly<Record<Explanation, Names>> = {
  alpha: { short: "attention α", highest: "the highest α" },
  attention: { short: "attention", highest: "the most attention from other bins" },
  gradient: { short: "one gradient", highest: "the largest gradient" },
  motifs: { short: "known motifs", highest: "the best match of a known motif" },
  saliency: { short: "saliency", highest: "the largest saliency" },
  "gradient-x-input": { short: "gradient × input", highest: "the largest gradient × input" },
  "integrated-gradients": { short: "integrated gradients", highest: "the largest integrated gradients" },
  occlusion: { short: "occlusion", highest: "the largest effect when they alone are removed" },
  "class-optimisation": { short: "class optimisation", highest: "the highest values of class optimisation" },
  signal: { short: "signal's own size", highest: "the most signal" },
  random: { short: "random bins", highest: "no property at all" },
  "random-bases": { short: "random bases", highest: "no property at all" },
};

/** Name of an explanation at its curve. */
export function explanationName(explanation: Explanation): string {
  return NAMES[explanation].short;
}

/** Property of the bins that an explanation puts first: "the highest α". */
export function highestBy(explanation: Explanation): string {
  return NAMES[explanation].highest;
}

const COLOURS: Readonly<
  Record<
    Exclude<Explanation, "alpha" | "attention" | "random" | "random-bases">,
    { readonly light: string; readonly dark: string }
  >
> = {
  saliency: { light: "#3a4cc0", dark: "#a3b0ff" },
  "gradient-x-input": { light: "#7a3fb5", dark: "#cfa2f5" },
  gradient: { light: "#7a3fb5", dark: "#cfa2f5" },
  "integrated-gradients": { light: "#b3175f", dark: "#ff8fbd" },
  occlusion: { light: "#5f6d00", dark: "#c3d24f" },
  "class-optimisation": { light: "#0a7a68", dark: "#57cdb6" },
  signal: { light: "#b25a00", dark: "#f2a553" },
  motifs: { light: "#b25a00", dark: "#f2a553" },
};

/** Returns true if the explanation is drawn by chance. */
export function isChance(explanation: Explanation): explanation is "random" | "random-bases" {
  return explanation === "random" || explanation === "random-bases";
}

/** The colour of an explanation's curve. α is ink, as along the gene; random is grey. */
export function explanationColour(explanation: Explanation, theme: Theme): string {
  if (explanation === "alpha" || explanation === "attention") return theme.ink;
  return isChance(explanation) ? theme.lineStrong : COLOURS[explanation][theme.name];
}

const DASHES: Readonly<Record<Explanation, string | undefined>> = {
  alpha: undefined,
  saliency: undefined,
  attention: undefined,
  "gradient-x-input": "9 2 2 2",
  gradient: "9 2 2 2",
  "integrated-gradients": undefined,
  occlusion: "5 2",
  "class-optimisation": "7 3",
  signal: "2 2.5",
  motifs: "2 2.5",
  random: "4 3",
  "random-bases": "4 3",
};

/** Dash pattern of an explanation's curve, so that colour is not all that tells curves apart; undefined if solid. */
export function explanationDashes(explanation: Explanation): string | undefined {
  return DASHES[explanation];
}
