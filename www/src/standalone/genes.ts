/** Genes of a single-file page, as JSON: those in its regions, and those near each of its variants. */

import type { GeneModel, NearGenes, VariantRow } from "../../../pkg/src/index";
import { checked, type Schema } from "../session/schema";
import type { Exported } from "./format";
import manifestSchema from "./manifest.schema.json";
import { ExportError } from "./read";

/** The block of the genes, named by their role. */
export const GENES_BLOCK = "genes";

/** A variant, as in its VCF row. */
export type WrittenVariant = Pick<VariantRow, "chromosome" | "position" | "reference" | "alternative">;

/** Genes near a variant; null on a chromosome without genes. */
export interface NearVariant extends WrittenVariant {
  readonly genes: NearGenes | null;
}

/** The genes of a page. */
export interface PageGenes {
  /** Name of their file. */
  readonly file: string;
  /** Genes that overlap the page's regions, by sequence and position. */
  readonly models: readonly GeneModel[];
  /** One entry per variant of the page, in the order of its rows; empty without variants. */
  readonly near: readonly NearVariant[];
}

/** As text, with keys in a fixed order: equal genes give equal bytes. */
export function genesText({ file, models, near }: PageGenes): string {
  return JSON.stringify({
    file,
    models: models.map(({ id, name, biotype, chromosome, strand, start, end, tss, exons }) => ({
      ...{ id, name, biotype, chromosome, strand, start, end, tss },
      exons: [...exons],
    })),
    near: near.map(({ chromosome, position, reference, alternative, genes }) => ({
      ...{ chromosome, position, reference, alternative },
      genes: genes && {
        here: genes.here.map(({ name, id, part }) => ({ name, id, part })),
        nearest: genes.nearest.map(({ name, id, strand, distance }) => ({ name, id, strand, distance })),
      },
    })),
  });
}

/** Parses the text; undefined if it is not such JSON. */
export function genesFrom(text: string): PageGenes | undefined {
  try {
    const { $defs } = manifestSchema as Schema;
    const read = checked<PageGenes>({ $ref: "#/$defs/PageGenes", $defs: $defs! }, JSON.parse(text), (where) => {
      throw new TypeError(where);
    });
    // No schema says this.
    if (!read.models.every(({ start, end, exons }) => start < end && exons.length % 2 === 0)) return undefined;
    return { ...read, models: read.models.map((model) => ({ ...model, exons: Uint32Array.from(model.exons) })) };
  } catch {
    return undefined;
  }
}

/** Throws if the genes of a page are unreadable, with a message for the user. */
export function requireGenes(file: string, { manifest, blocks }: Exported): void {
  for (const { role, block } of manifest.inputs)
    if (role === "genes" && !genesFrom(new TextDecoder().decode(blocks.get(block))))
      throw new ExportError(
        `${file}: found a damaged file (its genes cannot be read); expected it as it was saved.`,
        "damaged-export",
        "Get the file again from its source; nothing was opened.",
      );
}
