/** Genes and their exons along a genome, by position and by name. */

import { access, reading } from "./bytes.js";
import type { EngineGenes, Gene, GeneCompletion, GenesWithin, NearGenes } from "../engine/gene-engine.js";
import type { PrepareEngine } from "../engine/prepare-engine.js";
import { fromEngine, InputError, throwIfCancelled } from "../errors.js";
import { yieldToOthers } from "../progress.js";
import { bounded, text } from "../boundary.js";
import { Freeable, held } from "../held.js";
import type { ReadAt } from "../engine/track-engine.js";
import type { ReadOptions, TableSource } from "./table.js";

/** Size limit for an annotation that has to be read as a whole. */
const LIMIT = 600e6;

/** Approximate milliseconds of reading before other tasks run. */
const TURN = 60;

/** Lines in the first step; later steps are sized by the time that earlier ones took. */
const FIRST_STEP = 1000;

/** The genes of a GTF, GFF3 or BED file with their exons. They are held in the engine's memory until they are freed. */
export class Genes extends Freeable {
  /** `GTF`, `GFF3` or `BED`. */
  readonly format: "GTF" | "GFF3" | "BED";
  /** Number of genes; an id that occurs again at another place counts again. */
  readonly count: number;
  /** Chromosomes with genes. */
  readonly chromosomes: readonly string[];
  /** Notes on reading the file, in sentences. */
  readonly notes: readonly string[];
  readonly #genes: EngineGenes;

  /** @internal */
  constructor(
    genes: EngineGenes,
    /** The file's name. */
    readonly file: string,
  ) {
    super();
    this.#genes = held(genes, file);
    this.format = genes.format;
    this.count = genes.count;
    this.chromosomes = genes.chromosomes;
    this.notes = genes.notes;
  }

  /**
   * Finds a gene by its id, with or without version, or by its symbol.
   *
   * ```js
   * const { chromosome, strand, tss } = genes.find("TP53");
   * ```
   *
   * @throws InputError if there is none (`no-gene`; the message lists the nearest names), or several (`several-genes`).
   */
  find(name: string): Gene {
    try {
      return this.#genes.find(name);
    } catch (thrown) {
      throw fromEngine(thrown, InputError, this.file);
    }
  }

  /**
   * Genes that overlap the bases `start` to `end` (excluded), from 0; if there are more than `most`, the longest.
   * Undefined if the file has no genes on that chromosome, with or without `chr`.
   *
   * ```js
   * const within = genes.within("chrII", 20_000, 40_000);
   * for (const { name, exons } of within?.genes ?? []) console.log(name, exons.length / 2, "exons");
   * ```
   */
  within(chromosome: string, start: number, end: number, most = 1000): GenesWithin | undefined {
    const [from, to] = [start, end].map((base) => Math.max(0, Math.min(2 ** 32 - 1, base)));
    return this.#genes.within(chromosome, from!, to!, most);
  }

  /**
   * Genes near the bases `start` to `end` (excluded), from 0: those that overlap them, and the gene with the nearest
   * TSS. Undefined if the file has no genes on that chromosome, with or without `chr`.
   *
   * ```js
   * const near = genes.near("chrII", 20_000, 20_001);
   * console.log(near?.here.map(({ name, part }) => `${name}: ${part}`), near?.nearest[0]?.distance);
   * ```
   */
  near(chromosome: string, start: number, end: number): NearGenes | undefined {
    const [from, to] = [start, end].map((base) => Math.max(0, Math.min(2 ** 32 - 1, base)));
    return this.#genes.near(chromosome, from!, to!);
  }

  /**
   * Completes the beginning of a name to at most `most` genes: first those whose symbol or id begins with it, then
   * those that contain it, each in alphabetical order. Case is ignored.
   *
   * ```js
   * const names = genes.complete("tp5").map(({ name }) => name);   // "TP53" and others
   * ```
   */
  complete(typed: string, most = 10): GeneCompletion[] {
    return this.#genes.complete(typed, most);
  }

  /**
   * Releases the memory.
   *
   * ```js
   * const genes = await readGenes(gtf);
   * console.log(genes.find("TP53").tss);
   * genes.free();
   * ```
   */
  free(): void {
    this.#genes.free();
  }
}

bounded("genes", Genes.prototype, {}, { find: [text("name")], complete: [text("typed")] });

/**
 * Reads the genes of a GTF, GFF3 or BED file, plain or gzipped, with their exons.
 *
 * @throws InputError with file, line and remedy, if it cannot be read.
 */
export function readGenes(engine: PrepareEngine, source: TableSource, options: ReadOptions = {}): Promise<Genes> {
  const { signal, onProgress } = options;
  return reading(source, options, "annotation", async (name, source) => {
    const { size, read } = await access(name, source, LIMIT, "Give the genes alone, or read it in a worker.", options);
    let done = 0;
    const noting: ReadAt = (offset, length) => {
      done = offset;
      return read(offset, length);
    };
    const reader = new engine.GenesReader(name, size, noting);
    try {
      for (let isMore = true, lines = FIRST_STEP; isMore;) {
        onProgress?.({ stage: "read", file: name, done, total: size, unit: "bytes" });
        await yieldToOthers();
        throwIfCancelled(signal, `Reading ${name}`);
        const began = performance.now();
        isMore = reader.step(lines);
        const took = performance.now() - began;
        if (took < TURN / 2) lines *= 2;
        else if (took > 2 * TURN) lines = Math.max(1, Math.floor(lines / 2));
      }
    } catch (thrown) {
      reader.free();
      throw thrown;
    }
    return new Genes(reader.finish(), name);
  });
}
