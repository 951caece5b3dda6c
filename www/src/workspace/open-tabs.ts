/**
 * Which tabs of this browser have the page open, and since when the others have not: an open tab holds a lock, or,
 * where the browser has none, gives a sign every minute.
 */

export const NAME = "regulens-tab";

/** Milliseconds after which a tab without the page counts as closed: a page that is loaded again is back by then. */
export const RELOAD = 60e3;

/** Milliseconds between two signs of an open tab in a browser without locks, and after which it counts as gone. */
const BEAT = 60e3;
const SILENT = 5 * BEAT;

/** Milliseconds for which a tab waits for its name: the page before a reload may not be gone yet. */
const HANDOVER = 2000;

const CLOSED = `${NAME}:closed:`;
const ALIVE = `${NAME}:alive:`;

/** Entries that `localStorage` did not take. */
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
    // Where nothing can be removed, nothing was written.
  }
}

function keysWritten(): string[] {
  try {
    return [...untaken.keys(), ...Object.keys(localStorage)];
  } catch {
    return [...untaken.keys()];
  }
}

/** Milliseconds since the moment that stands there, whichever way the clock was set meanwhile; none where none does. */
function since(key: string): number | undefined {
  const moment = read(key);
  return moment === undefined ? undefined : Math.abs(Date.now() - Number(moment));
}

const now = (): string => String(Date.now());

/** Name of this tab, if anything of it was ever kept. */
export function tabOf(): string | undefined {
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

/** Name of this tab from now on. A duplicated tab begins with the name of the other, and takes a new one. */
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

/** Notes when the page goes; one that the browser brings back whole is open again. */
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
 * Which of these tabs are closed for good, and which may be loading the page again. One that went without a word, with
 * its browser or because it crashed, counts as closed from now on.
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
    // A mark that is no time counts as an old one.
    (closed !== undefined && !(closed < RELOAD) ? gone : waiting).push(tab);
  }
  return { gone, waiting };
}

/** Removes the marks of all tabs but these; another open tab without locks still gives its sign. */
export function eraseMarks(but: readonly string[] = []): void {
  for (const key of keysWritten()) {
    const prefix = [CLOSED, ALIVE].find((each) => key.startsWith(each));
    const tab = key.slice(prefix?.length);
    if (prefix === undefined || but.includes(tab)) continue;
    if (prefix === CLOSED || tab === tabOf() || !((since(key) ?? SILENT) < SILENT)) erase(key);
  }
}

/** The tab has no name any more. */
export function unname(): void {
  named = undefined;
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    // Without a store there was no name.
  }
}
