/** Reasons why variants have no score: for a row, for a whole file, and for a file of another assembly. */

import type { VariantFault, VariantRow } from "../../../../../pkg/src/index";
import { formatCount } from "../../../plots/core/format";
import { WorkerError } from "../../../rpc/errors";
import { counted } from "../../../ui/words";
import type { ReadSequences } from "../result";
import type { NoScore, VariantScores } from "./scores";

/** Maximum number of names listed. */
const NAMED = 4;

/** Reason why a row has no score, as short as a number. */
export const REASON: Readonly<Record<NoScore, string>> = {
  "no-such-record": "no sequence",
  outside: "outside",
  "reference-differs": "other base",
  "no-bases": "symbolic allele",
  "too-long": "too long",
};

/** A sentence for each reason for missing scores; empty if all rows have one, or will. */
export function unscoredInWords(scores: VariantScores, file: string): string[] {
  const { rows, faults } = scores;
  const why = new Map<NoScore, number[]>();
  for (const row of rows.keys()) {
    const reason = scores.whyNot(row);
    if (reason === undefined) continue;
    const those = why.get(reason);
    if (those) those.push(row);
    else why.set(reason, [row]);
  }
  return (Object.keys(REASON) as NoScore[]).flatMap((reason) => {
    const those = why.get(reason);
    if (!those) return [];
    const first = rows[those[0]!]!;
    const many = those.length > 1;
    const where = `${many ? "first in" : "in"} line ${formatCount(first.line)}`;
    const all = counted(those.length, "variant");
    switch (reason) {
      case "no-such-record":
        return (
          `${all} ${many ? "lie" : "lies"} on sequences that ${file} does not have: ` +
          `${names(those.map((row) => rows[row]!.chromosome))}.`
        );
      case "outside":
        return `${all} ${many ? "lie" : "lies"} beyond the end of ${many ? "their" : "its"} sequence, ${where}.`;
      case "reference-differs":
        return (
          `${all} ${many ? "have other reference bases" : "has another reference"} than ${file} has, ${where}: ` +
          `${differing(first, faults[those[0]!])}.`
        );
      case "no-bases":
        return `${all} ${many ? "have symbolic alleles" : "has a symbolic allele"} (${names(those.map((row) => rows[row]!.alternative))}).`;
      case "too-long":
        return `${all} ${many ? "have alleles" : "has an allele"} longer than half of what the model predicts, ${where}.`;
    }
  });
}

/** Throws if nothing can be scored, or if most rows differ from the sequences. */
export function refuseOther(
  vcf: string,
  { file, records }: ReadSequences,
  rows: readonly VariantRow[],
  faults: readonly (VariantFault | undefined)[],
): void {
  const differ = rows.flatMap((_, row) => (faults[row]?.code === "reference-differs" ? [row] : []));
  const placed = faults.filter((fault) => fault?.code !== "no-such-record" && fault?.code !== "outside").length;
  if (2 * differ.length > placed) {
    const first = rows[differ[0]!]!;
    throw new WorkerError({
      ...{ name: "InputError", code: "another-assembly", file: vcf, line: first.line },
      message:
        `${vcf}: found other reference bases than ${file} has in ${formatCount(differ.length)} of ` +
        `${counted(placed, "variant")}, first in line ${formatCount(first.line)}: ` +
        `${differing(first, faults[differ[0]!])}; expected variants of the same assembly.`,
      remedy: "This VCF is of another assembly: give the page the FASTA file that the variants were called on.",
    });
  }
  if (placed === 0 && rows.length > 0)
    throw new WorkerError({
      ...{ name: "InputError", code: "no-such-record", file: vcf },
      message:
        `${vcf}: found variants on ${names(rows.map(({ chromosome }) => chromosome))}, none of them within a ` +
        `sequence of ${file}, which has ${names(records.map(({ name }) => name))}.`,
      remedy: "Give the page the FASTA file that has these chromosomes under these names.",
    });
}

/** Difference in words: `A at chrI:1,042, where G is`. */
function differing({ reference, chromosome, position }: VariantRow, fault: VariantFault | undefined): string {
  return `${reference} at ${chromosome}:${formatCount(position + 1)}, where ${fault?.found ?? "another base"} is`;
}

/** The first of some names, without duplicates. */
function names(all: readonly string[]): string {
  const each = [...new Set(all)];
  const others = each.length - NAMED;
  return `${each.slice(0, NAMED).join(", ")}${others > 0 ? ` and ${formatCount(others)} more` : ""}`;
}
