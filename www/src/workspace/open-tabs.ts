/**
 * Tracks the tabs of this browser that have the page open, and the time since others closed it: an open tab holds a
 * lock or, in browsers without locks, sends a heartbeat every minute.
 */

export const NAME = "regulens-tab";

/** Milliseconds after which a tab without the page counts as closed: a reload takes less. */
export const RELOAD = 60e3;

/** Milliseconds between heartbeats of an open tab without locks, and after which it counts as closed. */
const BEAT = 60e3;
const SILENT = 5 * BEAT;

/** Milliseconds that a tab waits for its name: the page before a reload may still hold it. */
const HANDOVER = 2000;

const CLOSED = `${NAME}:closed:`;
const ALIVE = `${NAME}:alive:`;

/** Entries that `localStorage` rejected. */
const untaken = new Map<string, string>();

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
    untaken.delete(key);
  } catch {
    untaken.set(key, value);
  }
}

function read(key: string): string | undefined {
  try {
    return untaken.get(key) ?? localStorage.getItem(key) ?? undefined;
  } catch {
    return untaken.get(key);
  }
}

function erase(key: string): void {
  untaken.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // If nothing can be removed, nothing was written.
  }
}

function keysWritten(): string[] {
  try {
    return [...untaken.keys(), ...Object.keys(localStorage)];
  } catch {
    return [...untaken.keys()];
  }
}

/** Milliseconds since the stored time, even if the clock was set since; undefined without one. */
function since(key: string): number | undefined {
  const moment = read(key);
  return moment === undefined ? undefined : Math.abs(Date.now() - Number(moment));
}

const now = (): string => String(Date.now());

/** Name of this tab, if data of it was ever stored. */
export function tabOf(): string | undefined {
  try {
    return sessionStorage.getItem(NAME) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Unavailable over plain http from another host. */
const locks = (): LockManager | undefined => (navigator as { locks?: LockManager }).locks;

/** Name of the lock that an open tab holds. */
const lockOf = (tab: string): string => `${NAME}:${tab}`;

/** Claims a name for as long as the page is open; returns false if another open tab has it. */
function take(tab: string): Promise<boolean> {
  const all = locks();
  if (!all) {
    write(ALIVE + tab, now());
    setInterval(() => write(ALIVE + tab, now()), BEAT);
    return Promise.resolve(true);
  }
  return new Promise((resolve) => {
    const held = (): Promise<never> => {
      resolve(true);
      return new Promise(() => {});
    };
    all.request(lockOf(tab), { signal: AbortSignal.timeout(HANDOVER) }, held).catch(() => resolve(false));
  });
}

let named: Promise<string> | undefined;

/** Assigns a name to this tab. A duplicated tab starts with the name of the original, and gets a new one. */
export function nameTab(): Promise<string> {
  named ??= (async () => {
    const before = tabOf();
    if (before !== undefined && (await take(before))) {
      erase(CLOSED + before);
      return before;
    }
    const tab = crypto.randomUUID();
    await take(tab);
    sessionStorage.setItem(NAME, tab);
    return tab;
  })();
  return named;
}

/** Records when the page is left; a page restored from the browser's cache is open again. */
export function noteLeaving(): void {
  addEventListener("pagehide", () => {
    const tab = tabOf();
    if (tab !== undefined) write(CLOSED + tab, now());
  });
  addEventListener("pageshow", ({ persisted }) => {
    const tab = persisted ? tabOf() : undefined;
    if (tab === undefined) return;
    erase(CLOSED + tab);
    if (locks()) void take(tab);
  });
}

/**
 * Separates tabs closed for good from those that may be reloading. A tab that ended without notice, with its browser or
 * in a crash, counts as closed from now on.
 */
export async function closedOf(tabs: readonly string[]): Promise<{ gone: string[]; waiting: string[] }> {
  const all = locks();
  const held = new Set((await all?.query())?.held?.map(({ name }) => name));
  const isOpen = (tab: string): boolean =>
    tab === tabOf() || (all ? held.has(lockOf(tab)) : (since(ALIVE + tab) ?? SILENT) < SILENT);
  const gone: string[] = [];
  const waiting: string[] = [];
  for (const tab of tabs) {
    if (isOpen(tab)) continue;
    const closed = since(CLOSED + tab);
    if (closed === undefined) write(CLOSED + tab, now());
    // An invalid time counts as an old one.
    (closed !== undefined && !(closed < RELOAD) ? gone : waiting).push(tab);
  }
  return { gone, waiting };
}

/** Removes the marks of all tabs except these; open tabs without locks continue their heartbeats. */
export function eraseMarks(but: readonly string[] = []): void {
  for (const key of keysWritten()) {
    const prefix = [CLOSED, ALIVE].find((each) => key.startsWith(each));
    const tab = key.slice(prefix?.length);
    if (prefix === undefined || but.includes(tab)) continue;
    if (prefix === CLOSED || tab === tabOf() || !((since(key) ?? SILENT) < SILENT)) erase(key);
  }
}

/** Removes the name of this tab. */
export function unname(): void {
  named = undefined;
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    // Without a store there was no name.
  }
}
