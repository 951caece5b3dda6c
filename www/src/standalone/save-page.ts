/** Saves the current results as a single-file page. */

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

/** Default and maximum number of items from a long list; the maximum is what a page can open at once. */
export const MANY = {
  genes: { proposed: 100, most: 2000 },
  variants: { proposed: 50, most: 500 },
} as const;

/** Pages above this size, in bytes, include the signal of other samples only on request. */
export const SMALL = 2e6;

/** Several samples side by side, whose predictions and signal can be included. */
export interface ExportableSamples {
  /** Number of samples, and number of those whose signal differs from the run's. */
  numbers(): Promise<{ readonly count: number; readonly others: number }>;
  /** Predictions for chosen genes in each sample. */
  predictions(chosen: readonly number[]): Promise<PackedSamples>;
  /** Signal of chosen genes in the other samples. */
  signal(chosen: readonly number[], options: WorkOptions): Promise<readonly PackedInput[]>;
}

/** Packed samples; `more` is the approximate size in bytes that the signal of the others adds to a page. */
export interface MadeSamples {
  readonly count: number;
  readonly others: number;
  readonly more: number;
  readonly packed: PackedSamples;
  readonly signal: readonly PackedInput[];
}

/** The content of a page without its texts. */
export interface MadePage {
  readonly data: ExportedData;
  readonly parts: Parts;
  readonly whole: WholeOfPart | undefined;
  readonly samples?: MadeSamples | undefined;
}

/** The items of the results to choose from. */
export interface Exportable {
  readonly model: OpenedModel;
  /** Names of the items: genes, variants, or records. */
  readonly names: readonly string[];
  /** Kind of the items, if the first of many are included; otherwise one, or all. */
  readonly many?: keyof typeof MANY | undefined;
  /** Index of the selected item. */
  readonly chosen: number | undefined;
  /** Bases of each item, if they are counted. */
  readonly bases?: readonly number[] | undefined;
  /** Possible initial views: all, or the selected item. */
  readonly views: readonly [ViewChoice, ViewChoice];
  /** The files, by block. */
  readonly inputs: readonly Omit<ExportedInput, "items">[];
  readonly measured: NonNullable<PackRequest["measured"]>;
  /** Further data for the chosen items. */
  readonly asks?: ((chosen: readonly number[]) => Pick<PackRequest, "places" | "variants" | "genes">) | undefined;
  /** The initial view for the item with this name. */
  looked(name: string): Looked;
  /** Facts about the chosen genes in addition to their signal, and the assembly. */
  readonly about?: ((chosen: readonly number[]) => AboutGenes) | undefined;
  /** Selection rule for the first of many listed items: "those with the highest P(on)". */
  readonly rule?: ((taken: number) => string) | undefined;
  /** Facts about the whole run, if the chosen genes are a part of it; `rule` describes the part. */
  readonly whole?: ((chosen: readonly number[], rule: string) => Promise<WholeOfPart | undefined>) | undefined;
  /** The samples, if there are several. */
  readonly samples?: ExportableSamples | undefined;
  /** A draft of the caption; with samples it names them. */
  readonly caption?: ((withSamples: boolean) => Promise<string>) | undefined;
  /** A picture of the current view, for readers without JavaScript. */
  picture(frame: PlotFrame): string | undefined;
}

/** A possible initial view, and its label. */
export interface ViewChoice {
  readonly view: View;
  readonly label: string;
}

/** The default title: "LSTM-α,β, K562 on my.csv". */
export function proposedTitle({ model, inputs }: Exportable): string {
  const files = inputs.filter(({ role }) => role !== "measured" && role !== "genes").map(({ file }) => file);
  return `${modelName(model)} on ${files.join(" and ")}`;
}

/** Packs the chosen items, in the worker. */
export function pack(
  worker: Caller<ExportCalls>,
  { model, measured, asks }: Exportable,
  chosen: readonly number[],
  options: WorkOptions,
): Promise<ExportedData> {
  return worker.call("exportData", { task: model.description.task, chosen, measured, ...asks?.(chosen) }, options);
}

/** Loads the site's parts for a single-file page. */
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
 * Packs samples for a page. By default the signal of the others is included if the page, measured by `sizeOf`, stays
 * small.
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
  // The others may have more signal than the open one, on which the estimate was based.
  return isWithSignal === undefined && sizeOf(full) > SMALL ? { ...made, samples } : full;
}

/** The user's title and caption for a page. */
export interface Said extends AboutGenes {
  readonly title: string;
  readonly caption: string;
  readonly looked: Looked;
  readonly picture: string | undefined;
}

/** Assembles a page. */
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
    // A site opened from disk has no address that others could follow.
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
