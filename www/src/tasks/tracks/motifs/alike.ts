/** Patterns of similar stretches, with their most frequent name, in words, as a figure and as a table. */

import type { SeqletPattern } from "../../../../../pkg/src/index";
import { PATTERN } from "../../../../../pkg/src/constants";
import { columns } from "../../../export/columns";
import { basesInWords, otherStrand, type PatternLogo, patternLogos } from "../../../plots/sequences";
import type { Drawing } from "../../../ui/drawing";
import { counted } from "../../../ui/words";
import type { Contributed } from "../calls";
import type { KnownMotifs } from "../session-state";
import type { NamedStretches } from "./text";

/** A pattern, in the orientation of its motif if it has one. */
export interface NamedPattern extends Pick<SeqletPattern, "rows" | "contributions"> {
  readonly seqlets: number;
  /** The motif that most of its seqlets match, and the number of matches. */
  readonly name: { readonly motif: string; readonly count: number } | undefined;
}

/** Patterns with the displayed names of their seqlets, the largest patterns first. */
export function namedPatterns(
  { patterns, names }: NamedStretches,
  { motifs }: Pick<KnownMotifs, "motifs">,
): NamedPattern[] {
  const nameOf = new Map(names.map((name) => [name.seqlet, name]));
  return patterns.map(({ rows, contributions, sites }) => {
    const counts = motifs.map(() => ({ along: 0, against: 0 }));
    for (const { seqlet, strand } of sites) {
      const name = nameOf.get(seqlet);
      if (name) counts[name.motif]![name.strand === strand ? "along" : "against"]++;
    }
    // In a tie, the first in the file wins.
    const totals = counts.map(({ along, against }) => along + against);
    const motif = totals.indexOf(Math.max(0, ...totals));
    const count = totals[motif] ?? 0;
    const seqlets = sites.length;
    if (count === 0) return { rows, contributions, seqlets, name: undefined };
    const { along, against } = counts[motif]!;
    return {
      rows: along >= against ? rows : otherStrand(rows),
      contributions: along >= against ? contributions : contributions.toReversed(),
      ...{ seqlets, name: { motif: motifs[motif]!.name, count } },
    };
  });
}

/** States the numbers of stretches in patterns, and of the others. */
export function patternsSentence({ seqlets, patterns }: NamedStretches): string {
  if (patterns.length === 0) return `No pattern is shown: fewer than ${PATTERN} stretches look alike.`;
  const alike = patterns.reduce((sum, { sites }) => sum + sites.length, 0);
  const left = seqlets.length - alike;
  const make = `look alike and make ${counted(patterns.length, "pattern")}`;
  return left === 0
    ? `All ${alike} stretches ${make}.`
    : `${alike} of ${seqlets.length} stretches ${make}; ${left} ${left === 1 ? "is" : "are"} in no pattern.`;
}

function asLogo({ rows, contributions, seqlets, name }: NamedPattern): PatternLogo {
  const sum = contributions.reduce((sum, value) => sum + value, 0);
  return { rows, stretches: seqlets, lowers: sum < 0, name };
}

/** One row per column of each pattern. */
function patternsTsv(patterns: readonly NamedPattern[]): string {
  return columns(
    ["pattern", "seqlets", "motif", "named", "column", "A", "C", "G", "T", "contribution"],
    patterns.flatMap(({ rows, contributions, seqlets, name }, i) =>
      rows.map((row, column) => [
        ...[`pattern-${i + 1}`, seqlets, name?.motif ?? "unnamed", name?.count ?? 0, column + 1],
        ...[...row, contributions[column]!],
      ]),
    ),
  );
}

/** The patterns among the contributions to `track`. */
export function patternsDrawing(
  patterns: readonly NamedPattern[],
  { record, bins }: Pick<Contributed, "record" | "bins">,
  track: string,
): Drawing {
  const place = basesInWords(record, bins[0], bins[1]);
  const logos = patterns.map(asLogo);
  return {
    saved: "patterns",
    gene: `${record}-${bins[0] + 1}-${track}`,
    draw: (frame) => patternLogos({ ...frame, track, place, patterns: logos }),
    tsv: () => patternsTsv(patterns),
  };
}
