/** Saves the current results as a one-file page. */

import { loadParts, assemble, type Page, type Parts } from "./write";
import type { AboutGenes, ExportedData, ExportedInput, StandaloneView, WholeOfPart } from "./format";
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
  /** Facts about the chosen genes beside their signal. */
  readonly about?: ((chosen: readonly number[]) => AboutGenes) | undefined;
  /** Which items are taken where so many of the listed ones are: "those with the highest P(on)". */
  readonly rule?: ((taken: number) => string) | undefined;
  /** Facts about the whole run, where the chosen genes are a part of it; `rule` says which part. */
  readonly whole?: ((chosen: readonly number[], rule: string) => Promise<WholeOfPart | undefined>) | undefined;
  /** A draft of the caption. */
  readonly caption?: (() => Promise<string>) | undefined;
  /** A picture of the current view, for readers without JavaScript. */
  picture(frame: PlotFrame): string | undefined;
}

/** A possible first view, and its label. */
export interface ViewChoice {
  readonly view: StandaloneView;
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

/** The user's title and caption of a page. */
export interface Said extends AboutGenes {
  readonly title: string;
  readonly caption: string;
  readonly view: StandaloneView;
  readonly selected: string | undefined;
  readonly picture: string | undefined;
}

/** Puts a page together. */
export function put(
  parts: Parts,
  { model, inputs }: Exportable,
  { weights, inputs: packed }: ExportedData,
  whole: WholeOfPart | undefined,
  said: Said,
): Blob {
  const { card, file, sha256, verified, symmetric } = model;
  const page: Page = {
    ...said,
    date: new Date().toISOString(),
    // A site that is opened from a disk has no address that anyone else could follow.
    ...(/^https?:/.test(document.baseURI) ? { site: new URL(".", document.baseURI).href } : {}),
    model: {
      ...{ name: modelName(model), file, family: card.family, sha256, verified },
      ...(symmetric ? { symmetric } : {}),
      citation: card.citation ?? [],
    },
    inputs: inputs.map((input, i): ExportedInput => ({
      ...input,
      ...(packed[i]?.items === undefined ? {} : { items: packed[i].items }),
    })),
    ...(whole ? { run: whole.run } : {}),
    blocks: [weights, ...packed.map(({ block }) => block), ...(whole ? [whole.block] : [])],
  };
  return assemble(parts, page);
}
