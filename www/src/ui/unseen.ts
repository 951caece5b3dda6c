/** Messages that appeared out of the reader's sight: repeated in view until they are read. */

import { canReveal } from "./reveal";

/** Severity of a message. */
export type Tone = "danger" | "warning" | "info";

/** A message, and its place. */
export interface Unseen {
  readonly tone: Tone;
  readonly heading: string;
  /** Its text, one string per paragraph. */
  readonly text: readonly string[];
}

declare global {
  interface DocumentEventMap {
    /** From an element that changed out of view, with its message. */
    "regulens-unseen": CustomEvent<Unseen>;
    /** From the document, with an element whose message is gone. */
    "regulens-gone": CustomEvent<HTMLElement>;
  }
}

/** Sends `regulens-unseen` from an element, unless it is in view. */
export function tellUnseen(element: HTMLElement, message: () => Unseen): void {
  const look = new IntersectionObserver(([entry]) => {
    look.disconnect();
    if (!entry || entry.isIntersecting) return;
    // A message that cannot be revealed has no place to link to.
    if (element.getClientRects().length === 0 && !canReveal(element)) return;
    element.dispatchEvent(new CustomEvent("regulens-unseen", { detail: message(), bubbles: true, composed: true }));
  });
  look.observe(element);
}

/** Announces that the message of an element is gone. */
export function tellGone(element: HTMLElement): void {
  document.dispatchEvent(new CustomEvent("regulens-gone", { detail: element }));
}

/** Objects that the reader has already seen or been told of. */
const told = new WeakSet<object>();

/** Marks an object as known to the reader. */
export function noteKnown(read: object | undefined): void {
  if (read) told.add(read);
}

/**
 * Scrolls a result that the reader has just requested into view if its tab is open; otherwise announces it, once. Known
 * results stay where they are.
 */
export function bringOrTell(place: HTMLElement | null, read: object | undefined, heading: string, text: string): void {
  if (!place || !read || told.has(read)) return;
  if (place.getClientRects().length > 0) place.scrollIntoView({ block: "nearest" });
  tellNew(place, read, heading, text);
}

/** Announces a file that was read, once, unless its `place` is in view. */
export function tellNew(place: HTMLElement | null, read: object | undefined, heading: string, ...text: string[]): void {
  if (!place || !read || told.has(read)) return;
  told.add(read);
  tellUnseen(place, () => ({ tone: "info", heading, text }));
}
