/** Tracks of a model by name and by assay. */

import type { ModelCard, TrackCard } from "../../../../pkg/src/index";
import { downloadName } from "../../export/names";
import { listed } from "../../session/preparation";
import { counted } from "../../ui/words";
import type { SpreadPart } from "../shared/members";
import type { IntervalEnd, TrackFormat, TrackRun } from "./result";

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
