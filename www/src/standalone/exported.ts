/** Opening what a page of one file holds: on the page, and in that file itself. */

import { type ElementText, ExportError, readBlock, readManifest } from "./read";
import type { ExportedInput, Manifest } from "./format";
import { WorkerError } from "../rpc/errors";
import { isOfChange, isOfTracks } from "../../../pkg/src/card";
import type { Session } from "../session/session";

export { elementsOf } from "./read";

/** What a page of one file holds, checked. */
export interface Exported {
  readonly manifest: Manifest;
  /** The bytes of the blocks `weights` and of all inputs. */
  readonly blocks: ReadonlyMap<string, Uint8Array>;
}

/** Reads and checks all of a file but its engines. */
export async function readExported(file: string, element: ElementText): Promise<Exported> {
  try {
    const manifest = readManifest(file, element);
    const blocks = new Map<string, Uint8Array>();
    // One after the other: each is unpacked in memory.
    for (const id of ["weights", ...manifest.inputs.map(({ block }) => block)])
      blocks.set(id, await readBlock(file, element, manifest, id));
    return { manifest, blocks };
  } catch (thrown) {
    if (!(thrown instanceof ExportError)) throw thrown;
    const { name, code, message, remedy } = thrown;
    throw new WorkerError({ name, code, message, remedy, file });
  }
}

/**
 * Opens what was read in a session, runs the model, and looks at what was looked at. What goes wrong, the session
 * shows.
 */
export async function showExported(session: Session, { manifest, blocks }: Exported): Promise<void> {
  const { model, inputs, selected } = manifest;
  const bytes = (id: string): BlobPart => blocks.get(id) as BlobPart;
  await session.openModelFile(new File([bytes("weights")], model.file), { sha256: model.sha256 });
  const opened = session.state.model;
  if (!opened || opened.sha256 !== model.sha256) return;
  const source = ({ block, file }: ExportedInput) => ({ blob: new Blob([bytes(block)]), file });
  if (isOfTracks(opened.card)) {
    const sequences = await session.sequences;
    const of = inputs.find(({ role }) => role === "sequences");
    if (!of || !(await sequences.readSequences(source(of)))) return;
    const index = sequences.state.sequences?.records.findIndex(({ name }) => name === selected) ?? -1;
    if (index > 0) await sequences.chooseRecord(index);
    await sequences.run();
    for (const input of inputs)
      if (input.role === "measured" && sequences.isCurrent)
        await sequences.readMeasured(source(input), input.track, input.value);
    return;
  }
  const cells = isOfChange(opened.card) ? (["a", "b"] as const) : (["a"] as const);
  for (const cell of cells) {
    const of = inputs.find(({ role }) => role === (cell === "a" ? "table" : "table-b"));
    if (of) await session.readTable(source(of).blob, of.file, cell, of.simulated ?? false);
  }
  await session.run();
  if (selected !== undefined) await session.selectNamed(selected);
}
