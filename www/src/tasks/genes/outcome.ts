/** Outcomes that models of genes predict: the session, lists, files and links are built from these records. */

import type { TemplateResult } from "lit";
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
import type { Activity } from "../../rpc/working";
import type { MeasuredValues, WholeRun } from "../../standalone/format";
import type { Drawing } from "../../ui/drawing";
import type { Cell } from "../shared/cells";
import type { GeneNames, Symbols } from "../shared/genes/names";
import type { CurrentTable, TablesState } from "../shared/tables/tables";
import type { Perturbation } from "../shared/tables/task";
import type { GeneOf } from "./gene";
import type { AnyListing } from "./order";
import type { Along, GenesRun, GeneSpread, OneGene } from "./result";
import type { SamplesState } from "./samples/session";
import type { SaidCell, Sets } from "./sure/sets";
import { spreadIn } from "./sure/spread";
import type { TableOf } from "./table";

/** A finished run, with the sources of its tables. */
export type Current = GenesRun & { readonly tables: readonly CurrentTable[] };

/** Activities, and the places for their errors. */
export type Part = "run" | "everywhere";

/** State of a run on tables at one moment. */
export interface GenesState<Run = Current, Gene = object, Listing extends AnyListing = AnyListing, Measured = object> {
  /** The last finished run. */
  readonly run?: Run | undefined;
  /** Index of the selected gene in the run; its signal and attention. */
  readonly selected?: number | undefined;
  readonly gene?: Gene | undefined;
  /** Spread of its attention over ensemble members. */
  readonly spread?: GeneSpread | undefined;
  /** Predictions of all genes after the same edit of their signal. */
  readonly everywhere?: Everywhere | undefined;
  /** Measured values of the run's genes. */
  readonly measured?: Measured | undefined;
  /** Prediction sets (classes, or signs with intervals), if the model's card has conformal scores. */
  readonly sets?: Sets | undefined;
  /** Reason why the requested sets are missing. */
  readonly unsaid?: string | undefined;
  /** Cell type of the data, as stated by the user. */
  readonly cell?: SaidCell;
  /** Sort order, filter and search of the table of genes. */
  readonly listing: Listing;
  readonly perturbation?: Perturbation | undefined;
  /** Samples side by side, if there are several. */
  readonly samples?: SamplesState | undefined;
  /** File of what was planted in the genes of the run, and the number of genes for which it is known. */
  readonly planted?: Planted | undefined;
  readonly doing: { readonly [Name in Part]?: Activity | undefined };
  readonly problems: { readonly [Name in Part]?: PlainError | undefined };
  readonly announcement: string;
}

/** Stored runs, for the element that compares them. */
export interface ShownRuns {
  readonly comparing: object;
  readonly state: object;
  readonly symbols: Symbols | undefined;
  readonly isHidden: boolean;
  /** Controls that store more runs, for the heading. */
  readonly controls?: TemplateResult | undefined;
}

/** Description of an outcome. `Own` is its state. */
interface Described<Run extends Current = Current, Own extends GenesState<Run> = GenesState<Run>> {
  readonly task: "on-off" | "level" | "change";
  readonly cells: readonly Cell[];
  /** Its views of one gene and of the table of genes. */
  readonly gene: GeneOf;
  readonly table: TableOf;
  /** Predicted quantity after an edit of all signals. */
  readonly asked: Asked;
  /** Measured values listed with the genes. */
  measured(state: Own): object | undefined;
  /** Initial state, except for the listing. */
  readonly initial: Omit<Own, keyof GenesState>;
  /** Fields of its own that derive from a run and its measured values. */
  readonly ofRun?: Partial<Own>;
  /** Which tables are missing, in a sentence. */
  missing(tables: TablesState, card: ModelCard): string;
  /** The main finding of a run in words: "3 of the 10 genes here are predicted on." */
  foundInWords(run: Run, the: string, here: string): string;
  /** More to announce about a run. */
  remark?(run: Run): string | undefined;
  /** Index of the gene that a run shows first. */
  first(run: Run): number;
  /** Reads measured values of the genes of the finished run. */
  measure(
    worker: Page["worker"],
    source: TableRequest,
    cell: Cell,
  ): Promise<Partial<Pick<Own, "measured" | "announcement">>>;
  /** Heading for the confidence in predictions: "Sure". */
  readonly confidence: string;
  /** Announcement when it is withdrawn for another cell type. */
  readonly withdrawn: string;
  /** Returns true if a prediction counts as high. */
  isHigh(predicted: number): boolean;
  /** Explanations available along a gene. */
  readonly explanations: readonly Along[];
  /** The element that shows its results. */
  readonly results: string;
  /** Record of a run as JSON, with the SHA-256 of its tables. */
  record(run: Run, state: Own, hashes: readonly (string | undefined)[]): string;
  /** Methods text for a manuscript; `contrast` is that of the contributions shown. */
  methods(run: Run, state: Own, contrast: Compared | undefined): Promise<Methods>;
  /** Element that compares runs. */
  compared(runs: ShownRuns): TemplateResult;
  /** Parts of a single-file page. */
  readonly page: OneFile<Run, Own>;
}

/** An outcome, completed from its description. */
export interface Outcome<
  Run extends Current = Current,
  Own extends GenesState<Run> = GenesState<Run>,
> extends Described<Run, Own> {
  /** The listing of a new run. */
  readonly listing: Own["listing"];
  /** Indices of the genes as listed; `shares` are the known contributions of their marks. */
  list(run: Run, state: Own, names: GeneNames, shares?: SharesState["known"]): Uint32Array;
  /** Describes the genes that come first in a list; `isAll` if all listed genes are taken. */
  ruleInWords(run: Run, listing: Own["listing"], isAll: boolean): string;
  /** Signal and attention along the selected gene. */
  tracks(run: Run, state: Own, symbols?: Symbols): Drawing | undefined;
}

/** Completes the description of an outcome. */
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

/** Columns of predictions in a single-file page. */
export type Column = "probability" | "level" | "fold_change";

/** Parts of a single-file page. */
export interface OneFile<Run, Own> {
  /** Sentences of a caption for readers who do not know the run: content, and necessary facts. */
  caption(run: Run, state: Own, contrast: Compared | undefined): readonly (string | undefined)[];
  /** Measured values of chosen genes. */
  measuredOf(state: Own, chosen: readonly number[]): readonly MeasuredValues[];
  /** Parts of a whole run: the column of its predictions, labels, and summary figures. */
  readonly column: Column;
  labels(run: Run): Uint8Array | undefined;
  figures(run: Run, state: Own, page: Page): Promise<Omit<WholeRun, "genes" | "chosen" | "block">>;
}

/** Index of the prediction that is largest by `size`. */
export function largest(predicted: Float32Array, size: (value: number) => number): number {
  return predicted.reduce((best, value, i) => (size(value) > size(predicted[best]!) ? i : best), 0);
}
