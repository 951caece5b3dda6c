/** Reads a one-file page and checks its hashes. */

import {
  type BlockEntry,
  BLOCK_PREFIX,
  type ExportedInput,
  type ExportedSamples,
  FORMAT_VERSION,
  fromBase64,
  gunzip,
  type Manifest,
  MANIFEST_ID,
  type MeasuredValues,
  ROLES,
  VIEWS,
  type WholeRun,
} from "./format";
import { sha256 } from "../session/hash";

/** Why a file cannot be opened, in words for a user. */
export class ExportError extends Error {
  override readonly name = "InputError";

  constructor(
    message: string,
    readonly code: "not-an-export" | "newer-export" | "damaged-export",
    readonly remedy: string,
  ) {
    super(message);
  }
}

/** The text of the element with an id; undefined where there is none. */
export type ElementText = (id: string) => string | undefined;

/** Largest size that a block may state: that of a model file or a table in a browser. */
const BLOCK_LIMIT = 600e6;

/** Most letters of a block's id; messages name it. */
const ID_LIMIT = 64;

/**
 * Elements of a file that is text. Nothing of it is run: what it holds has no `<`, so that each ends where the next tag
 * begins.
 */
export function elementsOf(text: string): ElementText {
  return (id) => {
    const tag = `id="${id}">`;
    const at = text.indexOf(tag);
    if (at < 0) return undefined;
    const end = text.indexOf("<", at);
    return end < 0 ? undefined : text.slice(at + tag.length, end);
  };
}

/** The manifest of a file. `file` is its name for messages. */
export function readManifest(file: string, element: ElementText): Manifest {
  const text = element(MANIFEST_ID);
  if (text === undefined)
    throw new ExportError(
      `${file}: found a web page; expected one that Regulens saved as one file.`,
      "not-an-export",
      "Choose the file as it was saved, not a copy that the browser made of the open page.",
    );
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw damaged(file, "what it says it holds cannot be read");
  }
  const version = isObject(parsed) ? parsed.format_version : undefined;
  if (!isObject(parsed) || typeof version !== "number") throw damaged(file, "it names no version of its format");
  if (version > FORMAT_VERSION)
    throw new ExportError(
      `${file}: found version ${version} of the format; expected at most ${FORMAT_VERSION}.`,
      "newer-export",
      "Open it with a newer Regulens, or in a browser by itself.",
    );
  const { title = "", caption = "", program = "", view = "set" } = parsed;
  const manifest = { ...parsed, title, caption, program, view };
  if (!isManifest(manifest)) throw damaged(file, "what it says it holds is not complete");
  return manifest;
}

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isAbsentOr = (value: unknown, is: (value: unknown) => boolean): boolean => value === undefined || is(value);

/** Returns true if every field has its type, and every input its block: what is shown later asks no more. */
function isManifest(manifest: Fields): manifest is Fields & Manifest {
  const { title, caption, program, date, site, view, selected, model, inputs, blocks } = manifest;
  const { symbols, measured, run, samples, coverage, assembly } = manifest;
  if (!Array.isArray(inputs) || !Array.isArray(blocks) || !blocks.every(isBlock)) return false;
  const ids = new Set(blocks.map(({ id }) => id));
  return (
    [title, caption, program].every(isText) &&
    [date, site, selected, assembly].every((value) => isAbsentOr(value, isText)) &&
    isAbsentOr(coverage, isNumber) &&
    VIEWS.some((known) => known === view) &&
    isObject(model) &&
    [model.name, model.file, model.family, model.sha256].every(isText) &&
    isTexts(model.citation) &&
    isAbsentOr(model.task, isText) &&
    [model.verified, model.symmetric].every((each) => isAbsentOr(each, (each) => typeof each === "boolean")) &&
    isAbsentOr(samples, (each) => isSamples(each) && ids.has(each.block)) &&
    inputs.every((input) => isInput(input) && ids.has(input.block) && isOfSample(input, samples)) &&
    isAbsentOr(run, (each) => isWholeRun(each) && ids.has(each.block)) &&
    isAbsentOr(symbols, (each) => Array.isArray(each) && each.every((pair) => isTexts(pair) && pair.length === 2)) &&
    isAbsentOr(measured, (each) => Array.isArray(each) && each.every(isMeasured))
  );
}

const isNumber = (value: unknown): boolean => Number.isFinite(value);

/** Returns true if the value is a page's account of a whole run. */
export function isWholeRun(value: unknown): value is WholeRun {
  if (!isObject(value)) return false;
  const { genes, chosen, block, auroc, attention, measured, pearson, weights, levels } = value;
  const isNumbers = (each: unknown): boolean => Array.isArray(each) && each.every(isNumber);
  const isWeight = (each: unknown): boolean =>
    isObject(each) && isNumber(each.mean) && isAbsentOr(each.deviation, isNumber);
  const isColumn = (each: unknown): boolean =>
    isObject(each) && isAbsentOr(each.up, isWeight) && isAbsentOr(each.down, isWeight);
  return (
    isCount(genes) &&
    isText(chosen) &&
    isText(block) &&
    [auroc, pearson].every((each) => isAbsentOr(each, isNumber)) &&
    isAbsentOr(
      attention,
      (each) =>
        isObject(each) &&
        [each.on, each.off].every((mean) => isAbsentOr(mean, isNumbers)) &&
        [each.genes_on, each.genes_off].every(isCount),
    ) &&
    isAbsentOr(
      measured,
      (each) => isObject(each) && isCount(each.genes) && isCount(each.on) && isAbsentOr(each.auroc, isNumber),
    ) &&
    isAbsentOr(
      weights,
      (each) =>
        isObject(each) &&
        typeof each.by_measured === "boolean" &&
        isNumber(each.threshold) &&
        [each.up, each.down].every(isCount) &&
        Array.isArray(each.columns) &&
        each.columns.every(isColumn),
    ) &&
    isAbsentOr(
      levels,
      (each) => isObject(each) && isCount(each.n) && [each.pearson, each.spearman, each.r2, each.mse].every(isNumber),
    )
  );
}

function isSamples(value: unknown): value is ExportedSamples {
  if (!isObject(value) || !Array.isArray(value.list)) return false;
  const { list, block, open, pair } = value;
  const isSample = (each: unknown): boolean => isObject(each) && isText(each.name) && isTexts(each.files);
  const isPlace = (each: unknown): boolean => isCount(each) && (each as number) < list.length;
  return (
    isText(block) &&
    list.length > 1 &&
    list.every(isSample) &&
    isAbsentOr(open, isPlace) &&
    Array.isArray(pair) &&
    pair.length === 2 &&
    pair.every(isPlace)
  );
}

/** Returns true if the sample that data are of, where they name one, is among those of the page. */
function isOfSample({ sample }: ExportedInput, samples: unknown): boolean {
  return sample === undefined || (isSamples(samples) && sample < samples.list.length);
}

function isMeasured(value: unknown): value is MeasuredValues {
  if (!isObject(value)) return false;
  const { of, file, values, labels, median } = value;
  const isListOf = (each: unknown, is: (one: unknown) => boolean): each is unknown[] =>
    Array.isArray(each) && each.every((one) => one === null || is(one));
  return (
    ["expression", "levels", "counts-a", "counts-b"].some((known) => known === of) &&
    isText(file) &&
    isListOf(values, isNumber) &&
    isAbsentOr(labels, (each) => isListOf(each, (one) => one === 0 || one === 1) && each.length === values.length) &&
    isAbsentOr(median, isNumber)
  );
}

function isBlock(value: unknown): value is BlockEntry {
  return (
    isObject(value) &&
    isText(value.id) &&
    value.id.length <= ID_LIMIT &&
    isText(value.sha256) &&
    /^[0-9a-f]{64}$/.test(value.sha256) &&
    isCount(value.bytes) &&
    (value.bytes as number) <= BLOCK_LIMIT
  );
}

function isInput(value: unknown): value is ExportedInput {
  if (!isObject(value)) return false;
  const { role, block, file, items, of, prepared, notes, simulated, track, sample } = value;
  return (
    ROLES.some((known) => known === role) &&
    isText(block) &&
    isText(file) &&
    [items, of, track, sample].every((each) => isAbsentOr(each, isCount)) &&
    [prepared, notes].every((each) => isAbsentOr(each, isTexts)) &&
    isAbsentOr(simulated, (each) => typeof each === "boolean") &&
    isAbsentOr(value.value, (each) => each === "mean" || each === "sum")
  );
}

/** Reads the content of a block, and checks its length and SHA-256. */
export async function readBlock(
  file: string,
  element: ElementText,
  { blocks }: Manifest,
  id: string,
): Promise<Uint8Array> {
  const entry = blocks.find((each) => each.id === id);
  const text = element(`${BLOCK_PREFIX}${id}`);
  if (!entry || text === undefined) throw damaged(file, `the block ${id} is missing`);
  const bytes = await unpack(file, entry, text);
  const found = await sha256(bytes);
  if (bytes.length !== entry.bytes || found !== entry.sha256)
    throw damaged(file, `the SHA-256 of the block ${id} is ${found}, expected ${entry.sha256}`);
  return bytes;
}

async function unpack(file: string, { id, bytes }: BlockEntry, text: string): Promise<Uint8Array> {
  try {
    return await gunzip(fromBase64(text.trim()), bytes);
  } catch {
    throw damaged(file, `the block ${id} cannot be unpacked`);
  }
}

/** The error of a file that is not as it was saved. */
export function damaged(file: string, what: string): ExportError {
  return new ExportError(
    `${file}: found a damaged file (${what}); expected it as it was saved.`,
    "damaged-export",
    "Get the file again from where it came; nothing of it was opened.",
  );
}
