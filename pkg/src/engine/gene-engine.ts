/** Genes and exons in the engine for files (`src/wasm/genes.rs`). */

/** A gene. Bases are counted from 0, ends are excluded. */
export interface Gene {
  /** Id as in its file, including the version. */
  id: string;
  /** Gene symbol, null if the file has none. */
  name: string | null;
  /** Kind of gene, such as `protein_coding`; null if the file does not specify it. */
  biotype: string | null;
  chromosome: string;
  /** Strand; `.` if the file does not specify it, in which case the gene is treated as on the plus strand. */
  strand: "+" | "-" | ".";
  start: number;
  end: number;
  /** Position of the first transcribed base. */
  tss: number;
}

/** A gene and its exons. */
export interface GeneModel extends Gene {
  /** The union of the exons of all its transcripts, sorted, [2 · exons]: start and end in turn. */
  exons: Uint32Array;
}

/** A gene that matches the typed text. */
export interface GeneCompletion {
  /** A name that finds it: its symbol if no other gene has it, otherwise its id. */
  name: string;
  gene: Gene;
}

/** Genes within a region. */
export interface GenesWithin {
  /** Genes, sorted by position. */
  genes: GeneModel[];
  /** Number of genes omitted, all shorter than those listed. */
  more: number;
}

/** Name and id of a gene. */
interface Called {
  /** Gene symbol, otherwise its id. */
  name: string;
  id: string;
}

/** A gene that overlaps a region. */
export interface GeneHere extends Called {
  /** `exon` if the region overlaps one of its exons. */
  part: "exon" | "intron";
}

/** A gene, by its TSS. */
export interface GeneStart extends Called {
  strand: Gene["strand"];
  /**
   * Bases from the TSS to the nearest base of the region, along the gene: negative upstream, 0 if the region contains
   * the TSS. Never negative for a gene without a strand, whose upstream side is unknown.
   */
  distance: number;
}

/** Genes near a region. */
export interface NearGenes {
  /** Genes that overlap it: those with an exon there first, then by position. */
  here: GeneHere[];
  /** Genes with the nearest TSS; several if they are equally far. */
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
  /** Consumes the reader. */
  finish(): EngineGenes;
  free(): void;
}
