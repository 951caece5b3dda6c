/** Results of models of tracks along a sequence. Positions and bins are counted from 0. */

import type {
  ModelCard,
  SequenceRecord,
  Sequences,
  Stretch,
  TrackCard,
  TracksResult,
  Variant,
  VariantEffect,
  WindowShape,
} from "../../../../pkg/src/index";
import { assemblyDiffers, type KnownAssembly } from "../shared/assemblies";
import { type Made, madeNow, type OpenedModel } from "../../session/opened";
import { downloadName } from "../../export/names";
import { listed } from "../../session/preparation";
import { counted } from "../../ui/words";
import type { SpreadPart } from "../shared/members";

/** Name and assay of a track; numbers if the card has no names. */
export function trackOf({ tracks }: Pick<ModelCard, "tracks">, track: number): TrackCard & { readonly assay: string } {
  return { name: `track ${track + 1}`, assay: "", ...tracks?.[track] };
}

/** Units in words: "ATAC and MNase in signal, summed over 128 bp"; undefined if the card has none. */
export function unitsInWords({ tracks = [] }: Pick<ModelCard, "tracks">): string | undefined {
  const byUnit = new Map<string, string[]>();
  for (const { name, unit } of tracks)
    if (unit)
      byUnit
        .set(unit, byUnit.get(unit) ?? [])
        .get(unit)!
        .push(name);
  const said = [...byUnit].map(
    ([unit, names]) => `${names.length > 4 ? counted(names.length, "track") : listed(names)} in ${unit}`,
  );
  return said.length > 0 && said.length < 5 ? said.join("; ") : undefined;
}

/** Name of a file of tracks: `genome.II-ATAC.predicted.sd.bw`; a bigWig has one track, or one part of its spread. */
export function savedName(
  { file, record, model }: Pick<TrackRun, "file" | "record" | "model">,
  format: TrackFormat,
  track: number,
  part?: SpreadPart | `interval_${IntervalEnd}`,
): string {
  if (format !== "bigwig") return downloadName(file, "predicted", format, record.name);
  return downloadName(
    file,
    "predicted",
    part ? `${part}.bw` : "bw",
    `${record.name}-${trackOf(model.card, track).name}`,
  );
}

/** The track named in a file name, by the longest match; undefined for none. */
export function trackInName({ tracks = [] }: Pick<ModelCard, "tracks">, file: string): number | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const name = plain(file);
  const named = tracks
    .map((track, i) => ({ i, size: name.includes(plain(track.name)) ? plain(track.name).length : 0 }))
    .filter(({ size }) => size > 2);
  return named.sort((a, b) => b.size - a.size || a.i - b.i)[0]?.i;
}

/** An assay with its tracks. */
export interface Assay {
  readonly name: string;
  readonly tracks: readonly number[];
}

/** The assays of a model, in the order of their first tracks. */
export function assaysOf(card: Pick<ModelCard, "tracks">, count: number): Assay[] {
  const assays = new Map<string, number[]>();
  for (let track = 0; track < count; track++) {
    const name = trackOf(card, track).assay || "other";
    assays.set(name, [...(assays.get(name) ?? []), track]);
  }
  return [...assays].map(([name, tracks]) => ({ name, tracks }));
}

/** The tracks shown first: the first of each assay, as many as fit. */
export function firstTracks(card: Pick<ModelCard, "tracks">, count: number): number[] {
  const assays = assaysOf(card, count);
  if (count <= 6) return Array.from({ length: count }, (_, track) => track);
  const each = Math.max(1, Math.floor(6 / assays.length));
  return assays.flatMap(({ tracks }) => tracks.slice(0, each)).slice(0, 8);
}

/** Sequences that have been read. */
export interface ReadSequences {
  readonly file: string;
  readonly records: readonly SequenceRecord[];
  /** True if only slices of the file are read: regions are run, not whole records. */
  readonly isSliced: boolean;
}

/** Fields of a result that stay in the worker, or have another name here. */
type NotOfRun = "record" | "length" | "values" | "spread" | "binSize";

/** A predicted record: the request, and the result except for the tracks themselves. */
export interface TrackRun extends Made, Readonly<Omit<TracksResult, NotOfRun>> {
  /** Bases per bin. */
  readonly bin: number;
  /** Id of the run in requests. */
  readonly id: number;
  readonly file: string;
  /** Index of the record in its file. */
  readonly index: number;
  readonly record: SequenceRecord;
  /** Requested stretch of the record, from 0, end excluded; undefined for all of it. */
  readonly region?: Stretch | undefined;
  /** True if the sequence is simulated; undefined if unknown. */
  readonly simulated?: boolean | undefined;
  /** The assembly of its sequences, if their lengths or the user determine it. */
  readonly assembly?: KnownAssembly | undefined;
  /** The maximum of each track, [tracks]. */
  readonly peaks: Float32Array;
}

/** Reports that a run's sequence is not of the model's assembly, in a list of one; undefined if it is, or unknown. */
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

/** Attention from one bin, for all layers and heads. */
export interface AttentionRows {
  /** The bin of the run's tracks. */
  readonly bin: number;
  /** The same bin within its window. */
  readonly windowBin: number;
  /** First base of the window. */
  readonly start: number;
  /** Number of bins of the window, W. */
  readonly bins: number;
  readonly heads: number;
  /** Attention weights, [heads, W] per layer. */
  readonly layers: readonly Float32Array[];
}

/** Selects attention: of the bin requested last, or of the window of the last variant. */
export type AttentionOf = "bin" | "reference" | "alternative" | "change";

/** One head's attention from all bins of a window. */
export interface AttentionMapValues {
  readonly start: number;
  readonly bins: number;
  /** Weights, [bins, bins]. */
  readonly values: Float32Array;
  /** The weight of the darkest colour, the same for the reference and the alternative. */
  readonly top: number;
}

/** Effect of a variant; its attention stays in the worker. */
export interface VariantChange extends Omit<VariantEffect, "attention"> {
  /** Id of the variant in requests for its attention. */
  readonly id: number;
  readonly variant: Variant;
  readonly index: number;
  /** True if it has attention. */
  readonly attends: boolean;
}

/** File format of saved tracks. */
export type TrackFormat = "bedgraph" | "bigwig" | "tsv";

/** An end of a track's intervals, for files with only one. */
export type IntervalEnd = "low" | "high";
