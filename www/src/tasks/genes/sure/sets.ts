/**
 * Prediction sets at a coverage: classes of genes, or signs of their changes, that a model cannot exclude; and the
 * conditions that withdraw them.
 */

import type {
  ChangeModel,
  ChangeResult,
  ClassSet,
  Intervals,
  LevelModel,
  LevelResult,
  ModelCard,
  OnOffModel,
  OnOffResult,
  WorkOptions,
} from "../../../../../pkg/src/index";
import { formatCount } from "../../../plots/core/format";
import { standInsIn } from "../../shared/stand-ins";
import type { ReadTable } from "../../../session/opened";
import { percent } from "../../../ui/words";
import type { StoredCell } from "../../../session/workspace-types";
import { mixesUnits } from "../../shared/signal";

export { COVERAGES, FIRST_COVERAGE } from "../../shared/coverages";

/** Classes of a gene, or signs of its change, that cannot be excluded. */
export type Left = ClassSet | "up" | "down" | "up|down";

/** Prediction set of each gene of a run. */
export interface Sets {
  /** Fraction of genes whose set or interval contains the measured value. */
  readonly coverage: number;
  /** Sets, [N]; empty for levels, which have neither classes nor signs. */
  readonly of: readonly Left[];
  /** Intervals of levels or log2 fold changes, for models of these. */
  readonly intervals?: Intervals | undefined;
}

/** Cell type of the data, as stated by the user: the model's, another, or unknown. */
export type SaidCell = StoredCell | undefined;

/** A run whose genes may resemble those of the calibration. */
interface Judged {
  readonly model: { readonly card: Pick<ModelCard, "conformal" | "simulated" | "cell_type" | "cell_type_b"> };
  readonly tables: readonly (Pick<ReadTable, "notes"> & { readonly simulated?: boolean | undefined })[];
  readonly offScale?: readonly (readonly string[])[] | undefined;
  readonly shareOn?: number | undefined;
}

/** Predictions from which sets and intervals are computed. */
export type Predicted = Partial<
  Pick<OnOffResult, "logit" | "shareOn"> & Pick<LevelResult, "level"> & Pick<ChangeResult, "foldChange" | "sd">
>;

/**
 * Computes the prediction sets for a model's predictions.
 *
 * @throws InputError if its card has no scores, or too few for the coverage.
 */
export async function findSets(
  runner: OnOffModel | LevelModel | ChangeModel,
  { logit, shareOn, level, foldChange, sd }: Predicted,
  options: WorkOptions & { readonly coverage: number },
): Promise<Sets> {
  const { coverage } = options;
  if (runner.task === "on-off") return { coverage, of: await runner.sets({ logit: logit!, shareOn }, options) };
  if (runner.task === "level")
    return { coverage, of: [], intervals: await runner.intervals({ level: level!, sd }, options) };
  const intervals = await runner.intervals({ foldChange: foldChange!, sd }, options);
  return { coverage, of: signsOf(intervals), intervals };
}

/** Signs that intervals do not exclude. */
export function signsOf({ low, high }: Intervals): readonly Left[] {
  return Array.from(low, (from, gene) => (from > 0 ? "up" : high[gene]! < 0 ? "down" : "up|down"));
}

/** True if a gene's set has a single class or sign. */
export function isSure({ of }: Pick<Sets, "of">, gene: number): boolean {
  return !of[gene]!.includes("|");
}

/** True if a filter by sets, `sure` or `unsure`, excludes a gene; false for other filters, and without sets. */
export function isLeftOut(filter: string, sets: Sets | undefined, gene: number): boolean {
  if (!sets || (filter !== "sure" && filter !== "unsure")) return false;
  return isSure(sets, gene) !== (filter === "sure");
}

/** True if a model's card has conformal scores. */
export function hasSets({ conformal }: Pick<ModelCard, "conformal">): boolean {
  return (conformal?.scores.length ?? 0) > 0;
}

/** The first reason, as a clause, why sets would lose their guarantee; undefined if none is known. */
export function whyWithdrawn({ model, tables, offScale = [], shareOn }: Judged, cell?: SaidCell): string | undefined {
  const absent = [...new Set(tables.flatMap(({ notes }) => standInsIn(notes).map(({ mark }) => mark)))];
  if (absent.length > 0) return `${absent.join(" and ")} ${absent.length === 1 ? "was" : "were"} not measured`;
  if (offScale.some((each) => each.length > 0)) return "the values are unlike the training data";
  if (tables.some(mixesUnits)) return "the marks have different units";
  if (tables.some(({ simulated }) => simulated) && !model.card.simulated)
    return "the genes are simulated, and the model was trained on measured ones";
  if (shareOn !== undefined) return "sets hold only for the calibration’s share of genes on";
  if (cell === "another")
    return `the model was trained on ${cellsOf(model.card)}, and your genes are from another cell type`;
  return undefined;
}

/** Training cell types: "K562", "K562 and H1"; undefined if the card names none. */
export function cellsInWords(card: Pick<ModelCard, "cell_type" | "cell_type_b">): string | undefined {
  const names = [card.cell_type?.name, card.cell_type_b?.name].filter(Boolean);
  return names.length > 0 ? names.join(" and ") : undefined;
}

function cellsOf(card: Pick<ModelCard, "cell_type" | "cell_type_b">): string {
  return cellsInWords(card) ?? "other cells";
}

/** Meaning of the sets, and the condition for their guarantee. */
export function promiseInWords(
  { coverage, of, intervals }: Sets,
  card: Pick<ModelCard, "conformal" | "cell_type" | "cell_type_b">,
  cell?: SaidCell,
): string {
  const share = `About ${percent(coverage)} of the`;
  const means = !intervals
    ? `${share} sets hold the measured class. A call is confident where the set has one class; all errors are among these.`
    : of.length === 0
      ? `${share} intervals hold the measured level.`
      : `${share} intervals hold the measured log2 fold change. A sign is confident where the interval excludes 0.`;
  const genes = formatCount(card.conformal?.genes ?? 0);
  const other = cell === "same" ? "" : ", not for another cell type";
  return `${means} This holds for genes of ${cellsOf(card)} like the ${genes} used for calibration${other}.`;
}

/** Number of genes whose set has a single class or sign. */
export function numberSure({ of }: Sets): number {
  return of.reduce((sum, _, gene) => sum + (isSure({ of }, gene) ? 1 : 0), 0);
}

/** Counts in words: "160 confident, 40 uncertain"; for levels "± 2.10 on average". */
export function countsInWords(sets: Sets): string {
  if (isOfLevels(sets)) {
    const { low, high } = sets.intervals!;
    const width = low.reduce((sum, from, gene) => sum + high[gene]! - from, 0) / Math.max(1, low.length);
    return `± ${(width / 2).toFixed(2)} on average`;
  }
  const sure = numberSure(sets);
  const what = sets.intervals ? "with a confident sign" : "confident";
  return `${formatCount(sure)} ${what}, ${formatCount(sets.of.length - sure)} uncertain`;
}

/** True for intervals of levels, which have no class or sign. */
export function isOfLevels({ of, intervals }: Pick<Sets, "of" | "intervals">): boolean {
  return intervals !== undefined && of.length === 0;
}

/** The set of a gene in words: "confident", "uncertain sign". */
export function sureInWords(sets: Pick<Sets, "of" | "intervals">, gene: number): string {
  const isOne = isSure(sets, gene);
  if (!sets.intervals) return isOne ? "confident" : "uncertain";
  return isOne ? "confident sign" : "uncertain sign";
}

/** A listing without filters and sort keys that need sets; `first` is that of a new run. */
export function withoutSets<Key, Listed extends { readonly filter: string; readonly sort: Key | undefined }>(
  listing: Listed,
  first: Listed,
): Listed {
  const { filter, sort } = listing;
  const key = (sort as { readonly key?: string } | undefined)?.key;
  const isOfSets = key === "sure" || key === "interval";
  return {
    ...listing,
    filter: filter === "sure" || filter === "unsure" ? first.filter : filter,
    sort: isOfSets ? first.sort : sort,
  };
}
