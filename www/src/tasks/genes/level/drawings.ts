/** Figures of levels: drawn, read out and saved as a table. */

import { contributionsDrawing as signedDrawing } from "../../../explain/drawings";
import { type GenesBefore, movedDrawing } from "../../../explain/everywhere/drawing";
import type { Contributions } from "../../../explain/result";
import { columns as tsv } from "../../../export/columns";
import { formatCount, type PlotFrame, type TracksScale } from "../../../plots";
import { plainRow, slotPlaces } from "../../../plots/core/hover";
import {
  knownPairs,
  levelBars,
  levelHistogram,
  levelHistogramLayout,
  levelScatter,
  type LevelScatterOptions,
  levelScatterLayout,
} from "../../../plots/genes/level";
import { dotPlaces, type PairsPlot } from "../../../plots/marks/dots";
import type { Drawing } from "../../../ui/drawing";
import { headingOf, type Symbols } from "../../shared/genes/names";
import { attentionDrawing, type ChangedBeta, type SaidOfGene, scaleOfAll } from "../attention-drawings";
import { type GeneDetail, type LevelRun, UNIT } from "../result";
import { type Confidence, confidenceInWords } from "../sure/confidence";
import type { MeasuredLevels } from "./measured";
import { formatLevel } from "./levels";

/** A gene's tracks with a signal that was changed. */
export interface Changed extends ChangedBeta {
  readonly level: number;
}

/** "predicted level 5.21 (90 % interval 2.10 to 8.32)" */
function saidOf(run: LevelRun, index: number, changed?: Changed, confidence: Confidence = {}): SaidOfGene {
  const sure = changed ? undefined : confidenceInWords(run, index, confidence, formatLevel);
  const level = formatLevel(changed?.level ?? run.level[index]!);
  return { probability: Number.NaN, predicted: `predicted level ${level}${sure ? ` (${sure})` : ""}` };
}

/** The scales that fit the tracks of one gene in several runs. */
export function commonTracksScale(runs: readonly LevelRun[], details: readonly GeneDetail[]): TracksScale {
  return scaleOfAll(runs.map((run, i) => [run, details[i]!, saidOf(run, details[i]!.index)] as const));
}

/** Signal and α along one gene, with scales of its own unless they are given. */
export function tracksDrawing(
  run: LevelRun,
  detail: GeneDetail,
  scale?: TracksScale,
  changed?: Changed,
  symbols?: Symbols,
  confidence?: Confidence,
): Drawing {
  const said = saidOf(run, detail.index, changed, confidence);
  return attentionDrawing(run, detail, said, { scale, changed, symbols, spread: confidence?.spread });
}

/** Contribution of each bin to the level of a gene; the signal alone until that is known. */
export function contributionsDrawing(
  run: LevelRun,
  gene: GeneDetail,
  found: Contributions | undefined,
  symbols?: Symbols,
): Drawing {
  return signedDrawing(run, gene, found && { contributions: found }, symbols, UNIT);
}

/** Distribution of the predicted levels. */
export function histogramDrawing({ level }: Pick<LevelRun, "level">): Drawing {
  const options = (frame: PlotFrame) => ({ ...frame, level });
  const bars = levelBars(level);
  return {
    saved: "level",
    draw: (frame) => levelHistogram(options(frame)),
    tsv: () =>
      tsv(
        ["from", "to", "genes"],
        bars.map(({ from, to, genes }) => [from, to, genes]),
      ),
    places: slotPlaces(
      { name: "bar", count: Math.max(1, bars.length), view: [0, bars.length] },
      (frame) => levelHistogramLayout(options(frame)),
      (slot) => ({
        title: `Level from ${formatLevel(bars[slot]!.from)} to ${formatLevel(bars[slot]!.to)}`,
        columns: ["", "genes"],
        rows: [plainRow("all", formatCount(bars[slot]!.genes))],
      }),
    ),
  };
}

/** Two levels of each gene. */
export function levelPairs(options: (frame: PlotFrame) => LevelScatterOptions): PairsPlot {
  return {
    draw: (frame) => levelScatter(options(frame)),
    square: (frame) => levelScatterLayout(options(frame)),
  };
}

/** Predicted against measured, gene by gene. */
export function scatterDrawing(
  run: LevelRun,
  { values: x, score }: MeasuredLevels,
  selected: number | undefined,
  symbols?: Symbols,
): Drawing {
  const pairs = { x, y: run.level };
  const known = knownPairs(pairs);
  const name = (gene: number): string => headingOf(run.genes[gene]!, symbols);
  const plot = levelPairs((frame) => ({
    ...frame,
    ...pairs,
    ...{ title: "Predicted against measured", xName: `measured ${UNIT}`, yName: `predicted ${UNIT}` },
    r: score?.pearson ?? Number.NaN,
    ...(selected === undefined ? {} : { selected: { index: selected, name: name(selected) } }),
  }));
  return {
    saved: "predicted-measured",
    draw: plot.draw,
    tsv: () =>
      tsv(
        ["gene", "measured_level", "predicted_level"],
        known.map((gene) => [run.genes[gene]!, x[gene]!, run.level[gene]!]),
      ),
    places: dotPlaces(plot, pairs, known, (gene) => ({
      title: name(gene),
      columns: ["", "level"],
      rows: [plainRow("measured", formatLevel(x[gene]!)), plainRow("predicted", formatLevel(run.level[gene]!))],
    })),
  };
}

/** The levels of genes, as measured and with their signal changed, and what `change` made of them. */
export function changedEverywhere(genes: GenesBefore, change: string): Drawing {
  const { before: x, after: y, r } = genes;
  const names = { title: "Level, before and after", xName: "level, signal as measured", yName: `level, ${change}` };
  const plot = levelPairs((frame) => ({ ...frame, ...names, x, y, r: r() }));
  return movedDrawing(genes, { asked: "level", column: "level", format: formatLevel }, plot);
}
