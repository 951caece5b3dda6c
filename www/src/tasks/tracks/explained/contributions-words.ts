/** Method, unit and baseline of contributions in words, for figures and methods texts. */

import type { ModelCard } from "../../../../../pkg/src/index";
import { formatCount } from "../../../plots/core/format";
import { counted } from "../../../ui/words";
import { trackOf } from "../result";
import type { SequenceState } from "../session-state";

type Found = NonNullable<SequenceState["contributions"]>;

/** Method: "integrated gradients from 2 shuffles". */
export function methodInWords({ method, shuffles }: Pick<Found, "method" | "shuffles">): string {
  return method === "gradient" ? "one gradient" : `integrated gradients from ${counted(shuffles, "shuffle")}`;
}

/** "contributions by integrated gradients, in the unit of ATAC (signal), against 2 shuffles that keep neighbouring…" */
export function contributionsInWords(
  { method, shuffles, track }: Pick<Found, "method" | "shuffles" | "track">,
  card: Pick<ModelCard, "tracks">,
): string {
  const { name, unit } = trackOf(card, track);
  const inUnit = `in the unit of ${name}${unit ? ` (${unit})` : ""}`;
  return method === "gradient"
    ? `contributions by one gradient, ${inUnit}, without a baseline`
    : `contributions by integrated gradients, ${inUnit}, against ${counted(shuffles, "shuffle")} that ` +
        `${shuffles === 1 ? "keeps" : "keep"} neighbouring pairs`;
}

/** Default method of contributions. */
export const FIRST_WAY = { method: "integrated-gradients", shuffles: 2 } as const;

/** The description for the caption of a page, which computes them on request if they are not known yet. */
export function contributionsForCaption(found: Found | undefined, card: Pick<ModelCard, "tracks">): string {
  if (found) return contributionsForMethods(found, card);
  return `Contributions of bases, found on request, are by ${methodInWords(FIRST_WAY)} that keep neighbouring pairs`;
}

/** The description for a manuscript, with the summed bins. */
export function contributionsForMethods(found: Found, card: Pick<ModelCard, "tracks">): string {
  const [first, end] = found.bins;
  return (
    `Explanations of bases are ${contributionsInWords(found, card)}, to the sum over bases ` +
    `${formatCount(first + 1)} to ${formatCount(end)}, as the mean of both strands`
  );
}
