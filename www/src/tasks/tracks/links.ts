/** Links to results of models that predict tracks along a sequence. */

import type { Address, View } from "../../session/address";
import type { Link, Place } from "../view";
import type { SequenceSession, SequenceState } from "./session";
import { parseVariant } from "./variant-text";

export const PLACES = {
  tracks: { element: "regulens-sequences", part: "regulens-sequence-tracks" },
  attention: { element: "regulens-sequences", part: "regulens-sequence-attention" },
  variants: { element: "regulens-sequences", part: "regulens-sequence-variants" },
} as const satisfies Partial<Record<View, Place>>;

/** A link to what is shown. */
export function link(
  { sequences, example, run, view, bin, overlays, variant }: Partial<SequenceState>,
  start: Address,
): Link {
  if (!sequences) return { address: start };
  if (example === undefined)
    return { reason: `A link opens examples of this site; ${sequences.file} is your own. Save a workspace instead.` };
  const own = [...(overlays?.values() ?? [])].find(({ source }) => !("url" in source));
  if (own)
    return {
      reason: `A link opens examples of this site; ${own.file} is your own. Save a workspace instead, or take it away.`,
    };
  if (!run || !view) return { address: { ...start, example } };
  const isWhole = view[0] === 0 && view[1] === run.bins;
  const base = (at: number): number => run.origin + at * run.bin;
  return {
    address: {
      ...{
        ...start,
        example,
        view: variant ? "variants" : "tracks",
        bin: bin === undefined ? undefined : String(bin + 1),
      },
      region: isWhole ? undefined : `${run.record.name}:${base(view[0]) + 1}-${base(view[1])}`,
      variant: variant
        ? `${run.record.name}:${variant.variant.position + 1} ${variant.variant.reference}>${variant.variant.alternative}`
        : undefined,
    },
  };
}

/** Shows the variant, the bin and the region that an address asks for. */
export async function show(sequences: SequenceSession, address: Address): Promise<string[]> {
  const { region, bin, variant, gene } = address;
  const unmet =
    gene === undefined ? [] : [`The address asks for the gene “${gene}”, which these results are not about.`];
  const { run } = sequences.state;
  if (!run) return unmet;
  if (variant !== undefined) {
    const parsed = parseVariant(variant);
    if (parsed) await sequences.tryVariant(parsed, parsed.name);
    else
      unmet.push(`The address asks for the variant “${variant}”; a variant is written ${run.record.name}:12345 A>G.`);
  }
  if (bin !== undefined) {
    const number = Number(bin);
    if (Number.isInteger(number) && number >= 1 && number <= run.bins) await sequences.lookAt(number - 1);
    else unmet.push(`The address asks for bin ${bin}; ${run.record.name} has bins 1 to ${run.bins}.`);
  }
  if (region !== undefined) {
    const found = /^(.+):(\d+)-(\d+)$/.exec(region);
    const [from, to] = [Number(found?.[2]) - 1, Number(found?.[3])];
    const end = run.origin + run.bins * run.bin;
    if (found?.[1] !== run.record.name || !(from < to) || to <= run.origin || from >= end)
      unmet.push(
        `The address asks for ${region}; bases ${run.origin + 1} to ${end} of ${run.record.name} are predicted.`,
      );
    else sequences.look([Math.floor((from - run.origin) / run.bin), Math.ceil((to - run.origin) / run.bin)]);
  }
  return unmet;
}
