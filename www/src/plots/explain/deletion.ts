/**
 * The deletion test: bins are removed in the order of an explanation's ranking, and the decrease of the predicted
 * class's probability is recorded. For an explanation that ranks the relevant bins first it falls early, so that the
 * area under the curve is large.
 */

import { formatChange, formatCount, formatGenes } from "../core/format";
import { type Places, plainRow } from "../core/hover";
import {
  entry,
  type Head,
  headHeight,
  type Laid,
  laid,
  MIDDLE,
  type PanelLayout,
  scaled,
  strong,
} from "../core/layout";
import { type Framed, type PlotFrame, ready, type Unframed } from "../core/options";
import { finite, linear, type Scale } from "../core/scale";
import { element, fit, label, segment, textWidth, wrap } from "../core/svg";
import { across, grid, ticksBelow, upName } from "../marks/axes";
import { between, type Point, through } from "../marks/line";
import { type Explanation, explanationName, isChance, lookOf } from "./explanations";

/** The engine's verdict on a test over genes: `DeletionVerdict` of the package. */
export type DeletionVerdict = "ahead-of-signal" | "ahead-of-chance" | "like-chance" | "behind-chance";

/** Effect of removing bins in one order. */
export interface DeletionCurve {
  readonly explanation: Explanation;
  /** Decrease of P(predicted class) for each number of removed bins, [steps]. */
  readonly change: ArrayLike<number>;
  /** Area under the curve over the fraction of removed bins, from 0 to 1. */
  readonly area: number;
  /** Half-width of the 95 % confidence interval of the mean area over genes. */
  readonly error?: number | undefined;
  /**
   * For a set: mean excess of the change over random orders of the same gene, and the half-width of its 95 % confidence
   * interval, [steps].
   */
  readonly ahead?: { readonly mean: ArrayLike<number>; readonly error: ArrayLike<number> } | undefined;
  /**
   * For a set: mean excess of the area over that of ranking by signal, and over chance, gene by gene, each with the
   * half-width of its 95 % confidence interval; and the engine's verdict.
   */
  readonly againstSignal?: { readonly mean: number; readonly error: number } | undefined;
  readonly againstChance?: { readonly mean: number; readonly error: number } | undefined;
  readonly verdict?: DeletionVerdict | undefined;
  /** Lowest and highest change over several random orders of one gene, [steps]. */
  readonly least?: ArrayLike<number> | undefined;
  readonly greatest?: ArrayLike<number> | undefined;
  /** Recall of planted bins and of planted marks in bins, if the truth is known. */
  readonly planted?: { readonly bins?: number | undefined; readonly places?: number | undefined } | undefined;
}

/** The deletion test of one gene, or its mean over a set. */
export interface DeletionOptions extends PlotFrame {
  /** Subject of the test: a gene's name, or "200 of 6,600 genes, drawn at random". */
  readonly subject: string;
  /** Number of genes averaged; absent for one gene. */
  readonly genes?: number | undefined;
  /** Predicted class of the gene; absent for a set, where each gene has its own. */
  readonly called?: "on" | "off" | undefined;
  /** Quantity that decreases, if not a probability: "the log2 fold change, in its direction". */
  readonly predicted?: string | undefined;
  /** For a track, the replaced units and their replacement: `{what: "bases", by: "those of 3 shuffles"}`. */
  readonly replaced?: { readonly what: string; readonly by: string } | undefined;
  /** Number of bins T, or number of bases. */
  readonly bins: number;
  /** Numbers of removed bins, from 0. */
  readonly steps: ArrayLike<number>;
  readonly curves: readonly DeletionCurve[];
  /** Value that replaces each mark of a removed bin: "0", "its mean over the gene". */
  readonly replacement: string;
  /** Number of random orders averaged in one gene's random curve. */
  readonly orders?: number | undefined;
}

const SIZE = 12;
/** Height of a name with its area below it. */
const NAME_LINE = 34;
/** Below this width, names and areas move to the legend, to leave room for the curves. */
const NARROW = 560;

/** Name of the probability: "P(on)" for a gene predicted on; for a set, that of each gene's own class. */
export function probabilityName({ called, predicted }: Pick<DeletionOptions, "called" | "predicted">): string {
  return predicted ?? (called ? `P(${called})` : "P(predicted class)");
}

/** Text of an area: "area 0.31 ± 0.012". */
function areaText({ area, error }: Pick<DeletionCurve, "area" | "error">): string {
  return `area ${formatChange(area)}${error === undefined ? "" : ` ± ${error.toFixed(3)}`}`;
}

function subtitle(options: DeletionOptions): string {
  const { replacement, replaced, curves, orders, subject, genes } = options;
  const fall = `Fall of ${probabilityName(options)} as`;
  if (replaced) return `${fall} ${replaced.what} are replaced by ${replaced.by}, the most important first`;
  const isSpread = orders !== undefined && curves.some(({ least }) => least);
  const spread = isSpread ? `; random: mean and range of ${orders} orders` : "";
  const of = genes === undefined ? "" : `${subject}. `;
  return `${of}${fall} bins are removed (each mark set to ${replacement}), the most important first${spread}`;
}

/** The layout of the curves, with the scale of removed units, and the picture. */
function deletionLayout(options: DeletionOptions): Laid<PanelLayout & { readonly x: Scale }> {
  const { width, theme, curves, bins, subject, genes, replaced } = options;
  const steps = Array.from(options.steps);
  // Maximum number of removed bins or replaced bases.
  const most = replaced ? Number(steps.at(-1)) : bins;
  // Curves with the largest area first.
  const ordered = [...curves]
    .sort((a, b) => b.area - a.area)
    .map((curve) => ({ curve, ...lookOf(curve.explanation, theme), area: areaText(curve) }));
  const isNarrow = width < NARROW;
  const head: Head = {
    title: `Deletion test, ${genes === undefined ? subject : `mean over ${formatGenes(genes)}`}`,
    lines: wrap(subtitle(options), width - 16, 11),
    legend: isNarrow
      ? ordered.map(({ name, colour, dashes, area }) => entry(dashes ? "dashes" : "line", colour, `${name}, ${area}`))
      : [],
  };
  const widths = ordered.flatMap(({ name, area }) => [textWidth(name, SIZE, "bold"), textWidth(area, 11)]);
  const [left, right] = [62, isNarrow ? width - 20 : width - 34 - Math.min(Math.max(40, ...widths), 0.34 * width)];
  const top = 44 + headHeight(head, width);
  const bottom = top + (isNarrow ? 150 : 190);
  const x = linear([0, Math.max(1, most)], [left, right]);
  const frame = { width, theme, height: bottom + 42, left, right, top, bottom, x };
  return laid(options, frame, () => {
    const values = curves.flatMap(({ change, least, greatest }) =>
      [change, least ?? [], greatest ?? []].flatMap((each) => Array.from(each, finite)),
    );
    const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
    // A negligible change must not fill the picture.
    const rest = high - low < 0.02 ? 0.01 : 0;
    const panel = scaled(frame, frame, [low - rest, high + rest]);
    const y = panel.y.nice(5);
    const written = y.tickFormat(5);
    const points = (of: ArrayLike<number>): Point[] => steps.map((step, i) => [x(step), y(finite(of[i]))]);
    const sentences = ordered.map(({ curve, name, area }) => `${name}: ${area}, ${atTenth(curve, steps, options)}.`);
    const shares = [0, 0.25, 0.5, 0.75, 1].map((share) => share * most);
    const counted = replaced
      ? `${replaced.what.replace(/^./, (first) => first.toUpperCase())} replaced, of ${formatCount(bins)}`
      : `Bins removed, of ${bins}`;
    // All curves end where every bin is removed, so names at the ends would overlap: they are stacked in the order of
    // the areas.
    const first = (top + bottom) / 2 - (NAME_LINE * curves.length) / 2 + 11;
    return {
      head,
      summary:
        curves.length === 0
          ? `Nothing was removed of ${subject}.`
          : [genes === undefined && `${subject}.`, `${subtitle(options)}.`, sentences],
      body: [
        grid(panel, y.ticks(5), (tick) => written(tick).replace("-", "−"), theme.lineStrong),
        curves.map(
          ({ least, greatest }) =>
            least && greatest && element("path", { d: between(points(greatest), points(least)), fill: theme.line }),
        ),
        // Explanations are drawn over baselines.
        curves.toReversed().map(({ explanation, change }) => {
          const { colour, dashes } = lookOf(explanation, theme);
          return element("path", {
            ...{ d: through(points(change)), "data-explanation": explanation, fill: "none", stroke: colour },
            "stroke-width": isChance(explanation) ? 1.25 : 1.75,
            ...{ "stroke-dasharray": dashes, "stroke-linejoin": "round" },
          });
        }),
        !isNarrow &&
          ordered.map(({ curve, name, colour, dashes, area }, i) => {
            const line = first + NAME_LINE * i;
            const fill = isChance(curve.explanation) ? theme.inkMuted : colour;
            return [
              segment(right + 6, line - 4, right + 22, line - 4, colour, {
                ...{ "stroke-width": 1.75, "stroke-dasharray": dashes },
              }),
              label(right + 28, line, fit(name, width - right - 32, SIZE, "bold"), { ...strong(SIZE, theme), fill }),
              label(right + 28, line + 14, area, { fill: theme.inkMuted }),
            ];
          }),
        ticksBelow(x, shares, (count) => `${Math.round((100 * count) / bins)} %`, bottom, options),
        across(frame, bottom),
        // The subtitle names the unit of counting; there is no room for it beside the axis.
        upName(frame, `Fall of ${probabilityName(options).replace(/ \(.*\)$/, "")}`, 12),
        label((left + right) / 2, bottom + 33, counted, MIDDLE),
      ],
    };
  });
}

/**
 * Curves from no bin (or base) removed to all, each labelled with its area. `model.deletion` returns the curves.
 *
 * ```js
 * const svg = deletionTest({
 *   subject: "TP53", called: "on", bins: 100, steps: [0, 10, 50, 100], replacement: "its mean over the gene",
 *   curves: [
 *     { explanation: "integrated-gradients", change: [0, 0.5, 0.7, 0.8], area: 0.6 },
 *     { explanation: "random", change: [0, 0.1, 0.4, 0.8], area: 0.35 },
 *   ],
 * });
 * ```
 *
 * @category Explanations and their tests
 * @returns The picture as SVG.
 */
export function deletionTest(given: Framed<DeletionOptions>): string {
  return deletionLayout(ready("deletionTest", given)).draw();
}

/** The step that removes about a tenth of the bins, and at least one. */
export function tenthStep(steps: ArrayLike<number>, bins: number): number {
  return nearest(steps, (step) => step - bins / 10, Math.min(1, steps.length - 1));
}

function atTenth({ change }: DeletionCurve, steps: readonly number[], { bins, replaced }: DeletionOptions): string {
  const tenth = tenthStep(steps, bins);
  const of = `${formatCount(Math.round(steps[tenth] ?? 0))} of ${formatCount(bins)}`;
  return `${formatChange(finite(change[tenth]))} with ${of} ${replaced ? `${replaced.what} replaced` : "bins removed"}`;
}

/** The change in each curve at one step (from 1). */
export function readDeletion(
  { curves }: Pick<DeletionOptions, "curves">,
  step: number,
): { readonly explanation: Explanation; readonly change: number }[] {
  return curves.map(({ explanation, change }) => ({ explanation, change: finite(change[step - 1]) }));
}

/** Positions for steps; `falls` names the values, and `title` a step by the number removed. */
export function deletionPlaces(
  test: Unframed<DeletionOptions>,
  falls: string,
  title: (removed: number) => string,
): Places {
  return {
    count: test.steps.length,
    name: "step",
    at: (frame, pixel) => {
      const { left, right, x } = deletionLayout({ ...test, ...frame });
      if (pixel < left - 4 || pixel > right + 4) return undefined;
      return 1 + nearest(test.steps, (step) => x(step) - pixel, 0);
    },
    read: (frame, place) => {
      const removed = Number(test.steps[place - 1]);
      const at = deletionLayout({ ...test, ...frame }).x(removed);
      const rows = readDeletion(test, place).map(({ explanation, change }) =>
        plainRow(explanationName(explanation), formatChange(change)),
      );
      return { left: at - 1, right: at + 1, title: title(removed), columns: ["", falls], rows };
    },
  };
}

/** Index of the nearest step, from `first` on. */
function nearest(steps: ArrayLike<number>, distance: (step: number) => number, first: number): number {
  let best = first;
  for (let i = first + 1; i < steps.length; i++)
    if (Math.abs(distance(steps[i])) < Math.abs(distance(steps[best]))) best = i;
  return best;
}
