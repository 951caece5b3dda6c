/** Options of each plot. Arrays are row-major with the shape in square brackets; a plot never changes them. */

import type { Theme } from "./theme";

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
  /** Attention over marks [M], which stands at each mark's track; without it nothing does. */
  readonly beta?: ArrayLike<number> | undefined;
  /** Tops of the scales, so that several pictures can be compared; without them each picture has its own. */
  readonly scale?: TracksScale | undefined;
  /** P(on), 0 to 1. */
  readonly probability: number;
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
