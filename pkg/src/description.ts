/** What a model is by its family and its variant, as the engine says it. */

import type { Task } from "./card.js";

/** A name to type, in kebab case as files and flags have it, and a name to read, as its paper prints it. */
export interface Named {
  readonly id: string;
  readonly title: string;
}

/** A work to cite. */
export interface CitedWork {
  /** What it is called in BibTeX. */
  readonly key: string;
  /** "Singh et al. 2017": in the text. */
  readonly brief: string;
  /** In a list of references. */
  readonly citation: string;
  /** The entry of a `.bib` file. */
  readonly bibtex: string;
}

/** What a model is by its family and its variant. */
export interface Description {
  /** What it reads and predicts. */
  readonly task: Task;
  /** Whose equations it has. */
  readonly family: Named;
  /** Which of them. */
  readonly variant: Named;
  /** Where the variant stands in its family's list, from 0. */
  readonly rank: number;
  /** What it attends to. */
  readonly attends: Attends;
  /** What the variant has no attention for, and why, in a sentence or two; absent for one that attends to all. */
  readonly without?: string;
  /** What to cite, its own work first. */
  readonly works: readonly CitedWork[];
  /** This program, to cite beside them. */
  readonly program: CitedWork;
  /**
   * Bytes of one gene in the largest buffer of a forward pass; absent for a model of sequences, which runs in tiles.
   */
  readonly bytes_per_example?: number;
}

/** What a variant attends to, and so which attention it gives. */
export interface Attends {
  /** `each-mark`: α over the bins of each mark; `all-marks`: one α for all marks together; `none`: no α. */
  readonly bins: "none" | "all-marks" | "each-mark";
  /** Whether it weighs the marks, which gives β. */
  readonly marks: boolean;
  /**
   * Of a model of a change only: the groups of its encoders, `A`, `B`, `diff` (A − B), `auxA` and `auxB`, each with one
   * encoder a mark. α has the rows of `bins`, β the columns of `marks`; `auxiliary` are those that do not decide by
   * themselves.
   */
  readonly encoders?: {
    readonly bins: readonly EncoderGroup[];
    readonly marks: readonly EncoderGroup[];
    readonly auxiliary: readonly EncoderGroup[];
    /** In how many equal parts the columns of β add up to 1, each part by itself. */
    readonly weighings: number;
    /** Whether the expression in A and in B is predicted, too. */
    readonly expression: boolean;
  } | null;
}

/**
 * What a group of encoders reads: a cell type's signal, the difference A − B, or a cell type's signal for an auxiliary
 * task.
 */
export type EncoderGroup = "A" | "B" | "diff" | "auxA" | "auxB";
