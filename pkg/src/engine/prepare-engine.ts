/** The part of the engine of files that makes tables of signal (`src/wasm/preparation/`). */

import type { EngineTable, FileEngine } from "./engine.js";
import type { EngineGenesReader } from "./gene-engine.js";
import type { ReadAt } from "./track-engine.js";

/**
 * The value of a bin from those of its bases: the mean with 0 for bases without a value, the mean over bases that
 * have one, the sum, or the largest value.
 */
export type BinSummary = "mean" | "mean-covered" | "sum" | "max";

/** Position of a table's windows, and the value of their bins. The defaults are those of `regulens prepare hm`. */
export interface WindowOptions {
  /** Bins of each window; 100. */
  bins?: number | undefined;
  /** Bases of a bin; 100. */
  binSize?: number | undefined;
  /**
   * Bases before the TSS, where the window is not centred on it; `downstream` then goes with it, and their sum over
   * `binSize` are the bins.
   */
  upstream?: number | undefined;
  /** Bases after the TSS. */
  downstream?: number | undefined;
  /** True if bin 1 is the furthest upstream on the gene's own strand; by default bins are in genomic order. */
  strandFlip?: boolean | undefined;
  /** Summary of the bases of a bin in bigWig and bedGraph; `mean` by default. Reads, of BAM and BED, are counted. */
  values?: BinSummary | undefined;
  /** Least mapping quality of reads. */
  minMapq?: number | undefined;
  /** True if duplicate reads count. */
  keepDuplicates?: boolean | undefined;
  /**
   * True if a base that a track does not have is a 0; by default genes on chromosomes that a track lacks are left out.
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

/** A file of signal that is open. */
export interface EngineSignalFile {
  readonly kind: "bigWig" | "BAM" | "bedGraph" | "reads as BED" | "fragments of single cells";
  readonly indexed: boolean;
  readonly chromosomes: { name: string; length: number | null }[] | undefined;
  free(): void;
}

/** A table in the making. */
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

/** A table that was made. */
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

/** A genome of which parts are read. */
export interface EngineGenome {
  readonly names: string[];
  length(sequence: number): number;
  /** The codes of the bases from `start` up to but not including `end`. */
  codes(sequence: number, start: number, end: number): Uint8Array;
  free(): void;
}

/** Makes the indexes of a FASTA, plain or in blocks, that is given piece by piece. */
export interface EngineGenomeIndexer {
  push(bytes: Uint8Array): void;
  /** `gzi` is undefined of one that is not packed. Ends the indexer. */
  finish(): { fai: Uint8Array; gzi: Uint8Array | undefined };
  free(): void;
}

/** A place that a BED file lists, counted from 0, the end not included. */
export interface NamedRegion {
  /** BED's name, or the place as browsers write it. */
  name: string;
  sequence: string;
  start: number;
  end: number;
  /** Line in the file, from 1. */
  line: number;
}

/** Truth that was planted in simulated genes. */
export interface EnginePlanted {
  /** Genes of which it is known. */
  known: number;
  /** 1 for each planted mark in a bin, else 0, [N, T, columns]; a mark is planted in both cell types of a change. */
  places: Uint8Array;
}

/** Sites that were planted in a simulated sequence. */
export interface EnginePlantedSites {
  sequence: string;
  /** Per site: its first base, counted from 0, the one behind its last, and 1 where it acts, 0 of a decoy. */
  sites: Uint32Array;
}

/** The engine of files. */
export interface PrepareEngine extends FileEngine {
  Genome: new (file: string, size: number, read: ReadAt, fai?: Uint8Array, gzi?: Uint8Array) => EngineGenome;
  GenomeIndexer: new (file: string) => EngineGenomeIndexer;
  /** Makes the error for an index that was made before its file. */
  olderIndex(index: string, genome: string): unknown;
  readRegions(file: string, bytes: Uint8Array): NamedRegion[];
  /**
   * Reads from a file of truth what was planted in genes, as a model of these marks and so many bins in each cell type
   * reads them; `first` is the first bin, from 1, of a table that was cut to the model's bins.
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
  /** Reads from a file what was planted in sequences, in no order. */
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
