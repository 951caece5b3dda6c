/**
 * Mean explanations over genes: for each mark a row of each class of genes, with the mean of each bin as a bar around
 * zero, and around it the mean size, whatever the sign. All rows have one scale.
 */

import {
  binAxis,
  type BinAxis,
  type BinsLayout,
  drawAnchor,
  drawAxis,
  overAxis,
  placeOf,
  positionsInWords,
} from "../core/axis";
import { mix, type Theme } from "../core/colour";
import { type BinFrame, type Framed, ready, type Unframed } from "../core/options";
import { formatGenes, formatSigned } from "../core/format";
import { drawHead, END, entry, type Head, headHeight, type Rows, signEntries } from "../core/layout";
import { farthest, finite, linear, matrixColumn, roundTop } from "../core/scale";
import { element, label, picture, textWidth, wrap } from "../core/svg";
import { hatchedBand, notMeasured, signedBars, standInFor } from "../marks/bars";
import { drawHeading, fittingNotes } from "../marks/panel";
import { stepArea } from "../marks/line";
import { across, scaleLine, THIN } from "../marks/axes";

/** Means over the genes of one class. */
export interface MeansOfGenes {
  /** Name beside its rows: "on". */
  readonly name: string;
  /** "predicted on" */
  readonly called: string;
  readonly genes: number;
  /** The mean, [T, M]; undefined where there are no genes. */
  readonly mean: ArrayLike<number> | undefined;
  /** The mean size, [T, M]. */
  readonly size: ArrayLike<number> | undefined;
}

/** Options of the plot of mean explanations over genes. */
export interface ExplanationMeansOptions extends BinFrame {
  /** "Mean contributions" */
  readonly title: string;
  /** Description of the values, in a sentence or two. */
  readonly subtitle: string;
  /** Bars above zero, and below. */
  readonly up: string;
  readonly down: string;
  readonly classes: readonly MeansOfGenes[];
  /** The marks whose colours the rows have, where `marks` are names of rows. */
  readonly coloursOf?: readonly string[] | undefined;
  /** By mark that was not measured, the value that stands in for it: nothing is drawn of such a mark. */
  readonly standIns?: Readonly<Record<string, string>> | undefined;
}

/** Where the rows lie: one panel a mark, with a row for each class. */
export type ExplanationMeansLayout = BinsLayout<{ readonly mark: string; readonly rows: readonly Rows[] }>;

/** The means of one mark over one class. */
interface Row {
  readonly mean: readonly number[];
  readonly size: readonly number[];
}

const HEADER = 19;
const SMALL = 10;
/** More rows than these, as two cell types have, are drawn lower. */
const MANY = 8;
const BETWEEN = 3;

/** The ground of the mean sizes: bars of either sign stand out from it. */
function shadeOf(theme: Theme): string {
  return mix(theme.off, theme.surface, 0.4);
}

function binsOf({ marks, classes }: ExplanationMeansOptions): number {
  const values = classes.find(({ mean }) => mean)?.mean;
  return values && marks.length > 0 ? Math.floor(values.length / marks.length) : 0;
}

function rowOf({ mean, size }: MeansOfGenes, mark: number, bins: number, marks: number): Row | undefined {
  if (!mean || !size) return undefined;
  return { mean: matrixColumn(mean, mark, bins, marks), size: matrixColumn(size, mark, bins, marks) };
}

function isMeasured({ standIns }: Pick<ExplanationMeansOptions, "standIns">, mark: string): boolean {
  return standInFor(standIns, mark) === undefined;
}

/** Top of the scale that all rows share; zero where all values are. */
function topOf(options: ExplanationMeansOptions): number {
  const { marks, classes } = options;
  const bins = binsOf(options);
  const sizes = marks.flatMap((mark, i) =>
    isMeasured(options, mark) ? classes.flatMap((each) => rowOf(each, i, bins, marks.length)?.size ?? []) : [],
  );
  const greatest = sizes.reduce((most, size) => Math.max(most, size), 0);
  return greatest > 0 ? roundTop(greatest) : 0;
}

function headOf({ title, subtitle, classes, width, theme, up, down }: ExplanationMeansOptions): Head {
  // "on: 32 genes predicted on; off: 28 genes predicted off"
  const of = classes.map(({ name, called, genes }) => `${name}: ${formatGenes(genes)} ${called}`).join("; ");
  return {
    ...{ title, size: 15 },
    lines: [subtitle, of].flatMap((text) => wrap(text, width - 16, 11)),
    legend: [
      ...signEntries(theme, `mean: ${up}`, `mean: ${down}`),
      entry("area", shadeOf(theme), "± mean size, whatever the sign"),
    ],
  };
}

/** Where the rows of `options` lie in the picture that `explanationMeans` draws of them. */
export function explanationMeansLayout(options: ExplanationMeansOptions): ExplanationMeansLayout {
  const { width, marks, binSize, window, classes } = options;
  const axis = binAxis(binsOf(options), binSize, window);
  const left = 16 + Math.max(12, ...classes.map(({ name }) => textWidth(name, SMALL)));
  const right = width - 16 - textWidth(formatSigned(topOf(options)), SMALL);
  const [gap, rowHeight] = marks.length > MANY ? [9, 24] : [12, width < 480 ? 32 : 44];
  let y = 30 + headHeight(headOf(options), width);
  const panels = marks.map((mark) => {
    y += gap + HEADER;
    const rows = classes.map(() => {
      const row = { top: y, bottom: y + rowHeight };
      y = row.bottom + BETWEEN;
      return row;
    });
    return { mark, rows };
  });
  return overAxis(options, { left, right }, axis, panels, y + 5);
}

/** "most at +150 bp, +0.12" */
function mostText({ mean }: Row, axis: BinAxis): string {
  const most = farthest(mean);
  return mean[most] === 0 ? "zero in every bin" : `most at ${placeOf(axis, most)}, ${formatSigned(mean[most]!)}`;
}

function drawRow(
  row: Row | undefined,
  of: MeansOfGenes,
  place: Rows,
  frame: ExplanationMeansLayout,
  scale: number,
  theme: Theme,
): string[] {
  const { left } = frame;
  const { top, bottom } = place;
  const y = linear([-(scale || 1), scale || 1], [bottom, top]);
  const look = { "font-size": SMALL, ...END, fill: theme.inkMuted };
  const name = label(left - 6, (top + bottom) / 2 + 3.5, of.name, look);
  const zero = across(frame, y(0), theme.lineStrong, THIN);
  if (!row) return [name, zero, label(left + 6, y(0) - 5, `No gene is ${of.called}`, { fill: theme.inkFaint })];
  return [
    name,
    stepArea(row.size, frame, y(0), y, shadeOf(theme)),
    stepArea(row.size, frame, y(0), (value) => y(-value), shadeOf(theme)),
    drawAnchor(frame, place, theme),
    ...signedBars(row.mean, frame, y, theme),
    zero,
  ];
}

/**
 * For each mark a row of each class of genes: the mean of each bin around zero, and the mean size around it.
 * `model.explanationMeans` has the means of both classes.
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
  const options = ready("explanationMeans", given);
  const { marks, classes, width, theme, title, subtitle, coloursOf = marks, standIns } = options;
  const frame = explanationMeansLayout(options);
  const { axis, right } = frame;
  const bins = binsOf(options);
  const scale = topOf(options);
  const rows = marks.map((_, mark) => classes.map((each) => rowOf(each, mark, bins, marks.length)));
  const full = rows.map((of) =>
    classes.flatMap(({ name }, i) => (of[i] ? [`${name} ${mostText(of[i], axis)}`] : [])).join("; "),
  );
  const notes = fittingNotes(
    marks.map((mark) => ({ mark })),
    full.map((each) => ({ full: each, brief: "" })),
    frame,
  );
  const panels = marks.map((mark, i) => {
    const { rows: places } = frame.panels[i]!;
    const first = places[0]!;
    const standIn = standInFor(standIns, mark);
    const note = standIn === undefined ? notes[i]! : "";
    const band = { top: first.top, bottom: places.at(-1)!.bottom };
    return element("g", { "data-mark": mark }, [
      ...drawHeading({ mark, colourOf: coloursOf[i], note }, frame, first.top - 7, theme),
      ...(standIn === undefined
        ? classes.flatMap((each, row) => drawRow(rows[i]![row], each, places[row]!, frame, scale, theme))
        : hatchedBand(frame, band, notMeasured(standIn), theme)),
      // All rows have the scale of the first.
      ...(standIn === undefined && scale > 0
        ? scaleLine(right, 1, first, [formatSigned(scale), formatSigned(-scale)], theme)
        : []),
    ]);
  });
  const sentences = classes.map((each, row) => {
    if (!each.mean) return `No gene is ${each.called}.`;
    const of = marks.map((mark, i) => {
      const standIn = standInFor(standIns, mark);
      return `${mark} ${standIn === undefined ? mostText(rows[i]![row]!, axis) : notMeasured(standIn)}`;
    });
    return `Over ${formatGenes(each.genes)} ${each.called}: ${of.join("; ")}.`;
  });
  return picture({ width, theme }, frame.height, {
    title: `${title}, ${classes.map(({ genes, called }) => `${formatGenes(genes)} ${called}`).join(" and ")}`,
    summary: [...sentences, subtitle, positionsInWords(axis)].join(" "),
    body: [
      ...drawHead(headOf(options), options),
      ...panels,
      ...(bins > 0 ? drawAxis(frame, frame.axisY, options) : []),
    ],
  });
}

/** The means of one mark in one bin, class by class; undefined where no gene is of the class. */
export interface MeansReading {
  readonly mark: string;
  readonly classes: readonly ({ readonly mean: number; readonly size: number } | undefined)[];
}

/** Returns the values that the picture shows in one bin (from 1), mark by mark; of marks that were measured. */
export function readMeans(options: Unframed<ExplanationMeansOptions>, bin: number): MeansReading[] {
  const { marks, classes } = options;
  return marks.flatMap((mark, i) => {
    if (!isMeasured(options, mark)) return [];
    const at = (bin - 1) * marks.length + i;
    const of = ({ mean, size }: MeansOfGenes): MeansReading["classes"][number] =>
      mean && size ? { mean: finite(mean[at]), size: finite(size[at]) } : undefined;
    return [{ mark, classes: classes.map(of) }];
  });
}
