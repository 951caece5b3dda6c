/** The browser's storage permission for a page, and the user's earlier choice. */

import { cachePrefix } from "./site";

const KEY = "regulens.offline";

/** Why nothing can be kept here, in a sentence; undefined where it can. */
export function whyImpossible(): string | undefined {
  if (!isSecureContext) return "Browsers keep pages only that come over https, or from this machine itself.";
  if (!("serviceWorker" in navigator) || !("caches" in globalThis))
    return "This browser has no service workers; in private windows some have none.";
  return undefined;
}

/** Returns true if the user asked for as few downloads as possible. */
export function savesData(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  return connection?.saveData === true;
}

/** The build that a page is of. */
export function buildOf(page: Document): string {
  return page.querySelector<HTMLMetaElement>('meta[name="regulens-build"]')?.content ?? "";
}

/** Returns "yes" if the user asked to keep the page, "no" if to keep nothing; undefined if neither. */
export function choice(): "yes" | "no" | undefined {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "yes" || stored === "no" ? stored : undefined;
  } catch {
    return undefined;
  }
}

/** For the next visit. */
export function rememberChoice(answer: "yes" | "no"): void {
  try {
    localStorage.setItem(KEY, answer);
  } catch {
    // A browser that stores nothing keeps nothing either.
  }
}

/** Removes every build of this site. */
export async function removePages(): Promise<void> {
  const prefix = cachePrefix(new URL(".", document.baseURI).href);
  const names = await caches.keys().catch(() => []);
  await Promise.all(names.filter((name) => name.startsWith(prefix)).map((name) => caches.delete(name)));
}
