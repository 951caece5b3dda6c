/** Steps in the browser's history, for parts of the page whose state is not in the address. */

/** Receives the current history entry of the tab: a new one, or one reached by going back or forward. */
type Listener = (entry: number, isNew: boolean) => void;

const listeners = new Set<Listener>();

/** Notifies all listeners of the tab's current entry. */
export function tellStep(entry: number, isNew: boolean): void {
  for (const listener of listeners) listener(entry, isNew);
}

/** Registers a listener for steps, until the returned function is called. */
export function onStep(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
