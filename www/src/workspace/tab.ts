/**
 * What is on the page, in this browser's own store, for as long as the tab is open: a reload brings it back. Nothing of
 * it leaves the machine.
 */

import { fileOf, handleOf } from "../session/handles";
import type { ModelRequest, TableRequest } from "../session/opened";
import type { Snapshot } from "./capture";
import type { Workspace } from "./format";

/** Files of more bytes than this, together, are not kept: they are found by their handles, or asked for again. */
const MOST = 150e6;

/** Milliseconds after which what a closed tab has left is forgotten. */
const OLD = 24 * 3600e3;

const NAME = "regulens-tab";

/** A file whose bytes stand in the store. */
interface StoredFile {
  readonly key: number;
  readonly file: string;
  readonly sha256?: string | undefined;
}

/** A file of which only the handle stands in the store. */
interface StoredHandle {
  readonly handle: FileSystemFileHandle;
  readonly file: string;
  readonly sha256?: string | undefined;
}

type StoredSource =
  Exclude<ModelRequest | TableRequest, { readonly blob: Blob }> | StoredFile | StoredHandle | undefined;

/** What is stored of a tab. */
interface Stored {
  readonly date: number;
  readonly workspace: Workspace;
  readonly models: readonly StoredSource[];
  readonly inputs: readonly StoredSource[];
}

/** What this tab is called, if anything of it was ever kept. */
function tabOf(): string | undefined {
  try {
    return sessionStorage.getItem(NAME) ?? undefined;
  } catch {
    return undefined;
  }
}

/** What this tab is called from now on. */
function nameTab(): string {
  const tab = tabOf() ?? crypto.randomUUID();
  sessionStorage.setItem(NAME, tab);
  return tab;
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("The store of this browser does not answer."));
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () =>
      reject(transaction.error ?? new Error("The store of this browser is full."));
  });
}

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= (() => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("tabs");
      request.result.createObjectStore("files");
    };
    return answer(request);
  })();
  return opened;
}

/** Blobs that stand in the store already, and where. */
const keys = new WeakMap<Blob, number>();
let next = Date.now();

/** Keeps what is on the page in place of what was; says which files are too large for it. */
export async function keepTab({ workspace, models, inputs }: Snapshot): Promise<readonly string[]> {
  const tab = nameTab();
  const left: string[] = [];
  const files = new Map<number, Blob>();
  let bytes = 0;
  const stored = (source: ModelRequest | TableRequest | undefined): StoredSource => {
    if (!source || "url" in source) return source;
    const { blob, file } = source;
    const named = { file, ...("sha256" in source ? { sha256: source.sha256 } : {}) };
    if (bytes + blob.size > MOST) {
      const handle = handleOf(blob);
      if (handle) return { handle, ...named };
      left.push(file);
      return undefined;
    }
    bytes += blob.size;
    const key = keys.get(blob) ?? next++;
    files.set(key, blob);
    return { key, ...named };
  };
  const all: Stored = { date: Date.now(), workspace, models: models.map(stored), inputs: inputs.map(stored) };
  const transaction = (await database()).transaction(["tabs", "files"], "readwrite");
  const done = finished(transaction);
  const store = transaction.objectStore("files");
  for (const [key, blob] of files) if (!keys.has(blob)) store.put(blob, [tab, key]);
  const before = store.getAllKeys(IDBKeyRange.bound([tab], [tab, []]));
  before.onsuccess = () => {
    for (const key of before.result) if (!(Array.isArray(key) && files.has(Number(key[1])))) store.delete(key);
  };
  transaction.objectStore("tabs").put(all, tab);
  await done;
  for (const [key, blob] of files) keys.set(blob, key);
  return left;
}

/** What was kept of this tab, and the files that the browser lets nobody read before its user was asked. */
export interface KeptTab extends Snapshot {
  readonly refused: readonly RefusedFile[];
}

/** A file that the browser has to ask for. */
export interface RefusedFile {
  readonly file: string;
  /** Has the browser ask, after a click; gives what was kept with the file, or undefined where it was refused again. */
  ask(snapshot: Snapshot): Promise<Snapshot | undefined>;
}

/** What was kept of this tab. */
export async function keptOfTab(): Promise<KeptTab | undefined> {
  const tab = tabOf();
  if (tab === undefined) return undefined;
  const transaction = (await database()).transaction(["tabs", "files"]);
  const all = (await answer(transaction.objectStore("tabs").get(tab))) as Stored | undefined;
  if (!all) return undefined;
  const store = transaction.objectStore("files");
  const sourceOf = async (stored: StoredSource) => {
    if (!stored || "url" in stored) return stored;
    if ("handle" in stored) {
      const blob = await fileOf(stored.handle, false);
      return blob && { blob, file: stored.file, sha256: stored.sha256 };
    }
    const { key, file, sha256 } = stored;
    const kept = (await answer(store.get([tab, key]))) as Blob | undefined;
    if (!kept) return undefined;
    // What the store gives is gone when the store forgets it, which may be before it is read.
    const bytes = await kept.arrayBuffer();
    const blob = kept instanceof File ? new File([bytes], kept.name) : new Blob([bytes]);
    keys.set(blob, key);
    return { blob, file, ...(sha256 === undefined ? {} : { sha256 }) };
  };
  const [models, inputs] = await Promise.all([
    Promise.all(all.models.map(async (each) => (await sourceOf(each)) as ModelRequest | undefined)),
    Promise.all(all.inputs.map(sourceOf)),
  ]);
  const refused = all.inputs.flatMap((stored, at) =>
    stored && "handle" in stored && !inputs[at] ? [refusedFile(stored, at)] : [],
  );
  return { workspace: all.workspace, models, inputs, refused };
}

function refusedFile({ handle, file }: StoredHandle, at: number): RefusedFile {
  const ask = async (snapshot: Snapshot): Promise<Snapshot | undefined> => {
    const blob = await fileOf(handle, true);
    return blob && { ...snapshot, inputs: snapshot.inputs.map((each, i) => (i === at ? { blob, file } : each)) };
  };
  return { file, ask };
}

/** Forgets what was kept of this tab, and what tabs that were closed have left. */
export async function forgetTab(): Promise<void> {
  const tab = tabOf();
  if (tab !== undefined) await remove([tab]);
}

/** Forgets what tabs have left that were closed long ago. */
export async function forgetOld(): Promise<void> {
  const store = (await database()).transaction("tabs").objectStore("tabs");
  const [names, tabs] = await Promise.all([answer(store.getAllKeys()), answer(store.getAll())]);
  const isOld = (each: unknown): boolean => !(Date.now() - (each as Stored).date < OLD);
  await remove(names.map(String).filter((name, i) => name !== tabOf() && isOld(tabs[i])));
}

async function remove(tabs: readonly string[]): Promise<void> {
  if (tabs.length === 0) return;
  const transaction = (await database()).transaction(["tabs", "files"], "readwrite");
  const done = finished(transaction);
  for (const tab of tabs) {
    transaction.objectStore("tabs").delete(tab);
    transaction.objectStore("files").delete(IDBKeyRange.bound([tab], [tab, []]));
  }
  await done;
}
