/** The worker's part of the genes under the tracks. */

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
import { genesFrom, type NearVariant, type PageGenes, type WrittenVariant } from "../../../standalone/genes";
import { finder } from "../../../../../pkg/src/io/names";
import { formatCount } from "../../../plots/core/format";
import { withoutVersion } from "../../shared/genes/names";

/** Genes of a single-file page. */
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

  /** The gene with an id, with or without version, or with a symbol. */
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

  /** The genes of a stretch, from 0, end excluded; if there are more than `most`, the longest. */
  within(chromosome: string, start: number, end: number, most: number): GenesWithin | undefined {
    const on = this.#chromosomes[this.#chromosomeOf(chromosome)];
    if (on === undefined) return undefined;
    const all = this.#models.filter((gene) => gene.chromosome === on && gene.start < end && gene.end > start);
    const longest = [...all].sort((a, b) => b.end - b.start - (a.end - a.start)).slice(0, most);
    const kept = new Set(longest);
    return { genes: all.filter((gene) => kept.has(gene)), more: all.length - longest.length };
  }

  /** The genes near a variant of the page; undefined for another variant, and on a chromosome without genes. */
  nearVariant(variant: WrittenVariant): NearGenes | undefined {
    return this.#near.get(keyOf(variant))?.genes ?? undefined;
  }

  /** Genes whose symbol or id begins with the typed text, then those that contain it; case is ignored. */
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

  /** Nothing to free: they are not in an engine. */
  free(): void {}

  /** A name that finds it: its symbol if no other gene has it, otherwise its id. */
  #nameOf({ name, id }: Gene): string {
    const isAlone = name !== null && this.#models.filter((gene) => gene.name === name).length === 1;
    return isAlone ? name : id;
  }
}

function keyOf({ chromosome, position, reference, alternative }: WrittenVariant): string {
  return [chromosome, position, reference, alternative].join("\t");
}

/** Maximum number of genes for a stretch: if there are more, the longest are drawn. */
const MOST = 5000;

/** Unlimited number of genes for a stretch. */
const ALL = 2 ** 32 - 1;

/** Maximum number of suggested names. */
const OFFERED = 12;

/** The bases that variants change, from 0, end excluded; undefined for variants without a position. */
type Changed = (variants: readonly VariantRow[], options: WorkOptions) => Promise<readonly (Stretch | undefined)[]>;

/** Bases of a named sequence, from 0, end excluded. */
export interface NamedStretch extends Stretch {
  readonly name: string;
}

/** First character of a single-file page's genes, which no annotation begins with. */
const JSON_BEGINS = "{";

/** Answers the page's calls. */
export class GeneHandlers {
  #genes: Genes | SavedGenes | undefined;

  constructor(private readonly changed: Changed) {}

  /** Reads an annotation, or the genes of a single-file page, in place of earlier genes. */
  readonly readGenes = call({ needs: ["genes"] }, async ({ source }: { readonly source: TableRequest }, options) => {
    const genes =
      (await savedGenes(source)) ?? (await Regulens.readGenes(sourceOf(source), { ...options, name: source.file }));
    this.#free();
    this.#genes = genes;
    const { file, count, notes } = genes;
    return { file, count, notes };
  });

  /** The genes of a stretch, from 0, end excluded. */
  readonly genesWithin = call(
    { needs: ["genes"] },
    async ({ record, start, end }: { readonly record: string; readonly start: number; readonly end: number }) =>
      this.#need().within(record, start, end, MOST) ?? { genes: [], more: 0 },
  );

  /** The genes near each variant; undefined on a chromosome without genes. */
  readonly genesNear = call(
    { needs: ["genes", "table"] },
    ({ variants }: { readonly variants: readonly VariantRow[] }, options) => this.#near(variants, options),
  );

  /** The gene with an id or a symbol. */
  readonly findGene = call({ needs: ["genes"] }, async ({ name }: { readonly name: string }) =>
    this.#need().find(name),
  );

  /** Genes whose name begins with, or contains, the typed text. */
  readonly completeGenes = call({}, async ({ typed }: { readonly typed: string }) =>
    (this.#genes?.complete(typed, OFFERED) ?? []).map(({ name, gene }) => ({ name, gene })),
  );

  /** Frees the genes. */
  readonly forgetGenes = call({ needs: ["genes"] }, async (_: Record<string, never>) => {
    this.#free();
    return {};
  });

  /** The genes of a single-file page: those that overlap `stretches`, and those near `variants`. */
  async exported(
    stretches: readonly NamedStretch[],
    variants: readonly VariantRow[],
    options: WorkOptions,
  ): Promise<PageGenes> {
    const genes = this.#need();
    const models = new Map<string, GeneModel>();
    for (const { name, start, end } of stretches)
      for (const gene of genes.within(name, start, end, ALL)?.genes ?? [])
        // A gene between two stretches is found twice; an id may occur again elsewhere.
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
      // As written, if the sequences lack it.
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

/** The genes of a single-file page; undefined for an annotation. */
async function savedGenes(source: TableRequest): Promise<SavedGenes | undefined> {
  if (!("blob" in source) || (await source.blob.slice(0, JSON_BEGINS.length).text()) !== JSON_BEGINS) return undefined;
  const genes = genesFrom(await source.blob.text());
  if (genes) return new SavedGenes(genes);
  throw new InputError(`${source.file}: found JSON that is not the genes of a page of one file.`, {
    code: "annotation",
    remedy: "Give a GTF, GFF3 or BED file.",
  });
}
