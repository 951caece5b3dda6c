/** Drawings and readouts of the page's figures: from a finished run to the plots' functions. */

import {
  averageAttention,
  averageAttentionLayout,
  formatAttention,
  formatCount,
  probabilityBars,
  probabilityHistogram,
  probabilityHistogramLayout,
  readAverage,
  type PlotFrame,
} from "../../../plots";
import { formatEquals, formatProbability } from "../../../plots/core/format";
import { binPlaces, markRow, plainRow, slotPlaces } from "../../../plots/core/hover";
import { byBin, columns as tsv } from "../../../export/columns";
import { type Changed, orDash, type SaidOfGene, tracksOf } from "../attention-drawings";
import type { GeneOf } from "../gene";
import type { MeasuredGenes } from "./measured/measured";
import type { FinishedRun, GeneDetail } from "../result";
import { type Confidence, confidenceInWords } from "../sure/confidence";
import { rangeOf } from "../sure/spread";
import { onTogether, together } from "../together";
import type { Drawing } from "../../../ui/drawing";
import { probabilityInWords } from "../what-if";
import { markColumn, standInValues } from "../../shared/tables/signal";
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

/** Histogram of P(on) for the measured genes, split into genes that are on and off. */
export function measuredDrawing({ probability }: Pick<FinishedRun, "probability">, measured: MeasuredGenes): Drawing {
  const { known, labels } = measured;
  const drawing = histogramDrawing({
    probability: Float32Array.from(known, (gene) => probability[gene]),
    tables: [{ labels: Uint8Array.from(known, (gene) => labels[gene]) }],
  });
  return { ...drawing, saved: "predicted-measured" };
}

/** Texts and numbers on P(on) of a gene. */
function saidOf(run: FinishedRun, index: number, changed?: Changed, confidence: Confidence = {}): SaidOfGene {
  return {
    probability: changed?.predicted ?? run.probability[index]!,
    ...(changed ? {} : rangeOf(run, index)),
    range: changed ? undefined : confidenceInWords(run, index, confidence, ON_OFF_GENE.format),
    label: run.tables[0].labels ? run.tables[0].labels[index] === 1 : undefined,
  };
}

const figures = tracksOf<FinishedRun>(saidOf);
export const { commonTracksScale, tracksDrawing } = figures;

/** The view of a gene that is on or off. */
export const ON_OFF_GENE: GeneOf<FinishedRun, GeneDetail> = {
  draw: figures.draw,
  valuesOf: ({ signal }) => signal,
  said: ({ probability }, { index }, confidence) =>
    confidence && `P(on) ${formatEquals(formatProbability(probability[index]!))} (${confidence})`,
  format: (value) => value.toFixed(2),
  changed: probabilityInWords,
};
