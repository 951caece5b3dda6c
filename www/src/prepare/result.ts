/** Inputs of the tables that are made, and results of making them. */

/** A chromosome of an annotation. */
export interface AnnotatedChromosome {
  readonly name: string;
  readonly genes: number;
  /** The highest TSS, counted from 1. */
  readonly lastTss: number;
}

/** A chromosome of a signal file. */
export interface SignalChromosome {
  readonly name: string;
  /** Base pairs; null where the file does not tell. */
  readonly length: number | null;
}

/** An annotation that was read. */
export interface OpenedAnnotation {
  readonly format: "GTF" | "GFF3" | "BED";
  readonly genes: number;
  readonly transcripts: number;
  readonly repeated: number;
  readonly notes: readonly string[];
  readonly chromosomes: readonly AnnotatedChromosome[];
  readonly biotypes: readonly { readonly name: string; readonly genes: number }[];
  /** The assembly that its comments name, as UCSC calls it. */
  readonly assembly: string | undefined;
}

/** A signal file that was opened, of which only its lists were read. */
export interface OpenedSignal {
  readonly kind: "bigWig" | "BAM" | "bedGraph" | "reads as BED" | "fragments of single cells";
  /** True if windows can be read by themselves. */
  readonly indexed: boolean;
  /** Undefined where the file does not list them. */
  readonly chromosomes: readonly SignalChromosome[] | undefined;
}

/** Value of a bin, from its bases' signal. */
export type BinValue = "mean" | "mean-covered" | "sum" | "max";

/** A mark and the file that it was measured in. */
export interface MarkFile {
  readonly mark: string;
  readonly file: File;
  /** Value of its bins, where it is not that of the table. */
  readonly values?: BinValue | undefined;
}

/** A mark that was not measured, and the value that stands in for it. */
export interface StandIn {
  readonly mark: string;
  readonly value: number;
  /** Where the value is from, in a few words. */
  readonly what: string;
}

/** A table to make. */
export interface TableWish {
  readonly name: string;
  readonly annotation: File;
  /** Genes of one kind alone. */
  readonly biotype?: string | undefined;
  /** Bases before and behind the TSS, and of a bin. */
  readonly upstream: number;
  readonly downstream: number;
  readonly binSize: number;
  readonly strandFlip: boolean;
  readonly values: BinValue;
  readonly marks: readonly MarkFile[];
  readonly standIns: readonly StandIn[];
}

/** A table that was made: what `regulens prepare hm` writes, and what became of genes. */
export interface MadeTable {
  /** Not packed: packing takes longer than all else, and is only of use in what is saved. */
  readonly file: File;
  readonly genes: number;
  readonly marks: readonly string[];
  readonly notes: readonly string[];
  readonly summary: readonly string[];
  /** Marks without any signal in any window. */
  readonly silent: readonly string[];
  /** Marks whose values look like shares, for which the mean over bases with a value is proposed. */
  readonly proposed: readonly string[];
  /** Gene by gene; undefined where nothing is to be said. */
  readonly geneNotes: Blob | undefined;
}
