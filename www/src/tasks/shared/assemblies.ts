/** Assemblies of sequences: told by lengths and names of chromosomes, or by the user. Pure. */

import type { ModelCard } from "../../../../pkg/src/index";

/** A chromosome of a file. */
export interface NamedLength {
  readonly name: string;
  /** Base pairs; null where the file does not tell. */
  readonly length: number | null;
}

/** Species, with the names of their chromosomes as {@link plainName} has them. */
const SPECIES = {
  human: [...numbered(22), "X", "Y", "MT"],
  mouse: [...numbered(19), "X", "Y", "MT"],
  "budding yeast": [..."I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI".split(" "), "MT"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

type Species = keyof typeof SPECIES;

/** Lengths of chromosome 1 (budding yeast: IV, its longest) that tell assemblies apart, from UCSC's chrom.sizes. */
const ASSEMBLIES: readonly (readonly [assembly: string, chromosome: string, length: number, species: Species])[] = [
  ["hg19", "1", 249_250_621, "human"],
  ["hg38", "1", 248_956_422, "human"],
  ["hs1", "1", 248_387_328, "human"],
  ["mm9", "1", 197_195_432, "mouse"],
  ["mm10", "1", 195_471_971, "mouse"],
  ["mm39", "1", 195_154_279, "mouse"],
  ["sacCer3", "IV", 1_531_933, "budding yeast"],
];

/** The user's word on the assembly of sequences: a name of {@link NAMED_ASSEMBLIES}, or another one. */
export type SaidAssembly = string | undefined;

/** Assemblies that can be chosen. */
export const NAMED_ASSEMBLIES: readonly string[] = ASSEMBLIES.map(([assembly]) => assembly);

/** None of them. */
export const ANOTHER = "another";

function numbered(last: number): string[] {
  return Array.from({ length: last }, (_, i) => String(i + 1));
}

/** A chromosome's name without `chr`, in upper case, as the engine compares them. */
export function plainName(name: string): string {
  const bare = name.toUpperCase().replace(/^CHR(?=.)/, "");
  return /^(M|MITO|MTDNA|MITOCHONDRION)$/.test(bare) ? "MT" : bare;
}

/** The assembly that chromosomes are as long as; undefined for one that is not known here. */
export function assemblyOfLengths(chromosomes: readonly NamedLength[]): string | undefined {
  const known = new Map(chromosomes.map(({ name, length }) => [plainName(name), length]));
  return ASSEMBLIES.find(([, chromosome, length]) => known.get(chromosome) === length)?.[0];
}

/** "hg38 (human)", or the name alone of one that is not known here. */
export function assemblyInWords(assembly: string): string {
  const species = speciesOf(assembly);
  return species ? `${assembly} (${species})` : assembly;
}

/** The species of an assembly; undefined for one that is not known here. */
export function speciesOf(assembly: string): Species | undefined {
  return ASSEMBLIES.find(([name]) => name === assembly)?.[3];
}

/** The assembly of sequences, and what tells it. */
export interface KnownAssembly {
  readonly name: string;
  readonly by: "lengths" | "the user";
}

/** The assembly of sequences, by their lengths before the user's word; undefined where neither tells. */
export function knownAssembly(records: readonly NamedLength[], said: SaidAssembly): KnownAssembly | undefined {
  const assembly = assemblyOfLengths(records);
  if (assembly !== undefined) return { name: assembly, by: "lengths" };
  return said === undefined ? undefined : { name: said, by: "the user" };
}

/** True for names of chromosomes: of other names nobody can say what they are of. */
function isChromosome(name: string): boolean {
  return Object.values(SPECIES).some((names) => (names as readonly string[]).includes(plainName(name)));
}

/**
 * Difference between a sequence and the assembly that a model was trained on, in a sentence without its stop; undefined
 * where there is none, or nobody knows.
 *
 * @param record Name of the sequence, with its bases behind a colon or without.
 */
export function assemblyDiffers(
  { assembly: trained }: Pick<ModelCard, "assembly">,
  record: string,
  known: KnownAssembly | undefined,
): string | undefined {
  if (!trained) return undefined;
  const of = assemblyInWords(trained);
  if (known && known.name !== trained) {
    if (known.name === ANOTHER) return `You said the sequence is not of ${of}, the assembly the model was trained on`;
    const told = known.by === "lengths" ? "by the lengths of its chromosomes" : "as you said";
    return `The sequence is of ${assemblyInWords(known.name)}, ${told}; the model was trained on ${of}`;
  }
  const species = speciesOf(trained);
  const name = record.replace(/:[\d,.-]+$/, "");
  if (known || !species || !isChromosome(name)) return undefined;
  return (SPECIES[species] as readonly string[]).includes(plainName(name))
    ? undefined
    : `${name} is not a chromosome of ${of}, the assembly the model was trained on`;
}
