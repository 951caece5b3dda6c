/** Tables that a page of one file holds. */

import { blobOf } from "../../../standalone/blocks";
import type { Exported, ExportedInput } from "../../../standalone/format";
import type { TableRequest } from "../../../session/opened";
import { partNote } from "./part";

/**
 * Where a table of a page is from. Where it has some genes of a run, it says so: those of the whole run, or for another
 * sample than the open one those that are `chosen`.
 */
export function savedTable(exported: Exported, input: ExportedInput, chosen?: string): TableRequest {
  const { run } = exported.manifest;
  const { notes = [], items, of = run?.genes, file } = input;
  const whole = chosen === undefined ? run : undefined;
  const isPart = items !== undefined && of !== undefined && items < of;
  const part = isPart ? [partNote(items, { of: whole?.genes ?? of, chosen: chosen ?? whole?.chosen ?? "" })] : [];
  // The block holds values alone; with its notes before it the table says again what they are.
  return { blob: new Blob([...[...notes, ...part].map((note) => `# ${note}\n`), blobOf(exported, input)]), file };
}
