/** A finished run of either task of tables, as far as explanations of its whole set ask. */

import type { ClassName, MeanMethod } from "../../../../pkg/src/index";
import type { Window } from "../../plots";
import type { Cell } from "../../tasks/shared/cells";

/** A class of genes. */
export interface GeneClassNames {
  /** "on" */
  readonly name: ClassName;
  /** "predicted on" */
  readonly called: string;
  /** Words for the purest input of the class: "that the model is most sure is on". */
  readonly purest: string;
  /** "labelled on"; absent where nothing was measured. */
  readonly labelled?: string | undefined;
}

/** The table of a cell type, with the marks in it that the model does not see. */
export interface UnseenMarks {
  /** For a change, the cell type of the table. */
  readonly cell?: Cell | undefined;
  /** The cell type: "B, H1". */
  readonly name: string;
  readonly file: string;
  readonly unseen: readonly string[];
}

/** A set of genes with what a model predicted of them. */
export interface ExplainedSet {
  /** Tells runs apart. */
  readonly run: object;
  readonly file: string;
  readonly genes: readonly string[];
  /** Where they are a part of those of a run: "100 of 400 genes, those with the highest P(on)". */
  readonly part?: string | undefined;
  /** Names of the columns of a gene's values: marks, for a change in either cell type. */
  readonly rows: readonly string[];
  /** Their marks, for their colours. */
  readonly coloursOf: readonly string[];
  /** The same in files: "A_H3K4me3". */
  readonly columns: readonly string[];
  /** Both where all marks of a cell type are explained together. */
  readonly together: { readonly rows: readonly string[]; readonly columns: readonly string[] };
  readonly bins: number;
  readonly binSize: number;
  readonly window: Window;
  /** By row that was not measured, the value that stands in for it. */
  readonly standIns: Readonly<Record<string, string>>;
  /** Explained score: "log-odds of “on”". */
  readonly score: string;
  /** Content of a removed bin, and baseline that genes are compared with: "its mean over the gene". */
  readonly replacement: string;
  readonly baseline: string;
  /** Quantity that falls in a deletion test, where it is not the probability of the predicted class. */
  readonly predicted?: string | undefined;
  /** The model's marks. */
  readonly marks: readonly string[];
  /** One, or A's and B's. */
  readonly tables: readonly UnseenMarks[];
  /** Genes predicted on, or to rise; and the others. */
  readonly classes: readonly [high: GeneClassNames, low: GeneClassNames];
  /** Explanation methods whose means can be taken. */
  readonly methods: readonly MeanMethod[];
}
