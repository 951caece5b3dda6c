/** Restores a workspace whose files are at hand. */

import { askedForm, type ModelRequest } from "../session/opened";
import type { Session } from "../session/session";
import type { StoredRun } from "./format";
import type { Snapshot } from "./capture";
import { Restoring } from "./restoring";

/** Restores what is at hand; returns what could not be restored, one sentence each. */
export async function restore(page: Session, { workspace, models, inputs }: Snapshot): Promise<string[]> {
  const { view, kept, notes, device, weights, part } = workspace;
  const asked = models.map((source, at) => source && { ...source, symmetric: workspace.models[at]!.symmetric });
  const restoring = new Restoring(page, workspace, inputs, asked);
  const isOtherDevice = page.state.choice !== device;
  await page.clear();
  page.prefer(device, weights);
  page.note(notes);
  for (const run of kept) await keep(page, restoring, asked, run);
  if (workspace.model !== undefined && (await open(page, restoring, asked, workspace.model))) {
    // The model may have been open all the time. The fastest is looked for in the background.
    const ready = isOtherDevice ? page.chooseDevice(device) : undefined;
    if (device !== "auto") await ready;
    await page.active?.restore(view, restoring);
    if (part) page.bring(part);
  }
  return restoring.missing;
}

type Models = readonly (ModelRequest | undefined)[];

/** Opens a model unless it is open; says whether it is. */
async function open(page: Session, { workspace, missing }: Restoring, models: Models, at: number): Promise<boolean> {
  const model = workspace.models[at]!;
  const source = models[at];
  if (!source) {
    missing.push(`The model ${model.name} was not given.`);
    return false;
  }
  const request = "url" in source ? source.sha256 : undefined;
  const before = page.state.model;
  if (before?.sha256 === (request ?? model.sha256) && askedForm(before) === model.symmetric) return true;
  await page.openFrom(source);
  const isOpen =
    page.state.model !== undefined && page.state.model !== before && page.state.problems.model === undefined;
  if (!isOpen) missing.push(`The model ${model.name} could not be opened.`);
  return isOpen;
}

/** Runs a kept run again and keeps it. */
async function keep(page: Session, restoring: Restoring, models: Models, run: StoredRun): Promise<void> {
  const isKept = (await open(page, restoring, models, run.model)) && (await page.active?.restoreKept?.(run, restoring));
  const { workspace, missing } = restoring;
  if (!isKept)
    missing.push(
      `The run of ${workspace.models[run.model]!.title} on ${workspace.inputs[run.table]!.name} is not kept again.`,
    );
}
