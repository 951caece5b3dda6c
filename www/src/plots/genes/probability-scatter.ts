/** Genes in two runs: P(on) of one against P(on) of the other, a dot a gene. */

import { scaleLinear } from "d3-scale";
import { formatCount, formatGenes, formatProbability } from "../core/format";
import { drawLegend, type LegendEntry, legendHeight } from "../core/legend";
import type { ProbabilityScatterOptions } from "../core/options";
import { drawChosen, drawDots } from "../core/scatter-parts";
import { label, num, picture, segment } from "../core/svg";
import { fit } from "../core/text";
import { THRESHOLD } from "../core/threshold";
import { levelTicks, uprightTicks } from "../core/ticks";

const LEFT = 46;
const LARGEST = 440;
/** Pixels from a dot at which it is still meant. */
const REACH = 14;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** Returns true if both call a gene on, or both off. */
function isAlike(x: number, y: number): boolean {
  return x >= THRESHOLD === y >= THRESHOLD;
}

/** Where the square lies, in pixels of the picture; for reading values off it. */
export interface ScatterLayout {
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

/** P(on) in both runs, of the genes that they call alike and of the others. */
function divided({ x, y }: ProbabilityScatterOptions): { agree: [number, number][]; differ: [number, number][] } {
  const agree: [number, number][] = [];
  const differ: [number, number][] = [];
  for (let gene = 0; gene < Math.min(x.length, y.length); gene++)
    (isAlike(x[gene], y[gene]) ? agree : differ).push([x[gene], y[gene]]);
  return { agree, differ };
}

function legendOf({ theme, of }: ProbabilityScatterOptions, agree: number, differ: number): LegendEntry[] {
  const other = of === "two signals" ? "called otherwise once changed" : "called on by one only";
  return [
    { sample: "area", colour: theme.off, text: `called alike (${formatCount(agree)})` },
    { sample: "area", colour: theme.on, text: `${other} (${formatCount(differ)})` },
  ];
}

/** Where the square of `options` lies in the picture that `probabilityScatter` draws of them. */
export function probabilityScatterLayout(options: ProbabilityScatterOptions): ScatterLayout {
  const { agree, differ } = divided(options);
  const legend = legendOf(options, agree.length, differ.length);
  return {
    left: LEFT,
    top: 40 + legendHeight(legend, options.width - 16),
    size: Math.min(LARGEST, options.width - LEFT - 18),
  };
}

/** The gene whose dot is nearest to a pixel of the picture, and not far from it. */
export function geneAtPixel(
  { x, y }: ProbabilityScatterOptions,
  { left, top, size }: ScatterLayout,
  pixelX: number,
  pixelY: number,
): number | undefined {
  let nearest: number | undefined;
  let least = REACH * REACH;
  for (let gene = 0; gene < Math.min(x.length, y.length); gene++) {
    const distance = (left + size * x[gene] - pixelX) ** 2 + (top + size * (1 - y[gene]) - pixelY) ** 2;
    if (distance < least) [nearest, least] = [gene, distance];
  }
  return nearest;
}

/** A square from 0 to 1 both ways, divided where genes are called on. */
export function probabilityScatter(options: ProbabilityScatterOptions): string {
  const { x, y, xName, yName, selected, width, theme } = options;
  const r = Number.isNaN(options.r) ? undefined : options.r;
  const isOfSignals = options.of === "two signals";
  const genes = Math.min(x.length, y.length);
  const { agree, differ } = divided(options);
  const { left, top, size } = probabilityScatterLayout(options);
  const across = scaleLinear()
    .domain([0, 1])
    .range([left, left + size]);
  const up = scaleLinear()
    .domain([0, 1])
    .range([top + size, top]);
  const placed = ([of, other]: readonly [number, number]): [number, number] => [across(of), up(other)];
  const drawn = (points: [number, number][], colour: string): string => drawDots(points.map(placed), genes, colour);
  const pearson = r?.toFixed(3).replace("-", "−");
  const correlation = pearson === undefined ? "" : `, r = ${pearson}`;
  const isShown = selected && selected.index < genes;
  const one = isShown
    ? ` ${selected.name}: ${formatProbability(x[selected.index])} and ${formatProbability(y[selected.index])}.`
    : "";
  return picture({
    width,
    height: top + size + 44,
    theme,
    title: `P(on) of ${formatGenes(genes)} ${isOfSignals ? "before and after" : "in two runs"}`,
    summary:
      `Across: ${xName}. Upwards: ${yName}. Called alike: ${formatGenes(agree.length)}; ` +
      `${isOfSignals ? "called otherwise once changed" : "called on by one run only"}: ` +
      `${formatCount(differ.length)}.${pearson === undefined ? "" : ` Pearson's r is ${pearson}.`}${one}`,
    body: [
      label(8, 20, `P(on) of ${formatGenes(genes)}${correlation}`, {
        "font-size": 13,
        "font-weight": "bold",
        fill: theme.ink,
      }),
      ...drawLegend(legendOf(options, agree.length, differ.length), 8, 40, width - 16, theme),
      uprightTicks(
        TICKS.map((tick) => ({ at: up(tick), text: String(tick), stroke: theme.line })),
        { x: left, outward: -1, end: left + size },
        theme,
      ),
      levelTicks(
        TICKS.map((tick) => ({ at: across(tick), text: String(tick), stroke: theme.line })),
        { y: top + size, end: top, size: 10, gap: 15, room: [0, width] },
        theme,
      ),
      segment(left, up(THRESHOLD), left + size, up(THRESHOLD), theme.lineStrong, { "stroke-dasharray": "4 3" }),
      segment(across(THRESHOLD), top, across(THRESHOLD), top + size, theme.lineStrong, { "stroke-dasharray": "4 3" }),
      segment(across(0), up(0), across(1), up(1), theme.line),
      drawn(agree, theme.off),
      drawn(differ, theme.on),
      ...(isShown
        ? drawChosen(placed([x[selected.index], y[selected.index]]), selected.name, { left, size }, theme)
        : []),
      label(left + size / 2, top + size + 33, fit(`P(on), ${xName}`, size, 11), { "text-anchor": "middle" }),
      label(0, 0, fit(`P(on), ${yName}`, size, 11), {
        "text-anchor": "middle",
        transform: `translate(14 ${num(top + size / 2)}) rotate(-90)`,
      }),
    ],
  });
}
