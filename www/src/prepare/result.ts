/** Inputs and results of making tables. */

/** A chromosome of an annotation. */
export interface AnnotatedChromosome {
  readonly name: string;
  readonly genes: number;
  /** The highest TSS, from 1. */
  readonly lastTss: number;
}

/** A chromosome of a signal file. */
export interface SignalChromosome {
  readonly name: string;
  /** Length in bases; null if the file does not give it. */
  readonly length: number | null;
}

/** An open annotation. */
export interface OpenedAnnotation {
  readonly format: "GTF" | "GFF3" | "BED";
  readonly genes: number;
  readonly transcripts: number;
  readonly repeated: number;
  readonly notes: readonly string[];
  readonly chromosomes: readonly AnnotatedChromosome[];
  readonly biotypes: readonly { readonly name: string; readonly genes: number }[];
  /** The assembly named in its comments, in UCSC's spelling. */
  readonly assembly: string | undefined;
}

/** An open signal file, of which only the lists were read. */
export interface OpenedSignal {
  readonly kind: "bigWig" | "BAM" | "bedGraph" | "reads as BED" | "fragments of single cells";
  /** True if windows can be read individually. */
  readonly indexed: boolean;
  /** Chromosomes; undefined if the file does not list them. */
  readonly chromosomes: readonly SignalChromosome[] | undefined;
}

/** Summary of a bin's bases. */
export type BinValue = "mean" | "mean-covered" | "sum" | "max";

/** A mark, and the file with its signal. */
export interface MarkFile {
  readonly mark: string;
  readonly file: File;
  /** Summary of its bins, if it differs from the table's. */
  readonly values?: BinValue | undefined;
}

/** A mark that was not measured, and its substitute value. */
export interface StandIn {
  readonly mark: string;
  readonly value: number;
  /** Origin of the value, in a few words. */
  readonly what: string;
}

/** A table to make. */
export interface TableWish {
  readonly name: string;
  readonly annotation: File;
  /** Restricts the table to genes of this kind. */
  readonly biotype?: string | undefined;
  /** Bases before and after the TSS, and per bin. */
  readonly upstream: number;
  readonly downstream: number;
  readonly binSize: number;
  readonly strandFlip: boolean;
  readonly values: BinValue;
  readonly marks: readonly MarkFile[];
  readonly standIns: readonly StandIn[];
}

/** A finished table, as `regulens prepare hm` writes it, and notes on genes. */
export interface MadeTable {
  /** Uncompressed: compression takes longer than everything else, and is only useful when saving. */
  readonly file: File;
  readonly genes: number;
  readonly marks: readonly string[];
  readonly notes: readonly string[];
  readonly summary: readonly string[];
  /** Marks without any signal in any window. */
  readonly silent: readonly string[];
  /** Marks whose values look like fractions, for which the mean over bases with a value is proposed. */
  readonly proposed: readonly string[];
  /** Notes on individual genes; undefined if there are none. */
  readonly geneNotes: Blob | undefined;
}
