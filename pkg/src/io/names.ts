/** Matches names of sequences, which differ between files of the same genome, by the rule of `Names` in the crate. */

/** Stands for a key that several sequences share. */
const SEVERAL = -1;

/**
 * Kinds of match, strictest first: exact; ignoring `chr`; ignoring case; as mitochondrial.
 */
const WAYS = 4;

/** The key by which a name is compared in a kind of match. */
function key(way: number, name: string): string | undefined {
  const bare = way > 0 ? name.replace(/^chr(?=.)/i, "") : name;
  if (way < 2) return `${way}${bare}`;
  const upper = bare.toUpperCase();
  if (way === 2) return `${way}${upper}`;
  return /^(M|MT|MITO|MTDNA|MITOCHONDRION)$/.test(upper) ? `${way}` : undefined;
}

/** Sequences, by the names that other files use for them. */
export class Names {
  readonly #keys = new Map<string, number>();

  constructor(names: readonly string[]) {
    for (const [number, name] of names.entries()) {
      for (let way = 0; way < WAYS; way++) {
        const of = key(way, name);
        if (of === undefined) continue;
        const kept = this.#keys.get(of);
        // If a name occurs twice, the first one counts.
        if (kept === undefined) this.#keys.set(of, number);
        else if (way > 0 && kept !== number) this.#keys.set(of, SEVERAL);
      }
    }
  }

  /** The sequence that a name matches, and the kind of match; undefined if several match equally well. */
  meant(name: string): { sequence: number; way: number } | undefined {
    for (let way = 0; way < WAYS; way++) {
      const of = key(way, name);
      const sequence = of === undefined ? undefined : this.#keys.get(of);
      if (sequence !== undefined) return sequence === SEVERAL ? undefined : { sequence, way };
    }
    return undefined;
  }

  /**
   * Assigns each sequence to one of another file's names: if two names match the same sequence, the stricter match
   * wins, and in a tie neither is assigned.
   */
  owners(others: Iterable<string>): Map<string, number> {
    const closest = new Map<number, { way: number; name: string | undefined }>();
    for (const name of new Set(others)) {
      const meant = this.meant(name);
      if (!meant) continue;
      const owner = closest.get(meant.sequence);
      if (!owner || meant.way < owner.way) closest.set(meant.sequence, { way: meant.way, name });
      else if (meant.way === owner.way) owner.name = undefined;
    }
    const owned = new Map<string, number>();
    for (const [sequence, { name }] of closest) if (name !== undefined) owned.set(name, sequence);
    return owned;
  }
}

/** Returns a function that finds a sequence by name, exactly or ignoring `chr`; −1 for none. */
export function finder(names: readonly string[]): (name: string) => number {
  const of = new Names(names);
  return (name) => of.meant(name)?.sequence ?? -1;
}
