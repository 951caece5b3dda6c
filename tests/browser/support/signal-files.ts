// Simulated signal and genes as files: by a fixed rule, not biology.

import { bigWig, type BigWigChromosome } from "./bigwig.ts";

/** Chromosomes of the simulated genome, as signal names them. */
export const CHROMOSOMES = [
  { name: "chr1", length: 900_000 },
  { name: "chr2", length: 400_000 },
] as const;

/** Numbers between 0 and 1 that depend on the seed alone (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Intervals of 20 to 400 bp with gaps between them, with values of up to 30. */
export function simulatedSignal(
  seed: number,
  chromosomes: readonly { name: string; length: number }[] = CHROMOSOMES,
): BigWigChromosome[] {
  const next = random(seed);
  return chromosomes.map(({ name, length }) => {
    const items: [number, number, number][] = [];
    for (let at = Math.floor(next() * 300); ;) {
      const end = at + 20 + Math.floor(next() * 380);
      if (end > length) return { name, length, items };
      items.push([at, end, Math.fround(next() * 30)]);
      at = end + Math.floor(next() * 500);
    }
  });
}

/** A bigWig file of simulated signal. */
export function signalFile(seed: number, chromosomes?: readonly { name: string; length: number }[]): Buffer {
  return bigWig(simulatedSignal(seed, chromosomes));
}

/** The same as bedGraph. */
export function bedGraph(seed: number): string {
  return simulatedSignal(seed)
    .flatMap(({ name, items }) => items.map(([start, end, value]) => `${name}\t${start}\t${end}\t${value}\n`))
    .join("");
}

/**
 * Genes of both strands as GTF, one of them at the edge of its chromosome and one on a chromosome that no signal has.
 * Chromosomes are named without `chr`.
 */
export function genesGtf(genes = 60, { prefix = "", comments = "" } = {}): string {
  const next = random(7);
  const rows: string[] = [];
  const add = (chromosome: string, id: string, start: number, end: number, strand: string): void => {
    const kind = id.endsWith("3") ? "lncRNA" : "protein_coding";
    const row = (type: string, more = ""): string =>
      `${prefix}${chromosome}\tsimulated\t${type}\t${start}\t${end}\t.\t${strand}\t.\tgene_id "${id}"; gene_type ` +
      `"${kind}"; gene_name "N${id}";${more}\n`;
    rows.push(row("gene"), row("transcript", ` transcript_id "T${id}";`));
  };
  for (let gene = 0; gene < genes; gene++) {
    const { name, length } = CHROMOSOMES[gene % 2]!;
    const start = 20_000 + Math.floor(next() * (length - 60_000));
    add(name.slice(3), `G${gene}`, start, start + 1_000 + Math.floor(next() * 9_000), gene % 3 === 0 ? "-" : "+");
  }
  add("1", "EDGE", 1_200, 4_000, "+");
  add("X", "NOWHERE", 50_000, 60_000, "+");
  return comments + rows.join("");
}
