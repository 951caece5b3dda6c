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

/** Name of a track, and what was measured; a card without names has numbers. */
export function trackOf({ tracks }: Pick<ModelCard, "tracks">, track: number): TrackCard & { readonly assay: string } {
  return { name: `track ${track + 1}`, assay: "", ...tracks?.[track] };
}

/** "ATAC and MNase in signal, summed over 128 bp"; undefined where the card has no unit. */
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

/** `genome.II-ATAC.predicted.sd.bw`: the name of a file of tracks; a bigWig has one, or a part of the spread of one. */
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

/** The track that a file's name speaks of, by the longest name that is in it; undefined where it speaks of none. */
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

/** The assays of a model in the order of their first tracks. */
export function assaysOf(card: Pick<ModelCard, "tracks">, count: number): Assay[] {
  const assays = new Map<string, number[]>();
  for (let track = 0; track < count; track++) {
    const name = trackOf(card, track).assay || "other";
    assays.set(name, [...(assays.get(name) ?? []), track]);
  }
  return [...assays].map(([name, tracks]) => ({ name, tracks }));
}

/** The tracks that are shown first: the first of each assay, as many as fit. */
export function firstTracks(card: Pick<ModelCard, "tracks">, count: number): number[] {
  const assays = assaysOf(card, count);
  if (count <= 6) return Array.from({ length: count }, (_, track) => track);
  const each = Math.max(1, Math.floor(6 / assays.length));
  return assays.flatMap(({ tracks }) => tracks.slice(0, each)).slice(0, 8);
}

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
