/** Options of the plots along a sequence. Positions and bins are counted from 0; arrays are row-major. */

import type { PlotFrame } from "../core/options";

/** Where the bins of a picture lie. */
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

/** Predicted tracks, over measured ones where there are any (figure 9 of Angus and Eyuboglu 2018). */
export interface SequenceTracksOptions extends PlotFrame, Stretch {
  readonly tracks: readonly SequenceTrack[];
  /** Genes, under the tracks. */
  readonly genes?: SequenceGenes | undefined;
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
export interface VariantTracksOptions extends PlotFrame, Stretch {
  /** `chr4:1,203 A>G` */
  readonly variant: string;
  /** Base of the variant, from 0. */
  readonly position: number;
  readonly tracks: readonly VariantTrack[];
  /** Genes, under the tracks. */
  readonly genes?: SequenceGenes | undefined;
}

/** One track of one model, and one of another, along the same bins. */
export interface ComparedTracksOptions extends PlotFrame, Stretch {
  /** True if their units differ: each then has its own scale, and there is no difference. */
  readonly areUnlike?: boolean | undefined;
  /** Name of each: "A: Basenji, ATAC". */
  readonly names: readonly [string, string];
  /** [bins] each; NaN where a model predicts nothing. */
  readonly values: readonly [ArrayLike<number>, ArrayLike<number>];
  /** Unit of the values: `reads per bin`. */
  readonly unit?: string | undefined;
  /** Genes, under the tracks. */
  readonly genes?: SequenceGenes | undefined;
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
