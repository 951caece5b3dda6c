/** What the engine of sequences offers for motifs. Positions are counted from 0; arrays are row-major. */

/** A motif of a file. */
export interface Motif {
  /** The name that files tell motifs apart by, such as MA0271.1. */
  id: string;
  /** The factor's name, such as ARG80; the id where the file gives none. */
  name: string;
  /** How often A, C, G and T stand in each place of its sites; each row sums to 1. */
  rows: readonly (readonly number[])[];
  /** How many sites it was made of. */
  sites: number;
}

/** A site of a motif in codes. */
export interface EngineSite {
  /** The motif, by its place in the file. */
  motif: number;
  start: number;
  /** Behind its last base. */
  end: number;
  /** Whether it reads on the other strand. */
  reverse: boolean;
  /** Its score. */
  bits: number;
  /** How likely a random site scores as high. */
  p: number;
}

/** What becomes of a match by a variant: one allele alone has it, or its score changes by a bit or more. */
export type ChangeOfMatch = "made" | "strengthened" | "weakened" | "broken";

/** A match that an allele of a variant has and the other has not, or not as well. */
export interface EngineMotifChange {
  motif: number;
  change: ChangeOfMatch;
  /** The q-value of the match, over all motifs and both alleles. */
  q: number;
  /** The alternative's score less the reference's; a site that is likelier by chance counts as 0. */
  bits: number;
  /** The best site of each allele, in its own codes. */
  reference?: EngineSite;
  alternative?: EngineSite;
}

/** The motifs of a file in an engine's memory. */
export interface EngineMotifSet {
  readonly motifs: Motif[];
  /** So many bases on either side of a variant are to be given to `changes`. */
  readonly reach: number;
  /**
   * What a variant changes, the surest first: `codes` are the bases around it, at `position` of which `from` stands in
   * the reference and `to` with the variant; `most` is the largest q.
   */
  changes(codes: Uint8Array, position: number, from: Uint8Array, to: Uint8Array, most?: number): EngineMotifChange[];
  free(): void;
}

/** A stretch of bases that contributes more than those of shuffles do. */
export interface EngineSeqlet {
  start: number;
  /** The sum of what its bases contribute. */
  contribution: number;
  /** The share of false ones among seqlets that contribute as much. */
  q: number;
}

/** The best match of a seqlet. */
export interface EngineNamed {
  /** The seqlet, by its place. */
  seqlet: number;
  site: EngineSite;
  /** The share of wrong names among those as sure. */
  q: number;
}

/** A seqlet of a pattern. */
export interface EngineMember {
  /** The seqlet, by its place. */
  seqlet: number;
  /** Where the pattern's columns begin in the codes; it may lie beyond them. */
  start: number;
  /** Whether it reads on the other strand. */
  reverse: boolean;
}

/** Seqlets that look alike. */
export interface EnginePattern {
  /** [columns][4]: how often A, C, G and T stand in each column; each row sums to 1. */
  rows: number[][];
  /** [columns]: what the letters of a column contribute, the mean over its seqlets. */
  contributions: number[];
  members: EngineMember[];
}

/** A search for motifs in what the bases of a place contribute. */
export interface EngineMotifSearch {
  /** The shuffles of window `number` that are to be attributed as well, if any; asked for in order. */
  shuffled(number: number, codes: Uint8Array): Uint8Array[];
  /** Adds what the bases of a shuffle contribute. */
  add(contributions: Float32Array): void;
  /** Names what contributes: `codes` and `contributions` are those of the whole place. */
  name(
    codes: Uint8Array,
    contributions: Float32Array,
    motifs: EngineMotifSet,
    options: { seqlets?: number; q?: number; least?: number },
  ): { seqlets: EngineSeqlet[]; named: EngineNamed[]; patterns: EnginePattern[] };
  free(): void;
}

/** What an engine has of these. */
export interface MotifParts {
  /** Reads MEME's minimal format, or JASPAR's matrices; `file` names it in errors. */
  MotifSet: new (bytes: Uint8Array, file: string) => EngineMotifSet;
  /** Over so many windows. */
  MotifSearch: new (seed: number, windows: number) => EngineMotifSearch;
}
