/** The two lanes of a mark's panel: its signal, and signed values around zero. */

import type { Along, TrackPanel } from "../core/axis";
import { formatSigned, formatValue } from "../core/format";
import type { Rows } from "../core/layout";
import { linear } from "../core/scale";
import { label } from "../core/svg";
import type { Theme } from "../core/theme";
import { across, down, scaleLine, THIN } from "./axes";
import { signedBars } from "./bars";
import { stepArea } from "./line";
import { drawRanges, type Ends } from "./members";

/** Where the signal of a panel lies. */
export function signalRows({ top, signalBottom }: TrackPanel): Rows {
  return { top, bottom: signalBottom };
}

/** Where the lower lane of a panel lies. */
export function lowerRows({ alphaTop, bottom }: TrackPanel): Rows {
  return { top: alphaTop, bottom };
}

/** Signal as steps, each as wide as its bin, with the ends of its scale; words where there is none. */
export function drawSignal(
  { values, top }: { readonly values: readonly number[]; readonly top: number },
  rows: Rows,
  frame: Along,
  fill: string,
  theme: Theme,
): string[] {
  const { bottom } = rows;
  const base = across(frame, bottom, theme.lineStrong, THIN);
  if (!values.some((value) => value > 0))
    return [label(frame.left + 6, bottom - 6, "no signal", { fill: theme.inkFaint }), base];
  return [
    stepArea(values, frame, bottom, linear([0, top], [bottom, rows.top]), fill),
    base,
    ...scaleLine(frame.left, -1, rows, [formatValue(top), "0"], theme),
  ];
}

/**
 * Values around zero as bars, and the spread of an ensemble's members over them, on a scale from −`top` to `top`. Its
 * numbers are left out where another lane has the same (`isNumbered`), and the scale where all values are zero.
 */
export function drawSigned(
  { gradient, ends }: { readonly gradient: readonly number[]; readonly ends: Ends | undefined },
  top: number,
  rows: Rows,
  frame: Along,
  theme: Theme,
  isNumbered = true,
): string[] {
  const y = linear([-(top || 1), top || 1], [rows.bottom, rows.top]);
  const scale = isNumbered
    ? scaleLine(frame.right, 1, rows, [formatSigned(top), formatSigned(-top)], theme)
    : [down(frame.right, rows, theme.lineStrong, THIN)];
  return [
    ...signedBars(gradient, frame, y, theme),
    ends ? drawRanges(ends, frame, y, theme) : "",
    across(frame, y(0), theme.lineStrong, THIN),
    ...(top > 0 ? scale : []),
  ];
}
