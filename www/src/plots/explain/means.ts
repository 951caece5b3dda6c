/**
 * Mean explanations over genes: one row per mark and class of genes, with each bin's mean as a bar from zero, and its
 * mean absolute value around it. All rows share one scale.
 */

import { type Along, binAxis, type BinAxis, type BinsLayout, drawAnchor } from "../core/axis";
import { overAxis, placeOf, positionsInWords } from "../core/axis";
import { mix, type Theme } from "../core/colour";
import { type BinFrame, type Framed, ready, type Unframed } from "../core/options";
import { formatGenes, formatSigned } from "../core/format";
import {
  END,
  entry,
  type Head,
  headHeight,
  type Laid,
  type Rows,
  type Scaled,
  scaled,
  signEntries,
} from "../core/layout";
import { farthest, finite, matrixColumn, roundTop } from "../core/scale";
import { element, label, type Part, textWidth, wrap } from "../core/svg";
import { hatchedBand, notMeasured, signedBars, standInFor } from "../marks/bars";
import { drawHeading, fittingNotes } from "../marks/panel";
import { stepArea } from "../marks/line";
import { across, scaleLine, THIN } from "../marks/axes";

/** Means over the genes of one class. */
export interface MeansOfGenes {
  /** Name beside the class's rows: "on". */
  readonly name: string;
  /** Description of the genes: "predicted on". */
  readonly called: string;
  readonly genes: number;
  /** Mean, [T, M]; undefined if there are no genes. */
  readonly mean: ArrayLike<number> | undefined;
  /** Mean absolute value, [T, M]. */
  readonly size: ArrayLike<number> | undefined;
}

/** Options of the plot of mean explanations over genes. */
export interface ExplanationMeansOptions extends BinFrame {
  /** Title: "Mean contributions". */
  readonly title: string;
  /** Description of the values, in a sentence or two. */
  readonly subtitle: string;
  /** Meaning of bars above zero, and below. */
  readonly up: string;
  readonly down: string;
  readonly classes: readonly MeansOfGenes[];
  /** Marks that give the rows their colours, if `marks` are names of rows. */
  readonly coloursOf?: readonly string[] | undefined;
  /** Substitute value, in words, of each mark that was not measured; such marks are not drawn. */
  readonly standIns?: Readonly<Record<string, string>> | undefined;
}

const HEADER = 19;
const SMALL = 10;
/** Above this number of rows (as with two cell types), rows are lower. */
const MANY = 8;
const BETWEEN = 3;

/** Colour behind the mean absolute values, from which bars of either sign stand out. */
function shadeOf(theme: Theme): string {
  return mix(theme.off, theme.surface, 0.4);
}

/** The means of one mark over one class. */
function rowOf({ mean, size }: MeansOfGenes, mark: number, bins: number, marks: number) {
  if (!mean || !size) return undefined;
  return { mean: matrixColumn(mean, mark, bins, marks), size: matrixColumn(size, mark, bins, marks) };
}

type Row = NonNullable<ReturnType<typeof rowOf>>;

/** Peak of the mean in words: "most at +150 bp, +0.12". */
function mostText({ mean }: Row, axis: BinAxis): string {
  const most = farthest(mean);
  return mean[most] === 0 ? "zero in every bin" : `most at ${placeOf(axis, most)}, ${formatSigned(mean[most]!)}`;
}

function drawRow(row: Row | undefined, of: MeansOfGenes, panel: Along & Scaled): Part[] {
  const { left, top, bottom, theme, y } = panel;
  const look = { "font-size": SMALL, ...END, fill: theme.inkMuted };
  const name = label(left - 6, (top + bottom) / 2 + 3.5, of.name, look);
  const zero = across(panel, y(0), THIN);
  if (!row) return [name, zero, label(left + 6, y(0) - 5, `No gene is ${of.called}`, { fill: theme.inkFaint })];
  return [
    name,
    ([1, -1] as const).map((sign) => stepArea(panel, row.size, shadeOf(theme), sign)),
    drawAnchor(panel),
    signedBars(panel, row.mean),
    zero,
  ];
}

/** The layout of the rows, one panel per mark, and the picture that `explanationMeans` draws. */
export function explanationMeansLayout(
  options: ExplanationMeansOptions,
): Laid<BinsLayout<{ readonly rows: readonly Rows[] }>> {
  const { marks, classes, width, theme, title, subtitle, coloursOf = marks, standIns, binSize, window } = options;
  const given = classes.find(({ mean }) => mean)?.mean;
  const bins = given && marks.length > 0 ? Math.floor(given.length / marks.length) : 0;
  const axis = binAxis(bins, binSize, window);
  // "on: 32 genes predicted on; off: 28 genes predicted off"
  const of = classes.map(({ name, called, genes }) => `${name}: ${formatGenes(genes)} ${called}`).join("; ");
  const head: Head = {
    ...{ title, size: 15, lines: [subtitle, of].flatMap((text) => wrap(text, width - 16, 11)) },
    legend: [
      ...signEntries(theme, `mean: ${options.up}`, `mean: ${options.down}`),
      entry("area", shadeOf(theme), "± mean size, whatever the sign"),
    ],
  };
  const lanes = marks.map((mark, i) => ({
    ...{ mark, colourOf: coloursOf[i], standIn: standInFor(standIns, mark) },
    rows: classes.map((each) => rowOf(each, i, bins, marks.length)),
  }));
  // All rows share a scale.
  const sizes = lanes.flatMap(({ standIn, rows }) => (standIn === undefined ? rows.map((row) => row?.size ?? []) : []));
  const greatest = sizes.flat().reduce((most, size) => Math.max(most, size), 0);
  const scale = greatest > 0 ? roundTop(greatest) : 0;
  const left = 16 + Math.max(12, ...classes.map(({ name }) => textWidth(name, SMALL)));
  const right = width - 16 - textWidth(formatSigned(scale), SMALL);
  const [gap, rowHeight] = marks.length > MANY ? [9, 24] : [12, width < 480 ? 32 : 44];
  const step = rowHeight + BETWEEN;
  const from = 30 + headHeight(head, width);
  const tall = gap + HEADER + step * classes.length;
  const panels = marks.map((_, i) => ({
    rows: classes.map((_, row): Rows => {
      const top = from + tall * i + gap + HEADER + step * row;
      return { top, bottom: top + rowHeight };
    }),
  }));
  return overAxis(options, { left, right }, axis, panels, from + tall * marks.length + 5, (frame) => {
    const noted = lanes.map((lane) => {
      const full = classes.flatMap(({ name }, i) => (lane.rows[i] ? [`${name} ${mostText(lane.rows[i], axis)}`] : []));
      return { ...lane, note: { full: full.join("; "), brief: "" } };
    });
    const notes = fittingNotes(noted, frame);
    const sentences = classes.map(({ called, genes, mean }, row) => {
      if (!mean) return `No gene is ${called}.`;
      const of = lanes.map(
        ({ mark, standIn, rows }) =>
          `${mark} ${standIn === undefined ? mostText(rows[row]!, axis) : notMeasured(standIn)}`,
      );
      return `Over ${formatGenes(genes)} ${called}: ${of.join("; ")}.`;
    });
    return {
      head,
      title: `${title}, ${classes.map(({ genes, called }) => `${formatGenes(genes)} ${called}`).join(" and ")}`,
      summary: [sentences, subtitle, positionsInWords(axis)],
      body: lanes.map(({ standIn, rows, ...lane }, i) => {
        const places = panels[i]!.rows.map((row) => scaled(frame, row, [-(scale || 1), scale || 1]));
        const first = places[0]!;
        const isThere = standIn === undefined;
        return element("g", { "data-mark": lane.mark }, [
          drawHeading({ ...lane, note: isThere ? notes[i]! : "" }, frame, first.top - 7),
          isThere
            ? classes.map((each, row) => drawRow(rows[row], each, places[row]!))
            : hatchedBand({ ...first, bottom: places.at(-1)!.bottom }, notMeasured(standIn)),
          // All rows share the scale of the first.
          isThere && scale > 0 && scaleLine(first, "right", formatSigned),
        ]);
      }),
    };
  });
}

/**
 * One row per mark and class of genes: each bin's mean as a bar from zero, and its mean absolute value around it.
 * `model.explanationMeans` returns the means of both classes.
 *
 * ```js
 * const svg = explanationMeans({
 *   title: "Mean contributions", subtitle: "By integrated gradients", marks: ["H3K4me3"], binSize: 100,
 *   up: "adds to the log-odds of on", down: "takes from it",
 *   classes: [{ name: "on", called: "predicted on", genes: 210, mean: [0.1, 0.6, -0.1], size: [0.2, 0.7, 0.2] }],
 * });
 * ```
 *
 * @category Explanations and their tests
 * @returns The picture as SVG.
 */
export function explanationMeans(given: Framed<ExplanationMeansOptions>): string {
  return explanationMeansLayout(ready("explanationMeans", given)).draw();
}

/** Values in one bin (from 1) for each measured mark, class by class; undefined for a class without genes. */
export function readMeans({ marks, classes, standIns }: Unframed<ExplanationMeansOptions>, bin: number) {
  return marks.flatMap((mark, i) => {
    if (standInFor(standIns, mark) !== undefined) return [];
    const at = (bin - 1) * marks.length + i;
    const of = classes.map(({ mean, size }) => mean && size && { mean: finite(mean[at]), size: finite(size[at]) });
    return [{ mark, classes: of }];
  });
}
