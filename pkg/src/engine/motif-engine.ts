/** Motif functions of the full engine. Positions are counted from 0; arrays are row-major. */

import type { EngineMotifChange, EngineNamed, EnginePattern, EngineSeqlet, Motif } from "./engine-types.js";

export type { ChangeOfMatch, EngineMotifChange, EnginePattern, EngineSite, Motif } from "./engine-types.js";

/** The motifs of a file in an engine's memory. */
export interface EngineMotifSet {
  readonly motifs: Motif[];
  /** So many bases on either side of a variant are to be given to `changes`. */
  readonly reach: number;
  /**
   * Changes of motif matches by a variant, the surest first: `codes` are the bases around it, at `position` of which
   * `from` stands in the reference and `to` with the variant; `most` is the largest q.
   */
  changes(codes: Uint8Array, position: number, from: Uint8Array, to: Uint8Array, most?: number): EngineMotifChange[];
  free(): void;
}

/** A search for motifs in what the bases of a place contribute. */
export interface EngineMotifSearch {
  /** The shuffles of window `number` that are to be attributed as well, if any; asked for in order. */
  shuffled(number: number, codes: Uint8Array): Uint8Array[];
  /** Adds what the bases of a shuffle contribute. */
  add(contributions: Float32Array): void;
  /** Names what contributes: `codes` and `contributions` are those of the whole place. */
  name(
    codes: Uint8Array,
    contributions: Float32Array,
    motifs: EngineMotifSet,
    options: { seqlets?: number; q?: number; least?: number },
  ): { seqlets: EngineSeqlet[]; named: EngineNamed[]; patterns: EnginePattern[] };
  free(): void;
}

/** Motif readers and searches of an engine. */
export interface MotifParts {
  /** Reads MEME's minimal format, or JASPAR's matrices; `file` names it in errors. */
  MotifSet: new (bytes: Uint8Array, file: string) => EngineMotifSet;
  /** Over so many windows. */
  MotifSearch: new (seed: number, windows: number) => EngineMotifSearch;
}
