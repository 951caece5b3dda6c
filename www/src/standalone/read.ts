/** Reads a one-file page and checks its hashes. */

import {
  type BlockEntry,
  BLOCK_PREFIX,
  FORMAT_VERSION,
  fromBase64,
  gunzip,
  type Manifest,
  MANIFEST_ID,
} from "./format";
import { sha256 } from "../export/sha256";

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
  let manifest: Partial<Manifest>;
  try {
    manifest = JSON.parse(text);
  } catch {
    throw damaged(file, "what it says it holds cannot be read");
  }
  const { format_version: version } = manifest;
  if (typeof version !== "number") throw damaged(file, "it names no version of its format");
  if (version > FORMAT_VERSION)
    throw new ExportError(
      `${file}: found version ${version} of the format; expected at most ${FORMAT_VERSION}.`,
      "newer-export",
      "Open it with a newer Regulens, or in a browser by itself.",
    );
  const { model, inputs, blocks } = manifest;
  const isWhole =
    typeof model?.sha256 === "string" &&
    Array.isArray(inputs) &&
    Array.isArray(blocks) &&
    blocks.every(
      ({ id, bytes, sha256 }) =>
        typeof id === "string" && typeof sha256 === "string" && bytes >= 0 && bytes <= BLOCK_LIMIT,
    );
  if (!isWhole || inputs?.some(({ block }) => !blocks?.some(({ id }) => id === block)))
    throw damaged(file, "what it says it holds is not complete");
  const { title = "", caption = "", program = "", view = "set" } = manifest;
  return { ...(manifest as Manifest), title: String(title), caption: String(caption), program: String(program), view };
}

/** What is in a block. */
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

function damaged(file: string, what: string): ExportError {
  return new ExportError(
    `${file}: found a damaged file (${what}); expected it as it was saved.`,
    "damaged-export",
    "Get the file again from where it came; nothing of it was opened.",
  );
}
