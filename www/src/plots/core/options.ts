/**
 * Options of each plot. Arrays are row-major with the shape in square brackets; no plot changes them. Plots fill in
 * a default width and theme, and check lengths.
 */

import { light, type Theme } from "./colour";

/** Where the bins lie in the genome; the `window` of a model card. */
export interface Window {
  /** Reference point of the positions, as a reader sees it: `"TSS"`. */
  readonly anchor: string;
  /** Length before the anchor in bp: 5000. */
  readonly upstream: number;
  /** Length after the anchor in bp: 5000. */
  readonly downstream: number;
  /**
   * Order of the bins. `"genomic"` (the default, and that of the published data): bin 1 has the lowest coordinate
   * whatever the strand of the gene. `"transcription"`: bin 1 is the furthest upstream on the gene's own strand.
   */
  readonly strand?: "genomic" | "transcription" | undefined;
}

/** Options of every plot. */
export interface PlotFrame {
  /** Width of the picture in CSS pixels; made for 320 to 1200. The height follows from what is drawn. */
  readonly width: number;
  /** `light` or `dark`. */
  readonly theme: Theme;
}

/** Options of every plot along the window. */
export interface BinFrame extends PlotFrame {
  /** Names of the marks, in the model's order: M of them. */
  readonly marks: readonly string[];
  /** Length of a bin in bp: 100. */
  readonly binSize: number;
  /** Where the bins lie; without it, T bins are centred on a TSS. */
  readonly window?: Window | undefined;
}

/** Kind and unit of the values, and the marks that were not measured. */
export interface SignalOptions {
  /** Quantity in each bin: `"reads per bin"`, `"mean signal"`; without it the legend says signal alone. */
  readonly signalName?: string | undefined;
  /** The same by mark, where it is not one for all: it stands beside each name. */
  readonly units?: Readonly<Record<string, string>> | undefined;
  /** By mark that was not measured, the value that stands in for it: nothing is drawn of such a mark. */
  readonly standIns?: Readonly<Record<string, string>> | undefined;
}

/** Range of the predictions of an ensemble's members for one gene, and an interval; absent where not known. */
export interface ErrorBars {
  /** The lowest of the members' predictions. */
  readonly low?: number | undefined;
  /** The highest of them. */
  readonly high?: number | undefined;
  /** Interval that holds what would be measured of a share `coverage` of genes. */
  readonly interval?: { readonly coverage: number; readonly low: number; readonly high: number } | undefined;
}

/** Spread over the members of an ensemble, around their mean; arrays have the shape of the mean. */
export interface MembersBand {
  /** The lowest member's values. */
  readonly low: ArrayLike<number>;
  /** The highest member's values. */
  readonly high: ArrayLike<number>;
  /** The members, in words: `"5 seeds"`. */
  readonly of: string;
}

/** Intervals that hold what would be measured in a share `coverage` of bins; arrays have the shape of predictions. */
export interface IntervalBand {
  /** Between 0 and 1. */
  readonly coverage: number;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

/** One gene: its signal, and where each mark's encoder looked. */
export interface GeneTracksOptions extends BinFrame, SignalOptions, Pick<ErrorBars, "low" | "high"> {
  /** Name of the gene. */
  readonly gene: string;
  /** Signal [T, M], as it was in the table. */
  readonly signal: ArrayLike<number>;
  /** Attention over bins [rows, T]; sums to 1 over the bins of each row. */
  readonly alpha: ArrayLike<number>;
  /**
   * Subject of each row of α: the marks (the default), one name for all of them together, or nothing where there is
   * no α.
   */
  readonly rows?: readonly string[] | undefined;
  /** Spread of α over the members of an ensemble, [rows, T]. */
  readonly alphaBand?: MembersBand | undefined;
  /** Attention over marks [M], which stands at each mark's track; without it nothing does. */
  readonly beta?: ArrayLike<number> | undefined;
  /** Tops of the scales, so that several pictures can be compared; without them each picture has its own. */
  readonly scale?: TracksScale | undefined;
  /** P(on), 0 to 1; NaN where it is not known, or something else is predicted. */
  readonly probability: number;
  /** Words on the prediction, of a model that predicts something else than P(on). */
  readonly predicted?: string | undefined;
  /** Words on how sure it is, such as "sure, 0.88–0.96 in 5 seeds". */
  readonly range?: string | undefined;
  /** The label in the table, where it had one. */
  readonly label?: boolean | undefined;
}

/** Tops of the scales of one picture of tracks. */
export interface TracksScale {
  /** Top of the signal's scale, by mark. */
  readonly signal: Readonly<Record<string, number>>;
  /** Top of the scale of α, in every panel. */
  readonly alpha: number;
}

/** One gene: how its marks were weighed. */
export interface MarkAttentionOptions extends PlotFrame {
  /** Names of the marks, in the model's order: M of them. */
  readonly marks: readonly string[];
  /** Attention over marks [M]; sums to 1. */
  readonly beta: ArrayLike<number>;
  /** Spread of β over the members of an ensemble, [M]. */
  readonly band?: MembersBand | undefined;
  /** Name of the gene, for the title. */
  readonly gene?: string | undefined;
  /** By mark that was not measured, the value that stands in for it: its weight means nothing, and has no bar. */
  readonly standIns?: Readonly<Record<string, string>> | undefined;
}

/**
 * A set of genes: α averaged over those predicted on and over those predicted off (figure 2a of the AttentiveChrome
 * paper).
 */
export interface AverageAttentionOptions extends BinFrame {
  /**
   * Mean α over genes predicted on [M, T]; undefined if there is none. M counts the rows of α, whose names are `marks`.
   */
  readonly on: ArrayLike<number> | undefined;
  /** Mean α over genes predicted off [M, T]; undefined if there is none. */
  readonly off: ArrayLike<number> | undefined;
  /** Number of genes predicted on. */
  readonly genesOn: number;
  /** Number of genes predicted off. */
  readonly genesOff: number;
  /** By mark that was not measured, the value that stands in for it: its α is not drawn. */
  readonly standIns?: Readonly<Record<string, string>> | undefined;
}

/** A set of genes: how its predictions are distributed. */
export interface ProbabilityHistogramOptions extends PlotFrame {
  /** P(on) of each gene [N], 0 to 1. */
  readonly probability: ArrayLike<number>;
  /** Labels [N], true or non-zero where the gene is on; without them the bars are not divided. */
  readonly labels?: ArrayLike<number | boolean> | undefined;
  /** Number of bars between 0 and 1. Default 20. */
  readonly bins?: number | undefined;
  /** A gene is called on from this probability. Default 0.5. */
  readonly threshold?: number | undefined;
}

/** One gene in one of several runs. */
export interface RunBeta {
  /** Short name of the run: `"A"`. */
  readonly letter: string;
  /** Full name of the run. */
  readonly name: string;
  /** P(on), 0 to 1. */
  readonly probability: number;
  /** β by mark; undefined for a variant that does not weigh marks. */
  readonly beta: Readonly<Record<string, number>> | undefined;
  /** Marks that its table has no measurement of: their β is not shown. */
  readonly notMeasured?: readonly string[] | undefined;
}

/** One gene: how its marks were weighed in several runs (figure 2c of the AttentiveChrome paper). */
export interface BetaHeatMapOptions extends PlotFrame {
  readonly gene: string;
  /** Names of the marks, from the top. */
  readonly marks: readonly string[];
  /** The runs, from the left. */
  readonly runs: readonly RunBeta[];
}

/** Genes in two runs: P(on) of one against that of the other. */
export interface ProbabilityScatterOptions extends PlotFrame {
  /** P(on) in the run across [N]. */
  readonly x: ArrayLike<number>;
  /** P(on) in the run upwards [N]. */
  readonly y: ArrayLike<number>;
  /** Names of the two runs or signals: `"A: LSTM on K562"`. */
  readonly xName: string;
  readonly yName: string;
  /** Pearson's r of the two, once it is known; NaN where there is none. */
  readonly r?: number | undefined;
  /** Two runs, or one with its signal as measured and changed. */
  readonly of?: "two runs" | "two signals" | undefined;
  /** A gene that stands out, by its position and name. */
  readonly selected?: { readonly index: number; readonly name: string } | undefined;
}

/** Where the bins of a picture along a sequence lie. Positions and bins are counted from 0. */
export interface Stretch {
  /** Name of the record. */
  readonly record: string;
  /** First base of bin 0; below 0 where the record was padded. */
  readonly origin: number;
  /** Bases of a bin. */
  readonly binSize: number;
  /** The bins that are shown: the first, and the one after the last. */
  readonly view: readonly [from: number, to: number];
}

/** One track along a sequence. */
export interface SequenceTrack {
  readonly name: string;
  /** Assay that the model was trained to predict: `ATAC`. A measured file below it is not said to be of that. */
  readonly assay: string;
  /** Unit of its values: `reads per bin`. */
  readonly unit?: string | undefined;
  /** [bins] */
  readonly predicted: ArrayLike<number>;
  /** Spread of these over the members of an ensemble, [bins]. */
  readonly band?: MembersBand | undefined;
  /** Interval of each of them, [bins]. */
  readonly interval?: IntervalBand | undefined;
  /**
   * Measured values of the same bins, where there are any, and Pearson's r of them and the predicted ones in view, once
   * it is known; NaN where there is none.
   */
  readonly measured?:
    { readonly values: ArrayLike<number>; readonly file: string; readonly r?: number | undefined } | undefined;
}

/** A gene along a sequence. Bases are counted from 0, ends are not included. */
export interface SequenceGene {
  readonly id: string;
  /** Its symbol, where it has one. */
  readonly name: string | null;
  /** `.` where it is not known. */
  readonly strand: "+" | "-" | ".";
  readonly start: number;
  readonly end: number;
  /** The first base that is transcribed. */
  readonly tss: number;
  /** First base and end of each exon, sorted. */
  readonly exons: ArrayLike<number>;
}

/** The genes of a record. */
export interface SequenceGenes {
  /** Where they are from. */
  readonly file: string;
  /** Sorted by their first bases. */
  readonly genes: readonly SequenceGene[];
  /** Number of further genes, beyond those that can be shown. */
  readonly more: number;
}

/** Options of every plot of tracks along a sequence. */
export interface SequenceFrame extends PlotFrame, Stretch {
  /** Genes, under the tracks. */
  readonly genes?: SequenceGenes | undefined;
}

/** Predicted tracks, over measured ones where there are any (figure 9 of Angus and Eyuboglu 2018). */
export interface SequenceTracksOptions extends SequenceFrame {
  readonly tracks: readonly SequenceTrack[];
  /** Measured values on a scale of their own. */
  readonly ownScale?: boolean | undefined;
  /** A bin that stands out. */
  readonly pinned?: number | undefined;
  /** Places that are marked over the tracks, such as variants: bases counted from 0, sorted. */
  readonly marked?: readonly number[] | undefined;
}

/** Where the heads of one layer looked from one bin. */
export interface HeadAttentionOptions extends PlotFrame, Stretch {
  /** From 0, and how many layers there are. */
  readonly layer: number;
  readonly layers: number;
  /** The query bin. */
  readonly bin: number;
  /** Bins of the window, W; bin 0 is its first, also those that are cropped. */
  readonly bins: number;
  /** [heads, W] */
  readonly weights: ArrayLike<number>;
  /** The weights of a picture beside this one, [heads, W]: both are drawn on the same scales. */
  readonly besides?: ArrayLike<number> | undefined;
  /** Bins at either end without a prediction. */
  readonly crop: number;
  /** The heads that are shown, from 0. */
  readonly heads: readonly number[];
}

/** One head's attention of every bin to every bin, around the picture that a canvas draws. */
export interface AttentionMapOptions extends PlotFrame, Stretch {
  readonly title: string;
  /** Value of the darkest colour. */
  readonly top: number;
  /** True for a difference: two colours, around 0. */
  readonly isChange: boolean;
  /** The pixels, as the address of an image; none while a canvas lies over the picture. */
  readonly image?: string | undefined;
  readonly pinned?: number | undefined;
}

/** The learned functions of the distance (figure 8 of Angus and Eyuboglu 2018). */
export interface PositionFunctionsOptions extends PlotFrame {
  readonly layer: number;
  readonly layers: number;
  readonly heads: number;
  /** Bins of a window, W. */
  readonly bins: number;
  readonly binSize: number;
  /** [heads, 2 W − 1], at t − i = −(W − 1) … W − 1 */
  readonly values: ArrayLike<number>;
}

/** One track of a sequence before and after a change. */
export interface VariantTrack {
  readonly name: string;
  readonly assay: string;
  /** Unit of its values. */
  readonly unit?: string | null | undefined;
  /** [bins] */
  readonly reference: ArrayLike<number>;
  readonly alternative: ArrayLike<number>;
}

/** Options of the plot of a variant's effect along the window around it. */
export interface VariantTracksOptions extends SequenceFrame {
  /** `chr4:1,203 A>G` */
  readonly variant: string;
  /** Base of the variant, from 0. */
  readonly position: number;
  readonly tracks: readonly VariantTrack[];
}

/** One track of one model, and one of another, along the same bins. */
export interface ComparedTracksOptions extends SequenceFrame {
  /** True if their units differ: each then has its own scale, and there is no difference. */
  readonly areUnlike?: boolean | undefined;
  /** Name of each: "A: Basenji, ATAC". */
  readonly names: readonly [string, string];
  /** [bins] each; NaN where a model predicts nothing. */
  readonly values: readonly [ArrayLike<number>, ArrayLike<number>];
  /** Unit of the values: `reads per bin`. */
  readonly unit?: string | undefined;
}

/** Options of the plot of each base's effect on one track, along a stretch. */
export interface MutagenesisOptions extends PlotFrame {
  readonly record: string;
  /** Name of the track. */
  readonly track: string;
  /** First base, from 0. */
  readonly start: number;
  /** The bases that stand there: A 0, C 1, G 2, T 3, unknown 4 [n]. */
  readonly codes: ArrayLike<number>;
  /** Change of the track's sum by A, C, G, T in their place [n, 4]; 0 for the base that stands there. */
  readonly change: ArrayLike<number>;
  /** By how much the track falls, in the mean, when each is replaced by another [n]. */
  readonly contribution: ArrayLike<number>;
  /** The sum over the bins that count, unchanged, and how many bins these are. */
  readonly reference: number;
  readonly bins: number;
}

/** Options of a plot whose frame may be left out: `width` is then 640 pixels, `theme` is `light`. */
export type Framed<Options extends PlotFrame> = Omit<Options, keyof PlotFrame> & Partial<PlotFrame>;

/** Options of a plot without its frame. */
export type Unframed<Options extends PlotFrame> = Omit<Options, keyof PlotFrame>;

/** An array of a plot: its name, its values, and how many there must be, in words too. */
export type Length = readonly [name: string, values: ArrayLike<unknown> | undefined, expected: number, words: string];

const WIDTH = 640;

/**
 * The options of a plot with their frame.
 *
 * @param name The plot, in errors.
 * @param lengths The arrays whose lengths follow from others.
 * @throws TypeError, RangeError.
 */
export function ready<Options extends PlotFrame>(
  name: string,
  given: Framed<Options>,
  lengths: (options: Options) => readonly Length[] = () => [],
): Options {
  if (typeof given !== "object" || given === null) throw new TypeError(`${name}: expected options, as an object.`);
  const { width = WIDTH, theme = light } = given;
  if (!(Number.isFinite(width) && width > 0))
    throw new RangeError(`${name}: found the width ${String(width)}; expected a number of pixels above 0.`);
  if (typeof theme !== "object")
    throw new TypeError(`${name}: found the theme ${String(theme)}; expected \`light\` or \`dark\` of this module.`);
  const options = { ...given, width, theme } as unknown as Options;
  for (const [array, values, expected, words] of lengths(options))
    if (values && values.length !== expected)
      throw new RangeError(
        `${name}: found ${values.length} values in \`${array}\`; expected ${expected}, of ${words}.`,
      );
  return options;
}

/** The length of an array [rows, bins], and in words. */
export const lengthOf = (rows: readonly string[], bins: number): [number, string] => [
  rows.length * bins,
  `${rows.length} rows of ${bins} bins`,
];
