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

/** Milliseconds for which a tab waits for its name: the page before a reload may not be gone yet. */
const HANDOVER = 2000;

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

/** Not there over plain http from another host. */
const locks = (): LockManager | undefined => (navigator as { locks?: LockManager }).locks;

/** The lock that an open tab of this name holds. */
const lockOf = (tab: string): string => `${NAME}:${tab}`;

/** Takes a name for as long as the page is open; false where another open tab has it. */
function take(tab: string): Promise<boolean> {
  const all = locks();
  if (!all) return Promise.resolve(true);
  return new Promise((resolve) => {
    const held = (): Promise<never> => {
      resolve(true);
      return new Promise(() => {});
    };
    all.request(lockOf(tab), { signal: AbortSignal.timeout(HANDOVER) }, held).catch(() => resolve(false));
  });
}

let named: Promise<string> | undefined;

/**
 * What this tab is called from now on. One that was duplicated begins with the name of the other, and takes a new one.
 */
function nameTab(): Promise<string> {
  named ??= (async () => {
    const before = tabOf();
    if (before !== undefined && (await take(before))) return before;
    const tab = crypto.randomUUID();
    await take(tab);
    sessionStorage.setItem(NAME, tab);
    return tab;
  })();
  return named;
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

/** Blobs that stand in the store already: of which tab, and where. */
const keys = new WeakMap<Blob, readonly [tab: string, key: number]>();
/** By chance: after a reload none is given a second time, whatever the clock says. */
let next = Math.floor(Math.random() * 2 ** 52);

/** Keeps what is on the page in place of what was; says which files are too large for it. */
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
  const all: Stored = { date: Date.now(), workspace, models: models.map(stored), inputs: inputs.map(stored) };
  const transaction = (await database()).transaction(["tabs", "files"], "readwrite");
  const done = finished(transaction);
  const store = transaction.objectStore("files");
  for (const [key, blob] of files) if (keyOf(blob) === undefined) store.put(blob, [tab, key]);
  const before = store.getAllKeys(IDBKeyRange.bound([tab], [tab, []]));
  before.onsuccess = () => {
    for (const key of before.result) if (!(Array.isArray(key) && files.has(Number(key[1])))) store.delete(key);
  };
  transaction.objectStore("tabs").put(all, tab);
  await done;
  for (const [key, blob] of files) keys.set(blob, [tab, key]);
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

/** Forgets what was kept of this tab, and what tabs that were closed have left. */
export async function forgetTab(): Promise<void> {
  if (tabOf() !== undefined) await remove([await nameTab()]);
}

/** Forgets what tabs have left that were closed long ago; one that is open keeps its own. */
export async function forgetOld(): Promise<void> {
  if (tabOf() !== undefined) await nameTab();
  const open = new Set((await locks()?.query())?.held?.map(({ name }) => name));
  const store = (await database()).transaction("tabs").objectStore("tabs");
  const [names, tabs] = await Promise.all([answer(store.getAllKeys()), answer(store.getAll())]);
  const isOld = (each: unknown): boolean => !(Date.now() - (each as Stored).date < OLD);
  const isOpen = (name: string): boolean => name === tabOf() || open.has(lockOf(name));
  await remove(names.map(String).filter((name, i) => !isOpen(name) && isOld(tabs[i])));
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
