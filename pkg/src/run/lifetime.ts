/**
 * Detects the end of a worker. A worker that the browser kills, for lack of memory or at the user's request, sends no
 * message and causes no event; but its Web Lock is released and passes to whoever waits for it.
 */

/** The parts of the Web Locks API that are used here. */
interface Locks {
  request(name: string, options: { readonly signal?: AbortSignal }, held: () => unknown): Promise<unknown>;
}

/** Unavailable in Node before 24, and over plain http from another host. */
function locks(): Locks | undefined {
  return (globalThis as { navigator?: { locks?: Locks } }).navigator?.locks;
}

/** Holds a lock for the lifetime of this worker. `tell` receives its name, unless locks are unavailable. */
export function live(tell: (lock: string) => void): void {
  const lock = `regulens-worker-${globalThis.crypto?.randomUUID?.()}`;
  const held = locks()?.request(lock, {}, () => {
    tell(lock);
    return new Promise(() => {});
  });
  // Refused if the page has an opaque origin, where the end of a worker cannot be detected.
  held?.catch(() => {});
}

/** Calls `ended` when the worker that holds this lock has ended; returns a function that stops waiting. */
export function whenEnded(lock: string, ended: () => void): () => void {
  const waiting = new AbortController();
  const { signal } = waiting;
  locks()
    ?.request(lock, { signal }, () => void (signal.aborted || ended()))
    .catch(() => {});
  return () => waiting.abort();
}
