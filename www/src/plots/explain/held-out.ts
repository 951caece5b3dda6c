/**
 * Attention against a mark that no model saw: the mark's mean signal by bin (above), and how much an explanation gave
 * to one of the model's marks in the same bins (below); figure 2b of Singh et al. 2017, "Attend and Predict".
 */

import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { axisHeight, type BinAxis, binAxis, binCentre, binScale, drawAnchor, drawAxis } from "../core/axis";
import { formatEquals, formatGenes, formatPosition, formatValue } from "../core/format";
import { markColour } from "../core/marks";
import type { PlotFrame, Window } from "../core/options";
import { finite, isFlat, peak, roundTop } from "../core/scale";
import { axisName, element, label, picture, segment } from "../core/svg";
import { fit, wrap } from "../core/text";
import { scaleLine, stepArea } from "../core/track-parts";

/** A held-out track and an explanation of one mark. */
export interface HeldOutOptions extends PlotFrame {
  readonly binSize: number;
  readonly window?: Window | undefined;
  /** The track that the model did not see. */
  readonly track: string;
  /** Its mean by bin, [T]. */
  readonly signal: ArrayLike<number>;
  /** Over which genes that is: "3,201 genes labelled on". */
  readonly over: string;
  /** The mark of the model. */
  readonly mark: string;
  /** Mean importance of the mark by bin, [T]. */
  readonly importance: ArrayLike<number>;
  /** Name of the importance: "mean α". */
  readonly importanceName: string;
  /** The mark for its colour, where it is called otherwise. */
  readonly coloursOf?: string | undefined;
  /** Number of genes that the importance is averaged over; absent where it is of no gene. */
  readonly genes: number | undefined;
  /** Description of these genes; "predicted on" by default. */
  readonly called?: string | undefined;
  /** Pearson's r of the two; absent where one of them is the same in every bin. */
  readonly correlation: number | undefined;
}

/** Where things lie, in pixels of the picture; for reading values off it. */
export interface HeldOutLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly axis: BinAxis;
  readonly panels: readonly [
    top: { readonly top: number; readonly bottom: number },
    bottom: { readonly top: number; readonly bottom: number },
  ];
  readonly axisY: number;
}

const PANEL = 86;

function headings(options: HeldOutOptions): readonly [string, string] {
  const { track, over, mark, importanceName, genes, called = "predicted on" } = options;
  return [
    `${track}, which the model did not see: mean over ${over}`,
    `${mark}: ${importanceName}${genes === undefined ? "" : ` over ${formatGenes(genes)} ${called}`}`,
  ];
}

/** Where the panels of `options` lie in the picture that `heldOutTrack` draws of them. */
export function heldOutLayout(options: HeldOutOptions): HeldOutLayout {
  const { width, signal, binSize, window } = options;
  const axis = binAxis(signal.length, binSize, window);
  let y = 30;
  const panels = headings(options).map((heading) => {
    const top = y + 15 * wrap(heading, width - 16, 12).length + 12;
    y = top + PANEL + 6;
    return { top, bottom: top + PANEL };
  });
  const axisY = y + 2;
  return {
    width,
    height: axisY + axisHeight(axis, width),
    left: 66,
    right: width - 20,
    axis,
    panels: [panels[0], panels[1]],
    axisY,
  };
}

/** The track as steps above, the explanation as a line below. */
export function heldOutTrack(options: HeldOutOptions): string {
  const { width, theme, track, mark, importanceName, correlation } = options;
  const frame = heldOutLayout(options);
  const { axis, left, right, panels, axisY } = frame;
  const x = binScale(axis, left, right);
  const signal = Array.from(options.signal, finite);
  const importance = Array.from(options.importance, finite);
  const [signalTop, top] = [roundTop(Math.max(0, ...signal)), roundTop(Math.max(0, ...importance))];
  // An importance can be negative (signed saliency).
  const low = Math.min(0, ...importance) < 0 ? -roundTop(-Math.min(...importance)) : 0;
  const above = scaleLinear().domain([0, signalTop]).range([panels[0].bottom, panels[0].top]);
  const below = scaleLinear().domain([low, top]).range([panels[1].bottom, panels[1].top]);
  const curve = line<number>()
    .digits(2)
    .x((_, i) => x(binCentre(axis, i + 1)))
    .y((value) => below(value));
  const found =
    correlation === undefined
      ? "No Pearson r: one profile is flat"
      : `Pearson r ${formatEquals(formatCorrelation(correlation))} over ${axis.bins} bins`;
  const where = (name: string, values: readonly number[]): string => {
    const highest = peak(values);
    if (!highest || isFlat(values)) return `${name} is the same in every bin.`;
    return `${name} is greatest at ${formatPosition(
      binCentre(axis, highest.index + 1),
    )}, ${formatValue(highest.value)}.`;
  };
  const colours = [markColour(track, theme), markColour(options.coloursOf ?? mark, theme)];
  let y = 16;
  const titles = headings(options).map((heading, panel) => {
    y = panels[panel].top - 15 * wrap(heading, width - 16, 12).length;
    return wrap(heading, width - 16, 12).map((text, i) =>
      label(8, y + 15 * i + 4, text, { "font-size": 12, fill: colours[panel].text }),
    );
  });
  return picture({
    width,
    height: frame.height,
    theme,
    title: `${track}, held out, and the ${importanceName} of ${mark}`,
    summary:
      `${where(track, signal)} ${where(`${importanceName} of ${mark}`, importance)} ${found}. Positions are bin ` +
      `centres, counted from the ${axis.anchor}; ${axis.order}.`,
    body: [
      label(8, 20, fit(found, width - 16, 13, "bold"), { "font-size": 13, "font-weight": "bold", fill: theme.ink }),
      ...titles.flat(),
      ...[`Mean ${track}`, importanceName].map((name, i) =>
        axisName(14, (panels[i].top + panels[i].bottom) / 2, fit(name, PANEL + 16, 11)),
      ),
      ...panels.map((panel) => drawAnchor(axis, left, right, panel.top, panel.bottom, theme)),
      stepArea(signal, axis, left, right, panels[0].bottom, above, colours[0].line),
      segment(left, panels[0].bottom, right, panels[0].bottom, theme.lineStrong),
      ...scaleLine(left, -1, panels[0].top, panels[0].bottom, formatValue(signalTop), "0", theme),
      segment(left, below(0), right, below(0), theme.lineStrong),
      importance.length > 0
        ? element("path", {
            d: curve(importance) ?? "",
            fill: "none",
            stroke: colours[1].line,
            "stroke-width": 1.75,
            "stroke-linejoin": "round",
          })
        : "",
      ...scaleLine(left, -1, panels[1].top, panels[1].bottom, formatValue(top), formatValue(low), theme),
      ...drawAxis({ axis, left, right, y: axisY, width, theme }),
    ],
  });
}

/** A correlation with three decimals and a true minus. */
export function formatCorrelation(r: number): string {
  return r.toFixed(3).replace("-", "−");
}

/** Both values in one bin (from 1). */
export function readHeldOut(
  { signal, importance }: HeldOutOptions,
  bin: number,
): { readonly signal: number; readonly importance: number } {
  return { signal: finite(signal[bin - 1]), importance: finite(importance[bin - 1]) };
}
