/** Results of models of tracks along a sequence. Positions and bins are counted from 0. */

import type {
  Sequences,
  TracksResult,
  WindowShape,
  SequenceRecord,
  Stretch,
  Variant,
  VariantEffect,
} from "../../../../pkg/src/index";
import { assemblyDiffers, type KnownAssembly } from "../shared/assemblies";
import { type Made, madeNow, type OpenedModel } from "../../session/opened";

/** Sequences that were read. */
export interface ReadSequences {
  readonly file: string;
  readonly records: readonly SequenceRecord[];
  /** True if only slices of the file are read: places are run, not whole records. */
  readonly isSliced: boolean;
}

/** Parts of a result that stay in the worker, or have another name here. */
type NotOfRun = "record" | "length" | "values" | "spread" | "binSize";

/** A record whose tracks were predicted: what was asked for, and the result but for the tracks themselves. */
export interface TrackRun extends Made, Readonly<Omit<TracksResult, NotOfRun>> {
  /** Bases of a bin. */
  readonly bin: number;
  /** Id that questions about it name it by. */
  readonly id: number;
  readonly file: string;
  /** Position of the record in its file. */
  readonly index: number;
  readonly record: SequenceRecord;
  /** Stretch of the record that was asked for, from 0, the end not included; all of it without. */
  readonly region?: Stretch | undefined;
  /** True if the sequence comes from a simulator; absent where nobody says. */
  readonly simulated?: boolean | undefined;
  /** The assembly of its sequences, where their lengths or the user tell it. */
  readonly assembly?: KnownAssembly | undefined;
  /** The greatest value of each track, [tracks]. */
  readonly peaks: Float32Array;
}

/** That a run's sequence is not of the model's assembly, in a list of one; undefined where it is, or nobody knows. */
export function differsOf({
  model,
  record,
  assembly,
}: Pick<TrackRun, "model" | "record" | "assembly">): readonly [string] | undefined {
  const said = assemblyDiffers(model.card, record.name, assembly);
  return said === undefined ? undefined : [said];
}

/** A run of a model on a record. */
export function trackRun(
  model: OpenedModel,
  { tracks: count }: WindowShape,
  { file, records }: Sequences,
  index: number,
  { record, length, values, spread, binSize, ...result }: TracksResult,
  program: string,
): Omit<TrackRun, "id"> {
  const peaks = new Float32Array(count);
  for (let i = 0; i < values.length; i++) peaks[i % count] = Math.max(peaks[i % count], values[i]);
  return { ...result, bin: binSize, ...madeNow(model, program), file, index, record: records[index], peaks };
}

/** A measured track that was read. */
export interface ReadMeasured {
  readonly file: string;
  /** `bedGraph` or `bigWig`. */
  readonly kind: string;
  /** Values of the run's bins, [bins]. */
  readonly values: Float32Array;
}

/** Where the heads looked from one bin: all layers and heads. */
export interface AttentionRows {
  /** The bin of the run's tracks. */
  readonly bin: number;
  /** The same bin in its window. */
  readonly windowBin: number;
  /** First base of the window. */
  readonly start: number;
  /** Bins of the window, W. */
  readonly bins: number;
  readonly heads: number;
  /** For each layer [heads, W]. */
  readonly layers: readonly Float32Array[];
}

/** Which attention: of the last bin that was asked for, or of the window of the last variant. */
export type AttentionOf = "bin" | "reference" | "alternative" | "change";

/** One head's attention of all bins of a window. */
export interface AttentionMapValues {
  readonly start: number;
  readonly bins: number;
  /** [bins, bins] */
  readonly values: Float32Array;
  /** The weight that the darkest colour stands for: the same for the reference and the alternative. */
  readonly top: number;
}

/** Effect of a variant: the attention stays in the worker. */
export interface VariantChange extends Omit<VariantEffect, "attention"> {
  /** Id that questions about its attention name it by. */
  readonly id: number;
  readonly variant: Variant;
  readonly index: number;
  /** True if there is attention to look at. */
  readonly attends: boolean;
}

/** File format of saved tracks. */
export type TrackFormat = "bedgraph" | "bigwig" | "tsv";

/** An end of the intervals of a track, where a file has one alone. */
export type IntervalEnd = "low" | "high";
