/** Weights trained elsewhere: reading, description, and conversion to a model file. */

import type { Fit } from "../../../../pkg/src/engine/engine-types";
import { InputError } from "../../../../pkg/src/errors";
import { WorkerClient } from "../../rpc/client";
import type { Caller } from "../../rpc/rpc";
import { type Activities, Working } from "../../rpc/working";
import type { Cell, ForeignCalls, ForeignFile } from "./calls";

/** Milliseconds that cancelled reading has before its worker is terminated. */
const PATIENCE = 400;

/** State of an import. */
export interface ForeignState extends Activities<"work"> {
  readonly opened?: ForeignFile | undefined;
  /** The finished model file, and notes on it. */
  readonly made?: { readonly file: File; readonly notes: readonly string[] } | undefined;
}

/** Statements by the user about weights. */
export interface Statement {
  readonly fit: Fit;
  /** Settings as text, by name: `marks` and `bins` for tables; `settings`, a JSON object, for sequences. */
  readonly texts: Readonly<Record<string, string>>;
  readonly cell: string;
  readonly log1p: boolean;
}

/** One import. */
export class ForeignSession extends Working<"work", ForeignState> {
  constructor(
    private readonly worker: Caller<ForeignCalls> = new WorkerClient(
      () => new Worker(new URL("./foreign-worker.js", document.baseURI), { type: "module" }),
      { what: "What reads weights", patience: PATIENCE },
    ),
  ) {
    super({ doing: {}, problems: {} });
  }

  /** Reads the files of one model. */
  async open(files: readonly File[]): Promise<void> {
    this.set({ opened: undefined, made: undefined });
    const name = files[0]?.name ?? "";
    const opened = await this.do("work", name, (options) => this.worker.call("openWeights", { files }, options));
    if (opened) this.set({ opened });
  }

  /** Makes the model file; undefined if that failed. */
  async make(said: Statement): Promise<File | undefined> {
    const { opened } = this.state;
    if (!opened) return undefined;
    const made = await this.do("work", opened.name, (options) => {
      const [family, variant] = [said.fit.family.id, said.fit.variant.id];
      return this.worker.call("makeModel", { family, variant, settings: settingsOf(said, opened) }, options);
    });
    if (!made) return undefined;
    const file = new File([made.bytes], `${opened.name.replace(/\.(pt|pth|safetensors)$/i, "")}.safetensors`);
    this.set({ made: { file, notes: made.notes } });
    return file;
  }
}

/** Texts of the settings that the tensors do not determine, with the published values. */
export function textsOf({ settings }: Fit): Record<string, string> {
  if (!("marks" in settings)) return { settings: JSON.stringify(settings, undefined, 1) };
  const { marks, bins } = settings as { readonly marks: readonly string[] | null; readonly bins: number };
  return { marks: (marks ?? []).join(", "), bins: String(bins) };
}

/**
 * Settings in the form that the engine reads.
 *
 * @throws InputError for a text that is not a JSON object; the engine reports errors inside it.
 */
export function settingsOf({ fit, texts, cell, log1p }: Statement, opened: ForeignFile): Record<string, unknown> {
  const cellType = cellOf(cell, opened.cellType);
  const others = { ...(log1p ? { transform: { kind: "log1p" } } : {}), ...(cellType ? { cellType } : {}) };
  if (!("marks" in fit.settings)) return { ...objectIn(texts["settings"] ?? ""), ...others };
  const marks = (texts["marks"] ?? "").split(/[,;\s]+/).filter((mark) => mark !== "");
  return { marks, bins: Number(texts["bins"]), ...others };
}

/** The cell type typed by the user; one found in the file name keeps its identifier. */
function cellOf(typed: string, known: Cell | undefined): Cell | undefined {
  const name = typed.trim();
  if (name === "") return undefined;
  return known && (name === known.name || name === known.id) ? known : { id: name, name };
}

function objectIn(text: string): Record<string, unknown> {
  const wrong = (found: string): InputError =>
    new InputError(`Settings: found ${found}; expected a JSON object.`, {
      code: "settings",
      remedy: 'Correct the text, for instance {"length": 131072, "buffer": 4096}.',
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw wrong(`no JSON (${(thrown as Error).message})`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong("JSON that is no object");
  return value as Record<string, unknown>;
}
