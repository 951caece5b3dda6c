/** Explanations compared with a track that the model was not trained on: T bins, means over genes. */

import type { ClassName, EngineHeldOut, EnginePrepared, ExplainingModel, HeldOutProfile } from "../engine/engine.js";
import { genePositions, oneOf, oneOfOr, requireBins } from "../arguments.js";
import { InputError } from "../errors.js";
import type { Table } from "../io/table.js";
import type { WorkOptions } from "../progress.js";
import { type ChangeClass, type ClassMap, type GeneChoice, inBatches, valuesOf } from "./explanations.js";

/** A held-out track: a column of a table; genes are matched by name. */
export interface HeldOutTrack {
  table: Table;
  column: string;
  selectBins?: readonly [number, number] | undefined;
}

/** Options for comparing explanations of a mark with a track. */
export interface HeldOutOptions extends Omit<GeneChoice, "genes"> {
  /** A mark of the model. */
  mark: string;
  /** Indices of the genes predicted on, over which explanations are averaged. */
  on: readonly number[];
  /** The track; its table may be the run's own. */
  track: HeldOutTrack;
  /** Indices of the genes over which the track is averaged; default: the genes predicted on. */
  over?: readonly number[] | undefined;
  /** The result of class optimisation for the class `on`. */
  classOn?: ClassMap | undefined;
}

/** Options for comparing explanations of a mark with a track, for a change. */
export interface HeldOutOfPairOptions extends WorkOptions {
  /** A mark of the model. */
  mark: string;
  /** Cell type of the explained mark, which should be that of the track; `b` by default. */
  cell?: "a" | "b" | undefined;
  /** Direction of change of the genes; `up` by default. */
  class?: ChangeClass | undefined;
  /** Indices of the genes predicted to change in that direction, over which explanations are averaged. */
  genes: readonly number[];
  /** The track; genes are matched by their ids without versions. */
  track: HeldOutTrack;
  /** Indices of the genes over which the track is averaged; `genes` by default. */
  over?: readonly number[] | undefined;
  /** The result of class optimisation for the class. */
  classMap?: ClassMap<ChangeClass> | undefined;
}

/** Mean of a held-out track, and profiles of one mark by every explanation. */
export interface HeldOut {
  /** Mean of the track, [T]; empty if there are no genes. */
  track: Float32Array;
  /** Number of genes in the mean. */
  trackGenes: number;
  /** Number of genes over which explanations are averaged: those of the class that the track's table has. */
  genes: number;
  profiles: HeldOutProfile[];
}

/** Genes whose gradients are in memory at once. */
const AT_ONCE = 64;

/** Cached means of explanations: another mark or track for the same genes costs nothing. */
export interface KeptProfiles {
  of: string;
  means: EngineHeldOut;
}

/** A comparison for any task. */
interface Compared extends WorkOptions {
  file: string;
  /** Identifies the settings with which tables were read. */
  read: string;
  class: ClassName;
  mark: string;
  /** Column of the model's input for a mark's index. */
  column: (mark: number) => number;
  genes: readonly number[];
  over: readonly number[];
  map: Float32Array | undefined;
  track: HeldOutTrack;
  /** Index of a gene in the track's table. */
  place: (gene: number) => number | undefined;
}

/** Correlates a held-out track with every explanation of one mark. */
export function heldOut(
  model: ExplainingModel,
  table: Table,
  prepared: EnginePrepared,
  kept: KeptProfiles | undefined,
  options: HeldOutOptions,
): Promise<{ found: HeldOut; kept: KeptProfiles }> {
  const { mark, classOn, selectBins, scale } = options;
  const track = requireTrack(options.track);
  const on = genePositions("`on`", options.on, prepared.genes, table.file);
  const over = genePositions("`over`", options.over ?? on, prepared.genes, table.file);
  const positions =
    track.table === table ? undefined : new Map(track.table.genes.map((gene, position) => [gene, position]));
  return compared(model, prepared, kept, {
    ...{ signal: options.signal, onProgress: options.onProgress, file: table.file },
    ...{ read: JSON.stringify([selectBins, scale]), class: "on", mark, column: (of) => of },
    ...{ genes: on, over, map: classOn?.map, track },
    place: (gene) => (positions ? positions.get(table.genes[gene]!) : gene),
  });
}

/** As {@link heldOut}, for a mark in one of two cell types. */
export function heldOutOfPair(
  model: ExplainingModel,
  file: string,
  read: string,
  prepared: EnginePrepared,
  kept: KeptProfiles | undefined,
  options: HeldOutOfPairOptions,
): Promise<{ found: HeldOut; kept: KeptProfiles }> {
  const { mark, classMap } = options;
  const of = oneOfOr("class", options.class, ["up", "down"], "no-such-class") ?? "up";
  const track = requireTrack(options.track);
  const cell = oneOfOr("cell type", options.cell, ["a", "b"], "no-such-cell") ?? "b";
  const genes = genePositions("genes", options.genes, prepared.genes, file);
  const over = genePositions("`over`", options.over ?? genes, prepared.genes, file);
  const { marks } = model.card;
  const places = prepared.placesIn(track.table.genes);
  return compared(model, prepared, kept, {
    ...{ signal: options.signal, onProgress: options.onProgress, file, read, class: of, mark },
    column: (number) => (cell === "b" ? marks.length + number : number),
    ...{ genes, over, map: classMap?.map, track },
    place: (gene) => (places[gene]! < 0 ? undefined : places[gene]),
  });
}

function requireTrack(track: HeldOutTrack | undefined): HeldOutTrack {
  if (track?.table?.marks) return track;
  throw new InputError("found no track; expected a column of a table, as `{ table, column }`.", {
    code: "no-such-track",
    remedy: "Give `track`.",
  });
}

async function compared(
  model: ExplainingModel,
  prepared: EnginePrepared,
  kept: KeptProfiles | undefined,
  { file, read, class: ofClass, mark, column: columnOf, genes, over, map, track, place, ...options }: Compared,
): Promise<{ found: HeldOut; kept: KeptProfiles }> {
  const number = model.card.marks.indexOf(oneOf("mark", mark, model.card.marks, "no-such-mark"));
  const column = track.table.marks.indexOf(track.column);
  if (column < 0)
    throw new InputError(
      `${track.table.file}: found ${track.table.marks.join(", ")}; expected ${track.column} among them.`,
      { code: "no-such-track", file: track.table.file, remedy: "Choose one of its columns." },
    );
  const [first, last] = track.selectBins ?? [1, track.table.bins];
  requireBins(track.selectBins);
  if (!(first >= 1 && last - first + 1 === model.card.bins && last <= track.table.bins))
    throw new InputError(
      `${track.table.file}: found the bins ${first} to ${last} of its ${track.table.bins}; expected the ` +
        `${model.card.bins} bins of the model.`,
      { code: "bin-range", file: track.table.file, remedy: "Choose the track's bins by `selectBins`." },
    );
  const counted = genes.filter((gene) => place(gene) !== undefined);

  const of = JSON.stringify([read, ofClass, counted]);
  if (kept?.of !== of) {
    const means = model.heldOut(ofClass);
    try {
      await inBatches(counted, AT_ONCE, "The analysis", file, options, (batch) =>
        means.add(valuesOf(prepared, batch), batch.length),
      );
    } catch (thrown) {
      means.free();
      throw thrown;
    }
    kept?.means.free();
    kept = { of, means };
  }

  const mean = kept.means.track();
  try {
    for (const gene of over) {
      const position = place(gene);
      if (position === undefined) continue;
      mean.add(track.table.values(position, position + 1), track.table.marks.length, column, first - 1);
    }
    const profiles = kept.means.explained(columnOf(number), map, mean);
    return {
      kept,
      found: { track: mean.mean(), trackGenes: mean.genes, genes: counted.length, profiles },
    };
  } finally {
    mean.free();
  }
}
