/** Drawings and readouts of the page's figures: from a finished run to the plots' functions. */

import {
  averageAttention,
  averageAttentionLayout,
  barAtPixel,
  binAtPixel,
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
  readBin,
  readTracks,
  tracksScale,
  type PlotFrame,
  type TracksScale,
} from "../../../plots";
import { columns as tsv } from "../../../export/columns";
import type { MeasuredGenes } from "./measured/measured";
import type { FinishedRun, GeneDetail } from "../result";
import { type Confidence, confidenceInWords } from "../sure/confidence";
import { bandOf, behindMean, rangeOf, SPREAD, spreadAt } from "../sure/spread";
import { together } from "../together";
import { onTogether } from "./together";
import type { Drawing } from "../../../ui/drawing";
import { headingOf, type Symbols } from "../../shared/genes/names";
import { columnName, signalOf, standInValues } from "../../shared/tables/signal";
import { atBin, windowOf } from "../../shared/tables/windows";

/** Average α of the genes predicted on and of those predicted off; undefined for variants without α. */
export function averageDrawing(run: FinishedRun): Drawing | undefined {
  const { summary } = run;
  if (!summary) return undefined;
  const options = (frame: PlotFrame) => ({
    ...frame,
    ...summary,
    marks: run.rows,
    binSize: run.model.card.bin_size,
    window: windowOf(run),
    standIns: standInValues(run.tables[0]),
  });
  const isMeasured = (row: string): boolean => !Object.hasOwn(standInValues(run.tables[0]), row);
  const attention = (value: number | undefined): string => (value === undefined ? "–" : formatAttention(value));
  return {
    saved: "average-attention",
    draw: (frame) => averageAttention(options(frame)),
    tsv: () => {
      const classes = [
        summary.on && (["on", summary.on] as const),
        summary.off && (["off", summary.off] as const),
      ].filter((each) => each !== undefined);
      const header = [
        "bin",
        ...classes.flatMap(([name]) =>
          run.rows.map((row) => columnName(`mean_alpha_${name}`, row, standInValues(run.tables[0]))),
        ),
      ];
      return tsv(
        header,
        Array.from({ length: run.bins }, (_, bin) => [
          bin + 1,
          ...classes.flatMap(([, means]) =>
            run.rows.map((name, row) => (isMeasured(name) ? means[row * run.bins + bin] : Number.NaN)),
          ),
        ]),
      );
    },
    places: {
      count: run.bins,
      name: "bin",
      at: (frame, pixel) => binAtPixel(averageAttentionLayout(options(frame)), pixel)?.bin,
      read: (frame, place) =>
        atBin(readBin(averageAttentionLayout(options(frame)), place), ["Mean α", "on", "off"], (bin) =>
          readAverage(options(frame), bin).map(({ mark, on, off }) => ({
            name: mark,
            isMark: true,
            values: [attention(on), attention(off)],
          })),
        ),
    },
  };
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
  const layout = (frame: PlotFrame) => probabilityHistogramLayout(options(frame));
  return {
    saved: "probability",
    draw: (frame) => probabilityHistogram(options(frame)),
    tsv: () => {
      const bars = probabilityBars(probability, BARS, labels);
      return tsv(
        ["from", "to", "genes", ...(labels ? ["labelled_on"] : [])],
        bars.map(({ from, genes, labelledOn }) => [from, from + 1 / BARS, genes, ...(labels ? [labelledOn] : [])]),
      );
    },
    places: {
      count: BARS,
      name: "bar",
      at: (frame, pixel) => {
        const placed = layout(frame);
        const bar = barAtPixel(placed, pixel);
        return bar && placed.bars.indexOf(bar) + 1;
      },
      read: (frame, place) => {
        const { bars, left, right } = layout(frame);
        const bar = bars[place - 1];
        if (!bar) return undefined;
        const width = (right - left) / bars.length;
        const labelled = [
          { name: "labelled on", isMark: false, values: [formatCount(bar.labelledOn)] },
          { name: "labelled off", isMark: false, values: [formatCount(bar.genes - bar.labelledOn)] },
        ];
        return {
          left: left + (place - 1) * width,
          right: left + place * width,
          title: `P(on) from ${bar.from.toFixed(2)} to ${bar.to.toFixed(2)}`,
          columns: ["", "genes"],
          rows: [{ name: "all", isMark: false, values: [formatCount(bar.genes)] }, ...(labels ? labelled : [])],
        };
      },
    },
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
  // A column for what some track has.
  const columns = ["", "signal", ...(run.rows.length > 0 ? ["α"] : [])];
  const shown = (value: number | undefined, format: (value: number) => string): string =>
    value === undefined ? "–" : format(value);
  return {
    saved: changed ? "changed-tracks" : "tracks",
    gene,
    draw: (frame) => geneTracks(options(frame)),
    tsv: () => {
      const { marks, rows, bins } = run;
      const { signal, alpha, alphaBand, standIns = {} } = fixed;
      const spread = alphaBand && confidence?.spread?.alpha;
      const header = [
        "bin",
        ...marks.map((mark) => columnName("signal", mark, standIns)),
        ...rows.map((row) => columnName("alpha", row, standIns)),
        ...(spread ? rows.flatMap((row) => SPREAD.map((end) => columnName(`alpha_${end}`, row, standIns))) : []),
      ];
      const shown = (mark: string, value: number): number => (Object.hasOwn(standIns, mark) ? Number.NaN : value);
      return tsv(
        header,
        Array.from({ length: bins }, (_, bin) => [
          bin + 1,
          ...marks.map((mark, row) => shown(mark, signal[bin * marks.length + row])),
          ...rows.map((mark, row) => shown(mark, alpha[row * bins + bin])),
          ...(spread
            ? rows.flatMap((mark, row) => spreadAt(spread, row * bins + bin).map((value) => shown(mark, value)))
            : []),
        ]),
      );
    },
    places: {
      count: run.bins,
      name: "bin",
      at: (frame, pixel) => binAtPixel(geneTracksLayout(options(frame)), pixel)?.bin,
      read: (frame, place) =>
        atBin(readBin(geneTracksLayout(options(frame)), place), columns, (bin) =>
          readTracks(options(frame), bin).map((at) => ({
            name: at.mark,
            isMark: true,
            values: [
              shown(at.signal, formatValue),
              shown(at.alpha, formatAttention) + behindMean(at.range, formatAttention),
            ].slice(0, columns.length - 1),
          })),
        ),
    },
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
