/** Names of sequences, which differ between files of the same genome: the rule of `Names` in the crate. */

/** The number of a key that several sequences have. */
const SEVERAL = -1;

/**
 * Ways in which a name can be meant, the closest first: exactly, but for `chr`, but for case, as a mitochondrial one.
 */
const WAYS = 4;

/** A name as it is compared in a way. */
function key(way: number, name: string): string | undefined {
  const bare = way > 0 ? name.replace(/^chr(?=.)/i, "") : name;
  if (way < 2) return `${way}${bare}`;
  const upper = bare.toUpperCase();
  if (way === 2) return `${way}${upper}`;
  return /^(M|MT|MITO|MTDNA|MITOCHONDRION)$/.test(upper) ? `${way}` : undefined;
}

/** Sequences by the names that other files have for them. */
export class Names {
  readonly #keys = new Map<string, number>();

  constructor(names: readonly string[]) {
    for (const [number, name] of names.entries()) {
      for (let way = 0; way < WAYS; way++) {
        const of = key(way, name);
        if (of === undefined) continue;
        const kept = this.#keys.get(of);
        // If a name comes twice, the first one counts.
        if (kept === undefined) this.#keys.set(of, number);
        else if (way > 0 && kept !== number) this.#keys.set(of, SEVERAL);
      }
    }
  }

  /** The sequence that a name means and in which way; none of a name that means several alike. */
  meant(name: string): { sequence: number; way: number } | undefined {
    for (let way = 0; way < WAYS; way++) {
      const of = key(way, name);
      const sequence = of === undefined ? undefined : this.#keys.get(of);
      if (sequence !== undefined) return sequence === SEVERAL ? undefined : { sequence, way };
    }
    return undefined;
  }

  /**
   * The sequence of each name of another file that is in use: where two of them mean one sequence, the closer one, and
   * neither where they are as close.
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

/** Finds sequences by name: exactly, or else without regard to `chr`; −1 for none. */
export function finder(names: readonly string[]): (name: string) => number {
  const of = new Names(names);
  return (name) => of.meant(name)?.sequence ?? -1;
}
