/**
 * Checks of files before a table is made from them: missing and duplicate marks, and consistency of the genome.
 */

import type { ModelCard } from "../../../pkg/src/index";
import type { Cell } from "../tasks/shared/cells";
import type { OpenedAnnotation, OpenedSignal, StandIn } from "./result";
import { formatCount } from "../plots/core/format";
import { listed } from "../session/preparation";
import { assemblyOfLengths, plainName, type SaidAssembly } from "../tasks/shared/assemblies";
import { type KnownSignal, signalDiffers } from "../tasks/shared/species";
import { cardWindow } from "../tasks/shared/tables/windows";

/** A signal file, and its presumed mark. */
export interface SignalEntry {
  readonly name: string;
  /** Mark; empty if not stated. */
  readonly mark: string;
  readonly cell: Cell;
  readonly opened?: OpenedSignal | undefined;
}

/** An error or a warning. */
export interface Finding {
  readonly code:
    "mark-twice" | "no-mark" | "genome-differs" | "tss-beyond-end" | "assembly-differs" | "species-differs" | "window";
  /** True if it prevents making a table. */
  readonly blocks: boolean;
  readonly what: string;
  readonly remedy: string;
}

type Card = Pick<
  ModelCard,
  "marks" | "bins" | "bin_size" | "window" | "input_distribution" | "input_distribution_b" | "assembly"
>;

/** An open annotation, and its name. */
type Annotation = { readonly name: string; readonly opened: OpenedAnnotation } | undefined;

/** Marks of the model without a file. Names are compared case-insensitively, as in tables. */
export function missingMarks(card: Pick<Card, "marks">, entries: readonly SignalEntry[], cell: Cell): string[] {
  const there = new Set(entries.filter((each) => each.cell === cell).map(({ mark }) => mark.toLowerCase()));
  return card.marks.filter((mark) => !there.has(mark.toLowerCase()));
}

/**
 * Substitute value for a mark: its mean over the training data, from the card; undefined if the card has none.
 */
export function standInFor(
  card: Pick<Card, "input_distribution" | "input_distribution_b">,
  mark: string,
  cell: Cell,
): StandIn | undefined {
  const distribution = cell === "b" ? card.input_distribution_b : card.input_distribution;
  const found = distribution?.find((each) => each.mark === mark);
  if (!found) return undefined;
  // As float32, like the values of tables.
  return { mark, value: Math.fround(found.mean), what: "the mark's mean in the model's training data" };
}

/** Lists the problems of the files in combination; `said` is the assembly stated by the user. */
export function findings(
  card: Card,
  entries: readonly SignalEntry[],
  annotation: Annotation,
  said?: SaidAssembly,
): Finding[] {
  const found: Finding[] = [];
  const { upstream, downstream } = cardWindow(card);
  if (upstream < 0 || downstream < 0) {
    found.push({
      code: "window",
      blocks: true,
      what:
        `The model reads from ${formatCount(-upstream)} to ${formatCount(downstream)} bp around the TSS, which is not ` +
        `among its bins.`,
      remedy: "Tables around the TSS are made here; make a longer one with regulens prepare hm, and choose its bins.",
    });
  }
  for (const [index, { name, mark, cell }] of entries.entries()) {
    if (mark.trim() === "") {
      found.push({
        code: "no-mark",
        blocks: true,
        what: `${name}: its name does not say which mark it is of.`,
        remedy: "Choose the mark, or remove the file.",
      });
      continue;
    }
    const other = entries
      .slice(0, index)
      .find((each) => each.cell === cell && each.mark.toLowerCase() === mark.toLowerCase());
    if (other)
      found.push({
        code: "mark-twice",
        blocks: true,
        what: `${other.name} and ${name} are both taken for ${mark}.`,
        remedy:
          "Choose another mark for one of them, or remove one. Replicates are merged before, such as with " +
          "bigWigMerge or bamCompare.",
      });
  }
  const lengths = differentLengths(entries);
  if (lengths) found.push(lengths);
  if (annotation) found.push(...beyondEnd(entries, annotation), ...otherAssembly(entries, annotation));
  const known = assemblyOfAll(entries, annotation?.opened, said);
  const differs = known && signalDiffers(card, known);
  if (differs !== undefined)
    found.push({
      code: "species-differs",
      blocks: false,
      what: `${differs}.`,
      remedy: "How well it predicts another species was not measured. The table and the results say so.",
    });
  return found;
}

/**
 * If chromosomes of the same name differ in length, the files are of different assemblies. A single difference is
 * allowed: hg19 has two mitochondrial sequences.
 */
function differentLengths(entries: readonly SignalEntry[]): Finding | undefined {
  const [first, ...others] = entries.filter(({ opened }) => opened?.chromosomes?.some(({ length }) => length !== null));
  if (!first) return undefined;
  const known = byName(first);
  for (const other of others) {
    const shared = [...byName(other)].filter(([name]) => known.has(name));
    const different = shared.filter(([name, { length }]) => known.get(name)?.length !== length);
    const [example] = different;
    if (!example || different.length * 2 <= shared.length) continue;
    const [name, { length }] = example;
    return {
      code: "genome-differs",
      blocks: true,
      what:
        `${first.name} and ${other.name} are of different genomes: ${example[1].name} has ` +
        `${formatCount(known.get(name)?.length ?? 0)} bp in one and ${formatCount(length ?? 0)} bp in the ` +
        `other${inBrackets(first, other)}.`,
      remedy: "Take all files of one assembly.",
    };
  }
  return undefined;
}

function inBrackets(...entries: SignalEntry[]): string {
  const assemblies = entries.map(assemblyOf);
  return assemblies.some((each) => each === undefined) ? "" : ` (${assemblies.join(" and ")})`;
}

/**
 * TSSs beyond the end of their chromosome: `regulens prepare hm` leaves these genes out and reports them; the page
 * warns beforehand.
 */
function beyondEnd(
  entries: readonly SignalEntry[],
  { name: file, opened }: { readonly name: string; readonly opened: OpenedAnnotation },
): Finding[] {
  for (const entry of entries) {
    const known = byName(entry);
    const beyond = opened.chromosomes.filter(
      ({ name, lastTss }) => (known.get(plainName(name))?.length ?? Infinity) < lastTss,
    );
    const [example] = beyond;
    if (!example) continue;
    const length = known.get(plainName(example.name))?.length ?? 0;
    return [
      {
        code: "tss-beyond-end",
        blocks: false,
        what:
          `${file} has a TSS at ${formatCount(example.lastTss)} of ${example.name}, which has ` +
          `${formatCount(length)} bp in ` +
          `${entry.name}${
            beyond.length > 1
              ? `; the same of ${listed(beyond.slice(1, 4).map(({ name }) => name))}${beyond.length > 4 ? " and others" : ""}`
              : ""
          }.`,
        remedy:
          "The annotation may be of another assembly than the signal: then every window lies in the wrong place. " +
          "Such genes are left out.",
      },
    ];
  }
  return [];
}

/** An annotation that names another assembly than the one with the signal's chromosome lengths. */
function otherAssembly(
  entries: readonly SignalEntry[],
  { name, opened }: { readonly name: string; readonly opened: OpenedAnnotation },
): Finding[] {
  const said = opened.assembly;
  const entry = entries.find((each) => assemblyOf(each) !== undefined);
  const seen = entry && assemblyOf(entry);
  if (!said || !entry || !seen || said === seen) return [];
  return [
    {
      code: "assembly-differs",
      blocks: true,
      what: `${name} says that it is of ${said}; the chromosomes of ${entry.name} are as long as those of ${seen}.`,
      remedy: `Take an annotation of ${seen}, or signal of ${said}: the same gene lies elsewhere in another assembly.`,
    },
  ];
}

/** Chromosomes by {@link plainName}. */
function byName({ opened }: SignalEntry): Map<string, { readonly name: string; readonly length: number | null }> {
  return new Map(
    (opened?.chromosomes ?? []).filter(({ length }) => length !== null).map((each) => [plainName(each.name), each]),
  );
}

/** The assembly with a file's chromosome lengths; undefined if it is unknown here. */
export function assemblyOf({ opened }: SignalEntry): string | undefined {
  return assemblyOfLengths(opened?.chromosomes ?? []);
}

/**
 * The assembly of all files: from chromosome lengths, from the annotation's comments, or as the user stated; undefined
 * if none of them determines it.
 */
export function assemblyOfAll(
  entries: readonly SignalEntry[],
  annotation: Pick<OpenedAnnotation, "assembly"> | undefined,
  said: SaidAssembly,
): KnownSignal | undefined {
  const measured = entries.map(assemblyOf).find((each) => each !== undefined);
  if (measured !== undefined) return { name: measured, by: "lengths" };
  if (annotation?.assembly !== undefined) return { name: annotation.assembly, by: "the annotation" };
  return said === undefined ? undefined : { name: said, by: "the user" };
}

/** Names of assemblies in the comments of annotations, with UCSC's names. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/\b(GRCh38|hg38)\b/i, "hg38"],
  [/\b(GRCh37|hg19)\b/i, "hg19"],
  [/\b(GRCm39|mm39)\b/i, "mm39"],
  [/\b(GRCm38|mm10)\b/i, "mm10"],
  [/\b(NCBIM37|mm9)\b/i, "mm9"],
  [/\b(T2T-CHM13v2\.0|hs1)\b/i, "hs1"],
];

/**
 * The assembly named in the comments at the beginning of an annotation; undefined for none, or several.
 */
export function assemblyInComments(text: string): string | undefined {
  const comments = text
    .split("\n")
    .filter((line) => line.startsWith("#"))
    .join("\n");
  const named = NAMES.filter(([pattern]) => pattern.test(comments));
  return named.length === 1 ? named[0]?.[1] : undefined;
}
