/** The catalogue of files that ship with a site: `models/catalogue.json`. */

import type { Description } from "./description.js";
import { DownloadError } from "./errors.js";
import { download } from "./io/download.js";
import type { WorkOptions } from "./progress.js";

/** An ensemble of several seeds of the same training; it predicts their mean, and the scores are those of the mean. */
export interface CatalogueEnsemble {
  file: string;
  bytes: number;
  sha256: string;
  /** Number of seeds. */
  members: number;
  /** Area under the ROC curve on the test genes, if it was measured with these weights. */
  test_auroc?: number | null;
  /** Pearson's correlation of predicted changes on the test genes, if it was measured with these weights. */
  test_pearson?: number | null;
}

/** Description of a model before it is opened. */
export interface CatalogueDescription extends Pick<Description, "family" | "variant" | "rank"> {
  /** Task; it may be one that this version does not know. */
  task: string;
}

/** One model of the catalogue. */
export interface CatalogueModel {
  /** Short name that never changes, for links. */
  id: string;
  /** File name, relative to the catalogue. */
  file: string;
  /** Name shown to users. */
  name: string;
  /** Description of the model; once the model is open, `Description` says more. */
  description: CatalogueDescription;
  family: string;
  variant: string;
  cell_type?: { id: string; name: string } | null;
  /** Second cell type, for a model of a change. */
  cell_type_b?: { id: string; name: string } | null;
  /** Marks of the tables that the model reads; absent for a model of sequences. */
  marks?: string[] | null;
  /** Number of bins per gene that the model reads; absent for a model of sequences. */
  bins?: number | null;
  /** True if validation recommends it among the models of its task and cell type; absent where a score decides. */
  recommended?: boolean;
  /** True if it was trained on simulated data. */
  simulated?: boolean;
  /** Area under the ROC curve on the test genes, if the card has one. */
  test_auroc?: number | null;
  /** The best simple method on the same genes, if the card has one. */
  best_simple?: { name: string; auroc: number } | null;
  /**
   * Pearson's correlation, if the card has one: on the test genes for a model of a change, the mean over tracks on test
   * sequences for a model of tracks.
   */
  test_pearson?: number | null;
  /**
   * The best simple method on the same genes or sequences, if the card of a model of a change or of tracks has one.
   */
  best_simple_pearson?: { name: string; pearson: number } | null;
  /** Pearson's correlation on the validation data, if the card has it; it decides which model is recommended. */
  validation_pearson?: number | null;
  /** Size of the file in bytes. */
  bytes: number;
  /** SHA-256 of the file in lower-case hexadecimal. */
  sha256: string;
  /** The ensemble of several seeds of the same training, if that file ships too. */
  ensemble?: CatalogueEnsemble | null;
}

/** An example in the catalogue: one table, two tables for a model of a change, or a sequence. */
export interface CatalogueExample {
  id: string;
  file: string;
  name: string;
  description: string;
  /** True if the values are simulated. */
  simulated: boolean;
  bytes: number;
  sha256: string;
  /** Task of the models that read it; absent for tables, whose number (one or two) selects the models. */
  task?: string | null;
  /** The table of the second cell type, or the measured track along the sequence, if there is one. */
  b?: { file: string; bytes: number; sha256: string } | null;
  /** Truth planted by the simulator in the genes or sequences, if it is provided. */
  truth?: { file: string; bytes: number; sha256: string } | null;
}

/** The catalogue of files that ship with a site. */
export interface Catalogue {
  format_version: number;
  models: CatalogueModel[];
  examples: CatalogueExample[];
}

/**
 * Fetches and reads a catalogue.
 *
 * ```js
 * const { models } = await readCatalogue("models/catalogue.json");
 * console.log(models.map(({ id, name }) => `${id}: ${name}`));
 * ```
 *
 * @param url Address of `catalogue.json`.
 * @throws DownloadError if it cannot be fetched or is not a catalogue of a known version.
 */
export async function readCatalogue(url: string | URL, options: Pick<WorkOptions, "signal"> = {}): Promise<Catalogue> {
  const bytes = await download(url, { ...options, stage: "weights", file: "catalogue.json", limit: 4 << 20 });
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw notACatalogue("it is not JSON", cause);
  }
  const catalogue = value as Partial<Catalogue> | null;
  if (catalogue?.format_version !== 1)
    throw notACatalogue(`its format_version is ${String(catalogue?.format_version).slice(0, 40)}, expected 1`);
  return {
    format_version: 1,
    models: entries<CatalogueModel>("models", catalogue.models),
    examples: entries<CatalogueExample>("examples", catalogue.examples ?? []),
  };
}

/** String and number properties that an object must have. Numbers are not negative. */
type Has = readonly [texts: readonly string[], numbers: readonly string[]];

const FILE: Has = [["file", "sha256"], ["bytes"]];
const CELL_TYPE: Has = [["id", "name"], []];
const NAMED: Has = [["id", "title"], []];

/** Properties that every entry of a list has. */
const ENTRY = {
  models: [["id", "file", "name", "family", "variant", "sha256"], ["bytes"]],
  examples: [["id", "file", "name", "description", "sha256"], ["bytes"]],
} as const satisfies Record<string, Has>;

/** Nested properties that an entry may have. */
const PARTS: Record<keyof typeof ENTRY, Record<string, Has>> = {
  models: {
    ...{ ensemble: [FILE[0], [...FILE[1], "members"]], cell_type: CELL_TYPE, cell_type_b: CELL_TYPE },
    ...{ best_simple: [["name"], ["auroc"]], best_simple_pearson: [["name"], []] },
  },
  examples: { b: FILE, truth: FILE },
};
/** Scores, which may be negative (correlations), and strings that an entry may have. */
const SCORES = ["test_auroc", "test_pearson", "validation_pearson", "pearson"];
const WORDS = ["task"];

/** A list of the catalogue whose entries have all been checked. */
function entries<Entry>(name: keyof typeof ENTRY, list: unknown): Entry[] {
  if (!Array.isArray(list)) throw notACatalogue(`it has no list \`${name}\``);
  for (const [index, entry] of list.entries()) {
    const where = `entry ${index + 1} of \`${name}\``;
    const fields = checked(entry, ENTRY[name], where);
    for (const [part, has] of Object.entries(PARTS[name]))
      if (fields[part] != null) checked(fields[part], has, `\`${part}\` of ${where}`);
    if (name === "models") {
      const description = checked(fields.description, [["task"], ["rank"]], `\`description\` of ${where}`);
      for (const of of ["family", "variant"]) checked(description[of], NAMED, `the ${of} of ${where}`);
    }
  }
  return list as Entry[];
}

function checked(value: unknown, [texts, numbers]: Has, where: string): Record<string, unknown> {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const isText = (of: string): boolean => typeof fields[of] === "string";
  const isNumber = (of: string): boolean => typeof fields[of] === "number";
  const lacking = texts.find((of) => !isText(of)) ?? numbers.find((of) => !isNumber(of) || Number(fields[of]) < 0);
  if (lacking !== undefined) throw notACatalogue(`${where} has no ${lacking}`);
  const wrong =
    SCORES.find((of) => fields[of] != null && !isNumber(of)) ?? WORDS.find((of) => fields[of] != null && !isText(of));
  if (wrong !== undefined) throw notACatalogue(`${where} has a ${wrong} that is none`);
  return fields;
}

function notACatalogue(why: string, cause?: unknown): DownloadError {
  return new DownloadError(`catalogue.json cannot be used: ${why}.`, {
    code: "bad-catalogue",
    file: "catalogue.json",
    remedy: "Rebuild the site, or serve it with the models folder that belongs to it.",
    cause,
  });
}
