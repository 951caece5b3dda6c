/** Motif names in words, in order, and as a table. */

import type { MotifChange, MotifName, Seqlet, SeqletPattern } from "../../../../../pkg/src/index";
import { columns } from "../../../export/columns";
import { formatValue, type NamedStretch, otherStrand } from "../../../plots/sequences";
import { nameKeys, type Sort } from "../../../ui/sorting";
import { counted } from "../../../ui/words";
import type { Contributed } from "../calls";
import type { KnownMotifs } from "../session-state";

/** Contributions of bases, with names. */
export interface NamedStretches {
  readonly record: string;
  readonly seqlets: readonly Seqlet[];
  /** The names shown. */
  readonly names: readonly MotifName[];
  /** Patterns of similar seqlets, named or not. */
  readonly patterns: readonly SeqletPattern[];
}

/** Sort keys of names. */
export type NameKey = "place" | "strand" | "motif" | "bits" | "p" | "q" | "contribution";

/** Names with q at most `q`; undefined if none were requested. */
export function namesUpTo({ record, seqlets, names, patterns }: Contributed, q: number): NamedStretches | undefined {
  return seqlets && names && patterns && { record, seqlets, names: names.filter((name) => name.q <= q), patterns };
}

/** Names in drawing order: the most significant first. */
export function drawnNames({ names }: NamedStretches, { motifs }: Pick<KnownMotifs, "motifs">): NamedStretch[] {
  return names
    .toSorted((a, b) => a.p - b.p || b.bits - a.bits)
    .map(({ motif, start, end, strand }) => {
      const { name, rows } = motifs[motif]!;
      return { name, start, end, strand, rows: strand === "+" ? rows : otherStrand(rows) };
    });
}

/** States the number of top stretches, and the number of them with a name. */
export function namesSentence({ seqlets, names }: NamedStretches, { file, motifs }: KnownMotifs, q: number): string {
  const [first] = seqlets;
  if (!first)
    return (
      "No stretch contributes significantly more than those of shuffles, so there is nothing to name (q at most " +
      `${q}). A longer place can tell more.`
    );
  const bases = first.end - first.start;
  const [many, left] = [seqlets.length, seqlets.length - names.length];
  const contribute = many === 1 ? "contributes" : "contribute";
  const stand = `${counted(many, "stretch", "stretches")} of ${bases} bases ${contribute} more than those of shuffles do`;
  const of = `of ${file} with q at most ${q}`;
  if (names.length === 0)
    return `${stand}. None matches any of ${counted(motifs.length, "motif")} ${of}: no name is shown.`;
  const match = names.length === 1 ? "matches" : "match";
  const without = left === 0 ? "all have a name" : `${counted(left, "stretch has", "stretches have")} no name`;
  return `${stand}: ${names.length} ${match} a motif ${of}, ${without}.`;
}

/** Indices of names, sorted by a column. */
export function orderNames(
  { names, seqlets }: NamedStretches,
  { motifs }: Pick<KnownMotifs, "motifs">,
  sort: Sort<NameKey> | undefined,
): Uint32Array {
  const order = Uint32Array.from(names, (_, i) => i);
  if (!sort) return order;
  const texts = nameKeys(names.map(({ motif }) => motifs[motif]!.name));
  const compare: Record<NameKey, (a: number, b: number) => number> = {
    place: (a, b) => names[a]!.start - names[b]!.start,
    strand: (a, b) => names[a]!.strand.localeCompare(names[b]!.strand),
    motif: (a, b) => (texts[a]! < texts[b]! ? -1 : texts[a]! > texts[b]! ? 1 : 0),
    bits: (a, b) => names[a]!.bits - names[b]!.bits,
    p: (a, b) => names[a]!.p - names[b]!.p,
    q: (a, b) => names[a]!.q - names[b]!.q,
    contribution: (a, b) =>
      Math.abs(seqlets[names[a]!.seqlet]!.contribution) - Math.abs(seqlets[names[b]!.seqlet]!.contribution),
  };
  const by = compare[sort.key];
  return order.sort((a, b) => (sort.descending ? -by(a, b) : by(a, b)) || a - b);
}

/** The table that `regulens interpret motifs` writes. */
export function namesTsv({ record, seqlets, names }: NamedStretches, { motifs }: Pick<KnownMotifs, "motifs">): string {
  return columns(
    ["sequence", "start", "end", "strand", "motif", "score", "p", "q", "id", "contribution", "seqlet_q"],
    names.map(({ seqlet, motif, start, end, strand, bits, p, q }) => {
      const { id, name } = motifs[motif]!;
      const of = seqlets[seqlet]!;
      return [record, start + 1, end, strand, name, bits, p, q, id, of.contribution, of.q];
    }),
  );
}

/** Maximum number of matches listed one by one. */
const TOLD = 6;

/** Verbs for the change of a match. */
const VERBS: Readonly<Record<MotifChange["kind"], string>> = {
  ...{ made: "Makes", strengthened: "Strengthens", weakened: "Weakens", broken: "Breaks" },
};

/** A sentence for each match that a variant creates, destroys or changes, or a note that there are none. */
export function variantMotifsInWords(
  changes: readonly MotifChange[],
  { motifs }: Pick<KnownMotifs, "motifs">,
  q: number,
): string[] {
  if (changes.length === 0) return [`No motif’s match is made, broken or changed (q above ${q}).`];
  const told = changes.slice(0, TOLD).map(({ motif, kind, q, reference, alternative }) => {
    const [before, after] = [reference, alternative].map((match) => match?.bits.toFixed(1));
    const scores = before
      ? `${before} bits before, ${after ?? "no match"} after`
      : `no match before, ${after} bits after`;
    return `${VERBS[kind]} a match of ${motifs[motif]!.name} (${scores}, q ${formatValue(q)}).`;
  });
  const more = changes.length - told.length;
  return more > 0
    ? [...told, `${counted(more, "more match", "more matches")} ${more === 1 ? "is" : "are"} less sure.`]
    : told;
}
