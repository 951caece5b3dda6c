/** The worker's side of the genes under the tracks. */

import {
  type GeneModel,
  type Genes,
  InputError,
  type NearGenes,
  Regulens,
  type Stretch,
  type VariantRow,
  type WorkOptions,
} from "../../../../../pkg/src/index";
import { call } from "../../../rpc/rpc";
import { sourceOf, type TableRequest } from "../../../session/opened";
import { genesFrom, type PageGenes } from "../../../standalone/genes";
import { SavedGenes } from "./saved";

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
  const genes = genesFrom(await source.blob.text());
  if (genes) return new SavedGenes(genes);
  throw new InputError(`${source.file}: found JSON that is not the genes of a page of one file.`, {
    code: "annotation",
    remedy: "Give a GTF, GFF3 or BED file.",
  });
}
