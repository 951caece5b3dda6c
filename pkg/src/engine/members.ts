/** Spread of arrays over the members of an ensemble, as engines compute it. */

/** Spread of an array over the members, each part of the array's shape; empty where the array is. */
export interface MembersSpread {
  /** Sample standard deviation. */
  sd: Float32Array;
  /** The lowest member's value. */
  low: Float32Array;
  /** The highest member's value. */
  high: Float32Array;
}

/** A spread, part by part. */
export function spreadOf(of: (part: keyof MembersSpread) => Float32Array): MembersSpread {
  return { sd: of("sd"), low: of("low"), high: of("high") };
}

/** Spread of attention. Empty where the members have no common rows, and the prediction has no such attention. */
export interface EngineAttentionSpread {
  /** Spread of α, [N, rows, T]. */
  alpha: MembersSpread;
  /** Spread of β, [N, columns]. */
  beta: MembersSpread;
}
