/**
 * One change applied to every record of a file, as rows of a VCF, for `regulens interpret variants` and the table of
 * variants. Pure.
 */

import { counted } from "../../../ui/words";

/** Kind of change made to the bases. */
export type How = "replaced" | "removed" | "hidden";

/** A change of bases, counted from 1, from a record's first base forwards or from its last base backwards. */
export interface OneChange {
  readonly from: number;
  readonly to: number;
  readonly countedFrom: "start" | "end";
  readonly how: How;
  /** Replacement bases, for a replacement. */
  readonly bases: string;
}

/** The change of each record. */
export interface ChangedRecords {
  readonly vcf: string;
  readonly changed: number;
  /** Number of records that are too short, or would have no other bases. */
  readonly short: number;
  /** Number of records that have these bases already. */
  readonly same: number;
}

interface Named {
  readonly name: string;
  readonly length: number;
}

/** A change in words: "bases 10 to 20 replaced by TATAAA". */
export function changeInWords({ from, to, countedFrom, how, bases }: OneChange): string {
  const which = from === to ? `base ${from}` : `bases ${from} to ${to}`;
  const counting = countedFrom === "end" ? " from the end" : "";
  const what = { replaced: `replaced by ${bases}`, removed: "removed", hidden: "made unknown" }[how];
  return `${which}${counting} ${what}`;
}

/** Returns the reason why a change is impossible. */
export function faultOf({ from, to, how, bases }: OneChange): string | undefined {
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 1 || to < from)
    return "Give two whole numbers from 1 on, the second not below the first.";
  if (how === "replaced" && !/^[ACGTN]+$/.test(bases)) return "Write the bases as A, C, G, T or N.";
  return undefined;
}

/** The change of these records, by index; `basesOf` returns the bases of a record between two positions. */
export function changeOfRecords(
  change: OneChange,
  records: readonly Named[],
  only: readonly number[],
  basesOf: (record: number, start: number, end: number) => string,
): ChangedRecords {
  const lines = [
    "##fileformat=VCFv4.2",
    `##source=Regulens: ${changeInWords(change)}, in every record`,
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
  ];
  let [changed, short, same] = [0, 0, 0];
  for (const record of only) {
    const { name, length } = records[record]!;
    const { from, to, countedFrom, how } = change;
    const [start, end] = countedFrom === "start" ? [from - 1, to] : [length - to, length - from + 1];
    const isRemoved = how === "removed";
    if (start < 0 || end > length || (isRemoved && end - start === length)) {
      short++;
      continue;
    }
    // Both alleles of a VCF need at least one base.
    const first = isRemoved && start > 0 ? start - 1 : start;
    const last = isRemoved && start === 0 ? end + 1 : end;
    const reference = basesOf(record, first, last);
    const kept = reference.slice(0, start - first) + reference.slice(end - first);
    const put = how === "hidden" ? "N".repeat(end - start) : change.bases;
    const alternative = isRemoved ? kept : put;
    if (alternative === reference) {
      same++;
      continue;
    }
    lines.push([name, first + 1, ".", reference, alternative, ".", ".", "."].join("\t"));
    changed++;
  }
  return { vcf: `${lines.join("\n")}\n`, changed, short, same };
}

/**
 * Counts of unchanged records: "2 records are too short; 1 has these bases already."; empty if all were changed.
 */
export function leftInWords({ short, same }: ChangedRecords): string {
  const parts = [
    ...(short > 0 ? [`${counted(short, "record")} ${short === 1 ? "is" : "are"} too short`] : []),
    ...(same > 0 ? [`${counted(same, "record")} ${same === 1 ? "has" : "have"} these bases already`] : []),
  ];
  return parts.length > 0 ? `${parts.join("; ")}.` : "";
}
