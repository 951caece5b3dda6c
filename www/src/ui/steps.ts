/** Steps in the browser's history, for parts of the page that hold what no address says. */

/** Hears of an entry of the history that the tab is at: a new one, or one that was gone back or forward to. */
type Listener = (entry: number, isNew: boolean) => void;

const listeners = new Set<Listener>();

/** Tells all listeners of the entry that the tab has come to. */
export function tellStep(entry: number, isNew: boolean): void {
  for (const listener of listeners) listener(entry, isNew);
}

/** Has a listener told of each step, until the function that is returned is called. */
export function onStep(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
