/**
 * Pearson's correlation of each explanation with a held-out track, as bars; table 3 of Singh et al. 2017 with the rows
 * that it leaves out.
 */

import { scaleLinear } from "d3-scale";
import { formatCorrelation } from "./held-out";
import type { PlotFrame } from "../core/options";
import { element, label, picture, segment } from "../core/svg";
import { fit, textWidth, wrap } from "../core/text";

/** One row. */
export interface CorrelationRow {
  readonly name: string;
  /** Pearson's r; absent where the profile is the same in every bin, so that there is none. */
  readonly r: number | undefined;
  /** True for a reference: it explains nothing, and an explanation must beat it. */
  readonly isReference: boolean;
}

/** Correlations with one track. */
export interface CorrelationOptions extends PlotFrame {
  readonly mark: string;
  readonly track: string;
  /** Averaged quantities, and the genes over which they were averaged. */
  readonly over: string;
  readonly rows: readonly CorrelationRow[];
}

const ROW = 25;
const BAR = 13;
const NARROW = 520;

/** Bars from zero, left for negative; references are grey, and a line stands at the best of them. */
export function correlationTable({ mark, track, over, rows, width, theme }: CorrelationOptions): string {
  const subtitle = wrap(over, width - 16, 11);
  const top = 36 + 15 * subtitle.length;
  const rowHeight = width < NARROW ? ROW + 15 : ROW;
  const bottom = top + rowHeight * rows.length;
  const names = Math.max(40, ...rows.map(({ name }) => textWidth(name, 12)));
  const number = textWidth("−0.000", 12) + 8;
  const left = width < NARROW ? 8 + number : Math.min(0.45 * width, names + 20) + number;
  const right = width - 12 - number;
  const x = scaleLinear().domain([-1, 1]).range([left, right]);
  const best = Math.max(...rows.filter(({ isReference, r }) => isReference && r !== undefined).map(({ r }) => r ?? 0));
  const found = rows.map(
    ({ name, r }) => `${name}: ${r === undefined ? "none, the same in every bin" : formatCorrelation(r)}`,
  );
  return picture({
    width,
    height: bottom + 44,
    theme,
    title: `Correlation of the importance of ${mark} with ${track}`,
    summary: rows.length === 0 ? "There is nothing to correlate." : `${over}. Pearson's r: ${found.join("; ")}.`,
    body: [
      label(8, 20, fit(`Pearson’s r with ${track}`, width - 16, 13, "bold"), {
        "font-size": 13,
        "font-weight": "bold",
        fill: theme.ink,
      }),
      ...subtitle.map((text, i) => label(8, 38 + 15 * i, text)),
      ...[-1, -0.5, 0, 0.5, 1].flatMap((tick) => [
        segment(x(tick), top, x(tick), bottom, tick === 0 ? theme.lineStrong : theme.line),
        label(x(tick), bottom + 15, String(tick).replace("-", "−"), { "text-anchor": "middle", fill: theme.inkFaint }),
      ]),
      ...(Number.isFinite(best)
        ? [segment(x(best), top, x(best), bottom, theme.ink, { "stroke-dasharray": "4 3", "stroke-opacity": 0.7 })]
        : []),
      ...rows.flatMap(({ name, r, isReference }, i) => {
        const base = top + rowHeight * (i + 1) - ROW / 2;
        const text = { "font-size": 12, fill: isReference ? theme.inkMuted : theme.ink };
        const title =
          width < NARROW
            ? label(8, base - 12, fit(name, width - 16, 12), text)
            : label(left - number - 8, base + 4, fit(name, left - number - 16, 12), { ...text, "text-anchor": "end" });
        if (r === undefined) return [title, label(x(0) + 6, base + 4, "none: it is flat", { fill: theme.inkMuted })];
        return [
          title,
          element("rect", {
            x: Math.min(x(0), x(r)),
            y: base - BAR / 2,
            width: Math.abs(x(r) - x(0)),
            height: BAR,
            fill: isReference ? theme.off : theme.on,
          }),
          // The ground keeps the lines out of the number.
          element("rect", {
            x: r < 0 ? x(r) - number - 1 : x(r) + 3,
            y: base - 7,
            width: number - 2,
            height: 14,
            fill: theme.surface,
          }),
          label(r < 0 ? x(r) - 6 : x(r) + 6, base + 4, formatCorrelation(r), {
            ...text,
            "text-anchor": r < 0 ? "end" : "start",
          }),
        ];
      }),
      label(
        (left + right) / 2,
        bottom + 33,
        fit("Pearson’s r; dashed: the best of what explains nothing (grey)", width - 16, 11),
        {
          "text-anchor": "middle",
        },
      ),
    ],
  });
}
