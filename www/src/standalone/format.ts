/**
 * A page of one file: engine, weights, the chosen genes or sequences, and what is shown of them.
 *
 *     <script type="application/json" id="regulens-export">   the manifest: what there is
 *     <script type="text/plain" id="regulens-block-weights">  a block a thing: base64 of gzip
 *     <script type="text/plain" id="regulens-block-table">    …
 *     <script>                                                unpacks the view, which is a block too, and runs it
 *
 * `regulens export-html` writes the same from Rust (`src/page/`); what is in the blocks is equal to the byte, their
 * gzip need not be. Hashes are of what is in a block.
 */

/** The version of the format that is written, and the newest that is read. */
export const FORMAT_VERSION = 1;

/** The id of the manifest's element. */
export const MANIFEST_ID = "regulens-export";

/** What the ids of the blocks' elements begin with. */
export const BLOCK_PREFIX = "regulens-block-";

/** A `meta` element in the first bytes of every such file, by which it is recognised. */
export const MARKER = '<meta name="regulens-export"';

/** Most bases of all records: beyond it, the file is no longer a figure. */
export const MOST_BASES = 50e6;

/** What is shown first. Of tables the whole `set` or one `gene`; of sequences `tracks`, `attention` or `variants`. */
export type StandaloneView = (typeof VIEWS)[number];
export const VIEWS = ["set", "gene", "tracks", "attention", "variants"] as const;

/** The role of a block of data. */
export type Role = (typeof ROLES)[number];
export const ROLES = ["table", "table-b", "sequences", "measured", "variants", "regions"] as const;

/** Data of which the file has a part, or all. */
export interface ExportedInput {
  readonly role: Role;
  /** The block that holds them. */
  readonly block: string;
  /** The file that they are from. */
  readonly file: string;
  /** How many genes, records, variants or regions of it are here, and how many it had; absent for a measured track. */
  readonly items?: number | undefined;
  readonly of?: number | undefined;
  /** What was done to the values before they were written, in words. */
  readonly prepared?: readonly string[] | undefined;
  /** What the table says of itself: what its values are, and which marks were not measured. */
  readonly notes?: readonly string[] | undefined;
  /** Whether they come from a simulator. */
  readonly simulated?: boolean | undefined;
  /** Of a measured track: the predicted one it belongs to, counted from 0, and how bases become the value of a bin. */
  readonly track?: number | undefined;
  readonly value?: "mean" | "sum" | undefined;
}

/** The manifest of a one-file page. */
export interface Manifest {
  readonly format_version: number;
  /** What wrote it: "Regulens 0.1.0". */
  readonly program: string;
  /** When it was written, ISO 8601, and the address of the site that wrote it; absent where neither is known. */
  readonly date?: string | undefined;
  readonly site?: string | undefined;
  readonly title: string;
  readonly caption: string;
  readonly view: StandaloneView;
  /** The gene, record, place or variant that is shown first. */
  readonly selected?: string | undefined;
  readonly model: {
    readonly name: string;
    readonly file: string;
    readonly family: string;
    readonly sha256: string;
    /** Whether the site that wrote it listed the file; absent where no site did. */
    readonly verified?: boolean | undefined;
    readonly citation: readonly string[];
  };
  readonly inputs: readonly ExportedInput[];
  /** Symbols that an annotation gave the genes, by their ids. */
  readonly symbols?: readonly (readonly [id: string, symbol: string])[] | undefined;
  /** What was measured of the genes, in their order. */
  readonly measured?: readonly MeasuredValues[] | undefined;
  readonly blocks: readonly BlockEntry[];
}

/** Measured expression of the genes of a page, or counts of A or of B. */
export interface MeasuredValues {
  readonly of: "expression" | "counts-a" | "counts-b";
  readonly file: string;
  /** Null where nothing was measured. */
  readonly values: readonly (number | null)[];
  /** Of expression, whether each gene is on by it, and the median of the whole file, where that told. */
  readonly labels?: readonly (0 | 1 | null)[] | undefined;
  readonly median?: number | undefined;
}

/** What a page says of its genes beside their signal. */
export type AboutGenes = Pick<Manifest, "symbols" | "measured">;

/** A block: `weights`, those of the inputs, `engine-cpu`, `engine-webgpu`, and the script `view`. */
export interface BlockEntry {
  readonly id: string;
  /** Bytes of what is in it, and their SHA-256. */
  readonly bytes: number;
  readonly sha256: string;
}

/** A block as it is written. */
export interface Block extends BlockEntry {
  /** gzip of what is in it. */
  readonly packed: Uint8Array;
}

/** Text escaped for HTML, attributes included. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON that cannot end its element in HTML. */
export function manifestText(manifest: Manifest): string {
  return JSON.stringify(manifest).replace(/</g, "\\u003c");
}

/** Packs bytes. */
export function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  return through(bytes, new CompressionStream("gzip"));
}

/** Unpacks bytes; rejects where they are damaged, and where they become more than `limit`. */
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

/** Bytes that are turned into text at a time: a multiple of 3, and few enough to be arguments. */
const PIECE = 3 << 13;

/** Base64, without line breaks. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) text += btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
  return text;
}

/** The bytes of base64; throws where it is none. */
export function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Data of the finished run, packed. */
export interface ExportedData {
  readonly weights: Block;
  readonly inputs: readonly { readonly role: Role; readonly block: Block; readonly items?: number }[];
}

/** What a page of one file holds, checked. */
export interface Exported {
  readonly manifest: Manifest;
  /** The bytes of the blocks `weights` and of all inputs. */
  readonly blocks: ReadonlyMap<string, Uint8Array>;
}
