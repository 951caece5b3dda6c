/** Links to results of models that predict tracks along a sequence. */

import type { Address, View } from "../../session/address";
import type { CurrentView, Link, Place } from "../shared/task";
import type { SequenceSession, SequenceState } from "./session";
import type { ReadSequences, VariantChange } from "./result";
import { recordNamed } from "./places/locus";
import { parseVariant } from "./variants/text";

export const PLACES = {
  tracks: { element: "regulens-sequences", part: "regulens-sequence-tracks" },
  attention: { element: "regulens-sequences", part: "regulens-sequence-attention" },
  variants: { element: "regulens-sequences", part: "regulens-sequence-variants" },
} as const satisfies Partial<Record<View, Place>>;

/** A variant of a record, as it is written. */
function written(record: string, { variant }: VariantChange): string {
  return `${record}:${variant.position + 1} ${variant.reference}>${variant.alternative}`;
}

/** Returns the region or the variant in view, with its address. */
export function looked({ run, view, bin, variant, coverage, went }: Partial<SequenceState>): CurrentView {
  if (!run || !view) return { address: {} };
  const { name } = run.record;
  const base = (at: number): number => run.origin + at * run.bin;
  return {
    address: {
      view: variant ? "variants" : "tracks",
      bin: bin === undefined ? undefined : bin + 1,
      region: `${name}:${base(view[0]) + 1}-${base(view[1])}`,
      variant: variant && written(name, variant),
    },
    coverage,
    entry: [name, variant ? written(name, variant) : "", went ?? 0].join(" "),
    run,
  };
}

/** A link to the current view. */
export function link(
  { sequences, example, run, view, bin, overlays, variant }: Partial<SequenceState>,
  start: Address,
): Link {
  if (!sequences) return { address: start };
  if (example === undefined)
    return { reason: `A link opens examples of this site; ${sequences.file} is your own. Save a workspace instead.` };
  const own = overlays?.find(({ source }) => !("url" in source));
  if (own)
    return {
      reason: `A link opens examples of this site; ${own.file} is your own. Save a workspace instead, or take it away.`,
    };
  if (!run || !view) return { address: { ...start, example } };
  // The example opens with its first record as a whole.
  const isFirst = run.index === 0 && view[0] === 0 && view[1] === run.bins;
  const { address } = looked({ run, view, bin, variant });
  return { address: { ...start, example, ...address, ...(isFirst ? { region: undefined } : {}) } };
}

/** `NAME:START-END`, as in addresses. */
const REGION = /^(.+):(\d+)-(\d+)$/;

/** The record to show; undefined if no available one is named. */
export function recordAsked(
  { record, region, variant }: Address,
  sequences: ReadSequences | undefined,
): number | undefined {
  if (!sequences) return undefined;
  const change = variant === undefined ? undefined : parseVariant(variant)?.name;
  const asked = region ? REGION.exec(region)?.[1] : record;
  const index = asked
    ? sequences.records.findIndex(({ name }) => name === asked)
    : change === undefined
      ? -1
      : recordNamed(sequences, change);
  return index < 0 ? undefined : index;
}

/** Shows the variant, the bin and the region of an address or a workspace. */
export async function show(sequences: SequenceSession, address: Address, who = "address"): Promise<string[]> {
  const { region, bin, variant, gene, coverage } = address;
  const missing =
    gene === undefined ? [] : [`The ${who} asks for the gene “${gene}”, which these results are not about.`];
  const found = region === undefined ? undefined : REGION.exec(region);
  await showRecord(sequences, found?.[1]);
  const { run } = sequences.state;
  if (!run) return missing;
  if (coverage !== undefined) await sequences.tracks.cover(coverage);
  if (variant === undefined && sequences.state.variant) sequences.closeVariant();
  if (variant !== undefined) {
    const parsed = parseVariant(variant);
    if (parsed) await sequences.tryVariant(parsed, parsed.name);
    else
      missing.push(`The ${who} asks for the variant “${variant}”; a variant is written ${run.record.name}:12345 A>G.`);
  }
  if (bin !== undefined) {
    const number = Number(bin);
    if (Number.isInteger(number) && number >= 1 && number <= run.bins) await sequences.tracks.lookAt(number - 1);
    else missing.push(`The ${who} asks for bin ${bin}; ${run.record.name} has bins 1 to ${run.bins}.`);
  }
  if (region !== undefined) {
    const [from, to] = [Number(found?.[2]) - 1, Number(found?.[3])];
    const end = run.origin + run.bins * run.bin;
    if (found?.[1] !== run.record.name || !(from < to) || to <= run.origin || from >= end)
      missing.push(
        `The ${who} asks for ${region}; bases ${run.origin + 1} to ${end} of ${run.record.name} are predicted.`,
      );
    else sequences.tracks.look([Math.floor((from - run.origin) / run.bin), Math.ceil((to - run.origin) / run.bin)]);
  }
  return missing;
}

/** Runs the record of a requested region, if it is another one of the file. */
async function showRecord(sequences: SequenceSession, name: string | undefined): Promise<void> {
  const { open, state } = sequences;
  const index = state.sequences?.records.findIndex((record) => record.name === name) ?? -1;
  if (open !== undefined && index >= 0 && (index !== open || index !== state.index))
    await sequences.chooseRecord(index);
}
