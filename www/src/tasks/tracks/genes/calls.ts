/** The worker's side of the genes under the tracks. */

import { type Genes, InputError, type NearGenes, Regulens } from "../../../../../pkg/src/index";
import { call } from "../../../rpc/rpc";
import { sourceOf, type TableRequest } from "../../../session/opened";

/** Genes of one stretch at most: of more the longest are drawn. */
const MOST = 5000;

/** Names that are offered while one is typed. */
const OFFERED = 12;

/** Bases that are asked for by their chromosome, from 0, the end not included. */
export interface AskedPlace {
  readonly chromosome: string;
  readonly start: number;
  readonly end: number;
}

/** Answers the page's calls. */
export class GeneHandlers {
  #genes: Genes | undefined;

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

  /** The genes near by each place; undefined on a chromosome without any. */
  readonly genesNear = call(
    { needs: ["genes"] },
    async ({ places }: { readonly places: readonly AskedPlace[] }): Promise<(NearGenes | undefined)[]> =>
      places.map(({ chromosome, start, end }) => this.#need().near(chromosome, start, end)),
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
