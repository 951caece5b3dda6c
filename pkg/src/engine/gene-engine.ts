/** The part of the engine of files that knows where genes and their exons are (`src/wasm/genes.rs`). */

/** A gene. Bases are counted from 0, ends are not included. */
export interface Gene {
  /** As its file names it, with its version. */
  id: string;
  /** Its symbol, null where the file has none. */
  name: string | null;
  /** Kind of gene, such as `protein_coding`; null where the file does not tell. */
  biotype: string | null;
  chromosome: string;
  /** `.` where the file does not tell; it is then taken for a gene of the plus strand. */
  strand: "+" | "-" | ".";
  start: number;
  end: number;
  /** The first base that is transcribed. */
  tss: number;
}

/** A gene and its exons. */
export interface GeneModel extends Gene {
  /** The union of the exons of all its transcripts, sorted: first base and end in turn. */
  exons: Uint32Array;
}

/** A gene that what was typed may mean. */
export interface GeneCompletion {
  /** Name that finds it: its symbol where no other gene has it, else its id. */
  name: string;
  gene: Gene;
}

/** Genes within a place. */
export interface GenesWithin {
  /** Sorted by place. */
  genes: GeneModel[];
  /** Number of genes that were left out, which are shorter than those. */
  more: number;
}

/** Name and id of a gene. */
interface Called {
  /** Its symbol, else its id. */
  name: string;
  id: string;
}

/** A gene that a place lies in. */
export interface GeneHere extends Called {
  /** `exon` where a base of the place is one of an exon's. */
  part: "exon" | "intron";
}

/** A gene by its TSS. */
export interface GeneStart extends Called {
  strand: Gene["strand"];
  /**
   * Bases from the TSS to the nearest base of the place, along the gene: below 0 upstream of it, 0 where the place has
   * the TSS. Of a gene without a strand nobody knows which side is upstream: never below 0.
   */
  distance: number;
}

/** The genes near by a place. */
export interface NearGenes {
  /** Those that it lies in, those with an exon there first; then as they lie. */
  here: GeneHere[];
  /** That of the nearest TSS; several where they are equally far. */
  nearest: GeneStart[];
}

/** Genes and their exons in the engine's memory. */
export interface EngineGenes {
  readonly format: "GTF" | "GFF3" | "BED";
  readonly count: number;
  readonly chromosomes: string[];
  readonly notes: string[];
  find(name: string): Gene;
  within(chromosome: string, start: number, end: number, most: number): GenesWithin | undefined;
  near(chromosome: string, start: number, end: number): NearGenes | undefined;
  complete(typed: string, most: number): GeneCompletion[];
  free(): void;
}

/** Reads genes line by line. */
export interface EngineGenesReader {
  /** Returns true if lines are left. */
  step(lines: number): boolean;
  /** Ends the reader. */
  finish(): EngineGenes;
  free(): void;
}
