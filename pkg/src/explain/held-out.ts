/** Explanations compared with a track that the model has not seen: T bins, averages over genes. */

import type { CpuModel, EngineHeldOut, EnginePrepared, HeldOutProfile } from "../engine/engine.js";
import { InputError } from "../errors.js";
import type { Table } from "../io/table.js";
import { type ClassMap, type GeneChoice, inBatches } from "./explanations.js";

/** What to compare. */
export interface HeldOutOptions extends Omit<GeneChoice, "genes"> {
  /** A mark of the model. */
  mark: string;
  /** Positions of the genes that are predicted on, over which explanations are averaged. */
  on: readonly number[];
  /** The track: a column of a table, which may be the run's own; genes are matched by name. */
  track: { table: Table; column: string; selectBins?: readonly [number, number] | undefined };
  /** Positions of the genes over which the track is averaged; those predicted on by default. */
  over?: readonly number[] | undefined;
  /** The result of class optimisation for the class `on`. */
  classOn?: ClassMap | undefined;
}

/** A held-out track and every explanation of one mark. */
export interface HeldOut {
  /** Mean of the track, [T]; empty where there are no genes. */
  track: Float32Array;
  /** Number of genes in the mean. */
  trackGenes: number;
  /** Number of genes over which explanations are averaged: those that are predicted on and that the track has. */
  genes: number;
  profiles: HeldOutProfile[];
}

/** Genes whose gradients are in memory at once. */
const AT_ONCE = 64;

/** Means of explanations, cached: another mark or track of the same genes costs nothing. */
export interface KeptProfiles {
  of: string;
  means: EngineHeldOut;
}

/** Correlates a held-out track with every explanation of one mark. */
export async function heldOut(
  model: CpuModel,
  table: Table,
  prepared: EnginePrepared,
  kept: KeptProfiles | undefined,
  options: HeldOutOptions,
): Promise<{ found: HeldOut; kept: KeptProfiles }> {
  const { mark, on, over = on, classOn, track, selectBins, scale } = options;
  const number = model.card.marks.indexOf(mark);
  if (number < 0)
    throw new InputError(`found the mark ${mark}; the model has ${model.card.marks.join(", ")}.`, {
      code: "no-such-mark",
      remedy: "Choose one of them.",
    });
  const column = track.table.marks.indexOf(track.column);
  if (column < 0)
    throw new InputError(
      `${track.table.file}: found ${track.table.marks.join(", ")}; expected ${track.column} among them.`,
      { code: "no-such-track", file: track.table.file, remedy: "Choose one of its columns." },
    );
  const positions =
    track.table === table ? undefined : new Map(track.table.genes.map((gene, position) => [gene, position]));
  const place = (gene: number): number | undefined => (positions ? positions.get(table.genes[gene]!) : gene);
  const counted = on.filter((gene) => place(gene) !== undefined);

  const of = JSON.stringify([selectBins, scale, counted]);
  if (kept?.of !== of) {
    const means = model.heldOut();
    try {
      await inBatches(counted, AT_ONCE, "The analysis", table.file, options, (genes) =>
        means.add(prepared, Uint32Array.from(genes)),
      );
    } catch (thrown) {
      means.free();
      throw thrown;
    }
    kept?.means.free();
    kept = { of, means };
  }

  const [first] = track.selectBins ?? [1];
  const mean = kept.means.track();
  try {
    for (const gene of over) {
      const position = place(gene);
      if (position === undefined) continue;
      mean.add(track.table.values(position, position + 1), track.table.marks.length, column, first - 1);
    }
    const profiles = kept.means.explained(number, classOn?.map, mean);
    return {
      kept,
      found: { track: mean.mean(), trackGenes: mean.genes, genes: counted.length, profiles },
    };
  } finally {
    mean.free();
  }
}
