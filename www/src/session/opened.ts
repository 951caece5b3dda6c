/** Models and tables: their sources, their properties once open, and the preparation of tables. */

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
 * A model to open: one of the catalogue, with a known hash, or the user's own file. If its task is known, the engine
 * loads in parallel with the file.
 */
export type ModelRequest = {
  readonly task?: Task | undefined;
  /** SHA-256 of the files that the site lists; absent if it has no list. */
  readonly listed?: readonly string[] | undefined;
  /** True to use the symmetric form of a model of a change; absent to follow its card. */
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
  /** True if the site lists the file's SHA-256: determined once, on opening. */
  readonly verified: boolean;
  /** For a model of a change, true if it predicts the symmetric form. */
  readonly symmetric?: boolean | undefined;
  /** Description of its family and variant. */
  readonly description: Description;
  /** Sizes of a model of tracks along a sequence. */
  readonly shape?: WindowShape | undefined;
}

/** A table that was read. */
export interface ReadTable {
  readonly file: string;
  readonly layout: TableLayout;
  /** Gene names, [N]. */
  readonly genes: readonly string[];
  readonly marks: readonly string[];
  readonly bins: number;
  readonly notes: readonly string[];
  /** Labels, 1 = on, [N]. */
  readonly labels: Uint8Array | undefined;
  /** True if its values are simulated; absent if unknown. */
  readonly simulated?: boolean | undefined;
  /** The run that its genes are a part of, if it came from a single-file page. */
  readonly whole?: Whole | undefined;
}

/** Preparation of a table before the model reads it. */
export type Preparation = Readonly<TableOptions>;

/** Source of a request's bytes, as the package takes it. */
export function sourceOf(request: ModelRequest | TableRequest): URL | Blob {
  return "url" in request ? new URL(request.url) : request.blob;
}

/** The content of a table's file; if the site lacks a file that it should have, the error names it. */
export async function contentOf(request: TableRequest, options: WorkOptions = {}): Promise<Blob> {
  if ("blob" in request) return request.blob;
  const { file, url } = request;
  return new Blob([(await download(url, { ...options, stage: "read", file })) as BlobPart]);
}

/** An open model, and its runner. */
export interface Opened<Loaded extends Model = Model> {
  readonly runner: Loaded;
  readonly model: OpenedModel;
}

/** Properties of an open model. Without a list, it is verified by the requested hash. */
export function openedModel(runner: Model, file: string, listed?: readonly string[]): OpenedModel {
  const { card, description, sha256 } = runner;
  const verified = listed?.includes(sha256) ?? runner.verified;
  return {
    ...{ card, description, file, sha256, verified },
    ...(runner.task === "change" ? { symmetric: runner.symmetric } : {}),
    shape: "shape" in runner ? runner.shape : undefined,
  };
}

/** The requested form, if it differs from the card's. */
export function askedForm({ card, symmetric }: Pick<OpenedModel, "card" | "symmetric">): boolean | undefined {
  return symmetric === undefined || symmetric === (card.symmetric?.default ?? false) ? undefined : symmetric;
}

/** Properties of a table, without its values. */
export function asRead({ file, layout, genes, marks, bins, notes, labels }: Table): ReadTable {
  return { file, layout, genes, marks, bins, notes, labels };
}

/** Origin of a run: its model, its date and the program. */
export interface Made {
  readonly model: OpenedModel;
  /** Time of its end, ISO 8601. */
  readonly date: string;
  /** The program, with its version. */
  readonly program: string;
}

/** The origin of a run that has just finished. */
export function madeNow(model: OpenedModel, program: string): Made {
  return { model, date: new Date().toISOString(), program };
}
