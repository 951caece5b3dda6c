/** Heat map of predictions, genes by samples; for many genes, each row is a mean of neighbours. */

import { mix } from "../core/colour";
import { formatCount, formatGenes } from "../core/format";
import { slotAtPixel } from "../core/hover";
import { type ColourBar, colourBarHeight, drawColourBar, END, type Laid, laid, type Layout } from "../core/layout";
import { MIDDLE, type Rows, scaled } from "../core/layout";
import type { PlotFrame } from "../core/options";
import { element, fit, label, num, type Part, textWidth } from "../core/svg";
import { scaleLine, THIN, upName } from "../marks/axes";
import { box } from "../marks/bars";

/** Options of the map. N genes, S samples. */
export interface SampleMapOptions extends PlotFrame {
  /** Names of the samples, in order, [S]. */
  readonly samples: readonly string[];
  /** Names of the genes, in order, [N]. */
  readonly genes: readonly string[];
  /** Predicted values, [N, S]; NaN if a sample lacks the gene. */
  readonly values: ArrayLike<number>;
  /** Name of the value: "P(on)". */
  readonly value: string;
  /** Values of the strongest colours, and labels for the ends of the scale. */
  readonly scale: { readonly low: number; readonly high: number; readonly ends: readonly [string, string] };
  /** Name for high values, and the test for them: "on"; undefined if none are called. */
  readonly high?: string | undefined;
  readonly isHigh: (value: number) => boolean;
}

/** Layout of the map; a row is a gene, or a band of neighbours. */
export interface SampleMapLayout extends Layout, Rows {
  /** Number of rows and of columns. */
  readonly rows: number;
  readonly columns: number;
  /** Height of a row and width of a column in pixels. */
  readonly row: number;
  readonly column: number;
}

/** Up to this number of genes, each has its own row and name. */
const MOST_NAMED = 40;
/** Number of rows for more genes. */
const BANDS = 160;
const [NAMED, BAND] = [14, 3];
/** Wider columns would not show more. */
const WIDEST = 200;
const SIZE = 11;
/** Shades on either side of 0.5: cells of one shade share a path. */
const SHADES = 16;
const LONGEST = 140;

/** Number of rows of the map for a number of genes. */
export function sampleMapRows(genes: number): number {
  return genes <= MOST_NAMED ? genes : Math.min(BANDS, genes);
}

/** The layout of the map, and its picture. */
export function sampleMapLayout(options: SampleMapOptions): Laid<SampleMapLayout> {
  const { samples, genes, width, theme, value, scale } = options;
  const isNamed = genes.length <= MOST_NAMED;
  const rows = sampleMapRows(genes.length);
  const columns = samples.length;
  const bar: ColourBar = {
    // From the colour of low values, through the background in the middle, to that of high values.
    colour: (share) => {
      const shade = Math.round(SHADES * (2 * Math.max(0, Math.min(1, share)) - 1)) / SHADES;
      return mix(shade > 0 ? theme.on : theme.off, theme.surface, Math.abs(shade));
    },
    ends: scale.ends,
    unit: `${value}${rows < genes.length ? ", mean of neighbouring genes" : ""}; –: not in the sample`,
  };
  const names = isNamed ? genes : [formatCount(genes.length)];
  const left = 16 + Math.min(0.34 * width, Math.max(30, ...names.map((name) => textWidth(name, SIZE))));
  const column = Math.min(WIDEST, (width - left - 12) / Math.max(1, columns));
  const longest = Math.max(0, ...samples.map((name) => textWidth(name, SIZE)));
  const isUpright = longest > column - 6;
  const top = 32 + colourBarHeight(bar, width - 16) + (isUpright ? Math.min(LONGEST, longest) + 10 : 20);
  const row = isNamed ? NAMED : BAND;
  const bottom = top + row * rows;
  const right = left + column * columns;
  const height = bottom + (rows === 0 ? 24 : 14);
  const frame = { width, theme, height, left, right, top, bottom, rows, row, column, columns };
  return laid(options, frame, () => {
    const ink = { fill: theme.ink };
    return {
      head: { title: `${capital(value)} of ${formatGenes(genes.length)} in ${columns} samples` },
      summary: summaryOf(options),
      body: [
        drawColourBar(bar, 40, options),
        samples.map((sample, i) => {
          const [x, y] = [left + column * (i + 0.5), top - 6];
          if (!isUpright) return label(x, y, fit(sample, column - 4, SIZE), { ...MIDDLE, ...ink });
          const transform = `rotate(-90 ${num(x + 4)} ${num(y)})`;
          return label(x + 4, y, fit(sample, LONGEST, SIZE), { transform, ...ink });
        }),
        isNamed
          ? genes.map((gene, i) =>
              label(left - 8, top + row * (i + 0.5) + 4, fit(gene, left - 16, SIZE), {
                ...{ ...END, "font-size": SIZE, ...ink },
              }),
            )
          : [
              scaleLine(scaled({ ...frame, left: left - 2 }, frame, [genes.length, 1]), "left", formatCount),
              upName(frame, "Genes in their order"),
            ],
        drawCells(options, frame, (mean) => bar.colour((mean - scale.low) / (scale.high - scale.low))),
        // The outline of the map, since cells in the middle are as pale as the background.
        genes.length === 0
          ? label(8, top + 14, "No gene is listed.")
          : box(left - 0.5, top - 0.5, right - left, bottom - top, { fill: "none", stroke: theme.lineStrong, ...THIN }),
      ],
    };
  });
}

/** A cell by its number, from 1, row by row from the top; undefined if there is none. */
export function sampleCell(options: SampleMapOptions, place: number) {
  const [rows, columns] = [sampleMapRows(options.genes.length), options.samples.length];
  const isThere = Number.isInteger(place) && place >= 1 && place <= rows * columns;
  return isThere ? cellOf(options, place) : undefined;
}

/** The sample of a cell, its range of genes (end excluded), and the mean of those with a value, or NaN. */
function cellOf({ genes, samples, values }: SampleMapOptions, place: number) {
  const [rows, columns] = [sampleMapRows(genes.length), samples.length];
  const [row, sample] = [Math.floor((place - 1) / columns), (place - 1) % columns];
  const [from, to] = [row, row + 1].map((each) => Math.floor((each * genes.length) / rows)) as [number, number];
  let [sum, known] = [0, 0];
  for (let gene = from; gene < to; gene++) {
    const value = values[gene * columns + sample]!;
    if (!Number.isNaN(value)) [sum, known] = [sum + value, known + 1];
  }
  return { sample, from, to, mean: known === 0 ? NaN : sum / known };
}

/** Number of the cell at a pixel, from 1; undefined outside the map. */
export function sampleCellAt(options: SampleMapOptions, x: number, y: number): number | undefined {
  const layout = sampleMapLayout(options);
  const column = slotAtPixel(layout, [0, layout.columns], x);
  const row = slotAtPixel({ left: layout.top, right: layout.bottom }, [0, layout.rows], y);
  return column === undefined || row === undefined ? undefined : row * layout.columns + column + 1;
}

/** The cells: one path per shade, and strokes where a sample lacks the gene. */
function drawCells(options: SampleMapOptions, layout: SampleMapLayout, shadeOf: (mean: number) => string): Part[] {
  const { left, top, row, column, rows, columns, theme } = layout;
  const gap = row === NAMED ? 1 : 0;
  const paths = new Map<string, string>();
  let absent = "";
  for (let place = 1; place <= rows * columns; place++) {
    const { sample, mean } = cellOf(options, place);
    const [x, y] = [left + column * sample, top + row * Math.floor((place - 1) / columns)];
    if (Number.isNaN(mean)) {
      absent += `M${num(x + column / 2 - 4)},${num(y + row / 2)}h8`;
      continue;
    }
    const fill = shadeOf(mean);
    const d = `M${num(x)},${num(y)}h${num(column - 1)}v${num(row - gap)}h${num(1 - column)}z`;
    paths.set(fill, (paths.get(fill) ?? "") + d);
  }
  const drawn = [...paths].map(([fill, d]) => element("path", { d, fill }));
  return [
    element("g", { "shape-rendering": "crispEdges" }, drawn),
    absent && element("path", { d: absent, fill: "none", stroke: theme.lineStrong }),
  ];
}

/** Summary in words: numbers of genes and samples, and the number of high genes in each sample. */
function summaryOf({ genes, samples, values, high, isHigh }: SampleMapOptions): string {
  if (genes.length === 0 || samples.length === 0) return "No gene is listed, so that the map is empty.";
  const found = samples.map((name, sample) => {
    let [highs, known] = [0, 0];
    for (let gene = 0; gene < genes.length; gene++) {
      const value = values[gene * samples.length + sample]!;
      if (!Number.isNaN(value)) [highs, known] = [highs + (isHigh(value) ? 1 : 0), known + 1];
    }
    if (high === undefined) return `${name}: ${formatGenes(known)}`;
    return `${name}: ${formatCount(highs)} of ${formatGenes(known)} predicted ${high}`;
  });
  return `${formatGenes(genes.length)} in ${samples.length} samples. ${found.join("; ")}.`;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** Genes from top to bottom in order, samples from left to right; the middle of the scale is pale. */
export function sampleMap(options: SampleMapOptions): string {
  return sampleMapLayout(options).draw();
}
