/** Species of genes and of the signal of their tables: told by ids, by assemblies, or by the user. Pure. */

import type { ModelCard } from "../../../../pkg/src/index";
import { ANOTHER, assemblyInWords, type KnownAssembly, speciesOf } from "./assemblies";

/** The assembly of signal, and what tells it. */
export interface KnownSignal {
  readonly name: string;
  readonly by: KnownAssembly["by"] | "the annotation";
}

const TOLD = {
  lengths: "by the lengths of its chromosomes",
  ...{ "the annotation": "as in the annotation", "the user": "as you said" },
} as const;

/** "mm10 (mouse), by the lengths of its chromosomes": an assembly, and what tells it. */
export function toldInWords({ name, by }: KnownSignal): string {
  return `${assemblyInWords(name)}, ${TOLD[by]}`;
}

/** Beginnings of gene ids that tell the species. */
const IDS: readonly (readonly [pattern: RegExp, species: string])[] = [
  [/^ENSG\d/, "human"],
  [/^ENSMUSG\d/, "mouse"],
  [/^ENSRNOG\d/, "rat"],
  [/^ENSDARG\d/, "zebrafish"],
  [/^ENSGALG\d/, "chicken"],
  [/^FBGN\d/, "fruit fly"],
  [/^WBGENE\d/, "worm"],
  [/^Y[A-P][LR]\d{3}[WC]/, "budding yeast"],
  [/^AT\dG\d{5}/, "Arabidopsis"],
];

/** Genes that are looked at. */
const LOOKED_AT = 200;

/** Species that can be chosen. */
export const NAMED_SPECIES: readonly string[] = [...new Set(IDS.map(([, species]) => species))];

/** The species of the assembly that a model was trained on; undefined where its card does not tell. */
export function speciesTrained({ assembly }: Pick<ModelCard, "assembly">): string | undefined {
  return assembly ? speciesOf(assembly) : undefined;
}

/** The species whose ids most of some genes have; undefined where they tell none. */
export function speciesOfGenes(genes: readonly string[]): string | undefined {
  const some = genes.slice(0, LOOKED_AT);
  return IDS.find(([pattern]) => 2 * some.filter((gene) => pattern.test(gene.toUpperCase())).length > some.length)?.[1];
}

/**
 * Difference between the species of the signal that tables are made of and that of a model; in a sentence
 * without its stop; undefined where there is none, or nobody knows.
 */
export function signalDiffers(card: Pick<ModelCard, "assembly">, known: KnownSignal): string | undefined {
  const trained = speciesTrained(card);
  if (!trained || speciesOf(known.name) === trained) return undefined;
  const of = assemblyInWords(card.assembly!);
  return known.name === ANOTHER
    ? `You said the signal is not of ${trained}; the model was trained on ${of}`
    : `The signal is of ${toldInWords(known)}; the model was trained on ${of}`;
}

/** "The table was made of signal of hg38 (human)"; undefined for a word that is no assembly. */
export function madeOfInWords(said: string | undefined): string | undefined {
  return said && speciesOf(said) ? `The table was made from signal of ${assemblyInWords(said)}` : undefined;
}

/**
 * Difference between the species of genes and that of a model. Their ids tell it,
 * before the assembly of the signal that their table was made of, or the user's word on the species.
 */
export function speciesDiffers(
  card: Pick<ModelCard, "assembly">,
  genes: readonly string[],
  said?: string,
): string | undefined {
  const [trained, byIds] = [speciesTrained(card), speciesOfGenes(genes)];
  const found = byIds ?? (said && (speciesOf(said) ?? said));
  if (!trained || !found || trained === found) return undefined;
  const of = assemblyInWords(card.assembly!);
  if (found === ANOTHER) return `You said the genes are not of ${trained}; the model was trained on ${of}`;
  const made = byIds === undefined ? madeOfInWords(said) : undefined;
  if (made !== undefined) return `${made}; the model was trained on ${of}`;
  return `The genes are of ${found}, ${byIds ? "by their ids" : "as you said"}; the model was trained on ${of}`;
}
