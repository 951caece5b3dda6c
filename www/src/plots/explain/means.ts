/**
 * Mean explanations over genes: for each mark a row of each class of genes, with the mean of each bin as a bar around
 * zero, and around it the mean size, whatever the sign. All rows have one scale.
 */

import { scaleLinear } from "d3-scale";
import { axisHeight, type BinAxis, binAxis, binCentre, drawAnchor, drawAxis } from "../core/axis";
import { changeColours } from "../core/changes";
import { mix } from "../core/colour";
import { formatGenes, formatPosition, formatSigned } from "../core/format";
import { drawLegend, type LegendEntry, legendHeight } from "../core/legend";
import type { BinFrame } from "../core/options";
import { finite, matrixColumn, roundTop } from "../core/scale";
import { element, label, picture, segment } from "../core/svg";
import { textWidth, wrap } from "../core/text";
import type { Theme } from "../core/theme";
import {
  drawHeading,
  hatchedBand,
  headingWidth,
  notMeasured,
  scaleLine,
  signedBars,
  stepArea,
} from "../core/track-parts";

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

/** Where things lie, in pixels of the picture; for reading values off it. */
export interface ExplanationMeansLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly axis: BinAxis;
  /** One panel a mark, with a row for each class. */
  readonly panels: readonly {
    readonly mark: string;
    readonly rows: readonly { readonly top: number; readonly bottom: number }[];
  }[];
  readonly axisY: number;
}

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

function isMeasured({ standIns = {} }: ExplanationMeansOptions, mark: string): boolean {
  return !Object.hasOwn(standIns, mark);
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

function legendOf({ theme, up, down }: ExplanationMeansOptions): LegendEntry[] {
  const colours = changeColours(theme);
  return [
    { sample: "area", colour: colours.up, text: `mean: ${up}` },
    { sample: "area", colour: colours.down, text: `mean: ${down}` },
    { sample: "area", colour: shadeOf(theme), text: "± mean size, whatever the sign" },
  ];
}

/** "on: 32 genes predicted on; off: 28 genes predicted off" */
function classesText({ classes }: ExplanationMeansOptions): string {
  return classes.map(({ name, called, genes }) => `${name}: ${formatGenes(genes)} ${called}`).join("; ");
}

function linesOf(options: ExplanationMeansOptions): string[] {
  return [options.subtitle, classesText(options)].flatMap((text) => wrap(text, options.width - 16, 11));
}

/** Where the rows of `options` lie in the picture that `explanationMeans` draws of them. */
export function explanationMeansLayout(options: ExplanationMeansOptions): ExplanationMeansLayout {
  const { width, marks, binSize, window, classes } = options;
  const axis = binAxis(binsOf(options), binSize, window);
  const left = 16 + Math.max(12, ...classes.map(({ name }) => textWidth(name, SMALL)));
  const right = width - 16 - textWidth(formatSigned(topOf(options)), SMALL);
  const [gap, rowHeight] = marks.length > MANY ? [9, 24] : [12, width < 480 ? 32 : 44];
  let y = 30 + 15 * linesOf(options).length + legendHeight(legendOf(options), width - 16);
  const panels = marks.map((mark) => {
    y += gap + HEADER;
    const rows = classes.map(() => {
      const row = { top: y, bottom: y + rowHeight };
      y = row.bottom + BETWEEN;
      return row;
    });
    return { mark, rows };
  });
  const axisY = y + 5;
  return { width, height: axisY + axisHeight(axis, width), left, right, axis, panels, axisY };
}

/** "most at +150 bp, +0.12" */
function mostText(row: Row, axis: BinAxis): string {
  const most = row.mean.reduce((best, value, bin) => (Math.abs(value) > Math.abs(row.mean[best]!) ? bin : best), 0);
  if (row.mean[most] === 0) return "zero in every bin";
  return `most at ${formatPosition(binCentre(axis, most + 1))}, ${formatSigned(row.mean[most]!)}`;
}

function drawRow(
  row: Row | undefined,
  of: MeansOfGenes,
  { top, bottom }: { readonly top: number; readonly bottom: number },
  frame: ExplanationMeansLayout,
  scale: number,
  { theme }: ExplanationMeansOptions,
): string[] {
  const { left, right, axis } = frame;
  const y = scaleLinear()
    .domain([-(scale || 1), scale || 1])
    .range([bottom, top]);
  const name = label(left - 6, (top + bottom) / 2 + 3.5, of.name, {
    "font-size": SMALL,
    "text-anchor": "end",
    fill: theme.inkMuted,
  });
  const zero = segment(left, y(0), right, y(0), theme.lineStrong, { "stroke-width": 0.75 });
  if (!row) return [name, zero, label(left + 6, y(0) - 5, `No gene is ${of.called}`, { fill: theme.inkFaint })];
  const { up, down } = changeColours(theme);
  const shade = shadeOf(theme);
  return [
    name,
    stepArea(row.size, axis, left, right, y(0), y, shade),
    stepArea(row.size, axis, left, right, y(0), (value) => y(-value), shade),
    drawAnchor(axis, left, right, top, bottom, theme),
    signedBars(row.mean, 1, frame, y, up),
    signedBars(row.mean, -1, frame, y, down),
    zero,
  ];
}

/** For each mark a row of each class of genes: the mean of each bin around zero, and the mean size around it. */
export function explanationMeans(options: ExplanationMeansOptions): string {
  const { marks, classes, width, theme, title, subtitle, coloursOf = marks, standIns = {} } = options;
  const frame = explanationMeansLayout(options);
  const bins = binsOf(options);
  const scale = topOf(options);
  const rows = marks.map((_, mark) => classes.map((each) => rowOf(each, mark, bins, marks.length)));
  const notes = rows.map((of) =>
    classes.flatMap(({ name }, i) => (of[i] ? [`${name} ${mostText(of[i], frame.axis)}`] : [])).join("; "),
  );
  const roomy = marks.every((mark, i) => headingWidth({ mark, note: notes[i]! }) <= frame.right - frame.left);
  const panels = marks.map((mark, i) => {
    const { rows: places } = frame.panels[i]!;
    const heading = {
      ...{ mark, colourOf: coloursOf[i] },
      note: roomy && isMeasured(options, mark) ? notes[i]! : "",
    };
    const named = drawHeading(heading, frame.left, frame.right, places[0]!.top - 7, theme);
    if (!isMeasured(options, mark))
      return element("g", { "data-mark": mark }, [
        ...named,
        ...hatchedBand(
          ...([frame.left, frame.right, places[0]!.top, places.at(-1)!.bottom] as const),
          ...([notMeasured(standIns[mark]!), theme] as const),
        ),
      ]);
    return element("g", { "data-mark": mark }, [
      ...named,
      ...classes.flatMap((each, row) => drawRow(rows[i]![row], each, places[row]!, frame, scale, options)),
      // All rows have the scale of the first.
      ...(scale > 0
        ? scaleLine(
            ...([frame.right, 1, places[0]!.top, places[0]!.bottom] as const),
            ...([formatSigned(scale), formatSigned(-scale), theme] as const),
          )
        : []),
    ]);
  });
  const lines = linesOf(options);
  const sentences = classes.map((each, row) => {
    if (!each.mean) return `No gene is ${each.called}.`;
    const of = marks.map((mark, i) =>
      isMeasured(options, mark)
        ? `${mark} ${mostText(rows[i]![row]!, frame.axis)}`
        : `${mark} ${notMeasured(standIns[mark]!)}`,
    );
    return `Over ${formatGenes(each.genes)} ${each.called}: ${of.join("; ")}.`;
  });
  return picture({
    width,
    height: frame.height,
    theme,
    title: `${title}, ${classes.map(({ genes, called }) => `${formatGenes(genes)} ${called}`).join(" and ")}`,
    summary:
      `${sentences.join(" ")} ${subtitle} Positions are bin centres, counted from the ${frame.axis.anchor}; ` +
      `${frame.axis.order}.`,
    body: [
      label(8, 22, title, { "font-size": 15, "font-weight": "bold", fill: theme.ink }),
      ...lines.map((line, i) => label(8, 40 + 15 * i, line)),
      ...drawLegend(legendOf(options), 8, 44 + 15 * lines.length, width - 16, theme),
      ...panels,
      ...(bins > 0
        ? drawAxis({ axis: frame.axis, left: frame.left, right: frame.right, y: frame.axisY, width, theme })
        : []),
    ],
  });
}

/** The means of one mark in one bin, class by class; undefined where no gene is of the class. */
export interface MeansReading {
  readonly mark: string;
  readonly classes: readonly ({ readonly mean: number; readonly size: number } | undefined)[];
}

/** Returns the values that the picture shows in one bin (from 1), mark by mark; of marks that were measured. */
export function readMeans(options: ExplanationMeansOptions, bin: number): MeansReading[] {
  const { marks, classes } = options;
  return marks.flatMap((mark, i) => {
    if (!isMeasured(options, mark)) return [];
    const at = (bin - 1) * marks.length + i;
    return [
      {
        mark,
        classes: classes.map(({ mean, size }) =>
          mean && size ? { mean: finite(mean[at]), size: finite(size[at]) } : undefined,
        ),
      },
    ];
  });
}
