/** Models and tables: where they come from, what is known of them once they are open, what is done to a table first. */

import type {
  Description,
  Model,
  ModelCard,
  Table,
  TableLayout,
  TableOptions,
  Task,
  WindowShape,
  WorkOptions,
} from "../../../pkg/src/index";
import { download } from "../../../pkg/src/io/download";
import type { Whole } from "../standalone/whole";

/**
 * A model to open: one of the catalogue, whose hash is known, or the user's own file. With its task, where that is
 * known, the engine loads beside the file.
 */
export type ModelRequest = {
  readonly task?: Task | undefined;
  /** SHA-256 of the files that the site lists; absent where it has no list. */
  readonly listed?: readonly string[] | undefined;
  /** True asks a model of a change for its symmetric form; absent where its card decides. */
  readonly symmetric?: boolean | undefined;
} & (
  | { readonly url: string; readonly file: string; readonly sha256: string }
  | { readonly blob: Blob; readonly file: string; readonly sha256?: string | undefined }
);

/** A table to read: the user's own file or text, or one of the catalogue. */
export type TableRequest =
  { readonly blob: Blob; readonly file: string } | { readonly url: string; readonly file: string };

/** A model that was opened. */
export interface OpenedModel {
  readonly card: ModelCard;
  readonly file: string;
  readonly sha256: string;
  /** True of a file that the site lists, by its SHA-256: decided once, as it is opened. */
  readonly verified: boolean;
  /** True of a model of a change that predicts the symmetric form, false of another of a change. */
  readonly symmetric?: boolean | undefined;
  /** Description of its family and its variant. */
  readonly description: Description;
  /** Sizes of a model of tracks along a sequence. */
  readonly shape?: WindowShape | undefined;
}

/** A table that was read. */
export interface ReadTable {
  readonly file: string;
  readonly layout: TableLayout;
  /** [N] */
  readonly genes: readonly string[];
  readonly marks: readonly string[];
  readonly bins: number;
  readonly notes: readonly string[];
  /** 1 = on, [N]. */
  readonly labels: Uint8Array | undefined;
  /** True if its values come from a simulator; absent where nobody says. */
  readonly simulated?: boolean | undefined;
  /** The run of which it has a part of the genes, where a page of one file brought it. */
  readonly whole?: Whole | undefined;
}

/** Preparation of a table before the model sees it. */
export type Preparation = Readonly<TableOptions>;

/** Where a request's bytes are, as the package takes it. */
export function sourceOf(request: ModelRequest | TableRequest): URL | Blob {
  return "url" in request ? new URL(request.url) : request.blob;
}

/** The content of a table's file; one that the site should have and has not is an error that names it. */
export async function contentOf(request: TableRequest, options: WorkOptions = {}): Promise<Blob> {
  if ("blob" in request) return request.blob;
  const { file, url } = request;
  return new Blob([(await download(url, { ...options, stage: "read", file })) as BlobPart]);
}

/** A model that was opened, and what runs it. */
export interface Opened<Loaded extends Model = Model> {
  readonly runner: Loaded;
  readonly model: OpenedModel;
}

/** Properties of a model that was opened. Without a list, it is verified by the hash that was asked for. */
export function openedModel(runner: Model, file: string, listed?: readonly string[]): OpenedModel {
  const { card, description, sha256 } = runner;
  const verified = listed?.includes(sha256) ?? runner.verified;
  return {
    ...{ card, description, file, sha256, verified },
    ...(runner.task === "change" ? { symmetric: runner.symmetric } : {}),
    shape: "shape" in runner ? runner.shape : undefined,
  };
}

/** The form that was asked for where it is not the card's own. */
export function askedForm({ card, symmetric }: Pick<OpenedModel, "card" | "symmetric">): boolean | undefined {
  return symmetric === undefined || symmetric === (card.symmetric?.default ?? false) ? undefined : symmetric;
}

/** Properties of a table that was read, without its values. */
export function asRead({ file, layout, genes, marks, bins, notes, labels }: Table): ReadTable {
  return { file, layout, genes, marks, bins, notes, labels };
}

/** Origin of a run: its model, its date and the program. */
export interface Made {
  readonly model: OpenedModel;
  /** When it was finished, ISO 8601. */
  readonly date: string;
  /** The program that ran it, with its version. */
  readonly program: string;
}

/** That a run is finished now. */
export function madeNow(model: OpenedModel, program: string): Made {
  return { model, date: new Date().toISOString(), program };
}
