/** Names of genes in lists: the symbol where one is known, and the id. Pure. */

import { cell } from "../../../export/columns";
import { nameKeys } from "../../../ui/sorting";

/** Symbols by id, of ids without their versions. */
export type Symbols = ReadonlyMap<string, string>;

/** A gene's symbol and its id. */
export interface GeneName {
  readonly symbol: string | undefined;
  readonly id: string;
}

/** The names of the genes of a table. */
export interface GeneNames {
  readonly names: readonly GeneName[];
  /** By which they sort: the symbol, or the id where there is none. */
  readonly keys: readonly string[];
  /** In which they are searched, in lower case. */
  readonly texts: readonly string[];
}

/** An id of Ensembl with the symbol behind it: `ENSG00000102145_GATA1`. A number, or a long name, is no symbol. */
const WITH_SYMBOL = /^(ENS[A-Z]*G\d+(?:\.\d+)?)[_|](?!\d+$)([\w.-]{1,20})$/;

/** Symbols of ids as a file has them. */
export function symbolsOf(ids: readonly (readonly [id: string, symbol: string])[]): Symbols {
  return new Map(ids.map(([id, symbol]) => [withoutVersion(id), symbol]));
}

/** The symbols of some genes, as {@link symbolsOf} takes them. */
export function symbolsIn(genes: readonly string[], symbols: Symbols): [id: string, symbol: string][] {
  return genes.flatMap((gene) => {
    const id = withoutVersion(WITH_SYMBOL.exec(gene)?.[1] ?? gene);
    const symbol = symbols.get(id);
    return symbol === undefined ? [] : [[id, symbol]];
  });
}

/** Number of some genes that an annotation gives a symbol. */
export function named(genes: readonly string[], symbols: Symbols): number {
  return genes.filter((gene) => symbols.has(withoutVersion(WITH_SYMBOL.exec(gene)?.[1] ?? gene))).length;
}

/** `ENSG00000102145.14` without its version. */
export function withoutVersion(id: string): string {
  return id.replace(/^(ENS[A-Z]*G\d+)\.\d+$/, "$1");
}

function nameOf(gene: string, symbols: Symbols | undefined): GeneName {
  const [, id = gene, own] = WITH_SYMBOL.exec(gene) ?? [];
  const symbol = symbols?.get(withoutVersion(id)) ?? own;
  // A symbol that is the id says nothing.
  return { symbol: symbol === id ? undefined : symbol, id };
}

/** "GATA1 ENSG00000102145", or the id alone. */
export function inFull({ symbol, id }: GeneName): string {
  return symbol === undefined ? id : `${symbol} ${id}`;
}

/** A gene in a heading. */
export function headingOf(gene: string, symbols?: Symbols): string {
  return inFull(nameOf(gene, symbols));
}

/**
 * A test of the texts of genes for what is searched: a part of a name, or of a list of names, as pasted from a table,
 * any of them in full. Undefined where nothing is searched.
 */
export function searchOf(search: string): ((text: string) => boolean) | undefined {
  const wanted = search.trim().toLowerCase();
  if (wanted === "") return undefined;
  const list = new Set(wanted.split(/[\s,;]+/).filter((each) => each !== ""));
  if (list.size < 2) return (text) => text.includes(wanted);
  const isListed = (word: string): boolean => list.has(word) || list.has(word.replace(/\.\d+$/, ""));
  // Names may have spaces.
  return (text) => text.includes(wanted) || text.split(/[\s_|]+/).some(isListed);
}

/** A table with a row for each gene, and their symbols as its last column, where any is known. */
export function withSymbols(table: string, genes: readonly string[], symbols: Symbols | undefined): string {
  const { names } = geneNames(genes, symbols);
  if (names.every(({ symbol }) => symbol === undefined)) return table;
  const [header = "", ...rows] = table.trimEnd().split("\n");
  return `${[`${header}\tsymbol`, ...rows.map((row, i) => `${row}\t${cell(names[i]?.symbol ?? "")}`)].join("\n")}\n`;
}

const NONE: Symbols = new Map();
const known = new WeakMap<readonly string[], WeakMap<Symbols, GeneNames>>();

/** The names of genes, which are made once: lists are sorted again and again. */
export function geneNames(genes: readonly string[], symbols: Symbols = NONE): GeneNames {
  const bySymbols = known.get(genes) ?? new WeakMap<Symbols, GeneNames>();
  known.set(genes, bySymbols);
  const made = bySymbols.get(symbols) ?? make(genes, symbols);
  bySymbols.set(symbols, made);
  return made;
}

function make(genes: readonly string[], symbols: Symbols): GeneNames {
  const names = genes.map((gene) => nameOf(gene, symbols));
  return {
    names,
    keys: nameKeys(names.map(({ symbol, id }) => symbol ?? id)),
    texts: names.map(({ symbol }, i) => `${symbol ?? ""} ${genes[i]}`.toLowerCase()),
  };
}
