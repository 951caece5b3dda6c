/**
 * Hearing of a worker's end. One that the browser kills, for want of memory or because its user says so, sends nothing,
 * and no event tells of it; but the lock that it held is given to whoever waits for it.
 */

/** As much of the browser's locks as is used here. */
interface Locks {
  request(name: string, options: { readonly signal?: AbortSignal }, held: () => unknown): Promise<unknown>;
}

/** Not there in Node before 24, nor over plain http from another host. */
function locks(): Locks | undefined {
  return (globalThis as { navigator?: { locks?: Locks } }).navigator?.locks;
}

/** In a worker: holds a lock as long as it lives. `tell` is given the lock's name; it is not called without locks. */
export function live(tell: (lock: string) => void): void {
  const lock = `regulens-worker-${globalThis.crypto?.randomUUID?.()}`;
  const held = locks()?.request(lock, {}, () => {
    tell(lock);
    return new Promise(() => {});
  });
  // Refused where a page has no origin of its own: what is ended there is not heard of.
  held?.catch(() => {});
}

/** Calls `ended` when the worker that holds this lock is there no more; what is returned ends the waiting. */
export function whenEnded(lock: string, ended: () => void): () => void {
  const waiting = new AbortController();
  const { signal } = waiting;
  locks()
    ?.request(lock, { signal }, () => void (signal.aborted || ended()))
    .catch(() => {});
  return () => waiting.abort();
}
