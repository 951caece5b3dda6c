/** The published variants in words: what they are called, and what they have not. */

import type { Attends } from "../../../pkg/src/index";

/** As Singh et al. 2017 spell them; those that attend to most first. */
const NAMES: Readonly<Record<string, string>> = {
  "lstm-alpha-beta": "LSTM-α,β",
  "lstm-alpha": "LSTM-α",
  "lstm-attn": "LSTM-Attn",
  lstm: "LSTM",
  "cnn-alpha-beta": "CNN-α,β",
  "cnn-attn": "CNN-Attn",
  "deep-chrome": "DeepChrome",
};

/** `LSTM-α,β`; a variant that is not known keeps its own name. */
export function variantName(variant: string): string {
  return NAMES[variant] ?? variant;
}

/** Where a variant stands in a list; those that are not known come last. */
export function variantRank(variant: string): number {
  const rank = Object.keys(NAMES).indexOf(variant);
  return rank < 0 ? Infinity : rank;
}

/** What a variant has no attention for, and why; undefined for one that attends to bins and marks. */
export function withoutInWords(variant: string, { bins, marks }: Attends): string | undefined {
  const name = variantName(variant);
  if (bins === "none") return `${name} reads the whole window without attention: it has neither α nor β.`;
  if (bins === "all-marks") return `${name} attends to bins for all marks together: it has one α, and no β.`;
  return marks ? undefined : `${name} attends to the bins of each mark, then joins the marks without weighing them: it has no β.`;
}
