/** Searches variants by part of their texts, or by a list of ids, positions and genes. Pure. */

import type { NearGenes, VariantRow } from "../../../../../pkg/src/index";
import { nearToSearch } from "../genes/near-text";

type NearRows = readonly (NearGenes | undefined)[];

/**
 * A test of rows for a search: part of a position, a change, an id or a gene; or for a list, as pasted from a table,
 * any of its entries in full. Undefined for an empty search.
 */
export function foundBy(
  search: string,
  rows: readonly VariantRow[],
  near: NearRows | undefined,
): ((row: number) => boolean) | undefined {
  const typed = search.trim().toLowerCase();
  if (typed === "") return undefined;
  const [texts, genes] = [textsOf(rows), near && genesOf(near)];
  const wanted = typed.replace(/(\d),(?=\d)/g, "$1");
  const isPart = (row: number): boolean => texts[row]!.includes(wanted) || (genes?.[row]!.includes(wanted) ?? false);
  const words = typed
    .replace(/(\d),(?=\d{3}(?!\d))/g, "$1")
    .split(/[\s,;]+/)
    .filter((word) => word !== "");
  if (words.length < 2) return isPart;
  const list = listOf(words);
  const isListed = (row: number): boolean => {
    const [place = "", change = "", ...ids] = texts[row]!.split(/[ ;]/);
    const at = plain(place);
    if (list.has(at) || list.has(`${at} ${change}`) || ids.some((id) => list.has(id))) return true;
    return genes?.[row]!.split(" ").some((gene) => list.has(gene) || list.has(gene.replace(/\.\d+$/, ""))) ?? false;
  };
  return (row) => isPart(row) || isListed(row);
}

/** A position: `chr2:1042`, `chr2:1042a>t`, `chr2:1042:a:t` or `2-1042-a-t`. */
const PLACE = /^(.+?)[:-](\d+)(?:[:_-]?([acgtn]+)[:>/-](\S+))?$/;

/**
 * The entries of a list: its words, with positions stripped of `chr`, including their change if any. A change by itself
 * belongs to the preceding position.
 */
function listOf(words: readonly string[]): ReadonlySet<string> {
  const list = new Set<string>();
  for (const [i, word] of words.entries()) {
    const next = words[i + 1] ?? "";
    if (word.includes(">") && !PLACE.test(word)) continue;
    const [, chromosome, position, from, to] = PLACE.exec(word) ?? [];
    if (chromosome === undefined) {
      list.add(word);
      // Columns of a VCF.
      if (/^\d+$/.test(next)) list.add(`${plain(word)}:${next}`);
      continue;
    }
    const isFollowed = from === undefined && next.includes(">") && !PLACE.test(next);
    const change = from !== undefined ? ` ${from}>${to}` : isFollowed ? ` ${next}` : "";
    list.add(`${plain(chromosome)}:${position}${change}`);
    // Names of genes may look like positions: NKX2-1.
    if (!isFollowed) list.add(word);
  }
  return list;
}

/** A chromosome, or a position on it, without `chr`, which is ignored. */
function plain(place: string): string {
  return place.replace(/^chr/, "");
}

const texts = new WeakMap<readonly VariantRow[], readonly string[]>();

/** Searchable text of each row; computed once per file. */
function textsOf(rows: readonly VariantRow[]): readonly string[] {
  const made =
    texts.get(rows) ??
    rows.map(({ chromosome, position, reference, alternative, id }) =>
      `${chromosome}:${position + 1} ${reference}>${alternative} ${id}`.toLowerCase(),
    );
  texts.set(rows, made);
  return made;
}

const geneTexts = new WeakMap<NearRows, readonly string[]>();

/** Searchable gene names of each row. */
function genesOf(near: NearRows): readonly string[] {
  const made = geneTexts.get(near) ?? near.map((genes) => (genes ? nearToSearch(genes) : ""));
  geneTexts.set(near, made);
  return made;
}
