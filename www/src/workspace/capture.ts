/** Captures the state of the page as a workspace, with the sources of its files. */

import { VERSION } from "../../../pkg/src/index";
import type { ModelRequest, TableRequest } from "../session/opened";
import { isOnDisk } from "../session/files";
import { hashOf } from "../session/hash";
import type { Session } from "../session/session";
import type { Workspace, WorkspaceInput } from "./format";
import { Files } from "./reading";

/** A workspace with its files, by their positions in it. The hashes of the user's own files are not known yet. */
export interface Snapshot {
  readonly workspace: Workspace;
  readonly models: readonly (ModelRequest | undefined)[];
  readonly inputs: readonly (TableRequest | undefined)[];
}

/** Size limit in bytes for including text that was pasted, or made by the page, and is therefore in no file. */
const INSIDE = 4e6;

/** Captures the state of the page. */
export async function capture(page: Session): Promise<Snapshot> {
  const files = new Files(page);
  const { model, choice: device, weights, notes, brought } = page.state;
  const at = files.model(model);
  const active = page.active ?? (await page.first());
  const view = active.capture(files);
  const { address: looked, coverage } = active.looked();
  const kept = page.tasks.flatMap((task) => task.captureKept?.(files) ?? []);
  const workspace = {
    program: `Regulens ${VERSION}`,
    date: new Date().toISOString(),
    device,
    weights,
    models: files.models,
    inputs: files.inputs,
    model: at,
    view,
    looked: { ...looked, view: brought?.view, coverage },
    kept,
    notes,
  };
  return { workspace, models: files.modelSources, inputs: files.inputSources };
}

/** Returns true if the page has content that could be lost. */
export function isWorthKeeping(page: Session): boolean {
  return page.state.notes !== "" || page.tasks.some(({ hasData }) => hasData);
}

/** Content of a blob for the workspace: text if it is UTF-8, otherwise base64. */
async function inside(blob: Blob): Promise<{ text: string } | { base64: string }> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text };
  } catch {
    let letters = "";
    for (let from = 0; from < bytes.length; from += 1 << 14)
      letters += String.fromCharCode(...bytes.subarray(from, from + (1 << 14)));
    return { base64: btoa(letters) };
  }
}

/** Completes the workspace with the hashes of the user's own files, and with text that is in no file. */
export async function withHashes(
  { workspace, inputs }: Snapshot,
  options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<Workspace> {
  const own = inputs.map((source) => (source && "blob" in source ? source.blob : undefined));
  const total = own.reduce((sum, blob) => sum + (blob?.size ?? 0), 0);
  let before = 0;
  const filled: WorkspaceInput[] = [];
  for (const [i, input] of workspace.inputs.entries()) {
    const blob = own[i];
    if (!blob) {
      filled.push(input);
      continue;
    }
    const start = before;
    const sha256 = await hashOf(blob, {
      ...(options.signal ? { signal: options.signal } : {}),
      onProgress: (bytes) => options.onProgress?.(start + bytes, total),
    });
    before += blob.size;
    filled.push({ ...input, sha256, ...(!isOnDisk(blob) && blob.size <= INSIDE ? await inside(blob) : {}) });
  }
  return { ...workspace, inputs: filled };
}
