/** Contrasts: the baselines of attributions, by the questions that they answer. */

import { type Contrast, contrastOf, type ModelCard } from "../../../pkg/src/index";

/** A contrast of the package, or another gene by its id. */
export type Compared = Contrast | `gene:${string}`;

/** The wording of a contrast. */
interface Words {
  /** Question shown above the figure. */
  readonly question: string;
  /** Completes "compared with …". */
  readonly compared: string;
  /** Completes "The score …, and … of that". */
  readonly scored: string;
  /** Value that each mark of a removed bin is set to, in words. */
  readonly setTo: string;
}

const WORDS: Readonly<Record<Contrast, Words>> = {
  zero: {
    question: "Why this prediction rather than that of a gene without signal?",
    compared: "a gene without signal",
    scored: "without any signal",
    setTo: "no signal",
  },
  "class-mean": {
    question: "What sets it apart from the average gene of the other class?",
    compared: "the average training gene of the other class",
    scored: "of the average training gene of the other class",
    setTo: "that of the average training gene of the other class",
  },
  midpoint: {
    question: "Why changed rather than unchanged?",
    compared: "both cell types at the middle of the two",
    scored: "without a change, both cell types at the middle of the two,",
    setTo: "the middle of the two cell types",
  },
  other: {
    question: "Why this change rather than the reverse one?",
    compared: "each cell type at the other’s signal",
    scored: "with the cell types exchanged",
    setTo: "the other cell type’s",
  },
  "gene-mean": {
    question: "Where along this gene? (places, not marks)",
    compared: "each mark’s mean over the gene",
    scored: "with each mark at its mean over the gene",
    setTo: "its mean over the gene",
  },
  "training-mean": {
    question: "What sets it apart from a flat signal at the training means?",
    compared: "each mark’s mean in the training data",
    scored: "with each mark at its mean in the training data",
    setTo: "its mean in the training data",
  },
};

/** The other gene of a comparison with one. */
export function otherGene(contrast: Compared): string | undefined {
  return contrast.startsWith("gene:") ? contrast.slice("gene:".length) : undefined;
}

/** The baseline option of the package. */
export function baselineOf(contrast: Compared): Contrast | { readonly gene: string } {
  const gene = otherGene(contrast);
  return gene === undefined ? (contrast as Contrast) : { gene };
}

function wordsOf(contrast: Compared, name?: string): Words {
  const id = otherGene(contrast);
  if (id === undefined) return WORDS[contrast as Contrast];
  const gene = name ?? id;
  return {
    question: `Why unlike ${gene}?`,
    compared: `the gene ${gene}`,
    scored: `of ${gene}`,
    setTo: `that of ${gene}`,
  };
}

/** Question: "Why this prediction rather than that of a gene without signal?"; `name` names another gene. */
export function questionOf(contrast: Compared, name?: string): string {
  return wordsOf(contrast, name).question;
}

/** Baseline in words: "a gene without signal". */
export function comparedWith(contrast: Compared): string {
  return wordsOf(contrast).compared;
}

/** Description: "contributions by integrated gradients, in log-odds of “on”, against a gene without signal". */
export function explainedInWords(unit: string, contrast: Compared): string {
  return `contributions by integrated gradients, in ${unit}, against ${comparedWith(contrast)}`;
}

/** Condition of the baseline's score: "without any signal". */
export function scoredWith(contrast: Compared): string {
  return wordsOf(contrast).scored;
}

/** Replacement of a removed bin: "no signal". */
export function setTo(contrast: Compared): string {
  return wordsOf(contrast).setTo;
}

/** The shared contrast for genes of several models: the first of the first model's that all others offer. */
export function contrastOfAll([first, ...others]: readonly [ModelCard, ...ModelCard[]]): Contrast {
  const offered = others.map(contrastsOf);
  return contrastsOf(first).find((each) => offered.every((of) => of.includes(each))) ?? contrastOf(first);
}

/** The contrasts of a model's genes, its default first. */
export function contrastsOf(card: ModelCard): readonly Contrast[] {
  const { marks, input_distribution, input_distribution_b, class_means, task } = card;
  const recorded = task === "change" ? [input_distribution, input_distribution_b] : [input_distribution];
  const hasMeans = recorded.every((of) => marks.every((mark) => of?.some((each) => each.mark === mark)));
  const offered: readonly (Contrast | false)[] = [
    contrastOf(card),
    ...(task === "change" ? (["midpoint", "other", "zero"] as const) : (["zero"] as const)),
    task !== "change" && class_means != null && "class-mean",
    "gene-mean",
    hasMeans && "training-mean",
  ];
  return [...new Set(offered.filter((each) => each !== false))];
}
