/** Applies the choices accepted for the first sample's tables to those of every sample. Pure. */

import type { Understanding } from "../../../../../pkg/src/index";
import type { Accepted } from "../../../session/preparation";
import type { Alike } from "../../../workspace/format";

export type { Alike };

const named = ({ code, mark }: Understanding["deviations"][number]): string => `${code} ${mark ?? ""}`;

/** Properties accepted for a table with this understanding. */
export function alikeOf({ deviations }: Pick<Understanding, "deviations">, { selectBins, rescale }: Accepted): Alike {
  return { selectBins, rescale: deviations.filter((_, i) => rescale.has(i)).map(named) };
}

/** The same choices for another table: for the same deviations, if it has them. */
export function acceptAlike({ deviations }: Pick<Understanding, "deviations">, alike: Alike): Accepted {
  const rescale = deviations.flatMap((each, i) => (alike.rescale.includes(named(each)) ? [i] : []));
  return { selectBins: alike.selectBins, rescale: new Set(rescale) };
}

/** True if two choices accept the same for a table. */
export function isAlike(a: Accepted, b: Accepted): boolean {
  const { rescale } = b;
  const isSame = a.rescale.size === rescale.size && [...a.rescale].every((each) => rescale.has(each));
  return a.selectBins === b.selectBins && isSame;
}
