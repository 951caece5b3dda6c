/** Drawings and readouts of the page's figures: from a finished run to the plots' functions. */

import {
  averageAttention,
  averageAttentionLayout,
  greatestScale,
  formatAttention,
  formatCount,
  formatValue,
  geneTracks,
  geneTracksLayout,
  markAttention,
  probabilityBars,
  probabilityHistogram,
  probabilityHistogramLayout,
  readAverage,
  readTracks,
  tracksScale,
  type PlotFrame,
  type TracksScale,
} from "../../../plots";
import { binPlaces, markRow, plainRow, slotPlaces } from "../../../plots/core/hover";
import { byBin, columns as tsv } from "../../../export/columns";
import type { MeasuredGenes } from "./measured/measured";
import type { FinishedRun, GeneDetail } from "../result";
import { type Confidence, confidenceInWords } from "../sure/confidence";
import { bandOf, behindMean, rangeOf, SPREAD, spreadAt } from "../sure/spread";
import { together } from "../together";
import { onTogether } from "./together";
import type { Drawing } from "../../../ui/drawing";
import { headingOf, type Symbols } from "../../shared/genes/names";
import { markColumn, signalOf, standInValues } from "../../shared/tables/signal";
import { windowOf } from "../../shared/tables/windows";

/** Average α of the genes predicted on and of those predicted off; undefined for variants without α. */
export function averageDrawing(run: FinishedRun): Drawing | undefined {
  const { summary, bins, rows } = run;
  if (!summary) return undefined;
  const standIns = standInValues(run.tables[0]);
  const fixed = { ...summary, marks: rows, binSize: run.model.card.bin_size, window: windowOf(run), standIns };
  const options = (frame: PlotFrame) => ({ ...frame, ...fixed });
  return {
    saved: "average-attention",
    draw: (frame) => averageAttention(options(frame)),
    tsv: () =>
      byBin(
        bins,
        (["on", "off"] as const).flatMap((name) => {
          const means = summary[name];
          if (!means) return [];
          return rows.map((mark, row) =>
            markColumn(`mean_alpha_${name}`, mark, standIns, (bin) => means[row * bins + bin]),
          );
        }),
      ),
    places: binPlaces(
      bins,
      (frame) => averageAttentionLayout(options(frame)),
      ["Mean α", "on", "off"],
      (bin) =>
        readAverage(fixed, bin).map(({ mark, on, off }) =>
          markRow(mark, orDash(on, formatAttention), orDash(off, formatAttention)),
        ),
    ),
  };
}

/** A number as text; a dash where there is none. */
function orDash(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? "–" : format(value);
}

/** The figures of all genes of a run. */
export function overviewDrawings(run: FinishedRun): {
  readonly average: Drawing | undefined;
  readonly histogram: Drawing;
} {
  const { summary, labels } = onTogether(run);
  return {
    average: averageDrawing({ ...run, summary }),
    histogram: histogramDrawing({ probability: together(run).predicted, tables: [{ labels }] }),
  };
}

/** Bars of the histogram. */
const BARS = 20;

/** Histogram of the probabilities. */
export function histogramDrawing(run: {
  readonly probability: Float32Array;
  readonly tables: readonly [{ readonly labels?: Uint8Array | undefined }];
}): Drawing {
  const { probability, tables } = run;
  const [{ labels }] = tables;
  const options = (frame: PlotFrame) => ({ ...frame, probability, labels });
  const bars = probabilityBars(probability, BARS, labels);
  return {
    saved: "probability",
    draw: (frame) => probabilityHistogram(options(frame)),
    tsv: () =>
      tsv(
        ["from", "to", "genes", ...(labels ? ["labelled_on"] : [])],
        bars.map(({ from, genes, labelledOn }) => [from, from + 1 / BARS, genes, ...(labels ? [labelledOn] : [])]),
      ),
    places: slotPlaces(
      { name: "bar", count: BARS, view: [0, BARS] },
      (frame) => probabilityHistogramLayout(options(frame)),
      (slot) => {
        const { from, to, genes, labelledOn } = bars[slot]!;
        const labelled = [
          plainRow("labelled on", formatCount(labelledOn)),
          plainRow("labelled off", formatCount(genes - labelledOn)),
        ];
        return {
          title: `P(on) from ${from.toFixed(2)} to ${to.toFixed(2)}`,
          columns: ["", "genes"],
          rows: [plainRow("all", formatCount(genes)), ...(labels ? labelled : [])],
        };
      },
    ),
  };
}

/** Histogram of the probabilities of the measured genes, split into those that are on and those that are off. */
export function measuredDrawing({ probability }: Pick<FinishedRun, "probability">, measured: MeasuredGenes): Drawing {
  const { known, labels } = measured;
  const drawing = histogramDrawing({
    probability: Float32Array.from(known, (gene) => probability[gene]),
    tables: [{ labels: Uint8Array.from(known, (gene) => labels[gene]) }],
  });
  return { ...drawing, saved: "predicted-measured" };
}

/** A gene's tracks with a signal that was changed. */
export interface Changed {
  readonly probability: number;
  readonly beta: Float32Array;
}

/** β of a gene; undefined for variants that do not weigh marks. */
function betaOf(run: FinishedRun, index: number, changed?: Changed): Float32Array | undefined {
  if (run.beta.length === 0) return undefined;
  return changed?.beta ?? run.beta.subarray(index * run.marks.length, (index + 1) * run.marks.length);
}

/** Plot options for the tracks of a gene, without their frame. */
function tracksOptions(
  run: FinishedRun,
  { index, signal, alpha }: GeneDetail,
  changed?: Changed,
  symbols?: Symbols,
  confidence: Confidence = {},
) {
  return {
    gene: headingOf(run.genes[index], symbols),
    marks: run.marks,
    rows: run.rows,
    binSize: run.model.card.bin_size,
    window: windowOf(run),
    signal,
    alpha,
    alphaBand: changed ? undefined : bandOf(confidence.spread?.alpha, run.model.card),
    beta: betaOf(run, index, changed),
    probability: changed?.probability ?? run.probability[index],
    ...(changed ? {} : rangeOf(run, index)),
    range: changed ? undefined : confidenceInWords(run, index, confidence, (value) => value.toFixed(2)),
    label: run.tables[0].labels ? run.tables[0].labels[index] === 1 : undefined,
    ...signalOf(run.tables[0], run.preparations[0], run.marks, changed !== undefined),
  };
}

/** The scales that fit the tracks of one gene in several runs. */
export function commonTracksScale(runs: readonly FinishedRun[], details: readonly GeneDetail[]): TracksScale {
  return greatestScale(runs.map((run, i) => tracksScale(tracksOptions(run, details[i]))));
}

/** Signal and α along one gene, with scales of its own unless they are given. */
export function tracksDrawing(
  run: FinishedRun,
  detail: GeneDetail,
  scale?: TracksScale,
  changed?: Changed,
  symbols?: Symbols,
  confidence?: Confidence,
): Drawing {
  const fixed = tracksOptions(run, detail, changed, symbols, confidence);
  const gene = run.genes[detail.index];
  const options = (frame: PlotFrame) => ({ ...frame, ...fixed, scale });
  return {
    saved: changed ? "changed-tracks" : "tracks",
    gene,
    draw: (frame) => geneTracks(options(frame)),
    tsv: () => {
      const { marks, rows, bins } = run;
      const { signal, alpha, alphaBand, standIns } = fixed;
      const spread = alphaBand && confidence?.spread?.alpha;
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
      // A column for what some track has.
      ["", "signal", ...(run.rows.length > 0 ? ["α"] : [])],
      (bin) =>
        readTracks(fixed, bin).map(({ mark, signal, alpha, range }) => {
          const weight = orDash(alpha, formatAttention) + behindMean(range, formatAttention);
          return markRow(mark, orDash(signal, formatValue), ...(run.rows.length > 0 ? [weight] : []));
        }),
    ),
  };
}

/** β of one gene; undefined for variants that do not weigh marks. */
export function markDrawing(
  run: FinishedRun,
  index: number,
  changed?: Changed,
  symbols?: Symbols,
  { spread: of }: Confidence = {},
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
