/** The genes near by a place: those that it lies in, and the nearest start of transcription. Pure. */

import type { Gene, GeneModel } from "../../../../../pkg/src/index";

/** What a gene is called, and where it is known by. */
interface Called {
  /** Its symbol, else its id. */
  readonly name: string;
  readonly id: string;
}

/** A gene that a place lies in. */
export interface GeneHere extends Called {
  /** `exon` where a base of the place is one of an exon's. */
  readonly part: "exon" | "intron";
}

/** A gene by its TSS. */
export interface GeneStart extends Called {
  readonly strand: Gene["strand"];
  /** Bases from the TSS to the place, along the gene: below 0 upstream of it. */
  readonly distance: number;
}

/** The genes near by a place. */
export interface NearGenes {
  /** Those that it lies in, those with an exon there first; then as they lie. */
  readonly here: readonly GeneHere[];
  /** That of the nearest TSS; several where they are equally far. */
  readonly nearest: readonly GeneStart[];
}

/** Where the nearest TSS is, in bases of either direction. */
export function toTss({ nearest }: NearGenes): number {
  return Math.abs(nearest[0]?.distance ?? NaN);
}

/** The genes of a chromosome, to be asked for many places. */
export class Neighbourhood {
  readonly #genes: readonly GeneModel[];
  /** Of each gene, the furthest end of it and of those before it. */
  readonly #reach: Float64Array;
  /** The genes by their TSS. */
  readonly #byTss: readonly GeneModel[];

  /** @param genes One at least. */
  constructor(genes: readonly GeneModel[]) {
    this.#genes = [...genes].sort((a, b) => a.start - b.start);
    let furthest = 0;
    this.#reach = Float64Array.from(this.#genes, ({ end }) => (furthest = Math.max(furthest, end)));
    this.#byTss = [...this.#genes].sort((a, b) => a.tss - b.tss);
  }

  /** Those near by the bases from `start` up to but not including `end`. */
  near(start: number, end: number): NearGenes {
    return { here: this.#here(start, end), nearest: this.#nearest(start, end) };
  }

  #here(start: number, end: number): GeneHere[] {
    const found: GeneHere[] = [];
    for (let i = firstWhere(this.#genes, (gene) => gene.start >= end) - 1; i >= 0 && this.#reach[i]! > start; i--) {
      const gene = this.#genes[i]!;
      if (gene.end > start) found.push({ ...called(gene), part: hasExon(gene, start, end) ? "exon" : "intron" });
    }
    found.reverse();
    return [...found.filter(({ part }) => part === "exon"), ...found.filter(({ part }) => part === "intron")];
  }

  #nearest(start: number, end: number): GeneStart[] {
    const genes = this.#byTss;
    const behind = firstWhere(genes, ({ tss }) => tss >= start);
    const far = ({ tss }: GeneModel): number => Math.max(0, start - tss, tss - end + 1);
    const least = Math.min(...[genes[behind - 1], genes[behind]].map((gene) => (gene ? far(gene) : Infinity)));
    const found: GeneStart[] = [];
    const from = firstWhere(genes, ({ tss }) => tss >= start - least);
    for (let i = from; i < genes.length && genes[i]!.tss < end + least; i++) {
      const gene = genes[i]!;
      if (far(gene) !== least) continue;
      const isBehind = gene.tss < start === (gene.strand !== "-");
      found.push({ ...called(gene), strand: gene.strand, distance: least === 0 || isBehind ? least : -least });
    }
    return found;
  }
}

function called({ id, name }: Gene): Called {
  return { name: name ?? id, id };
}

function hasExon({ exons }: GeneModel, start: number, end: number): boolean {
  for (let i = 0; i + 1 < exons.length; i += 2) if (exons[i]! < end && exons[i + 1]! > start) return true;
  return false;
}

/** Position of the first of which it is true, as it is of all behind that one. */
function firstWhere<T>(sorted: readonly T[], is: (each: T) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (is(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
