/** The worker's side of the genes under the tracks. */

import {
  type Gene,
  type GeneCompletion,
  type GeneModel,
  type Genes,
  type GenesWithin,
  InputError,
  type NearGenes,
  Regulens,
  type Stretch,
  type VariantRow,
  type WorkOptions,
} from "../../../../../pkg/src/index";
import { call } from "../../../rpc/rpc";
import { sourceOf, type TableRequest } from "../../../session/opened";
import type { NearVariant, PageGenes, WrittenVariant } from "../../../standalone/genes";
import { finder } from "../../../../../pkg/src/io/names";
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

/** Genes of one stretch at most: of more the longest are drawn. */
const MOST = 5000;

/** All genes of a stretch. */
const ALL = 2 ** 32 - 1;

/** Names that are offered while one is typed. */
const OFFERED = 12;

/** The bases that variants change, from 0, the ends not included; undefined of what cannot be placed. */
type Changed = (variants: readonly VariantRow[], options: WorkOptions) => Promise<readonly (Stretch | undefined)[]>;

/** Bases of a sequence by its name, from 0, the end not included. */
export interface NamedStretch extends Stretch {
  readonly name: string;
}

/** First letter of the genes of a page of one file: no annotation begins so. */
const JSON_BEGINS = "{";

/** Answers the page's calls. */
export class GeneHandlers {
  #genes: Genes | SavedGenes | undefined;

  constructor(private readonly changed: Changed) {}

  /** Reads an annotation, or the genes of a page of one file, in place of those before. */
  readonly readGenes = call({ needs: ["genes"] }, async ({ source }: { readonly source: TableRequest }, options) => {
    const genes =
      (await savedGenes(source)) ?? (await Regulens.readGenes(sourceOf(source), { ...options, name: source.file }));
    this.#free();
    this.#genes = genes;
    const { file, count, notes } = genes;
    return { file, count, notes };
  });

  /** The genes of a stretch, counted from 0, the end not included. */
  readonly genesWithin = call(
    { needs: ["genes"] },
    async ({ record, start, end }: { readonly record: string; readonly start: number; readonly end: number }) =>
      this.#need().within(record, start, end, MOST) ?? { genes: [], more: 0 },
  );

  /** The genes near by each variant; undefined on a chromosome without any. */
  readonly genesNear = call(
    { needs: ["genes", "table"] },
    ({ variants }: { readonly variants: readonly VariantRow[] }, options) => this.#near(variants, options),
  );

  /** The gene of an id or a symbol. */
  readonly findGene = call({ needs: ["genes"] }, async ({ name }: { readonly name: string }) =>
    this.#need().find(name),
  );

  /** Genes whose name begins as what is typed, or contains it. */
  readonly completeGenes = call({}, async ({ typed }: { readonly typed: string }) =>
    (this.#genes?.complete(typed, OFFERED) ?? []).map(({ name, gene }) => ({ name, gene })),
  );

  /** Gives them back. */
  readonly forgetGenes = call({ needs: ["genes"] }, async (_: Record<string, never>) => {
    this.#free();
    return {};
  });

  /** The genes of a page of one file: those with a base within `stretches`, and those near by `variants`. */
  async exported(
    stretches: readonly NamedStretch[],
    variants: readonly VariantRow[],
    options: WorkOptions,
  ): Promise<PageGenes> {
    const genes = this.#need();
    const models = new Map<string, GeneModel>();
    for (const { name, start, end } of stretches)
      for (const gene of genes.within(name, start, end, ALL)?.genes ?? [])
        // A gene between two stretches is found twice; an id may come again elsewhere.
        models.set([gene.chromosome, gene.start, gene.end, gene.id].join("\t"), gene);
    const near = await this.#near(variants, options);
    return {
      file: genes.file,
      models: [...models.values()],
      near: variants.map(({ chromosome, position, reference, alternative }, i) => ({
        ...{ chromosome, position, reference, alternative },
        genes: near[i] ?? null,
      })),
    };
  }

  async #near(variants: readonly VariantRow[], options: WorkOptions): Promise<(NearGenes | undefined)[]> {
    const genes = this.#need();
    if (genes instanceof SavedGenes) return variants.map((variant) => genes.nearVariant(variant));
    const changed = await this.changed(variants, options);
    return variants.map(({ chromosome, position, reference }, i) => {
      // As it is written where the sequences do not have it.
      const { start, end } = changed[i] ?? { start: position, end: position + Math.max(1, reference.length) };
      return genes.near(chromosome, start, end);
    });
  }

  #free(): void {
    this.#genes?.free();
    this.#genes = undefined;
  }

  #need(): Genes | SavedGenes {
    if (!this.#genes)
      throw new InputError("This needs genes.", { code: "missing", remedy: "Give a GTF, GFF3 or BED file." });
    return this.#genes;
  }
}

/** The genes of a page of one file; undefined of an annotation. */
async function savedGenes(source: TableRequest): Promise<SavedGenes | undefined> {
  if (!("blob" in source) || (await source.blob.slice(0, JSON_BEGINS.length).text()) !== JSON_BEGINS) return undefined;
  const { genesFrom } = await import("../../../standalone/genes");
  const genes = genesFrom(await source.blob.text());
  if (genes) return new SavedGenes(genes);
  throw new InputError(`${source.file}: found JSON that does not hold the genes of a one-file page.`, {
    code: "annotation",
    remedy: "Give a GTF, GFF3 or BED file.",
  });
}
