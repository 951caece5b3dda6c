/**
 * Attention compared with a held-out mark: both by bin, as in figure 2b of Singh et al. 2017, "Attend and Predict", and
 * their correlation, as in table 3 there, with additional rows.
 */

import { binAxis, type BinsLayout, drawAnchor, overAxis, placeOf, positionsInWords } from "../core/axis";
import { formatCorrelation, formatEquals, formatGenes, formatValue } from "../core/format";
import { type Framed, type PlotFrame, ready, type Unframed, type Window } from "../core/options";
import { END, figure, headHeight, type Laid, MIDDLE, type Rows, scaled } from "../core/layout";
import { markColour } from "../core/colour";
import { finite, isFlat, linear, peak, roundTop } from "../core/scale";
import { fit, label, textWidth, wrap } from "../core/svg";
import { box } from "../marks/bars";
import { curve, stepArea } from "../marks/line";
import { across, down, OVER_BARS, scaleLine, upName } from "../marks/axes";

/** A held-out track and an explanation of one mark. */
export interface HeldOutOptions extends PlotFrame {
  readonly binSize: number;
  readonly window?: Window | undefined;
  /** The held-out track. */
  readonly track: string;
  /** Mean of the track, [T]. */
  readonly signal: ArrayLike<number>;
  /** Genes averaged: "3,201 genes labelled on". */
  readonly over: string;
  /** The mark of the model. */
  readonly mark: string;
  /** Mean importance of the mark, [T]. */
  readonly importance: ArrayLike<number>;
  /** Name of the importance: "mean α". */
  readonly importanceName: string;
  /** The mark for its colour, if `mark` is another name. */
  readonly coloursOf?: string | undefined;
  /** Number of genes over which the importance is averaged; absent if it belongs to no gene. */
  readonly genes: number | undefined;
  /** Class of these genes in words; default "predicted on". */
  readonly called?: string | undefined;
  /** Pearson's r of the two; absent if either is constant over bins. */
  readonly correlation: number | undefined;
}

const PANEL = 86;

/** The layout of the panels, and the picture that `heldOutTrack` draws. */
export function heldOutLayout(options: HeldOutOptions): Laid<BinsLayout> {
  const { width, theme, track, mark, importanceName, correlation, binSize, window } = options;
  const [signal, importance] = [options.signal, options.importance].map((each) => Array.from(each, finite));
  const axis = binAxis(signal!.length, binSize, window);
  const { genes, over, called = "predicted on" } = options;
  const of = genes === undefined ? "" : ` over ${formatGenes(genes)} ${called}`;
  // Lines above the two panels.
  const titles = [
    wrap(`${track}, which the model did not see: mean over ${over}`, width - 16, 12),
    wrap(`${mark}: ${importanceName}${of}`, width - 16, 12),
  ] as const;
  const place = (top: number): Rows => ({ top, bottom: top + PANEL });
  const above = place(42 + 15 * titles[0].length);
  const below = place(above.bottom + 18 + 15 * titles[1].length);
  return overAxis(options, { left: 66, right: width - 20 }, axis, [above, below], below.bottom + 8, (frame) => {
    // An importance can be negative (signed saliency).
    const low = Math.min(0, ...importance!) < 0 ? -roundTop(-Math.min(...importance!)) : 0;
    const first = scaled(frame, above, [0, roundTop(Math.max(0, ...signal!))]);
    const second = scaled(frame, below, [low, roundTop(Math.max(0, ...importance!))]);
    const found =
      correlation === undefined
        ? "No Pearson r: one profile is flat"
        : `Pearson r ${formatEquals(formatCorrelation(correlation))} over ${axis.bins} bins`;
    const where = (name: string, values: readonly number[]): string => {
      const highest = peak(values);
      return !highest || isFlat(values)
        ? `${name} is the same in every bin.`
        : `${name} is greatest at ${placeOf(axis, highest.index)}, ${formatValue(highest.value)}.`;
    };
    const colours = [markColour(track, theme), markColour(options.coloursOf ?? mark, theme)] as const;
    const panels = [first, second];
    return {
      head: { title: found },
      title: `${track}, held out, and the ${importanceName} of ${mark}`,
      summary: [
        where(track, signal!),
        where(`${importanceName} of ${mark}`, importance!),
        `${found}.`,
        positionsInWords(axis),
      ],
      body: [
        panels.map(({ top }, panel) => {
          const look = { "font-size": 12, fill: colours[panel]!.text };
          const lines = titles[panel]!;
          return lines.map((text, i) => label(8, top + 15 * (i - lines.length) + 4, text, look));
        }),
        [`Mean ${track}`, importanceName].map((name, i) => upName(panels[i]!, fit(name, PANEL + 16, 11))),
        panels.map(drawAnchor),
        stepArea(first, signal!, colours[0].line),
        across(first, above.bottom),
        scaleLine(first, "left", formatValue),
        across(second, second.y(0)),
        importance!.length > 0 && curve(second, importance!, colours[1].line, 1.75),
        scaleLine(second, "left", formatValue),
      ],
    };
  });
}

/**
 * A held-out track as steps, and the mean importance of a mark as a line below. `model.heldOut` returns both.
 *
 * ```js
 * const svg = heldOutTrack({
 *   track: "DNase", over: "210 genes predicted on", signal: [2, 9, 3], binSize: 100,
 *   mark: "H3K4me3", importance: [0.2, 0.6, 0.2], importanceName: "mean α", genes: 210, correlation: 0.99,
 * });
 * ```
 *
 * @category Explanations and their tests
 * @returns The picture as SVG.
 */
export function heldOutTrack(given: Framed<HeldOutOptions>): string {
  return heldOutLayout(ready("heldOutTrack", given)).draw();
}

/** Both values in one bin (from 1). */
export function readHeldOut(
  { signal, importance }: Unframed<HeldOutOptions>,
  bin: number,
): { readonly signal: number; readonly importance: number } {
  return { signal: finite(signal[bin - 1]), importance: finite(importance[bin - 1]) };
}

/** One row of the table. */
export interface CorrelationRow {
  readonly name: string;
  /** Pearson's r; absent if the profile is constant over bins. */
  readonly r: number | undefined;
  /** True for a baseline, which an explanation should outperform. */
  readonly isReference: boolean;
}

/** Correlations with one track. */
export interface CorrelationOptions extends PlotFrame {
  readonly mark: string;
  readonly track: string;
  /** Averaged quantities, and the genes averaged. */
  readonly over: string;
  readonly rows: readonly CorrelationRow[];
}

const ROW = 25;
const BAR = 13;
const NARROW = 520;

/**
 * Correlations of explanations with a held-out track: bars from zero, to the left if negative; baselines are grey, and
 * a line marks the best of them.
 *
 * ```js
 * const alpha = { name: "mean α", r: 0.81, isReference: false };
 * const signal = { name: "mean signal", r: 0.74, isReference: true };
 * const svg = correlationTable({ mark: "H3K4me3", track: "DNase", over: "210 genes", rows: [alpha, signal] });
 * ```
 *
 * @category Explanations and their tests
 * @returns The picture as SVG.
 */
export function correlationTable(given: Framed<CorrelationOptions>): string {
  const options = ready("correlationTable", given);
  const { mark, track, over, rows, width, theme } = options;
  const head = { title: `Pearson’s r with ${track}`, lines: wrap(over, width - 16, 11) };
  const isNarrow = width < NARROW;
  const rowHeight = isNarrow ? ROW + 15 : ROW;
  const top = 36 + headHeight(head, width);
  const bottom = top + rowHeight * rows.length;
  const names = Math.max(40, ...rows.map(({ name }) => textWidth(name, 12)));
  const number = textWidth("−0.000", 12) + 8;
  const left = isNarrow ? 8 + number : Math.min(0.45 * width, names + 20) + number;
  const right = width - 12 - number;
  const x = linear([-1, 1], [left, right]);
  const best = Math.max(...rows.flatMap(({ isReference, r }) => (isReference && r !== undefined ? [r] : [])));
  const found = rows.map(
    ({ name, r }) => `${name}: ${r === undefined ? "none, the same in every bin" : formatCorrelation(r)}`,
  );
  const drawn = rows.map(({ name, r, isReference }, i) => {
    const base = top + rowHeight * (i + 1) - ROW / 2;
    const text = { "font-size": 12, fill: isReference ? theme.inkMuted : theme.ink };
    const title = isNarrow
      ? label(8, base - 12, fit(name, width - 16, 12), text)
      : label(left - number - 8, base + 4, fit(name, left - number - 16, 12), { ...text, ...END });
    if (r === undefined) return [title, label(x(0) + 6, base + 4, "none: it is flat", { fill: theme.inkMuted })];
    const [ground, at, side] = r < 0 ? [x(r) - number - 1, x(r) - 6, "end"] : [x(r) + 3, x(r) + 6, "start"];
    const fill = isReference ? theme.off : theme.on;
    return [
      title,
      box(Math.min(x(0), x(r)), base - BAR / 2, Math.abs(x(r) - x(0)), BAR, { fill }),
      // The background keeps lines away from the number.
      box(ground, base - 7, number - 2, 14, { fill: theme.surface }),
      label(at, base + 4, formatCorrelation(r), { ...text, "text-anchor": side }),
    ];
  });
  const panel = { top, bottom, theme };
  const key = "Pearson’s r; dashed: the best of what explains nothing (grey)";
  return figure(options, bottom + 44, {
    head,
    title: `Correlation of the importance of ${mark} with ${track}`,
    summary: rows.length === 0 ? "There is nothing to correlate." : `${over}. Pearson's r: ${found.join("; ")}.`,
    body: [
      [-1, -0.5, 0, 0.5, 1].map((tick) => [
        down(panel, x(tick), { stroke: tick === 0 ? theme.lineStrong : theme.line }),
        label(x(tick), bottom + 15, String(tick).replace("-", "−"), { ...MIDDLE, fill: theme.inkFaint }),
      ]),
      Number.isFinite(best) && down(panel, x(best), { ...OVER_BARS, stroke: theme.ink }),
      drawn,
      label((left + right) / 2, bottom + 33, fit(key, width - 16, 11), MIDDLE),
    ],
  });
}
