/** Genes of a single-file page, as JSON: those in its regions, and those near each of its variants. */

import type { GeneModel, NearGenes, VariantRow } from "../../../pkg/src/index";
import type { Exported } from "./format";
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
    const read: unknown = JSON.parse(text);
    if (!isPageGenes(read)) return undefined;
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
        "Get the file again from where it came; nothing of it was opened.",
      );
}

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);
const isBase = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32;
const isStrand = (value: unknown): boolean => value === "+" || value === "-" || value === ".";
const isListOf = (value: unknown, is: (each: unknown) => boolean): value is unknown[] =>
  Array.isArray(value) && value.every(is);

function isPageGenes(value: unknown): value is PageGenes {
  return isObject(value) && isText(value.file) && isListOf(value.models, isModel) && isListOf(value.near, isNear);
}

function isModel(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { id, name, biotype, chromosome, strand, start, end, tss, exons } = value;
  return (
    [id, chromosome].every(isText) &&
    [name, biotype].every(isTextOrNull) &&
    isStrand(strand) &&
    [start, end, tss].every(isBase) &&
    (start as number) < (end as number) &&
    isListOf(exons, isBase) &&
    exons.length % 2 === 0
  );
}

function isNear(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { chromosome, position, reference, alternative, genes } = value;
  const isCalled = (each: unknown): each is Fields => isObject(each) && isText(each.name) && isText(each.id);
  return (
    [chromosome, reference, alternative].every(isText) &&
    isBase(position) &&
    (genes === null ||
      (isObject(genes) &&
        isListOf(genes.here, (each) => isCalled(each) && (each.part === "exon" || each.part === "intron")) &&
        isListOf(genes.nearest, (each) => isCalled(each) && isStrand(each.strand) && Number.isInteger(each.distance))))
  );
}
