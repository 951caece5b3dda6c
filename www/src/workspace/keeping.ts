/** Prevents loss of the reader's own data, on a reload or when the page is closed. */

import type { Session } from "../session/session";
import { capture, type Snapshot } from "./capture";
import { noteLeaving, RELOAD } from "./open-tabs";
import { forgetClosed, forgetTab, keepTab, wasDeleted } from "./tab";

/** Milliseconds without a change after which the page is stored. */
const QUIET = 700;

/** Milliseconds for which a reload key identifies the unload as a reload. */
const KEY = 2000;

/** Milliseconds between two checks of an open page for data left by closed tabs. */
const LOOK = 10 * 60e3;

/** Returns true if the page has data of the reader's own, which no link or example can restore. */
export function isOwn({ workspace, inputs, models }: Snapshot): boolean {
  const own = [...inputs, ...models].some((source) => source !== undefined && "blob" in source);
  return own || workspace.notes !== "" || workspace.kept.length > 0;
}

/** Content of the page as text without the date, for comparison. */
function textOf({ workspace }: Snapshot): string {
  return JSON.stringify({ ...workspace, date: "", inputs: workspace.inputs.map(({ name, bytes }) => [name, bytes]) });
}

/** Stores the content of the page. */
export class Keeping {
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Content that could be lost; empty if there is none. */
  #now = "";
  /** Content last saved as a workspace. */
  #saved = "";
  /** True if the browser's store has everything that could be lost. */
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
      // It may have been deleted meanwhile, as data of a closed tab.
      this.#now = "";
      this.heard();
    });
    // Also after the machine has slept.
    document.addEventListener("visibilitychange", () => void this.#look());
    setInterval(() => void this.#look(), LOOK);
    void this.#look();
  }

  /** Deletes data left by closed tabs; a little later if a tab may be reloading. */
  async #look(): Promise<void> {
    const waits = await forgetClosed().catch(() => false);
    clearTimeout(this.#again);
    if (waits) this.#again = setTimeout(() => void this.#look(), RELOAD);
  }

  /** Schedules storage after the last of several changes. */
  heard(): void {
    this.#isKept = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#keep(), QUIET);
  }

  /** Records that the content was saved as a file, and cannot be lost. */
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
      // In a browser without a store, or with a full one, closing and reloading prompt the user.
      this.#isKept = false;
    }
  }

  /** Browsers prompt in their own words. */
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
