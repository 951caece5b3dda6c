/** Packs values of chosen genes, and text, into blocks of a single-file page. */

import { CancelledError, type Prepared, type WorkOptions } from "../../../pkg/src/index";
import { type ChosenGenes, tableText } from "./data";
import type { Block, Exported, ExportedInput } from "./format";
import { makeBlock } from "./write";

/** Genes written between two checks for a cancel. */
const PIECE = 64;

/** Gathers the values of chosen genes. */
export function gathered(prepared: Prepared, chosen: readonly number[]): Float32Array {
  const genes = chosen.map((gene) => prepared.values(gene, gene + 1));
  const values = new Float32Array(genes.reduce((sum, { length }) => sum + length, 0));
  genes.reduce((at, gene) => (values.set(gene, at), at + gene.length), 0);
  return values;
}

/** Packs a table. */
export async function tableBlock(id: string, genes: ChosenGenes, { signal, onProgress }: WorkOptions): Promise<Block> {
  let text = "";
  let done = 0;
  for (const part of tableText(genes)) {
    text += part;
    if (done++ % PIECE !== 0) continue;
    onProgress?.({ stage: "read", done: done - 1, total: genes.names.length, unit: "genes" });
    // Lets a cancel arrive.
    await new Promise((resolve) => setTimeout(resolve));
    throwIfCancelled(signal);
  }
  return textBlock(id, text);
}

/** Packs text. */
export function textBlock(id: string, text: string): Promise<Block> {
  return makeBlock(id, new TextEncoder().encode(text));
}

/** Throws if saving was cancelled. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError("Saving");
}

/** Content of a page's input. */
export function blobOf({ blocks }: Exported, { block }: ExportedInput): Blob {
  const bytes = blocks.get(block);
  return new Blob(bytes ? [bytes.slice()] : []);
}
