/** Messages that came where the reader does not look: told once more where they do, until they are read. */

import { canReveal } from "./reveal";

/** Severity of a message. */
export type Tone = "danger" | "warning" | "info";

/** A message, and where it stands. */
export interface Unseen {
  readonly tone: Tone;
  readonly heading: string;
  /** Its text, a paragraph each. */
  readonly text: readonly string[];
}

declare global {
  interface DocumentEventMap {
    /** From an element that came out of view, with what it says. */
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
    // A message that cannot be shown has no place to lead to.
    if (element.getClientRects().length === 0 && !canReveal(element)) return;
    element.dispatchEvent(new CustomEvent("regulens-unseen", { detail: message(), bubbles: true, composed: true }));
  });
  look.observe(element);
}

/** Says that what an element told of is there no more. */
export function tellGone(element: HTMLElement): void {
  document.dispatchEvent(new CustomEvent("regulens-gone", { detail: element }));
}

/** Objects that the reader was told of, or knew, already. */
const told = new WeakSet<object>();

/** Says that the reader knows of something: it was there before. */
export function noteKnown(read: object | undefined): void {
  if (read) told.add(read);
}

/**
 * Brings something that the reader has just asked for into view where its tab is open; else tells of it, once. What is
 * known already stays where it is.
 */
export function bringOrTell(place: HTMLElement | null, read: object | undefined, heading: string, text: string): void {
  if (!place || !read || told.has(read)) return;
  if (place.getClientRects().length > 0) place.scrollIntoView({ block: "nearest" });
  tellNew(place, read, heading, text);
}

/** Tells of something that was read, once, unless `place`, where it is, is in view. */
export function tellNew(place: HTMLElement | null, read: object | undefined, heading: string, ...text: string[]): void {
  if (!place || !read || told.has(read)) return;
  told.add(read);
  tellUnseen(place, () => ({ tone: "info", heading, text }));
}
