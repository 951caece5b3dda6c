/** The worker's side of the symbols of genes, from an annotation. */

import { Regulens } from "../../../../../pkg/src/index";
import { call } from "../../../rpc/rpc";
import { sourceOf, type TableRequest } from "../../../session/opened";

/** Beyond the end of any chromosome, and more genes than any has. */
const ALL = 2 ** 32 - 1;

/** Answers the page's calls. */
export class SymbolHandlers {
  /** Ids of a GTF, GFF3 or BED file, each with its symbol; genes without one are left out. */
  readonly readSymbols = call(
    { needs: ["symbols"] },
    async ({ source }: { readonly source: TableRequest }, options) => {
      const genes = await Regulens.readGenes(sourceOf(source), { ...options, name: source.file });
      try {
        const found = genes.chromosomes.flatMap((chromosome) => genes.within(chromosome, 0, ALL, ALL)?.genes ?? []);
        return found.flatMap(({ id, name }): [string, string][] => (name === null ? [] : [[id, name]]));
      } finally {
        genes.free();
      }
    },
  );
}
