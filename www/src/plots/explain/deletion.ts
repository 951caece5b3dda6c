/**
 * The deletion test: bins are removed, those first that an explanation puts first, and the fall of the predicted
 * class's probability is followed. An explanation that points at what the prediction depends on makes it fall early, so
 * that the area under its curve is large.
 */

import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import {
  type Explanation,
  explanationColour,
  explanationDashes,
  explanationName,
  highestBy,
  isChance,
} from "./explanations";
import { formatChange, formatCount, formatGenes } from "../core/format";
import { drawLegend, type LegendEntry, legendHeight } from "../core/legend";
import type { PlotFrame } from "../core/options";
import { finite } from "../core/scale";
import { axisName, element, label, picture, segment } from "../core/svg";
import { fit, textWidth, wrap } from "../core/text";
import { levelTicks, uprightTicks } from "../core/ticks";
import type { Theme } from "../core/theme";

/** The engine's conclusion from a test over genes: `DeletionVerdict` of the package. */
export type DeletionVerdict = "ahead-of-signal" | "ahead-of-chance" | "like-chance" | "behind-chance";

/** Effect of removing bins in one order. */
export interface DeletionCurve {
  readonly explanation: Explanation;
  /** P(predicted class) before less after, for each number of removed bins, [steps]. */
  readonly change: ArrayLike<number>;
  /** Area under the curve, over the share of bins from 0 to 1. */
  readonly area: number;
  /** Half the 95 % confidence interval of a mean area over genes. */
  readonly error?: number | undefined;
  /**
   * For a set: mean excess of the change over that of the random order of the same gene, and half the 95 % confidence
   * interval of that, [steps].
   */
  readonly ahead?: { readonly mean: ArrayLike<number>; readonly error: ArrayLike<number> } | undefined;
  /**
   * For a set, by how much the area exceeds that of the signal's own size, and that of chance, gene by gene, with
   * half the 95 % confidence interval; and what the engine concludes from these.
   */
  readonly againstSignal?: { readonly mean: number; readonly error: number } | undefined;
  readonly againstChance?: { readonly mean: number; readonly error: number } | undefined;
  readonly verdict?: DeletionVerdict | undefined;
  /** Least and greatest change in several random orders of one gene, [steps]. */
  readonly least?: ArrayLike<number> | undefined;
  readonly greatest?: ArrayLike<number> | undefined;
  /** The share of what was planted that goes first, of bins and of marks in bins; where that is known. */
  readonly planted?: { readonly bins?: number | undefined; readonly places?: number | undefined } | undefined;
}

/** The deletion test of one gene, or on average over a set. */
export interface DeletionOptions extends PlotFrame {
  /** Subject of the test: a gene's name, or "200 of 6,600 genes, drawn at random". */
  readonly subject: string;
  /** Number of genes in the mean; absent for one gene. */
  readonly genes?: number | undefined;
  /** Predicted class of the gene; absent for a set, where each gene has its own. */
  readonly called?: "on" | "off" | undefined;
  /** Quantity that falls, where it is no probability: "the log2 fold change, in its direction". */
  readonly predicted?: string | undefined;
  /** For a track, the bases that are replaced and their replacements: `{what: "bases", by: "those of 3 shuffles"}`. */
  readonly replaced?: { readonly what: string; readonly by: string } | undefined;
  /** T, or how many bases. */
  readonly bins: number;
  /** Numbers of removed bins, from 0. */
  readonly steps: ArrayLike<number>;
  readonly curves: readonly DeletionCurve[];
  /** Value that replaces each mark of a removed bin: "0", "its mean over the gene". */
  readonly replacement: string;
  /** Number of random orders in the mean that is one gene's random curve. */
  readonly orders?: number | undefined;
}

/** Where things lie, in pixels of the picture; for reading values off it. */
export interface DeletionLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const SIZE = 12;
/** Height of a name with its area under it. */
const NAME_LINE = 34;
/** Below this width names and areas stand in the legend, so that the curves keep the room. */
const NARROW = 560;

/** "P(on)" of a gene predicted on; of a set, each gene's own class. */
function probabilityName({ called, predicted }: Pick<DeletionOptions, "called" | "predicted">): string {
  return predicted ?? probabilityOf(called);
}

function probabilityOf(called: "on" | "off" | undefined): string {
  return called ? `P(${called})` : "P(predicted class)";
}

function named({ explanation, area, error }: DeletionCurve): string {
  return (
    `${explanationName(explanation)}, area ` +
    `${formatChange(area)}${error === undefined ? "" : ` ± ${error.toFixed(3)}`}`
  );
}

/** The curves that take most from the prediction first. */
function ordered(curves: readonly DeletionCurve[]): readonly DeletionCurve[] {
  return [...curves].sort((a, b) => b.area - a.area);
}

function legendOf({ curves, width, theme }: DeletionOptions): LegendEntry[] {
  if (width >= NARROW) return [];
  return ordered(curves).map(
    (curve) =>
      ({
        sample: explanationDashes(curve.explanation) ? "dashes" : "line",
        colour: explanationColour(curve.explanation, theme),
        text: named(curve),
      }) as const,
  );
}

function subtitle(options: DeletionOptions): string {
  const { replacement, replaced, curves, orders, subject, genes } = options;
  if (replaced)
    return (
      `Fall of ${probabilityName(options)} as ${replaced.what} are replaced by ${replaced.by}, the most important ` +
      "first"
    );
  const spread =
    orders !== undefined && curves.some(({ least }) => least) ? `; random: mean and range of ${orders} orders` : "";
  return (
    `${genes === undefined ? "" : `${subject}. `}Fall of ${probabilityName(options)} as bins are removed (each ` +
    `mark set to ${replacement}), the most important first${spread}`
  );
}

/** Where the curves of `options` lie in the picture that `deletionTest` draws of them. */
export function deletionLayout(options: DeletionOptions): DeletionLayout {
  const { width, curves } = options;
  const names = Math.max(
    40,
    ...curves.map((curve) =>
      Math.max(textWidth(explanationName(curve.explanation), SIZE, "bold"), textWidth(areaText(curve), 11)),
    ),
  );
  const right = width < NARROW ? width - 20 : width - 34 - Math.min(names, 0.34 * width);
  const top =
    34 + 15 * wrap(subtitle(options), width - 16, 11).length + legendHeight(legendOf(options), width - 16) + 10;
  const bottom = top + (width < NARROW ? 150 : 190);
  return { width, height: bottom + 42, left: 62, right, top, bottom };
}

function areaText({ area, error }: DeletionCurve): string {
  return `area ${formatChange(area)}${error === undefined ? "" : ` ± ${error.toFixed(3)}`}`;
}

/** Greatest number of bins that can be removed, or of bases that are replaced. */
function mostOf({ steps, bins, replaced }: DeletionOptions): number {
  return replaced ? Number(steps[steps.length - 1]) : bins;
}

function scales(options: DeletionOptions, { left, right, top, bottom }: DeletionLayout) {
  const values = options.curves.flatMap(({ change, least, greatest }) => [
    ...Array.from(change, finite),
    ...Array.from(least ?? [], finite),
    ...Array.from(greatest ?? [], finite),
  ]);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  // A negligible change must not fill the picture.
  const least = high - low < 0.02 ? [low - 0.01, high + 0.01] : [low, high];
  return {
    x: scaleLinear()
      .domain([0, Math.max(1, mostOf(options))])
      .range([left, right]),
    y: scaleLinear().domain(least).nice(5).range([bottom, top]),
  };
}

function path(
  steps: readonly number[],
  values: readonly number[],
  x: (step: number) => number,
  y: (value: number) => number,
): string {
  return (
    line<number>()
      .digits(2)
      .x((_, i) => x(steps[i]))
      .y((value) => y(value))(values as number[]) ?? ""
  );
}

/** Draws the range of a random order's effect, between the extremes of the orders that were tried. */
function drawSpread(
  { least, greatest }: DeletionCurve,
  steps: readonly number[],
  x: (step: number) => number,
  y: (value: number) => number,
  theme: Theme,
): string {
  if (!least || !greatest) return "";
  const back = Array.from(least, finite).reverse();
  const d = `${path(steps, Array.from(greatest, finite), x, y)}${path([...steps].reverse(), back, x, y).replace(
    "M",
    "L",
  )}Z`;
  return element("path", { d, fill: theme.line });
}

/** Curves from no bin removed to all of them; each named with its area. */
export function deletionTest(options: DeletionOptions): string {
  const { width, theme, curves, bins, subject, genes, replaced } = options;
  const most = mostOf(options);
  const frame = deletionLayout(options);
  const { left, right, top, bottom } = frame;
  const steps = Array.from(options.steps);
  const { x, y } = scales(options, frame);
  const inOrder = ordered(curves);
  // Every curve ends where all bins are removed, so that names beside the ends would fall on each other: they stand in
  // the areas' order.
  const firstName = (top + bottom) / 2 - (NAME_LINE * inOrder.length) / 2 + 11;
  const written = y.tickFormat(5);
  const lines = wrap(subtitle(options), width - 16, 11);
  const title = genes === undefined ? `Deletion test, ${subject}` : `Deletion test, mean over ${formatGenes(genes)}`;
  const sentences = inOrder.map(
    (curve) =>
      `${explanationName(curve.explanation)}: area ${formatChange(curve.area)}${
        curve.error === undefined ? "" : ` ± ${curve.error.toFixed(3)}`
      }, ${atSteps(curve, steps, options)}.`,
  );
  return picture({
    width,
    height: frame.height,
    theme,
    title,
    summary:
      curves.length === 0
        ? `Nothing was removed of ${subject}.`
        : `${genes === undefined ? `${subject}. ` : ""}${subtitle(options)}. ${sentences.join(" ")}`,
    body: [
      label(8, 20, fit(title, width - 16, 13, "bold"), { "font-size": 13, "font-weight": "bold", fill: theme.ink }),
      ...lines.map((text, i) => label(8, 38 + 15 * i, text)),
      ...drawLegend(legendOf(options), 8, 42 + 15 * lines.length, width - 16, theme),
      uprightTicks(
        y.ticks(5).map((tick) => ({
          at: y(tick),
          text: written(tick).replace("-", "−"),
          stroke: tick === 0 ? theme.lineStrong : theme.line,
        })),
        { x: left, outward: -1, end: right },
        theme,
      ),
      ...curves.map((curve) => drawSpread(curve, steps, x, y, theme)),
      // Curves that explain are drawn over those that do not.
      ...[...curves].reverse().map(({ explanation, change }) =>
        element("path", {
          d: path(steps, Array.from(change, finite), x, y),
          "data-explanation": explanation,
          fill: "none",
          stroke: explanationColour(explanation, theme),
          "stroke-width": isChance(explanation) ? 1.25 : 1.75,
          "stroke-dasharray": explanationDashes(explanation),
          "stroke-linejoin": "round",
        }),
      ),
      ...(width < NARROW
        ? []
        : inOrder.flatMap((curve, i) => {
            const y = firstName + NAME_LINE * i;
            const colour = explanationColour(curve.explanation, theme);
            return [
              segment(right + 6, y - 4, right + 22, y - 4, colour, {
                "stroke-width": 1.75,
                "stroke-dasharray": explanationDashes(curve.explanation),
              }),
              label(right + 28, y, fit(explanationName(curve.explanation), width - right - 32, SIZE, "bold"), {
                "font-size": SIZE,
                "font-weight": "bold",
                fill: isChance(curve.explanation) ? theme.inkMuted : colour,
              }),
              label(right + 28, y + 14, areaText(curve), { fill: theme.inkMuted }),
            ];
          })),
      levelTicks(
        [0, 0.25, 0.5, 0.75, 1].map((share) => ({
          at: x(share * most),
          text: `${Math.round((100 * share * most) / bins)} %`,
        })),
        { y: bottom, room: [0, width] },
        theme,
      ),
      segment(left, bottom, right, bottom, theme.lineStrong),
      // The subtitle says as what it is counted; beside the axis there is no room for that.
      axisName(12, (top + bottom) / 2, `Fall of ${probabilityName(options).replace(/ \(.*\)$/, "")}`),
      label(
        (left + right) / 2,
        bottom + 33,
        replaced
          ? `${replaced.what.replace(/^./, (first) => first.toUpperCase())} replaced, of ${formatCount(bins)}`
          : `Bins removed, of ${bins}`,
        { "text-anchor": "middle" },
      ),
    ],
  });
}

/** The step that removes about a tenth of the bins, and at least one. */
export function tenthStep(steps: ArrayLike<number>, bins: number): number {
  let best = Math.min(1, steps.length - 1);
  for (let i = 2; i < steps.length; i++)
    if (Math.abs(steps[i] - bins / 10) < Math.abs(steps[best] - bins / 10)) best = i;
  return best;
}

function atSteps({ change }: DeletionCurve, steps: readonly number[], { bins, replaced }: DeletionOptions): string {
  const tenth = tenthStep(steps, bins);
  const of = `${formatCount(Math.round(steps[tenth] ?? 0))} of ${formatCount(bins)}`;
  return `${formatChange(finite(change[tenth]))} with ${of} ${replaced ? `${replaced.what} replaced` : "bins removed"}`;
}

/** The change of each curve at one step (from 1). */
export function readDeletion(
  { curves }: DeletionOptions,
  step: number,
): { readonly explanation: Explanation; readonly change: number }[] {
  return curves.map(({ explanation, change }) => ({ explanation, change: finite(change[step - 1]) }));
}

/** The pixels of a step (from 1), and the step at a pixel. */
export function deletionStep(options: DeletionOptions, pixel: number): number | undefined {
  const frame = deletionLayout(options);
  if (pixel < frame.left - 4 || pixel > frame.right + 4) return undefined;
  const { x } = scales(options, frame);
  let best = 0;
  for (let i = 1; i < options.steps.length; i++)
    if (Math.abs(x(options.steps[i]) - pixel) < Math.abs(x(options.steps[best]) - pixel)) best = i;
  return best + 1;
}

/** Where a step (from 1) lies. */
export function deletionPixel(options: DeletionOptions, step: number): number {
  return scales(options, deletionLayout(options)).x(options.steps[step - 1]);
}

/** A fall that is smaller is none: it is within what the number's last digit shows. */
const NEGLIGIBLE = 0.01;

/** An area that is ahead of chance by less is a little. */
const LITTLE = 0.05;

/** "lowers P(on) by 0.02", "raises P(on) by 0.01" */
function effect(fall: number, what: string): string {
  const size = Math.abs(fall).toFixed(Math.abs(fall) < 0.1 ? 3 : 2);
  return Number(size) === 0 ? `leaves ${what} as it is` : `${fall > 0 ? "lowers" : "raises"} ${what} by ${size}`;
}

/** Verdict of a gene's curve on an explanation. */
type Verdict = "points" | "a little" | "hardly" | "not";

/**
 * The whole curve decides, as it is drawn: the area, and whether most of its points lie above what any random order
 * did. A fall at one point alone says little where the probability is near its end.
 */
function verdictOf(
  curve: DeletionCurve,
  random: DeletionCurve,
  steps: ArrayLike<number>,
  bins: number,
  tenth: number,
): Verdict {
  const most = Array.from(random.greatest ?? random.change, finite);
  const inner = Array.from(steps, (step, i) => ({ step, i })).filter(({ step }) => step > 0 && step < bins);
  const above = inner.filter(({ i }) => finite(curve.change[i]) > Math.max(0, most[i])).length;
  const isAhead = curve.area > random.area && 2 * above > inner.length;
  if (isAhead && curve.area - random.area >= LITTLE) return "points";
  const fall = finite(curve.change[tenth]);
  if (isAhead || (curve.area > random.area && fall > Math.max(0, most[tenth]) + NEGLIGIBLE)) return "a little";
  const falls = [curve.area, random.area, fall, finite(random.change[tenth])];
  return falls.every((each) => Math.abs(each) < NEGLIGIBLE) ? "hardly" : "not";
}

const VERDICTS: Readonly<Record<Verdict, (subject: string) => string>> = {
  points: (subject) => `here ${subject} points at bins that the prediction depends on`,
  "a little": (subject) => `here ${subject} points a little at what the prediction depends on`,
  hardly: () => "here the prediction hardly depends on single bins, whichever they are",
  not: (subject) => `here ${subject} does not point at what decides`,
};

/**
 * Result of the test for one explanation: "Removing the 10 bins with the highest α lowers P(on) by 0.010; 10 bins at
 * random: 0.001 (from −0.001 to 0.003). Area under the curve 0.023, at random 0.001: here attention points a little at
 * what the prediction depends on."
 */
export function deletionSentence(
  {
    curves,
    steps,
    bins,
    called,
    predicted,
    genes,
  }: Omit<DeletionOptions, "width" | "theme" | "subject" | "replacement">,
  explanation: Explanation,
): string {
  const curve = curves.find((each) => each.explanation === explanation);
  const random = curves.find((each) => each.explanation === "random");
  if (!curve || !random) return "";
  const tenth = tenthStep(steps, bins);
  const [fall, chance] = [finite(curve.change[tenth]), finite(random.change[tenth])];
  const count = `${steps[tenth]} ${steps[tenth] === 1 ? "bin" : "bins"}`;
  const what = probabilityName({ called, predicted });
  const range =
    random.least && random.greatest
      ? ` (from ${formatChange(finite(random.least[tenth]))} to ${formatChange(finite(random.greatest[tenth]))})`
      : "";
  const subject = explanation === "alpha" ? "attention" : explanationName(explanation);
  const removed = `Removing the ${count} with ${highestBy(explanation)} ${effect(fall, what)}`;
  if (genes !== undefined)
    return `${removed} on average; ${count} at random: ${formatChange(chance)}. ${overGenes(subject, curve)}`.trim();
  const signal = curves.find((each) => each.explanation === "signal");
  const ofSignal = signal ? `, by the signal’s own size ${formatChange(signal.area)}` : "";
  const areas = `Area under the curve ${formatChange(curve.area)}${ofSignal}, at random ${formatChange(random.area)}`;
  const found = verdictOf(curve, random, steps, bins, tenth);
  const isPointed = found === "points" || found === "a little";
  const beside =
    isPointed && signal && curve.area <= signal.area ? ", but no more than the signal’s own size does" : "";
  return `${removed}; ${count} at random: ${formatChange(chance)}${range}. ${areas}: ${VERDICTS[found](subject)}${beside}.`;
}

/** Areas of explanations side by side: "attention α 0.023; integrated gradients 0.31; random bins 0.004". */
export function areasInWords(
  { curves }: Pick<DeletionOptions, "curves">,
  explanations: readonly Explanation[],
): string {
  const areas = explanations.flatMap((explanation) => {
    const curve = curves.find((each) => each.explanation === explanation);
    return curve ? [`${explanationName(explanation)} ${formatChange(curve.area)}`] : [];
  });
  return areas.join("; ");
}

/** The engine's conclusion over genes, in words: against the signal's own size first, then against chance. */
function overGenes(subject: string, { againstSignal, againstChance, verdict }: DeletionCurve): string {
  if (!verdict || !againstChance) return "";
  const differs = ({ mean, error }: { mean: number; error: number }): string =>
    `${formatChange(mean)} ± ${error.toFixed(3)}`;
  const signal = againstSignal ? `${differs(againstSignal)} against the signal’s own size, ` : "";
  const what = {
    "ahead-of-signal": "points at bins that predictions depend on, more than the signal’s own size does",
    "ahead-of-chance": againstSignal
      ? "points at bins that predictions depend on, but no more than the signal’s own size does"
      : "points at bins that predictions depend on",
    "like-chance": "points no better than chance at what decides",
    "behind-chance": "points away from what decides",
  }[verdict];
  return (
    `Over these genes ${subject} ${what}. Area: ${signal}${differs(againstChance)} against chance (mean over genes ± ` +
    "half the 95 % interval)."
  );
}
