/** The published variants in words: their names, and what they lack. */

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
  // As table 1 of Sekhon et al. 2018 spells them.
  "raw-d": "Raw: d",
  "raw-c": "Raw: c",
  raw: "Raw",
  aux: "Aux",
  "raw-aux": "Raw+Aux",
  "aux-siamese": "Aux+Siamese",
  "raw-aux-siamese": "Raw+Aux+Siamese",
  // As Kelley et al. 2018 and Angus and Eyuboglu 2018 name them.
  "attention-two-sided": "Attention, two-sided",
  "attention-variable": "Attention, one-sided",
  "attention-none": "Attention, without position",
  basenji: "Basenji",
  "exp-variable": "Exponential, learned",
  "exp-constant": "Exponential, fixed",
  standard: "Convolutions alone",
};

/** `LSTM-α,β`; a variant that is not known keeps its own name. */
export function variantName(variant: string): string {
  return NAMES[variant] ?? variant;
}

/** The position of a variant in a list; unknown ones come last. */
export function variantRank(variant: string): number {
  const rank = Object.keys(NAMES).indexOf(variant);
  return rank < 0 ? Infinity : rank;
}

/** What a variant has no attention for, and why; undefined for one that attends to bins and marks. */
export function withoutInWords(variant: string, { bins, marks, encoders }: Attends): string | undefined {
  const name = variantName(variant);
  if (encoders) return withoutGroups(variant, encoders);
  if (bins === "none") return `${name} reads the whole window without attention: it has neither α nor β.`;
  if (bins === "all-marks") return `${name} attends to bins for all marks together: it has one α, and no β.`;
  return marks
    ? undefined
    : `${name} attends to the bins of each mark, then joins the marks without weighing them: it has no β.`;
}

/** What a variant of a model of change has no encoders or tasks for. */
function withoutGroups(variant: string, { bins }: NonNullable<Attends["encoders"]>): string | undefined {
  const name = variantName(variant);
  const tasks = variant.includes("aux")
    ? ""
    : " It has no auxiliary tasks: it does not predict the expression in A and in B.";
  if (!bins.includes("A"))
    return `${name} reads the difference A − B alone: there is no α and no β of A or of B by itself.${tasks}`;
  if (!bins.includes("diff"))
    return `${name} reads A and B, not their difference: A − B is drawn without α, and has no β.${tasks}`;
  return tasks === "" ? undefined : `${name} reads A, B and their difference.${tasks}`;
}
