/** Files of motifs: MEME's minimal format, or JASPAR's matrices. */

import { reading, whole } from "./bytes.js";
import type { EngineMotifSet, Motif, MotifParts } from "../engine/motif-engine.js";
import { DisposedError } from "../errors.js";
import { Freeable } from "../held.js";
import type { ReadOptions, TableSource } from "./table.js";

/** Size limit for a file of motifs: some hundred thousand motifs. */
const LIMIT = 64e6;

/** The motifs of a file. They are held in an engine's memory until they are freed. */
export class Motifs extends Freeable {
  /** The motifs, in the file's order. */
  readonly motifs: readonly Motif[];
  readonly #bytes: Uint8Array;
  #freed = false;
  /** Motif set of each engine that was used: engines do not share memory. */
  readonly #sets = new Map<MotifParts, EngineMotifSet>();

  /** @internal */
  constructor(
    engine: MotifParts,
    bytes: Uint8Array,
    /** The file's name. */
    readonly file: string,
  ) {
    super();
    this.#bytes = bytes;
    this.motifs = this.on(engine).motifs;
  }

  /** @internal The motifs in the memory of an engine. */
  on(engine: MotifParts): EngineMotifSet {
    if (this.#freed) throw new DisposedError(this.file);
    const set = this.#sets.get(engine) ?? new engine.MotifSet(this.#bytes, this.file);
    this.#sets.set(engine, set);
    return set;
  }

  /**
   * Releases the memory.
   *
   * ```js
   * const motifs = await Regulens.readMotifs(meme);
   * console.log(motifs.motifs.length);
   * motifs.free();
   * ```
   */
  free(): void {
    this.#freed = true;
    for (const set of this.#sets.values()) set.free();
    this.#sets.clear();
  }
}

/**
 * Reads motifs: MEME's minimal format, or JASPAR's matrices of counts.
 *
 * @throws InputError with file, line and remedy, if it cannot be read.
 */
export function readMotifs(engine: MotifParts, source: TableSource, options: ReadOptions = {}): Promise<Motifs> {
  return reading(
    source,
    options,
    "motifs",
    async (name, source) =>
      new Motifs(engine, await whole(name, source, LIMIT, "Give the motifs of interest alone.", options), name),
  );
}
