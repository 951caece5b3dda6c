/** Tables of signal in the engine for files (`src/wasm/preparation/`). */

import type { EngineTable, FileEngine } from "./engine.js";
import type { EngineGenesReader } from "./gene-engine.js";
import type { ReadAt } from "./track-engine.js";

/**
 * Summary of a bin's bases: `mean`, with 0 for bases without a value; `mean-covered`, the mean over bases with a value;
 * the sum; or the maximum.
 */
export type BinSummary = "mean" | "mean-covered" | "sum" | "max";

/** Windows of a table, and the summary of their bins. The defaults are those of `regulens prepare hm`. */
export interface WindowOptions {
  /** Bins per window; default 100. */
  bins?: number | undefined;
  /** Bases per bin; default 100. */
  binSize?: number | undefined;
  /**
   * Bases before the TSS, for a window not centred on it; needs `downstream` too. The number of bins is their sum
   * divided by `binSize`.
   */
  upstream?: number | undefined;
  /** Bases after the TSS. */
  downstream?: number | undefined;
  /** True to order bins along the gene's strand, bin 1 furthest upstream; by default bins are in genomic order. */
  strandFlip?: boolean | undefined;
  /** Summary of a bin's bases in bigWig and bedGraph; default `mean`. Reads in BAM and BED are counted. */
  values?: BinSummary | undefined;
  /** Minimum mapping quality of reads. */
  minMapq?: number | undefined;
  /** True to count duplicate reads. */
  keepDuplicates?: boolean | undefined;
  /**
   * True to treat bases missing from a track as 0; by default genes on chromosomes that a track lacks are left out.
   */
  missingAsZero?: boolean | undefined;
}

/** Genes in the engine's memory. */
export interface EngineAnnotation {
  readonly format: "GTF" | "GFF3" | "BED";
  readonly genes: number;
  readonly transcripts: number;
  readonly repeated: number;
  readonly notes: string[];
  readonly chromosomes: { name: string; genes: number; lastTss: number }[];
  readonly biotypes: { name: string; genes: number }[];
  choose(biotypes: string[], names?: string[]): EngineAnnotation;
  dropVersions(): EngineAnnotation;
  free(): void;
}

/** An open signal file. */
export interface EngineSignalFile {
  readonly kind: "bigWig" | "BAM" | "bedGraph" | "reads as BED" | "fragments of single cells";
  readonly indexed: boolean;
  readonly chromosomes: { name: string; length: number | null }[] | undefined;
  free(): void;
}

/** A table being made. */
export interface EngineTablePreparation {
  readonly genes: number;
  readonly windows: string;
  add(mark: string, file: EngineSignalFile, values?: BinSummary): number;
  addStandIn(mark: string, value: number, what: string): void;
  check(track: number): void;
  step(track: number, windows: number, goOn?: (fraction: number) => boolean): number;
  finish(name: string): EnginePreparedTable;
  free(): void;
}

/** A finished table. */
export interface EnginePreparedTable {
  readonly genes: number;
  readonly marks: string[];
  readonly notes: string[];
  readonly summary: string[];
  readonly silent: string[];
  readonly proposed: string[];
  readonly parts: number;
  part(part: number, packed: boolean): Uint8Array<ArrayBuffer>;
  geneNotes(): Uint8Array<ArrayBuffer> | undefined;
  table(): EngineTable;
  free(): void;
}

/** A genome that is read in parts. */
export interface EngineGenome {
  readonly names: string[];
  length(sequence: number): number;
  /** Codes of the bases `start` to `end` (excluded). */
  codes(sequence: number, start: number, end: number): Uint8Array;
  free(): void;
}

/** Builds the indexes of a FASTA, plain or bgzip-compressed, that arrives piece by piece. */
export interface EngineGenomeIndexer {
  push(bytes: Uint8Array): void;
  /** Consumes the indexer. `gzi` is undefined for an uncompressed file. */
  finish(): { fai: Uint8Array; gzi: Uint8Array | undefined };
  free(): void;
}

/** A region in a BED file, from 0, end excluded. */
export interface NamedRegion {
  /** BED's name, or the region in the notation of genome browsers. */
  name: string;
  sequence: string;
  start: number;
  end: number;
  /** Line in the file, from 1. */
  line: number;
}

/** Truth planted in simulated genes. */
export interface EnginePlanted {
  /** Number of genes with known truth. */
  known: number;
  /** 1 for each planted mark in a bin, else 0, [N, T, columns]; for a change, marks are planted in both cell types. */
  places: Uint8Array;
}

/** Sites planted in a simulated sequence. */
export interface EnginePlantedSites {
  sequence: string;
  /** [sites, 3]: start from 0, end (excluded), and 1 for an active site or 0 for a decoy. */
  sites: Uint32Array;
}

/** The engine for files. */
export interface PrepareEngine extends FileEngine {
  Genome: new (file: string, size: number, read: ReadAt, fai?: Uint8Array, gzi?: Uint8Array) => EngineGenome;
  GenomeIndexer: new (file: string) => EngineGenomeIndexer;
  /** Makes the error for an index older than its file. */
  olderIndex(index: string, genome: string): unknown;
  readRegions(file: string, bytes: Uint8Array): NamedRegion[];
  /**
   * Reads from a truth file what was planted in genes, laid out as a model of these marks and bins per cell type reads
   * them; `first` is the first bin, from 1, of a table cut to the model's bins.
   */
  readPlanted(
    file: string,
    bytes: Uint8Array,
    genes: readonly string[],
    marks: readonly string[],
    cellTypes: number,
    bins: number,
    first: number | undefined,
  ): EnginePlanted;
  /** Reads planted sites of sequences from a file, in no particular order. */
  readPlantedSites(file: string, bytes: Uint8Array): EnginePlantedSites[];
  GenesReader: new (file: string, size: number, read: ReadAt) => EngineGenesReader;
  Annotation: new (file: string, size: number, read: ReadAt) => EngineAnnotation;
  SignalFile: new (file: string, size: number, read: ReadAt, index?: Uint8Array) => EngineSignalFile;
  TablePreparation: new (
    annotation: EngineAnnotation,
    marks: number,
    options?: WindowOptions,
  ) => EngineTablePreparation;
}
