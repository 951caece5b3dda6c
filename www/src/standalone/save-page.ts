/** What can become a page of one file of the results that are shown, and making it. */

import { loadParts, assemble, type Page, type Parts } from "./write";
import type { ExportedData, ExportedInput, StandaloneView } from "./format";
import type { Caller } from "../rpc/rpc";
import type { ExportCalls } from "./calls";
import type { OpenedModel, Preparation } from "../session/opened";
import { preparationInWords } from "../session/preparation";
import type { SequenceSession } from "../tasks/tracks/session";
import { modelName, type State } from "../session/state";
import type { WorkOptions } from "../../../pkg/src/index";

/** Genes that are proposed, and the most that are taken: what a page can open at once. */
export const PROPOSED_GENES = 100;
export const MOST_GENES = 2000;

/** Bases of all records that are taken: beyond, the file is no figure any more. */
export const MOST_BASES = 50e6;

/** What there is to choose of results. */
export interface Exportable {
  readonly of: ExportCalls["exportData"]["request"]["of"];
  readonly model: OpenedModel;
  /** Names of what can be chosen: genes, or records. */
  readonly names: readonly string[];
  /** The files, by their blocks. */
  readonly inputs: readonly (Omit<ExportedInput, "items"> & { readonly block: string })[];
  readonly measured: NonNullable<ExportCalls["exportData"]["request"]["measured"]>;
}

/** What of the results that are shown can be saved; undefined where there are none. */
export function exportable({ run, change }: State, sequences: SequenceSession | undefined): Exportable | undefined {
  const tracks = sequences?.state.run;
  if (sequences && tracks) {
    const { records, file } = sequences.state.sequences ?? { records: [tracks.record], file: tracks.file };
    const measured = sequences.measuredSources();
    return {
      ...{ of: "sequences", model: tracks.model, names: records.map(({ name }) => name), measured },
      inputs: [
        { role: "sequences", block: "sequences", file, of: records.length },
        ...measured.map(({ source, track, value }, i) => ({
          role: "measured" as const,
          block: i === 0 ? "measured" : `measured-${i + 1}`,
          file: source.file,
          track,
          value,
        })),
      ],
    };
  }
  if (change) {
    const input = (i: 0 | 1, block: "table" | "table-b") => ({
      role: block,
      block,
      file: change.tables[i].file,
      of: change.tables[i].genes.length,
      ...said(change.preparations[i], change.tables[i].simulated),
    });
    return {
      of: "change",
      model: change.model,
      names: change.genes,
      inputs: [input(0, "table"), input(1, "table-b")],
      measured: [],
    };
  }
  if (!run) return undefined;
  return {
    of: "table",
    model: run.model,
    names: run.table.genes,
    inputs: [
      {
        role: "table",
        block: "table",
        file: run.table.file,
        of: run.table.genes.length,
        ...said(run.preparation, run.table.simulated),
      },
    ],
    measured: [],
  };
}

function said(preparation: Preparation, simulated: boolean): Pick<ExportedInput, "prepared" | "simulated"> {
  const prepared = preparationInWords(preparation);
  return { ...(prepared.length > 0 ? { prepared } : {}), ...(simulated ? { simulated } : {}) };
}

/** A title for who gives none: "LSTM-α,β, K562 on my.csv". */
export function proposedTitle({ model, inputs }: Exportable): string {
  const files = inputs.filter(({ role }) => role !== "measured").map(({ file }) => file);
  return `${modelName(model)} on ${files.join(" and ")}`;
}

/** Has the worker pack the chosen genes or records. */
export function pack(
  worker: Caller<ExportCalls>,
  { of, measured }: Exportable,
  chosen: readonly number[],
  options: WorkOptions,
): Promise<ExportedData> {
  return worker.call("exportData", { of, chosen, measured }, options);
}

/** Loads the site's parts for such a page. */
export function fetchParts(base: string, withWebgpu: boolean, signal: AbortSignal): Promise<Parts> {
  return loadParts(async (file) => {
    const response = await fetch(new URL(`standalone/${file}`, base), { signal });
    if (!response.ok)
      throw new Error(
        `standalone/${file} could not be loaded: the server answered ${response.status}. Check that the whole site is served.`,
      );
    return new Uint8Array(await response.arrayBuffer());
  }, withWebgpu);
}

/** What the user says of a page. */
export interface Said {
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
  said: Said,
): Blob {
  const { card, file, sha256 } = model;
  const page: Page = {
    ...said,
    model: { name: modelName(model), file, family: card.family, sha256, citation: card.citation ?? [] },
    inputs: inputs.map((input, i): ExportedInput => ({
      ...input,
      ...(packed[i]?.items === undefined ? {} : { items: packed[i].items }),
    })),
    blocks: [weights, ...packed.map(({ block }) => block)],
  };
  return assemble(parts, page);
}
