/**
 * State of the page in this browser's own store, until the tab is closed: it is restored on a reload. Open pages delete
 * the data of closed tabs. None of it leaves the machine.
 */

import { fileOf, handleOf } from "../session/file-drop";
import type { ModelRequest, TableRequest } from "../session/opened";
import type { Snapshot } from "./capture";
import { FORMAT_VERSION, type Workspace } from "./format";
import { closedOf, eraseMarks, NAME, nameTab, tabOf, unname } from "./open-tabs";

/** Total size limit for stored files in bytes; beyond it they are found by handle, or requested again. */
const MOST = 150e6;

/** Key of the amount deleted, for the page that loads after everything was deleted. */
const DELETED = `${NAME}:deleted`;

/** A file whose bytes are in the store. */
interface StoredFile {
  readonly key: number;
  readonly file: string;
  readonly sha256?: string | undefined;
}

/** A file whose handle alone is in the store. */
interface StoredHandle {
  readonly handle: FileSystemFileHandle;
  readonly file: string;
  readonly sha256?: string | undefined;
}

type StoredSource =
  Exclude<ModelRequest | TableRequest, { readonly blob: Blob }> | StoredFile | StoredHandle | undefined;

/** Stored state of a tab. */
interface Stored {
  readonly date: number;
  readonly format: number;
  readonly workspace: Workspace;
  readonly models: readonly StoredSource[];
  readonly inputs: readonly StoredSource[];
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
  opened.catch(() => (opened = undefined));
  return opened;
}

/** Blobs that are in the store already, with their tab and key. */
const keys = new WeakMap<Blob, readonly [tab: string, key: number]>();
/** Random, so that no key repeats after a reload, whatever the clock says. */
let next = Math.floor(Math.random() * 2 ** 52);

/** True once the reader has deleted everything: this page, which is about to reload, stores nothing more. */
let isDeleted = false;

/** Returns true if the page unloads because its reader deleted everything. */
export const wasDeleted = (): boolean => isDeleted;

/** Replaces the stored state by the current one; returns the files that are too large to store. */
export async function keepTab({ workspace, models, inputs }: Snapshot): Promise<readonly string[]> {
  const tab = await nameTab();
  const keyOf = (blob: Blob): number | undefined => {
    const [of, key] = keys.get(blob) ?? [];
    return of === tab ? key : undefined;
  };
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
    const key = keyOf(blob) ?? next++;
    files.set(key, blob);
    return { key, ...named };
  };
  const all: Stored = {
    date: Date.now(),
    format: FORMAT_VERSION,
    workspace,
    models: models.map(stored),
    inputs: inputs.map(stored),
  };
  const place = await database();
  if (isDeleted) return left;
  const transaction = place.transaction(["tabs", "files"], "readwrite");
  const done = finished(transaction);
  const store = transaction.objectStore("files");
  const before = store.getAllKeys(IDBKeyRange.bound([tab], [tab, []]));
  before.onsuccess = () => {
    const there = new Set(before.result.map((key) => Number((key as IDBValidKey[])[1])));
    // A blob stored earlier may have been deleted from another tab.
    for (const [key, blob] of files) if (!there.has(key)) store.put(blob, [tab, key]);
    for (const key of there) if (!files.has(key)) store.delete([tab, key]);
  };
  transaction.objectStore("tabs").put(all, tab);
  await done;
  for (const [key, blob] of files) keys.set(blob, [tab, key]);
  return left;
}

/** Stored state of this tab, and the files that need the user's permission to be read again. */
export interface KeptTab extends Snapshot {
  readonly refused: readonly RefusedFile[];
}

/** A file that needs the user's permission. */
export interface RefusedFile {
  readonly file: string;
  /** Prompts the user, after a click; returns the state with the file, or undefined if denied again. */
  ask(snapshot: Snapshot): Promise<Snapshot | undefined>;
}

/** Reads the stored state of this tab; undefined if there is none. */
export async function keptOfTab(): Promise<KeptTab | undefined> {
  const tab = tabOf();
  if (tab === undefined) return undefined;
  const transaction = (await database()).transaction(["tabs", "files"]);
  const all = (await answer(transaction.objectStore("tabs").get(tab))) as Stored | undefined;
  // The site may use another format by now: the tab then starts empty.
  if (all?.format !== FORMAT_VERSION) return undefined;
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
    // A blob from the store disappears when the store deletes it, possibly before it is read.
    const bytes = await kept.arrayBuffer();
    const blob = kept instanceof File ? new File([bytes], kept.name) : new Blob([bytes]);
    keys.set(blob, [tab, key]);
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

/** Deletes the stored state of this tab. */
export async function forgetTab(): Promise<void> {
  if (tabOf() !== undefined) await remove([await nameTab()]);
}

/** Deletes the data of closed tabs; returns true if a later check is needed, for tabs that may be reloading. */
export async function forgetClosed(): Promise<boolean> {
  if (tabOf() !== undefined) await nameTab();
  const store = (await database()).transaction("tabs").objectStore("tabs");
  const names = (await answer(store.getAllKeys())).map(String);
  const { gone, waiting } = await closedOf(names);
  await remove(gone);
  eraseMarks([...names.filter((name) => !gone.includes(name)), tabOf() ?? ""]);
  return waiting.length > 0;
}

/** Size in bytes of the stored files of all tabs. */
export async function storedBytes(): Promise<number> {
  const store = (await database()).transaction("files").objectStore("files");
  const files = (await answer(store.getAll())) as readonly Blob[];
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** Numbers of deleted files and tabs. */
export interface Deleted {
  readonly files: number;
  readonly tabs: number;
}

/**
 * Deletes the stored state of all tabs, and all records of it. Afterwards the page stores nothing, and must be
 * reloaded. Throws if the browser's store is unavailable; nothing is changed then.
 */
export async function deleteAll(): Promise<void> {
  isDeleted = true;
  try {
    const transaction = (await database()).transaction(["tabs", "files"], "readwrite");
    const done = finished(transaction);
    const [tabs, files] = [transaction.objectStore("tabs"), transaction.objectStore("files")];
    const counts = Promise.all([answer(tabs.count()), answer(files.count())]);
    tabs.clear();
    files.clear();
    await done;
    const [ofTabs, ofFiles] = await counts;
    eraseMarks();
    unname();
    sessionStorage.setItem(DELETED, JSON.stringify({ files: ofFiles, tabs: ofTabs } satisfies Deleted));
  } catch (cause) {
    isDeleted = false;
    throw cause;
  }
}

/** Numbers of files and tabs deleted before the page was reloaded; returned once. */
export function deletedBefore(): Deleted | undefined {
  try {
    const text = sessionStorage.getItem(DELETED);
    sessionStorage.removeItem(DELETED);
    const { files, tabs } = JSON.parse(text ?? "{}") as Partial<Deleted>;
    return files === undefined || tabs === undefined ? undefined : { files, tabs };
  } catch {
    return undefined;
  }
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
