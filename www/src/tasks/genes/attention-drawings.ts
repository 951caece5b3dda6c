/** Figures of attention for a gene of one table, for any prediction. */

import type { EngineAttentionSpread } from "../../../../pkg/src/index";
import { byBin, columns as tsv } from "../../export/columns";
import {
  formatAttention,
  formatValue,
  geneTracks,
  type GeneTracksOptions,
  geneTracksLayout,
  greatestScale,
  markAttention,
  type PlotFrame,
  readTracks,
  type TracksScale,
  tracksScale,
} from "../../plots";
import { binPlaces, markRow } from "../../plots/core/hover";
import type { GenePrediction } from "../../explain/predict-gene";
import type { Drawing } from "../../ui/drawing";
import { headingOf, type Symbols } from "../shared/genes/names";
import { markColumn, signalOf, standInValues } from "../shared/tables/signal";
import { windowOf } from "../shared/tables/windows";
import type { GeneOf } from "./gene";
import type { FinishedRun, GeneDetail, LevelRun, TableRun } from "./result";
import type { Confidence } from "./sure/confidence";
import { bandOf, behindMean, SPREAD, spreadAt } from "./sure/spread";

/** Prediction of a gene from an edited signal. */
export type Changed = Pick<GenePrediction, "predicted" | "beta">;

/** Texts and numbers on the prediction of a gene. */
export type SaidOfGene = Pick<GeneTracksOptions, "probability" | "predicted" | "range" | "label" | "low" | "high">;

/** Optional parts of a figure. */
interface Shown {
  /** Scales, if not the figure's own. */
  readonly scale?: TracksScale | undefined;
  readonly changed?: Changed | undefined;
  readonly symbols?: Symbols | undefined;
  /** Spread over ensemble members. */
  readonly spread?: EngineAttentionSpread | undefined;
}

/** A number as text; a dash if undefined. */
export function orDash(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? "–" : format(value);
}

/** β of a gene; undefined for variants that do not weight marks. */
function betaOf(run: TableRun, index: number, changed?: Changed): Float32Array | undefined {
  if (run.beta.length === 0) return undefined;
  return changed?.beta ?? run.beta.subarray(index * run.marks.length, (index + 1) * run.marks.length);
}

/** Plot options for the tracks of a gene, without their frame. */
function tracksOptions(
  run: TableRun,
  { index, signal, alpha }: GeneDetail,
  said: SaidOfGene,
  { changed, symbols, spread }: Shown,
) {
  return {
    gene: headingOf(run.genes[index]!, symbols),
    marks: run.marks,
    rows: run.rows,
    binSize: run.model.card.bin_size,
    window: windowOf(run),
    signal,
    alpha,
    alphaBand: changed ? undefined : bandOf(spread?.alpha, run.model.card),
    beta: betaOf(run, index, changed),
    ...said,
    ...signalOf(run.tables[0], run.preparations[0], run.marks, changed !== undefined),
  };
}

/** Figures along one gene; `saidOf` describes its prediction. */
export function tracksOf<Run extends FinishedRun | LevelRun>(
  saidOf: (run: Run, index: number, changed?: Changed, confidence?: Confidence) => SaidOfGene,
) {
  /** The scales that fit the tracks of one gene in several runs. */
  const commonTracksScale = (runs: readonly Run[], details: readonly GeneDetail[]): TracksScale =>
    greatestScale(
      runs.map((run, i) => tracksScale(tracksOptions(run, details[i]!, saidOf(run, details[i]!.index), {}))),
    );
  /** Signal and α along one gene, with scales of its own by default. */
  const tracksDrawing = (
    run: Run,
    detail: GeneDetail,
    scale?: TracksScale,
    changed?: Changed,
    symbols?: Symbols,
    confidence?: Confidence,
  ): Drawing =>
    attentionDrawing(run, detail, saidOf(run, detail.index, changed, confidence), {
      ...{ scale, changed, symbols, spread: confidence?.spread },
    });
  /** All figures of one gene. */
  const draw: GeneOf<Run, GeneDetail>["draw"] = (run, gene, what, symbols, confidence) => {
    // An edited signal is drawn on the scales of the original one.
    const seen = what ? { index: gene.index, signal: what.values, alpha: what.prediction.alpha } : gene;
    const scale = what && commonTracksScale([run, run], [gene, seen]);
    const changed = what?.prediction;
    const weights = weightsDrawing(run, gene.index, { changed, symbols, spread: confidence.spread });
    return {
      tracks: tracksDrawing(run, seen, scale, changed, symbols, confidence),
      weights: [["attention to the marks of", weights]],
    };
  };
  return { commonTracksScale, tracksDrawing, draw };
}

function attentionDrawing(run: TableRun, detail: GeneDetail, said: SaidOfGene, shown: Shown): Drawing {
  const { scale, changed } = shown;
  const fixed = tracksOptions(run, detail, said, shown);
  const gene = run.genes[detail.index]!;
  const options = (frame: PlotFrame) => ({ ...frame, ...fixed, scale });
  return {
    saved: changed ? "changed-tracks" : "tracks",
    gene,
    draw: (frame) => geneTracks(options(frame)),
    tsv: () => {
      const { marks, rows, bins } = run;
      const { signal, alpha, alphaBand, standIns } = fixed;
      const spread = alphaBand && shown.spread?.alpha;
      const ofAlpha = (what: string, values: ArrayLike<number>, row: number) =>
        markColumn(what, rows[row]!, standIns, (bin) => values[row * bins + bin]);
      return byBin(bins, [
        ...marks.map((mark, row) => markColumn("signal", mark, standIns, (bin) => signal[bin * marks.length + row])),
        ...rows.map((_, row) => ofAlpha("alpha", alpha, row)),
        ...(spread ? rows.flatMap((_, row) => SPREAD.map((end) => ofAlpha(`alpha_${end}`, spread[end], row))) : []),
      ]);
    },
    places: binPlaces(
      run.bins,
      (frame) => geneTracksLayout(options(frame)),
      // A column for each quantity that any track has.
      ["", "signal", ...(run.rows.length > 0 ? ["α"] : [])],
      (bin) =>
        readTracks(fixed, bin).map(({ mark, signal, alpha, range }) => {
          const weight = orDash(alpha, formatAttention) + behindMean(range, formatAttention);
          return markRow(mark, orDash(signal, formatValue), ...(run.rows.length > 0 ? [weight] : []));
        }),
    ),
  };
}

/** β of one gene; undefined for variants that do not weight marks. */
export function weightsDrawing(
  run: TableRun,
  index: number,
  { changed, symbols, spread: of }: Shown,
): Drawing | undefined {
  const spread = changed ? undefined : of?.beta;
  const band = bandOf(spread, run.model.card);
  const beta = betaOf(run, index, changed);
  if (!beta) return undefined;
  const gene = run.genes[index];
  const standIns = standInValues(run.tables[0]);
  const isMeasured = (mark: string): boolean => !Object.hasOwn(standIns, mark);
  return {
    saved: "mark-attention",
    gene,
    draw: (frame) =>
      markAttention({ ...frame, marks: run.marks, beta, band, gene: headingOf(gene, symbols), standIns }),
    tsv: () =>
      tsv(
        [
          "mark",
          "beta",
          ...(band ? SPREAD.map((end) => `beta_${end}`) : []),
          ...(run.marks.every(isMeasured) ? [] : ["measured"]),
        ],
        run.marks.map((mark, i) => [
          mark,
          isMeasured(mark) ? beta[i] : Number.NaN,
          ...(band && spread ? spreadAt(spread, i).map((value) => (isMeasured(mark) ? value : Number.NaN)) : []),
          ...(run.marks.every(isMeasured) ? [] : [isMeasured(mark) ? "yes" : `no, ${standIns[mark]} stands in`]),
        ]),
      ),
  };
}
