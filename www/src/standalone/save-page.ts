/** Saves the current results as a one-file page. */

import { loadParts, assemble, type Page, type Parts } from "./write";
import type {
  AboutGenes,
  ExportedData,
  ExportedInput,
  PackedInput,
  PackedSamples,
  Looked,
  View,
  WholeOfPart,
} from "./format";
import type { Caller } from "../rpc/rpc";
import type { ExportCalls, PackRequest } from "./calls";
import type { PlotFrame } from "../plots";
import type { OpenedModel } from "../session/opened";
import { modelName } from "../session/state";
import type { Task, WorkOptions } from "../../../pkg/src/index";

/** Items of a long list that are proposed, and the most that are taken: what a page can open at once. */
export const MANY = {
  genes: { proposed: 100, most: 2000 },
  variants: { proposed: 50, most: 500 },
} as const;

/** A page of more bytes than this takes the signal of other samples only where it is asked for. */
export const SMALL = 2e6;

/** Several samples beside each other, of which predictions and signal can go along. */
export interface ExportableSamples {
  /** Number of samples, and of those whose signal is not that of the run. */
  numbers(): Promise<{ readonly count: number; readonly others: number }>;
  /** Predictions of chosen genes in each. */
  predictions(chosen: readonly number[]): Promise<PackedSamples>;
  /** Signal of chosen genes in the others. */
  signal(chosen: readonly number[], options: WorkOptions): Promise<readonly PackedInput[]>;
}

/** The same, packed; `more` is by how many bytes of a page the signal of the others is about. */
export interface MadeSamples {
  readonly count: number;
  readonly others: number;
  readonly more: number;
  readonly packed: PackedSamples;
  readonly signal: readonly PackedInput[];
}

/** All that a page holds beside its texts. */
export interface MadePage {
  readonly data: ExportedData;
  readonly parts: Parts;
  readonly whole: WholeOfPart | undefined;
  readonly samples?: MadeSamples | undefined;
}

/** The items of the results that can be chosen. */
export interface Exportable {
  readonly model: OpenedModel;
  /** Names of what can be chosen: genes, variants, or records. */
  readonly names: readonly string[];
  /** Kind of the items, where there are so many that the first listed ones are taken; otherwise one is, or all are. */
  readonly many?: keyof typeof MANY | undefined;
  /** The position of the selected item. */
  readonly chosen: number | undefined;
  /** Bases of each, where they are counted. */
  readonly bases?: readonly number[] | undefined;
  /** The possible first views: all, or the selected item. */
  readonly views: readonly [ViewChoice, ViewChoice];
  /** The files, by their blocks. */
  readonly inputs: readonly Omit<ExportedInput, "items">[];
  readonly measured: NonNullable<PackRequest["measured"]>;
  /** Other data that the chosen ones take. */
  readonly asks?: ((chosen: readonly number[]) => Pick<PackRequest, "places" | "variants" | "genes">) | undefined;
  /** The view at first, where that is the item of a name. */
  looked(name: string): Looked;
  /** Facts about the chosen genes beside their signal, and the assembly. */
  readonly about?: ((chosen: readonly number[]) => AboutGenes) | undefined;
  /** Which items are taken where so many of the listed ones are: "those with the highest P(on)". */
  readonly rule?: ((taken: number) => string) | undefined;
  /** Facts about the whole run, where the chosen genes are a part of it; `rule` says which part. */
  readonly whole?: ((chosen: readonly number[], rule: string) => Promise<WholeOfPart | undefined>) | undefined;
  /** Several samples, where there are any. */
  readonly samples?: ExportableSamples | undefined;
  /** A draft of the caption; with samples it names them. */
  readonly caption?: ((withSamples: boolean) => Promise<string>) | undefined;
  /** A picture of the current view, for readers without JavaScript. */
  picture(frame: PlotFrame): string | undefined;
}

/** A possible first view, and its label. */
export interface ViewChoice {
  readonly view: View;
  readonly label: string;
}

/** The default title: "LSTM-α,β, K562 on my.csv". */
export function proposedTitle({ model, inputs }: Exportable): string {
  const files = inputs.filter(({ role }) => role !== "measured" && role !== "genes").map(({ file }) => file);
  return `${modelName(model)} on ${files.join(" and ")}`;
}

/** Has the worker pack the chosen items. */
export function pack(
  worker: Caller<ExportCalls>,
  { model, measured, asks }: Exportable,
  chosen: readonly number[],
  options: WorkOptions,
): Promise<ExportedData> {
  return worker.call("exportData", { task: model.description.task, chosen, measured, ...asks?.(chosen) }, options);
}

/** Loads the site's parts for such a page. */
export function fetchParts(base: string, task: Task, withWebgpu: boolean, signal: AbortSignal): Promise<Parts> {
  return loadParts(
    async (file) => {
      const response = await fetch(new URL(`standalone/${file}`, base), { signal });
      if (!response.ok)
        throw new Error(
          `standalone/${file} could not be loaded: the server answered ${response.status}. Check that the whole ` +
            "site is served.",
        );
      return new Uint8Array(await response.arrayBuffer());
    },
    task,
    withWebgpu,
  );
}

/**
 * Packs samples beside a page that is made. Without a choice the signal of the others goes along as long as `sizeOf`
 * the page stays small.
 */
export async function packSamples(
  of: ExportableSamples,
  made: MadePage,
  { chosen, isWithSignal }: { readonly chosen: readonly number[]; readonly isWithSignal: boolean | undefined },
  sizeOf: (made: MadePage) => number,
  options: WorkOptions,
): Promise<MadePage> {
  const [numbers, packed] = await Promise.all([of.numbers(), of.predictions(chosen)]);
  const one = made.data.inputs.reduce((sum, { block }) => sum + (4 / 3) * block.packed.length, 0);
  const samples: MadeSamples = { ...numbers, more: numbers.others * one, packed, signal: [] };
  const isSmall = sizeOf({ ...made, samples }) + samples.more <= SMALL;
  const signal = numbers.others > 0 && (isWithSignal ?? isSmall) ? await of.signal(chosen, options) : [];
  const full = { ...made, samples: { ...samples, signal } };
  // The others may have more signal than the open one, by which they were estimated.
  return isWithSignal === undefined && sizeOf(full) > SMALL ? { ...made, samples } : full;
}

/** The user's title and caption of a page. */
export interface Said extends AboutGenes {
  readonly title: string;
  readonly caption: string;
  readonly looked: Looked;
  readonly picture: string | undefined;
}

/** Puts a page together. */
export function put(
  { model, inputs }: Exportable,
  { data: { weights, inputs: packed }, parts, whole, samples }: MadePage,
  said: Said,
): Blob {
  const { card, file, sha256, verified, symmetric } = model;
  const { signal = [] } = samples ?? {};
  const page: Page = {
    ...said,
    date: new Date().toISOString(),
    // A site that is opened from a disk has no address that anyone else could follow.
    ...(/^https?:/.test(document.baseURI) ? { site: new URL(".", document.baseURI).href } : {}),
    model: {
      ...{ name: modelName(model), file, family: card.family, sha256, task: model.description.task, verified },
      ...(symmetric ? { symmetric } : {}),
      citation: card.citation ?? [],
    },
    inputs: [
      ...inputs.map((input, i): ExportedInput => ({
        ...input,
        ...(packed[i]?.items === undefined ? {} : { items: packed[i].items }),
      })),
      ...signal.map(({ block, ...input }): ExportedInput => ({ ...input, block: block.id })),
    ],
    ...(whole ? { run: whole.run } : {}),
    ...(samples ? { samples: samples.packed.samples } : {}),
    blocks: [
      ...[weights, ...packed.map(({ block }) => block), ...(whole ? [whole.block] : [])],
      ...[...(samples ? [samples.packed.block] : []), ...signal.map(({ block }) => block)],
    ],
  };
  return assemble(parts, page);
}
