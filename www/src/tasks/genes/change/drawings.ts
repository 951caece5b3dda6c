/** Figures of changes: drawn, read out and saved as a table. */

import type { EngineAttentionSpread, WeightsByDirection } from "../../../../../pkg/src/index";
import { byBin, columns as tsv } from "../../../export/columns";
import { formatAttention, formatCount, formatValue, light, type MembersBand, type PlotFrame } from "../../../plots";
import { binPlaces, markRow } from "../../../plots/core/hover";
import { knownPairs, type PairsPlot } from "../../../plots/marks/dots";
import {
  betaGroups,
  type CellNames,
  changeBars,
  changeHistogram,
  changeHistogramLayout,
  type ChangeKind,
  type ChangeScale,
  changeScatter,
  type ChangeScatterOptions,
  changeScatterLayout,
  changeTracks,
  changeTracksLayout,
  commonChangeScale,
  formatSigned,
  readChange,
  type WeightSeries,
} from "../../../plots/changing";
import { type Confidence, confidenceInWords, intervalOf } from "../sure/confidence";
import { bandOf, rangeOf, SPREAD, spreadAt } from "../sure/spread";
import { type ChangedGene, cellNamesOf, type ChangeRun, type Grouping } from "../result";
import type { GeneOf } from "../gene";
import { againstMeasured, barsDrawing, selectedOf } from "../set-drawings";
import { changeInWords, formatFold, predictionInWords } from "../what-if";
import type { Drawing } from "../../../ui/drawing";
import { CELLS, letteredCell } from "../../shared/cells";
import { headingOf, type Symbols } from "../../shared/genes/names";
import { markColumn, signalOf, standInValues } from "../../shared/tables/signal";
import { windowOf } from "../../shared/tables/windows";
import { type GenesBefore, movedDrawing } from "../../../explain/everywhere/drawing";
import type { WhatIf } from "../../../explain/perturb";

/** Prediction in words: "predicted log2 fold change +2.13 (+1.90–+2.30 in 5 seeds), higher in H1". */
export function verdictOf(value: number, [a, b]: CellNames, range?: string): string {
  return `predicted log2 fold change ${formatFold(value)}${range ? ` (${range})` : ""}, higher in ${value > 0 ? b : a}`;
}

/** Number of softmaxes in β: 2 if the marks of A and of B are weighted separately. */
function weighings({ model: { description } }: Pick<ChangeRun, "model">): number {
  return description.attends.encoders?.weighings ?? 1;
}

/** States the sum of β in a sentence. */
function sumInWords(run: ChangeRun): string {
  return weighings(run) === 2
    ? "β adds up to 1 over the marks of A, and to 1 over those of B."
    : `β adds up to 1 over all ${run.columns.length} bars of a gene; groups are not added up.`;
}

const FOLD = "log2 fold change";

/** Distribution of the predicted changes. */
export function histogramDrawing(run: Pick<ChangeRun, "foldChange" | "model" | "tables">): Drawing {
  const { foldChange } = run;
  const options = (frame: PlotFrame) => ({ ...frame, foldChange, cells: cellNamesOf(run) });
  return barsDrawing(
    "change",
    changeBars(foldChange),
    (frame) => changeHistogram(options(frame)),
    (frame) => changeHistogramLayout(options(frame)),
    { name: FOLD, format: formatSigned },
  );
}

/** Predicted against measured, gene by gene, with Pearson's r. */
export function scatterDrawing(
  { genes, foldChange: predicted }: ChangeRun,
  measured: Float32Array,
  r: () => number | undefined,
  selected: number | undefined,
  symbols?: Symbols,
): Drawing {
  const found = selectedOf(genes, selected, symbols);
  const plot = changePairs((frame) => ({ ...frame, predicted, measured, r: r(), ...found }));
  const of = { name: FOLD, column: "log2_fold_change", format: formatFold };
  return againstMeasured(genes, predicted, measured, of, plot, symbols);
}

/** Two log2 fold changes of each gene. */
export function changePairs(options: (frame: PlotFrame) => ChangeScatterOptions): PairsPlot {
  return {
    draw: (frame) => changeScatter(options(frame)),
    square: (frame) => changeScatterLayout(options(frame)),
  };
}

/** Log2 fold changes of genes from their signal as measured and as edited, and the effect of `change`. */
export function changedEverywhere(genes: GenesBefore, change: string): Drawing {
  const { before: measured, after: predicted, r } = genes;
  const axes = { x: "log2 FC, signal as measured", y: `log2 FC, ${change}`, of: "two signals" } as const;
  const plot = changePairs((frame) => ({ ...frame, measured, predicted, r: r(), axes }));
  return movedDrawing(genes, { asked: "log2 FC", column: "log2_fold_change", format: formatFold }, plot);
}

/** The gene at a position of the scatter plot. */
export function geneAtPlace(run: ChangeRun, measured: Float32Array, place: number): number | undefined {
  return knownPairs({ x: measured, y: run.foldChange })[place - 1];
}

/** Describes the values of both tables, for the figure. */
function signalOfBoth({ tables, preparations, marks }: ChangeRun, isChanged: boolean) {
  const [a, b] = ([0, 1] as const).map((i) => signalOf(tables[i], preparations[i], marks, isChanged));
  const isOne = a!.units === undefined && b!.units === undefined && a!.signalName === b!.signalName;
  const inWords = ({ signalName = "", units = {} }: NonNullable<typeof a>): string =>
    signalName ||
    Object.entries(units)
      .map(([mark, unit]) => `${mark} ${unit}`)
      .join(", ");
  return {
    signalName: isOne ? a!.signalName : undefined,
    unitsInWords: isOne ? undefined : `Signal of A: ${inWords(a!)}; of B: ${inWords(b!)}`,
    standIns: { A: a!.standIns, B: b!.standIns },
  };
}

/**
 * Returns true if the mark of a β column or α row, `A_MARK`, was measured in every cell type that it covers.
 */
export function isMeasured({ tables }: Pick<ChangeRun, "tables">, column: string): boolean {
  const [group = "", ...name] = column.split("_");
  const mark = name.join("_");
  const cells = group === "diff" ? [0, 1] : [group.endsWith("B") ? 1 : 0];
  return cells.every((i) => !Object.hasOwn(standInValues(tables[i as 0 | 1]), mark));
}

/** β of one gene, [columns]. */
function betaOf({ beta, columns }: Pick<ChangeRun, "beta" | "columns">, gene: number): Float32Array {
  return beta.subarray(gene * columns.length, (gene + 1) * columns.length);
}

/** Options for the tracks of a gene, except frame and scale. */
function tracksOptions(
  run: ChangeRun,
  gene: ChangedGene,
  what?: WhatIf,
  symbols?: Symbols,
  confidence: Confidence = {},
) {
  const cells = cellNamesOf(run);
  return {
    ...{
      gene: headingOf(run.genes[gene.index]!, symbols),
      marks: run.marks,
      cells,
      binSize: run.model.card.bin_size,
      window: windowOf(run),
      rows: run.rows,
      auxiliary: run.auxiliary,
      columns: run.columns,
    },
    ...signalOfBoth(run, what !== undefined),
    values: what?.values ?? gene.values,
    before: what && gene.values,
    alpha: what?.prediction.alpha ?? gene.alpha,
    alphaBand: what ? undefined : bandOf(confidence.spread?.alpha, run.model.card),
    auxiliaryAlpha: what?.prediction.auxiliaryAlpha ?? gene.auxiliaryAlpha,
    beta: what?.prediction.beta ?? betaOf(run, gene.index),
    foldChange: run.foldChange[gene.index],
    ...(what ? {} : { ...rangeOf(run, gene.index), interval: intervalOf(confidence.sets, gene.index) }),
    verdict: what
      ? `${verdictOf(what.prediction.predicted, cells)}; ${formatFold(run.foldChange[gene.index]!)} ` +
        "of the signal as measured"
      : verdictOf(run.foldChange[gene.index]!, cells, confidenceInWords(run, gene.index, confidence, formatFold)),
  };
}

/** The scales that fit the tracks of one gene in several runs. */
export function commonTracksScale(runs: readonly ChangeRun[], genes: readonly ChangedGene[]): ChangeScale {
  const frame: PlotFrame = { width: 720, theme: light };
  return commonChangeScale(runs.map((run, i) => ({ ...frame, ...tracksOptions(run, genes[i]!) })));
}

/**
 * A, B and A − B along one gene, or one of them, with α and β; by default with scales of its own. A saved table has all
 * of them.
 */
export function tracksDrawing(
  run: ChangeRun,
  gene: ChangedGene,
  what: WhatIf | undefined,
  scale?: ChangeScale,
  symbols?: Symbols,
  confidence?: Confidence,
  kind?: ChangeKind,
): Drawing {
  const fixed = tracksOptions(run, gene, what, symbols, confidence);
  // The scales of all tracks, so that those of A and B are comparable when shown in turn.
  const own = scale ?? (kind && commonChangeScale([{ width: 720, theme: light, ...fixed }]));
  const options = (frame: PlotFrame) => ({ ...frame, ...fixed, scale: own, kinds: kind && [kind] });
  const groups = run.rows.length > 0 ? [...new Set(run.rows.map((row) => row.split("_")[0]!))] : [];
  const names: Record<string, string> = { A: "α A", B: "α B", diff: "α A−B" };
  return {
    saved: what ? "changed-tracks" : "tracks",
    gene: run.genes[gene.index]!,
    draw: (frame) => changeTracks(options(frame)),
    tsv: () => {
      const { marks, rows, bins, auxiliary } = run;
      const spread = fixed.alphaBand && confidence?.spread?.alpha;
      const column = (what: string, of: string, at: (bin: number) => number) =>
        markColumn(what, of, isMeasured(run, of) ? {} : { [of]: "" }, at);
      const ofRow = (what: string, of: string, values: Float32Array, row: number) =>
        column(what, of, (bin) => values[row * bins + bin]!);
      const signals = ["A", "B"].flatMap((cell) => marks.map((mark) => `${cell}_${mark}`));
      return byBin(bins, [
        ...signals.map((of, i) => column("signal", of, (bin) => fixed.values[bin * signals.length + i]!)),
        ...rows.map((of, row) => ofRow("alpha", of, fixed.alpha, row)),
        ...auxiliary.map((of, row) => ofRow("alpha", of, fixed.auxiliaryAlpha, row)),
        ...(spread ? rows.flatMap((of, row) => SPREAD.map((end) => ofRow(`alpha_${end}`, of, spread[end], row))) : []),
      ]);
    },
    places: binPlaces(
      run.bins,
      (frame) => changeTracksLayout(options(frame)),
      ["", "A", "B", ...groups.map((group) => names[group] ?? group)],
      (bin) =>
        readChange(fixed, bin).map(({ mark, a, b, alpha }) => {
          const weights = groups.map((group) => alpha[group as keyof typeof alpha]);
          return markRow(
            mark,
            ...[a, b].map((value) => (value === undefined ? "not measured" : formatValue(value))),
            ...weights.map((weight) => (weight === undefined ? "–" : formatAttention(weight))),
          );
        }),
    ),
  };
}

/** Bars with the ranges over ensemble members. */
function withRanges(bars: WeightSeries["bars"], { low, high }: MembersBand): WeightSeries["bars"] {
  return bars.map((bar, i) => (typeof bar === "object" ? { ...bar, range: [low[i]!, high[i]!] } : bar));
}

/** β of one gene, or β of its auxiliary tasks. */
export function weightsDrawing(
  run: ChangeRun,
  index: number,
  what: WhatIf | undefined,
  {
    auxiliary = false,
    symbols,
    spread,
  }: {
    readonly auxiliary?: boolean;
    readonly symbols?: Symbols | undefined;
    readonly spread?: EngineAttentionSpread | undefined;
  } = {},
): Drawing | undefined {
  const ends = what || auxiliary ? undefined : spread?.beta;
  const band = bandOf(ends, run.model.card);
  const columns = auxiliary ? run.auxiliary : run.columns;
  if (columns.length === 0) return undefined;
  const gene = run.genes[index]!;
  const beta = (auxiliary ? run.auxiliaryBeta : run.beta).subarray(
    index * columns.length,
    (index + 1) * columns.length,
  );
  const changed = auxiliary ? what?.prediction.auxiliaryBeta : what?.prediction.beta;
  const bars = (of: Float32Array) =>
    Array.from(of, (value, i) => (isMeasured(run, columns[i]!) ? { value } : "not measured"));
  const series: WeightSeries[] = changed
    ? [
        { name: "signal as changed", colour: "ink", bars: bars(changed) },
        { name: "signal as measured", colour: "grey", bars: bars(beta) },
      ]
    : [{ name: "β", colour: "mark", bars: band ? withRanges(bars(beta), band) : bars(beta) }];
  return {
    saved: auxiliary ? "auxiliary-attention" : "mark-attention",
    gene,
    draw: (frame) =>
      betaGroups({
        ...frame,
        heading: `${auxiliary ? "Auxiliary β" : "Attention β"}, ${headingOf(gene, symbols)}`,
        notes: [
          auxiliary
            ? "How the tasks of predicting the expression in A and in B weigh the marks; each adds up to 1."
            : sumInWords(run),
          ...(band ? [`Bars: mean of ${band.of}; lines: lowest to highest.`] : []),
        ],
        columns,
        cells: cellNamesOf(run),
        series,
        sumsOver: auxiliary ? columns.length / 2 : columns.length / weighings(run),
      }),
    tsv: () =>
      tsv(
        [
          "column",
          ...series.map(({ name }) => name.replaceAll(" ", "_")),
          ...(band ? SPREAD.map((end) => `β_${end}`) : []),
        ],
        columns.map((column, i) => [
          column,
          ...series.map(({ bars }) => {
            const bar = bars[i];
            return typeof bar === "object" ? bar.value : (bar ?? Number.NaN);
          }),
          ...(band && ends
            ? spreadAt(ends, i).map((value) => (isMeasured(run, columns[i]!) ? value : Number.NaN))
            : []),
        ]),
      ),
  };
}

/** Names of A and B, if the reader can choose one of them. */
export function cellsOf(run: ChangeRun): readonly string[] {
  return cellNamesOf(run).map((name, i) => letteredCell(CELLS[i]!, name));
}

/** The view of a gene in two cell types. */
export const CHANGE_GENE: GeneOf<ChangeRun, ChangedGene> = {
  cellsOf,
  valuesOf: ({ values }) => values,
  said: ({ foldChange }, { index, noChange }, confidence) =>
    predictionInWords(foldChange[index]!, noChange, confidence),
  format: formatFold,
  changed: changeInWords,
  draw: (run, gene, what, symbols, confidence, kind) => ({
    tracks: tracksDrawing(run, gene, what, undefined, symbols, confidence, kind as ChangeKind | undefined),
    weights: [
      ["attention to the marks of", weightsDrawing(run, gene.index, what, { symbols, spread: confidence.spread })],
      ["attention of the auxiliary tasks for", weightsDrawing(run, gene.index, what, { symbols, auxiliary: true })],
    ],
  }),
};

/**
 * Attention to marks in genes that go up and in genes that go down: mean β over the genes above and below a threshold
 * of measured or predicted change.
 */
export function drivingDrawing(
  run: ChangeRun,
  { threshold, up, down, columns }: WeightsByDirection,
  by: Grouping,
): Drawing {
  const cells = cellNamesOf(run);
  const bars = (of: "up" | "down"): WeightSeries["bars"] =>
    columns.map((column, i) =>
      isMeasured(run, run.columns[i]!)
        ? column[of] && { value: column[of].mean, deviation: column[of].deviation }
        : "not measured",
    );
  const series: WeightSeries[] = [
    { name: `up in ${cells[1]}, above +${threshold} (n = ${formatCount(up)})`, colour: "ink", bars: bars("up") },
    {
      name: `down in ${cells[1]}, below −${threshold} (n = ${formatCount(down)})`,
      colour: "grey",
      bars: bars("down"),
    },
  ];
  const rows = columns.map((column, i) => [
    run.columns[i]!,
    up,
    column.up?.mean ?? Number.NaN,
    column.up?.deviation ?? Number.NaN,
    down,
    column.down?.mean ?? Number.NaN,
    column.down?.deviation ?? Number.NaN,
  ]);
  return {
    saved: "driving-marks",
    draw: (frame) =>
      betaGroups({
        ...frame,
        heading: "Marks of genes that go up and down",
        notes: [
          `Mean β over the genes of a ${by} log2 fold change above +${threshold}, and below −${threshold}; ` +
            `whiskers are one standard deviation between genes. ${sumInWords(run)}`,
        ],
        columns: run.columns,
        cells,
        series,
        sumsOver: run.columns.length / weighings(run),
      }),
    tsv: () =>
      tsv(
        [
          "column",
          "genes_up",
          "mean_beta_up",
          "standard_deviation_up",
          "genes_down",
          "mean_beta_down",
          "standard_deviation_down",
        ],
        rows,
      ),
  };
}
