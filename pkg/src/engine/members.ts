/** Spread of arrays over ensemble members, as engines compute it. */

/** Spread of an array over members; each field has the array's shape, and is empty if the array is. */
export interface MembersSpread {
  /** Sample standard deviation. */
  sd: Float32Array;
  /** Lowest value over members. */
  low: Float32Array;
  /** Highest value over members. */
  high: Float32Array;
}

/** Builds a spread field by field. */
export function spreadOf(of: (part: keyof MembersSpread) => Float32Array): MembersSpread {
  return { sd: of("sd"), low: of("low"), high: of("high") };
}

/** Spread of attention. Empty if the members' rows differ, and the prediction has no attention. */
export interface EngineAttentionSpread {
  /** Spread of α, [N, rows, T]. */
  alpha: MembersSpread;
  /** Spread of β, [N, columns]. */
  beta: MembersSpread;
}
