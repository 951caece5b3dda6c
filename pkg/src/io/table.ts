/** Signal tables: read piece by piece into the engine's memory. */

import { fileName, inNode, open } from "./download.js";
import type { EngineTable, TableParts, TableLayout } from "../engine/engine.js";
import { wholeNumber } from "../arguments.js";
import { CancelledError, fromEngine, InputError, throwIfCancelled } from "../errors.js";
import { bounded, number } from "../boundary.js";
import { Freeable, held } from "../held.js";
import { yieldToOthers, type WorkOptions } from "../progress.js";

/**
 * Source of a table: a chosen file, bytes, a stream of bytes, an address, or the text itself. Compression (plain or
 * gzip) and separator (comma or tab) are detected from the content.
 */
export type TableSource = Blob | Uint8Array | ReadableStream<Uint8Array> | URL | string;

/** Options for reading a table. */
export interface ReadOptions extends WorkOptions {
  /** The name used in messages; default: the file's own, or "pasted table". */
  name?: string | undefined;
}

/** Small enough for a cancel to take effect promptly. */
const PIECE = 1 << 20;

/**
 * A table of signal: for each gene, T bins of several marks.
 *
 * Its values are held in the engine's memory until they are freed.
 */
export class Table extends Freeable {
  /** @internal The engine that holds the table. */
  readonly engine: TableParts;
  /** @internal */
  readonly engineTable: EngineTable;
  /** The file's name. */
  readonly file: string;
  /** Layout of the table. */
  readonly layout: TableLayout;
  /** Gene names, in the file's order, [N]. */
  readonly genes: readonly string[];
  /** Marks in the file's column order. */
  readonly marks: readonly string[];
  /** Number of bins of each gene, T. */
  readonly bins: number;
  /** Assumptions made while reading, for a user. */
  readonly notes: readonly string[];
  /** Labels, 1 for genes that are on and 0 for the others, [N]; undefined if the table has none. */
  readonly labels: Uint8Array | undefined;

  /** @internal */
  constructor(engine: TableParts, table: EngineTable) {
    super();
    this.engine = engine;
    this.engineTable = held(table, table.file);
    this.file = table.file;
    this.layout = table.layout;
    this.genes = table.genes;
    this.marks = table.marks;
    this.bins = table.bins;
    this.notes = table.notes;
    this.labels = table.labels;
  }

  /**
   * Values of the genes `start` to `end` (excluded), exactly as in the file: [end − start, T, marks], row-major.
   *
   * ```js
   * const values = table.values(0, 1);   // of the first gene, [1, T, marks]
   * console.log(table.marks[0], values[0]);
   * ```
   *
   * @throws InputError if there are no such genes.
   */
  values(start: number, end: number): Float32Array {
    const genes = this.genes.length;
    wholeNumber("first gene", start, 0, genes, "no-such-gene");
    wholeNumber("gene behind the last", end, start, genes, "no-such-gene");
    return this.engineTable.values(start, end);
  }

  /**
   * Releases the memory; calling it again does nothing. The table cannot be used afterwards.
   *
   * ```js
   * const table = await Regulens.readTable(file);
   * const { probability } = await model.predict(table);
   * table.free();   // `using table = …` does so at the end of its block
   * ```
   */
  free(): void {
    this.engineTable.free();
  }
}

bounded("table", Table.prototype, {}, { values: [number("start"), number("end")] });

/**
 * Reads a table piece by piece; the source is never in memory as a whole.
 *
 * @throws InputError with file, line, column and remedy, if it is not a readable table.
 */
export async function readTable(
  engine: TableParts,
  source: TableSource | Promise<OpenSource>,
  options: ReadOptions = {},
): Promise<Table> {
  const { signal, onProgress } = options;
  const { name, bytes, stream } = await (source instanceof Promise ? source : openSource(source, options));
  const what = `Reading ${name}`;
  const parser = new engine.TableReader(name);
  const reader = stream.getReader();
  let done = 0;
  try {
    onProgress?.({ stage: "read", file: name, done, total: bytes, unit: "bytes" });
    for (;;) {
      throwIfCancelled(signal, what);
      const chunk = await reader.read();
      if (chunk.done) break;
      for (let start = 0; start < chunk.value.length; start += PIECE) {
        const piece = chunk.value.subarray(start, start + PIECE);
        parser.push(piece);
        done += piece.length;
        onProgress?.({ stage: "read", file: name, done, total: bytes, unit: "bytes" });
        await yieldToOthers();
        throwIfCancelled(signal, what);
      }
    }
    return new Table(engine, parser.finish());
  } catch (thrown) {
    await reader.cancel().catch(() => {});
    if (signal?.aborted) throw new CancelledError(what, signal.reason);
    if (isUnreadable(thrown)) throw unreadable(name, thrown);
    throw fromEngine(thrown, InputError, name);
  } finally {
    parser.free();
  }
}

/** An open source. */
export interface OpenSource {
  name: string;
  /** Size in bytes; 0 if unknown. */
  bytes: number;
  stream: ReadableStream<Uint8Array>;
}

/** @internal Opens the bytes of a source, and names it. */
export async function openSource(source: TableSource, options: ReadOptions): Promise<OpenSource> {
  if (source instanceof URL) {
    const file = options.name ?? fileName(source);
    const response = await open(source, { signal: options.signal, stage: "read", file });
    const bytes = Number(response.headers.get("content-length") ?? 0);
    return { name: file, bytes, stream: response.body ?? new Blob([]).stream() };
  }
  if (source instanceof ReadableStream) return { name: options.name ?? "stream", bytes: 0, stream: source };
  const name =
    options.name ?? (source as Partial<File>).name ?? (typeof source === "string" ? "pasted table" : "table");
  // A blob's bytes come from the browser process, a wait that would dominate for a short text.
  const bytes = typeof source === "string" && source.length <= PIECE ? new TextEncoder().encode(source) : source;
  if (bytes instanceof Uint8Array && bytes.length <= PIECE)
    return { name, bytes: bytes.length, stream: new Response(bytes as BodyInit).body! };
  const blob = source instanceof Blob ? source : new Blob([source as BlobPart]);
  return { name, bytes: blob.size, stream: blob.stream() };
}

/** Returns true if the platform, not the parser, failed: the file was moved or changed since it was chosen. */
function isUnreadable(thrown: unknown): boolean {
  return typeof DOMException !== "undefined" && thrown instanceof DOMException;
}

function unreadable(file: string, cause: unknown): InputError {
  return new InputError(
    `${file}: found a file that can no longer be read (${(cause as Error).message}); expected it as it was chosen.`,
    {
      code: "unreadable",
      file,
      remedy: inNode() ? "Check the file." : "Choose the file again; it was moved, changed or removed since.",
      cause,
    },
  );
}
