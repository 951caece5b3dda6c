/** Genes whose counts are known: predicted against measured log2 fold change, a dot a gene. */

import { scaleLinear } from "d3-scale";
import { formatGenes, formatSigned } from "../core/format";
import type { PlotFrame } from "../core/options";
import { drawChosen, drawDots } from "../core/scatter-parts";
import { label, num, picture, segment } from "../core/svg";
import { fit } from "../core/text";
import { levelTicks, uprightTicks } from "../core/ticks";

/** Predicted and measured changes. */
export interface ChangeScatterOptions extends PlotFrame {
  /** Predicted log2 fold change [N]. */
  readonly predicted: ArrayLike<number>;
  /** Measured [N]; NaN where there is none, and such genes are not drawn. */
  readonly measured: ArrayLike<number>;
  /** Pearson's r of the two, once it is known; NaN where there is none. */
  readonly r?: number | undefined;
  /** Quantities across and upwards, where these are not measured and predicted change. */
  readonly axes?: { readonly x: string; readonly y: string; readonly of: "two runs" | "two signals" } | undefined;
  /** A gene that stands out. */
  readonly selected?: { readonly index: number; readonly name: string } | undefined;
}

/** Where the square lies, in pixels of the picture; both ways it goes from −extent to extent. */
export interface ChangeScatterLayout {
  readonly left: number;
  readonly top: number;
  readonly size: number;
  readonly extent: number;
}

const [LEFT, TOP, LARGEST, REACH] = [52, 34, 440, 14];

/** Positions of the genes that have both values. */
export function knownGenes({ predicted, measured }: Pick<ChangeScatterOptions, "predicted" | "measured">): number[] {
  const genes: number[] = [];
  for (let gene = 0; gene < Math.min(predicted.length, measured.length); gene++)
    if (Number.isFinite(predicted[gene]) && Number.isFinite(measured[gene])) genes.push(gene);
  return genes;
}

/** Where the square of `options` lies in the picture that `changeScatter` draws of them. */
export function changeScatterLayout(options: ChangeScatterOptions): ChangeScatterLayout {
  const { predicted, measured, width } = options;
  const greatest = knownGenes(options).reduce(
    (most, gene) => Math.max(most, Math.abs(predicted[gene]!), Math.abs(measured[gene]!)),
    1,
  );
  return {
    left: LEFT,
    top: TOP,
    size: Math.min(LARGEST, width - LEFT - 18),
    extent: scaleLinear()
      .domain([0, greatest * 1.02])
      .nice(4)
      .domain()[1]!,
  };
}

/** The gene whose dot is nearest to a pixel of the picture, and not far from it. */
export function changeAtPixel(
  options: ChangeScatterOptions,
  { left, top, size, extent }: ChangeScatterLayout,
  pixelX: number,
  pixelY: number,
): number | undefined {
  const at = (value: number): number => (size * (value + extent)) / (2 * extent);
  let nearest: number | undefined;
  let least = REACH * REACH;
  for (const gene of knownGenes(options)) {
    const distance =
      (left + at(options.measured[gene]!) - pixelX) ** 2 + (top + size - at(options.predicted[gene]!) - pixelY) ** 2;
    if (distance < least) [nearest, least] = [gene, distance];
  }
  return nearest;
}

/** A square with zero in its middle and the line on which prediction and measurement are equal. */
export function changeScatter(options: ChangeScatterOptions): string {
  const { predicted, measured, r, selected, width, theme } = options;
  const layout = changeScatterLayout(options);
  const { left, top, size, extent } = layout;
  const genes = knownGenes(options);
  const across = scaleLinear()
    .domain([-extent, extent])
    .range([left, left + size]);
  const up = scaleLinear()
    .domain([-extent, extent])
    .range([top + size, top]);
  const placed = (gene: number): [number, number] => [across(measured[gene]!), up(predicted[gene]!)];
  const dots = drawDots(genes.map(placed), genes.length, theme.on);
  const isShown = selected && genes.includes(selected.index);
  const ticks = across.ticks(5);
  const { axes } = options;
  const [acrossName, upName] = axes ? ["across", "upwards"] : ["measured", "predicted"];
  const one = isShown
    ? ` ${selected.name}: ${acrossName} ${formatSigned(measured[selected.index]!)}, ${upName} ` +
      `${formatSigned(predicted[selected.index]!)}.`
    : "";
  const heading = axes
    ? axes.of === "two runs"
      ? "log2 FC in two runs"
      : "log2 FC, before and after"
    : "Predicted against measured";
  return picture({
    width,
    height: top + size + 44,
    theme,
    title: axes
      ? `Predicted log2 fold change of ${formatGenes(genes.length)} ` +
        `${axes.of === "two runs" ? "in two runs" : "before and after"}`
      : `Predicted against measured log2 fold change of ${formatGenes(genes.length)}`,
    summary:
      `Across: ${axes?.x ?? "measured"}. Upwards: ${axes?.y ?? "predicted"}.` +
      `${r === undefined ? "" : Number.isNaN(r) ? " There is no correlation to give." : ` Pearson's r is ${r.toFixed(3)}.`}${one}`,
    body: [
      label(
        8,
        20,
        fit(
          `${heading}${r === undefined || Number.isNaN(r) ? "" : `: r = ${r.toFixed(3).replace("-", "−")}`}`,
          width - 16,
          13,
          "bold",
        ),
        { "font-size": 13, "font-weight": "bold", fill: theme.ink },
      ),
      uprightTicks(
        ticks.map((tick) => ({
          at: up(tick),
          text: formatSigned(tick),
          stroke: tick === 0 ? theme.lineStrong : theme.line,
        })),
        { x: left, outward: -1, end: left + size },
        theme,
      ),
      levelTicks(
        ticks.map((tick) => ({
          at: across(tick),
          text: formatSigned(tick),
          stroke: tick === 0 ? theme.lineStrong : theme.line,
        })),
        { y: top + size, end: top, size: 10, gap: 15, room: [0, width] },
        theme,
      ),
      segment(across(-extent), up(-extent), across(extent), up(extent), theme.lineStrong, {
        "stroke-dasharray": "4 3",
      }),
      dots ||
        label(left + size / 2, top + size / 2 - 12, "No gene has counts in both", {
          "text-anchor": "middle",
          "font-size": 12,
        }),
      ...(isShown ? drawChosen(placed(selected.index), selected.name, layout, theme) : []),
      label(
        left + size / 2,
        top + size + 33,
        fit(axes?.x ?? `measured log2((B + 1) / (A + 1)), ${formatGenes(genes.length)}`, size, 11),
        { "text-anchor": "middle" },
      ),
      label(0, 0, fit(axes?.y ?? "predicted log2((B + 1) / (A + 1))", size, 11), {
        "text-anchor": "middle",
        transform: `translate(14 ${num(top + size / 2)}) rotate(-90)`,
      }),
    ],
  });
}
