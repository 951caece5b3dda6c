/** Sees to it that nothing of the reader's own is lost: by a reload, or by closing the page without a word. */

import type { Session } from "../session/session";
import { capture, type Snapshot } from "./capture";
import { noteLeaving, RELOAD } from "./open-tabs";
import { forgetClosed, forgetTab, keepTab, wasDeleted } from "./tab";

/** Milliseconds without a change after which the page is kept. */
const QUIET = 700;

/** Milliseconds for which a key that reloads the page tells that it is a reload. */
const KEY = 2000;

/** Milliseconds after which an open page looks again for what closed tabs have left. */
const LOOK = 10 * 60e3;

/** Returns true if something on the page is the reader's own: a link or an example cannot bring it back. */
export function isOwn({ workspace, inputs, models }: Snapshot): boolean {
  const own = [...inputs, ...models].some((source) => source !== undefined && "blob" in source);
  return own || workspace.notes !== "" || workspace.kept.length > 0;
}

/** Content of the page as text, to be compared: without the date. */
function textOf({ workspace }: Snapshot): string {
  return JSON.stringify({ ...workspace, date: "", inputs: workspace.inputs.map(({ name, bytes }) => [name, bytes]) });
}

/** Keeps what is on the page. */
export class Keeping {
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Content that would be missed: empty where there is none. */
  #now = "";
  /** Content that was saved as a workspace last. */
  #saved = "";
  /** True if all that would be missed is in the browser's store. */
  #isKept = true;
  #reloads = 0;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly session: Session) {
    addEventListener("beforeunload", this.#ask);
    addEventListener("keydown", this.#reload);
    noteLeaving();
    addEventListener("pagehide", () => void this.#keep());
    addEventListener("pageshow", ({ persisted }) => {
      if (!persisted) return;
      // Meanwhile it may have been deleted as a closed tab's.
      this.#now = "";
      this.heard();
    });
    // After the machine slept, too.
    document.addEventListener("visibilitychange", () => void this.#look());
    setInterval(() => void this.#look(), LOOK);
    void this.#look();
  }

  /** Deletes what closed tabs have left; what may be of a tab that is loading again, a little later. */
  async #look(): Promise<void> {
    const waits = await forgetClosed().catch(() => false);
    clearTimeout(this.#again);
    if (waits) this.#again = setTimeout(() => void this.#look(), RELOAD);
  }

  /** Something changed: it is kept when no more does. */
  heard(): void {
    this.#isKept = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#keep(), QUIET);
  }

  /** Notes that the content was saved as a file: it would not be missed. */
  async saved(): Promise<void> {
    this.#saved = textOf(await capture(this.session));
  }

  async #keep(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const snapshot = await capture(this.session);
      const now = isOwn(snapshot) ? textOf(snapshot) : "";
      if (now === this.#now) return void (this.#isKept = true);
      this.#now = now;
      const left = now === "" ? await forgetTab().then(() => []) : await keepTab(snapshot);
      if (this.#now === now) this.#isKept = left.length === 0;
    } catch {
      // A browser without a store, or a full one: closing the page asks, and so does a reload.
      this.#isKept = false;
    }
  }

  /** Browsers ask in their own words. */
  #ask = (event: BeforeUnloadEvent): void => {
    const isReload = performance.now() < this.#reloads && this.#isKept;
    if (wasDeleted()) return;
    if (this.#now !== "" && this.#now !== this.#saved && !isReload) event.preventDefault();
  };

  #reload = (event: KeyboardEvent): void => {
    const isReload = event.key === "F5" || (event.key.toLowerCase() === "r" && (event.ctrlKey || event.metaKey));
    if (isReload) this.#reloads = performance.now() + KEY;
  };
}
