/** Writes a single-file page: the site's parts for it, with a model, data, and a view. */

import {
  type Block,
  type BlockEntry,
  BLOCK_PREFIX,
  escapeHtml,
  FORMAT_VERSION,
  gunzip,
  gzip,
  type Manifest,
  manifestText,
  MANIFEST_ID,
  toBase64,
} from "./format";
import type { Task } from "../../../pkg/src/card";
import { hexToBase64, sha256 } from "../session/hash";
import { factsOfTask } from "../tasks/known";

/** A part in `parts.json`. Files ending in `.gz` are compressed; `bytes` and `sha256` refer to the content. */
export interface PartEntry {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** `standalone/parts.json` of a built site. */
export interface PartsList {
  readonly format_version: number;
  /** Version of Regulens. */
  readonly version: string;
  readonly template: PartEntry;
  /** The view with the JavaScript of the CPU engines, and one that adds WebGPU's. */
  readonly view: PartEntry;
  readonly "view-webgpu": PartEntry;
  /** The CPU engine for tables, including explanations, and the full one: a page has one of them, as `engine-cpu`. */
  readonly "engine-tables": PartEntry;
  readonly "engine-full": PartEntry;
  readonly "engine-webgpu": PartEntry;
}

/** The parts of a page. */
export interface Parts {
  readonly version: string;
  readonly template: string;
  readonly view: Block;
  readonly engines: readonly Block[];
}

/** Loads the bytes of a file of the site's folder `standalone/`. */
export type LoadPart = (file: string) => Promise<Uint8Array>;

/** Loads the parts of a page for a model's task, with or without WebGPU. */
export async function loadParts(load: LoadPart, task: Task, withWebgpu: boolean): Promise<Parts> {
  const list = JSON.parse(text(await load("parts.json"))) as PartsList;
  if (list.format_version !== FORMAT_VERSION)
    throw new Error(
      `The site's parts for one file have the format ${list.format_version}; expected ${FORMAT_VERSION}. Reload ` +
        "the page.",
    );
  const template = await load(list.template.file);
  requireHash(list.template, await sha256(template));
  // Parts of different builds must not be combined.
  const packed = async (id: string, entry: PartEntry): Promise<Block> => {
    const block = { id, bytes: entry.bytes, sha256: entry.sha256, packed: await load(entry.file) };
    requireHash(entry, await sha256(await gunzip(block.packed, entry.bytes)));
    return block;
  };
  const [view, ...engines] = await Promise.all([
    packed("view", withWebgpu ? list["view-webgpu"] : list.view),
    packed("engine-cpu", list[factsOfTask(task).cells.length > 0 ? "engine-tables" : "engine-full"]),
    ...(withWebgpu ? [packed("engine-webgpu", list["engine-webgpu"])] : []),
  ]);
  return { version: list.version, template: text(template), view: view!, engines };
}

function requireHash({ file, sha256 }: PartEntry, found: string): void {
  if (found !== sha256) throw new Error(`${file} of the site is damaged, or of another version. Reload the page.`);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Packs the content of a block. */
export async function makeBlock(id: string, bytes: Uint8Array): Promise<Block> {
  return { id, bytes: bytes.length, sha256: await sha256(bytes), packed: await gzip(bytes) };
}

/** Texts and view of a page; the rest follows from its blocks and parts. */
export interface Page extends Omit<Manifest, "format_version" | "program" | "blocks"> {
  readonly blocks: readonly Block[];
  /** The first view as SVG, for readers without JavaScript; a plot, whose text is already escaped. */
  readonly picture?: string | undefined;
}

/** The text of the file. */
export function assemble(parts: Parts, { blocks: data, picture = "", ...said }: Page): Blob {
  const blocks = [...data, ...parts.engines, parts.view];
  const entries = blocks.map(({ id, bytes, sha256 }): BlockEntry => ({ id, bytes, sha256 }));
  const program = `Regulens ${parts.version}`;
  const manifest: Manifest = { format_version: FORMAT_VERSION, program, ...said, blocks: entries };
  const { title, caption, model } = said;
  const values: Record<string, string> = {
    "view-hash": hexToBase64(parts.view.sha256),
    title: escapeHtml(title),
    caption: escapeHtml(caption),
    model: escapeHtml(model.name),
    sha256: escapeHtml(model.sha256),
    program: escapeHtml(program),
    citation: escapeHtml(model.citation.join(" ")),
    picture,
    data: [
      `<script type="application/json" id="${MANIFEST_ID}">${manifestText(manifest)}</script>`,
      ...blocks.map(
        ({ id, packed }) => `<script type="text/plain" id="${BLOCK_PREFIX}${id}">${asText(packed)}</script>`,
      ),
    ].join("\n"),
  };
  return new Blob([fill(parts.template, values)], { type: "text/html;charset=utf-8" });
}

/** Cache of the base64 of blocks: the size is updated at each letter of the title. */
const texts = new WeakMap<Uint8Array, string>();

function asText(packed: Uint8Array): string {
  const text = texts.get(packed) ?? toBase64(packed);
  texts.set(packed, text);
  return text;
}

/** Inserts values into the template, once: placeholders in the values are ignored. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template
    .split(/\{\{([a-z0-9-]+)\}\}/)
    .map((part, i) => {
      if (i % 2 === 0) return part;
      if (values[part] === undefined)
        throw new Error(
          `The site's page for one file asks for ${part}, which this version does not know. Reload the page.`,
        );
      return values[part];
    })
    .join("");
}
