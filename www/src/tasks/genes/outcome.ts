/** Outcomes that models of genes predict: each is a record that the session, lists, files and links are made by. */

import type { ModelCard } from "../../../../pkg/src/index";
import type { Compared } from "../../explain/contrasts";
import type { Everywhere } from "../../explain/everywhere/everywhere";
import type { Asked } from "../../explain/everywhere/panel";
import type { SharesState } from "../../explain/mark-shares";
import type { Planted } from "../../explain/result";
import type { Methods } from "../shared/methods";
import type { PlainError } from "../../rpc/errors";
import type { TableRequest } from "../../session/opened";
import type { Page } from "../../session/page";
import type { Activity } from "../../rpc/async-state";
import type { MeasuredValues, WholeRun } from "../../standalone/format";
import type { Drawing } from "../../ui/drawing";
import type { Cell } from "../shared/cells";
import type { GeneNames, Symbols } from "../shared/genes/names";
import type { CurrentTable, TablesState } from "./tables/tables";
import type { Perturbation } from "../../explain/perturbation";
import type { GeneOf } from "./gene";
import type { AnyListing } from "./order";
import type { Along, GenesRun, GeneSpread, OneGene } from "./result";
import type { SamplesState } from "./samples/session";
import type { SaidCell, Sets } from "./sure/sets";
import { spreadIn } from "./sure/spread";
import type { TableOf } from "./table";

/** A finished run, and where its tables are from. */
export type Current = GenesRun & { readonly tables: readonly CurrentTable[] };

/** Activities that can go on, and the places where their errors are shown. */
export type Part = "run" | "everywhere";

/** State of a run on tables at one moment. */
export interface GenesState<Run = Current, Gene = object, Listing extends AnyListing = AnyListing, Measured = object> {
  /** The last finished run. */
  readonly run?: Run | undefined;
  /** The gene that is looked at, by its position in the run; its signal and attention. */
  readonly selected?: number | undefined;
  readonly gene?: Gene | undefined;
  /** Spread of its attention over the members of an ensemble. */
  readonly spread?: GeneSpread | undefined;
  /** Predictions of all genes, with their signal changed alike. */
  readonly everywhere?: Everywhere | undefined;
  /** Measured values of the genes of the run. */
  readonly measured?: Measured | undefined;
  /** Classes, or signs with intervals, that cannot be excluded, where the model's card has what they take. */
  readonly sets?: Sets | undefined;
  /** Why the sets that were asked for last are not there. */
  readonly unsaid?: string | undefined;
  /** The user's word on the cell type of the data. */
  readonly cell?: SaidCell;
  /** Sort order, filter and search of the table of genes. */
  readonly listing: Listing;
  readonly perturbation?: Perturbation | undefined;
  /** Samples beside each other, where several were given. */
  readonly samples?: SamplesState | undefined;
  /** File of what was planted in the genes of the run, and the number of genes for which it is known. */
  readonly planted?: Planted | undefined;
  readonly doing: { readonly [Name in Part]?: Activity | undefined };
  readonly problems: { readonly [Name in Part]?: PlainError | undefined };
  readonly announcement: string;
}

/** Description of an outcome. `Own` is its state. */
interface Described<Run extends Current = Current, Own extends GenesState<Run> = GenesState<Run>> {
  readonly task: "on-off" | "level" | "change";
  readonly cells: readonly Cell[];
  /** Its views of one gene and of the table of genes. */
  readonly gene: GeneOf;
  readonly table: TableOf;
  /** Quantity that is predicted for each gene where the signal of all is changed. */
  readonly asked: Asked;
  /** Measured values of the genes that are listed with them. */
  measured(state: Own): object | undefined;
  /** State before a run, but for its listing. */
  readonly initial: Omit<Own, keyof GenesState>;
  /** Fields of its own that follow from a run and its measured values. */
  readonly ofRun?: Partial<Own>;
  /** Which tables are missing, in a sentence. */
  missing(tables: TablesState, card: ModelCard): string;
  /** The findings of a run, in words: "3 of the 10 genes here are predicted on." */
  foundInWords(run: Run, the: string, here: string): string;
  /** More to announce about a run. */
  remark?(run: Run): string | undefined;
  /** Gene that a run shows first, by its position. */
  first(run: Run): number;
  /** Reads measured values of the genes of the finished run. */
  measure(
    worker: Page["worker"],
    source: TableRequest,
    cell: Cell,
  ): Promise<Partial<Pick<Own, "measured" | "announcement">>>;
  /** Heading of what is known of the confidence in predictions: "Sure". */
  readonly confidence: string;
  /** Announcement where that is withdrawn of another cell type. */
  readonly withdrawn: string;
  /** Returns true if a prediction is called high. */
  isHigh(predicted: number): boolean;
  /** Explanations that can be shown along a gene. */
  readonly explanations: readonly Along[];
  /** The element that shows its results. */
  readonly results: string;
  /** Record of a run as JSON, with the SHA-256 of its tables. */
  record(run: Run, state: Own, hashes: readonly (string | undefined)[]): string;
  /** Text on a run for a manuscript; `contrast` is that of the contributions that are shown. */
  methods(run: Run, state: Own, contrast: Compared | undefined): Promise<Methods>;
  /** Parts of a page of one file. */
  readonly page: OneFile<Run, Own>;
}

/** An outcome, with what follows from its description. */
export interface Outcome<
  Run extends Current = Current,
  Own extends GenesState<Run> = GenesState<Run>,
> extends Described<Run, Own> {
  /** The listing of a new run. */
  readonly listing: Own["listing"];
  /** Positions of the genes as they are listed; `shares` are the known contributions of their marks. */
  list(run: Run, state: Own, names: GeneNames, shares?: SharesState["known"]): Uint32Array;
  /** Which genes come first in a list; `isAll` where all that are listed are taken. */
  ruleInWords(run: Run, listing: Own["listing"], isAll: boolean): string;
  /** Signal and attention along the gene that is looked at. */
  tracks(run: Run, state: Own, symbols?: Symbols): Drawing | undefined;
}

/** An outcome of this description. */
export function outcomeOf<Run extends Current, Own extends GenesState<Run>>(
  of: Described<Run, Own>,
): Outcome<Run, Own> {
  const { lists } = of.table;
  return {
    ...of,
    listing: lists.first,
    list: (run, state, names, shares) => {
      const { listing, everywhere, sets } = state;
      return lists.list(run, listing, { moved: everywhere?.moved, measured: of.measured(state), sets, shares }, names);
    },
    ruleInWords: ({ marks }, listing, isAll) => lists.rule(listing, marks, isAll),
    tracks(run, { gene, sets, spread }, symbols) {
      const seen = gene as OneGene | undefined;
      return seen && of.gene.draw(run, seen, undefined, symbols, { sets, spread: spreadIn(spread, seen.index) }).tracks;
    },
  };
}

/** Columns of predictions in a page of one file. */
export type Column = "probability" | "level" | "fold_change";

/** Parts of a page of one file. */
export interface OneFile<Run, Own> {
  /** Sentences of a caption for a stranger, of what is shown and what must be known. */
  caption(run: Run, state: Own, contrast: Compared | undefined): readonly (string | undefined)[];
  /** Measured values of chosen genes. */
  measuredOf(state: Own, chosen: readonly number[]): readonly MeasuredValues[];
  /** Parts of a whole run: the column of its predictions, labels, and figures. */
  readonly column: Column;
  labels(run: Run): Uint8Array | undefined;
  figures(run: Run, state: Own, page: Page): Promise<Omit<WholeRun, "genes" | "chosen" | "block">>;
}

/** Position of the prediction that is largest by `size`. */
export function largest(predicted: Float32Array, size: (value: number) => number): number {
  return predicted.reduce((best, value, i) => (size(value) > size(predicted[best]!) ? i : best), 0);
}
