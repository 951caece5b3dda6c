/** The worker's side of the genes under the tracks. */

import {
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

/** Genes of one stretch at most: of more the longest are drawn. */
const MOST = 5000;

/** Names that are offered while one is typed. */
const OFFERED = 12;

/** The bases that variants change, from 0, the ends not included; undefined of what cannot be placed. */
type Changed = (variants: readonly VariantRow[], options: WorkOptions) => Promise<readonly (Stretch | undefined)[]>;

/** Answers the page's calls. */
export class GeneHandlers {
  #genes: Genes | undefined;

  constructor(private readonly changed: Changed) {}

  /** Reads an annotation in place of the one before. */
  readonly readGenes = call({ needs: ["genes"] }, async ({ source }: { readonly source: TableRequest }, options) => {
    const genes = await Regulens.readGenes(sourceOf(source), { ...options, name: source.file });
    this.#free();
    this.#genes = genes;
    const { file, format, count, notes } = genes;
    return { file, format, count, notes };
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
    async ({ variants }: { readonly variants: readonly VariantRow[] }, options): Promise<(NearGenes | undefined)[]> => {
      const changed = await this.changed(variants, options);
      return variants.map(({ chromosome, position, reference }, i) => {
        // As it is written where the sequences do not have it.
        const { start, end } = changed[i] ?? { start: position, end: position + Math.max(1, reference.length) };
        return this.#need().near(chromosome, start, end);
      });
    },
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

  #free(): void {
    this.#genes?.free();
    this.#genes = undefined;
  }

  #need(): Genes {
    if (!this.#genes)
      throw new InputError("This needs genes.", { code: "missing", remedy: "Give a GTF, GFF3 or BED file." });
    return this.#genes;
  }
}
