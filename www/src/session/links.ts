/**
 * Addresses that open an example in a given view: `?model=ID&example=ID&view=…&gene=…`, for tracks
 * `region=NAME:START-END&bin=…&variant=…`. They name what the site ships, never what the user gave.
 */

import type { ChangeRun } from "../tasks/change/result";
import type { FinishedRun } from "../tasks/on-off/result";
import type { TrackRun } from "../tasks/tracks/result";
import { isOfChange, isOfTracks } from "../../../pkg/src/card";
import type { Session } from "./session";
import type { SequenceSession, SequenceState } from "../tasks/tracks/session";
import type { CurrentTable, State } from "./state";
import { parseVariant } from "../tasks/tracks/variant-text";
import { type Address, type View, writeAddress } from "./address";

/** A link, or why there can be none. */
export type Link = { readonly query: string } | { readonly reason: string };

/** A link to what is on the page. */
export function linkOf(state: State, sequences: SequenceState | undefined, shown: string): Link {
  const { model } = state;
  if (!model) return { reason: "No model is open yet." };
  if (model.id === undefined)
    return { reason: `A link opens models of this site; ${model.file} is your own. Save a workspace instead.` };
  const start: Address = { model: model.id, ...(model.weights === "int8" ? { weights: "int8" } : {}) };
  if (isOfTracks(model.card)) return tracksLink(start, sequences);
  const tables = isOfChange(model.card) ? [state.table, state.tableB] : [state.table];
  const given = tables.filter((table): table is CurrentTable => table !== undefined);
  const own = given.find(({ example }) => example === undefined);
  if (own) return { reason: `A link opens examples of this site; ${own.file} is your own. Save a workspace instead.` };
  if (given.length === 0) return { query: writeAddress(start) };
  const [example] = given;
  if (given.length < tables.length || given.some((table) => table.example !== example?.example))
    return { reason: "A link opens one example as a whole; these tables are not one." };
  const prepared = [state.accepted, ...(isOfChange(model.card) ? [state.acceptedB] : [])].some(
    ({ selectBins, rescale }) => selectBins || rescale.size > 0,
  );
  if (prepared)
    return { reason: "The table is prepared as you chose, which a link cannot say. Save a workspace instead." };
  const genes = isOfChange(model.card) ? state.change?.genes : state.run?.table.genes;
  const gene = state.selected === undefined ? undefined : genes?.[state.selected];
  const view =
    gene === undefined
      ? undefined
      : !isOfChange(model.card) && (shown === "saliency" || shown === "class-optimisation")
        ? shown
        : "gene";
  return { query: writeAddress({ ...start, example: example?.example, view, gene }) };
}

function tracksLink(start: Address, state: SequenceState | undefined): Link {
  const { sequences, example, run, view, bin, overlays, variant } = state ?? {};
  if (!sequences) return { query: writeAddress(start) };
  if (example === undefined)
    return { reason: `A link opens examples of this site; ${sequences.file} is your own. Save a workspace instead.` };
  const own = [...(overlays?.values() ?? [])].find(({ source }) => !("url" in source));
  if (own)
    return {
      reason: `A link opens examples of this site; ${own.file} is your own. Save a workspace instead, or take it away.`,
    };
  if (!run || !view) return { query: writeAddress({ ...start, example }) };
  const isWhole = view[0] === 0 && view[1] === run.bins;
  const base = (at: number): number => run.origin + at * run.bin;
  return {
    query: writeAddress({
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
    }),
  };
}

/** What the results are that an address is to be shown in. */
export interface Shown {
  readonly session: Pick<Session, "selectGene" | "selectChanged" | "bring" | "explanations">;
  readonly run?: FinishedRun | undefined;
  readonly change?: ChangeRun | undefined;
  readonly sequences?: SequenceSession | undefined;
}

/** Shows the view, gene, region, bin and variant of an address; says what cannot be shown, one sentence each. */
export async function showAddress(address: Address, { session, run, change, sequences }: Shown): Promise<string[]> {
  const unmet: string[] = [];
  const tracks = sequences?.state.run;
  const known: readonly View[] = sequences
    ? ["tracks", "attention", "variants"]
    : change
      ? ["set", "gene"]
      : ["set", "gene", "saliency", "class-optimisation"];
  const view = known.find((each) => each === address.view);
  if (address.view !== undefined && !view)
    unmet.push(`The address asks for the view “${address.view}”; here there are ${known.join(", ")}.`);
  const genes = run?.table.genes ?? change?.genes;
  if (address.gene !== undefined) {
    const index = genes?.indexOf(address.gene) ?? -1;
    if (index < 0)
      unmet.push(
        `The address asks for the gene “${address.gene}”, which ${genes ? "the example does not have" : "these results are not about"}.`,
      );
    else if (run) await session.selectGene(index);
    else session.selectChanged(index);
  }
  if (view === "saliency" || view === "class-optimisation") session.explanations.show(view);
  if (sequences && tracks) unmet.push(...(await showAlong(address, sequences, tracks)));
  // What is about one gene is worth nothing where that gene is not there.
  if (view && (unmet.length === 0 || view === "set")) session.bring(view);
  return unmet;
}

async function showAlong(
  { region, bin, variant }: Address,
  sequences: SequenceSession,
  run: TrackRun,
): Promise<string[]> {
  const unmet: string[] = [];
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
