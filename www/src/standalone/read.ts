/** Reads a single-file page and checks its hashes. */

import {
  type BlockEntry,
  BLOCK_PREFIX,
  FORMAT_VERSION,
  fromBase64,
  gunzip,
  type Manifest,
  MANIFEST_ID,
  type WholeRun,
} from "./format";
import manifestSchema from "./manifest.schema.json";
import { sha256 } from "../session/hash";
import { checked, type Damaged, type Schema } from "../session/schema";

const schema: Schema = manifestSchema;

/** Reason why a file cannot be opened, in words for users. */
export class ExportError extends Error {
  override readonly name = "InputError";

  constructor(
    message: string,
    readonly code: "not-an-export" | "newer-export" | "older-export" | "damaged-export",
    readonly remedy: string,
  ) {
    super(message);
  }
}

/** Returns the text of the element with an id; undefined if there is none. */
export type ElementText = (id: string) => string | undefined;

/**
 * Elements of a file read as text. None of it is run: block contents have no `<`, so that each ends where the next tag
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

/** Parses the manifest of a file. `file` is its name in messages. */
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
  const version = (parsed as Partial<Manifest> | null)?.format_version;
  if (typeof version !== "number") throw damaged(file, "it names no version of its format");
  if (version !== FORMAT_VERSION)
    throw new ExportError(
      `${file}: found version ${version} of the format; expected ${FORMAT_VERSION}.`,
      version > FORMAT_VERSION ? "newer-export" : "older-export",
      `Open it ${version > FORMAT_VERSION ? "with a newer Regulens, or " : ""}in a browser by itself.`,
    );
  return checked<Manifest>(schema, parsed, damagedIn(file));
}

/** Makes the function that rejects a manifest, or a part of one. */
function damagedIn(file: string): Damaged {
  return (where, expected, found) => {
    const text = found === undefined ? "missing" : JSON.stringify(found).slice(0, 60);
    throw damaged(file, `${where} is ${text}; it should be ${expected}`);
  };
}

/** A page's description of a whole run, checked by itself: its block is not needed. */
export function wholeRunOf(value: unknown): WholeRun {
  const { $defs = {} } = schema;
  const { block: _, ...properties } = $defs.WholeRun!.properties!;
  return checked({ ...$defs.WholeRun, $defs, properties }, value, damagedIn("the whole run"));
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

/** The error for a file that has changed since it was saved. */
export function damaged(file: string, what: string): ExportError {
  return new ExportError(
    `${file}: found a damaged file (${what}); expected it as it was saved.`,
    "damaged-export",
    "Get the file again from where it came; nothing of it was opened.",
  );
}
