/** Measured counts of genes, to compare predicted changes with. */

import type { EngineCounts, EnginePrepared, TableParts } from "../engine/engine.js";
import { CancelledError, fromEngine, InputError, throwIfCancelled } from "../errors.js";
import { Freeable, held } from "../held.js";
import { openSource, type ReadOptions, type TableSource } from "./table.js";

/** Size limit for a file of counts, which has one line per gene. */
const LIMIT = 64 << 20;

/** Measured counts of genes: rows `gene,count`. They are held in the engine's memory until they are freed. */
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
   * Counts of a table's genes, [N], matched by id without version; NaN for a gene without a count.
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
   * Labels of a table's genes by these counts, as with `regulens evaluate --expression`, [N]: 1 for on, 0 for off, 255
   * for a gene without a count.
   *
   * ```js
   * using prepared = model.prepare(table);
   * const on = counts.on(prepared).filter((isOn) => isOn === 1).length;
   * ```
   */
  on(prepared: EnginePrepared): Uint8Array {
    return prepared.on(this.engineCounts);
  }

  /** Median count of the file, at or above which a gene is on; undefined if the file has 0/1 labels instead. */
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
 * @throws InputError with file, line, column and remedy, if they cannot be read; a count is a number ≥ 0.
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
