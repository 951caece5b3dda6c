/**
 * Options of each plot. Arrays are row-major with the shape in square brackets; no plot modifies them. Plots fill in a
 * default width and theme, and check lengths.
 */

import { light, type Theme } from "./colour";

/** Position of the bins in the genome; the `window` of a model card. */
export interface Window {
  /** Name of the reference point of positions: `"TSS"`. */
  readonly anchor: string;
  /** Length before the anchor in bp: 5000. */
  readonly upstream: number;
  /** Length after the anchor in bp: 5000. */
  readonly downstream: number;
  /**
   * Order of the bins. `"genomic"` (the default, and that of the published data): bin 1 has the lowest coordinate,
   * whatever the strand of the gene. `"transcription"`: bin 1 is the furthest upstream on the gene's own strand.
   */
  readonly strand?: "genomic" | "transcription" | undefined;
}

/** Options of every plot. */
export interface PlotFrame {
  /** Width of the picture in CSS pixels; designed for 320 to 1200. The height follows from the content. */
  readonly width: number;
  /** `light` or `dark`. */
  readonly theme: Theme;
}

/** Options of every plot along the window. */
export interface BinFrame extends PlotFrame {
  /** Names of the M marks, in the model's order. */
  readonly marks: readonly string[];
  /** Length of a bin in bp: 100. */
  readonly binSize: number;
  /** Position of the bins; by default T bins are centred on a TSS. */
  readonly window?: Window | undefined;
}

/** Kind and unit of the values, and the marks that were not measured. */
export interface SignalOptions {
  /** Quantity in each bin: `"reads per bin"`, `"mean signal"`; by default the legend only says signal. */
  readonly signalName?: string | undefined;
  /** Quantity for each mark, if they differ: shown beside each name. */
  readonly units?: Readonly<Record<string, string>> | undefined;
  /** Substitute value, in words, of each mark that was not measured; such marks are not drawn. */
  readonly standIns?: Readonly<Record<string, string>> | undefined;
}

/** Range of the ensemble members' predictions for one gene, and a prediction interval; absent if unknown. */
export interface ErrorBars {
  /** Lowest of the members' predictions. */
  readonly low?: number | undefined;
  /** Highest of the members' predictions. */
  readonly high?: number | undefined;
  /** Interval that contains the measured value for a fraction `coverage` of genes. */
  readonly interval?: { readonly coverage: number; readonly low: number; readonly high: number } | undefined;
}

/** Spread over ensemble members around their mean; arrays have the shape of the mean. */
export interface MembersBand {
  /** Lowest value over members. */
  readonly low: ArrayLike<number>;
  /** Highest value over members. */
  readonly high: ArrayLike<number>;
  /** The members, in words: `"5 seeds"`. */
  readonly of: string;
}

/** Prediction intervals that cover a fraction `coverage` of measured bins; arrays have the shape of predictions. */
export interface IntervalBand {
  /** Coverage, between 0 and 1. */
  readonly coverage: number;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

/** One gene: its signal, and the attention of each mark's encoder. */
export interface GeneTracksOptions extends BinFrame, SignalOptions, Pick<ErrorBars, "low" | "high"> {
  /** Name of the gene. */
  readonly gene: string;
  /** Signal as in the table, [T, M]. */
  readonly signal: ArrayLike<number>;
  /** Attention over bins, [rows, T]; each row sums to 1. */
  readonly alpha: ArrayLike<number>;
  /**
   * Name of each row of α: the marks (the default), one name for all marks together, or empty without α.
   */
  readonly rows?: readonly string[] | undefined;
  /** Spread of α over ensemble members, [rows, T]. */
  readonly alphaBand?: MembersBand | undefined;
  /** Attention over marks, [M], shown at each mark's track; optional. */
  readonly beta?: ArrayLike<number> | undefined;
  /** Tops of the scales, to make several pictures comparable; by default each picture has its own. */
  readonly scale?: TracksScale | undefined;
  /** P(on), 0 to 1; NaN if it is unknown, or another quantity is predicted. */
  readonly probability: number;
  /** Prediction in words, for a model that does not predict P(on). */
  readonly predicted?: string | undefined;
  /** Confidence in words, such as "sure, 0.88–0.96 in 5 seeds". */
  readonly range?: string | undefined;
  /** Label in the table, if it has one. */
  readonly label?: boolean | undefined;
}

/** Tops of the scales of one picture of tracks. */
export interface TracksScale {
  /** Top of the signal's scale, by mark. */
  readonly signal: Readonly<Record<string, number>>;
  /** Top of α's scale, in every panel. */
  readonly alpha: number;
}

/** One gene: its attention over marks. */
export interface MarkAttentionOptions extends PlotFrame {
  /** Names of the M marks, in the model's order. */
  readonly marks: readonly string[];
  /** Attention over marks, [M]; sums to 1. */
  readonly beta: ArrayLike<number>;
  /** Spread of β over ensemble members, [M]. */
  readonly band?: MembersBand | undefined;
  /** Name of the gene, for the title. */
  readonly gene?: string | undefined;
  /** Substitute value, in words, of each mark that was not measured: its weight is meaningless, and has no bar. */
  readonly standIns?: Readonly<Record<string, string>> | undefined;
}

/**
 * A set of genes: mean α over genes predicted on and over genes predicted off (figure 2a of the AttentiveChrome paper).
 */
export interface AverageAttentionOptions extends BinFrame {
  /**
   * Mean α over genes predicted on, [M, T]; undefined if there are none. M is the number of α's rows, named by `marks`.
   */
  readonly on: ArrayLike<number> | undefined;
  /** Mean α over genes predicted off, [M, T]; undefined if there are none. */
  readonly off: ArrayLike<number> | undefined;
  /** Number of genes predicted on. */
  readonly genesOn: number;
  /** Number of genes predicted off. */
  readonly genesOff: number;
  /** Substitute value, in words, of each mark that was not measured: its α is not drawn. */
  readonly standIns?: Readonly<Record<string, string>> | undefined;
}

/** A set of genes: the distribution of its predictions. */
export interface ProbabilityHistogramOptions extends PlotFrame {
  /** P(on) of each gene, [N], 0 to 1. */
  readonly probability: ArrayLike<number>;
  /** Labels, [N], true or non-zero if the gene is on; without labels the bars are not divided. */
  readonly labels?: ArrayLike<number | boolean> | undefined;
  /** Number of bars between 0 and 1. Default 20. */
  readonly bins?: number | undefined;
  /** Genes are called on from this probability. Default 0.5. */
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
  /** β of each mark; undefined for a variant that does not weight marks. */
  readonly beta: Readonly<Record<string, number>> | undefined;
  /** Marks that the run's table lacks: their β is not shown. */
  readonly notMeasured?: readonly string[] | undefined;
}

/** One gene: its attention over marks in several runs (figure 2c of the AttentiveChrome paper). */
export interface BetaHeatMapOptions extends PlotFrame {
  readonly gene: string;
  /** Names of the marks, from top to bottom. */
  readonly marks: readonly string[];
  /** The runs, from left to right. */
  readonly runs: readonly RunBeta[];
}

/** Genes in two runs: P(on) in one against P(on) in the other. */
export interface ProbabilityScatterOptions extends PlotFrame {
  /** P(on) in the run on the horizontal axis, [N]. */
  readonly x: ArrayLike<number>;
  /** P(on) in the run on the vertical axis, [N]. */
  readonly y: ArrayLike<number>;
  /** Names of the two runs or signals: `"A: LSTM on K562"`. */
  readonly xName: string;
  readonly yName: string;
  /** Pearson's r, once it is known; NaN if it is undefined. */
  readonly r?: number | undefined;
  /** Two runs, or one run with the signal as measured and as edited. */
  readonly of?: "two runs" | "two signals" | undefined;
  /** A gene to highlight, by index and name. */
  readonly selected?: { readonly index: number; readonly name: string } | undefined;
}

/** Bins of a picture along a sequence. Positions and bins are counted from 0. */
export interface Stretch {
  /** Name of the record. */
  readonly record: string;
  /** First base of bin 0; negative if the record was padded. */
  readonly origin: number;
  /** Bases per bin. */
  readonly binSize: number;
  /** The bins to show: first, end excluded. */
  readonly view: readonly [from: number, to: number];
}

/** One track along a sequence. */
export interface SequenceTrack {
  readonly name: string;
  /** Assay that the model was trained to predict: `ATAC`. It does not apply to a measured file. */
  readonly assay: string;
  /** Unit of its values: `reads per bin`. */
  readonly unit?: string | undefined;
  /** Predicted values, [bins]. */
  readonly predicted: ArrayLike<number>;
  /** Spread of the predictions over ensemble members, [bins]. */
  readonly band?: MembersBand | undefined;
  /** Prediction interval of each bin, [bins]. */
  readonly interval?: IntervalBand | undefined;
  /**
   * Measured values of the same bins, if there are any, and Pearson's r with the predictions in view, once it is known;
   * NaN if it is undefined.
   */
  readonly measured?:
    { readonly values: ArrayLike<number>; readonly file: string; readonly r?: number | undefined } | undefined;
}

/** A gene along a sequence. Bases are counted from 0, ends are excluded. */
export interface SequenceGene {
  readonly id: string;
  /** Gene symbol, if it has one. */
  readonly name: string | null;
  /** Strand; `.` if unknown. */
  readonly strand: "+" | "-" | ".";
  readonly start: number;
  readonly end: number;
  /** Position of the first transcribed base. */
  readonly tss: number;
  /** Start and end of each exon, sorted. */
  readonly exons: ArrayLike<number>;
}

/** The genes of a record. */
export interface SequenceGenes {
  /** Name of the file. */
  readonly file: string;
  /** Genes, sorted by start. */
  readonly genes: readonly SequenceGene[];
  /** Number of genes that could not be shown. */
  readonly more: number;
}

/** Options of every plot of tracks along a sequence. */
export interface SequenceFrame extends PlotFrame, Stretch {
  /** Genes to draw under the tracks. */
  readonly genes?: SequenceGenes | undefined;
}

/** Predicted tracks, drawn over measured ones if there are any (figure 9 of Angus and Eyuboglu 2018). */
export interface SequenceTracksOptions extends SequenceFrame {
  readonly tracks: readonly SequenceTrack[];
  /** True to draw measured values on a scale of their own. */
  readonly ownScale?: boolean | undefined;
  /** A bin to highlight. */
  readonly pinned?: number | undefined;
  /** Positions marked over the tracks, such as variants: bases from 0, sorted. */
  readonly marked?: readonly number[] | undefined;
}

/** Attention of the heads of one layer from one bin. */
export interface HeadAttentionOptions extends PlotFrame, Stretch {
  /** Layer, from 0, and number of layers. */
  readonly layer: number;
  readonly layers: number;
  /** The query bin. */
  readonly bin: number;
  /** Number of bins of the window, W, including cropped ones; bin 0 is its first. */
  readonly bins: number;
  /** Attention weights, [heads, W]. */
  readonly weights: ArrayLike<number>;
  /** Weights of a neighbouring picture, [heads, W], which shares the scales. */
  readonly besides?: ArrayLike<number> | undefined;
  /** Number of bins at either end without a prediction. */
  readonly crop: number;
  /** The heads to show, from 0. */
  readonly heads: readonly number[];
}

/** One head's attention from every bin to every bin: the frame of a picture drawn on a canvas. */
export interface AttentionMapOptions extends PlotFrame, Stretch {
  readonly title: string;
  /** Value of the darkest colour. */
  readonly top: number;
  /** True for a difference: two colours, around 0. */
  readonly isChange: boolean;
  /** The pixels, as the address of an image; absent while a canvas overlies the picture. */
  readonly image?: string | undefined;
  readonly pinned?: number | undefined;
}

/** The learned functions of distance (figure 8 of Angus and Eyuboglu 2018). */
export interface PositionFunctionsOptions extends PlotFrame {
  readonly layer: number;
  readonly layers: number;
  readonly heads: number;
  /** Number of bins of a window, W. */
  readonly bins: number;
  readonly binSize: number;
  /** Values, [heads, 2 W − 1], at t − i = −(W − 1) … W − 1. */
  readonly values: ArrayLike<number>;
}

/** One track of a sequence before and after an edit. */
export interface VariantTrack {
  readonly name: string;
  readonly assay: string;
  /** Unit of its values. */
  readonly unit?: string | null | undefined;
  /** Predicted values, [bins]. */
  readonly reference: ArrayLike<number>;
  readonly alternative: ArrayLike<number>;
}

/** Options of the plot of a variant's effect along the window around it. */
export interface VariantTracksOptions extends SequenceFrame {
  /** Variant in words: `chr4:1,203 A>G`. */
  readonly variant: string;
  /** Base of the variant, from 0. */
  readonly position: number;
  readonly tracks: readonly VariantTrack[];
}

/** A track of one model and a track of another, along the same bins. */
export interface ComparedTracksOptions extends SequenceFrame {
  /** True if their units differ: each then has its own scale, and no difference is drawn. */
  readonly areUnlike?: boolean | undefined;
  /** Name of each track: "A: Basenji, ATAC". */
  readonly names: readonly [string, string];
  /** Values, [bins] each; NaN where a model predicts nothing. */
  readonly values: readonly [ArrayLike<number>, ArrayLike<number>];
  /** Unit of the values: `reads per bin`. */
  readonly unit?: string | undefined;
}

/** Options of the plot of each base's effect on one track. */
export interface MutagenesisOptions extends PlotFrame {
  readonly record: string;
  /** Name of the track. */
  readonly track: string;
  /** First base, from 0. */
  readonly start: number;
  /** Reference bases, [n]: A 0, C 1, G 2, T 3, unknown 4. */
  readonly codes: ArrayLike<number>;
  /** Change of the track's sum by A, C, G and T at each base, [n, 4]; 0 for the reference base. */
  readonly change: ArrayLike<number>;
  /** Mean decrease of the track when each base is substituted, [n]. */
  readonly contribution: ArrayLike<number>;
  /** Sum over the counted bins without substitution, and the number of these bins. */
  readonly reference: number;
  readonly bins: number;
}

/** Options of a plot with an optional frame: `width` defaults to 640 pixels, `theme` to `light`. */
export type Framed<Options extends PlotFrame> = Omit<Options, keyof PlotFrame> & Partial<PlotFrame>;

/** Options of a plot without its frame. */
export type Unframed<Options extends PlotFrame> = Omit<Options, keyof PlotFrame>;

/** An array of a plot: its name, its values, and the expected length, as a number and in words. */
export type Length = readonly [name: string, values: ArrayLike<unknown> | undefined, expected: number, words: string];

const WIDTH = 640;

/**
 * Completes the options of a plot with its frame, and checks them.
 *
 * @param name Name of the plot in errors.
 * @param lengths Arrays whose lengths follow from other options.
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

/** Expected length of an array [rows, bins], as a number and in words. */
export const lengthOf = (rows: readonly string[], bins: number): [number, string] => [
  rows.length * bins,
  `${rows.length} rows of ${bins} bins`,
];
