/**
 * What the page and its worker say to each other about models of tracks along a sequence. Positions and bins are
 * counted from 0.
 */

import type {
  BinValue,
  DeviceReport,
  Mutagenesis,
  SequenceRecord,
  SequenceWindow,
  Variant,
  VariantEffect,
  VariantRow,
} from "../../../../pkg/src/index";
import type { OpenedModel, TableRequest } from "../../worker/protocol";

/** Sequences that were read. */
export interface ReadSequences {
  readonly file: string;
  readonly records: readonly SequenceRecord[];
}

/** A record whose tracks were predicted; the tracks themselves stay in the worker. */
export interface TrackRun {
  readonly model: OpenedModel;
  readonly file: string;
  /** Position of the record in its file. */
  readonly index: number;
  readonly record: SequenceRecord;
  /** First base of bin 0. */
  readonly origin: number;
  readonly bin: number;
  readonly bins: number;
  readonly windows: readonly SequenceWindow[];
  /** Bases added around the record, all unknown. */
  readonly padded: number;
  /** The greatest value of each track, [tracks]. */
  readonly peaks: Float32Array;
  readonly device: DeviceReport;
  readonly windowsOnGpu: number;
  readonly seconds: number;
  /** When it was finished, ISO 8601. */
  readonly date: string;
  /** What ran it, with its version. */
  readonly program: string;
}

/** A measured track that was read. */
export interface ReadMeasured {
  readonly file: string;
  /** `bedGraph` or `bigWig`. */
  readonly kind: string;
  /** Of the run's bins, [bins]. */
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
}

/** What a variant changes: the attention stays in the worker. */
export interface VariantChange extends Omit<VariantEffect, "attention"> {
  readonly variant: Variant;
  readonly index: number;
  /** Whether there is attention to look at. */
  readonly attends: boolean;
}

/** How tracks are saved. */
export type TrackFormat = "bedgraph" | "bigwig" | "tsv";

/** What can be called, with what, and what comes back. */
export interface TrackCalls {
  /** Reads sequences in place of those before. */
  readSequences: { request: { readonly source: TableRequest }; reply: ReadSequences };
  /** Predicts the tracks of a record. */
  predictTracks: { request: { readonly index: number }; reply: TrackRun };
  /** Values of tracks of the last run, each [bins]. */
  trackValues: { request: { readonly tracks: readonly number[] }; reply: readonly Float32Array[] };
  /** Reads a measured track, along the record of the last run. */
  readMeasured: { request: { readonly source: TableRequest; readonly value: BinValue }; reply: ReadMeasured };
  /** Where the heads looked from a bin of the last run. */
  attentionRows: { request: { readonly bin: number }; reply: AttentionRows };
  /** What a variant changed of where the heads look from a bin of its window: rows before and after. */
  variantRows: {
    request: { readonly windowBin: number };
    reply: { readonly reference: readonly Float32Array[]; readonly alternative: readonly Float32Array[] };
  };
  attentionMap: {
    request: { readonly of: AttentionOf; readonly layer: number; readonly head: number };
    reply: AttentionMapValues;
  };
  /** For each layer [heads, 2 · bins − 1]; empty for a model without. */
  positionFunctions: { request: Record<string, never>; reply: readonly Float32Array[] };
  /** The bases of a record from `start` up to but not including `end`, as text. */
  bases: { request: { readonly index: number; readonly start: number; readonly end: number }; reply: string };
  readVariants: { request: { readonly source: TableRequest }; reply: readonly VariantRow[] };
  /** What a variant in a record of the sequences changes. */
  variantEffect: { request: { readonly index: number; readonly variant: Variant }; reply: VariantChange };
  mutagenesis: {
    request: { readonly index: number; readonly start: number; readonly end: number; readonly around: number };
    reply: Mutagenesis;
  };
  /** Tracks of the last run as a file. bigWig takes one track. */
  tracksFile: { request: { readonly format: TrackFormat; readonly tracks: readonly number[] }; reply: Blob };
}

/** A name of {@link TrackCalls}. */
export type TrackCallName = keyof TrackCalls;
