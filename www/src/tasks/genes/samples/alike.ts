/** Tables of several samples prepared alike: what was accepted of the first is accepted of each. Pure. */

import type { Understanding } from "../../../../../pkg/src/index";
import type { Accepted } from "../../../session/preparation";
import type { Alike } from "../../../session/workspace-types";

export type { Alike };

const named = ({ code, mark }: Understanding["deviations"][number]): string => `${code} ${mark ?? ""}`;

/** Accepted properties of the table that is understood so. */
export function alikeOf({ deviations }: Pick<Understanding, "deviations">, { selectBins, rescale }: Accepted): Alike {
  return { selectBins, rescale: deviations.filter((_, i) => rescale.has(i)).map(named) };
}

/** The same of another table: of the same deviations, where it has them. */
export function acceptAlike({ deviations }: Pick<Understanding, "deviations">, alike: Alike): Accepted {
  const rescale = deviations.flatMap((each, i) => (alike.rescale.includes(named(each)) ? [i] : []));
  return { selectBins: alike.selectBins, rescale: new Set(rescale) };
}

/** True if two choices accept the same of a table. */
export function isAlike(a: Accepted, b: Accepted): boolean {
  const { rescale } = b;
  const isSame = a.rescale.size === rescale.size && [...a.rescale].every((each) => rescale.has(each));
  return a.selectBins === b.selectBins && isSame;
}
