/** Opens the content of a single-file page: on the site, and in that file itself. */

import { type ElementText, ExportError, readBlock, readManifest } from "./read";
import type { Exported } from "./format";
import { requireGenes } from "./genes";
import { requireSamples } from "./samples";
import { wholeIn } from "./whole";
import { WorkerError } from "../rpc/errors";
import type { TaskSession } from "../tasks/shared/task";
import type { Session } from "../session/session";

export { elementsOf } from "./read";

/** Reads and checks the whole file except its engines. */
export async function readExported(file: string, element: ElementText): Promise<Exported> {
  try {
    const manifest = readManifest(file, element);
    const blocks = new Map<string, Uint8Array>();
    // One after another: each is unpacked in memory.
    const others = [manifest.run, manifest.samples].flatMap((each) => (each ? [each.block] : []));
    for (const id of ["weights", ...manifest.inputs.map(({ block }) => block), ...others])
      blocks.set(id, await readBlock(file, element, manifest, id));
    const exported = { manifest, blocks };
    wholeIn(file, exported);
    requireSamples(file, exported);
    requireGenes(file, exported);
    return exported;
  } catch (thrown) {
    if (!(thrown instanceof ExportError)) throw thrown;
    const { name, code, message, remedy } = thrown;
    throw new WorkerError({ name, code, message, remedy, file });
  }
}

/**
 * Opens the file's content in a session, runs the model and restores the view. The session shows errors. `begin` is
 * called with the task first.
 */
export async function showExported(
  session: Session,
  exported: Exported,
  begin: (task: TaskSession) => void = () => {},
): Promise<void> {
  const { manifest, blocks } = exported;
  const { model } = manifest;
  const bytes = (id: string): BlobPart => blocks.get(id) as BlobPart;
  const { task } = model;
  await session.openModelFile(new File([bytes("weights")], model.file), {
    ...{ sha256: model.sha256, verified: model.verified, task },
    ...(task === "change" ? { symmetric: model.symmetric ?? false } : {}),
  });
  const opened = session.state.model;
  if (!opened || opened.sha256 !== model.sha256) return;
  const { active } = session;
  if (!active) return;
  begin(active);
  await active.openExported(exported);
}
