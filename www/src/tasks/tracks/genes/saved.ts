/** The genes that a page of one file holds: they answer as those of an annotation do, without the engine of files. */

import {
  type Gene,
  type GeneCompletion,
  type GenesWithin,
  InputError,
  type NearGenes,
} from "../../../../../pkg/src/index";
import { finder } from "../../../../../pkg/src/io/names";
import type { NearVariant, PageGenes, WrittenVariant } from "../../../standalone/genes";
import { formatCount } from "../../../plots/core/format";
import { withoutVersion } from "../../shared/genes/names";

/** Genes of a page of one file. */
export class SavedGenes {
  readonly file: string;
  readonly count: number;
  readonly notes: readonly string[] = [];
  readonly #models: PageGenes["models"];
  readonly #chromosomes: readonly string[];
  readonly #chromosomeOf: (name: string) => number;
  readonly #near: ReadonlyMap<string, NearVariant>;

  constructor({ file, models, near }: PageGenes) {
    this.file = file;
    this.count = models.length;
    this.#models = models;
    this.#chromosomes = [...new Set(models.map(({ chromosome }) => chromosome))];
    this.#chromosomeOf = finder(this.#chromosomes);
    this.#near = new Map(near.map((each) => [keyOf(each), each]));
  }

  /** The gene of an id, with or without its version, or of a symbol. */
  find(name: string): Gene {
    const ways: ((gene: Gene) => boolean)[] = [
      ({ id }) => id === name,
      ({ id }) => withoutVersion(id) === name,
      (gene) => gene.name === name,
    ];
    const found = ways.map((is) => this.#models.filter(is)).find(({ length }) => length > 0);
    if (found?.length === 1) return found[0]!;
    const [message, remedy] = found
      ? [`${name} is the name of ${formatCount(found.length)} genes`, "Write its id."]
      : [`found no gene ${name} among the ${formatCount(this.count)} that were saved`, "Write its symbol or id."];
    throw new InputError(`${this.file}: ${message}.`, { code: found ? "several-genes" : "no-gene", remedy });
  }

  /** The genes of a stretch, counted from 0, the end not included: of more than `most` the longest. */
  within(chromosome: string, start: number, end: number, most: number): GenesWithin | undefined {
    const on = this.#chromosomes[this.#chromosomeOf(chromosome)];
    if (on === undefined) return undefined;
    const all = this.#models.filter((gene) => gene.chromosome === on && gene.start < end && gene.end > start);
    const longest = [...all].sort((a, b) => b.end - b.start - (a.end - a.start)).slice(0, most);
    const kept = new Set(longest);
    return { genes: all.filter((gene) => kept.has(gene)), more: all.length - longest.length };
  }

  /** The genes near by a variant of the page; undefined for another one, and on a chromosome without any. */
  nearVariant(variant: WrittenVariant): NearGenes | undefined {
    return this.#near.get(keyOf(variant))?.genes ?? undefined;
  }

  /** Genes whose symbol or id begins with what was typed, whatever the case; then those that contain it. */
  complete(typed: string, most: number): GeneCompletion[] {
    const wanted = typed.toUpperCase();
    if (wanted === "") return [];
    const found = this.#models.flatMap((gene) => {
      const names = [gene.name, gene.id].filter((name) => name !== null).map((name) => name.toUpperCase());
      const begins = names.find((name) => name.startsWith(wanted));
      const matched = begins ?? names.find((name) => name.includes(wanted));
      return matched === undefined ? [] : [{ gene, matched, rank: begins === undefined ? 1 : 0 }];
    });
    found.sort((a, b) => a.rank - b.rank || (a.matched < b.matched ? -1 : a.matched > b.matched ? 1 : 0));
    return found.slice(0, most).map(({ gene }) => ({ name: this.#nameOf(gene), gene }));
  }

  /** Nothing of them is in an engine. */
  free(): void {}

  /** Name that finds it: its symbol where no other gene has it, else its id. */
  #nameOf({ name, id }: Gene): string {
    const isAlone = name !== null && this.#models.filter((gene) => gene.name === name).length === 1;
    return isAlone ? name : id;
  }
}

function keyOf({ chromosome, position, reference, alternative }: WrittenVariant): string {
  return [chromosome, position, reference, alternative].join("\t");
}
