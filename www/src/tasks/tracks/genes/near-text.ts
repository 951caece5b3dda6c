/** The genes near a variant in words. Pure. */

import type { GeneStart, NearGenes } from "../../../../../pkg/src/index";
import { formatCount } from "../../../plots/core/format";

/** A distance: "980 bp", "12.3 kb", "1.4 Mb". */
export function basesApart(bases: number): string {
  if (bases < 10_000) return `${formatCount(bases)} bp`;
  return bases < 999_950 ? `${(bases / 1000).toFixed(1)} kb` : `${(bases / 1e6).toFixed(1)} Mb`;
}

/** Number of bases upstream of a TSS that count as its promoter. */
export const PROMOTER = 1000;

/** A gene, and the position of a variant relative to it: "TP53", and "intron" or "promoter, −312 bp". */
export function consequenceOf({ here, nearest }: NearGenes): readonly [gene: string, where: string] {
  const [inside, start] = [here[0], nearest[0]];
  const more = (inside ? here : nearest).length - 1;
  const named = (name: string): string => `${name}${more > 0 ? ` +${more}` : ""}`;
  if (inside) return [named(inside.name), inside.part];
  if (!start) return ["", ""];
  const { name, strand, distance } = start;
  if (distance === 0) return [named(name), "at the TSS"];
  // A gene without a strand has no known first end.
  const sign = strand === "." ? "" : distance < 0 ? "−" : "+";
  const isPromoter = sign === "−" && -distance <= PROMOTER;
  return [named(name), `${isPromoter ? "promoter" : "intergenic"}, ${sign}${basesApart(Math.abs(distance))}`];
}

/** Genes in words: "in TP53 (exon), WRAP53 (intron); nearest TSS: WRAP53, 742 bp downstream". */
export function nearInWords({ here, nearest }: NearGenes): string {
  const inside = here.map(({ name, part }) => `${name} (${part})`).join(", ");
  const starts = nearest.map(startText).join("; ");
  return `${inside === "" ? "" : `in ${inside}; `}nearest TSS: ${starts}`;
}

/** Searchable text of nearby genes. */
export function nearToSearch({ here, nearest }: NearGenes): string {
  const names = [...here, ...(here.length > 0 ? [] : nearest)].map(({ name, id }) => `${name} ${id}`);
  return names.join(" ").toLowerCase();
}

/** Distance to the nearest TSS, in bases, in either direction. */
export function toTss({ nearest }: NearGenes): number {
  return Math.abs(nearest[0]?.distance ?? NaN);
}

function startText({ name, strand, distance }: GeneStart): string {
  if (distance === 0) return `${name}, at its TSS`;
  // A gene without a strand has no known first end.
  const side = strand === "." ? "away" : distance < 0 ? "upstream" : "downstream";
  return `${name}, ${basesApart(Math.abs(distance))} ${side}`;
}
