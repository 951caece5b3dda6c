/**
 * A single-file page: engine, weights, the chosen genes or sequences, and their view.
 *
 *     <script type="application/json" id="regulens-export">   the manifest: what there is
 *     <script type="text/plain" id="regulens-block-weights">  a block a thing: base64 of gzip
 *     <script type="text/plain" id="regulens-block-table">    …
 *     <script>                                                unpacks the view, which is a block too, and runs it
 *
 * `regulens export-html` writes the same from Rust (`src/page/`); what is in the blocks is equal to the byte, their
 * gzip need not be. Hashes are of what is in a block.
 */

import type { BlockEntry, ExportedInput, ExportedSamples, Manifest, Role, WholeRun } from "./manifest-types";

/** The version of the format. */
export const FORMAT_VERSION = 2;

/** The id of the manifest's element. */
export const MANIFEST_ID = "regulens-export";

/** Prefix of the ids of the blocks' elements. */
export const BLOCK_PREFIX = "regulens-block-";

/** A `meta` element in the first bytes of every such file, to recognise it. */
export const MARKER = '<meta name="regulens-export"';

/** Maximum number of bases in all records: beyond it, the file is no longer a figure. */
export const MOST_BASES = 50e6;

export type * from "./manifest-types";

/** Facts about a page's genes in addition to their signal, and the assembly. */
export type AboutGenes = Pick<Manifest, "symbols" | "measured" | "assembly">;

/** A block ready to be written. */
export interface Block extends BlockEntry {
  /** Its content, gzipped. */
  readonly packed: Uint8Array;
}

/** Text escaped for HTML, attributes included. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON that cannot close its HTML element. */
export function manifestText(manifest: Manifest): string {
  return JSON.stringify(manifest).replace(/</g, "\\u003c");
}

/** Compresses bytes. */
export function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  return through(bytes, new CompressionStream("gzip"));
}

/** Decompresses bytes; rejects if they are damaged, or exceed `limit`. */
export function gunzip(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  return through(bytes, new DecompressionStream("gzip"), limit);
}

async function through(bytes: Uint8Array, stream: GenericTransformStream, limit = Infinity): Promise<Uint8Array> {
  const reader = new Blob([bytes as BlobPart])
    .stream()
    .pipeThrough(stream as ReadableWritablePair<Uint8Array, BufferSource>)
    .getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    length += chunk.value.length;
    if (length > limit) {
      await reader.cancel().catch(() => {});
      throw new RangeError("more than it says");
    }
    chunks.push(chunk.value);
  }
  const whole = new Uint8Array(length);
  chunks.reduce((at, chunk) => (whole.set(chunk, at), at + chunk.length), 0);
  return whole;
}

/** Bytes converted to text at a time: a multiple of 3, and few enough to be arguments. */
const PIECE = 3 << 13;

/** Base64, without line breaks. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) text += btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
  return text;
}

/** Decodes base64; throws if it is invalid. */
export function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** A page's facts about the whole run of which it has a part, and the block of that run's predictions. */
export interface WholeOfPart {
  readonly run: WholeRun;
  readonly block: Block;
}

/** Samples of a page, and the block of their predictions. */
export interface PackedSamples {
  readonly samples: ExportedSamples;
  readonly block: Block;
}

/** Data of a page, packed, with facts about them. */
export interface PackedInput extends Omit<ExportedInput, "block"> {
  readonly block: Block;
}

/** Data of the finished run, packed. */
export interface ExportedData {
  readonly weights: Block;
  readonly inputs: readonly { readonly role: Role; readonly block: Block; readonly items?: number }[];
}

/** Contents of a single-file page, checked. */
export interface Exported {
  readonly manifest: Manifest;
  /** The bytes of the blocks `weights`, of all inputs, of the whole run and of the samples. */
  readonly blocks: ReadonlyMap<string, Uint8Array>;
}
