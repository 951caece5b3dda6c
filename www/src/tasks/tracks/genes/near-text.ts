/** The genes near by a variant in words. Pure. */

import type { GeneHere, GeneStart, NearGenes } from "../../../../../pkg/src/index";
import { formatCount } from "../../../plots/core/format";

/** "980 bp", "12.3 kb", "1.4 Mb" */
export function basesApart(bases: number): string {
  if (bases < 10_000) return `${formatCount(bases)} bp`;
  return bases < 999_950 ? `${(bases / 1000).toFixed(1)} kb` : `${(bases / 1e6).toFixed(1)} Mb`;
}

/** "in TP53 (exon)", "TP53, 1,204 bp upstream"; how many more there are. */
export function nearInBrief({ here, nearest }: NearGenes): string {
  const [first] = here.length > 0 ? here.map(hereText) : nearest.map(startText);
  const more = Math.max(here.length, here.length > 0 ? 0 : nearest.length) - 1;
  return `${first ?? ""}${more > 0 ? ` +${more}` : ""}`;
}

/** "in TP53 (exon), WRAP53 (intron); nearest TSS: WRAP53, 742 bp downstream" */
export function nearInWords({ here, nearest }: NearGenes): string {
  const inside = here.map(({ name, part }) => `${name} (${part})`).join(", ");
  const starts = nearest.map(startText).join("; ");
  return `${inside === "" ? "" : `in ${inside}; `}nearest TSS: ${starts}`;
}

/** Text that a search looks in, of a table of genes near by. */
export function nearToSearch({ here, nearest }: NearGenes): string {
  const names = [...here, ...(here.length > 0 ? [] : nearest)].map(({ name, id }) => `${name} ${id}`);
  return names.join(" ").toLowerCase();
}

/** Where the nearest TSS is, in bases of either direction. */
export function toTss({ nearest }: NearGenes): number {
  return Math.abs(nearest[0]?.distance ?? NaN);
}

function hereText({ name, part }: GeneHere): string {
  return `in ${name} (${part})`;
}

function startText({ name, strand, distance }: GeneStart): string {
  if (distance === 0) return `${name}, at its TSS`;
  // No one knows which end of a gene without a strand is its first.
  const side = strand === "." ? "away" : distance < 0 ? "upstream" : "downstream";
  return `${name}, ${basesApart(Math.abs(distance))} ${side}`;
}
