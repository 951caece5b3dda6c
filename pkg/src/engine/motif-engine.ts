/** Motif functions of the full engine. Positions are counted from 0; arrays are row-major. */

import type { EngineMotifChange, EngineNamed, EnginePattern, EngineSeqlet, Motif } from "./engine-types.js";

export type { ChangeOfMatch, EngineMotifChange, EnginePattern, EngineSite, Motif } from "./engine-types.js";

/** The motifs of a file in an engine's memory. */
export interface EngineMotifSet {
  readonly motifs: Motif[];
  /** Number of bases on each side of a variant that `changes` needs. */
  readonly reach: number;
  /**
   * Motif matches changed by a variant, most significant first: `codes` are the bases around it, `from` is the
   * reference at `position`, `to` the alternative; `most` is the maximum q.
   */
  changes(codes: Uint8Array, position: number, from: Uint8Array, to: Uint8Array, most?: number): EngineMotifChange[];
  free(): void;
}

/** A motif search in the contributions of the bases of a region. */
export interface EngineMotifSearch {
  /** The shuffles of window `number` that must also be attributed, if any; call in order of the windows. */
  shuffled(number: number, codes: Uint8Array): Uint8Array[];
  /** Adds the contributions of the bases of a shuffle. */
  add(contributions: Float32Array): void;
  /** Names the contributing stretches; `codes` and `contributions` are those of the whole region. */
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
  /** Reads MEME's minimal format, or JASPAR's matrices; errors name `file`. */
  MotifSet: new (bytes: Uint8Array, file: string) => EngineMotifSet;
  /** A search over `windows` windows. */
  MotifSearch: new (seed: number, windows: number) => EngineMotifSearch;
}
