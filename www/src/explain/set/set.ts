/** A finished run of any task of tables: the properties that explanations of the whole set use. */

import type { ClassName, MeanMethod } from "../../../../pkg/src/index";
import type { Window } from "../../plots";
import type { Cell } from "../../tasks/shared/cells";

/** A class of genes. */
export interface GeneClassNames {
  /** Name: "on". */
  readonly name: ClassName;
  /** Description: "predicted on". */
  readonly called: string;
  /** Description of the class's optimised input: "that the model is most sure is on". */
  readonly purest: string;
  /** Description by label: "labelled on"; absent without measurements. */
  readonly labelled?: string | undefined;
}

/** The table of a cell type, with its marks that the model does not read. */
export interface UnseenMarks {
  /** For a change, the cell type of the table. */
  readonly cell?: Cell | undefined;
  /** Name of the cell type: "B, H1". */
  readonly name: string;
  readonly file: string;
  readonly unseen: readonly string[];
}

/** A set of genes with the predictions of a model. */
export interface ExplainedSet {
  /** Identifies the run. */
  readonly run: object;
  readonly file: string;
  readonly genes: readonly string[];
  /** Description, if the genes are a part of a run: "100 of 400 genes, those with the highest P(on)". */
  readonly part?: string | undefined;
  /** Names of the columns of a gene's values: marks; for a change, in each cell type. */
  readonly rows: readonly string[];
  /** Marks of the columns, for their colours. */
  readonly coloursOf: readonly string[];
  /** Names of the columns in files: "A_H3K4me3". */
  readonly columns: readonly string[];
  /** Rows and columns if all marks of a cell type are explained together. */
  readonly together: { readonly rows: readonly string[]; readonly columns: readonly string[] };
  readonly bins: number;
  readonly binSize: number;
  readonly window: Window;
  /** Substitute value, in words, of each row that was not measured. */
  readonly standIns: Readonly<Record<string, string>>;
  /** Explained score: "log-odds of “on”". */
  readonly score: string;
  /** Replacement of a removed bin, and baseline of attributions: "its mean over the gene". */
  readonly replacement: string;
  readonly baseline: string;
  /** Quantity that decreases in a deletion test, if not the probability of the predicted class. */
  readonly predicted?: string | undefined;
  /** The model's marks. */
  readonly marks: readonly string[];
  /** One table, or those of A and B. */
  readonly tables: readonly UnseenMarks[];
  /** Genes predicted on, or to rise; and the others. */
  readonly classes: readonly [high: GeneClassNames, low: GeneClassNames];
  /** Methods of mean explanations on offer. */
  readonly methods: readonly MeanMethod[];
}
