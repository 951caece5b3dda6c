/** Measured counts of genes, to compare predicted changes with. */

import type { EngineCounts, EnginePrepared, TableParts } from "../engine/engine.js";
import { CancelledError, fromEngine, InputError, throwIfCancelled } from "../errors.js";
import { Freeable, held } from "../held.js";
import { openSource, type ReadOptions, type TableSource } from "./table.js";

/** Largest file of counts that is read: one line for each gene. */
const LIMIT = 64 << 20;

/** Measured counts of genes: rows `gene,count`. They are in the engine's memory, which {@link free} releases. */
export class Counts extends Freeable {
  /** @internal */
  readonly engineCounts: EngineCounts;

  /** @internal */
  constructor(
    engineCounts: EngineCounts,
    /** The file's name. */
    readonly file: string,
    /** Number of genes in the file. */
    readonly genes: number,
  ) {
    super();
    this.engineCounts = held(engineCounts, file);
  }

  /**
   * The counts of a table's genes, [N], found by their ids without versions; NaN for a gene that has none.
   *
   * ```js
   * using prepared = model.prepare(table);
   * const measured = counts.of(prepared);   // [N]
   * ```
   */
  of(prepared: EnginePrepared): Float32Array {
    return prepared.counts(this.engineCounts);
  }

  /**
   * Which of a table's genes are on by them, as `regulens evaluate --expression` takes it, [N]: 1 for on, 0 for off,
   * 255 for a gene that has none.
   *
   * ```js
   * using prepared = model.prepare(table);
   * const on = counts.on(prepared).filter((isOn) => isOn === 1).length;
   * ```
   */
  on(prepared: EnginePrepared): Uint8Array {
    return prepared.on(this.engineCounts);
  }

  /** The median of the file, at or above which a gene is on; undefined where the file says by 0 and 1 which are. */
  get median(): number | undefined {
    return this.engineCounts.median;
  }

  /**
   * Releases the memory.
   *
   * ```js
   * const counts = await model.readCounts(counted);
   * console.log(counts.median);
   * counts.free();
   * ```
   */
  free(): void {
    this.engineCounts.free();
  }
}

/**
 * Reads counts, plain or gzipped, comma or tab.
 *
 * @throws InputError with file, line, column and remedy, where they cannot be read; a count is a number of 0 or more.
 */
export async function readCounts(engine: TableParts, source: TableSource, options: ReadOptions = {}): Promise<Counts> {
  const { signal } = options;
  const { name, stream } = await openSource(source, options);
  try {
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    throwIfCancelled(signal, `Reading ${name}`);
    if (bytes.length > LIMIT)
      throw new InputError(
        `${name}: found ${bytes.length} bytes; expected a table of genes and their counts, which is smaller.`,
        { code: "too-large", file: name, remedy: "Give a table with a row for each gene: its id and its count." },
      );
    const counts = new engine.Counts(name, bytes);
    return new Counts(counts, name, counts.genes);
  } catch (thrown) {
    if (signal?.aborted) throw new CancelledError(`Reading ${name}`, signal.reason);
    throw fromEngine(thrown, InputError, name);
  }
}
